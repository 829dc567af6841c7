"""Audit attribute sampling: exact limits for a rate of deviation, and discovery sampling.

For one simple random sample without replacement, such as the files of one court. Leaves out
stratified samples (:mod:`sampling.intervals`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from sampling.errors import EstimationError
from sampling.estimate import Estimate

Conclusion = Literal["acceptable", "not_acceptable", "undecided"]


def exact_limits(
    n_deviations: int, n_sampled: int, n_population: int | None, *, confidence: float = 0.95
) -> Estimate:
    r"""Return the exact two-sided interval for a rate of deviation in one stratum.

    Parameters
    ----------
    n_deviations : int
        Files of the sample that deviate.
    n_sampled : int
        Files in the sample, drawn by simple random sampling.
    n_population : int or None
        Files in the population; ``None`` for one without limit (Clopper–Pearson).
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    Estimate
        Rate in [0, 1] with exact limits; the standard error is that of the sample rate.

    Raises
    ------
    EstimationError
        If counts are negative, not whole, or larger than what contains them.

    Notes
    -----
    The limits are the smallest and largest number of deviating files :math:`K` in the population
    for which neither tail :math:`P(X\ge x\mid K)`, :math:`P(X\le x\mid K)` is under
    :math:`\alpha/2`.

    References
    ----------
    Buonaccorsi, J. P. (1987). *The American Statistician* 41, 215–218. Clopper, C. J., Pearson,
    E. S. (1934). *Biometrika* 26, 404–413.

    Examples
    --------
    >>> found = exact_limits(0, 30, 50)
    >>> found.lower, found.upper
    (0.0, 0.06)
    """
    _checked(n_deviations, n_sampled, n_population)
    if not 0 < confidence < 1:
        raise EstimationError(f"confidence must lie between 0 and 1, got {confidence}")
    tail = (1 - confidence) / 2
    rate = n_deviations / n_sampled
    if n_population is None:
        lower = _binomial_lower(n_deviations, n_sampled, tail)
        upper = _binomial_upper(n_deviations, n_sampled, tail)
        open_part = 1.0
    else:
        lower = _smallest(n_deviations, n_sampled, n_population, tail) / n_population
        upper = _largest(n_deviations, n_sampled, n_population, tail) / n_population
        open_part = 1 - n_sampled / n_population
    variance = open_part * rate * (1 - rate) / max(n_sampled - 1, 1)
    return Estimate(
        rate,
        math.sqrt(variance),
        lower,
        upper,
        confidence,
        n_sampled,
        None if n_population is None else float(n_population),
        float(n_sampled - 1),
        "deviation_rate/exact",
    )


def upper_deviation_limit(
    n_deviations: int, n_sampled: int, n_population: int | None = None, *, confidence: float = 0.95
) -> float:
    """Return the one-sided exact upper limit of a rate of deviation.

    Parameters
    ----------
    n_deviations, n_sampled : int
        Deviating files and files in the sample.
    n_population : int, optional
        Files in the population; without it the population has no limit.
    confidence : float
        Probability that the limit is not under the true rate, at least.

    Returns
    -------
    float
        Largest rate in [0, 1] that the sample does not rule out.

    References
    ----------
    AICPA (2019). *Audit Guide: Audit Sampling*, appendix A.

    Examples
    --------
    >>> round(upper_deviation_limit(0, 59), 4)
    0.0495
    >>> upper_deviation_limit(0, 30, 50)
    0.06
    """
    _checked(n_deviations, n_sampled, n_population)
    tail = 1 - confidence
    if n_population is None:
        return _binomial_upper(n_deviations, n_sampled, tail)
    return _largest(n_deviations, n_sampled, n_population, tail) / n_population


@dataclass(frozen=True, slots=True)
class AttributeConclusion:
    """Verdict of an attribute test against the tolerable rate.

    Attributes
    ----------
    deviation_rate : float
        Rate in the sample.
    upper_deviation_limit : float
        One-sided exact upper limit.
    lower_deviation_limit : float
        One-sided exact lower limit.
    allowance_for_sampling_risk : float
        Upper limit minus sample rate.
    conclusion : {"acceptable", "not_acceptable", "undecided"}
        Acceptable when the upper limit is at most the tolerable rate; not acceptable when the
        lower limit exceeds it.
    """

    deviation_rate: float
    upper_deviation_limit: float
    lower_deviation_limit: float
    allowance_for_sampling_risk: float
    conclusion: Conclusion


def conclude(
    n_deviations: int,
    n_sampled: int,
    n_population: int | None,
    tolerable_deviation_rate: float,
    *,
    confidence: float = 0.95,
) -> AttributeConclusion:
    """Compare a sample with the tolerable rate of deviation.

    Parameters
    ----------
    n_deviations, n_sampled : int
        Deviating files and files in the sample.
    n_population : int or None
        Files in the population.
    tolerable_deviation_rate : float
        Highest rate that is still acceptable, in (0, 1).
    confidence : float
        One-sided level of each limit.

    Returns
    -------
    AttributeConclusion
        Limits and verdict; ``undecided`` when the sample is too small to tell.

    Examples
    --------
    >>> conclude(0, 60, 5000, 0.05).conclusion
    'acceptable'
    >>> conclude(3, 60, 5000, 0.05).conclusion
    'undecided'
    """
    upper = upper_deviation_limit(n_deviations, n_sampled, n_population, confidence=confidence)
    tail = 1 - confidence
    if n_population is None:
        lower = _binomial_lower(n_deviations, n_sampled, tail)
    else:
        lower = _smallest(n_deviations, n_sampled, n_population, tail) / n_population
    conclusion: Conclusion = "undecided"
    if upper <= tolerable_deviation_rate:
        conclusion = "acceptable"
    elif lower > tolerable_deviation_rate:
        conclusion = "not_acceptable"
    rate = n_deviations / n_sampled
    return AttributeConclusion(rate, upper, lower, upper - rate, conclusion)


def discovery_probability(n_deviating: int, n_sampled: int, n_population: int) -> float:
    """Return the probability that a sample shows at least one of the deviating files.

    Parameters
    ----------
    n_deviating : int
        Deviating files in the population.
    n_sampled, n_population : int
        Files in the sample and in the population.

    Returns
    -------
    float
        Probability in [0, 1].

    Examples
    --------
    >>> round(discovery_probability(250, 59, 5000), 3)
    0.952
    """
    _checked(n_deviating, n_population, None)
    _checked(0, n_sampled, n_population)
    return float(1 - stats.hypergeom.pmf(0, n_population, n_deviating, n_sampled))


def _checked(n_deviations: int, n_sampled: int, n_population: int | None) -> None:
    whole = [n_deviations, n_sampled] + ([] if n_population is None else [n_population])
    if any(int(value) != value for value in whole) or not 0 <= n_deviations <= n_sampled:
        raise EstimationError(
            f"{n_deviations} deviations in {n_sampled} files: give whole numbers with deviations"
            " between 0 and the sample size",
            code="counts",
        )
    if n_sampled < 1 or (n_population is not None and n_population < n_sampled):
        raise EstimationError(
            f"{n_sampled} files sampled from {n_population}: the sample needs at least one file and"
            " at most the population",
            code="counts",
        )


def _binomial_lower(x: int, n: int, tail: float) -> float:
    return 0.0 if x == 0 else float(stats.beta.ppf(tail, x, n - x + 1))


def _binomial_upper(x: int, n: int, tail: float) -> float:
    return 1.0 if x == n else float(stats.beta.ppf(1 - tail, x + 1, n - x))


def _largest(x: int, n: int, population: int, tail: float) -> int:
    """Largest K with P(X <= x | K) >= tail, by bisection (the probability falls with K)."""
    low, high = x, population - (n - x)
    while low < high:
        middle = (low + high + 1) // 2
        if float(stats.hypergeom.cdf(x, population, middle, n)) >= tail * (1 - 1e-12):
            low = middle
        else:
            high = middle - 1
    return low


def _smallest(x: int, n: int, population: int, tail: float) -> int:
    """Smallest K with P(X >= x | K) >= tail, by bisection (the probability grows with K)."""
    low, high = x, population - (n - x)
    while low < high:
        middle = (low + high) // 2
        if float(stats.hypergeom.sf(x - 1, population, middle, n)) >= tail * (1 - 1e-12):
            high = middle
        else:
            low = middle + 1
    return low


def effective_deviations(share: Estimate, effective_size: float) -> tuple[int, int]:
    """Return whole deviations and files that carry the information of a weighted share.

    Rounds against the reader's comfort: deviations up, files down.

    Parameters
    ----------
    share : Estimate
        Estimated rate of deviation.
    effective_size : float
        Effective sample size.

    Returns
    -------
    tuple of int
        Deviations and files.

    Examples
    --------
    >>> effective_deviations(Estimate(0.02, 0.01, 0, 0.1, 0.95, 90, 900, 80, "x"), 71.8)
    (2, 71)
    """
    files = max(int(np.floor(effective_size)), 1)
    return min(int(np.ceil(share.value * files - 1e-9)), files), files
