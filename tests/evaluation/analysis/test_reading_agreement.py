"""Agreement from tables equals agreement from readings; the bootstrap covers what it should."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from evaluation.analysis.reading_agreement import (
    coefficients,
    ordinal_coefficients,
    pair_agreement,
    pair_tables,
)
from sampling import agreement as reference
from sampling.krippendorff import krippendorff_alpha
from sampling.seed import generator

NAMES = {"percent": "percent", "kappa": "cohen", "ac1": "gwet", "alpha": "krippendorff"}


@pytest.mark.parametrize("case", range(5))
def test_point_values_equal_those_of_the_sampling_library(case: int) -> None:
    random = generator(f"readings {case}")
    first = random.integers(0, 3 + case % 3, 60)
    second = np.where(random.random(60) < 0.7, first, random.integers(0, 3, 60))
    found = pair_agreement(pair_tables(first[:, None], second[:, None], 6), seed="x").values
    readings = reference.ratings(np.column_stack([first, second]))
    for name, other in NAMES.items():
        value = reference.agreement(readings, other).value
        assert found[name] == pytest.approx(value, abs=1e-8), name


@pytest.mark.parametrize("case", range(5))
def test_ordinal_values_equal_those_of_the_sampling_library(case: int) -> None:
    random = generator(f"grades {case}")
    q = 3 + case % 3
    first = np.concatenate([np.arange(q), random.integers(0, q, 60)])
    step = random.choice([-1, 0, 0, 0, 1], first.size)
    second = np.clip(first + step, 0, q - 1)
    found = ordinal_coefficients(pair_tables(first[:, None], second[:, None], q).sum(axis=0))
    readings = reference.ratings(np.column_stack([first, second]))
    ac2 = reference.agreement(readings, "gwet", weights="ordinal").value
    alpha = krippendorff_alpha(readings, "ordinal").value
    assert float(found["ac2"]) == pytest.approx(ac2, abs=1e-8)
    assert float(found["alpha"]) == pytest.approx(alpha, abs=1e-8)


def test_ordinal_credit_is_kinder_to_near_disagreement_and_exact_at_the_ends() -> None:
    near = ordinal_coefficients([[20, 5, 0], [5, 20, 0], [0, 0, 10]])
    far = ordinal_coefficients([[20, 0, 5], [0, 20, 0], [5, 0, 10]])
    assert float(near["ac2"]) > float(far["ac2"])
    assert float(near["alpha"]) > float(far["alpha"])
    full = ordinal_coefficients(np.diag([3, 4, 5]))
    assert [float(full[name]) for name in ("percent", "ac2", "alpha")] == pytest.approx([1, 1, 1])
    one = pair_agreement(
        pair_tables([[0], [0]], [[0], [0]], 3), seed="x", compute=ordinal_coefficients
    )
    assert one.values == {"percent": 1.0, "ac2": None, "alpha": None}


def test_missing_sides_are_left_out_and_swapping_readers_changes_nothing() -> None:
    tables = pair_tables([[0, 1, -1], [1, 1, 0]], [[0, 0, 0], [1, -1, 0]], 2)
    assert tables.sum() == 4
    one, two = coefficients(tables.sum(axis=0)), coefficients(tables.sum(axis=0).T)
    for name in NAMES:
        assert float(one[name]) == pytest.approx(float(two[name]))


def test_a_coefficient_that_does_not_exist_is_none_and_never_one() -> None:
    found = pair_agreement(pair_tables([[0], [0]], [[0], [0]], 5), seed="x")
    assert found.values == {"percent": 1.0, "kappa": None, "ac1": None, "alpha": None}
    assert pair_agreement(pair_tables([[-1]], [[0]], 5), seed="x").n_files == 0


def test_the_bootstrap_is_repeatable_and_covers_the_truth() -> None:
    random = generator("coverage of the bootstrap")
    truth, hits, rounds = 0.85, 0, 200
    for number in range(rounds):
        same = random.random(120) < truth
        first = random.integers(0, 2, 120)
        second = np.where(same, first, 1 - first)
        tables = pair_tables(first[:, None], second[:, None], 2)
        found = pair_agreement(tables, seed=f"b{number}", n_replicates=200)
        low, high = found.lower["percent"], found.upper["percent"]
        hits += low is not None and high is not None and low <= truth <= high
    assert 0.90 <= hits / rounds <= 0.99
    tables = pair_tables([[0], [1], [0]], [[0], [1], [1]], 2)
    assert pair_agreement(tables, seed="a") == pair_agreement(tables, seed="a")


def test_percent_of_many_items_covers_the_truth_and_is_no_wider_than_its_files_make_it() -> None:
    random = generator("coverage with many items a file")
    n_files, n_items, truth, hits, rounds, widths = 28, 80, 0.94, 0, 300, []
    for number in range(rounds):
        easy = random.beta(truth * 30, (1 - truth) * 30, n_files)  # files differ in difficulty
        same = random.random((n_files, n_items)) < easy[:, None]
        first = random.integers(0, 2, (n_files, n_items))
        tables = pair_tables(first, np.where(same, first, 1 - first), 2)
        found = pair_agreement(tables, seed=f"m{number}", n_replicates=2)
        low, high = found.lower["percent"], found.upper["percent"]
        assert low is not None
        assert high is not None
        hits += low <= truth <= high
        widths.append(high - low)
    assert 0.92 <= hits / rounds <= 0.98
    variance = truth * (1 - truth) * (1 / 31 + 30 / 31 / n_items) / n_files
    assert np.mean(widths) == pytest.approx(2 * stats.t.ppf(0.975, 27) * variance**0.5, rel=0.1)


def test_full_agreement_has_a_wilson_interval_with_width_and_no_other_limits() -> None:
    answers = [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 0]] * 5
    found = pair_agreement(pair_tables(answers, answers, 2), seed="full")
    assert found.values == pytest.approx({"percent": 1.0, "kappa": 1.0, "ac1": 1.0, "alpha": 1.0})
    low, high = found.lower["percent"], found.upper["percent"]
    z_squared = stats.t.ppf(0.975, 19) ** 2  # twenty files, each with as many answers
    assert low == pytest.approx(20 / (20 + z_squared))
    assert high == 1.0
    assert found.lower["kappa"] is found.upper["kappa"] is None
    assert found.lower["ac1"] is found.upper["alpha"] is None
    swapped = pair_agreement(pair_tables(answers, 1 - np.array(answers), 2), seed="none")
    assert swapped.lower["percent"] == 0.0
    assert swapped.upper["percent"] == pytest.approx(1 - 20 / (20 + z_squared))


def test_unequal_files_count_for_less_and_one_file_has_no_limits() -> None:
    even = pair_tables([[0, 1], [0, 1], [1, 0]], [[0, 1], [0, 1], [1, 0]], 2)
    uneven = pair_tables([[0, 1], [0, -1], [1, -1]], [[0, 1], [0, 1], [1, 0]], 2)
    one, two = (pair_agreement(tables, seed="a").lower["percent"] for tables in (even, uneven))
    assert one is not None
    assert two is not None
    assert two < one
    single = pair_agreement(pair_tables([[0, 1]], [[0, 1]], 2), seed="a")
    assert set(single.lower.values()) == {None}


@pytest.mark.parametrize("agree", [0.0, 1.0])
def test_the_library_gives_the_share_a_width_without_any_variation(agree: float) -> None:
    first = np.array([0, 1] * 15)
    readings = reference.ratings(np.column_stack([first, first if agree else 1 - first]))
    estimate = reference.agreement(readings, "percent").estimate
    assert estimate.value == agree
    assert 0.05 < estimate.upper - estimate.lower < 0.2
