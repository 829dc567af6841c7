"""The cheapest sample that meets several precision limits at once, with minimum and cap inside.

Leaves out estimation of the strata's means and standard deviations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.allocation import Bounds, FloatArray, IntArray
from sampling.errors import AllocationError

_MOST_STEPS = 20_000
_GAP = 1e-12


@dataclass(frozen=True)
class StratumMoments:
    """What is known of the strata.

    Attributes
    ----------
    population_sizes : array_like of float, shape (H,)
        Units in each stratum.
    means, standard_deviations : array_like of float, shape (H, J)
        Of each of J quantities in each stratum.
    subpopulations : array_like, shape (H,), optional
        Label of the part of the population whose precision is limited on its own; one part if
        left out.
    unit_costs : array_like of float, shape (H,) or scalar
        Cost of one unit in each stratum.
    """

    population_sizes: ArrayLike
    means: ArrayLike
    standard_deviations: ArrayLike
    subpopulations: ArrayLike | None = None
    unit_costs: ArrayLike = 1.0


@dataclass(frozen=True)
class BethelAllocation:
    """Sizes that meet every limit, unrounded and whole, and the variation each reaches.

    ``coefficients`` has one row per subpopulation, in the order of ``subpopulations``, and one
    column per quantity, for the whole-number sizes; ``lower_bound`` is the least cost that any
    unrounded allocation can have (weak duality), so ``cost - lower_bound`` is what could be saved.
    """

    sizes: FloatArray
    whole_sizes: IntArray
    coefficients: FloatArray
    subpopulations: tuple[object, ...]
    cost: float
    whole_cost: float
    lower_bound: float


def bethel(
    moments: StratumMoments,
    limits: ArrayLike,
    *,
    minimum: ArrayLike = 2,
    cap: ArrayLike | None = None,
) -> BethelAllocation:
    r"""Return the cheapest sizes that keep every coefficient of variation within its limit.

    Parameters
    ----------
    moments : StratumMoments
        Sizes, means, standard deviations, subpopulations and costs of the strata.
    limits : array_like of float, shape (J,) or (D, J)
        Largest coefficient of variation of each quantity's total, for all or each of the D
        subpopulations in sorted order.
    minimum, cap : array_like of float
        Smallest and largest sample per stratum; both are lowered to the stratum's size.

    Returns
    -------
    BethelAllocation
        All limits are met by both the unrounded and the whole sizes.

    Raises
    ------
    AllocationError
        If a limit cannot be met under the cap (the message names quantity and subpopulation), a
        total is 0, or an argument is not a number in its range.

    Notes
    -----
    Minimise :math:`\sum c_h n_h` subject to :math:`\sum_h a_{hj} / n_h \le 1` and
    :math:`l_h \le n_h \le u_h`, with
    :math:`a_{hj} = N_h^2 S_{hj}^2 / (V_j + \sum_h N_h S_{hj}^2)`. At the optimum
    :math:`n_h = \sqrt{\sum_j \lambda_j a_{hj} / c_h}`, clipped. Chromy's iteration multiplies
    :math:`\lambda_j` by a power of how far constraint :math:`j` is used; the bounds act inside
    each step. The gap to the dual value decides when to stop.

    References
    ----------
    Bethel, J. (1989). Sample allocation in multivariate surveys. *Survey Methodology* 15, 47-57.
    Chromy, J. R. (1987). Design optimization with multiple objectives. *Proceedings of the
    Section on Survey Research Methods*, ASA, 194-199.

    Examples
    --------
    >>> found = bethel(StratumMoments([400, 600], [[10], [20]], [[4], [8]]), [0.05])
    >>> found.whole_sizes.tolist(), bool(found.coefficients.max() <= 0.05)
    ([15, 45], True)
    """
    problem = _problem(moments, limits, Bounds(minimum, cap))
    sizes, bound = _chromy(problem)
    whole = _whole(problem, sizes)
    return BethelAllocation(
        sizes=sizes,
        whole_sizes=whole,
        coefficients=problem.coefficients(whole),
        subpopulations=problem.labels,
        cost=float(problem.cost @ sizes),
        whole_cost=float(problem.cost @ whole),
        lower_bound=bound,
    )


@dataclass(frozen=True)
class _Problem:
    use: FloatArray  # a_hj, shape (H, D * J): constraint j is met if use.T @ (1 / n) <= 1
    cost: FloatArray
    low: FloatArray
    high: FloatArray
    labels: tuple[object, ...]
    member: NDArray[np.bool_]  # shape (H, D)
    population_sizes: FloatArray
    spread: FloatArray
    totals: FloatArray  # shape (D, J)

    def used(self, n: FloatArray) -> FloatArray:
        return np.asarray((1.0 / n) @ self.use)

    def coefficients(self, n: FloatArray | IntArray) -> FloatArray:
        terms = self.population_sizes * (self.population_sizes / n - 1.0)
        variance = (self.member * terms[:, None]).T @ self.spread**2
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)) / np.abs(self.totals))


def _problem(moments: StratumMoments, limits: ArrayLike, bounds: Bounds) -> _Problem:
    big_n = np.asarray(moments.population_sizes, dtype=float)
    mean = _columns(moments.means, big_n.size)
    spread = _columns(moments.standard_deviations, big_n.size)
    cost = np.broadcast_to(np.asarray(moments.unit_costs, dtype=float), big_n.shape).copy()
    _check(big_n, mean, spread, cost)
    names = (
        np.zeros(big_n.size, dtype=int)
        if moments.subpopulations is None
        else np.asarray(moments.subpopulations)
    )
    labels, codes = np.unique(names, return_inverse=True)
    member = codes[:, None] == np.arange(labels.size)[None, :]
    totals = (member * big_n[:, None]).T @ mean
    wanted = np.broadcast_to(np.asarray(limits, dtype=float), totals.shape)
    if not bool((wanted > 0).all()):
        raise AllocationError("limits must be above 0", code="allocation_argument")
    if (totals == 0).any():
        raise AllocationError(
            "a total is 0, so its coefficient of variation has no meaning",
            code="allocation_zero_total",
        )
    fixed = (member * big_n[:, None]).T @ spread**2
    allowed = (wanted * totals) ** 2 + fixed
    use = (
        member[:, :, None] * (big_n[:, None] * spread)[:, None, :] ** 2 / allowed[None, :, :]
    ).reshape(big_n.size, -1)
    low, high = bounds.of(big_n)
    low = np.maximum(low, 1e-9)
    problem = _Problem(
        use,
        cost,
        np.minimum(low, high),
        high,
        tuple(labels.tolist()),
        member,
        big_n,
        spread,
        totals,
    )
    beyond = problem.used(high) > 1 + 1e-12
    if beyond.any():
        part, quantity = divmod(int(np.flatnonzero(beyond)[0]), mean.shape[1])
        raise AllocationError(
            f"quantity {quantity + 1} of subpopulation {labels[part]} cannot meet its limit",
            code="allocation_cap",
            quantity=quantity + 1,
            subpopulation=str(labels[part]),
        )
    return problem


def _columns(values: ArrayLike, rows: int) -> FloatArray:
    array = np.asarray(values, dtype=float)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or array.shape[0] != rows:
        raise AllocationError(
            "means and standard deviations need one row per stratum", code="allocation_argument"
        )
    return array


def _check(big_n: FloatArray, mean: FloatArray, spread: FloatArray, cost: FloatArray) -> None:
    is_sound = (
        bool((big_n > 0).all())
        and bool(np.isfinite(mean).all())
        and bool((spread >= 0).all())
        and bool((cost > 0).all())
        and mean.shape == spread.shape
    )
    if not is_sound:
        raise AllocationError(
            "sizes and costs must be above 0, standard deviations 0 or more, means numbers",
            code="allocation_argument",
        )


def _chromy(problem: _Problem) -> tuple[FloatArray, float]:
    """Return the cheapest sizes found and the best dual bound."""
    use, cost = problem.use, problem.cost
    multipliers = np.full(use.shape[1], float(cost @ problem.low) / use.shape[1])
    best, best_cost, bound = problem.high, float(cost @ problem.high), -np.inf
    if (problem.used(problem.low) <= 1).all():
        return problem.low, float(cost @ problem.low)
    for step in range(_MOST_STEPS):
        wanted = np.sqrt(use @ multipliers / cost)
        n = np.clip(wanted, problem.low, problem.high)
        used = problem.used(n)
        if step % 20 == 0 or step < 20:
            bound = max(bound, float(cost @ n + multipliers @ (used - 1.0)))
            feasible = _scaled(problem, wanted)
            feasible_cost = float(cost @ feasible)
            if feasible_cost < best_cost:
                best, best_cost = feasible, feasible_cost
            if best_cost - bound <= _GAP * best_cost:
                break
        multipliers = multipliers * used**2
    return best, bound


def _scaled(problem: _Problem, wanted: FloatArray) -> FloatArray:
    """Return ``clip(t wanted)`` with the smallest t that meets every limit."""
    low, high = 1.0, 1.0
    while (problem.used(np.clip(high * wanted, problem.low, problem.high)) > 1).any():
        high *= 2
        if high > 1e12:
            return problem.high
    while (problem.used(np.clip(low * wanted, problem.low, problem.high)) <= 1).all():
        low /= 2
        if low < 1e-12:
            break
    for _ in range(60):
        middle = 0.5 * (low + high)
        is_met = (problem.used(np.clip(middle * wanted, problem.low, problem.high)) <= 1).all()
        low, high = (low, middle) if is_met else (middle, high)
    return np.clip(high * wanted, problem.low, problem.high)


def _whole(problem: _Problem, sizes: FloatArray) -> IntArray:
    """Return the cheaper of two roundings that keep every limit."""
    smallest = np.maximum(np.ceil(problem.low - 1e-9), 1.0)
    largest = np.maximum(np.floor(problem.high + 1e-9), 1.0)
    upward = np.clip(np.ceil(sizes - 1e-9), smallest, largest)
    candidates = [_taken_back(problem, upward, sizes, smallest)]
    low, high = 1.0, 2.0
    if (problem.used(_nearest(high * sizes, smallest, largest)) <= 1).all():
        for _ in range(40):
            middle = 0.5 * (low + high)
            is_met = (problem.used(_nearest(middle * sizes, smallest, largest)) <= 1).all()
            low, high = (low, middle) if is_met else (middle, high)
        nearest = _nearest(high * sizes, smallest, largest)
        candidates.append(_taken_back(problem, nearest, sizes, smallest))
    return min(candidates, key=lambda n: float(problem.cost @ n)).astype(np.int64)


def _nearest(sizes: FloatArray, smallest: FloatArray, largest: FloatArray) -> FloatArray:
    """Round at the geometric mean of the neighbours, where 1/n changes as much either way."""
    floor = np.floor(sizes)
    rounded = np.where(sizes > np.sqrt(floor * (floor + 1.0)), floor + 1.0, floor)
    return np.clip(rounded, smallest, largest)


def _taken_back(
    problem: _Problem, n: FloatArray, sizes: FloatArray, smallest: FloatArray
) -> FloatArray:
    """Take back single units, dearest and most generously rounded first, while all limits hold."""
    n = n.copy()
    used = problem.used(n)
    for h in np.lexsort((n - sizes, problem.cost))[::-1]:
        while n[h] > smallest[h]:
            later = used + problem.use[h] * (1.0 / (n[h] - 1.0) - 1.0 / n[h])
            if (later > 1.0).any():
                break
            used, n[h] = later, n[h] - 1.0
    return n
