"""Excel workbooks from elsewhere, read as plain cells with their addresses; nothing is executed."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from surveys.errors import Problem, QuestionnaireError
from surveys.language import _

MAX_BYTES = 10_000_000
MAX_UNPACKED = 150_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 200


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


def read_sheets(content: bytes) -> dict[str, list[SheetRow]]:
    """Read all sheets; names and headers in small letters without blanks at the ends."""
    _refuse_bombs(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return {str(sheet.title).strip().lower(): _read_sheet(sheet) for sheet in book.worksheets}
    except QuestionnaireError:
        raise
    except Exception as error:
        raise refuse(
            _("文件损坏，或者不是 Excel 工作簿（.xlsx）。"),
            _("请用 Excel 或 WPS 打开后另存为 .xlsx，再导入。"),
        ) from error


def _refuse_bombs(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise refuse(_("文件超过 10 MB。"), _("请确认这是一份问卷工作簿。"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        raise refuse(
            _("文件不是 Excel 工作簿（.xlsx）。"), _("请另存为 .xlsx 后再导入。")
        ) from error
    if unpacked > MAX_UNPACKED:
        raise refuse(_("文件解压后过大。"), _("请确认文件来源；必要时重新另存一份。"))


def _read_sheet(sheet: object) -> list[SheetRow]:
    rows: list[SheetRow] = []
    headers: list[str] = []
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):  # type: ignore[attr-defined]  # -- openpyxl's two sheet classes share no base
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
