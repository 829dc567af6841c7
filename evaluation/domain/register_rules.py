"""The rules for one row of a register: what is refused, what is only noted, what is kept.

Left out: columns (``register_mapping``), duplicates and files (``services.registers``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from evaluation.domain.register import (
    CLOSURE_TITLES,
    PROPERTY_TITLES,
    ClosureMethod,
    Field,
    PropertyLabel,
    RegisterRow,
    parse_case_number,
)
from evaluation.domain.register_mapping import RegisterMapping
from evaluation.language import _

Word = TypeVar("Word", ClosureMethod, PropertyLabel)

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_EARLIEST = date(1990, 1, 1)
_FEN = {"fen": Decimal(1), "yuan": Decimal(100), "wan": Decimal(1_000_000)}
_LARGEST_FEN = 10**16
_CLOSURE_WORDS: Mapping[str, ClosureMethod] = {
    **{str(method): method for method in ClosureMethod},
    **{title: method for method, title in CLOSURE_TITLES.items()},
    "终本": ClosureMethod.TERMINATED_THIS_ROUND,
    "终结本次执行": ClosureMethod.TERMINATED_THIS_ROUND,
    "驳回": ClosureMethod.APPLICATION_REJECTED,
    "驳回执行申请": ClosureMethod.APPLICATION_REJECTED,
}
_PROPERTY_WORDS: Mapping[str, PropertyLabel] = {
    "有": PropertyLabel.WITH_PROPERTY,
    "有财产": PropertyLabel.WITH_PROPERTY,
    "是": PropertyLabel.WITH_PROPERTY,
    "1": PropertyLabel.WITH_PROPERTY,
    "yes": PropertyLabel.WITH_PROPERTY,
    "无": PropertyLabel.WITHOUT_PROPERTY,
    "无财产": PropertyLabel.WITHOUT_PROPERTY,
    "否": PropertyLabel.WITHOUT_PROPERTY,
    "0": PropertyLabel.WITHOUT_PROPERTY,
    "no": PropertyLabel.WITHOUT_PROPERTY,
}


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault of one row: the field, a code to count by, what is wrong, what to do."""

    field: str
    code: str
    what: str
    remedy: str


@dataclass
class RowReader:
    """Reads the cells of one row after another, for one mapping and one set of courts.

    ``courts`` leads from every way to write a court (code, mark, name, short name) to its code.
    """

    mapping: RegisterMapping
    courts: Mapping[str, str]
    today: date
    faults: list[RowFault] = field(default_factory=list)
    notes: list[RowFault] = field(default_factory=list)

    def read(self, cell_of: Callable[[Field], str]) -> RegisterRow | None:
        """Return the row, or ``None`` with ``faults`` filled; ``notes`` do not refuse it."""
        self.faults, self.notes = [], []
        unit_id, mark = self._unit(cell_of)
        court = self._court(cell_of, mark)
        filed_on = self._date(cell_of, Field.FILED_ON)
        closed_on = self._date(cell_of, Field.CLOSED_ON)
        if filed_on and closed_on and filed_on > closed_on:
            self._fault(
                Field.CLOSED_ON, "date_order", _("结案日期早于立案日期。"), _("请核对两个日期。")
            )
        closure = self._word(cell_of, Field.CLOSURE_METHOD, _CLOSURE_WORDS, ClosureMethod.OTHER)
        label = self._word(cell_of, Field.HAS_PROPERTY, _PROPERTY_WORDS, PropertyLabel.UNMARKED)
        claim = self._amount(cell_of, Field.CLAIM)
        recovered = self._amount(cell_of, Field.RECOVERED)
        if claim is not None and recovered is not None and recovered > claim:
            self._note(
                Field.RECOVERED,
                "recovered_above_claim",
                _("到位金额大于申请标的额（可含迟延利息）。"),
            )
        row = RegisterRow(
            unit_id=unit_id,
            court_code=court,
            stratum="",
            filed_on=filed_on,
            closed_on=closed_on,
            closure_method=closure,
            property_label=label,
            claim_fen=claim,
            recovered_fen=recovered,
        )
        stratum = self._stratum(row, cell_of)
        if self.faults:
            return None
        return RegisterRow(
            unit_id, court, stratum, filed_on, closed_on, closure, label, claim, recovered
        )

    def _fault(self, where: Field, code: str, what: str, remedy: str) -> None:
        self.faults.append(RowFault(str(where), code, what, remedy))

    def _note(self, where: Field, code: str, what: str) -> None:
        self.notes.append(RowFault(str(where), code, what, ""))

    def _unit(self, cell_of: Callable[[Field], str]) -> tuple[str, str]:
        parts = [cell_of(Field.UNIT_ID)]
        if Field.UNIT_ID_SECOND in self.mapping.columns:
            parts.append(cell_of(Field.UNIT_ID_SECOND))
        if not all(parts):
            self._fault(
                Field.UNIT_ID, "unit_missing", _("案号（编号）为空。"), _("请补填，或删除该行。")
            )
            return "", ""
        unit_id = unicodedata.normalize("NFC", self.mapping.joiner.join(parts))
        if not self.mapping.is_case_number:
            return unit_id, ""
        number = parse_case_number(unit_id)
        if number is None:
            self._fault(
                Field.UNIT_ID,
                "case_number",
                _("不符合案号格式。"),
                _("案号应如“（2016）鄂0102执123号”，请核对年度、法院代字、类型代字和编号。"),
            )
            return unit_id, ""
        return unit_id, number.court_mark

    def _court(self, cell_of: Callable[[Field], str], mark: str) -> str:
        stated = cell_of(Field.COURT)
        by_column = self.courts.get(stated) if stated else None
        by_mark = self.courts.get(mark) if mark else None
        if stated and by_column is None:
            self._fault(
                Field.COURT,
                "court_unknown",
                _("不是本期参评法院。"),
                _("请核对，或先在“参评法院”页登记。"),
            )
        elif mark and by_mark is None:
            self._fault(
                Field.UNIT_ID,
                "court_mark",
                _("案号中的法院代字不属于本期参评法院。"),
                _("请核对案号，或先在“参评法院”页登记。"),
            )
        elif by_column and by_mark and by_column != by_mark:
            self._fault(
                Field.COURT, "court_differs", _("法院与案号中的法院代字不一致。"), _("请核对。")
            )
        return by_column or by_mark or ""

    def _date(self, cell_of: Callable[[Field], str], where: Field) -> date | None:
        text = cell_of(where)
        if not text:
            return None
        found = _DATE.fullmatch(text)
        try:
            day = date(*(int(part) for part in found.groups())) if found else None
        except ValueError:
            day = None
        if day is not None and _EARLIEST <= day <= self.today:
            return day
        what = _("不是有效日期。") if day is None else _("日期在今天之后或早于1990年。")
        if self.mapping.blank_doubtful_dates:
            self._note(where, "date_blanked", _("日期不可信，按空白处理。"))
        else:
            self._fault(where, "date", what, _("日期应如2016-05-31，请核对。"))
        return None

    def _amount(self, cell_of: Callable[[Field], str], where: Field) -> int | None:
        text = cell_of(where).replace(",", "").replace("，", "").removesuffix("元")
        if not text:
            return None
        try:
            fen = Decimal(text) * _FEN[self.mapping.amount_unit]
        except InvalidOperation:
            self._fault(where, "amount", _("不是金额。"), _("请填写数字，不要带文字。"))
            return None
        if not fen.is_finite() or fen < 0:
            self._fault(where, "amount_negative", _("金额不能为负数。"), _("请核对。"))
            return None
        if fen != fen.to_integral_value() or fen >= _LARGEST_FEN:
            self._fault(
                where,
                "amount_form",
                _("金额超过两位小数或数额过大。"),
                _("请核对金额和单位（元、万元）。"),
            )
            return None
        return int(fen)

    def _word(
        self,
        cell_of: Callable[[Field], str],
        where: Field,
        words: Mapping[str, Word],
        missing: Word,
    ) -> Word:
        text = cell_of(where)
        if not text:
            return missing
        if text.lower() in words:
            return words[text.lower()]
        self._fault(
            where,
            "word",
            _("“{text}”不是登记系统的用语。").format(text=text[:20]),
            _("请改为规定的用语后再导入。"),
        )
        return missing

    def _stratum(self, row: RegisterRow, cell_of: Callable[[Field], str]) -> str:
        if self.mapping.stratum_by == "column":
            stratum = unicodedata.normalize("NFC", cell_of(Field.STRATUM))
        elif self.mapping.stratum_by == "court_and_property":
            stratum = f"{row.court_code} {PROPERTY_TITLES[row.property_label]}"
        elif self.mapping.stratum_by == "court_and_closure":
            stratum = f"{row.court_code} {CLOSURE_TITLES[row.closure_method]}"
        else:
            stratum = row.court_code
        if not stratum and not self.faults:
            self._fault(
                Field.STRATUM, "stratum", _("不能确定所在的层。"), _("请补填法院或分层依据。")
            )
        return stratum
