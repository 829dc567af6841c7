"""The workbook of an offline packet: one sheet per file, only answers may be written.

Every cell that is not an answer is written from the checklist again when the workbook comes
back; a cell that differs is named. Leaves out the database: see ``offline``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from evaluation.domain.checklist import Checklist
from evaluation.domain.condition import CIRCUMSTANCE
from evaluation.errors import Fault, InvalidInput
from evaluation.language import _
from evaluation.services import tabular_files
from evaluation.services.review_entries import PERIODS

INTRODUCTION = _("说明")
FIRST_ROW = 4
#: What stands in each column of an item. A period that does not count uses the same columns for
#: its first day, last day, page and reason.
COLUMNS = ("code", "text", "answer", "reason", "page", "note", "option")
LETTERS = "ABCDEFG"
N_PERIODS = 10
PERIODS_PART = 7
LARGEST_PACKET = 20_000_000
YES, NO = _("有"), _("没有")
_FILL = PatternFill("solid", fgColor="FFF7E0")
_HEAD = PatternFill("solid", fgColor="DFE8F0")

#: One value of a form by its field: ``basis_type:answer``, ``P1-01:page``,
#: ``excluded_periods:1:answer`` …
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet: what it asks, and what may be chosen."""

    code: str
    text: str
    kind: str  # title, entry, item, periods (the line above them), period
    choices: tuple[str, ...] = ()
    shape: str = ""  # of a date: day, moment, days

    @property
    def open_columns(self) -> tuple[int, ...]:
        """Columns that may be written in this row."""
        if self.kind == "entry":
            return (3,)
        if self.kind == "period":
            return (3, 4, 5, 6)
        if self.kind == "item":
            return (3, 4, 5, 6, 7) if self.choices else (3, 4, 5, 6)
        return ()


@dataclass(frozen=True, slots=True)
class SheetContent:
    """One file of a packet."""

    sample_number: str
    values: Values


def lines(checklist: Checklist) -> Iterator[Line]:
    """Return the rows of a sheet in order."""
    for number, title in [(0, _("表头"))] + [(p.number, p.text) for p in checklist.parts]:
        yield Line("", title, "title")
        yield from _entries(checklist, number)
        if number == PERIODS_PART:
            yield from _periods(checklist)
        for item in checklist.items():
            if item.part == number and not item.all_of:
                yield Line(item.code, item.text, "item", item.options)


def _entries(checklist: Checklist, number: int) -> Iterator[Line]:
    for field in checklist.header:
        if field.part == number and field.source != "register":
            yield Line(field.code, field.text, "entry", tuple(o.text for o in field.options))
    for flag in checklist.circumstances:
        if flag.part == number:
            yield Line(CIRCUMSTANCE + flag.code, flag.text, "entry", (YES, NO))
    for capture in (*checklist.dates, *checklist.amounts):
        if capture.part == number:
            yield Line(capture.code, capture.text, "entry", (), capture.kind)


def _periods(checklist: Checklist) -> Iterator[Line]:
    yield Line("", _("不计入办案期限的期间（一行一段）"), "periods")
    reasons = tuple(reason.text for reason in checklist.period_reasons)
    for n in range(1, N_PERIODS + 1):
        yield Line(f"{PERIODS}:{n}", _("第{n}段不计入的期间").format(n=n), "period", reasons)


def rows_of(checklist: Checklist) -> dict[str, int]:
    """Return the row of each code, the same in every sheet."""
    return {line.code: row for row, line in enumerate(lines(checklist), start=FIRST_ROW)}


def build(checklist: Checklist, code: str, reviewer: str, contents: list[SheetContent]) -> bytes:
    """Write the workbook."""
    book = Workbook()
    front = book.worksheets[0]
    front.title = INTRODUCTION
    for row, text in enumerate(_introduction(code, reviewer, contents), start=1):
        front.cell(row, 1, text).alignment = Alignment(wrap_text=True, vertical="top")
    front.column_dimensions["A"].width = 90
    _protect(front)
    for content in contents:
        _write_sheet(book.create_sheet(content.sample_number), checklist, code, content)
    book.security.lockStructure = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _introduction(code: str, reviewer: str, contents: list[SheetContent]) -> list[str]:
    return [
        _("衡评离线评查包"),
        _("编号：{code}").format(code=code),
        _("评查员：{name}　案卷{n}份").format(name=reviewer, n=len(contents)),
        _(
            "只填写浅黄色单元格：答案、原因或核验方式、页码、备注。其他单元格已锁定，改动后无法收回。"
        ),
        _("日期写作20170105；历次日期用空格分隔。备注不写当事人姓名、证件号、案号。"),
        _("不计入办案期限的期间在第七部分，一行一段：起始日、截止日、页码、事由，最多十段。"),
        _("汇总项由系统计算，不在表内。"),
        _("填好后在“离线评查”页交回。与系统中已有内容不同的，逐处列出由您选择，不会自动覆盖。"),
    ]


def _protect(sheet: Worksheet) -> None:
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False


def _write_sheet(sheet: Worksheet, checklist: Checklist, code: str, content: SheetContent) -> None:
    sheet.cell(1, 1, content.sample_number).font = Font(bold=True, size=14)
    sheet.cell(1, 2, code)
    for column, title in enumerate(_titles(), start=1):
        cell = sheet.cell(FIRST_ROW - 1, column, title)
        cell.font, cell.fill = Font(bold=True), _HEAD
    rules = _Rules(sheet, tuple(one.text for one in checklist.answers), _supports(checklist))
    for row, line in enumerate(lines(checklist), start=FIRST_ROW):
        sheet.cell(row, 1, line.code)
        text = sheet.cell(row, 2, line.text)
        text.alignment = Alignment(wrap_text=True, vertical="top")
        if line.kind == "title":
            text.font = Font(bold=True)
        if line.kind == "periods":
            for column, title in enumerate(_period_titles(), start=3):
                cell = sheet.cell(row, column, title)
                cell.font, cell.fill = Font(bold=True), _HEAD
        for column in line.open_columns:
            value = content.values.get(f"{line.code}:{COLUMNS[column - 1]}", "")
            _open(sheet, row, column, value)
        rules.put(row, line)
    for letter, width in zip(LETTERS, (13, 52, 16, 26, 10, 40, 26), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = f"C{FIRST_ROW}"
    _protect(sheet)


class _Rules:
    """The validations of one sheet: each list of choices is written once."""

    def __init__(
        self, sheet: Worksheet, answers: tuple[str, ...], supports: tuple[str, ...]
    ) -> None:
        self._sheet, self._answers, self._supports = sheet, answers, supports
        self._made: dict[tuple[str, ...], DataValidation] = {}

    def put(self, row: int, line: Line) -> None:
        """Say what the open cells of a row may take."""
        if line.kind == "item":
            self.choose(f"C{row}", self._answers)
            self.choose(f"D{row}", self._supports)
            self.choose(f"G{row}", line.choices)
        elif line.kind == "period":
            self.day(f"C{row}")
            self.day(f"D{row}")
            self.choose(f"F{row}", line.choices)
        elif line.shape == "day":
            self.day(f"C{row}")
        elif line.kind == "entry":
            self.choose(f"C{row}", line.choices)

    def choose(self, cell: str, choices: tuple[str, ...]) -> None:
        """Let a cell take one of some texts."""
        if not choices:
            return
        if choices not in self._made:
            self._made[choices] = _validation(self._sheet, list(choices))
        self._made[choices].add(cell)

    def day(self, cell: str) -> None:
        """Let a cell take a date as 20170105 or 2017-01-05."""
        if ("day",) not in self._made:
            rule = DataValidation(
                type="textLength", operator="between", formula1="8", formula2="10", allow_blank=True
            )
            rule.error, rule.errorTitle = _("日期写作20170105。"), _("不能这样填写")
            rule.prompt, rule.promptTitle = _("写作20170105"), _("日期")
            rule.showErrorMessage = rule.showInputMessage = True
            self._sheet.add_data_validation(rule)
            self._made["day",] = rule
        self._made["day",].add(cell)


def _titles() -> tuple[str, ...]:
    titles = (_("编号"), _("项目"), _("答案"), _("原因或核验方式"), _("页码"), _("备注"))
    return (*titles, _("具体情形"))


def _period_titles() -> tuple[str, ...]:
    return (_("起始日"), _("截止日"), _("页码"), _("事由"))


def _supports(checklist: Checklist) -> tuple[str, ...]:
    reasons = [one.text for one in checklist.na_reasons if not one.automatic]
    return (*reasons, *(one.text for one in checklist.verification))


def _validation(sheet: Worksheet, choices: list[str]) -> DataValidation:
    shown = ",".join(text.replace(",", "，") for text in choices)
    rule = DataValidation(type="list", formula1=f'"{shown[:250]}"', allow_blank=True)
    rule.error, rule.errorTitle = _("请从列表中选择。"), _("不能这样填写")
    rule.showErrorMessage = len(shown) <= 250
    sheet.add_data_validation(rule)
    return rule


def _open(sheet: Worksheet, row: int, column: int, value: str) -> None:
    cell = sheet.cell(row, column, value or None)
    cell.protection = Protection(locked=False)
    cell.fill = _FILL
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


# ------------------------------------------------------------------ taking back


def packet_code(content: bytes) -> str:
    """Return the code of a returned workbook, or refuse what is not a packet."""
    return _front_code(_open_book(content))


def _open_book(content: bytes) -> Any:
    where = _("离线评查包")
    if len(content) > LARGEST_PACKET:
        raise InvalidInput(
            _("文件过大，不是离线评查包。"), remedy=_("请交回由本系统导出的文件。"), where=where
        )
    tabular_files.refuse_bombs(content, where)
    try:
        return load_workbook(io.BytesIO(content), data_only=False)
    except (InvalidFileException, KeyError, ValueError, OSError, TypeError) as problem:
        raise InvalidInput(
            _("这不是可以读取的工作簿。"), remedy=_("请交回由本系统导出的文件。"), where=where
        ) from problem


def _front_code(book: Any) -> str:
    if INTRODUCTION not in book.sheetnames:
        raise InvalidInput(_("这不是离线评查包。"), remedy=_("请交回由本系统导出的文件。"))
    text = str(book[INTRODUCTION].cell(2, 1).value or "")
    return text.rpartition("：")[2].strip()


def take(
    checklist: Checklist, content: bytes, code: str, reviewer: str, numbers: list[str]
) -> dict[str, Values]:
    """Return what was written in each sheet.

    Raises
    ------
    InvalidInput
        If any locked cell, sheet or row was changed; the cell is named, nothing is taken.
    """
    book = _open_book(content)
    faults: list[Fault] = []
    expected = [INTRODUCTION, *numbers]
    if list(book.sheetnames) != expected:
        faults.append(_changed(_("工作表"), _("工作表的名称、次序或者数量")))
        raise _refused(faults)
    contents = [SheetContent(number, {}) for number in numbers]
    written = dict(enumerate(_introduction(code, reviewer, contents), start=1))
    for cells in book[INTRODUCTION].iter_rows(
        max_row=max(len(written), book[INTRODUCTION].max_row)
    ):
        for cell in cells:
            expected_text = written.get(cell.row, "") if cell.column == 1 else ""
            if _plain(cell.value) != expected_text:
                faults.append(_changed(f"{INTRODUCTION}!{cell.coordinate}", _("说明文字")))
    found = {number: _read_sheet(book[number], checklist, code, faults) for number in numbers}
    if faults:
        raise _refused(faults)
    return found


def _changed(where: str, what: str) -> Fault:
    return Fault(where, _("{what}被改动。").format(what=what), _("请恢复原样后交回。"), "PACKET")


def _refused(faults: list[Fault]) -> InvalidInput:
    return InvalidInput(
        _("离线评查包有{n}处被改动或者不能识别，没有收回任何内容。").format(n=len(faults)),
        faults=faults,
    )


def _read_sheet(sheet: Worksheet, checklist: Checklist, code: str, faults: list[Fault]) -> Values:
    name = sheet.title
    for place, text in (("A1", name), ("B1", code)):
        if sheet[place].value != text:
            faults.append(_changed(f"{name}!{place}", _("样本编号或者包编号")))
    for column, title in enumerate(_titles(), start=1):
        if sheet.cell(FIRST_ROW - 1, column).value != title:
            faults.append(_changed(f"{name}!{LETTERS[column - 1]}{FIRST_ROW - 1}", _("列名")))
    last = FIRST_ROW + len(rows := list(lines(checklist))) - 1
    if sheet.max_column > 4 * len(LETTERS) or sheet.max_row > last + 200:
        faults.append(_changed(f"{name}!A{last + 1}", _("表格之外的单元格")))
        return {}
    values: Values = {}
    for row, line in enumerate(rows, start=FIRST_ROW):
        locked = {1: line.code, 2: line.text}
        if line.kind == "periods":
            locked |= dict(enumerate(_period_titles(), start=3))
        for column in range(1, max(sheet.max_column, len(LETTERS)) + 1):
            cell = sheet.cell(row, column)
            is_open = column in line.open_columns
            if not is_open and _plain(cell.value) != locked.get(column, "").strip():
                faults.append(_changed(f"{name}!{cell.coordinate}", _("锁定的单元格")))
        values |= _read_row(sheet, row, line, faults)
    faults += [
        _changed(f"{name}!{cell.coordinate}", _("表格之外的单元格"))
        for first, final, left in ((1, 1, 3), (2, 2, 1), (3, 3, 8), (last + 1, last + 200, 1))
        for cells in sheet.iter_rows(min_row=first, max_row=final, min_col=left)
        for cell in cells
        if cell.value is not None
    ]
    return values


def _read_row(sheet: Worksheet, row: int, line: Line, faults: list[Fault]) -> Values:
    values: Values = {}
    for column in line.open_columns:
        cell = sheet.cell(row, column)
        if cell.data_type == "f":
            where = f"{sheet.title}!{cell.coordinate}"
            faults.append(Fault(where, _("含有公式。"), _("请改为文字。"), "PACKET"))
        elif text := _plain(cell.value):
            values[f"{line.code}:{COLUMNS[column - 1]}"] = text
    return values


def _plain(value: object) -> str:
    if value is None:
        return ""
    if hasattr(value, "date") and hasattr(value, "isoformat"):
        return str(value.isoformat())[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Return the fields whose value differs, in order."""
    return sorted(key for key in {*before, *after} if before.get(key, "") != after.get(key, ""))
