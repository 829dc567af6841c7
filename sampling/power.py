"""Sample sizes that decide something: a change between rounds, a threshold, the absence of faults.

Leaves out sizes for precision (:mod:`sampling.size`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from sampling.errors import DesignError
from sampling.size import normal_quantile, require, round_up


@dataclass(frozen=True)
class Risk:
    """Two risks of a test: ``confidence`` is 1 minus the first, ``power`` 1 minus the other."""

    confidence: float = 0.95
    power: float = 0.80
    is_two_sided: bool = True


@dataclass(frozen=True)
class Overlap:
    """How two rounds share units.

    ``share`` of the first sample is also in the second, in [0, 1]; ``covariance`` of one unit's
    two values (for proportions ``p_both - p_1 p_2``); ``size_ratio`` first to second sample.
    """

    share: float = 0.0
    covariance: float = 0.0
    size_ratio: float = 1.0


_NO_OVERLAP = Overlap()
_USUAL_RISK = Risk()


@dataclass(frozen=True)
class ChangeSizes:
    """Sizes of two rounds that show a change with given power."""

    first: int
    second: int


def for_change(
    first_variance: float,
    second_variance: float,
    change: float,
    *,
    overlap: Overlap = _NO_OVERLAP,
    risk: Risk = _USUAL_RISK,
) -> ChangeSizes:
    r"""Return the sizes of two rounds that show a change of given size, with or without overlap.

    Parameters
    ----------
    first_variance, second_variance : float
        Unit variances in the two rounds; for a proportion ``p (1 - p)``.
    change : float
        Change to be shown, not 0, in the unit of the quantity.
    overlap : Overlap
        Shared units, their covariance, and the ratio of the sizes.
    risk : Risk
        Confidence, power, and whether a change in either direction counts.

    Returns
    -------
    ChangeSizes
        Whole numbers, rounded upward.

    Notes
    -----
    :math:`n_1 = (S_1^2 + r S_2^2 - 2 g r C)(z_{1-\alpha/2} + z_{1-\beta})^2 / \delta^2`.

    References
    ----------
    Valliant, R., Dever, J. A., Kreuter, F. (2018), section 4.3 (two dependent samples).

    Examples
    --------
    From 60 % to 65 %, 45 % in both; no overlap, half, full.

    >>> shares = [Overlap(share, covariance=0.06) for share in (0, 0.5, 1)]
    >>> [for_change(0.24, 0.2275, 0.05, overlap=overlap).first for overlap in shares]
    [1468, 1280, 1091]
    """
    require(first_variance > 0 and second_variance > 0, "variances must be above 0")
    require(change != 0, "change must not be 0")
    require(0 <= overlap.share <= 1, "the overlap must be in [0, 1]")
    require(overlap.size_ratio > 0, "size_ratio must be above 0")
    require(0 < risk.power < 1, "power must be between 0 and 1")
    require(
        abs(overlap.covariance) <= math.sqrt(first_variance * second_variance) * (1 + 1e-12),
        "the covariance is larger than the variances allow",
    )
    r = overlap.size_ratio
    spread = first_variance + r * (second_variance - 2 * overlap.share * overlap.covariance)
    z_alpha = (
        normal_quantile(risk.confidence)
        if risk.is_two_sided
        else float(stats.norm.ppf(risk.confidence))
    )
    n = spread * (z_alpha + float(stats.norm.ppf(risk.power))) ** 2 / change**2
    return ChangeSizes(round_up(n), round_up(n if r == 1 else n / r))


def for_discovery(
    tolerable_rate: float,
    *,
    confidence: float = 0.95,
    population_size: int | None = None,
    accepted_deviations: int = 0,
) -> int:
    r"""Return the smallest sample whose few deviations rule out a tolerable deviation rate.

    If the sample shows no more than ``accepted_deviations``, then with the given confidence the
    population has a deviation rate below ``tolerable_rate``.

    Parameters
    ----------
    tolerable_rate : float
        Rate to be ruled out, in (0, 1).
    confidence : float
        One minus the risk of accepting a population at that rate.
    population_size : int, optional
        Files in the population; without it the binomial distribution is used.
    accepted_deviations : int
        Deviations at which the conclusion still holds, 0 for discovery sampling.

    Returns
    -------
    int
        Files to review.

    Raises
    ------
    DesignError
        If no sample, not even a census, can rule out the rate: the population holds too few files.

    Notes
    -----
    Smallest :math:`n` with :math:`P(X \le c) \le 1 - confidence`, :math:`X` hypergeometric with
    :math:`K = \lceil N r \rceil` deviations among :math:`N`.

    References
    ----------
    AICPA (2017). *Audit Sampling*, appendix C; Valliant et al. (2018), ``nAuditAttr``.

    Examples
    --------
    >>> for_discovery(0.05, population_size=5000)
    59
    >>> for_discovery(0.02, confidence=0.99, population_size=800)
    199
    """
    require(0 < tolerable_rate < 1, "tolerable_rate must be between 0 and 1")
    require(0 < confidence < 1, "confidence must be between 0 and 1")
    require(accepted_deviations >= 0, "accepted_deviations must be 0 or more")
    risk = 1 - confidence
    if population_size is None:
        return _smallest(
            lambda n: float(stats.binom.cdf(accepted_deviations, n, tolerable_rate)) <= risk,
            accepted_deviations + 1,
            10_000_000,
        )
    deviations = math.ceil(population_size * tolerable_rate - 1e-9)
    if deviations <= accepted_deviations:
        raise DesignError(
            f"{population_size} files hold too few deviations at this rate to be ruled out",
            code="size_undecidable",
            population_size=population_size,
        )
    return _smallest(
        lambda n: (
            float(stats.hypergeom.cdf(accepted_deviations, population_size, deviations, n)) <= risk
        ),
        accepted_deviations + 1,
        population_size,
    )


@dataclass(frozen=True)
class Decision:
    """How a threshold can be decided from a sample: its size and the critical number of files."""

    sample_size: int
    fewest_conforming: int
    power: float


def for_threshold(
    threshold: float,
    expected_rate: float,
    *,
    population_size: int,
    confidence: float = 0.95,
    power: float = 0.80,
) -> Decision | None:
    r"""Return the smallest sample that can show that a rate is at least a threshold.

    Used for milestones and vetoes such as "at least 90 %": the claim counts as shown if so many
    files conform that a population just below the threshold would give as many with probability
    at most ``1 - confidence``.

    Parameters
    ----------
    threshold : float
        Rate that the claim names, in (0, 1).
    expected_rate : float
        Rate that is believed to be true, above ``threshold``.
    population_size : int
        Files in the population.
    confidence, power : float
        Of the one-sided exact test.

    Returns
    -------
    Decision or None
        None if even a census would leave the claim undecided (the expected rate gives no whole
        number of files above the threshold).

    Notes
    -----
    With :math:`K_0 = \lceil N t \rceil - 1` conforming files (the largest number below the
    threshold): smallest :math:`n` with :math:`P(X \ge c \mid K_0) \le \alpha` and
    :math:`P(X \ge c \mid K_1) \ge power`, :math:`X` hypergeometric. The size is the smallest from
    which the condition also holds for the next five sizes, because the exact test is a saw-tooth.

    References
    ----------
    Valliant, R., Dever, J. A., Kreuter, F. (2018), section 4.2; Clopper, C. J., Pearson, E. S.
    (1934). *Biometrika* 26, 404-413.

    Examples
    --------
    >>> for_threshold(0.90, 0.97, population_size=800).sample_size
    73
    """
    require(0 < threshold < 1, "threshold must be between 0 and 1")
    require(threshold < expected_rate <= 1, "expected_rate must lie above the threshold")
    require(population_size >= 1, "population_size must be 1 or more")
    below = math.ceil(population_size * threshold - 1e-9) - 1
    expected = math.floor(population_size * expected_rate + 1e-9)
    if expected <= below:
        return None
    sizes = np.arange(1, population_size + 1)
    critical = np.asarray(stats.hypergeom.isf(1 - confidence, population_size, below, sizes)) + 1
    reached = np.asarray(stats.hypergeom.sf(critical - 1, population_size, expected, sizes))
    enough = reached >= power
    for position in np.flatnonzero(enough):
        if enough[position : position + 6].all():
            return Decision(int(sizes[position]), int(critical[position]), float(reached[position]))
    return None


def _smallest(is_enough: Callable[[int], bool], low: int, high: int) -> int:
    if not is_enough(high):
        raise DesignError("even a census does not decide", code="size_undecidable")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle + 1, high)
    return low
