"""Read court statistics from a table: one row per court and period, one column per field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from evaluation.domain.framework import Framework
from evaluation.domain.indicator import DataField
from evaluation.errors import Fault, InvalidInput
from evaluation.language import _
from evaluation.services.courts import CourtView
from evaluation.services.tabular_files import Table

_COURT = ("法院代码", "court_code", "court", "法院", "法院名称")
_FROM = ("期间起", "period_from")
_TO = ("期间止", "period_to")
_NOTE = ("说明", "explanation", "备注")
_UNIT = re.compile(r"[（(](件|项|件次|笔|天|元)[）)]$")
_LARGEST = 10**16
#: Units of fields whose figures are amounts of money, and numbers of cases.
MONEY, CASES = "元", "件"


@dataclass(frozen=True, slots=True)
class ReturnDraft:
    """Figures as they were typed: texts by field code; ``where`` names the place for messages."""

    court_code: str
    period_from: date
    period_to: date
    figures: Mapping[str, str]
    explanation: str = ""
    where: str = ""


def parsed_figures(framework: Framework, draft: ReturnDraft) -> tuple[dict[str, int], list[Fault]]:
    """Turn typed figures into whole numbers (money into fen); an empty one counts as unreported."""
    fields = {field.code: field for field in framework.data_fields}
    figures: dict[str, int] = {}
    faults: list[Fault] = []
    for code, text in draft.figures.items():
        field = fields.get(code)
        if field is None:
            faults.append(Fault(draft.where, _("没有“{code}”这个统计字段。").format(code=code), ""))
            continue
        if not str(text).strip():
            continue
        value = _whole(str(text), field)
        if value is None:
            faults.append(
                Fault(
                    f"{draft.where}“{field.name}”",
                    _("“{text}”不是可接受的数。").format(text=str(text).strip()[:30]),
                    _("件数、天数请填非负整数；金额以元为单位，最多两位小数。"),
                    "number",
                )
            )
            continue
        figures[code] = value
    return figures, faults


def _whole(text: str, field: DataField) -> int | None:
    clean = text.strip().replace(",", "").replace("，", "").replace(" ", "")
    try:
        number = Decimal(clean)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > _LARGEST:
        return None
    if field.unit == MONEY:
        number *= 100
    if number != number.to_integral_value():
        return None
    return int(number)


class ReturnReader:
    """Reads a whole table and reports every fault of it at once."""

    def __init__(
        self, framework: Framework, courts: Sequence[CourtView], period: tuple[date, date]
    ) -> None:
        self.period = period
        self.courts = {
            word: court.code
            for court in courts
            for word in (court.code, court.name, court.short_name)
        }
        self.fields = {field.code: field.code for field in framework.data_fields}
        self.fields |= {field.name: field.code for field in framework.data_fields}
        short = [field.name.partition("（")[0] for field in framework.data_fields]
        self.fields |= {
            name: field.code
            for name, field in zip(short, framework.data_fields, strict=True)
            if short.count(name) == 1
        }

    def read(self, table: Table) -> list[ReturnDraft]:
        """Return one draft per row.

        Raises
        ------
        InvalidInput
            If a column is not understood, a court or date cannot be read, or there is no row.
        """
        faults: list[Fault] = []
        meaning = self._columns(table, faults)
        if "court" not in meaning.values():
            faults.append(Fault(_("第一行"), _("缺少法院列。"), _("请保留“法院代码”列。"), "court"))
        if not any(value.startswith("field:") for value in meaning.values()):
            faults.append(
                Fault(_("第一行"), _("没有任何统计字段列。"), _("请使用本页提供的模板。"), "field")
            )
        drafts = [] if faults else self._rows(table, meaning, faults)
        if not faults and not drafts:
            faults.append(Fault(_("文件"), _("没有数据行。"), _("请填写后再上传。"), "empty"))
        if faults:
            raise InvalidInput(
                _("有{n}处不能读取，没有导入任何内容。").format(n=len(faults)),
                remedy=_("请改正后重新上传。"),
                faults=faults,
            )
        return drafts

    def _columns(self, table: Table, faults: list[Fault]) -> dict[int, str]:
        meaning: dict[int, str] = {}
        for position, name in enumerate(table.columns):
            plain = _UNIT.sub("", name.strip())
            if plain in _COURT:
                if "court" not in meaning.values():
                    meaning[position] = "court"
            elif plain in _FROM:
                meaning[position] = "from"
            elif plain in _TO:
                meaning[position] = "to"
            elif plain in _NOTE:
                meaning[position] = "note"
            elif plain in self.fields:
                meaning[position] = f"field:{self.fields[plain]}"
            else:
                faults.append(
                    Fault(
                        _("第{n}列").format(n=position + 1),
                        _("列名“{name}”不是统计字段。").format(name=name),
                        _("请按模板的列名填写，或删去这一列。"),
                        "column",
                    )
                )
        return meaning

    def _rows(
        self, table: Table, meaning: Mapping[int, str], faults: list[Fault]
    ) -> list[ReturnDraft]:
        drafts = []
        for line, cells in zip(table.lines, table.rows, strict=True):
            values = {meaning[p]: cells[p].strip() for p in meaning}
            figures = {
                key.removeprefix("field:"): text
                for key, text in values.items()
                if key.startswith("field:") and text
            }
            where = _("第{line}行").format(line=line)
            code = self.courts.get(values.get("court", ""))
            if code is None:
                faults.append(
                    Fault(
                        where,
                        _("法院“{name}”不在本期参评名单中。").format(name=values.get("court", "")),
                        _("请核对法院代码或名称。"),
                        "court",
                    )
                )
                continue
            if not figures:
                continue
            first = self._day(values.get("from", ""), self.period[0], where, faults)
            last = self._day(values.get("to", ""), self.period[1], where, faults)
            drafts.append(ReturnDraft(code, first, last, figures, values.get("note", ""), where))
        return drafts

    def _day(self, text: str, default: date, where: str, faults: list[Fault]) -> date:
        if not text:
            return default
        parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text[:11].split(" ")[0])
        try:
            if parts is None:
                raise ValueError
            return date(*(int(part) for part in parts.groups()))
        except ValueError:
            faults.append(
                Fault(
                    where,
                    _("日期“{text}”不能读取。").format(text=text[:20]),
                    _("请写成2016-12-31。"),
                    "date",
                )
            )
            return default
