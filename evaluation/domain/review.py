"""One reading of one file: answers, what is still missing, what the rules settle, its states.

Leaves out: who may read (`recusal`), who reads what (`assignment`), storage.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from evaluation.domain import condition as conditions
from evaluation.domain import time_limits
from evaluation.domain.checklist import Checklist, ReviewItem, Severity
from evaluation.domain.time_limits import Calendar, Outcome, Period
from evaluation.errors import Fault, WrongState
from evaluation.language import N_, _


class AnswerCode(StrEnum):
    """What a reviewer can say about an item."""

    PASS = "pass"  # noqa: S105 -- the checklist's word for 符合
    FAIL = "fail"
    NOT_APPLICABLE = "na"
    NOT_IN_FILE = "nf"
    NOT_VERIFIED = "nv"


ANSWER_TITLES = {
    AnswerCode.PASS: N_("符合"),
    AnswerCode.FAIL: N_("不符合"),
    AnswerCode.NOT_APPLICABLE: N_("不适用"),
    AnswerCode.NOT_IN_FILE: N_("案卷未见"),
    AnswerCode.NOT_VERIFIED: N_("未能核验"),
}


class Reading(StrEnum):
    """Which reading of the file an attempt is."""

    FIRST = "first"
    SECOND = "second"
    ADJUDICATION = "adjudication"
    GOLD = "gold"


READING_TITLES = {
    Reading.FIRST: N_("初评"),
    Reading.SECOND: N_("复评"),
    Reading.ADJUDICATION: N_("裁定"),
    Reading.GOLD: N_("金标复核"),
}


class AttemptState(StrEnum):
    """Where one attempt stands."""

    ASSIGNED = "assigned"
    ATTESTED = "attested"
    OPEN = "open"
    SUBMITTED = "submitted"
    SEALED = "sealed"
    WITHDRAWN = "withdrawn"


STATE_TITLES = {
    AttemptState.ASSIGNED: N_("待声明"),
    AttemptState.ATTESTED: N_("已声明"),
    AttemptState.OPEN: N_("评查中"),
    AttemptState.SUBMITTED: N_("已提交"),
    AttemptState.SEALED: N_("已封存"),
    AttemptState.WITHDRAWN: N_("已收回"),
}

#: States in which the attempt holds its place; the others make room for a successor.
LIVE_STATES = (
    AttemptState.ASSIGNED,
    AttemptState.ATTESTED,
    AttemptState.OPEN,
    AttemptState.SUBMITTED,
)

_STEPS: dict[str, tuple[frozenset[AttemptState], AttemptState]] = {
    "attest": (frozenset({AttemptState.ASSIGNED}), AttemptState.ATTESTED),
    "open": (frozenset({AttemptState.ATTESTED}), AttemptState.OPEN),
    "submit": (frozenset({AttemptState.OPEN}), AttemptState.SUBMITTED),
    "reopen": (frozenset({AttemptState.SUBMITTED}), AttemptState.OPEN),
    "seal": (frozenset(LIVE_STATES), AttemptState.SEALED),
    "withdraw": (
        frozenset({AttemptState.ASSIGNED, AttemptState.ATTESTED, AttemptState.OPEN}),
        AttemptState.WITHDRAWN,
    ),
}


def next_state(state: AttemptState, step: str) -> AttemptState:
    """Return the state after a step.

    Raises
    ------
    WrongState
        If the step is not possible now; the text names the state.
    """
    allowed, target = _STEPS[step]
    if state not in allowed:
        raise WrongState(
            _("该评查任务当前为“{state}”，不能进行这一步。").format(state=_(STATE_TITLES[state])),
            remedy=_("请刷新页面后按现状办理。"),
        )
    return target


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """One answer with what supports it."""

    code: AnswerCode
    na_reason: str = ""
    page: str = ""
    note: str = ""
    option: str = ""
    verification: str = ""
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class ItemState:
    """What the rules say about an item, and the answer that counts (``None``: missing)."""

    item: ReviewItem
    applies: bool | None
    outcome: Outcome
    answer: ItemAnswer | None


_PERSONAL = (
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), N_("身份证件号码")),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), N_("手机号码")),
    (re.compile(r"(?<!\d)\d{16,19}(?!\d)"), N_("账号")),
    (re.compile(r"[（(]\d{4}[）)]\s*\S{1,8}\d+\s*\S{1,6}号"), N_("案号")),
)


def personal_data_in(text: str) -> list[str]:
    """Return the kinds of personal data that a free text seems to contain."""
    return [_(kind) for pattern, kind in _PERSONAL if pattern.search(text)]


def check_answer(
    checklist: Checklist, item: ReviewItem, answer: ItemAnswer, outcome: Outcome | None = None
) -> list[Fault]:
    """Return every fault of one answer; an empty list means it can be saved."""
    if item.all_of and not answer.is_automatic:
        what = _("这一项由{n}个分项得出，不单独填写。").format(n=len(item.all_of))
        return [Fault(item.code, what, _("请填写各分项。"))]
    faults: list[Fault] = []
    reasons = {reason.code: reason for reason in checklist.na_reasons if not reason.automatic}
    if answer.code is AnswerCode.NOT_APPLICABLE:
        reason = reasons.get(answer.na_reason)
        if reason is None:
            faults.append(Fault(item.code, _("不适用必须选择原因。"), _("请选择一个原因。")))
        elif reason.needs_note and not answer.note.strip():
            faults.append(Fault(item.code, _("该原因须写明。"), _("请在备注中说明。")))
    slips = {choice.code for choice in checklist.verification}
    judged = answer.code not in (AnswerCode.NOT_VERIFIED, AnswerCode.NOT_APPLICABLE)
    if item.sub_volume and judged and answer.verification not in slips:
        faults.append(
            Fault(
                item.code,
                _("副卷材料没有核验方式的，只能记“未能核验”。"),
                _("请选择核验方式，或者改记“未能核验”。"),
            )
        )
    is_override = (
        outcome is not None
        and outcome.is_met is not None
        and answer.code is not (AnswerCode.PASS if outcome.is_met else AnswerCode.FAIL)
    )
    if is_override and not answer.note.strip() and not answer.is_automatic:
        faults.append(
            Fault(item.code, _("与系统按日期计算的结果不同。"), _("请在备注中写明理由。"))
        )
    return faults + [
        Fault(
            item.code,
            _("备注中似有{kind}。").format(kind=kind),
            _("请删去个人信息和案号后保存。"),
        )
        for kind in personal_data_in(answer.note + " " + answer.page)
    ]


def facts_of(checklist: Checklist, entries: Mapping[str, Any]) -> dict[str, Any]:
    """Turn saved entries (JSON values) into typed facts for conditions and time limits."""
    facts = {key: value for key, value in entries.items() if value not in (None, "")}
    for capture in checklist.dates:
        if capture.code in facts:
            facts[capture.code] = typed_date(capture.kind, facts[capture.code])
    facts["excluded_days"] = time_limits.days_in(
        time_limits.merged(periods_of(entries), date.min, date.max)
    )
    return facts


def typed_date(kind: str, raw: Any) -> Any:
    """Return a date, a moment or a tuple of dates from its JSON form."""
    if kind == "days":
        return tuple(date.fromisoformat(day) for day in raw)
    if kind == "moment":
        return datetime.fromisoformat(raw)
    return date.fromisoformat(raw)


def periods_of(entries: Mapping[str, Any]) -> list[Period]:
    """Return the periods that do not count, from their JSON form."""
    return [
        Period(
            date.fromisoformat(row["start"]),
            date.fromisoformat(row["end"]),
            row.get("reason", ""),
            row.get("page", ""),
        )
        for row in entries.get("excluded_periods") or ()
    ]


def derived_answer(parts: Sequence[ItemAnswer | None]) -> ItemAnswer | None:
    """Return what follows for an item that sums others up; ``None`` while one is missing."""
    if any(part is None for part in parts):
        return None
    codes = {part.code for part in parts if part is not None}
    for code in (AnswerCode.FAIL, AnswerCode.NOT_IN_FILE, AnswerCode.NOT_VERIFIED, AnswerCode.PASS):
        if code in codes:
            return ItemAnswer(code, is_automatic=True)
    return ItemAnswer(AnswerCode.NOT_APPLICABLE, na_reason="no_fact", is_automatic=True)


def outcome_of(
    item: ReviewItem,
    facts: Mapping[str, Any],
    periods: Sequence[Period],
    as_of: date,
    rest_days: Calendar,
) -> Outcome:
    """Return what dates and amounts say about an item."""
    outcomes = [
        (time_limits.compute(limit, facts, periods, as_of, rest_days), limit.optional)
        for limit in item.time_limits
    ]
    if item.ratio is not None:
        outcomes.append((time_limits.compute_ratio(item.ratio, facts), False))
    return time_limits.joined(outcomes) if outcomes else Outcome(None, "")


def settle(
    checklist: Checklist,
    entries: Mapping[str, Any],
    answers: Mapping[str, ItemAnswer],
    as_of: date,
) -> dict[str, ItemState]:
    """Apply the rules to what was entered: which items apply, what is computed, what counts.

    An item whose condition does not hold counts as 不适用 by rule, whatever was answered before.
    An item that sums others up follows from them and is never answered by itself. A computed
    result counts until the reviewer answers otherwise, with a reason.
    """
    facts, periods = facts_of(checklist, entries), periods_of(entries)
    rest_days = Calendar(roll_over=checklist.rest_days_roll_over)
    states: dict[str, ItemState] = {}
    for item in checklist.items():
        applies = True if item.applies_when is None else conditions.holds(item.applies_when, facts)
        outcome = outcome_of(item, facts, periods, as_of, rest_days)
        answer = answers.get(item.code)
        if answer is not None and answer.is_automatic:
            answer = None  # what was settled before is settled again from the present facts
        if applies is False:
            answer = ItemAnswer(AnswerCode.NOT_APPLICABLE, na_reason="rule", is_automatic=True)
        elif item.all_of:
            answer = derived_answer(
                [states[code].answer if code in states else None for code in item.all_of]
            )
        elif answer is None and item.automatic and outcome.is_met is not None:
            code = AnswerCode.PASS if outcome.is_met else AnswerCode.FAIL
            answer = ItemAnswer(code, is_automatic=True)
        states[item.code] = ItemState(item, applies, outcome, answer)
    return states


def missing_entries(checklist: Checklist, entries: Mapping[str, Any]) -> list[str]:
    """Return the texts of header fields that the reviewer still has to fill."""
    return [
        field.text
        for field in checklist.header
        if field.source == "reviewer" and not entries.get(field.code)
    ]


def missing(
    checklist: Checklist, entries: Mapping[str, Any], states: Mapping[str, ItemState]
) -> list[Fault]:
    """Return everything that keeps a reading from being submitted."""
    faults = [
        Fault(_("表头"), _("“{name}”未填写。").format(name=text), _("请补填。"))
        for text in missing_entries(checklist, entries)
    ]
    for state in states.values():
        if state.answer is None:
            faults.append(Fault(state.item.code, _("尚未作答。"), _("请选择一个答案。")))
        elif not state.answer.is_automatic:
            faults += check_answer(checklist, state.item, state.answer, state.outcome)
    return faults


COUNTED = (AnswerCode.PASS, AnswerCode.FAIL, AnswerCode.NOT_IN_FILE)


def compliance_score(checklist: Checklist, codes: Mapping[str, AnswerCode]) -> float | None:
    """Return the severity-weighted share of items kept, or ``None`` when nothing counts."""
    points = {
        item.code: checklist.severity_points[item.severity]
        for item in checklist.items()
        if codes.get(item.code) in COUNTED
    }
    total = sum(points.values())
    kept = sum(value for code, value in points.items() if codes[code] is AnswerCode.PASS)
    return kept / total if total else None


def case_grade(checklist: Checklist, codes: Mapping[str, AnswerCode]) -> str | None:
    """Return the code of the file's grade: the first grade whose conditions hold."""
    score = compliance_score(checklist, codes)
    if score is None:
        return None
    has_severe = any(
        item.severity is Severity.A and codes.get(item.code) is AnswerCode.FAIL
        for item in checklist.items()
    )
    for grade in checklist.case_grades:
        if score >= grade.at_least - 1e-12 and (grade.severe_fail_allowed or not has_severe):
            return grade.code
    return checklist.case_grades[-1].code


def is_qualified_termination(
    checklist: Checklist, facts: Mapping[str, Any], codes: Mapping[str, AnswerCode]
) -> bool | None:
    """Tell whether a file closed as 终本 is qualified; ``None`` if not 终本 or not decidable.

    Any required item failed or not found in the file makes it unqualified; if none is, but one
    could not be verified, it cannot be decided and is counted apart. 不适用 does not hinder.
    """
    rule = checklist.qualified
    if not conditions.holds(rule.applies_when, facts):
        return None
    required = list(rule.required)
    closed_on = facts.get("closed_on")
    if isinstance(closed_on, date) and closed_on >= rule.later_from:
        required += rule.later_items
    found = [codes.get(code) for code in required]
    if AnswerCode.FAIL in found or AnswerCode.NOT_IN_FILE in found:
        return False
    if AnswerCode.NOT_VERIFIED in found or None in found:
        return None
    return True
