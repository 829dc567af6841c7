"""The only clock of the application. Tests freeze it here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

#: People read Beijing time; the database keeps UTC.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")

_read: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 -- replaced as a whole


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return _read()


def today() -> date:
    """Return the present day in Beijing."""
    return now().astimezone(BEIJING).date()


def set_reader(reader: Callable[[], datetime] | None) -> None:
    """Let tests and the demonstration say what time it is; ``None`` brings the real clock back."""
    global _read
    _read = reader or (lambda: datetime.now(UTC))


def beijing_text(moment: datetime) -> str:
    """Write a moment as a Chinese reader expects it: 2018年12月5日 14:05."""
    local = moment.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def date_text(day: date) -> str:
    """Write a day in Arabic numerals without leading zeros: 2018年12月5日."""
    return f"{day.year}年{day.month}月{day.day}日"
