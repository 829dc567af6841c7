"""Allocation against PracTools and SamplingStrata, and its own limits on random cases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampling.allocation import (
    Bounds,
    neyman,
    power,
    proportional,
    standard_error,
    whole_numbers,
)
from sampling.bethel import StratumMoments, bethel
from sampling.cost_allocation import for_budget, for_variance
from sampling.errors import AllocationError
from sampling.seed import generator

FOLDER = Path(__file__).parents[1] / "data" / "reference" / "allocation"
CASES = json.loads((FOLDER / "reference_allocation.json").read_text())["cases"]
BETHEL = [case for case in CASES if case["id"].startswith("bethel")]


def test_cost_allocation_equals_stralloc() -> None:
    for case in CASES:
        if case["id"] == "strAlloc/totcost":
            found = for_budget(100_000, case["Nh"], case["Sh"], case["ch"])
        elif case["id"] == "strAlloc/totvar":
            found = for_variance(0.05 * case["ybarU"], case["Nh"], case["Sh"], case["ch"])
        else:
            continue
        np.testing.assert_allclose(found, case["nh"], rtol=1e-10)
        error = standard_error(found, case["Nh"], case["Sh"])
        assert error == pytest.approx(case["se"], rel=1e-8)


def _moments(case) -> tuple[StratumMoments, pd.DataFrame]:
    table = pd.read_csv(FOLDER / case["file"])
    if "dom" in case:
        table = table[case["dom"] == table.DOM1]
    columns = range(1, len(case["cv"]) + 1)
    moments = StratumMoments(
        table.N.to_numpy(),
        table[[f"M{j}" for j in columns]].to_numpy(),
        table[[f"S{j}" for j in columns]].to_numpy(),
        table.DOM1.to_numpy(),
        table.cost.to_numpy(),
    )
    return moments, table


@pytest.mark.parametrize("case", BETHEL, ids=lambda case: case["id"])
def test_bethel_needs_no_more_than_the_reference_and_meets_every_limit(case) -> None:
    moments, table = _moments(case)
    found = bethel(moments, case["cv"])
    assert found.cost <= case["total"] * (1 + 1e-9)
    assert found.cost - found.lower_bound <= 1e-9 * found.cost
    assert (found.coefficients <= np.array(case["cv"]) * (1 + 1e-12)).all()
    assert (found.whole_sizes <= table.N.to_numpy()).all()
    assert (found.whole_sizes >= np.minimum(2, table.N.to_numpy())).all()
    # Rounding costs less than one file per hundred, and never more than plain rounding upward.
    assert found.whole_cost <= np.ceil(found.sizes - 1e-9).sum()


def test_bethel_equals_the_reference_cell_by_cell_when_bounds_are_slack() -> None:
    case = next(case for case in BETHEL if case["id"] == "bethel/strata_real")
    found = bethel(_moments(case)[0], case["cv"])
    np.testing.assert_allclose(found.sizes, case["n"], rtol=1e-6)
    assert found.cost == pytest.approx(case["total"], rel=1e-9)


STRATA = st.lists(
    st.tuples(st.integers(5, 900), st.floats(1, 50), st.floats(0, 40), st.floats(0.5, 5)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(STRATA, st.floats(0.02, 0.3), st.integers(1, 4))
def test_bethel_meets_limits_on_any_strata(strata, limit, minimum) -> None:
    sizes, means, spreads, costs = (np.array(column) for column in zip(*strata, strict=True))
    found = bethel(
        StratumMoments(sizes, means, spreads, unit_costs=costs), [limit], minimum=minimum
    )
    assert found.coefficients.max() <= limit * (1 + 1e-9)
    assert (found.whole_sizes >= np.minimum(minimum, sizes)).all()
    assert (found.whole_sizes <= sizes).all()
    assert found.cost <= found.whole_cost + 1e-9
    assert found.lower_bound <= found.cost * (1 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(STRATA, st.floats(0, 1), st.integers(0, 3))
def test_every_rule_keeps_total_minimum_and_cap(strata, share, minimum) -> None:
    sizes, _means, spreads, costs = (np.array(column) for column in zip(*strata, strict=True))
    cap = np.maximum(sizes // 2, minimum)
    bounds = Bounds(minimum, cap)
    low, high = bounds.of(sizes.astype(float))
    total = float(low.sum() + share * (high.sum() - low.sum()))
    for found in (
        proportional(total, sizes, bounds=bounds),
        neyman(total, sizes, spreads, bounds=bounds),
        power(total, sizes, spreads, bounds=bounds),
    ):
        assert found.sum() == pytest.approx(total, rel=1e-9, abs=1e-9)
        assert (found >= low - 1e-9).all()
        assert (found <= high + 1e-9).all()
        whole = whole_numbers(found, bounds=bounds, population_sizes=sizes)
        assert (whole <= high + 1e-9).all()
        assert whole.sum() == np.ceil(found.sum() - 1e-6)
    budget = float(low @ costs + share * (high @ costs - low @ costs))
    spent = for_budget(budget, sizes, spreads, costs, bounds=bounds) @ costs
    assert spent == pytest.approx(budget, rel=1e-9, abs=1e-9)


def test_neyman_is_not_beaten_by_nearby_allocations() -> None:
    sizes, spreads = np.array([400.0, 700.0, 90.0]), np.array([3.0, 1.0, 9.0])
    best = neyman(120, sizes, spreads, bounds=Bounds(2))
    error = standard_error(best, sizes, spreads)
    stream = generator("neighbours of Neyman")
    for _ in range(200):
        step = stream.normal(size=3)
        other = best + 0.5 * (step - step.mean())
        if (other >= 2).all() and (other <= sizes).all():
            assert standard_error(other, sizes, spreads) >= error - 1e-12


def test_a_census_has_no_error() -> None:
    assert standard_error([10, 20], [10, 20], [1, 2]) == 0


def test_limits_that_nobody_can_meet_are_named() -> None:
    moments = StratumMoments([100, 100], [[1, 1], [1, 1]], [[1, 9], [1, 9]])
    with pytest.raises(AllocationError, match="quantity 2"):
        bethel(moments, [0.5, 0.01], cap=10)
    with pytest.raises(AllocationError, match="total is 0"):
        bethel(StratumMoments([5, 5], [[1], [-1]], [[1], [1]]), [0.1])
    with pytest.raises(AllocationError):
        bethel(StratumMoments([5, np.nan], [[1], [1]], [[1], [1]]), [0.1])
    with pytest.raises(AllocationError):
        for_variance(0.001, [100, 100], [1, 1], bounds=Bounds(2, 5))
    with pytest.raises(AllocationError, match="cannot be spread"):
        proportional(500, [100, 100])


def test_many_strata_and_limits_are_fast_enough_to_plan_with() -> None:
    stream = generator("large allocation")
    moments = StratumMoments(
        stream.integers(20, 3000, 400),
        stream.uniform(10, 100, (400, 8)),
        stream.uniform(5, 120, (400, 8)),
    )
    found = bethel(moments, np.full(8, 0.02))
    assert found.whole_cost <= 1.01 * found.lower_bound
