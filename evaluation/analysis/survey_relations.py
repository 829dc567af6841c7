"""How items of one survey hang together: reliability, importance, association, numbers.

Leaves out indices and frequencies (`evaluation.analysis.surveys`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from evaluation.analysis.surveys import (
    LEAST_FOR_INTERVAL,
    SurveyData,
    index_scores,
    scores,
    weighted_mean,
)
from sampling.errors import SamplingError
from sampling.estimate import Estimate
from sampling.estimation import mean
from sampling.rank_correlation import rank_correlation
from sampling.reliability import cronbach_alpha, mcdonald_omega
from sampling.structure import SurveyDesign
from sampling.tests import TestResult, association_test
from surveys.codebook import Variable, variables
from surveys.scoring import ScaleItem, scale_items


@dataclass(frozen=True)
class Reliability:
    """How well the items of one scale belong together; None with the reason when unknown."""

    name: str
    n_items: int
    n_complete: int
    alpha: Estimate | None
    omega: Estimate | None


def reliability(data: SurveyData, question: str, *, confidence: float = 0.95) -> Reliability:
    """Estimate α and ω of the rows of one matrix question.

    Parameters
    ----------
    data : SurveyData
        The responses.
    question : str
        Code of a matrix question.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    Reliability
        Coefficients over respondents with a valid answer to every row.
    """
    items = [item for item in scale_items(data.questionnaire) if item.question == question]
    columns = np.column_stack([scores(data, item) for item in items]) if items else np.ones((0, 0))
    complete = columns[~np.isnan(columns).any(axis=1)] if columns.size else columns
    label = str(data.questionnaire.question(question).text)
    alpha = omega = None
    if complete.shape[0] >= 10 and complete.shape[1] >= 2:
        try:
            alpha = cronbach_alpha(complete, confidence=confidence)
        except SamplingError:
            alpha = None
        try:
            omega = mcdonald_omega(complete, confidence=confidence) if len(items) > 2 else None
        except (SamplingError, np.linalg.LinAlgError):
            omega = None
    return Reliability(label, len(items), int(complete.shape[0]), alpha, omega)


@dataclass(frozen=True)
class Gap:
    """Importance and satisfaction of one item, both from 0 to 100; intervals only with a design.

    The importance rests on the ``n`` who answered both questions, the satisfaction on the
    ``n_rated`` who answered this one.
    """

    item: ScaleItem
    label: str
    importance: float
    satisfaction: float
    n: int
    n_rated: int
    importance_estimate: Estimate | None = None
    satisfaction_estimate: Estimate | None = None


def importance_gaps(data: SurveyData, overall: str) -> list[Gap]:
    r"""Set the index of each item beside its derived importance for overall satisfaction.

    Parameters
    ----------
    data : SurveyData
        The responses.
    overall : str
        Code of the Likert question that asks for overall satisfaction.

    Returns
    -------
    list of Gap
        Items with at least 30 respondents who answered both, most important first.

    Notes
    -----
    Importance is :math:`100 \max(0, r)` with Spearman's rank correlation :math:`r` between the
    item and the overall question: derived, not stated by respondents, and unweighted.

    References
    ----------
    Martilla, J. A., James, J. C. (1977). Importance-performance analysis. *Journal of
    Marketing* 41(1), 77–79.
    """
    items = scale_items(data.questionnaire)
    target = next((item for item in items if item.variable == overall), None)
    if target is None:
        return []
    reference = pd.Series(index_scores(data, target))
    labels = {v.name: v.label for v in variables(data.questionnaire)}
    found = []
    for item in items:
        if item.question == overall:
            continue
        own = pd.Series(index_scores(data, item))
        both = own.notna() & reference.notna()
        value = weighted_mean(data, index_scores(data, item))
        if int(both.sum()) < 30 or value is None:
            continue
        r = float(own[both].rank().corr(reference[both].rank()))
        if not np.isfinite(r):
            continue
        n, n_rated = int(both.sum()), int(own.notna().sum())
        gap = Gap(item, labels[item.variable], 100 * max(0.0, r), value, n, n_rated)
        found.append(
            gap if data.design is None else _with_intervals(gap, own, reference, data.design)
        )
    return sorted(found, key=lambda gap: -gap.importance)


def _with_intervals(gap: Gap, own: pd.Series, reference: pd.Series, design: SurveyDesign) -> Gap:
    try:
        importance = _from_0_to_100(rank_correlation(own, reference))
    except SamplingError:  # perfect agreement: no interval can be estimated
        importance = None
    satisfaction = mean(design, own.to_numpy()).estimates()[0]
    return replace(gap, importance_estimate=importance, satisfaction_estimate=satisfaction)


def _from_0_to_100(correlation: Estimate) -> Estimate:
    value, lower, upper = (
        100 * max(0.0, end) for end in (correlation.value, correlation.lower, correlation.upper)
    )
    return replace(
        correlation,
        value=value,
        lower=lower,
        upper=upper,
        standard_error=100 * correlation.standard_error,
    )


def association(data: SurveyData, row: Variable, column: Variable) -> TestResult | None:
    """Test whether two variables are independent (Rao–Scott); None without a design.

    Parameters
    ----------
    data : SurveyData
        The responses.
    row, column : Variable
        Two choice variables.

    Returns
    -------
    TestResult or None
        None for open links, and where a table is too thin to test.
    """
    if data.design is None:
        return None
    first, second = (data.table[variable.name].to_numpy() for variable in (row, column))
    inside = (first >= 0) & (second >= 0)
    try:
        return association_test(data.design, first, second, subpopulation=inside)
    except (SamplingError, np.linalg.LinAlgError):
        return None


def mean_of(data: SurveyData, variable: str, *, confidence: float = 0.95) -> Estimate | None:
    """Estimate the mean of a number question; None without a design.

    Parameters
    ----------
    data : SurveyData
        The responses.
    variable : str
        Name of a number variable.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    Estimate or None
        Mean of the valid answers, in the unit of the question.
    """
    values = data.table[variable].to_numpy(dtype=float)
    values = np.where(values >= 0, values, np.nan)
    if data.design is None or int((~np.isnan(values)).sum()) < LEAST_FOR_INTERVAL:
        return None
    return mean(data.design, values).estimates(confidence)[0]
