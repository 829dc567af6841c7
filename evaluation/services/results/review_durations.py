"""How long each step took: quantiles with intervals, and the share that was late."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.domain import review
from evaluation.domain.time_limits import Calendar, Outcome
from evaluation.language import _
from evaluation.services.results.review_data import NOT_APPLICABLE, ReviewData
from evaluation.services.results.review_shares import SOURCE, Floats, Mask, as_result, share
from sampling.quantiles import quantile
from sampling.structure import SurveyDesign

#: Published quantiles of each step's time, by the end of their id.
QUANTILES = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}


def outcomes_of(data: ReviewData) -> dict[str, list[Outcome]]:
    """Return, for each item with a time limit, the outcome of every file."""
    rest_days = Calendar(roll_over=data.checklist.rest_days_roll_over)
    timed = [item for item in data.checklist.items() if item.time_limits]
    found: dict[str, list[Outcome]] = {item.code: [] for item in timed}
    for file in data.files:
        facts = review.facts_of(data.checklist, file.entries)
        periods = review.periods_of(file.entries)
        for item in timed:
            found[item.code].append(
                review.outcome_of(item, facts, periods, data.period_to, rest_days)
            )
    return found


def collect(data: ReviewData, design: SurveyDesign) -> Iterator[ResultValue]:
    """Return the times of every item with a time limit."""
    columns = {item.code: n for n, item in enumerate(data.checklist.items())}
    for code, outcomes in outcomes_of(data).items():
        applies = data.codes[:, columns[code]] != NOT_APPLICABLE
        days = np.array(
            [np.nan if one.used_days is None else float(one.used_days) for one in outcomes]
        )
        known = np.isfinite(days) & applies
        if int(known.sum()) < 2:
            continue
        title = data.checklist.item(code).text
        yield from _quantiles(f"review.duration.{code}", title, days, known, design)
        late = np.array(
            [np.nan if one.is_met is None else float(not one.is_met) for one in outcomes]
        )
        estimate = share(design, late, applies)
        if estimate is not None:
            told = applies & np.isfinite(late)
            yield as_result(
                f"review.duration.{code}.late_rate",
                _("{title}：超期率").format(title=title),
                estimate,
                int(late[told].sum()),
                int(told.sum()),
            )


def _quantiles(
    stem: str, title: str, days: Floats, known: Mask, design: SurveyDesign
) -> Iterator[ResultValue]:
    found = quantile(design, days, list(QUANTILES.values()), subpopulation=known)
    words = {
        "p10": _("{title}：一成用时不超过"),
        "p25": _("{title}：四分之一用时不超过"),
        "median": _("{title}：中位数"),
        "p75": _("{title}：四分之三用时不超过"),
        "p90": _("{title}：九成用时不超过"),
    }
    for name, estimate in zip(QUANTILES, found, strict=True):
        label = words[name].format(title=title)
        yield ResultValue(
            id=f"{stem}.{name}",
            kind=ResultKind.ESTIMATE,
            value=estimate.value,
            unit=ResultUnit.DAYS,
            label=label,
            lower=min(estimate.lower, estimate.value),
            upper=max(estimate.upper, estimate.value),
            confidence=estimate.confidence,
            n_sampled=estimate.n_sampled,
            method=f"stratified/{estimate.method}",
            source=SOURCE,
        )
