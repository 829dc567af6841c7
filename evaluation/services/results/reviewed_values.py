"""Indicators as the reviewed sample shows them, where the checklist measures the same thing.

Leaves out estimating single items (``services.results.reviews``).
"""

from __future__ import annotations

from collections.abc import Mapping

from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.domain.indicator import Indicator
from evaluation.language import _
from sampling.intervals import ShareSample, share_interval
from sampling.statistic import t_quantiles

#: Indicators (by code) that are the mean of their review items, or of the items named.
_MEASURED_BY: Mapping[str, tuple[str, ...] | None] = {
    "disclosure_rate": None,
    "measure_adoption_rate": None,
    "within_statutory_limit_rate": ("P7-01",),
}
#: Indicators (by code) that the review area estimates itself, the corrected estimate first.
_ESTIMATED_AS: Mapping[str, tuple[str, ...]] = {
    "terminated_round_qualified_rate": (
        "review.corrected.terminated.city",
        "review.terminated.qualified.city",
    ),
}


def reviewed_value(
    indicator: Indicator, reviewed: Mapping[str, ResultValue], confidence: float
) -> ResultValue | None:
    """Return the value of an indicator from the reviewed sample, or ``None``.

    Items that no reviewed file needed are left out; at least half must be known. The mean of
    several items takes the mean of their standard errors, which is right when the items move
    together and too large otherwise. Items corrected by the gold audit take Student's t: Wilson's
    interval of a share knows nothing of the audit's error and would shrink to a point at 0 and 1.
    """
    direct = _ESTIMATED_AS.get(indicator.code)
    if direct is not None:
        return _direct(indicator, next((reviewed[key] for key in direct if key in reviewed), None))
    if indicator.code not in _MEASURED_BY:
        return None
    items = _MEASURED_BY[indicator.code] or indicator.review_items
    found = [_item(reviewed, item) for item in items]
    known = [value for value in found if value is not None]
    if 2 * len(known) < len(items) or not known:
        return None
    return _mean(indicator, known, confidence)


def _item(reviewed: Mapping[str, ResultValue], item: str) -> ResultValue | None:
    for key in (f"review.corrected.{item}.city", f"review.item.{item}.city"):
        value = reviewed.get(key)
        if value is not None and value.value is not None and value.standard_error is not None:
            return value
    return None


def _direct(indicator: Indicator, value: ResultValue | None) -> ResultValue | None:
    if value is None or value.value is None:
        return None
    return ResultValue(
        id=f"indicator.{indicator.id}.city.corrected",
        kind=ResultKind.ESTIMATE,
        value=value.value,
        unit=ResultUnit.RATE,
        label=_("{name}（样本核验）").format(name=indicator.name),
        lower=value.lower,
        upper=value.upper,
        standard_error=value.standard_error,
        confidence=value.confidence,
        degrees_of_freedom=value.degrees_of_freedom,
        n_sampled=value.n_sampled,
        n_population=value.n_population,
        numerator=value.numerator,
        denominator=value.denominator,
        method=value.method,
        source="case_review",
        note=value.note,
    )


def _mean(indicator: Indicator, items: list[ResultValue], confidence: float) -> ResultValue:
    share = sum(item.value or 0.0 for item in items) / len(items)
    error = sum(item.standard_error or 0.0 for item in items) / len(items)
    share = min(max(share, 0.0), 1.0)
    n = min(item.n_sampled or 1 for item in items)
    df = min(item.degrees_of_freedom or 1.0 for item in items)
    sizes = [item.n_population for item in items if item.n_population]
    if len(sizes) < len(items):  # corrected by the gold audit: its error is not that of a share
        reach = float(t_quantiles(confidence, df)) * error
        lower, upper, method = max(share - reach, 0.0), min(share + reach, 1.0), "two_phase/t"
    else:
        sample = ShareSample(share, error**2, n, float(max(sizes)), float(n), df)
        lower, upper = share_interval(sample, confidence=confidence)
        method = "wilson"
    return ResultValue(
        id=f"indicator.{indicator.id}.city.corrected",
        kind=ResultKind.ESTIMATE,
        value=share,
        unit=ResultUnit.RATE,
        label=_("{name}（样本核验）").format(name=indicator.name),
        lower=lower,
        upper=upper,
        standard_error=error,
        confidence=confidence,
        degrees_of_freedom=df,
        n_sampled=n,
        n_population=max(sizes, default=None),
        method=f"mean_of_items/{method}",
        source="case_review",
        extra={"items": [item.id for item in items]},
    )
