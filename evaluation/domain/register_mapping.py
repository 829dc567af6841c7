"""How the columns of one court system's list are understood, and which columns are personal.

Left out: keeping mappings (``services.register_mappings``) and reading rows
(``register_rules``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from evaluation.domain.register import DuplicateRule, Field
from evaluation.errors import Fault, InvalidInput
from evaluation.language import N_, _

#: Words in a column's name by which a person's data are recognised.
PERSONAL_WORDS = (
    "申请执行人",
    "被执行人",
    "申请人",
    "被申请人",
    "当事人",
    "姓名",
    "名称",
    "身份证",
    "证件",
    "组织机构代码",
    "统一社会信用代码",
    "电话",
    "手机",
    "联系方式",
    "住址",
    "住所",
    "地址",
    "代理人",
    "律师",
    "法定代表人",
    "出生",
    "民族",
    "账号",
    "address",
    "name",
    "phone",
)
_NOT_PERSONAL = ("法院名称", "法院", "court")
_IDENTITY = re.compile(r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9Xx]")
_MOBILE = re.compile(r"1[3-9]\d{9}")

#: Names under which courts export the fields; the first hit counts.
_USUAL_NAMES: Mapping[Field, tuple[str, ...]] = {
    Field.UNIT_ID: ("案号", "执行案号", "案件编号", "court_index_number", "unit_id", "case_id"),
    Field.UNIT_ID_SECOND: ("docket_number",),
    Field.COURT: ("法院代码", "法院", "经办法院", "执行法院", "法院名称"),
    Field.STRATUM: ("borough", "分层", "stratum"),
    Field.FILED_ON: ("立案日期", "立案时间", "收案日期"),
    Field.CLOSED_ON: ("结案日期", "结案时间", "executed_date"),
    Field.CLOSURE_METHOD: ("结案方式",),
    Field.HAS_PROPERTY: ("有无财产可供执行", "有无财产", "是否有财产", "财产标志"),
    Field.CLAIM: ("申请执行标的额", "申请标的额", "申请执行标的", "标的金额", "标的额"),
    Field.RECOVERED: ("实际到位金额", "到位金额", "执行到位金额", "已到位金额"),
}

AMOUNT_UNITS = {"yuan": N_("元"), "fen": N_("分"), "wan": N_("万元")}


@dataclass(frozen=True, slots=True)
class RegisterMapping:
    """Which column is which field, and the rules for what the columns do not say."""

    columns: Mapping[Field, str]
    is_case_number: bool = True
    joiner: str = "-"
    amount_unit: str = "yuan"
    stratum_by: str = "court"
    duplicate_rule: DuplicateRule = DuplicateRule.REFUSE
    blank_doubtful_dates: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the mapping as plain data."""
        plain = asdict(self)
        plain["columns"] = {str(key): value for key, value in self.columns.items()}
        plain["duplicate_rule"] = str(self.duplicate_rule)
        plain["extra"] = dict(self.extra)
        return plain


STRATUM_CHOICES = {
    "court": N_("按法院"),
    "court_and_property": N_("按法院和有无财产"),
    "court_and_closure": N_("按法院和结案方式"),
    "column": N_("按“分层依据”列"),
}

#: Mappings that come with the system: a court system's export in Wuhan, and the real register
#: of enforced orders in New York on which the draw is tried out.
BUNDLED: dict[str, tuple[str, RegisterMapping]] = {
    "wuhan": (
        N_("武汉法院执行案件登记"),
        RegisterMapping(
            {
                Field.UNIT_ID: "案号",
                Field.COURT: "法院代码",
                Field.FILED_ON: "立案日期",
                Field.CLOSED_ON: "结案日期",
                Field.CLOSURE_METHOD: "结案方式",
                Field.HAS_PROPERTY: "有无财产可供执行",
                Field.CLAIM: "申请执行标的额",
                Field.RECOVERED: "实际到位金额",
            },
            stratum_by="court",
        ),
    ),
    "new_york": (
        N_("纽约市法警执行登记（试用数据）"),
        RegisterMapping(
            {
                Field.UNIT_ID: "court_index_number",
                Field.UNIT_ID_SECOND: "docket_number",
                Field.STRATUM: "borough",
                Field.CLOSED_ON: "executed_date",
            },
            is_case_number=False,
            stratum_by="column",
            duplicate_rule=DuplicateRule.KEEP_EARLIEST,
            blank_doubtful_dates=True,
        ),
    ),
}


def from_dict(plain: Mapping[str, Any]) -> RegisterMapping:
    """Return the mapping in plain data."""
    return RegisterMapping(
        columns={Field(key): value for key, value in plain["columns"].items()},
        is_case_number=plain["is_case_number"],
        joiner=plain["joiner"],
        amount_unit=plain["amount_unit"],
        stratum_by=plain["stratum_by"],
        duplicate_rule=DuplicateRule(plain["duplicate_rule"]),
        blank_doubtful_dates=plain["blank_doubtful_dates"],
        extra=plain.get("extra", {}),
    )


def personal_columns(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the columns that hold persons' data, by name or by what stands in them.

    The text of a row is looked at, never kept: identity numbers and mobile numbers are
    recognised by their form.
    """
    found = {
        name
        for name in columns
        if any(word in name.lower() for word in PERSONAL_WORDS)
        and not any(word in name.lower() for word in _NOT_PERSONAL)
    }
    hits = [0] * len(columns)
    filled = [0] * len(columns)
    for cells in rows:
        for position, cell in enumerate(cells):
            if cell:
                filled[position] += 1
                hits[position] += bool(_IDENTITY.fullmatch(cell) or _MOBILE.fullmatch(cell))
    found |= {
        name for name, hit, total in zip(columns, hits, filled, strict=True) if hit > 0.2 * total
    }
    return tuple(name for name in columns if name in found)


def guess(columns: Sequence[str], personal: Iterable[str] = ()) -> RegisterMapping:
    """Return the mapping that the column names suggest."""
    for _title, bundled in BUNDLED.values():
        if set(bundled.columns.values()) <= set(columns):
            return bundled
    free = [name for name in columns if name not in set(personal)]
    chosen: dict[Field, str] = {}
    for meaning, names in _USUAL_NAMES.items():
        hit = next((name for name in names if name in free and name not in chosen.values()), None)
        if hit is not None:
            chosen[meaning] = hit
    return RegisterMapping(chosen, stratum_by="column" if Field.STRATUM in chosen else "court")


def check(mapping: RegisterMapping, columns: Sequence[str], personal: Iterable[str]) -> list[Fault]:
    """Return every fault of a mapping for a table with these columns."""
    faults = []
    if Field.UNIT_ID not in mapping.columns:
        faults.append(Fault(_("案号"), _("没有指定列。"), _("请指定案号所在的列。")))
    if mapping.stratum_by == "column" and Field.STRATUM not in mapping.columns:
        faults.append(Fault(_("分层依据"), _("没有指定列。"), _("请指定列，或改为按法院分层。")))
    if mapping.stratum_by != "column" and not (
        mapping.is_case_number or Field.COURT in mapping.columns
    ):
        faults.append(Fault(_("法院"), _("没有指定列。"), _("请指定法院所在的列。")))
    needed = {"court_and_property": Field.HAS_PROPERTY, "court_and_closure": Field.CLOSURE_METHOD}
    meaning = needed.get(mapping.stratum_by)
    if meaning is not None and meaning not in mapping.columns:
        faults.append(Fault(_("分层"), _("分层所需的列没有指定。"), _("请指定列或改变分层方式。")))
    for name in mapping.columns.values():
        if name not in columns:
            faults.append(
                Fault(
                    _("列“{name}”").format(name=name),
                    _("文件中没有这一列。"),
                    _("文件中的列有：{columns}。请重新对应。").format(columns="、".join(columns)),
                )
            )
        elif name in set(personal):
            faults.append(
                Fault(
                    _("列“{name}”").format(name=name),
                    _("含有当事人信息，系统不收录。"),
                    _("请不要把这一列对应到任何项目。"),
                )
            )
    used = list(mapping.columns.values())
    faults += [
        Fault(_("列“{name}”").format(name=name), _("对应了两个项目。"), _("每列只能对应一项。"))
        for name in sorted({name for name in used if used.count(name) > 1})
    ]
    return faults


def require(mapping: RegisterMapping, columns: Sequence[str], personal: Iterable[str]) -> None:
    """Raise ``InvalidInput`` with every fault unless the mapping fits the table."""
    faults = check(mapping, columns, personal)
    if faults:
        raise InvalidInput(
            _("列的对应有误，没有导入。"), remedy=_("请改正后重新检查。"), faults=faults
        )
