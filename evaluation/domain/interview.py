"""Forums and interviews: attendance, consent, record, read-back, coded statements.

A record holds no names: pseudonyms are put in when it is entered, and texts with telephone,
identity or case numbers are refused. Left out: storage (``services.interviews``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from evaluation.errors import Fault
from evaluation.language import N_, _


class SessionKind(StrEnum):
    """A forum is a group discussion; an interview has one person or one office."""

    FORUM = "forum"
    INTERVIEW = "interview"


class Capacity(StrEnum):
    """In which capacity people take part; names are never kept."""

    APPLICANT = "applicant"
    DEBTOR = "debtor"
    LAWYER = "lawyer"
    ENFORCEMENT_STAFF = "enforcement_staff"
    COURT_LEADER = "court_leader"
    ASSISTING_UNIT = "assisting_unit"
    DEPUTY = "deputy"
    MEDIA = "media"
    CORPORATE_COUNSEL = "corporate_counsel"
    PUBLIC = "public"
    SCHOLAR = "scholar"


class InterviewState(StrEnum):
    """How far a session is."""

    PLANNED = "planned"
    HELD = "held"
    RECORDED = "recorded"
    CONFIRMED = "confirmed"


class Consent(StrEnum):
    """How those present agreed to take part."""

    NONE = "none"
    ORAL = "oral"
    WRITTEN = "written"


class TargetKind(StrEnum):
    """What a coded statement speaks about."""

    OBJECTIVE = "objective"
    INDICATOR = "indicator"
    DIFFICULTY = "difficulty"
    SECTION = "section"


class QuoteState(StrEnum):
    """Whether a statement may be printed word for word."""

    NOT_ASKED = "not_asked"
    PROPOSED = "proposed"
    CLEARED = "cleared"
    REFUSED = "refused"


KIND_TITLES = {SessionKind.FORUM: N_("座谈"), SessionKind.INTERVIEW: N_("个别访谈")}
CAPACITY_TITLES = {
    Capacity.APPLICANT: N_("申请执行人"),
    Capacity.DEBTOR: N_("被执行人"),
    Capacity.LAWYER: N_("律师"),
    Capacity.ENFORCEMENT_STAFF: N_("执行干警"),
    Capacity.COURT_LEADER: N_("法院领导"),
    Capacity.ASSISTING_UNIT: N_("联动单位"),
    Capacity.DEPUTY: N_("人大代表、政协委员"),
    Capacity.MEDIA: N_("媒体"),
    Capacity.CORPORATE_COUNSEL: N_("企业法务"),
    Capacity.PUBLIC: N_("社会公众"),
    Capacity.SCHOLAR: N_("专家学者"),
}
STATE_TITLES = {
    InterviewState.PLANNED: N_("已安排"),
    InterviewState.HELD: N_("已举行"),
    InterviewState.RECORDED: N_("已记录"),
    InterviewState.CONFIRMED: N_("已核对"),
}
CONSENT_TITLES = {
    Consent.NONE: N_("尚未取得"),
    Consent.ORAL: N_("口头同意"),
    Consent.WRITTEN: N_("书面同意"),
}
TARGET_TITLES = {
    TargetKind.OBJECTIVE: N_("目标"),
    TargetKind.INDICATOR: N_("指标"),
    TargetKind.DIFFICULTY: N_("四难"),
    TargetKind.SECTION: N_("方案章节"),
}
QUOTE_TITLES = {
    QuoteState.NOT_ASKED: N_("不引用"),
    QuoteState.PROPOSED: N_("待审"),
    QuoteState.CLEARED: N_("可引用"),
    QuoteState.REFUSED: N_("不得引用"),
}
DIRECTION_TITLES = {1: N_("肯定"), 0: N_("中性"), -1: N_("否定")}
STRENGTH_TITLES = {1: N_("一般"), 2: N_("明确"), 3: N_("强烈")}

_PERSONAL = (
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), N_("手机号码")),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"), N_("身份证号码")),
    (re.compile(r"(?<!\d)(?:\d{16,17}|\d{19})(?![\dXx])"), N_("银行账号")),
    (re.compile(r"[（(]\d{4}[)）][^\s，。；]{1,20}?\d+号"), N_("案号")),
)


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """A name as spoken and the words that stand for it; the name itself is not kept."""

    spoken: str
    replacement: str


def apply_pseudonyms(text: str, pseudonyms: Iterable[Pseudonym]) -> str:
    """Replace every spoken name, the longest first so that parts of names do not remain."""
    for item in sorted(pseudonyms, key=lambda entry: -len(entry.spoken)):
        if item.spoken.strip():
            text = text.replace(item.spoken.strip(), item.replacement.strip())
    return text


def personal_data_faults(text: str, where: str) -> list[Fault]:
    """Return a fault for every kind of personal number in a text."""
    faults = []
    for pattern, title in _PERSONAL:
        match = pattern.search(text)
        if match:
            row = text.count("\n", 0, match.start()) + 1
            faults.append(
                Fault(
                    _("{where} 第{row}行").format(where=where, row=row),
                    _("含有{title}。").format(title=_(title)),
                    _("请删去或改为代称后再保存。"),
                )
            )
    return faults
