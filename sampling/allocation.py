"""Spreading one sample over strata: proportional, Neyman and power allocation.

Every rule respects a minimum and a cap per stratum while it optimises, not afterwards. Leaves out
costs (:mod:`sampling.cost_allocation`) and several indicators (:mod:`sampling.bethel`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import AllocationError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Bounds:
    """Smallest and largest sample of each stratum.

    ``minimum`` is lowered to the stratum's size where that is smaller; ``cap`` defaults to the
    stratum's size.
    """

    minimum: ArrayLike = 0
    cap: ArrayLike | None = None

    def of(self, population_sizes: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return lower and upper limits for these strata, shape (H,) each."""
        high = population_sizes.copy()
        if self.cap is not None:
            high = np.minimum(high, np.broadcast_to(np.asarray(self.cap, float), high.shape))
        low = np.minimum(np.broadcast_to(np.asarray(self.minimum, float), high.shape), high)
        return low.astype(float), high


NO_BOUNDS = Bounds()


def proportional(
    total: float, population_sizes: ArrayLike, *, bounds: Bounds = NO_BOUNDS
) -> FloatArray:
    r"""Spread a sample in proportion to the strata's sizes.

    Parameters
    ----------
    total : float
        Units to spread.
    population_sizes : array_like of float, shape (H,)
        Units in each stratum, above 0.
    bounds : Bounds
        Minimum and cap per stratum.

    Returns
    -------
    ndarray of float, shape (H,)
        Unrounded sizes with the given total; see :func:`whole_numbers`.

    Raises
    ------
    AllocationError
        If the total is below the sum of the minima or above the sum of the caps.

    Notes
    -----
    :math:`n_h = n N_h / N`, clipped, the remainder spread again by the same rule.

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., section 5.5.

    Examples
    --------
    >>> proportional(100, [600, 300, 100]).tolist()
    [60.0, 30.0, 10.0]
    >>> proportional(100, [600, 300, 100], bounds=Bounds(minimum=25)).tolist()
    [50.0, 25.0, 25.0]
    """
    big_n = check_sizes(population_sizes)
    return spread_total(total, big_n, big_n, bounds)


def neyman(
    total: float,
    population_sizes: ArrayLike,
    standard_deviations: ArrayLike,
    *,
    bounds: Bounds = NO_BOUNDS,
) -> FloatArray:
    r"""Spread a sample so that one total is estimated as precisely as possible.

    Parameters
    ----------
    total : float
        Units to spread.
    population_sizes, standard_deviations : array_like of float, shape (H,)
        Units and standard deviation of each stratum; strata without variation get the minimum.
    bounds : Bounds
        Minimum and cap per stratum.

    Returns
    -------
    ndarray of float, shape (H,)
        Unrounded sizes with the given total.

    Raises
    ------
    AllocationError
        If the total cannot be spread within the bounds.

    Notes
    -----
    :math:`n_h \propto N_h S_h`.

    References
    ----------
    Neyman, J. (1934). *Journal of the Royal Statistical Society* 97, 558-606.

    Examples
    --------
    >>> neyman(100, [500, 500], [1, 3]).tolist()
    [25.0, 75.0]
    """
    big_n = check_sizes(population_sizes)
    return spread_total(total, big_n * check_spreads(standard_deviations, big_n), big_n, bounds)


def power(
    total: float,
    population_sizes: ArrayLike,
    stratum_coefficients: ArrayLike,
    *,
    exponent: float = 0.5,
    bounds: Bounds = NO_BOUNDS,
) -> FloatArray:
    r"""Spread a sample between the needs of each stratum and those of the whole.

    Parameters
    ----------
    total : float
        Units to spread.
    population_sizes : array_like of float, shape (H,)
        Units of each stratum, or another measure of its importance.
    stratum_coefficients : array_like of float, shape (H,)
        Coefficient of variation of the quantity inside each stratum.
    exponent : float
        0 gives all strata similar precision, 1 is close to Neyman.
    bounds : Bounds
        Minimum and cap per stratum.

    Returns
    -------
    ndarray of float, shape (H,)
        Unrounded sizes with the given total.

    Notes
    -----
    :math:`n_h \propto X_h^q \, CV_h`.

    References
    ----------
    Bankier, M. D. (1988). Power allocations. *The American Statistician* 42, 174-177.

    Examples
    --------
    >>> power(90, [400, 100], [1, 1], exponent=0.5).tolist()
    [60.0, 30.0]
    """
    big_n = check_sizes(population_sizes)
    if not exponent >= 0:
        raise AllocationError("the exponent must be 0 or more", code="allocation_argument")
    key = big_n**exponent * check_spreads(stratum_coefficients, big_n)
    return spread_total(total, key, big_n, bounds)


def standard_error(
    sample_sizes: ArrayLike, population_sizes: ArrayLike, standard_deviations: ArrayLike
) -> float:
    r"""Return the standard error of the stratified mean that these sizes would give.

    Notes
    -----
    :math:`\sqrt{\sum W_h^2 (1 - n_h/N_h) S_h^2 / n_h}`.

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., section 5.3.

    Examples
    --------
    >>> round(standard_error([25, 75], [500, 500], [1, 3]), 4)
    0.1871
    """
    big_n = check_sizes(population_sizes)
    spread, n = check_spreads(standard_deviations, big_n), np.asarray(sample_sizes, dtype=float)
    if ((n <= 0) & (spread > 0)).any():
        return float("inf")
    safe = np.where(n > 0, n, 1.0)
    terms = (big_n / big_n.sum()) ** 2 * (1 - n / big_n) * spread**2 / safe
    return float(np.sqrt(terms.sum()))


def whole_numbers(
    sample_sizes: ArrayLike, *, bounds: Bounds, population_sizes: ArrayLike
) -> IntArray:
    """Round sizes to whole numbers with the same total, never beyond the bounds.

    Parameters
    ----------
    sample_sizes : array_like of float, shape (H,)
        Unrounded sizes.
    bounds : Bounds
        Minimum and cap per stratum, as used for the allocation.
    population_sizes : array_like of float, shape (H,)
        Units of each stratum.

    Returns
    -------
    ndarray of int, shape (H,)
        The total is the unrounded total rounded upward; largest remainders go up first, ties in
        the order of the strata.

    Examples
    --------
    >>> whole_numbers([2.5, 2.5, 5.0], bounds=Bounds(), population_sizes=[9, 9, 9]).tolist()
    [3, 2, 5]
    """
    n, big_n = np.asarray(sample_sizes, dtype=float), check_sizes(population_sizes)
    _, high = bounds.of(big_n)
    floor = np.floor(n + 1e-9)
    missing = round(float(np.ceil(n.sum() - 1e-6)) - float(floor.sum()))
    remainder = np.where(floor + 1 <= high + 1e-9, n - floor, -1.0)
    raised = np.argsort(-remainder, kind="stable")[:missing]
    floor[raised[remainder[raised] >= 0]] += 1
    return floor.astype(np.int64)


def spread_total(
    total: float,
    key: FloatArray,
    big_n: FloatArray,
    bounds: Bounds,
    *,
    unit_costs: FloatArray | None = None,
) -> FloatArray:
    """Return ``clip(t key, low, high)`` with the factor t that uses up the total exactly.

    Examples
    --------
    >>> key, sizes = np.array([1.0, 4.0]), np.array([100.0, 100.0])
    >>> spread_total(10, key, sizes, Bounds()).tolist()
    [2.0, 8.0]
    """
    cost = np.ones_like(key) if unit_costs is None else unit_costs
    low, high = bounds.of(big_n)
    lowest, highest = float(low @ cost), float(high @ cost)
    if not lowest * (1 - 1e-12) <= total <= highest * (1 + 1e-12):
        raise AllocationError(
            f"{total:g} cannot be spread: the minima need {lowest:g}, the caps allow {highest:g}",
            code="allocation_total",
            total=total,
            lowest=lowest,
            highest=highest,
        )
    if not (key > 0).any():
        key = big_n
    # Strata whose share would be below one part in 10^12 get their minimum.
    key = np.where(key > 1e-12 * key.max(), key / key.max(), 0.0)
    # Every stratum enters at t = low/key and is full at t = high/key; between, spending is linear.
    with np.errstate(divide="ignore"):
        enters = np.where(key > 0, low / np.where(key > 0, key, 1), np.inf)
        full = np.where(key > 0, high / np.where(key > 0, key, 1), np.inf)
    steps = np.unique(np.concatenate([[0.0], enters, full]))
    steps = steps[np.isfinite(steps)]
    spent = np.array([float(np.clip(t * key, low, high) @ cost) for t in steps])
    position = int(np.searchsorted(spent, total, side="left"))
    if position >= steps.size:
        return high if (key > 0).all() else _fill_rest(total, key, low, high, cost)
    if position == 0:
        return np.asarray(np.clip(steps[0] * key, low, high))
    before, after = position - 1, position
    slope = (spent[after] - spent[before]) / (steps[after] - steps[before])
    t = steps[before] + (total - spent[before]) / slope
    return np.asarray(np.clip(t * key, low, high))


def _fill_rest(
    total: float, key: FloatArray, low: FloatArray, high: FloatArray, cost: FloatArray
) -> FloatArray:
    """Give what strata with variation cannot take to those without, evenly by what they hold."""
    n = np.where(key > 0, high, low)
    room = np.where(key > 0, 0.0, high - low)
    left = total - float(n @ cost)
    return n + room * min(1.0, left / float(room @ cost)) if room.any() else n


def check_sizes(values: ArrayLike) -> FloatArray:
    """Return stratum sizes as an array, each above 0.

    Examples
    --------
    >>> check_sizes([3, 5]).tolist()
    [3.0, 5.0]
    """
    big_n = np.asarray(values, dtype=float)
    if big_n.ndim != 1 or big_n.size == 0 or not bool((big_n > 0).all()):
        raise AllocationError(
            "every stratum must hold at least one unit", code="allocation_argument"
        )
    return big_n


def check_spreads(values: ArrayLike, big_n: FloatArray) -> FloatArray:
    """Return one standard deviation per stratum, each 0 or more.

    Examples
    --------
    >>> check_spreads([0.5, 0], np.array([3.0, 5.0])).tolist()
    [0.5, 0.0]
    """
    spread = np.broadcast_to(np.asarray(values, dtype=float), big_n.shape)
    if not bool((spread >= 0).all()):
        raise AllocationError(
            "standard deviations must be 0 or more in every stratum", code="allocation_argument"
        )
    return spread
