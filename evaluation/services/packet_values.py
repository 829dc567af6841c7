"""The values of a form as texts of a sheet, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from evaluation.domain.checklist import Checklist
from evaluation.domain.condition import CIRCUMSTANCE
from evaluation.domain.review import AnswerCode, ItemAnswer
from evaluation.errors import Fault, InvalidInput
from evaluation.language import _
from evaluation.services import packet_workbook, review_attempts
from evaluation.services.packet_workbook import N_PERIODS, NO, YES, Values
from evaluation.services.review_entries import PERIODS

ITEM_PARTS = ("answer", "reason", "page", "note", "option")
PERIOD_PARTS = ("answer", "reason", "page", "note")


def values_of(checklist: Checklist, loaded: review_attempts.Loaded) -> Values:
    """Return what a form holds now as the texts of a sheet."""
    values: Values = {}
    options = {
        (field.code, option.code): option.text
        for field in checklist.header
        for option in field.options
    }
    for line in packet_workbook.lines(checklist):
        if line.kind == "entry" and (raw := loaded.attempt.entries.get(line.code)) is not None:
            values[f"{line.code}:answer"] = _entry_text(raw, options.get((line.code, str(raw))))
    values |= _period_rows(checklist, loaded.attempt.entries.get(PERIODS) or [])
    titles = {one.code: one.text for one in checklist.answers}
    supports = {one.code: one.text for one in (*checklist.na_reasons, *checklist.verification)}
    for code, answer in loaded.answers.items():
        if answer.is_automatic:
            continue
        texts = {
            "answer": titles[answer.code],
            "reason": supports.get(answer.na_reason or answer.verification, ""),
            "page": answer.page,
            "note": answer.note,
            "option": answer.option,
        }
        values |= {f"{code}:{name}": text for name, text in texts.items() if text}
    return values


def _entry_text(raw: Any, option: str | None) -> str:
    if isinstance(raw, bool):
        return YES if raw else NO
    if isinstance(raw, list):
        return " ".join(str(one) for one in raw)
    return option or str(raw)


def _period_rows(checklist: Checklist, periods: Sequence[Mapping[str, str]]) -> Values:
    """Return periods as rows of a sheet; those beyond its rows stay at the desk."""
    titles = {reason.code: reason.text for reason in checklist.period_reasons}
    rows: Values = {}
    for n, period in enumerate(periods[:N_PERIODS], start=1):
        texts = {
            "answer": period["start"],
            "reason": period["end"],
            "page": period.get("page", ""),
            "note": titles.get(period["reason"], period["reason"]),
        }
        rows |= {f"{PERIODS}:{n}:{name}": text for name, text in texts.items() if text}
    return rows


def read_periods(
    checklist: Checklist, unit: Mapping[str, str], before: Sequence[Mapping[str, str]]
) -> list[Mapping[str, str]]:
    """Turn rows of a sheet into periods; those that had no row follow unchanged.

    Raises
    ------
    InvalidInput
        If a period lacks a day or its reason, or ends before it begins; the cell is named by its
        row among the periods and its column.
    """
    codes = {reason.text: reason.code for reason in checklist.period_reasons}
    periods: list[Mapping[str, str]] = []
    faults: list[Fault] = []
    for n in range(1, N_PERIODS + 1):
        texts = {name: unit.get(f"{n}:{name}", "") for name in ("answer", "reason", "page", "note")}
        if not any(texts.values()):
            continue
        start, end = day_in(texts["answer"]), day_in(texts["reason"])
        for column, name, day in (("C", _("起始日"), start), ("D", _("截止日"), end)):
            if day is None:
                faults.append(
                    Fault(
                        f"{n}:{column}",
                        _("{name}不正确。").format(name=name),
                        _("请写作20170105。"),
                    )
                )
        if start and end and end < start:
            faults.append(Fault(f"{n}:D", _("截止日早于起始日。"), _("请核对。")))
        if texts["note"] not in codes:
            faults.append(Fault(f"{n}:F", _("事由不在列表中。"), _("请从列表中选择。")))
        reason = codes.get(texts["note"], "")
        periods.append(
            {"start": start or "", "end": end or "", "reason": reason, "page": texts["page"]}
        )
    if faults:
        raise InvalidInput(_("不计入期间有误。"), faults=faults)
    return [*periods, *before[N_PERIODS:]]


def read_answer(checklist: Checklist, texts: Mapping[str, str]) -> ItemAnswer | None:
    """Turn the texts of one row into an answer; an empty answer takes it back."""
    if not texts["answer"]:
        return None
    codes = {one.text: one.code for one in checklist.answers}
    if texts["answer"] not in codes:
        raise InvalidInput(_("答案不在列表中。"), remedy=_("请从列表中选择。"))
    code = AnswerCode(codes[texts["answer"]])
    reasons = {one.text: one.code for one in checklist.na_reasons if not one.automatic}
    slips = {one.text: one.code for one in checklist.verification}
    support = texts["reason"]
    if support and support not in reasons and support not in slips:
        raise InvalidInput(_("原因或核验方式不在列表中。"), remedy=_("请从列表中选择。"))
    return ItemAnswer(
        code,
        na_reason=reasons.get(support, "") if code is AnswerCode.NOT_APPLICABLE else "",
        page=texts["page"],
        note=texts["note"],
        option=texts.get("option", ""),
        verification=slips.get(support, ""),
    )


def read_entry(checklist: Checklist, name: str, text: str) -> Any:
    """Turn the text of an entry into its value."""
    if not text:
        return None
    if name.startswith(CIRCUMSTANCE):
        if text not in (YES, NO):
            raise InvalidInput(_("只能填“有”或者“没有”。"), remedy=_("请从列表中选择。"))
        return text == YES
    for field in checklist.header:
        if field.code == name:
            return {option.text: option.code for option in field.options}.get(text, text)
    kinds = {capture.code: capture.kind for capture in checklist.dates}
    if kinds.get(name) == "days":
        return [_iso(one) for one in re.split(r"[\s,，、;；]+", text) if one]
    if kinds.get(name) == "moment":
        day, _space, time = text.replace("T", " ").partition(" ")
        return f"{_iso(day)}T{time.strip()[:5]}+08:00"
    return _iso(text) if name in kinds else text


def _iso(text: str) -> str:
    found = re.fullmatch(r"(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?", text.strip())
    if found is None:
        return text
    return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"


def day_in(text: str) -> str | None:
    """Return a day in ISO form, or ``None`` if the text is none."""
    try:
        return date.fromisoformat(_iso(text)).isoformat()
    except ValueError:
        return None


def canonical(checklist: Checklist, values: Values) -> Values:
    """Return the values with dates in one form, so that 20170105 and 2017-01-05 are equal.

    Periods are numbered without gaps.
    """
    made = {key: text for key, text in values.items() if not key.startswith(f"{PERIODS}:")}
    for capture in checklist.dates:
        key = f"{capture.code}:answer"
        if key in made:
            made[key] = _entry_text(read_entry(checklist, capture.code, made[key]), None)
    position = 0
    for n in range(1, N_PERIODS + 1):
        row = {name: values.get(f"{PERIODS}:{n}:{name}", "") for name in PERIOD_PARTS}
        if not any(row.values()):
            continue
        position += 1
        row |= {name: _iso(row[name]) for name in ("answer", "reason")}
        made |= {f"{PERIODS}:{position}:{name}": text for name, text in row.items() if text}
    return made


# ------------------------------------------------------------------ words


def unit_of(key: str) -> str:
    """Return the unit that a value belongs to: an item, an entry, or all periods together."""
    return PERIODS if key.startswith(f"{PERIODS}:") else key.rpartition(":")[0]


def unit_in(values: Values, unit: str) -> Values:
    """Return the values of one unit by their name inside it."""
    if unit == PERIODS:
        return {
            key.removeprefix(f"{PERIODS}:"): text
            for key, text in values.items()
            if text and key.startswith(f"{PERIODS}:")
        }
    return {name: values.get(f"{unit}:{name}", "") for name in ITEM_PARTS}


def title_of(checklist: Checklist, unit: str) -> str:
    """Return what a person calls a unit."""
    if unit == PERIODS:
        return _("不计入办案期限的期间")
    for line in packet_workbook.lines(checklist):
        if line.code == unit:
            return f"{unit} {line.text}" if line.kind == "item" else line.text
    return unit


def field_titles(unit: str, names: Iterable[str]) -> dict[str, str]:
    """Return what a person calls each field of a unit, in the order of the sheet."""
    if unit != PERIODS:
        titles = {
            "answer": _("答案"),
            "reason": _("原因或核验方式"),
            "page": _("页码"),
            "note": _("备注"),
            "option": _("具体情形"),
        }
        return {name: title for name, title in titles.items() if name in set(names)}
    titles = {
        "answer": _("起始日"), "reason": _("截止日"), "page": _("页码"), "note": _("事由"),
    }  # fmt: skip
    order = sorted(
        names,
        key=lambda name: (int(name.partition(":")[0]), list(titles).index(name.partition(":")[2])),
    )
    return {
        name: _("第{n}段 {field}").format(
            n=name.partition(":")[0], field=titles[name.partition(":")[2]]
        )
        for name in order
    }
