"""Excel workbooks from elsewhere, read as plain cells with their addresses; nothing is executed."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlrd
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from surveys.errors import Problem, QuestionnaireError
from surveys.language import _

MAX_BYTES = 10_000_000
MAX_UNPACKED = 150_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 200
_OLD_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Cell:
    """Text of one cell and where it stands."""

    text: str
    address: str


@dataclass(frozen=True)
class SheetRow:
    """One row under its headers; empty cells are left out."""

    number: int
    cells: dict[str, Cell]

    def text(self, column: str) -> str:
        """Text of a cell, empty when there is none."""
        cell = self.cells.get(column)
        return cell.text if cell else ""


def refuse(what: str, remedy: str) -> QuestionnaireError:
    """Make the error for a file that cannot be read at all."""
    return QuestionnaireError([Problem("unreadable", _("文件"), what, remedy)])


def is_old(content: bytes) -> bool:
    """Tell whether a workbook is of the kind that Excel wrote before 2007 (.xls)."""
    return content.startswith(_OLD_MAGIC)


def read_sheets(content: bytes) -> dict[str, list[SheetRow]]:
    """Read all sheets; names and headers in small letters without blanks at the ends."""
    _refuse_bombs(content)
    try:
        found = _old_sheets(content) if is_old(content) else _sheets(content)
        return {name.strip().lower(): _read_sheet(rows) for name, rows in found}
    except QuestionnaireError:
        raise
    except Exception as error:
        raise refuse(
            _("文件损坏，或者不是 Excel 工作簿。"),
            _("请用 Excel 或 WPS 打开后另存为 .xlsx，再导入。"),
        ) from error


def _sheets(content: bytes) -> Iterator[tuple[str, Iterable[Sequence[object]]]]:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    for sheet in book.worksheets:
        yield str(sheet.title), sheet.iter_rows(values_only=True)


def _old_sheets(content: bytes) -> Iterator[tuple[str, Iterable[Sequence[object]]]]:
    book = xlrd.open_workbook(file_contents=content)
    for sheet in book.sheets():
        rows = (
            [_old_value(cell, book.datemode) for cell in sheet.row(n)] for n in range(sheet.nrows)
        )
        yield sheet.name, rows


def _old_value(cell: xlrd.sheet.Cell, datemode: int) -> object:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return None if cell.ctype in (xlrd.XL_CELL_ERROR, xlrd.XL_CELL_EMPTY) else cell.value


def _refuse_bombs(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise refuse(_("文件超过 10 MB。"), _("请确认这是一份问卷工作簿。"))
    if is_old(content):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        raise refuse(
            _("文件不是 Excel 工作簿。"), _("请用 Excel 或 WPS 打开后另存为 .xlsx，再导入。")
        ) from error
    if unpacked > MAX_UNPACKED:
        raise refuse(_("文件解压后过大。"), _("请确认文件来源；必要时重新另存一份。"))


def _read_sheet(values_of_rows: Iterable[Sequence[object]]) -> list[SheetRow]:
    rows: list[SheetRow] = []
    headers: list[str] = []
    for number, values in enumerate(values_of_rows, 1):
        if number > MAX_ROWS:
            raise refuse(
                _("工作表超过 {limit} 行。").format(limit=MAX_ROWS), _("请确认这是一份问卷工作簿。")
            )
        texts = [_text(value) for value in values[:MAX_COLUMNS]]
        if not headers:
            if any(texts):
                headers = [text.strip() for text in texts]
            continue
        cells = {
            header: Cell(text, f"{get_column_letter(place)}{number}")
            for place, (header, text) in enumerate(zip(headers, texts, strict=False), 1)
            if header and text
        }
        if cells:
            rows.append(SheetRow(number, cells))
    return rows


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    return str(value).strip()
