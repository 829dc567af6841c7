"""Read a table for the estimating commands and take columns from it with clear messages."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluation.errors import InvalidInput
from evaluation.language import _
from sampling.structure import FloatArray

MISSING = frozenset({"", "NA", "NaN", "nan", "NULL", "null", "None"})
YES = frozenset({"1", "1.0", "true", "TRUE", "True", "yes", "Yes", "YES", "是", "有", "T"})
NO = frozenset({"0", "0.0", "false", "FALSE", "False", "no", "No", "NO", "否", "无", "F"})


def read(path: Path) -> pd.DataFrame:
    """Read CSV (UTF-8 or GB18030) or Parquet as texts; an empty cell stays empty."""
    if not path.is_file():
        raise InvalidInput(
            _("找不到文件“{name}”。").format(name=path), remedy=_("请核对文件名和目录。")
        )
    try:
        if path.suffix.lower() == ".parquet":
            frame = pd.read_parquet(path).astype(object)
            return frame.where(frame.notna(), "").astype(str)
        return _csv(path)
    except (ValueError, OSError) as error:  # pandas parser errors are ValueErrors
        raise InvalidInput(
            _("文件“{name}”不是可读的CSV或Parquet表。").format(name=path.name),
            remedy=_("请另存为UTF-8编码的CSV，第一行为列名，各行的列数相同。"),
        ) from error


def _csv(path: Path) -> pd.DataFrame:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    header = next(csv.reader(io.StringIO(text)), [])
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise InvalidInput(
            _("列名重复：{names}。").format(names="、".join(repeated)),
            remedy=_("请改名，使每个列名只出现一次。"),
        )
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False).fillna("")


def cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every spelling of a missing value as an empty cell."""
    return frame.mask(frame.isin(list(MISSING)), "")


def texts(frame: pd.DataFrame, name: str) -> NDArray[np.object_]:
    """Return a column as texts with None for empty cells."""
    if name not in frame.columns:
        raise InvalidInput(
            _("数据表没有“{name}”列。现有列：{columns}。").format(
                name=name, columns="、".join(map(str, frame.columns[:30]))
            )
        )
    values = frame[name].to_numpy(dtype=object)
    return np.array([None if value in MISSING else value for value in values], dtype=object)


def numbers(frame: pd.DataFrame, name: str) -> FloatArray:
    """Return a column as numbers with NaN for empty cells; a text names its row."""
    values = texts(frame, name)
    converted = pd.to_numeric(pd.Series(values), errors="coerce").to_numpy(dtype=float)
    wrong = np.isnan(converted) & np.array([value is not None for value in values])
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InvalidInput(
            _("第{row}行“{name}”列的“{value}”不是数字。").format(
                row=row + 2, name=name, value=values[row]
            ),
            remedy=_("请更正该单元格。"),
        )
    return converted


def truths(frame: pd.DataFrame, name: str, level: str | None) -> FloatArray:
    """Return 1 where the cell is true or equals ``level``, 0 elsewhere, NaN where it is empty."""
    values = texts(frame, name)
    if level is not None:
        return np.array([np.nan if v is None else float(_is_level(v, level)) for v in values])
    result = np.full(values.size, np.nan)
    for position, value in enumerate(values):
        if value in YES:
            result[position] = 1.0
        elif value in NO:
            result[position] = 0.0
        elif value is not None:
            raise InvalidInput(
                _("第{row}行“{name}”列的“{value}”既不是“是”也不是“否”。").format(
                    row=position + 2, name=name, value=value
                ),
                remedy=_("请用 --level 指明哪个取值算“是”。"),
            )
    return result


def _is_level(value: str, level: str) -> bool:
    """Whether a cell is the level; numbers may be written differently, as 1 and 1.0."""
    if value == level:
        return True
    try:
        return float(value) == float(level)
    except ValueError:
        return False
