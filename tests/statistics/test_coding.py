"""Codes of distinct values: whole numbers by their range, everything else by a hash table."""

from typing import Any

import numpy as np
import pytest

from sampling.coding import coded
from sampling.statistic import groups
from sampling.structure import survey_design

COLUMNS = [
    np.array([3, 1, 3, 2]),
    np.array([7, 3, 7, 7, 3, 5]),
    np.array([-5, -3, -5, -4, -3]),
    np.array([-128, 127, 0, 127], dtype=np.int8),
    np.array([2**64 - 1, 2**64 - 2, 2**64 - 1], dtype=np.uint64),
    np.array([10**18, -(10**18), 10**18]),
    np.array([True, False, True]),
    np.array([1.5, -1.0, 1.5]),
    np.array(["乙", "甲", "乙"]),
    np.array([], dtype=np.int64),
]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.dtype}-{column.size}")
def test_codes_point_at_the_values_of_their_rows(column: np.ndarray) -> None:
    codes, distinct = coded(column)
    assert distinct[codes].tolist() == column.tolist()
    assert sorted(distinct.tolist()) == sorted(set(column.tolist()))


def test_codes_belong_to_the_design_and_not_to_the_table() -> None:
    strata = np.array([0, 0, 1, 1])
    design = survey_design(strata=strata)
    strata[:] = 9
    assert design.stages[0].stratum.tolist() == [0, 0, 1, 1]


def test_groups_are_sorted_whatever_way_they_were_coded() -> None:
    columns: list[list[Any]] = [[30, 10, 20, 10], [3_000_000, 1, 2, 1], ["c", "a", "b", "a"]]
    for column in columns:
        found = groups(np.array(column))
        assert list(found.labels) == sorted(set(column))
        assert [found.labels[code] for code in found.codes] == column
