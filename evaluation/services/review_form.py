"""The review form as plain data for the browser: its layout once, its state after every save."""

from __future__ import annotations

from typing import Any

from evaluation.domain.checklist import Checklist, ReviewItem
from evaluation.domain.condition import CIRCUMSTANCE
from evaluation.domain.review import AnswerCode, ItemAnswer, ItemState
from evaluation.errors import Fault, InvalidInput
from evaluation.language import _
from evaluation.services.reviews import FormView

_TEXT_FIELDS = ("na_reason", "page", "note", "option", "verification")
LONGEST_TEXT = 1000


def layout(checklist: Checklist) -> dict[str, Any]:
    """Return everything about the form that never changes while it is filled."""
    parts: list[dict[str, Any]] = [
        {"number": 0, "title": _("表头"), "quote": "", "items": [], **_asked(checklist, 0)}
    ]
    in_use = {item.code for item in checklist.items()}
    parts += [
        {
            "number": part.number,
            "title": part.text,
            "quote": part.quote,
            "items": [_item(item) for item in part.items if item.code in in_use],
            **_asked(checklist, part.number),
        }
        for part in checklist.parts
    ]
    return {
        "parts": parts,
        "answers": [
            {"code": one.code, "text": one.text, "key": one.key} for one in checklist.answers
        ],
        "na_reasons": [
            {"code": one.code, "text": one.text, "needs_note": one.needs_note}
            for one in checklist.na_reasons
            if not one.automatic
        ],
        "verification": [{"code": o.code, "text": o.text} for o in checklist.verification],
        "period_reasons": [{"code": o.code, "text": o.text} for o in checklist.period_reasons],
    }


def _asked(checklist: Checklist, number: int) -> dict[str, Any]:
    return {
        "fields": [
            {
                "code": field.code,
                "text": field.text,
                "required": field.source == "reviewer",
                "options": [{"code": o.code, "text": o.text} for o in field.options],
            }
            for field in checklist.header
            if field.part == number and field.source != "register"
        ],
        "known": [
            {
                "code": field.code,
                "text": field.text,
                "options": [{"code": o.code, "text": o.text} for o in field.options],
            }
            for field in checklist.header
            if field.part == number and field.source == "register" and field.options
        ],
        "flags": [
            {"code": CIRCUMSTANCE + one.code, "text": one.text}
            for one in checklist.circumstances
            if one.part == number
        ],
        "dates": [
            {"code": one.code, "text": one.text, "kind": one.kind}
            for one in checklist.dates
            if one.part == number
        ],
        "amounts": [
            {"code": one.code, "text": one.text} for one in checklist.amounts if one.part == number
        ],
        "has_periods": number == 7,
    }


def _item(item: ReviewItem) -> dict[str, Any]:
    return {
        "code": item.code,
        "text": item.text,
        "rule": item.rule,
        "severity": str(item.severity),
        "sub_volume": item.sub_volume,
        "summed": bool(item.all_of),
        "captures": "、".join(item.captures),
        "options": list(item.options),
        "law": item.law,
        "note": item.note,
        "dates": sorted({name for limit in item.time_limits for name in (limit.start, limit.end)}),
    }


def state(view: FormView) -> dict[str, Any]:
    """Return what changes: entries, answers, what the rules settle, what is missing."""
    return {
        "attempt": view.attempt_id,
        "revision": view.revision,
        "state": str(view.state),
        "entries": view.entries,
        "items": {code: _item_state(one, view.answers) for code, one in view.states.items()},
        "n_answered": view.n_answered,
        "n_items": len(view.states),
        "missing": [{"where": fault.where, "what": fault.what} for fault in view.missing],
    }


def _item_state(one: ItemState, answers: dict[str, ItemAnswer]) -> dict[str, Any]:
    own = answers.get(one.item.code)
    counted = one.answer
    return {
        "applies": one.applies,
        "sum": one.outcome.sum_text,
        "computed": one.outcome.is_met,
        "answer": str(counted.code) if counted else None,
        "automatic": bool(counted and counted.is_automatic),
        "na_reason": own.na_reason if own else "",
        "page": own.page if own else "",
        "note": own.note if own else "",
        "option": own.option if own else "",
        "verification": own.verification if own else "",
    }


def read_answer(raw: Any) -> ItemAnswer | None:
    """Turn what the browser sent for one item into an answer; ``None`` takes it back.

    Raises
    ------
    InvalidInput
        If it is not of the form's shape.
    """
    if raw is None:
        return None
    try:
        code = AnswerCode(raw["code"])
        texts = {name: str(raw.get(name) or "").strip() for name in _TEXT_FIELDS}
    except (TypeError, KeyError, ValueError, AttributeError):
        raise InvalidInput(_("答案不完整。"), remedy=_("请刷新页面后重试。")) from None
    too_long = [name for name, text in texts.items() if len(text) > LONGEST_TEXT]
    if too_long:
        fault = Fault(_("备注"), _("文字过长。"), _("请压缩到1000字以内。"))
        raise InvalidInput(_("没有保存。"), faults=[fault])
    if code is not AnswerCode.NOT_APPLICABLE:
        texts["na_reason"] = ""
    return ItemAnswer(
        code,
        na_reason=texts["na_reason"],
        page=texts["page"],
        note=texts["note"],
        option=texts["option"],
        verification=texts["verification"],
    )
