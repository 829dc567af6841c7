"""Correct reported or first-read values by a smaller audited sample.

Difference and ratio estimators for values reported for every unit, and the two-phase estimator
for readings checked by a blind gold sub-sample. Leaves out agreement (:mod:`sampling.agreement`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sampling.errors import EstimationError
from sampling.estimate import Estimate
from sampling.estimation import ratio, total
from sampling.statistic import t_quantiles
from sampling.structure import FloatArray, SurveyDesign


def difference_estimate(
    design: SurveyDesign,
    reported: ArrayLike,
    audited: ArrayLike,
    reported_total: float,
    *,
    confidence: float = 0.95,
) -> Estimate:
    r"""Correct a reported total by the mean error found in an audited sample.

    Parameters
    ----------
    design : SurveyDesign
        How the audited units were sampled.
    reported, audited : array_like of float, shape (n,)
        Reported and audited value of each sampled unit.
    reported_total : float
        Sum of the reported values over the whole population.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    Estimate
        Corrected total with t interval.

    Raises
    ------
    EstimationError
        If a value is missing or the reported total is not finite.

    Notes
    -----
    :math:`\hat Y = X + \sum w_i (y_i - x_i)`; variance of the estimated total error.

    References
    ----------
    Neter, J., Loebbecke, J. K. (1975). *Behavior of Major Statistical Estimators in Sampling
    Accounting Populations*, AICPA. Cochran (1977), section 7.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> design = survey_design(populations=[100] * 4)
    >>> difference_estimate(design, [10, 20, 30, 40], [10, 18, 30, 40], 2500.0).value
    2450.0
    """
    x, y = _pair(reported, audited, reported_total)
    found = total(design, y - x).estimates(confidence)[0]
    return replace(
        found,
        value=found.value + reported_total,
        lower=found.lower + reported_total,
        upper=found.upper + reported_total,
        method="difference/t",
    )


def ratio_estimate(
    design: SurveyDesign,
    reported: ArrayLike,
    audited: ArrayLike,
    reported_total: float,
    *,
    confidence: float = 0.95,
) -> Estimate:
    r"""Correct a reported total by the ratio of audited to reported values in a sample.

    Parameters and errors are those of :func:`difference_estimate`. Better than the difference
    when errors grow with the size of the unit.

    Returns
    -------
    Estimate
        Corrected total with t interval.

    Notes
    -----
    :math:`\hat Y = X \sum w_i y_i / \sum w_i x_i`.

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., section 6.3.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> design = survey_design(populations=[100] * 4)
    >>> round(ratio_estimate(design, [10, 20, 30, 40], [9, 18, 27, 36], 2500.0).value, 6)
    2250.0
    """
    x, y = _pair(reported, audited, reported_total)
    found = ratio(design, y, x).estimates(confidence)[0]
    return replace(
        found,
        value=found.value * reported_total,
        standard_error=found.standard_error * abs(reported_total),
        lower=min(found.lower * reported_total, found.upper * reported_total),
        upper=max(found.lower * reported_total, found.upper * reported_total),
        method="ratio/t",
    )


def two_phase_mean(
    reviewed: ArrayLike,
    gold: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    population_sizes: dict[object, float] | None = None,
    confidence: float = 0.95,
    is_share: bool = True,
) -> Estimate:
    r"""Estimate a mean or share from readings corrected by a blind gold sub-sample.

    The gold sub-sample is a simple random sub-sample of the reviewed files of each stratum (or of
    all strata together) and **includes files on which the readers agreed**: settling only the
    disagreements cannot see errors that readers share.

    Parameters
    ----------
    reviewed : array_like of float, shape (n,)
        Reading of each file (0 or 1 for a share).
    gold : array_like of float, shape (n,)
        Gold reading where the file was audited, missing (NaN) elsewhere.
    strata : array_like, shape (n,), optional
        Stratum of each file.
    population_sizes : dict, optional
        Files in the population of each stratum; without it populations have no limit and strata
        weigh as in the sample.
    confidence : float
        Two-sided level in (0, 1).
    is_share : bool
        Cut value and interval at 0 and 1.

    Returns
    -------
    Estimate
        Corrected mean with a t interval on audited files minus audit groups degrees of freedom.

    Raises
    ------
    EstimationError
        If a reading is missing, or fewer than two files were audited; audit more files.

    Notes
    -----
    In one stratum :math:`\hat\theta = \bar r + \bar d`, :math:`d = g - r` over audited files,

    .. math::
        v = (1-f_1)\frac{s_g^2}{n_1} + \Bigl(1-\frac{n_2}{n_1}\Bigr)\frac{s_d^2}{n_2};

    strata add with squared population shares. Strata with fewer than two audited files are
    audited as one group: their mean difference is taken over all of them.

    References
    ----------
    Tenenbein, A. (1970). *JASA* 65, 1350–1361. Cochran (1977), section 12. Särndal et al. (1992),
    chapter 9.

    Examples
    --------
    >>> nan = float("nan")
    >>> reviewed = [1, 1, 0, 1, 1, 0, 1, 1]
    >>> gold = [1, 0, 0, 1, nan, nan, nan, nan]
    >>> round(two_phase_mean(reviewed, gold).value, 3)
    0.5
    """
    r, g, stratum, names = _readings(reviewed, gold, strata)
    audited = ~np.isnan(g)
    n_strata = len(names)
    n1 = np.bincount(stratum, minlength=n_strata).astype(float)
    n2 = np.bincount(stratum[audited], minlength=n_strata).astype(float)
    if population_sizes is None:
        share, fraction = n1 / n1.sum(), np.zeros(n_strata)
        size = None
    else:
        sizes = _sizes(names, n1, population_sizes)
        share, fraction, size = sizes / sizes.sum(), n1 / sizes, float(sizes.sum())
    group = np.where(n2 >= 2, np.arange(n_strata), n_strata)
    group = _with_enough(group, n2, n_strata)
    row_share = (share / n1)[stratum]
    value = float((row_share * r).sum())
    variance = float(
        (share**2 * (1 - fraction) * _gold_spread(r, g, stratum, n_strata, audited) / n1).sum()
    )
    used_groups = np.unique(group)
    for code in used_groups:
        rows = audited & (group[stratum] == code)
        part = row_share[rows] / row_share[rows].sum()
        difference = g[rows] - r[rows]
        mass = float(share[group == code].sum())
        m, available = int(rows.sum()), float(n1[group == code].sum())
        centre = float((part * difference).sum())
        spread = float((m * part**2 * (difference - centre) ** 2).sum() * m / (m - 1))
        value += mass * centre
        variance += mass**2 * (1 - m / available) * spread / m
    df = float(audited.sum() - used_groups.size)
    margin = float(t_quantiles(confidence, df)) * variance**0.5
    lower, upper = value - margin, value + margin
    if is_share:
        value, lower, upper = (min(max(end, 0.0), 1.0) for end in (value, lower, upper))
    return Estimate(
        value, variance**0.5, lower, upper, confidence, int(r.size), size, df, "two_phase/t"
    )


def _with_enough(group: np.ndarray, n2: FloatArray, n_strata: int) -> np.ndarray:
    """Join the left-over strata with another group when they hold fewer than two audited files."""
    left_over = group == n_strata
    if left_over.any() and n2[left_over].sum() < 2:
        if n2.sum() < 2:
            raise EstimationError(
                f"{int(n2.sum())} audited files; the correction needs at least two, better sixty",
                code="few_audited",
            )
        return np.zeros_like(group)
    return group


def _gold_spread(
    r: FloatArray, g: FloatArray, stratum: np.ndarray, n_strata: int, audited: np.ndarray
) -> FloatArray:
    """Variance of the gold value in each stratum; pooled over strata with few audited files."""
    pooled = float(np.var(g[audited], ddof=1))
    spread = np.full(n_strata, pooled)
    for h in range(n_strata):
        own = g[audited & (stratum == h)]
        if own.size >= 10:
            spread[h] = float(np.var(own, ddof=1))
        else:
            first = r[stratum == h]
            if first.size >= 10:
                spread[h] = max(float(np.var(first, ddof=1)), pooled)
    return spread


def _readings(
    reviewed: ArrayLike, gold: ArrayLike, strata: ArrayLike | None
) -> tuple[FloatArray, FloatArray, np.ndarray, list[object]]:
    r, g = np.asarray(reviewed, dtype=float), np.asarray(gold, dtype=float)
    if r.shape != g.shape or r.ndim != 1:
        raise EstimationError("reviewed and gold readings differ in length", code="value_length")
    if np.isnan(r).any():
        row = int(np.flatnonzero(np.isnan(r))[0])
        raise EstimationError(
            f"row {row + 1}: the reading is missing; leave the file out and adjust the weights",
            code="value_missing",
            row=row + 1,
        )
    if strata is None:
        return r, g, np.zeros(r.size, dtype=np.int64), ["all"]
    codes, names = pd.factorize(np.asarray(strata))
    if codes.shape != r.shape or (codes < 0).any():
        raise EstimationError("each reading needs a stratum", code="value_length")
    return r, g, codes.astype(np.int64), list(names)


def _sizes(names: list[object], n1: FloatArray, sizes: dict[object, float]) -> FloatArray:
    known = np.array([float(sizes.get(name, np.nan)) for name in names])
    wrong = ~(known >= n1)
    if wrong.any():
        name = names[int(np.flatnonzero(wrong)[0])]
        raise EstimationError(
            f"stratum {name!r} has no population size or one smaller than its sample",
            code="population_small",
            stratum=str(name),
        )
    return known


def _pair(
    reported: ArrayLike, audited: ArrayLike, reported_total: float
) -> tuple[FloatArray, FloatArray]:
    x, y = np.asarray(reported, dtype=float), np.asarray(audited, dtype=float)
    if x.shape != y.shape:
        raise EstimationError("reported and audited values differ in length", code="value_length")
    if not (np.isfinite(x).all() and np.isfinite(y).all() and np.isfinite(reported_total)):
        raise EstimationError(
            "a reported or audited value is missing; complete the audited units first",
            code="value_missing",
        )
    return x, y
