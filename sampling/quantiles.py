"""Quantiles of a measured value in the population, with Woodruff intervals, safe under ties.

Leaves out densities: no standard error is derived from a density estimate.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike

from sampling.errors import EstimationError
from sampling.estimate import Estimate
from sampling.estimation import proportion
from sampling.intervals import IntervalMethod, ShareSample, share_interval
from sampling.statistic import t_quantiles
from sampling.structure import FloatArray, SurveyDesign

QuantileRule = Literal[
    "math", "school", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"
]
_TIE = 1e-12


def weighted_quantile(
    y: ArrayLike, sampling_weights: ArrayLike, probability: float, *, rule: QuantileRule = "math"
) -> float:
    r"""Return one quantile of weighted values.

    Parameters
    ----------
    y : array_like of float, shape (n,)
        Values.
    sampling_weights : array_like of float, shape (n,)
        Weights, at least 0 and not all zero.
    probability : float
        In [0, 1].
    rule : str
        ``math`` or ``hf1`` (default): smallest value whose share of population at or below it
        reaches ``probability``. ``school`` or ``hf2``: the mean of two neighbours when the share
        is met exactly. ``hf3`` … ``hf9``: the rules of Hyndman and Fan with counts replaced by
        sums of weights.

    Returns
    -------
    float
        The quantile, in the unit of ``y``.

    Raises
    ------
    EstimationError
        If the probability is outside [0, 1] or no row has a positive weight.

    Notes
    -----
    :math:`\inf\{x: \hat F(x) \ge p - 10^{-12}\}`; the small number makes exact ties exact in
    floating point.

    References
    ----------
    Hyndman, R. J., Fan, Y. (1996). *The American Statistician* 50, 361–365.

    Examples
    --------
    >>> weighted_quantile([1, 2, 3, 4], [1, 1, 1, 1], 0.5)
    2.0
    >>> weighted_quantile([1, 2, 3, 4], [1, 1, 1, 1], 0.5, rule="school")
    2.5
    """
    if not 0 <= probability <= 1:
        raise EstimationError(
            f"a quantile needs a probability in [0, 1], got {probability}", code="probability"
        )
    values = np.asarray(y, dtype=float)
    weights = np.asarray(sampling_weights, dtype=float)
    kept = (weights > 0) & ~np.isnan(values)
    if not kept.any():
        raise EstimationError(
            "no measured row with a positive sampling weight; widen the subpopulation",
            code="empty_subpopulation",
        )
    values, weights = values[kept], weights[kept]
    if rule in ("math", "hf1", "school", "hf2"):
        distinct, position = np.unique(values, return_inverse=True)
        mass = np.asarray(np.bincount(position, weights), dtype=np.float64)
    else:
        order = np.lexsort((weights, values))
        distinct, mass = values[order], weights[order]
    return _quantile(distinct, mass, probability, rule)


def _quantile(distinct: FloatArray, mass: FloatArray, p: float, rule: str) -> float:
    cumulative = np.cumsum(mass)
    size = cumulative[-1]
    share = cumulative / size
    if rule in ("math", "hf1", "school", "hf2", "hf3"):
        position = min(int(np.searchsorted(share, p - _TIE)), distinct.size - 1)
        exact = abs(share[position] - p) <= _TIE and position + 1 < distinct.size
        if rule in ("school", "hf2") and exact:
            return float((distinct[position] + distinct[position + 1]) / 2)
        if rule == "hf3":
            return _nearest(distinct, share, p, position)
        return float(distinct[position])
    last, before = mass[-1], cumulative - mass
    if rule == "hf4":
        points = share
    elif rule == "hf5":
        points = (cumulative + before) / (2 * size)
    elif rule == "hf6":
        points = cumulative / (size + last)
    elif rule == "hf7":
        points = before / before[-1] if distinct.size > 1 else np.array([0.0])
    elif rule == "hf8":
        points = (cumulative - mass / 3) / (size + last / 3)
    elif rule == "hf9":
        points = (cumulative - 3 * mass / 8) / (size + last / 4)
    else:
        raise EstimationError(f"quantile rule {rule!r} is unknown", code="quantile_rule")
    return float(np.interp(p, points, distinct))


def _nearest(distinct: FloatArray, share: FloatArray, p: float, position: int) -> float:
    """Hyndman–Fan rule 3: the value with the nearest share, the even one when both are equal."""
    if position == 0:
        return float(distinct[0])
    above, below = share[position] - p, p - share[position - 1]
    if abs(above - below) <= _TIE:
        return float(distinct[position if position % 2 == 1 else position - 1])
    return float(distinct[position] if above < below else distinct[position - 1])


def quantile(  # noqa: PLR0913 -- every option answers a question of the reader
    design: SurveyDesign,
    y: ArrayLike,
    probabilities: ArrayLike,
    *,
    subpopulation: ArrayLike | None = None,
    interval: str = "mean",
    confidence: float = 0.95,
    rule: QuantileRule = "math",
) -> list[Estimate]:
    r"""Estimate quantiles with Woodruff intervals.

    Rows with a missing value (NaN) count as outside the subpopulation.

    Parameters
    ----------
    design : SurveyDesign
        How the sample was taken.
    y : array_like of float, shape (n,)
        Measured values.
    probabilities : array_like of float
        Probabilities in (0, 1).
    subpopulation : array_like of bool, shape (n,), optional
        Rows that belong to the subpopulation asked about.
    interval : {"mean", "xlogit", "logit", "beta", "asin", "wilson", "kg"}
        Interval for the share at or below the quantile, see
        :func:`sampling.intervals.share_interval`.
    confidence : float
        Two-sided level in (0, 1).
    rule : str
        See :func:`weighted_quantile`.

    Returns
    -------
    list of Estimate
        One per probability, in the unit of ``y``. The standard error is the width of the
        interval over twice the t quantile.

    Raises
    ------
    EstimationError
        As :func:`weighted_quantile` and :func:`sampling.estimation.proportion`.

    Notes
    -----
    With :math:`q = \hat F^{-1}(p)` and a :math:`1-\alpha` interval :math:`(l, u)` for the share
    :math:`F(q)`, the interval is :math:`(\hat F^{-1}(l), \hat F^{-1}(u))`.

    References
    ----------
    Woodruff, R. S. (1952). *JASA* 47, 635–646.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> days = quantile(survey_design(n_rows=9), [3, 1, 4, 1, 5, 9, 2, 6, 5], [0.5])
    >>> days[0].value
    4.0
    """
    values = np.asarray(y, dtype=float)
    inside = ~np.isnan(values)
    if subpopulation is not None:
        inside &= np.asarray(subpopulation, dtype=bool)
    weights = np.where(inside, design.sampling_weights, 0.0)
    results = []
    for p in np.atleast_1d(np.asarray(probabilities, dtype=float)):
        value = weighted_quantile(values, weights, float(p), rule=rule)
        below = np.where(inside, values <= value, np.nan)
        share = proportion(design, below, subpopulation=inside)
        sample = ShareSample(
            float(share.theta[0]),
            float(share.covariance[0, 0]),
            int(share.n_sampled[0]),
            float(share.known_population[0]),
            float(share.kish_size[0]),
            float(share.degrees_of_freedom[0]),
        )
        ends = share_interval(
            sample, method=cast("IntervalMethod", interval), confidence=confidence
        )
        lower, upper = (
            weighted_quantile(values, weights, min(max(end, 0.0), 1.0), rule=rule) for end in ends
        )
        t = float(t_quantiles(confidence, sample.degrees_of_freedom))
        results.append(
            replace(
                share.estimates(confidence)[0],
                value=value,
                standard_error=(upper - lower) / (2 * t),
                lower=lower,
                upper=upper,
                method=f"quantile/{interval}",
            )
        )
    return results
