"""What the panel writes beside the numbers, and the steps of an edition.

Left out: where it is stored, and how a report is built from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from evaluation.language import N_


class NarrativeKind(StrEnum):
    """Kinds of text that the panel writes itself."""

    CONCLUSION = "conclusion"
    HIGHLIGHT = "highlight"
    PROBLEM = "problem"
    RECOMMENDATION = "recommendation"
    RECTIFICATION = "rectification"
    LIMITATION = "limitation"
    INDICATOR_CHANGE = "indicator_change"


class Severity(StrEnum):
    """How serious a problem is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Responsible(StrEnum):
    """On whose side the cause of a problem lies."""

    COURT = "court"
    JOINT_UNIT = "joint_unit"
    PARTY = "party"
    SYSTEM = "system"


class RectificationState(StrEnum):
    """What became of a recommendation of an earlier report."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    NOT_STARTED = "not_started"
    NOT_ACCEPTED = "not_accepted"


class ReplyDecision(StrEnum):
    """What the panel decided on an objection of a court."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    PARTLY_ACCEPTED = "partly_accepted"
    NOT_ACCEPTED = "not_accepted"


class EditionState(StrEnum):
    """How far an edition is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


NARRATIVE_TITLES: dict[NarrativeKind, str] = {
    NarrativeKind.CONCLUSION: N_("总体结论"),
    NarrativeKind.HIGHLIGHT: N_("成效与亮点"),
    NarrativeKind.PROBLEM: N_("存在问题"),
    NarrativeKind.RECOMMENDATION: N_("对策建议"),
    NarrativeKind.RECTIFICATION: N_("上期建议整改"),
    NarrativeKind.LIMITATION: N_("局限与不确定性"),
    NarrativeKind.INDICATOR_CHANGE: N_("口径变更"),
}
SEVERITY_TITLES: dict[Severity, str] = {
    Severity.HIGH: N_("重大"),
    Severity.MEDIUM: N_("较大"),
    Severity.LOW: N_("一般"),
}
RESPONSIBLE_TITLES: dict[Responsible, str] = {
    Responsible.COURT: N_("法院"),
    Responsible.JOINT_UNIT: N_("联动单位"),
    Responsible.PARTY: N_("当事人"),
    Responsible.SYSTEM: N_("制度"),
}
RECTIFICATION_TITLES: dict[RectificationState, str] = {
    RectificationState.DONE: N_("已完成"),
    RectificationState.IN_PROGRESS: N_("推进中"),
    RectificationState.NOT_STARTED: N_("未启动"),
    RectificationState.NOT_ACCEPTED: N_("未采纳"),
}
DECISION_TITLES: dict[ReplyDecision, str] = {
    ReplyDecision.PENDING: N_("待研究"),
    ReplyDecision.ACCEPTED: N_("采纳"),
    ReplyDecision.PARTLY_ACCEPTED: N_("部分采纳"),
    ReplyDecision.NOT_ACCEPTED: N_("不采纳"),
}
EDITION_TITLES: dict[EditionState, str] = {
    EditionState.DRAFT: N_("送审稿"),
    EditionState.PUBLISHED: N_("已发布"),
    EditionState.SUPERSEDED: N_("已被新版替代"),
}


@dataclass(frozen=True, slots=True)
class NarrativeEntry:
    """One text of the panel; the fields after ``body`` are used by some kinds only.

    A figure in ``title`` or ``body`` stands as ``{result id}`` and is filled from the frozen
    results, for example ``{indicator.I7.city}``.
    """

    kind: NarrativeKind
    title: str
    body: str = ""
    evidence: str = ""
    severity: Severity | None = None
    n_courts_affected: int | None = None
    responsible: Responsible | None = None
    addressee: str = ""
    deadline: str = ""
    acceptance: str = ""
    state: RectificationState | None = None
    refers_to: str = ""
    id: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class CourtReply:
    """An objection of a court to the draft, and what the panel decided."""

    court_name: str
    subject: str
    objection: str
    decision: ReplyDecision = ReplyDecision.PENDING
    reason: str = ""
    id: int = 0


BOUND = re.compile(r"\{([^{}]+)\}")
#: Digits that are no result: dates, terms, articles, lengths of time.
_FREE_DIGITS = re.compile(
    r"20\d{2}\s*[—–-]\s*20\d{2}年|20\d{2}年度?|20\d{2}年?[0-9]{1,2}月(?:[0-9]{1,2}日)?"
    r"|(?<=年)[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{1,2}月底?前?|〔20\d{2}〕[0-9]+号"
    r"|第[0-9]+[条款项章期次]|[0-9]+个?(?:工作日|日内|个?月内|年内|日|个月|小时)|12368"
)


def typed_numbers(text: str) -> list[str]:
    """Return the figures that were typed by hand: everything with a digit that binds no result.

    Dates, deadlines and numbers of articles are no results and pass.
    """
    rest = _FREE_DIGITS.sub("", BOUND.sub("", text))
    return re.findall(r"[0-9０-９][0-9０-９.,%％]*", rest)


#: Courts have at least this long to check the facts of a draft.
REPLY_WORKING_DAYS = 10
_SATURDAY = 5


def working_days_after(start: date, days: int) -> date:
    """Return the day so many working days after a day; public holidays are not known here.

    >>> working_days_after(date(2017, 2, 17), 1)  # a Friday
    datetime.date(2017, 2, 20)
    """
    day = start
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day
