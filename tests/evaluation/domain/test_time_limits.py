"""Sums of days as the law counts them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from evaluation.domain import condition, time_limits
from evaluation.domain.checklist import Duration, RatioRule, TimeLimit
from evaluation.domain.time_limits import Calendar, Period

AS_OF = date(2018, 12, 31)
REST = Calendar()


def _limit(mode: str, unit: str, amount: int, **more: object) -> TimeLimit:
    return TimeLimit("a", "b", mode, Duration(unit, amount), **more)  # type: ignore[arg-type] -- test shorthand


def _compute(limit: TimeLimit, start: object, end: object, *periods: Period) -> time_limits.Outcome:
    return time_limits.compute(limit, {"a": start, "b": end}, periods, AS_OF, REST)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2017, 1, 5), 6, date(2017, 7, 5)),
        (date(2016, 8, 31), 6, date(2017, 2, 28)),
        (date(2015, 8, 31), 6, date(2016, 2, 29)),
        (date(2017, 11, 30), 3, date(2018, 2, 28)),
        (date(2016, 12, 15), 1, date(2017, 1, 15)),
    ],
)
def test_months_end_on_the_corresponding_day(start: date, months: int, expected: date) -> None:
    assert time_limits.add_months(start, months) == expected


def test_six_months_exactly_is_kept_and_the_day_after_is_not() -> None:
    limit = _limit("within", "months", 6, exclude_periods=True)
    kept = _compute(limit, date(2017, 1, 5), date(2017, 7, 5))
    late = _compute(limit, date(2017, 1, 5), date(2017, 7, 6))
    assert (kept.is_met, late.is_met) == (True, False)
    assert kept.sum_text == (
        "自2017年1月5日起6个月，至2017年7月5日；实际2017年7月5日，计181日，未超期"
    )
    assert late.sum_text.endswith("，超期1日")


def test_excluded_periods_prolong_once_even_when_they_overlap() -> None:
    limit = _limit("within", "months", 6, exclude_periods=True)
    twice = (
        Period(date(2017, 3, 1), date(2017, 3, 20)),
        Period(date(2017, 3, 11), date(2017, 3, 30)),
    )
    outcome = _compute(limit, date(2017, 1, 5), date(2017, 8, 4), *twice)
    assert outcome.is_met is True
    assert outcome.deadline == date(2017, 8, 4)  # 5 July and 30 days
    assert outcome.used_days == 211 - 30
    assert "不计入30日" in outcome.sum_text


def test_a_period_inside_the_prolonged_stretch_counts_too() -> None:
    limit = _limit("within", "months", 6, exclude_periods=True)
    periods = (
        Period(date(2017, 3, 1), date(2017, 3, 30)),
        Period(date(2017, 7, 20), date(2017, 7, 29)),  # after 5 July, before 4 August
        Period(date(2018, 1, 1), date(2018, 3, 1)),  # far outside
    )
    outcome = _compute(limit, date(2017, 1, 5), date(2017, 8, 14), *periods)
    assert (outcome.deadline, outcome.is_met) == (date(2017, 8, 14), True)


def test_a_last_day_on_a_weekend_moves_to_monday() -> None:
    outcome = _compute(_limit("within", "days", 7), date(2017, 1, 7), date(2017, 1, 16))
    assert (outcome.deadline, outcome.is_met) == (date(2017, 1, 16), True)  # 14 January: Saturday
    working_saturday = Calendar(working_weekends=frozenset({date(2017, 1, 14)}))
    strict = time_limits.compute(
        _limit("within", "days", 7),
        {"a": date(2017, 1, 7), "b": date(2017, 1, 16)},
        (),
        AS_OF,
        working_saturday,
    )
    assert strict.is_met is False


def test_waits_and_more_than() -> None:
    wait = _limit("at_least", "days", 15)
    assert _compute(wait, date(2017, 5, 1), date(2017, 5, 16)).is_met is True
    assert _compute(wait, date(2017, 5, 1), date(2017, 5, 15)).is_met is False
    more = _limit("more_than", "months", 3)
    assert _compute(more, date(2017, 5, 1), date(2017, 8, 1)).is_met is False
    assert _compute(more, date(2017, 5, 1), date(2017, 8, 2)).is_met is True


def test_hours_working_days_and_dates_in_the_wrong_order() -> None:
    hours = _limit("within", "hours", 8)
    start = datetime.fromisoformat("2017-05-01T08:00+08:00")
    end = datetime.fromisoformat("2017-05-01T16:30+08:00")
    assert _compute(hours, start, end).is_met is False
    ten = _limit("within", "working_days", 10)
    assert _compute(ten, date(2017, 5, 5), date(2017, 5, 19)).deadline == date(2017, 5, 19)
    backwards = _compute(_limit("within", "days", 7), date(2017, 5, 5), date(2017, 5, 4))
    assert (backwards.is_met, backwards.is_known) == (None, False)
    assert "早于" in backwards.sum_text


def test_repeated_checks_every_six_months_until_the_round_ends() -> None:
    limit = _limit("within", "months", 6, repeat_until_years=5)
    facts = {"a": date(2017, 6, 30), "b": (date(2017, 12, 20), date(2018, 6, 20))}
    outcome = time_limits.compute(limit, facts, (), date(2018, 12, 1), REST)
    assert outcome.is_met is True
    facts["b"] = (date(2017, 12, 20),)
    assert time_limits.compute(limit, facts, (), date(2018, 12, 1), REST).is_met is False


def test_an_approved_extension_leaves_the_judgment_to_the_reviewer() -> None:
    when = condition.parse({"field": "extension_approved", "equals": "yes"})
    limit = _limit("within", "months", 6, undecided_when=when)
    facts = {"a": date(2017, 1, 5), "b": date(2018, 1, 5), "extension_approved": "yes"}
    outcome = time_limits.compute(limit, facts, (), AS_OF, REST)
    assert (outcome.is_met, outcome.is_known) == (None, True)
    assert outcome.sum_text.endswith("经批准延长，由评查员判断")


def test_ratio_at_the_bound_is_kept() -> None:
    rule = RatioRule("x", "y", 0.70)
    assert time_limits.compute_ratio(rule, {"x": 70, "y": 100}).is_met is True
    assert time_limits.compute_ratio(rule, {"x": 69.9, "y": 100}).is_met is False
    assert time_limits.compute_ratio(rule, {"x": 70}).is_met is None


@pytest.mark.parametrize(
    ("raw", "facts", "expected"),
    [
        ({"all": [{"field": "x", "equals": 1}, {"field": "y", "equals": 2}]}, {"x": 2}, False),
        ({"all": [{"field": "x", "equals": 1}, {"field": "y", "equals": 2}]}, {"x": 1}, None),
        ({"any": [{"field": "x", "in": [1, 3]}, {"field": "y", "equals": 2}]}, {"x": 3}, True),
        ({"not": {"circumstance": "c"}}, {"circumstance:c": False}, True),
        ({"not": {"circumstance": "c"}}, {}, None),
        (
            {"field": "d", "on_or_after": date(2017, 5, 1)},
            {"d": date(2017, 4, 30)},
            False,
        ),
        ({"field": "n", "more_than": 0}, {"n": 1}, True),
    ],
)
def test_conditions_know_what_they_do_not_know(
    raw: dict, facts: dict, expected: bool | None
) -> None:
    assert condition.holds(condition.parse(raw), facts) is expected


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(ValueError, match="eval"):
        condition.parse({"eval": "1+1"})
