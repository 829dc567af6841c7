"""Tests under a sampling design: association in a table, difference of means, rank sums, contrasts.

Leaves out multiplicity control (statsmodels does it) and regression.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import integrate, stats

from sampling.errors import EstimationError
from sampling.estimation import mean
from sampling.statistic import Statistics, groups
from sampling.structure import FloatArray, SurveyDesign
from sampling.variance import Influence, covariance, degrees_of_freedom


@dataclass(frozen=True, slots=True)
class TestResult:
    """Outcome of a test.

    Attributes
    ----------
    statistic : float
        Value of the test statistic.
    degrees_of_freedom : tuple of float
        Of the reference distribution; numerator first.
    p_value : float
        Probability of a statistic at least as far from the hypothesis.
    estimate : float or None
        Estimated difference where the test is about one.
    method : str
        Name of the test.
    """

    __test__ = False

    statistic: float
    degrees_of_freedom: tuple[float, ...]
    p_value: float
    estimate: float | None
    method: str


def association_test(
    design: SurveyDesign,
    rows: ArrayLike,
    columns: ArrayLike,
    *,
    method: Literal["F", "Chisq", "lincom", "Wald", "adjWald"] = "F",
    subpopulation: ArrayLike | None = None,
) -> TestResult:
    r"""Test whether two attributes are independent in the population (Rao–Scott).

    Parameters
    ----------
    design : SurveyDesign
        How the sample was taken.
    rows, columns : array_like, shape (n,)
        Categories of each row of the sample, without missing values inside the subpopulation.
    method : str
        ``F`` (default): second-order Rao–Scott with an F distribution. ``Chisq``: first-order.
        ``lincom``: exact distribution of the linear combination. ``Wald``, ``adjWald``: Wald
        tests, the second with adjusted degrees of freedom.
    subpopulation : array_like of bool, shape (n,), optional
        Rows that count.

    Returns
    -------
    TestResult
        Statistic and p-value.

    Raises
    ------
    EstimationError
        If either attribute has a single category; there is nothing to test.

    Notes
    -----
    :math:`\Delta = (C'D^{-1}C/n)^{-1} C'D^{-1} V D^{-1} C` with :math:`C` the interaction
    contrasts, :math:`F = X^2/\mathrm{tr}\Delta` on :math:`d = (\mathrm{tr}\Delta)^2 /
    \mathrm{tr}\Delta^2` and :math:`d \cdot df` degrees of freedom.

    References
    ----------
    Rao, J. N. K., Scott, A. J. (1984). *Annals of Statistics* 12, 46–60. Thomas, D. R., Rao,
    J. N. K. (1987). *JASA* 82, 630–636.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> design = survey_design(n_rows=8)
    >>> test = association_test(design, [0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 0, 1, 1, 1])
    >>> round(test.statistic, 3)
    1.75
    """
    inside = np.ones(design.n_rows, dtype=bool)
    if subpopulation is not None:
        inside &= np.asarray(subpopulation, dtype=bool)
    inside &= design.sampling_weights > 0
    row_values, column_values = np.asarray(rows)[inside], np.asarray(columns)[inside]
    row_groups, column_groups = groups(row_values), groups(column_values)
    n_rows, n_columns = len(row_groups.labels), len(column_groups.labels)
    if min(n_rows, n_columns) < 2:
        raise EstimationError(
            "an association needs at least two categories on each side", code="one_category"
        )
    weights = design.sampling_weights[inside]
    weights = weights / weights.sum()
    row_code, column_code = row_groups.codes, column_groups.codes
    cell = row_code * n_columns + column_code
    share = np.asarray(np.bincount(cell, weights, n_rows * n_columns), dtype=np.float64)
    table = share.reshape(n_rows, n_columns)
    df = float(degrees_of_freedom(design, inside)[0])
    if method in ("Wald", "adjWald"):
        return _wald(design, inside, weights, (row_code, column_code), table, method)
    cells = np.zeros((inside.sum(), share.size))
    cells[np.arange(inside.sum()), row_code * n_columns + column_code] = 1.0
    z = np.zeros((design.n_rows, share.size))
    z[inside] = weights[:, None] * (cells - share)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    n = float(inside.sum())
    statistic = float(n * ((table - expected) ** 2 / expected).sum())
    delta = _delta(share, covariance(design, Influence(z)), n, (n_rows, n_columns))
    eigen = np.real(np.linalg.eigvals(delta))
    trace, square = float(np.trace(delta)), float(np.trace(delta @ delta))
    if trace <= 0:
        raise EstimationError(
            "the table has no sampling variance, so nothing can be tested", code="no_variance"
        )
    if method == "F":
        d = trace**2 / square
        value = statistic / trace
        p_value = float(stats.f.sf(value, d, d * df))
        return TestResult(value, (d, d * df), p_value, None, "Rao-Scott F")
    k = (n_rows - 1) * (n_columns - 1)
    if method == "Chisq":
        p_value = float(stats.chi2.sf(statistic / (trace / k), k))
        return TestResult(statistic, (float(k),), p_value, None, "Rao-Scott Chisq")
    return TestResult(statistic, (df,), _mixture_tail(statistic, eigen, df), None, "lincom")


def _delta(share: FloatArray, v: FloatArray, n: float, shape: tuple[int, int]) -> FloatArray:
    """Matrix of generalised design effects for the interaction contrasts."""
    n_rows, n_columns = shape
    row, column = np.divmod(np.arange(share.size), n_columns)
    main = np.column_stack(
        [np.ones(share.size)]
        + [(row == i).astype(float) for i in range(1, n_rows)]
        + [(column == j).astype(float) for j in range(1, n_columns)]
    )
    crossed = np.column_stack(
        [
            ((row == i) & (column == j)).astype(float)
            for i in range(1, n_rows)
            for j in range(1, n_columns)
        ]
    )
    contrast = crossed - main @ np.linalg.lstsq(main, crossed, rcond=None)[0]
    inverse = np.divide(1.0, share, out=np.zeros_like(share), where=share > 0)
    scaled = contrast * inverse[:, None]
    return np.asarray(np.linalg.solve(contrast.T @ scaled / n, scaled.T @ v @ scaled))


def _wald(
    design: SurveyDesign,
    inside: np.ndarray,
    weights: FloatArray,
    codes: tuple[np.ndarray, np.ndarray],
    table: FloatArray,
    method: str,
) -> TestResult:
    row_code, column_code = codes
    df = float(degrees_of_freedom(design, inside)[0])
    row_share, column_share = table.sum(axis=1), table.sum(axis=0)
    departures, columns = [], []
    for i in range(table.shape[0] - 1):
        for j in range(table.shape[1] - 1):
            in_row, in_column = row_code == i, column_code == j
            linear = (in_row - row_share[i]) * (in_column - column_share[j])
            departures.append(table[i, j] - row_share[i] * column_share[j])
            columns.append(weights * linear)
    z = np.zeros((design.n_rows, len(columns)))
    z[inside] = np.column_stack(columns)
    y = np.array(departures)
    k = y.size
    statistic = float(y @ np.linalg.solve(covariance(design, Influence(z)), y)) / k
    second = df
    if method == "adjWald":
        second = df - k + 1
        statistic *= second / df
    p_value = float(stats.f.sf(statistic, k, second))
    return TestResult(statistic, (float(k), second), p_value, None, method)


def _mixture_tail(statistic: float, eigen: FloatArray, df: float) -> float:
    """Tail of a sum of F-like variables: P(sum l_i chi2_1 > s chi2_df / df)."""
    positive = eigen[eigen > 1e-12]
    if positive.size == 1:
        return float(stats.f.sf(statistic / positive[0], 1, df))
    scales = np.append(positive, -statistic / df)
    degrees = np.append(np.ones(positive.size), df)
    scales = scales / np.abs(scales).max()

    def integrand(u: float) -> float:
        angle = 0.5 * float(np.sum(degrees * np.arctan(scales * u)))
        size = u * float(np.exp(0.25 * np.sum(degrees * np.log1p((scales * u) ** 2))))
        return float(np.sin(angle) / size)

    area = integrate.quad(integrand, 0, np.inf, limit=500, epsabs=1e-13, epsrel=1e-10)[0]
    return float(min(max(0.5 + area / np.pi, 0.0), 1.0))


def difference_test(design: SurveyDesign, y: ArrayLike, two_groups: ArrayLike) -> TestResult:
    """Test whether the means of two groups are equal (design-based t test).

    Parameters
    ----------
    design : SurveyDesign
        How the sample was taken.
    y : array_like of float, shape (n,)
        Measured values; missing ones count as outside.
    two_groups : array_like, shape (n,)
        Group of each row; two distinct values. The difference is second minus first.

    Returns
    -------
    TestResult
        t statistic with design degrees of freedom minus one.

    Raises
    ------
    EstimationError
        If there are not exactly two groups.

    References
    ----------
    Lumley, T. (2010). *Complex Surveys*, Wiley, section 2.4.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> t = difference_test(survey_design(n_rows=6), [1, 2, 3, 4, 5, 6], list("aaabbb"))
    >>> t.estimate
    3.0
    """
    by = groups(two_groups)
    if len(by.labels) != 2:
        raise EstimationError(
            f"a difference needs two groups, found {len(by.labels)}", code="two_groups"
        )
    found = mean(design, y, by=by).linear([[-1.0, 1.0]])
    df = max(float(degrees_of_freedom(design)[0]) - 1, 1.0)
    return _t_test(found, df, "t")


def _t_test(found: Statistics, df: float, method: str) -> TestResult:
    error = float(found.standard_errors[0])
    if error <= 0:
        raise EstimationError(
            "the difference has no sampling variance; compare the values directly",
            code="no_variance",
        )
    statistic = float(found.theta[0]) / error
    p_value = float(2 * stats.t.sf(abs(statistic), df))
    return TestResult(statistic, (df,), p_value, float(found.theta[0]), method)


def rank_test(
    design: SurveyDesign,
    y: ArrayLike,
    two_groups: ArrayLike,
    *,
    scores: Literal["wilcoxon", "median", "normal"] = "wilcoxon",
) -> TestResult:
    """Test whether two groups have the same distribution, by estimated population ranks.

    Parameters
    ----------
    design : SurveyDesign
        How the sample was taken.
    y : array_like of float, shape (n,)
        Measured values without missing ones.
    two_groups : array_like, shape (n,)
        Group of each row; two distinct values.
    scores : {"wilcoxon", "median", "normal"}
        Rank itself, above the median, or van der Waerden normal scores.

    Returns
    -------
    TestResult
        t statistic of the difference of mean scores.

    References
    ----------
    Lumley, T., Scott, A. J. (2013). *Biometrika* 100, 831–842.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> design = survey_design(n_rows=6)
    >>> rank_test(design, [1, 2, 3, 4, 5, 6], list("aaabbb")).estimate
    0.5
    """
    values = np.asarray(y, dtype=float)
    if np.isnan(values).any():
        raise EstimationError("rank tests need a value in every row", code="value_missing")
    weights = design.sampling_weights
    order = np.argsort(values, kind="stable")
    middle = np.empty(values.size)
    middle[order] = np.cumsum(weights[order]) - weights[order] / 2
    _, tie = np.unique(values, return_inverse=True)
    rank = (np.bincount(tie, middle) / np.bincount(tie))[tie] / weights.sum()
    if scores == "median":
        rank = (rank > 0.5).astype(float)
    elif scores == "normal":
        rank = stats.norm.ppf(rank)
    result = difference_test(design, rank, two_groups)
    return TestResult(
        result.statistic, result.degrees_of_freedom, result.p_value, result.estimate, scores
    )


def contrast_test(found: Statistics, matrix: ArrayLike) -> TestResult:
    """Test whether several linear combinations are all zero (Wald F test).

    Parameters
    ----------
    found : Statistics
        Estimates with joint covariance.
    matrix : array_like, shape (m, k)
        Combinations, one per row.

    Returns
    -------
    TestResult
        F statistic on ``m`` and design degrees of freedom minus ``m`` plus one.

    References
    ----------
    Korn, E. L., Graubard, B. I. (1990). *The American Statistician* 44, 270–276.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> design = survey_design(n_rows=6)
    >>> found = mean(design, [1, 2, 3, 4, 5, 6], by=groups([1, 1, 2, 2, 3, 3]))
    >>> contrast_test(found, [[-1, 1, 0], [0, -1, 1]]).p_value < 0.05
    True
    """
    combined = found.linear(matrix)
    k = combined.theta.size
    df = float(degrees_of_freedom(found.design)[0])
    second = max(df - k + 1, 1.0)
    v = combined.covariance
    if np.linalg.matrix_rank(v) < k:
        raise EstimationError(
            "the combinations are not linearly independent or do not vary; drop some",
            code="no_variance",
        )
    wald = float(combined.theta @ np.linalg.solve(v, combined.theta)) / k
    value = wald * second / max(df, 1.0)
    return TestResult(
        value, (float(k), second), float(stats.f.sf(value, k, second)), None, "Wald F"
    )
