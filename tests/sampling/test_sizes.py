"""Sample sizes against R's PracTools, exact enumeration, and their own definitions."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sampling import power, size
from sampling.errors import DesignError

CASES = json.loads(
    (
        Path(__file__).parents[1]
        / "data"
        / "reference"
        / "allocation"
        / "reference_allocation.json"
    ).read_text()
)["cases"]


def _numbers(call: str) -> dict[str, float]:
    inside = call[call.index("(") + 1 : call.rindex(")")].split("#")[0]
    pairs = (part.split("=") for part in inside.split(",") if "=" in part)
    words = {"Inf": math.inf}
    return {
        name.strip(): words.get(value.strip(), value.strip().strip("'")) for name, value in pairs
    }


def _cases(name: str) -> list[dict[str, object]]:
    return [case for case in CASES if case["id"] == name]


@pytest.mark.parametrize("case", _cases("nProp"), ids=lambda case: case["call"])
def test_proportion_equals_nprop(case) -> None:
    given = _numbers(case["call"])
    found = size.for_proportion(
        float(given["pU"]),
        coefficient_of_variation=float(given["CV0"]),
        population_size=float(given["N"]),
    )
    assert found == pytest.approx(case["n"], rel=1e-10)


@pytest.mark.parametrize("case", _cases("nLogOdds"), ids=lambda case: case["call"])
def test_log_odds_equals_nlogodds_but_for_its_inverted_factor(case) -> None:
    """R multiplies by N/(N-1) where the variance of a proportion asks to divide."""
    given = {name: float(value) for name, value in _numbers(case["call"]).items()}
    big_n = given["N"]
    ours = size.for_proportion_logit(given["pU"], half_width=given["e"], population_size=big_n)
    factor = big_n / (big_n - 1)
    first_term = (1 / ours - 1 / big_n) * factor
    assert 1 / (factor * first_term + 1 / big_n) == pytest.approx(case["n"], rel=1e-10)
    assert abs(ours / case["n"] - 1) < 1e-4


@pytest.mark.parametrize("case", _cases("nProp2sam"), ids=lambda case: case["call"])
def test_change_of_a_proportion_equals_nprop2sam(case) -> None:
    given = _numbers(case["call"])
    first, second, both = (float(given[name]) for name in ("px", "py", "pxy"))
    found = power.for_change(
        first * (1 - first),
        second * (1 - second),
        second - first,
        overlap=power.Overlap(float(given["g"]), both - first * second, float(given["r"])),
    )
    assert (found.first, found.second) == (case["n1"], case["n2"])


@pytest.mark.parametrize("case", _cases("nDep2sam"), ids=lambda case: case["call"])
def test_change_of_a_mean_equals_ndep2sam(case) -> None:
    given = _numbers(case["call"])
    first, second = float(given["S2x"]), float(given["S2y"])
    covariance = float(given["rho"]) * math.sqrt(first * second)
    found = power.for_change(
        first, second, float(given["del"]), overlap=power.Overlap(float(given["g"]), covariance)
    )
    assert (found.first, found.second) == (case["n1"], case["n2"])


@pytest.mark.parametrize("case", _cases("nAuditAttr"), ids=lambda case: case["call"])
def test_discovery_equals_nauditattr(case) -> None:
    given = {name: float(value) for name, value in _numbers(case["call"]).items()}
    arguments = {"confidence": given["CL"], "accepted_deviations": int(given["AccDev"])}
    rate, big_n = given["TolRate"], int(given["N"])
    assert power.for_discovery(rate, population_size=big_n, **arguments) == case["hyper"]
    assert power.for_discovery(rate, **arguments) == case["binom"]


@pytest.mark.parametrize("case", _cases("deffK"), ids=lambda case: case["call"])
def test_design_effect_equals_deffk(case) -> None:
    assert size.design_effect_of_weights(case["w"]) == pytest.approx(case["deff"], rel=1e-12)


def test_sizes_named_in_the_brief() -> None:
    assert math.ceil(size.for_proportion(0.5, half_width=0.02, population_size=20_000_000)) == 2401
    assert power.for_discovery(0.05, population_size=5000) == 59


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.5, 0.93])
@pytest.mark.parametrize("half_width", [0.015, 0.05])
def test_wilson_and_logit_intervals_have_the_wanted_width(rate, half_width) -> None:
    z = stats.norm.ppf(0.975)
    n = size.for_proportion_wilson(rate, half_width=half_width)
    width = z / (1 + z**2 / n) * math.sqrt(rate * (1 - rate) / n + z**2 / (4 * n**2))
    assert width == pytest.approx(half_width, rel=1e-9)
    n = size.for_proportion_logit(rate, half_width=half_width)
    centre, d = math.log(rate / (1 - rate)), z / math.sqrt(n * rate * (1 - rate))
    low, high = (1 / (1 + math.exp(-(centre + sign * d))) for sign in (-1, 1))
    assert high - low == pytest.approx(2 * half_width, rel=1e-9)


def test_finite_population_comes_before_the_response_rate() -> None:
    """The completed units alone must reach the precision."""
    found = size.in_the_field(1000, response_rate=0.5, population_size=1000)
    assert (found.completed, found.invited, found.is_reachable) == (501, 1001, False)
    assert size.in_the_field(400, design_effect=1.5, population_size=10**9).completed == 600


@pytest.mark.parametrize(("big_n", "limit", "expected"), [(120, 0.9, 0.97), (300, 0.6, 0.75)])
def test_threshold_is_decided_with_the_stated_risks(big_n, limit, expected) -> None:
    found = power.for_threshold(limit, expected, population_size=big_n)
    below = math.ceil(big_n * limit) - 1
    n, critical = found.sample_size, found.fewest_conforming
    assert stats.hypergeom.sf(critical - 1, big_n, below, n) <= 0.05
    assert stats.hypergeom.sf(critical - 2, big_n, below, n) > 0.05
    truth = math.floor(big_n * expected + 1e-9)
    assert stats.hypergeom.sf(critical - 1, big_n, truth, n) == pytest.approx(found.power)
    assert found.power >= 0.8


def test_undecidable_is_said() -> None:
    assert power.for_threshold(0.9, 0.95, population_size=7) is None
    with pytest.raises(DesignError, match="too few"):
        power.for_discovery(0.01, population_size=50, accepted_deviations=1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: size.for_proportion(0, half_width=0.1),
        lambda: size.for_proportion(0.5),
        lambda: size.for_proportion(0.5, half_width=0.1, coefficient_of_variation=0.1),
        lambda: size.for_proportion(float("nan"), half_width=0.1),
        lambda: size.for_mean(-1, half_width=1),
        lambda: size.in_the_field(10, response_rate=0),
        lambda: power.for_change(1, 1, 0),
        lambda: power.for_change(1, 1, 1, overlap=power.Overlap(0.5, 2)),
        lambda: power.for_threshold(0.9, 0.8, population_size=10),
        lambda: size.design_effect_of_weights([1, np.nan]),
        lambda: size.for_proportion(0.5, half_width=0.1, confidence=1),
    ],
)
def test_impossible_arguments_are_named(call) -> None:
    with pytest.raises(DesignError):
        call()
