"""Time limits computed from dates entered once, with the sum written out.

Rules of counting (Civil Procedure Law art. 82; Civil Code arts. 201-203): the first day does not
count; months and years end on the corresponding day, or the month's last day; a limit whose last
day is a rest day ends on the next working day. Leaves out: statutory holidays unless they are
passed in, and any judgment on an approved extension.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from evaluation.clock import date_text
from evaluation.domain import condition as conditions
from evaluation.domain.checklist import Duration, RatioRule, TimeLimit
from evaluation.language import _


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days that does not count, both ends included."""

    start: date
    end: date
    reason: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a limit is kept (``None``: cannot be told), and the sum as text."""

    is_met: bool | None
    sum_text: str
    used_days: int | None = None
    deadline: date | None = None
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are rest days: weekends, and holidays if a list is given."""

    roll_over: bool = True
    holidays: frozenset[date] = frozenset()
    working_weekends: frozenset[date] = frozenset()

    def is_rest_day(self, day: date) -> bool:
        """Tell whether nobody works on that day."""
        if day in self.working_weekends:
            return False
        return day.weekday() >= 5 or day in self.holidays

    def rolled(self, day: date) -> date:
        """Return the day itself, or the next working day after rest days."""
        while self.roll_over and self.is_rest_day(day):
            day += timedelta(days=1)
        return day


def add_months(day: date, months: int) -> date:
    """Return the corresponding day some months later, or that month's last day.

    >>> add_months(date(2016, 8, 31), 6)
    datetime.date(2017, 2, 28)
    """
    position = day.year * 12 + day.month - 1 + months
    year, month = divmod(position, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def end_of(start: date, duration: Duration, rest_days: Calendar) -> date:
    """Return the last day of a duration that begins the day after ``start``."""
    if duration.unit == "days":
        return start + timedelta(days=duration.amount)
    if duration.unit == "months":
        return add_months(start, duration.amount)
    if duration.unit == "years":
        return add_months(start, 12 * duration.amount)
    if duration.unit != "working_days":
        raise ValueError(f"{duration.unit} is not counted in whole days")
    day, left = start, duration.amount
    while left:
        day += timedelta(days=1)
        left -= not rest_days.is_rest_day(day)
    return day


def merged(periods: Sequence[Period], first: date, last: date) -> list[Period]:
    """Return the periods cut to ``first``..``last``, overlapping ones joined, in order."""
    found: list[Period] = []
    for period in sorted(periods, key=lambda one: (one.start, one.end)):
        start, end = max(period.start, first), min(period.end, last)
        if start > end:
            continue
        if found and start <= found[-1].end + timedelta(days=1):
            previous = found[-1]
            found[-1] = Period(previous.start, max(previous.end, end), previous.reason)
        else:
            found.append(Period(start, end, period.reason))
    return found


def days_in(periods: Sequence[Period]) -> int:
    """Return the number of days in periods that do not overlap."""
    return sum((period.end - period.start).days + 1 for period in periods)


def duration_text(duration: Duration) -> str:
    """Write a duration in Chinese."""
    names = {
        "days": _("{n}日"),
        "working_days": _("{n}个工作日"),
        "months": _("{n}个月"),
        "years": _("{n}年"),
        "hours": _("{n}小时"),
    }
    return names[duration.unit].format(n=duration.amount)


def applicable_duration(limit: TimeLimit, facts: Mapping[str, Any]) -> Duration:
    """Return the duration of the first variant that holds, else the general one."""
    for when, duration in limit.variants:
        if conditions.holds(when, facts):
            return duration
    return limit.duration


def _hours(start: datetime, end: datetime, limit: TimeLimit, duration: Duration) -> Outcome:
    used = end - start
    hours = used.total_seconds() / 3600
    met = used <= timedelta(hours=duration.amount) if limit.mode == "within" else None
    text = _("实际{hours}小时，上限{limit}").format(
        hours=f"{hours:.1f}", limit=duration_text(duration)
    )
    return Outcome(met, text, is_known=True)


def _within(
    start: date, end: date, duration: Duration, periods: Sequence[Period], rest: Calendar
) -> Outcome:
    nominal = end_of(start, duration, rest)
    text = _("自{start}起{duration}，至{day}").format(
        start=date_text(start), duration=duration_text(duration), day=date_text(nominal)
    )
    final, counted = nominal, []
    for _pass in range(len(periods) + 1):  # a period may begin after the nominal end but before
        counted = merged(periods, start + timedelta(days=1), final)  # the prolonged one
        prolonged = nominal + timedelta(days=days_in(counted))
        if prolonged == final:
            break
        final = prolonged
    whole = merged(periods, start + timedelta(days=1), final)
    if whole:
        pieces = "、".join(
            _("{a}至{b}").format(a=date_text(p.start), b=date_text(p.end)) for p in whole
        )
        text += _("；不计入{days}日（{pieces}），顺延至{day}").format(
            days=days_in(whole), pieces=pieces, day=date_text(final)
        )
    rolled = rest.rolled(final)
    if rolled != final:
        text += _("；该日为休息日，顺延至{day}").format(day=date_text(rolled))
    used = (end - start).days - days_in(merged(periods, start + timedelta(days=1), end))
    over = (end - rolled).days
    text += _("；实际{day}，计{used}日").format(day=date_text(end), used=used)
    text += _("，未超期") if over <= 0 else _("，超期{days}日").format(days=over)
    return Outcome(over <= 0, text, used, rolled, is_known=True)


def _at_least(start: date, end: date, limit: TimeLimit, duration: Duration) -> Outcome:
    # A minimum wait is full days before the later event, so rest days do not prolong it.
    earliest = end_of(start, duration, Calendar(roll_over=False))
    is_met = end > earliest if limit.mode == "more_than" else end >= earliest
    word = _("超过") if limit.mode == "more_than" else _("满")
    text = _("自{start}起须{word}{duration}（{day}）；实际{end}，{verdict}").format(
        start=date_text(start),
        word=word,
        duration=duration_text(duration),
        day=date_text(earliest),
        end=date_text(end),
        verdict=_("符合") if is_met else _("不足"),
    )
    return Outcome(is_met, text, (end - start).days, earliest, is_known=True)


def _repeated(
    start: date, dates: Sequence[date], limit: TimeLimit, duration: Duration, as_of: date
) -> Outcome:
    last_needed = min(as_of, add_months(start, 12 * limit.repeat_until_years))
    previous, longest, met = start, 0, True
    for day in [*sorted(day for day in dates if day <= last_needed), last_needed]:
        longest = max(longest, (day - previous).days)
        met = met and day <= end_of(previous, duration, Calendar(roll_over=False))
        previous = day
    text = _("自{start}至{end}，每{duration}一次；共{count}次，最长间隔{days}日，{verdict}").format(
        start=date_text(start),
        end=date_text(last_needed),
        duration=duration_text(duration),
        count=len(dates),
        days=longest,
        verdict=_("未超期") if met else _("有超期"),
    )
    return Outcome(met, text, longest, is_known=True)


def compute(
    limit: TimeLimit,
    facts: Mapping[str, Any],
    periods: Sequence[Period],
    as_of: date,
    rest_days: Calendar,
) -> Outcome:
    """Return whether one limit is kept, with the sum; unknown while a date is missing."""
    start, end = facts.get(limit.start), facts.get(limit.end)
    if limit.repeat_until_years:
        if start is None:
            return Outcome(None, "")
        return _repeated(start, list(end or ()), limit, applicable_duration(limit, facts), as_of)
    if start is None or end is None:
        return Outcome(None, "")
    duration = applicable_duration(limit, facts)
    if duration.unit == "hours":
        outcome = _hours(start, end, limit, duration)
    elif end < start:
        return Outcome(
            None,
            _("止日{end}早于起日{start}，请核对日期").format(
                end=date_text(end), start=date_text(start)
            ),
        )
    elif limit.mode == "within":
        counted = periods if limit.exclude_periods else ()
        outcome = _within(start, end, duration, counted, rest_days)
    else:
        outcome = _at_least(start, end, limit, duration)
    is_excused = limit.undecided_when is not None and conditions.holds(limit.undecided_when, facts)
    if outcome.is_met is False and is_excused:
        text = outcome.sum_text + _("；经批准延长，由评查员判断")
        return Outcome(None, text, outcome.used_days, outcome.deadline, is_known=True)
    return outcome


def compute_ratio(rule: RatioRule, facts: Mapping[str, Any]) -> Outcome:
    """Return whether one amount (yuan) reaches its share of another."""
    numerator, denominator = facts.get(rule.numerator), facts.get(rule.denominator)
    if numerator is None or not denominator:
        return Outcome(None, "")
    share = float(numerator) / float(denominator)
    is_met = share >= rule.at_least - 1e-9
    text = _("{a}÷{b}＝{share}%，下限{limit}%，{verdict}").format(
        a=f"{float(numerator):,.2f}",
        b=f"{float(denominator):,.2f}",
        share=f"{share * 100:.1f}",
        limit=f"{rule.at_least * 100:.0f}",
        verdict=_("符合") if is_met else _("不足"),
    )
    return Outcome(is_met, text, is_known=True)


def joined(outcomes: Sequence[tuple[Outcome, bool]]) -> Outcome:
    """Join several outcomes (each with whether it is optional) into one for an item."""
    known = [outcome for outcome, _optional in outcomes if outcome.is_known]
    texts = "；".join(outcome.sum_text for outcome, _optional in outcomes if outcome.sum_text)
    first = next((outcome for outcome in known if outcome.used_days is not None), None)
    used, deadline = (first.used_days, first.deadline) if first else (None, None)
    if any(outcome.is_met is False for outcome in known):
        return Outcome(False, texts, used, deadline, is_known=True)
    waiting = any(not outcome.is_known and not optional for outcome, optional in outcomes)
    undecided = any(outcome.is_met is None for outcome in known)
    if not known or waiting or undecided:
        return Outcome(None, texts, used, deadline, is_known=bool(known))
    return Outcome(True, texts, used, deadline, is_known=True)
