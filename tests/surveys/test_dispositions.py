"""Outcome rates: a worked case by hand, identities between rates, and the bounds of shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.dispositions import (
    AAPOR_CODES,
    Disposition,
    disposition_of,
    eligible_share,
    outcome_rates,
)

D = Disposition
COUNTS = st.fixed_dictionaries({disposition: st.integers(0, 500) for disposition in D})

#: I 400, P 50, R 60 + 40 break-offs, NC 200, O 50, U 200; 30 not eligible, 10 quota filled.
WORKED = {
    D.COMPLETE: 400,
    D.PARTIAL: 50,
    D.REFUSAL: 60,
    D.BREAK_OFF: 40,
    D.NONCONTACT: 200,
    D.OTHER: 50,
    D.UNKNOWN_ELIGIBILITY: 200,
    D.NOT_ELIGIBLE: 30,
    D.QUOTA_FILLED: 10,
}


def test_rates_of_a_worked_case() -> None:
    """Computed by hand from the formulas of the Standard Definitions, 10th ed. (2023)."""
    rates = outcome_rates(WORKED, eligible=0.5)
    assert rates.response_rate_1 == pytest.approx(400 / 1000)
    assert rates.response_rate_2 == pytest.approx(450 / 1000)
    assert rates.response_rate_3 == pytest.approx(400 / 900)
    assert rates.response_rate_4 == pytest.approx(450 / 900)
    assert rates.response_rate_5 == pytest.approx(400 / 800)
    assert rates.response_rate_6 == pytest.approx(450 / 800)
    assert rates.cooperation_rate_1 == pytest.approx(400 / 600)
    assert rates.cooperation_rate_2 == pytest.approx(450 / 600)
    assert rates.cooperation_rate_3 == pytest.approx(400 / 550)
    assert rates.cooperation_rate_4 == pytest.approx(450 / 550)
    assert rates.refusal_rate_1 == pytest.approx(100 / 1000)
    assert rates.refusal_rate_2 == pytest.approx(100 / 900)
    assert rates.refusal_rate_3 == pytest.approx(100 / 800)
    assert rates.contact_rate_1 == pytest.approx(600 / 1000)
    assert rates.contact_rate_2 == pytest.approx(600 / 900)
    assert rates.contact_rate_3 == pytest.approx(600 / 800)
    assert eligible_share(WORKED) == pytest.approx(800 / 840)


@given(COUNTS)
def test_rates_are_ordered_and_between_0_and_1(counts: dict[Disposition, int]) -> None:
    rates = outcome_rates(counts)
    values = [getattr(rates, name) for name in rates.__slots__]
    assert all(value is None or 0 <= value <= 1 for value in values)
    if rates.response_rate_5 is not None:
        assert rates.response_rate_1 is not None
        assert rates.response_rate_3 is not None
        assert rates.response_rate_6 is not None
        tiny = 1e-12
        assert rates.response_rate_1 <= rates.response_rate_3 + tiny
        assert rates.response_rate_3 <= rates.response_rate_5 + tiny
        assert rates.response_rate_5 <= rates.response_rate_6 + tiny


@given(COUNTS)
def test_with_everybody_eligible_rates_3_and_1_are_one(counts: dict[Disposition, int]) -> None:
    rates = outcome_rates(counts, eligible=1.0)
    assert rates.response_rate_3 == rates.response_rate_1
    assert rates.refusal_rate_2 == rates.refusal_rate_1
    none_eligible = outcome_rates(counts, eligible=0.0)
    assert none_eligible.response_rate_3 == none_eligible.response_rate_5


def test_nobody_invited_has_no_rate() -> None:
    assert outcome_rates({}).response_rate_1 is None
    assert outcome_rates({D.NOT_ELIGIBLE: 3}).response_rate_1 is None


@pytest.mark.parametrize("eligible", [-0.1, 1.1, float("nan")])
def test_impossible_shares_are_refused(eligible: float) -> None:
    with pytest.raises(ValueError, match="eligible"):
        outcome_rates(WORKED, eligible=eligible)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        outcome_rates({D.COMPLETE: -1})


@pytest.mark.parametrize(
    ("answered", "applicable", "expected"),
    [
        (0, 0, D.COMPLETE),
        (8, 10, D.COMPLETE),
        (7, 10, D.PARTIAL),
        (5, 10, D.PARTIAL),
        (4, 10, D.BREAK_OFF),
        (0, 10, D.BREAK_OFF),
    ],
)
def test_complete_partial_break_off(answered: int, applicable: int, expected: Disposition) -> None:
    assert disposition_of(answered, applicable) is expected


@pytest.mark.parametrize(("answered", "applicable"), [(-1, 3), (4, 3)])
def test_impossible_counts_are_refused(answered: int, applicable: int) -> None:
    with pytest.raises(ValueError, match="path"):
        disposition_of(answered, applicable)


def test_every_disposition_has_a_code_of_its_own() -> None:
    assert set(AAPOR_CODES) == set(Disposition)
    assert len(set(AAPOR_CODES.values())) == len(Disposition)
