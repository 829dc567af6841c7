"""Tables made elsewhere, read as texts: CSV, XLSX, Parquet, SPSS or Stata.

Each row keeps its place in the file (`line_of`), so that a fault can be named where it stands.
Leaves out what the cells mean (`surveys.exchange.responses_in`).
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from numbers import Integral
from pathlib import PurePath

import pandas as pd

from surveys.errors import AnswersError, Problem
from surveys.exchange import tables
from surveys.exchange.tables import TableFormat
from surveys.language import _

MAX_BYTES = 200_000_000
_DELIMITERS = (",", ";", "\t")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_file(content: bytes, name: str) -> pd.DataFrame:
    """Read a table as texts by the ending of its name; blank lines are no rows."""
    if len(content) > MAX_BYTES:
        raise _refuse(_("文件超过 200 MB。"))
    ending = PurePath(name).suffix.lower().lstrip(".")
    try:
        if ending in ("csv", "txt"):
            return _read_csv(_decoded(content))
        if ending == "xlsx":
            sheet = pd.read_excel(io.BytesIO(content), dtype=object, keep_default_na=False)
            return _without_blank_rows(sheet.map(as_text))
        if ending in ("parquet", "sav", "dta"):
            return tables.read_labelled(content, TableFormat(ending)).map(as_text)
    except AnswersError:
        raise
    except Exception as error:
        raise _refuse(_("文件损坏，或内容与文件名的后缀不符。")) from error
    raise _refuse(_("不支持这种文件：{name}。").format(name=PurePath(name).name))


def line_of(table: pd.DataFrame, position: int) -> int:
    """Return the line of the file in which a row stands; the head is the first."""
    label = table.index[position]
    return int(label if isinstance(label, Integral) else position) + 2


def as_text(cell: object) -> str:
    """Write a cell as a table of texts would: whole numbers and days without decimals and hours."""
    if isinstance(cell, str):
        return cell
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and pd.isna(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def _decoded(content: bytes) -> str:
    marked = _MARKS.get(content[:2])
    for encoding in (marked,) if marked else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refuse(_("文字编码既不是 UTF-8 也不是 GB18030。"))


def _read_csv(text: str) -> pd.DataFrame:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    head = next(lines, [])
    if not any(name.strip() for name in head):
        raise _refuse(_("文件是空的，或第一行没有列名。"))
    places, rows = [], []
    for place, row in _numbered(lines):
        if not row:
            continue
        while len(row) > len(head) and not row[-1].strip():
            row.pop()
        if len(row) > len(head):
            what = _("第{line}行有{n}格，第一行的列名只有{m}个。")
            raise _refuse(what.format(line=place, n=len(row), m=len(head)))
        places.append(place - 2)
        rows.append(row + [""] * (len(head) - len(row)))
    table = pd.DataFrame(rows, index=places, columns=_own_names(head), dtype=object)
    is_empty = (table == "").all()
    kept = [bool(name.strip()) or not empty for name, empty in zip(head, is_empty, strict=True)]
    return table.loc[:, kept]


def _numbered(lines: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Say for each row on which line it begins; a cell may hold several lines."""
    begins = lines.line_num + 1  # type: ignore[attr-defined]  # -- every reader of csv has it
    for row in lines:
        yield begins, row
        begins = lines.line_num + 1  # type: ignore[attr-defined]  # -- as above


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(_DELIMITERS, key=head.count)


def _own_names(head: Sequence[str]) -> list[str]:
    """Give columns of the same name one of their own each, which says where they stand."""
    names: list[str] = []
    for place, name in enumerate(head, 1):
        is_own = bool(name.strip()) and name not in names
        names.append(name if is_own else _("{name}（第{place}列）").format(name=name, place=place))
    return names


def _without_blank_rows(table: pd.DataFrame) -> pd.DataFrame:
    if table.shape[1] < 2:
        return table
    return table[(table != "").any(axis=1)]


def _refuse(what: str) -> AnswersError:
    remedy = _("请另存为 CSV（UTF-8）或 XLSX 后再导入。")
    return AnswersError([Problem("unreadable", _("文件"), what, remedy)])
