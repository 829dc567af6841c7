"""One line of the conformance table: our number beside the reference."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Row:
    case: str
    quantity: str
    ours: str | None
    reference: str | None
    tolerance: float
    difference: float | None = None
    note: str = ""

    @property
    def compared(self):
        return self.difference is not None

    @property
    def agrees(self):
        return self.difference is not None and self.difference <= self.tolerance


def compared(case, quantity, ours, reference, tolerance=1e-8, note="", *, absolute=False):
    """Largest relative difference (absolute where the reference is practically zero)."""
    left, right = (np.ravel(np.asarray(x, dtype=float)) for x in (ours, reference))
    scale = np.max(np.abs(right)) or 1.0
    size = np.ones_like(right) if absolute else np.maximum(np.abs(right), 1e-6 * scale)
    difference = float(np.max(np.abs(left - right) / size))
    if not np.isfinite(difference):
        difference = float("inf")
    if case.get("tie_sensitive"):
        note = "R quirk 3: floating-point tie; exact arithmetic decides, not compared"
        return Row(case["id"], quantity, _shown(left), _shown(right), tolerance, None, note)
    return Row(case["id"], quantity, _shown(left), _shown(right), tolerance, difference, note)


def _shown(values):
    first = ", ".join(
        f"{value:.6g}" for value in np.where(np.abs(values[:2]) < 1e-9, 0.0, values[:2])
    )
    return first + (" …" if values.size > 2 else "")
