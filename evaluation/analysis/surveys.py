"""Measurement of one survey: indices of groups, questions and items, and frequencies.

Intervals exist only where there is a probability design. Responses from open links are described,
never extrapolated. Groups of respondents are never averaged with each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sampling.errors import SamplingError
from sampling.estimate import Estimate
from sampling.estimation import mean, proportion
from sampling.intervals import share_estimates
from sampling.statistic import Statistics, stacked
from sampling.structure import SurveyDesign
from surveys.codebook import MISSING_CODES, Kind, Variable, variables
from surveys.schema import Missing, Questionnaire
from surveys.scoring import ScaleItem, group_index, scale_items

Floats = NDArray[np.float64]
_DONT_KNOW = MISSING_CODES[Missing.DONT_KNOW]
LEAST_FOR_INTERVAL = 2


@dataclass(frozen=True)
class SurveyData:
    """Responses of one survey ready for measurement.

    Attributes
    ----------
    questionnaire : Questionnaire
        What was asked.
    table : DataFrame, shape (n, k)
        One row for each response, from :func:`surveys.export.frame`.
    design : SurveyDesign or None
        How respondents were chosen; None for open links, so without any interval.
    response_weights : ndarray, shape (n,)
        How much each response counts; ones without post-stratification or raking.
    """

    questionnaire: Questionnaire
    table: pd.DataFrame
    design: SurveyDesign | None = None
    response_weights: Floats = field(default_factory=lambda: np.ones(0))

    @property
    def n(self) -> int:
        """Number of responses."""
        return len(self.table)

    @property
    def weights(self) -> Floats:
        """Weights that count: those of the design when there is one, else the responses' own."""
        if self.design is not None:
            return self.design.sampling_weights
        return self.response_weights if self.response_weights.size else np.ones(self.n)

    @property
    def has_intervals(self) -> bool:
        """Whether sampling intervals may be given."""
        return self.design is not None and self.n >= LEAST_FOR_INTERVAL


@dataclass(frozen=True)
class ItemIndex:
    """Index of one scale item; ``estimate`` is None without a probability design."""

    item: ScaleItem
    value: float | None
    estimate: Estimate | None
    n_valid: int
    n_dont_know: int
    n_other_missing: int


@dataclass(frozen=True)
class GroupIndex:
    """Index of one group of respondents with those of its questions and items."""

    value: float | None
    estimate: Estimate | None
    n_responses: int
    items: tuple[ItemIndex, ...]
    questions: Mapping[str, ItemIndex]


@dataclass(frozen=True)
class Frequency:
    """One answer of one variable: how many, and which share of the substantive answers."""

    code: str
    label: str
    count: int
    share: float | None
    estimate: Estimate | None
    is_missing: bool = False


def scores(data: SurveyData, item: ScaleItem) -> Floats:
    """Scores of all respondents on one item, high is good; NaN where there is no valid answer.

    Parameters
    ----------
    data : SurveyData
        The responses.
    item : ScaleItem
        One of :func:`surveys.scoring.scale_items`.

    Returns
    -------
    ndarray, shape (n,)
        Scale points after reversal; don't-know and every other missing is NaN.
    """
    raw = data.table[item.variable].to_numpy(dtype=float)
    valid = (raw >= item.lowest) & (raw <= item.highest)
    points = np.where(valid, raw, np.nan)
    return item.lowest + item.highest - points if item.reverse else points


def index_scores(data: SurveyData, item: ScaleItem) -> Floats:
    """Scores on one item moved to the range from 0 to 100, NaN kept.

    Parameters
    ----------
    data : SurveyData
        The responses.
    item : ScaleItem
        The item.

    Returns
    -------
    ndarray, shape (n,)
        ``(score − lowest) / (highest − lowest) × 100``.
    """
    points = scores(data, item)
    return np.asarray((points - item.lowest) / (item.highest - item.lowest) * 100)


def group_indices(data: SurveyData, *, confidence: float = 0.95) -> GroupIndex:
    r"""Compute the index of the group, of each question and of each item.

    Don't-know and refusals are counted apart and never enter a mean. With a probability design
    the interval of the group index takes the covariance between items into account.

    Parameters
    ----------
    data : SurveyData
        The responses.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    GroupIndex
        Indices in [0, 100]; intervals only with a design.

    Notes
    -----
    Item index :math:`I_k = (\bar y_k - 1)/4 \times 100` with :math:`\bar y_k` the weighted mean
    over valid answers; group index :math:`\sum_k c_k I_k`, shares :math:`c_k` from
    :func:`surveys.scoring.scale_items`. Variance by linearisation of the ratio means.

    References
    ----------
    Särndal, C.-E., Swensson, B., Wretman, J. (1992). *Model Assisted Survey Sampling*, section
    5.6 (linearisation of ratios).

    Examples
    --------
    >>> from surveys.export import frame
    >>> from surveys.loader import load_library
    >>> asked = load_library("QA")
    >>> rows = [{"QA12": {"value": "5"}}, {"QA12": {"value": "3"}}, {"QA12": {"value": "98"}}]
    >>> found = group_indices(SurveyData(asked, frame(asked, rows)))
    >>> item = found.questions["QA12"]
    >>> item.value, item.n_valid, item.n_dont_know, item.estimate
    (75.0, 2, 1, None)
    """
    items = scale_items(data.questionnaire)
    values = [index_scores(data, item) for item in items]
    means = [weighted_mean(data, value) for value in values]
    measured = [k for k, value in enumerate(means) if value is not None]
    statistics = _joint(data, [values[k] for k in measured])
    found = tuple(
        _item(data, item, means[k], _estimate(statistics, measured, {k: 1.0}, confidence))
        for k, item in enumerate(items)
    )
    questions = {
        code: _question(data, items, found, code, (statistics, measured, confidence))
        for code in dict.fromkeys(item.question for item in items)
    }
    return GroupIndex(
        value=group_index(items, means),
        estimate=_estimate(statistics, measured, _shares(items, means), confidence),
        n_responses=data.n,
        items=found,
        questions=questions,
    )


def weighted_mean(data: SurveyData, values: Floats) -> float | None:
    """Return the weighted mean of the values that are there; None when there is none.

    Parameters
    ----------
    data : SurveyData
        The responses, for their weights.
    values : ndarray, shape (n,)
        One value for each response; NaN counts as missing.

    Returns
    -------
    float or None
        The mean, in the unit of the values.
    """
    known = ~np.isnan(values)
    total = float(data.weights[known].sum()) if known.any() else 0.0
    return float(data.weights[known] @ values[known]) / total if total > 0 else None


def _joint(data: SurveyData, columns: Sequence[Floats]) -> Statistics | None:
    """Means of all items side by side, with their covariance; None without a design."""
    if not columns or data.design is None or not data.has_intervals:
        return None
    try:
        return stacked([mean(data.design, column) for column in columns])
    except SamplingError:
        return None


def _shares(items: Sequence[ScaleItem], means: Sequence[float | None]) -> dict[int, float]:
    known = {k: item.index_weight for k, item in enumerate(items) if means[k] is not None}
    total = sum(known.values())
    return {k: share / total for k, share in known.items()} if total > 0 else {}


def _estimate(
    statistics: Statistics | None,
    measured: Sequence[int],
    shares: Mapping[int, float],
    confidence: float,
) -> Estimate | None:
    if statistics is None or not shares or not set(shares) <= set(measured):
        return None
    gradient = [shares.get(k, 0.0) for k in measured]
    found = statistics.linear([gradient]).estimates(confidence)[0]
    n = max(int(statistics.n_sampled[place]) for place, k in enumerate(measured) if k in shares)
    return Estimate(
        found.value,
        found.standard_error,
        max(0.0, found.lower),
        min(100.0, found.upper),
        confidence,
        n,
        None,
        found.degrees_of_freedom,
        "index/linearised-t",
    )


def _item(
    data: SurveyData, item: ScaleItem, value: float | None, estimate: Estimate | None
) -> ItemIndex:
    raw = data.table[item.variable].to_numpy()
    n_valid = int(((raw >= item.lowest) & (raw <= item.highest)).sum())
    n_dont_know = int((raw == _DONT_KNOW).sum())
    return ItemIndex(item, value, estimate, n_valid, n_dont_know, data.n - n_valid - n_dont_know)


def _question(
    data: SurveyData,
    items: Sequence[ScaleItem],
    found: Sequence[ItemIndex],
    code: str,
    joint: tuple[Statistics | None, Sequence[int], float],
) -> ItemIndex:
    places = [k for k, item in enumerate(items) if item.question == code]
    known = [k for k in places if found[k].value is not None]
    first = items[places[0]]
    whole = ScaleItem(code, code, None, first.lowest, first.highest, False, 0.0)
    value = float(np.mean([found[k].value for k in known])) if known else None
    statistics, measured, confidence = joint
    estimate = _estimate(statistics, measured, {k: 1 / len(known) for k in known}, confidence)
    rows = data.table[[items[k].variable for k in places]].to_numpy()
    answered = ((rows >= first.lowest) & (rows <= first.highest)).any(axis=1)
    only_dont_know = (rows == _DONT_KNOW).any(axis=1) & ~answered
    n_valid, n_dont_know = int(answered.sum()), int(only_dont_know.sum())
    return ItemIndex(whole, value, estimate, n_valid, n_dont_know, data.n - n_valid - n_dont_know)


def frequencies(
    data: SurveyData, variable: Variable, *, confidence: float = 0.95
) -> list[Frequency]:
    """Count each answer of a variable and its share of the substantive answers.

    Don't-know, refusals and other missing are listed with their counts and without a share.

    Parameters
    ----------
    data : SurveyData
        The responses.
    variable : Variable
        A choice variable of the questionnaire.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    list of Frequency
        Options in the order asked, then the kinds of missing that occur; shares in [0, 1].

    Examples
    --------
    >>> from surveys.export import frame
    >>> from surveys.loader import load_library
    >>> asked = load_library("QA")
    >>> rows = [{"QA01": {"value": code}} for code in ("1", "1", "4", "98")]
    >>> data = SurveyData(asked, frame(asked, rows))
    >>> first = frequencies(data, variables(asked)[0])
    >>> [(row.code, row.count, row.share) for row in first if row.count]
    [('1', 2, 0.6666666666666666), ('4', 1, 0.3333333333333333), ('98', 1, None)]
    """
    raw = data.table[variable.name].to_numpy()
    substantive = {
        code: number
        for code, number in variable.numbers.items()
        if code not in variable.missing_options
    }
    valid = np.isin(raw, list(substantive.values()))
    total = float(data.weights[valid].sum()) if valid.any() else 0.0
    rows = []
    for code, number in substantive.items():
        chosen = raw == number
        share = float(data.weights[chosen].sum()) / total if total > 0 else None
        rows.append(
            Frequency(
                code,
                variable.labels[code],
                int(chosen.sum()),
                share,
                _share_estimate(data, chosen, valid, confidence),
            )
        )
    for code, kind in variable.missing_options.items():
        count = int((raw == variable.numbers[code]).sum())
        rows.append(Frequency(code, variable.labels[code], count, None, None, bool(kind)))
    return rows


def _share_estimate(
    data: SurveyData, chosen: NDArray[np.bool_], valid: NDArray[np.bool_], confidence: float
) -> Estimate | None:
    if data.design is None or int(valid.sum()) < LEAST_FOR_INTERVAL:
        return None
    try:
        found = proportion(data.design, np.where(valid, chosen, np.nan), subpopulation=valid)
        return share_estimates(found, confidence=confidence)[0]
    except SamplingError:
        return None


def choice_variables(questionnaire: Questionnaire) -> list[Variable]:
    """Variables whose answers are options of a list or points of a scale.

    Parameters
    ----------
    questionnaire : Questionnaire
        The questionnaire.

    Returns
    -------
    list of Variable
        In the order asked; the options of multiple choice are one variable each.
    """
    wanted = (Kind.CATEGORY, Kind.POINT, Kind.CHOSEN)
    return [variable for variable in variables(questionnaire) if variable.kind in wanted]
