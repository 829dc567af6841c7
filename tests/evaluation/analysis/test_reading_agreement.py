"""Agreement from tables equals agreement from readings; the bootstrap covers what it should."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.analysis.reading_agreement import coefficients, pair_agreement, pair_tables
from sampling import agreement as reference
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
