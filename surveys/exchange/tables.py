"""Tables of responses as CSV, XLSX, Parquet, SPSS and Stata files, with labels."""

import io
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

from surveys.bulk import frames_of_texts
from surveys.codebook import (
    CHOSEN_NOT_APPLICABLE,
    MISSING_CODES,
    Kind,
    Variable,
    missing_labels,
    variables,
)
from surveys.language import _
from surveys.schema import Questionnaire

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_LOWEST, _HIGHEST = CHOSEN_NOT_APPLICABLE, -1
MAX_STATA_LABEL = 80
MAX_SPSS_LABEL = 256
#: Stata allows 32, and the writer names a set of value labels after its variable and a number.
MAX_STATA_NAME = 28
MAX_SPSS_NAME = 64
#: What SPSS or Stata takes for something else than a name.
_RESERVED = frozenset(
    {
        *("ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"),
        *("BYTE", "INT", "LONG", "FLOAT", "DOUBLE", "STRL", "CONST", "STRING", "IF", "IN", "USING"),
        *("_ALL", "_B", "_COEF", "_CONS", "_N", "_PI", "_PRED", "_RC", "_SKIP"),
        *(f"STR{length}" for length in range(1, 2046)),
    }
)


class TableFormat(StrEnum):
    """File formats a table of responses can be written in."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    SAV = "sav"
    DTA = "dta"


@dataclass(frozen=True)
class Labels:
    """What the columns of a table mean."""

    columns: Mapping[str, str]
    numbers: Mapping[str, Mapping[int | float, str]]


def labels_of(questionnaire: Questionnaire, language: str | None = None) -> Labels:
    """Column labels and value labels, the missing codes among them."""
    listed = variables(questionnaire, language)
    return Labels(
        columns={variable.name: variable.label for variable in listed},
        numbers={v.name: dict(value_labels(v)) for v in listed if v.is_numeric},
    )


def value_labels(variable: Variable) -> dict[int | float, str]:
    """Labels of the numbers in one column."""
    words = missing_labels()
    labels: dict[int | float, str] = {number: words[kind] for kind, number in MISSING_CODES.items()}
    labels[CHOSEN_NOT_APPLICABLE] = _("不适用（受访者选择）")
    if variable.kind is Kind.RANK:
        labels[0] = _("未列入名次")
    labels |= {number: variable.labels[code] for code, number in variable.numbers.items()}
    return dict(sorted(labels.items()))


def to_csv(table: pd.DataFrame) -> bytes:
    """Write UTF-8 with a mark that Excel needs; texts that look like formulas are quoted."""
    return table.map(_harmless).to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _harmless(cell: Any) -> Any:
    if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


def _as_written(cell: Any) -> Any:
    if isinstance(cell, str) and cell[:1] == "'" and cell[1:].startswith(_FORMULA_STARTS):
        return cell[1:]
    return cell


def to_xlsx(table: pd.DataFrame, labels: Labels) -> bytes:
    """Write a workbook: the data, then the labels of columns and values."""
    buffer = io.BytesIO()
    columns = [{_("变量"): name, _("含义"): labels.columns.get(name, "")} for name in table.columns]
    values = [
        {_("变量"): name, _("数值"): number, _("含义"): text}
        for name, numbers in labels.numbers.items()
        for number, text in numbers.items()
    ]
    with pd.ExcelWriter(buffer, engine="openpyxl") as writer:
        table.to_excel(writer, sheet_name=_("数据"), index=False)
        pd.DataFrame(columns).to_excel(writer, sheet_name=_("变量"), index=False)
        pd.DataFrame(values).to_excel(writer, sheet_name=_("取值"), index=False)
        for sheet in writer.book.worksheets:
            sheet.freeze_panes = "A2"
            for row in sheet.iter_rows(min_row=2):
                for cell in row:
                    if cell.data_type == "f":
                        cell.data_type = "s"
    return buffer.getvalue()


def to_parquet(table: pd.DataFrame, labels: Labels) -> bytes:
    """Write Parquet; labels travel in the metadata of each field."""
    sink = pa.BufferOutputStream()
    schema = _schema(table, labels)
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        writer.write_table(pa.Table.from_pandas(table, schema=schema, preserve_index=False))
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _schema(table: pd.DataFrame, labels: Labels) -> Any:
    plain = pa.Schema.from_pandas(table, preserve_index=False)
    fields = []
    for item in plain:
        kind = pa.string() if item.type == pa.null() else item.type
        described = {"label": labels.columns.get(item.name, "")}
        described |= {
            f"value:{number}": text for number, text in labels.numbers.get(item.name, {}).items()
        }
        fields.append(pa.field(item.name, kind, metadata=described))
    return pa.schema(fields)


def stream_parquet(
    path: Path,
    questionnaire: Questionnaire,
    texts: Iterable[str],
    language: str | None = None,
) -> int:
    """Write any number of responses, JSON texts of answer sets; return how many there were."""
    labels = labels_of(questionnaire, language)
    writer: pq.ParquetWriter | None = None
    n_rows = 0
    try:
        for part in frames_of_texts(questionnaire, texts):
            if writer is None:
                writer = pq.ParquetWriter(path, _schema(part, labels), compression="zstd")
            writer.write_table(
                pa.Table.from_pandas(part, schema=writer.schema, preserve_index=False)
            )
            n_rows += len(part)
    finally:
        if writer is not None:
            writer.close()
    return n_rows


def to_sav(table: pd.DataFrame, labels: Labels) -> bytes:
    """Write SPSS: labels, and the missing codes declared as user-missing."""
    short = _short_names(table.columns, MAX_SPSS_NAME)
    numbers = {short[name]: dict(found) for name, found in labels.numbers.items() if name in short}
    return _through_file(
        lambda path: pyreadstat.write_sav(
            table.rename(columns=short),
            path,
            column_labels=[labels.columns.get(name, "")[:MAX_SPSS_LABEL] for name in short],
            variable_value_labels=numbers,
            missing_ranges={name: [{"lo": _LOWEST, "hi": _HIGHEST}] for name in numbers},
            variable_measure={
                name: "nominal" if name in numbers else "unknown" for name in short.values()
            },
        ),
        "sav",
    )


def to_dta(table: pd.DataFrame, labels: Labels) -> bytes:
    """Write Stata 15; missing codes stay as labelled numbers."""
    short = _short_names(table.columns, MAX_STATA_NAME)
    numbers = {short[name]: dict(found) for name, found in labels.numbers.items() if name in short}
    return _through_file(
        lambda path: pyreadstat.write_dta(
            table.rename(columns=short),
            path,
            version=15,
            column_labels=[labels.columns.get(name, "")[:MAX_STATA_LABEL] for name in short],
            variable_value_labels=numbers,
        ),
        "dta",
    )


def _short_names(names: Iterable[str], longest: int) -> dict[str, str]:
    """Give each name one that the format holds, the same every time.

    Names that are too long are cut; reserved words, and names that differ from another one only in
    upper and lower case, get a number.
    """
    short: dict[str, str] = {}
    taken = set(_RESERVED)
    for name in names:
        candidate, number = name[:longest], 2
        while candidate.upper() in taken:
            ending = f"_{number}"
            candidate, number = f"{name[: longest - len(ending)]}{ending}", number + 1
        short[name] = candidate
        taken.add(candidate.upper())
    return short


def _through_file(write: Any, suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{suffix}"
        write(str(path))
        return path.read_bytes()


def write(
    table: pd.DataFrame,
    questionnaire: Questionnaire,
    kind: TableFormat,
    language: str | None = None,
) -> bytes:
    """Write a table of responses in one of the formats."""
    labels = labels_of(questionnaire, language)
    if kind is TableFormat.CSV:
        return to_csv(table)
    writers = {
        TableFormat.XLSX: to_xlsx,
        TableFormat.PARQUET: to_parquet,
        TableFormat.SAV: to_sav,
        TableFormat.DTA: to_dta,
    }
    return writers[kind](table, labels)


def read(content: bytes, kind: TableFormat, questionnaire: Questionnaire) -> pd.DataFrame:
    """Read a table of this questionnaire back; empty texts stay empty texts."""
    if kind in (TableFormat.CSV, TableFormat.XLSX):
        return _typed(_read_texts(content, kind), questionnaire)
    found = read_labelled(content, kind)
    longest = {TableFormat.SAV: MAX_SPSS_NAME, TableFormat.DTA: MAX_STATA_NAME}.get(kind)
    if longest is None:
        return found
    short = _short_names((variable.name for variable in variables(questionnaire)), longest)
    return found.rename(columns={cut: name for name, cut in short.items()})


def read_labelled(content: bytes, kind: TableFormat) -> pd.DataFrame:
    """Read a file that knows its own types: Parquet, SPSS or Stata."""
    if kind is TableFormat.PARQUET:
        table: pd.DataFrame = pq.read_table(io.BytesIO(content)).to_pandas()
        return table
    reader = pyreadstat.read_sav if kind is TableFormat.SAV else pyreadstat.read_dta
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{kind.value}"
        path.write_bytes(content)
        labelled: pd.DataFrame = reader(str(path), user_missing=True)[0]
    return labelled


def _read_texts(content: bytes, kind: TableFormat) -> pd.DataFrame:
    buffer = io.BytesIO(content)
    if kind is TableFormat.XLSX:
        return pd.read_excel(buffer, sheet_name=0, dtype=str, keep_default_na=False)
    found = pd.read_csv(buffer, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    return found.map(_as_written)


def _typed(table: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    numeric = {variable.name for variable in variables(questionnaire) if variable.is_numeric}
    return table.assign(
        **{name: pd.to_numeric(table[name]) for name in table.columns if name in numeric}
    )
