"""How values spread: boxes from quantiles, one row for each thing measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.figures.canvas import (
    BLUE,
    FULL_WIDTH,
    GRID,
    MUTE,
    NAVY,
    PALE,
    Canvas,
    label_width,
    ticks,
    wrap,
)

_ROW = 24.0


@dataclass(frozen=True, slots=True)
class Spread:
    """One row: its label and five quantiles, lowest first, the median in the middle."""

    label: str
    points: tuple[float, ...]


def boxes(title: str, rows: Sequence[Spread], unit: str) -> str:
    """Return boxes from the first to the third quartile, whiskers to the outer quantiles."""
    left = label_width([row.label for row in rows], 9.5, 190)
    right = FULL_WIDTH - 60
    high = max((row.points[-1] for row in rows), default=1.0) or 1.0
    bottom = 6 + _ROW * len(rows)
    canvas = Canvas(FULL_WIDTH, bottom + 22, title)

    def place(value: float) -> float:
        return left + value / high * (right - left)

    for tick in ticks(0, high):
        if tick <= high + 1e-9:
            canvas.line((place(tick), 6), (place(tick), bottom), GRID)
            canvas.text(place(tick), bottom + 10, f"{tick:g}", size=8.5, fill=MUTE, anchor="middle")
    for number, row in enumerate(rows):
        y = 6 + _ROW * (number + 0.5)
        lines = wrap(row.label, left - 10, 9.5)[:2]
        for position, line in enumerate(lines):
            shift = 0 if len(lines) == 1 else (position - 0.5) * 10.5
            size = 9.5 if len(lines) == 1 else 8.5
            canvas.text(left - 8, y + shift, line, size=size, anchor="end")
        low, first, middle, third, top = (place(point) for point in row.points)
        canvas.line((low, y), (top, y), BLUE)
        canvas.rect(first, y - 6, max(third - first, 1.0), 12, PALE)
        canvas.line((middle, y - 8), (middle, y + 8), NAVY, 2.0)
        written = f"{row.points[2]:g}{unit}"
        canvas.text(right + 54, y, written, size=9, anchor="end", is_bold=True)
    return canvas.svg()
