"""Checks of what a reviewer enters beside the answers: header, circumstances, dates, amounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from evaluation.domain.checklist import Checklist
from evaluation.domain.condition import CIRCUMSTANCE
from evaluation.errors import Fault, InvalidInput
from evaluation.language import _

EARLIEST = date(1990, 1, 1)
PERIODS = "excluded_periods"


def _day(raw: Any) -> str:
    day = date.fromisoformat(str(raw))
    if day < EARLIEST:
        raise ValueError
    return day.isoformat()


def _moment(raw: Any) -> str:
    return datetime.fromisoformat(str(raw)).isoformat(timespec="minutes")


def _days(raw: Any) -> list[str]:
    return sorted({_day(one) for one in raw})


def _amount(raw: Any) -> str:
    amount = Decimal(str(raw).replace(",", ""))
    if not amount.is_finite() or amount < 0 or amount > Decimal("1e13"):
        raise ValueError
    return str(amount.quantize(Decimal("0.01")))


def _flag(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise TypeError
    return raw


def _periods(checklist: Checklist) -> Callable[[Any], list[dict[str, str]]]:
    reasons = {reason.code for reason in checklist.period_reasons}

    def read(raw: Any) -> list[dict[str, str]]:
        rows = []
        for row in raw:
            start, end = _day(row["start"]), _day(row["end"])
            if end < start or row.get("reason") not in reasons:
                raise ValueError
            page = str(row.get("page", ""))[:80]
            rows.append({"start": start, "end": end, "reason": row["reason"], "page": page})
        return rows

    return read


def _readers(checklist: Checklist) -> dict[str, tuple[str, Callable[[Any], Any]]]:
    kinds = {"day": _day, "moment": _moment, "days": _days}
    readers: dict[str, tuple[str, Callable[[Any], Any]]] = {
        capture.code: (capture.text, kinds[capture.kind]) for capture in checklist.dates
    }
    for capture in checklist.amounts:
        readers[capture.code] = (capture.text, _amount)
    for capture in checklist.circumstances:
        readers[CIRCUMSTANCE + capture.code] = (capture.text, _flag)
    readers[PERIODS] = (_("不计入期间"), _periods(checklist))
    for field in checklist.header:
        if field.source != "register":
            codes = {option.code for option in field.options}
            readers[field.code] = (field.text, _one_of(codes))
    return readers


def _one_of(codes: set[str]) -> Callable[[Any], str]:
    def read(raw: Any) -> str:
        if raw not in codes:
            raise ValueError
        return str(raw)

    return read


def checked(checklist: Checklist, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values in their stored form; ``None`` takes a value away.

    Raises
    ------
    InvalidInput
        If a field is unknown, read-only, or its value cannot be taken; every fault is named.
    """
    readers, clean, faults = _readers(checklist), {}, []
    for name, raw in values.items():
        text, read = readers.get(name, (name, None))
        if read is None:
            faults.append(Fault(text, _("该栏不能填写。"), _("请刷新页面。")))
            continue
        try:
            clean[name] = None if raw is None else read(raw)
        except (ValueError, TypeError, KeyError, InvalidOperation):
            faults.append(
                Fault(text, _("填写的内容不正确。"), _("请核对日期、金额或者选项后重填。"))
            )
    if faults:
        raise InvalidInput(_("有{n}处没有保存。").format(n=len(faults)), faults=faults)
    return clean
