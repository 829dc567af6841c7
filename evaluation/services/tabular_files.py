"""Opening tables that outsiders hand in: XLSX, CSV, Parquet; nothing in them is ever executed.

Refuses formulas, macros, zip bombs and files that only pretend to be tables. Leaves out what the
columns mean.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.utils import get_column_letter

from evaluation.errors import Fault, InvalidInput
from evaluation.language import _

LARGEST_FILE = 200_000_000
MOST_ROWS = 2_000_000
MOST_COLUMNS = 200
LARGEST_UNPACKED = 500_000_000
MOST_EXPANSION = 120
_MOST_FORMULAS_SHOWN = 20


@dataclass(frozen=True)
class Table:
    """A table as text: column names, rows of the same length, and the line each row stands on."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    lines: list[int]

    def column(self, name: str) -> int:
        """Return the position of a column."""
        return self.columns.index(name)


def read(content: bytes, file_name: str) -> Table:
    """Return the table in a file.

    Raises
    ------
    InvalidInput
        If the file is empty, too large, not a table, holds formulas or macros, or unpacks to an
        unreasonable size. Nothing of it is kept.
    """
    where = _("文件“{name}”").format(name=PurePath(file_name).name)
    if not content:
        raise InvalidInput(
            _("是空文件，没有任何内容。"), where=where, remedy=_("请重新导出后再上传。")
        )
    if len(content) > LARGEST_FILE:
        raise InvalidInput(
            _("超过{n}兆字节。").format(n=LARGEST_FILE // 1_000_000),
            where=where,
            remedy=_("请按法院或年度拆分后分别导入，或改用 Parquet 文件。"),
        )
    table = _of_kind(content, where)
    return _checked(table, where)


def _of_kind(content: bytes, where: str) -> Table:
    if content[:4] == b"PAR1":
        return _parquet(content, where)
    if content[:2] == b"PK":
        return _workbook(content, where)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise InvalidInput(
            _("是旧版 Excel 文件（xls）或加密文件，不能读取。"),
            where=where,
            remedy=_("请用 Excel 或 WPS 打开后另存为 XLSX 或 CSV 文件。"),
        )
    return _text(content, where)


def _checked(table: Table, where: str) -> Table:
    names = [name for name in table.columns if name]
    if not names or len(names) < len(table.columns):
        raise InvalidInput(
            _("第一行有空白的列名。"),
            where=where,
            remedy=_("请把第一行整理为列名，每列一个名称，不要合并单元格或另加标题行。"),
        )
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InvalidInput(
            _("列名“{names}”重复。").format(names="、".join(repeated)),
            where=where,
            remedy=_("请改成互不相同的列名。"),
        )
    if not table.rows:
        raise InvalidInput(
            _("只有列名，没有数据行。"), where=where, remedy=_("请确认导出的内容后再上传。")
        )
    return table


def _not_a_table(where: str) -> InvalidInput:
    return InvalidInput(
        _("不是可以读取的表格。"),
        where=where,
        remedy=_("请上传 XLSX、CSV（UTF-8 或 GB18030 编码）或 Parquet 文件。"),
    )


# ------------------------------------------------------------------ CSV


def decode(content: bytes, where: str) -> str:
    """Return the text of a file in UTF-8 or GB18030."""
    if b"\x00" in content[:100_000]:
        raise _not_a_table(where)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _not_a_table(where)


def _text(content: bytes, where: str) -> Table:
    text = decode(content, where)
    header = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    faults: list[Fault] = []
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    columns: tuple[str, ...] = ()
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = tuple(cell.strip() for cell in cells)
                if len(columns) < 2:
                    raise _not_a_table(where)
                continue
            faults += _line_faults(cells, columns, reader.line_num)
            if len(rows) >= MOST_ROWS:
                raise _too_many_rows(where)
            rows.append(tuple(cell.strip() for cell in cells))
            lines.append(reader.line_num)
    except csv.Error as error:
        raise InvalidInput(
            _("第{line}行附近的引号不成对，不能读取。").format(line=reader.line_num),
            where=where,
            remedy=_("请重新导出为标准的 CSV 文件。"),
        ) from error
    _refuse(faults, where)
    if not columns:
        raise _not_a_table(where)
    return Table(columns, rows, lines)


def _line_faults(cells: list[str], columns: tuple[str, ...], line: int) -> list[Fault]:
    place = _("第{line}行").format(line=line)
    if len(cells) != len(columns):
        return [
            Fault(
                place,
                _("有{found}列，列名有{expected}列。").format(
                    found=len(cells), expected=len(columns)
                ),
                _("请检查该行是否多出或缺少分隔符。"),
                "columns",
            )
        ]
    return [
        Fault(
            _("第{line}行“{column}”列").format(line=line, column=columns[position]),
            _("单元格是公式。"),
            _("请粘贴为数值后再上传。"),
            "formula",
        )
        for position, cell in enumerate(cells)
        if cell.startswith(("=", "+cmd", "@SUM"))
    ]


# ------------------------------------------------------------------ XLSX


def _workbook(content: bytes, where: str) -> Table:
    refuse_bombs(content, where)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        raise _not_a_table(where) from error
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise _not_a_table(where)
        return _sheet(sheet, where)
    finally:
        book.close()


def refuse_bombs(content: bytes, where: str) -> None:
    """Refuse a workbook that is none, unpacks to an absurd size, or holds macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise _not_a_table(where) from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED or unpacked > MOST_EXPANSION * len(content) + 10_000_000:
        raise InvalidInput(
            _("解压后的大小异常，可能是压缩炸弹，已拒绝打开。"),
            where=where,
            remedy=_("请确认文件来源，重新导出后再上传。"),
        )
    names = {part.filename for part in parts}
    if any(name.endswith("vbaProject.bin") for name in names):
        raise InvalidInput(
            _("含有宏，已拒绝打开。"), where=where, remedy=_("请另存为不含宏的 XLSX 文件。")
        )
    if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
        raise _not_a_table(where)


def _sheet(sheet: Any, where: str) -> Table:
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    faults: list[Fault] = []
    lines: list[int] = []
    sheet.reset_dimensions()
    for line, all_cells in enumerate(sheet.iter_rows(), start=1):
        cells = all_cells[:MOST_COLUMNS]
        texts = [_cell_text(cell.value) for cell in cells]
        if not any(texts):
            continue
        if not columns:
            while texts and not texts[-1]:
                texts.pop()
            columns = tuple(texts)
            continue
        faults += [
            Fault(
                _("第{line}行“{column}”列（{cell}）").format(
                    line=line,
                    column=columns[position] if position < len(columns) else "",
                    cell=f"{get_column_letter(position + 1)}{line}",
                ),
                _("单元格是公式。"),
                _("请粘贴为数值后再上传。"),
                "formula",
            )
            for position, cell in enumerate(cells)
            if cell.data_type == "f"
        ]
        if len(rows) >= MOST_ROWS:
            raise _too_many_rows(where)
        padded = [*texts, *[""] * len(columns)][: len(columns)]
        rows.append(tuple(padded))
        lines.append(line)
    _refuse(faults, where)
    if not columns:
        raise InvalidInput(
            _("是空工作簿，没有任何内容。"), where=where, remedy=_("请重新导出后再上传。")
        )
    return Table(columns, rows, lines)


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


# ------------------------------------------------------------------ Parquet


def _parquet(content: bytes, where: str) -> Table:
    try:
        table = pq.read_table(io.BytesIO(content))
    except (pa.ArrowException, OSError) as error:
        raise _not_a_table(where) from error
    if table.num_rows > MOST_ROWS:
        raise _too_many_rows(where)
    lists = [[_cell_text(value) for value in column.to_pylist()] for column in table.columns]
    names = tuple(name.strip() for name in table.column_names)
    return Table(names, list(zip(*lists, strict=True)), list(range(1, table.num_rows + 1)))


def _too_many_rows(where: str) -> InvalidInput:
    return InvalidInput(
        _("超过{n}行。").format(n=MOST_ROWS),
        where=where,
        remedy=_("请按法院或年度拆分后分别导入。"),
    )


def _refuse(faults: list[Fault], where: str) -> None:
    if not faults:
        return
    raise InvalidInput(
        _("有{n}处不能读取，没有导入任何内容。").format(n=len(faults)),
        where=where,
        remedy=_("请改正后重新上传。"),
        faults=faults[:_MOST_FORMULAS_SHOWN],
    )
