"""Spreading a sample over strata whose units cost differently: for a budget or for a precision.

Leaves out several indicators at once (:mod:`sampling.bethel`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from sampling.allocation import (
    NO_BOUNDS,
    Bounds,
    FloatArray,
    check_sizes,
    check_spreads,
    spread_total,
)
from sampling.errors import AllocationError


def for_budget(
    budget: float,
    population_sizes: ArrayLike,
    standard_deviations: ArrayLike,
    unit_costs: ArrayLike,
    *,
    bounds: Bounds = NO_BOUNDS,
) -> FloatArray:
    r"""Spread a budget so that one total is estimated as precisely as possible.

    Parameters
    ----------
    budget : float
        Money or hours that may be spent.
    population_sizes, standard_deviations, unit_costs : array_like of float, shape (H,)
        Units, standard deviation and cost of one unit in each stratum.
    bounds : Bounds
        Minimum and cap per stratum.

    Returns
    -------
    ndarray of float, shape (H,)
        Unrounded sizes that use the budget.

    Notes
    -----
    :math:`n_h \propto N_h S_h / \sqrt{c_h}`.

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., section 5.5.

    Examples
    --------
    >>> for_budget(700, [500, 500], [2, 2], [4, 1]).tolist()
    [116.66666666666667, 233.33333333333334]
    """
    big_n = check_sizes(population_sizes)
    cost = _costs(unit_costs, big_n)
    key = big_n * check_spreads(standard_deviations, big_n) / np.sqrt(cost)
    return spread_total(budget, key, big_n, bounds, unit_costs=cost)


def for_variance(
    target: float,
    population_sizes: ArrayLike,
    standard_deviations: ArrayLike,
    unit_costs: ArrayLike = 1.0,
    *,
    bounds: Bounds = NO_BOUNDS,
) -> FloatArray:
    r"""Return the cheapest sizes whose mean has at most a given standard error.

    Parameters
    ----------
    target : float
        Standard error of the mean that must be reached, above 0.
    population_sizes, standard_deviations, unit_costs : array_like of float, shape (H,)
        Units, standard deviation and cost of one unit in each stratum.
    bounds : Bounds
        Minimum and cap per stratum.

    Returns
    -------
    ndarray of float, shape (H,)
        Unrounded sizes.

    Raises
    ------
    AllocationError
        If the caps do not allow the precision. Raise the cap or accept a larger error.

    Notes
    -----
    :math:`n_h = N_h S_h / \sqrt{c_h} \cdot \sum N_h S_h \sqrt{c_h} / (V N^2 + \sum N_h S_h^2)`,
    clipped; clipped strata keep their variance and the rest is solved again.

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., section 5.9.

    Examples
    --------
    >>> from sampling.allocation import standard_error
    >>> n = for_variance(0.1, [500, 500], [1, 3])
    >>> round(float(standard_error(n, [500, 500], [1, 3])), 12)
    0.1
    """
    big_n = check_sizes(population_sizes)
    spread, cost = check_spreads(standard_deviations, big_n), _costs(unit_costs, big_n)
    if not target > 0:
        raise AllocationError("the target must be above 0", code="allocation_argument")
    low, high = bounds.of(big_n)
    share, key = big_n * spread, big_n * spread / np.sqrt(cost)
    allowed = (target * big_n.sum()) ** 2 + float(big_n @ spread**2)

    def need(factor: float) -> float:
        n = np.clip(factor * key, low, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.where(share > 0, share**2 / n, 0.0).sum() - allowed)

    if need(np.inf if (key > 0).all() else 1e300) > 1e-9 * allowed:
        raise AllocationError(
            "the caps do not allow this precision", code="allocation_cap", target=target
        )
    factor = _root(need, share, key, allowed)
    return np.asarray(np.clip(factor * key, low, high))


def _root(
    need: Callable[[float], float], share: FloatArray, key: FloatArray, allowed: float
) -> float:
    positive = key > 0
    if not positive.any():
        return 0.0
    low = high = float((share[positive] ** 2 / key[positive]).sum()) / allowed
    while need(high) > 0:
        high *= 2
    while need(low) < 0 and low > 1e-300:
        low /= 2
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if need(middle) > 0 else (low, middle)
        if high - low <= 1e-16 * high:
            break
    return high


def _costs(values: ArrayLike, big_n: FloatArray) -> FloatArray:
    cost = np.broadcast_to(np.asarray(values, dtype=float), big_n.shape)
    if not bool((cost > 0).all()):
        raise AllocationError("unit costs must be above 0", code="allocation_argument")
    return cost
