"""Sample sizes for a wanted precision, before there is any data, and what they mean in the field.

Leaves out power (:mod:`sampling.power`) and spreading over strata (:mod:`sampling.allocation`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from sampling.errors import DesignError


@dataclass(frozen=True)
class FieldSize:
    """What a required precision means in the field.

    ``completed`` units must be answered or reviewed; ``invited`` must be approached for that;
    ``is_reachable`` is false if the population is too small for it.
    """

    completed: int
    invited: int
    is_reachable: bool


def in_the_field(
    base_size: float,
    *,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
    population_size: float = math.inf,
) -> FieldSize:
    r"""Turn the size for simple random sampling from a large population into a size in the field.

    The finite population correction belongs to the completed units, so it comes after the design
    effect and before the response rate. (Dividing by the response rate first would promise fewer
    completed units than the precision needs.)

    Parameters
    ----------
    base_size : float
        Size for simple random sampling without finite population correction, units.
    design_effect : float
        Variance of the planned design divided by that of simple random sampling, above 0.
    response_rate : float
        Expected share of approached units that end up complete, in (0, 1].
    population_size : float
        Units in the population; infinite if unknown.

    Returns
    -------
    FieldSize
        Whole numbers, rounded upward.

    Raises
    ------
    DesignError
        If an argument is outside its range.

    Notes
    -----
    :math:`n_1 = n_0 \cdot deff`, :math:`n_2 = n_1 / (1 + (n_1 - 1)/N)`,
    :math:`n_3 = n_2 / rr`.

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., section 4.4. Kish, L. (1965). *Survey
    Sampling*, section 8.2.

    Examples
    --------
    >>> in_the_field(385, response_rate=0.5, population_size=1000)
    FieldSize(completed=279, invited=557, is_reachable=True)
    """
    require(base_size > 0, "base_size must be above 0")
    require(design_effect > 0, "design_effect must be above 0")
    require(0 < response_rate <= 1, "response_rate must be in (0, 1]")
    require(population_size >= 1, "population_size must be 1 or more")
    n = base_size * design_effect
    completed = n / (1.0 + (n - 1.0) / population_size)
    invited = round_up(completed / response_rate)
    return FieldSize(round_up(completed), invited, invited <= population_size)


def for_proportion(
    rate: float,
    *,
    half_width: float | None = None,
    coefficient_of_variation: float | None = None,
    confidence: float = 0.95,
    population_size: float = math.inf,
) -> float:
    r"""Return the size that estimates a proportion with a given half-width or relative error.

    Parameters
    ----------
    rate : float
        Expected proportion in (0, 1); 0.5 is the worst case for ``half_width``.
    half_width : float, optional
        Half of the width of the normal interval, as a proportion.
    coefficient_of_variation : float, optional
        Standard error divided by the proportion. Exactly one of the two must be given.
    confidence : float
        Two-sided confidence level, used with ``half_width``.
    population_size : float
        Units in the population.

    Returns
    -------
    float
        Unrounded size, units.

    Raises
    ------
    DesignError
        If an argument is outside its range or both or neither target is given.

    Notes
    -----
    With :math:`a = N/(N-1)` and target variance :math:`V`,
    :math:`n = a p q / (V + p q / (N - 1))`.

    References
    ----------
    Valliant, R., Dever, J. A., Kreuter, F. (2018). *Practical Tools for Designing and Weighting
    Survey Samples*, 2nd ed., section 3.2.

    Examples
    --------
    >>> round(for_proportion(0.5, coefficient_of_variation=0.05, population_size=5000), 6)
    370.43897
    >>> math.ceil(for_proportion(0.5, half_width=0.02, population_size=20_000_000))
    2401
    """
    require(0 < rate < 1, "rate must be between 0 and 1")
    require(
        (half_width is None) != (coefficient_of_variation is None),
        "give either half_width or coefficient_of_variation",
    )
    if half_width is not None:
        require(half_width > 0, "half_width must be above 0")
        variance = (half_width / normal_quantile(confidence)) ** 2
    else:
        variance = (float(coefficient_of_variation or 0) * rate) ** 2
        require(variance > 0, "coefficient_of_variation must be above 0")
    return _with_target_variance(rate * (1 - rate), variance, population_size)


def for_mean(
    standard_deviation: float,
    *,
    half_width: float,
    confidence: float = 0.95,
    population_size: float = math.inf,
) -> float:
    r"""Return the size that estimates a mean with a given half-width.

    Parameters
    ----------
    standard_deviation : float
        Of the quantity in the population, in its own unit.
    half_width : float
        Half of the interval's width, in the same unit.
    confidence : float
        Two-sided confidence level.
    population_size : float
        Units in the population.

    Returns
    -------
    float
        Unrounded size, units.

    Notes
    -----
    :math:`n = S^2 / (V + S^2 / N)` with :math:`V = (e/z)^2`.

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., section 4.6.

    Examples
    --------
    >>> math.ceil(for_mean(120, half_width=10, population_size=2000))
    434
    """
    require(standard_deviation > 0, "standard_deviation must be above 0")
    require(half_width > 0, "half_width must be above 0")
    variance = (half_width / normal_quantile(confidence)) ** 2
    return standard_deviation**2 / (variance + standard_deviation**2 / population_size)


def for_proportion_wilson(rate: float, *, half_width: float, confidence: float = 0.95) -> float:
    r"""Return the size at which the Wilson interval has a given half-width.

    Notes
    -----
    :math:`n = z^2 (pq - 2e^2 + \sqrt{e^2 - pq(4e^2 - pq)}) / (2e^2)`.

    References
    ----------
    Newcombe, R. G. (1998). *Statistics in Medicine* 17, 857-872; Valliant et al. (2018), 3.2.

    Examples
    --------
    >>> round(for_proportion_wilson(0.5, half_width=0.05), 3)
    380.304
    """
    require(0 < rate < 1, "rate must be between 0 and 1")
    require(0 < half_width < 0.5, "half_width must be between 0 and 0.5")
    spread, e2 = rate * (1 - rate), half_width**2
    root = math.sqrt(e2 - spread * (4 * e2 - spread))
    return normal_quantile(confidence) ** 2 * (spread - 2 * e2 + root) / (2 * e2)


def for_proportion_logit(
    rate: float,
    *,
    half_width: float,
    confidence: float = 0.95,
    population_size: float = math.inf,
) -> float:
    r"""Return the size at which the interval on the log-odds scale has a given half-width.

    Notes
    -----
    The interval :math:`logit(p) \pm d` is ``2 half_width`` wide as proportions; then the variance
    target is :math:`V = (p q d / z)^2` and :math:`1/n = pq d^2 (N-1) / (z^2 N) + 1/N`. R's
    ``PracTools::nLogOdds`` has the factor :math:`N/(N-1)` upside down (2141.45 for the example).

    References
    ----------
    Valliant, R., Dever, J. A., Kreuter, F. (2018), section 3.2.

    Examples
    --------
    >>> round(for_proportion_logit(0.5, half_width=0.02, population_size=20000), 2)
    2141.64
    """
    require(0 < rate < 1, "rate must be between 0 and 1")
    require(0 < half_width < 0.5, "half_width must be between 0 and 0.5")
    odds = (1 - rate) / rate

    def excess(d: float) -> float:
        return 1 / (1 + odds * math.exp(-d)) - 1 / (1 + odds * math.exp(d)) - 2 * half_width

    d = float(optimize.brentq(excess, 1e-12, 50.0, xtol=1e-15))
    variance = (rate * (1 - rate) * d / normal_quantile(confidence)) ** 2
    return _with_target_variance(rate * (1 - rate), variance, population_size)


def design_effect_of_weights(sampling_weights: ArrayLike) -> float:
    r"""Return Kish's design effect of unequal sampling weights.

    Parameters
    ----------
    sampling_weights : array_like of float, shape (n,)
        Weights above 0.

    Returns
    -------
    float
        1 for equal weights.

    Notes
    -----
    :math:`1 + CV^2(w) = n \sum w^2 / (\sum w)^2`.

    References
    ----------
    Kish, L. (1992). Weighting for unequal P_i. *Journal of Official Statistics* 8, 183-200.

    Examples
    --------
    >>> round(design_effect_of_weights([1, 2, 3, 1.5, 7, 2.2]), 12)
    1.507906343003
    """
    w = np.asarray(sampling_weights, dtype=float)
    require(w.ndim == 1 and w.size > 0 and bool((w > 0).all()), "weights must be above 0")
    return float(w.size * (w**2).sum() / w.sum() ** 2)


def _with_target_variance(spread: float, variance: float, population_size: float) -> float:
    if math.isinf(population_size):
        return spread / variance
    require(population_size >= 2, "population_size must be 2 or more")
    correction = population_size / (population_size - 1)
    return correction * spread / (variance + spread / (population_size - 1))


def normal_quantile(confidence: float) -> float:
    """Return the two-sided normal quantile of a confidence level.

    Examples
    --------
    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    require(0 < confidence < 1, "confidence must be between 0 and 1")
    return float(stats.norm.ppf(0.5 + confidence / 2))


def round_up(value: float) -> int:
    """Return the next whole number, forgiving floating-point dust below 1e-9.

    Examples
    --------
    >>> round_up(59.0000000001), round_up(59.2)
    (59, 60)
    """
    return math.ceil(value - 1e-9)


def require(condition: bool, message: str) -> None:
    """Raise DesignError with the message unless the condition holds.

    Examples
    --------
    >>> require(1 + 1 == 2, "arithmetic holds")
    """
    if not condition:
        raise DesignError(message, code="size_bad_argument", reason=message)
