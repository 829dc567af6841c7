"""How an estimated share of files becomes a published value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from sampling.estimate import Estimate
from sampling.estimation import proportion
from sampling.intervals import share_estimates
from sampling.structure import SurveyDesign

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
SOURCE = "case_review"


def share(design: SurveyDesign, has: Floats, where: Mask | None = None) -> Estimate | None:
    """Estimate a share over the files with a value; ``None`` when there is none."""
    mask = np.isfinite(has) if where is None else np.isfinite(has) & where
    if not mask.any():
        return None
    found = proportion(design, np.where(mask, has, np.nan), subpopulation=mask)
    return share_estimates(found)[0]


def as_result(
    result_id: str, label: str, estimate: Estimate, numerator: int, denominator: int, note: str = ""
) -> ResultValue:
    """Put an estimated share into its published form."""
    return ResultValue(
        id=result_id,
        kind=ResultKind.ESTIMATE,
        value=estimate.value,
        unit=ResultUnit.RATE,
        label=label,
        lower=max(0.0, min(estimate.lower, estimate.value)),
        upper=min(1.0, max(estimate.upper, estimate.value)),
        standard_error=estimate.standard_error,
        confidence=estimate.confidence,
        degrees_of_freedom=estimate.degrees_of_freedom,
        n_sampled=estimate.n_sampled,
        n_population=round(estimate.n_population) if estimate.n_population else None,
        numerator=numerator,
        denominator=denominator,
        method=f"stratified/{estimate.method}",
        source=SOURCE,
        note=note,
    )
