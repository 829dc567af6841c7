"""Figures as printed: rounding, shares that close, words chosen by rule."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import numbers
from reports.errors import NumberError


@pytest.mark.parametrize(
    ("value", "places", "printed"),
    [
        (0.125, 2, "0.13"),
        (2.675, 2, "2.68"),
        (-0.05, 1, "−0.1"),
        (-0.04, 1, "0.0"),
        (1e6, 0, "1,000,000"),
    ],
)
def test_half_is_rounded_away_from_zero(value, places, printed):
    assert numbers.decimal(value, places) == printed


def test_difference_is_taken_before_rounding():
    later, earlier = 0.7544, 0.7036  # printed 75.4 and 70.4, difference 5.1 and not 5.0
    assert numbers.percentage_points(later - earlier) == "5.1个百分点"


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=8).filter(lambda x: sum(x) > 1e-6))
def test_shares_close_to_one_hundred(shares):
    closed = numbers.largest_remainder(shares)
    assert sum(closed) == Decimal(100)
    total = sum(shares)
    assert all(
        abs(float(c) - 100 * s / total) < 0.1001 for c, s in zip(closed, shares, strict=True)
    )


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1]])
def test_shares_without_a_whole_are_refused(shares):
    with pytest.raises(NumberError):
        numbers.largest_remainder(shares)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_number_that_is_none_is_refused(value):
    with pytest.raises(NumberError):
        numbers.rounded(value, 1)


@pytest.mark.parametrize(
    ("difference", "significant", "word"),
    [
        (1, True, "提高"),
        (-1, True, "下降"),
        (1, False, "无显著变化"),
        (0, None, "持平"),
        (-1, None, "下降"),
    ],
)
def test_word_follows_from_the_test(difference, significant, word):
    assert numbers.change_in_words(difference, is_significant=significant) == word
