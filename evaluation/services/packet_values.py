"""The values of a form as texts of a sheet, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evaluation.domain.checklist import Checklist
from evaluation.domain.condition import CIRCUMSTANCE
from evaluation.domain.review import AnswerCode, ItemAnswer
from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services import packet_workbook, reviews
from evaluation.services.packet_workbook import NO, YES, Values


def values_of(checklist: Checklist, loaded: reviews.Loaded) -> Values:
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
        }
        values |= {f"{code}:{name}": text for name, text in texts.items() if text}
    return values


def _entry_text(raw: Any, option: str | None) -> str:
    if isinstance(raw, bool):
        return YES if raw else NO
    if isinstance(raw, list):
        return " ".join(str(one) for one in raw)
    return option or str(raw)


def read_answer(
    checklist: Checklist, texts: Mapping[str, str], before: ItemAnswer | None
) -> ItemAnswer | None:
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
        option=before.option if before else "",
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


def canonical(checklist: Checklist, values: Values) -> Values:
    """Return the values with dates in one form, so that 20170105 and 2017-01-05 are equal."""
    made = dict(values)
    for capture in checklist.dates:
        key = f"{capture.code}:answer"
        if key in made:
            made[key] = _entry_text(read_entry(checklist, capture.code, made[key]), None)
    return made
