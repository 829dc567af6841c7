"""A court's register of enforcement cases: its fields, case numbers, and rules for one row.

Left out: reading files (``services.registers``) and drawing (``sampling``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from evaluation.language import N_


class FrameState(StrEnum):
    """How far a frame is: planned, frozen with a published hash, drawn once."""

    PLANNED = "planned"
    FROZEN = "frozen"
    DRAWN = "drawn"


FRAME_STATE_TITLES = {
    FrameState.PLANNED: N_("待冻结"),
    FrameState.FROZEN: N_("已冻结，待抽样"),
    FrameState.DRAWN: N_("已抽样"),
}


class UnitRole(StrEnum):
    """What a drawn unit is for."""

    SAMPLE = "sample"
    RESERVE = "reserve"
    SUBSTITUTE = "substitute"
    FRAME_ERROR = "frame_error"


UNIT_ROLE_TITLES = {
    UnitRole.SAMPLE: N_("样本"),
    UnitRole.RESERVE: N_("备用"),
    UnitRole.SUBSTITUTE: N_("替补"),
    UnitRole.FRAME_ERROR: N_("名册差错，已剔除"),
}


class Field(StrEnum):
    """What a column of a register can mean."""

    UNIT_ID = "unit_id"
    UNIT_ID_SECOND = "unit_id_second"
    COURT = "court"
    STRATUM = "stratum"
    FILED_ON = "filed_on"
    CLOSED_ON = "closed_on"
    CLOSURE_METHOD = "closure_method"
    HAS_PROPERTY = "has_property"
    CLAIM = "claim"
    RECOVERED = "recovered"


FIELD_TITLES = {
    Field.UNIT_ID: N_("案号（或登记编号）"),
    Field.UNIT_ID_SECOND: N_("编号的第二部分"),
    Field.COURT: N_("法院"),
    Field.STRATUM: N_("分层依据"),
    Field.FILED_ON: N_("立案日期"),
    Field.CLOSED_ON: N_("结案日期"),
    Field.CLOSURE_METHOD: N_("结案方式"),
    Field.HAS_PROPERTY: N_("有无财产可供执行"),
    Field.CLAIM: N_("申请执行标的额"),
    Field.RECOVERED: N_("实际到位金额"),
}


class ClosureMethod(StrEnum):
    """How an enforcement case was closed (立案结案意见, articles 14 to 20)."""

    COMPLETED = "completed"
    TERMINATED_THIS_ROUND = "terminated_this_round"
    TERMINATED = "terminated"
    CASE_CANCELLED = "case_cancelled"
    NON_ENFORCEMENT = "non_enforcement"
    APPLICATION_REJECTED = "application_rejected"
    OTHER = "other"


CLOSURE_TITLES = {
    ClosureMethod.COMPLETED: N_("执行完毕"),
    ClosureMethod.TERMINATED_THIS_ROUND: N_("终结本次执行程序"),
    ClosureMethod.TERMINATED: N_("终结执行"),
    ClosureMethod.CASE_CANCELLED: N_("销案"),
    ClosureMethod.NON_ENFORCEMENT: N_("不予执行"),
    ClosureMethod.APPLICATION_REJECTED: N_("驳回申请"),
    ClosureMethod.OTHER: N_("其他"),
}


class PropertyLabel(StrEnum):
    """The court's own label: whether the debtor has property that can be enforced upon."""

    WITH_PROPERTY = "yes"
    WITHOUT_PROPERTY = "no"
    UNMARKED = "unmarked"


PROPERTY_TITLES = {
    PropertyLabel.WITH_PROPERTY: N_("有财产"),
    PropertyLabel.WITHOUT_PROPERTY: N_("无财产"),
    PropertyLabel.UNMARKED: N_("未登记"),
}


class DuplicateRule(StrEnum):
    """What happens to rows that repeat an identifier."""

    REFUSE = "refuse"
    COLLAPSE_IDENTICAL = "collapse_identical"
    KEEP_EARLIEST = "keep_earliest"


DUPLICATE_TITLES = {
    DuplicateRule.REFUSE: N_("有重复即不导入"),
    DuplicateRule.COLLAPSE_IDENTICAL: N_("各字段完全相同的计为一件，其余不导入"),
    DuplicateRule.KEEP_EARLIEST: N_("同一编号只保留结案日期最早的一行"),
}

_CASE_NUMBER = re.compile(
    r"[（(](?P<year>(?:19|20)\d{2})[）)](?P<mark>[\u4e00-\u9fff]\d{2,4})"
    r"(?P<kind>执(?:保|恢|异|复|监|协|他)?)字?第?(?P<number>\d{1,7})号(?:之[一二三四五六七八九十]+)?"
)


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A case number taken apart: （2016）鄂0102执123号."""

    year: int
    court_mark: str
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One case of a register, checked; never a name, never an identity number."""

    unit_id: str
    court_code: str
    stratum: str
    filed_on: date | None
    closed_on: date | None
    closure_method: ClosureMethod
    property_label: PropertyLabel
    claim_fen: int | None
    recovered_fen: int | None


def parse_case_number(text: str) -> CaseNumber | None:
    """Return the parts of a case number, or ``None`` if it is not one."""
    found = _CASE_NUMBER.fullmatch(text)
    if found is None:
        return None
    return CaseNumber(int(found["year"]), found["mark"], found["kind"], int(found["number"]))
