"""Answers ↔ table for very many responses: JSON texts are taken apart by DuckDB, not by Python.

Gives the same table as `surveys.export.frame`; each different answer is understood once only.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from surveys.codebook import Variable, variables
from surveys.export import Encoder, encoder_of, type_of
from surveys.schema import Questionnaire

CHUNK = 100_000


def _paths(variable: Variable) -> list[str]:
    if variable.row is None:
        return [f"$.{variable.question}"]
    return [f"$.{variable.question}.value.{variable.row}", f"$.{variable.question}.missing"]


def _extracted(texts: Sequence[str], paths: Sequence[str]) -> pa.Table:
    """One column of JSON texts for each path; null where there is nothing."""
    columns = ", ".join(f"found[{place}] AS c{place}" for place in range(1, len(paths) + 1))
    listed = ", ".join(f"'{path}'" for path in paths)  # codes hold letters, digits, underscores
    with duckdb.connect() as connection:
        connection.register("answers", pa.table({"answer": pa.array(texts, pa.string())}))
        return connection.sql(
            f"SELECT {columns} FROM (SELECT json_extract(answer, [{listed}]) AS found FROM answers)"  # noqa: S608 -- made of checked codes only
        ).to_arrow_table()


def _each_once(column: pa.ChunkedArray, decode: Callable[[str | None], Any], kind: Any) -> Any:
    """Decode each different text once, then spread the results over the rows."""
    coded = column.combine_chunks().dictionary_encode()
    values = np.empty(len(coded.dictionary) + 1, dtype=kind)
    for place, text in enumerate(coded.dictionary.to_pylist()):
        values[place] = decode(text)
    values[-1] = decode(None)
    places = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
    return values[places]


def _column(variable: Variable, encode: Encoder, found: list[pa.ChunkedArray], kind: Any) -> Any:
    if variable.row is None:
        return _each_once(found[0], lambda text: encode(json.loads(text) if text else None), kind)
    chosen = _each_once(
        found[0],
        lambda text: encode({"value": {variable.row: json.loads(text)}}) if text else 0,
        kind,
    )
    reasons = _each_once(
        found[1], lambda text: encode({"missing": json.loads(text)} if text else None), kind
    )
    return np.where(found[0].is_valid().to_numpy(), chosen, reasons)


def frame_of_texts(
    questionnaire: Questionnaire,
    texts: Sequence[str],
    chosen: Iterable[Variable] | None = None,
) -> pd.DataFrame:
    """Encode responses given as the JSON texts of their answer sets."""
    listed = list(variables(questionnaire) if chosen is None else chosen)
    paths = list(dict.fromkeys(path for variable in listed for path in _paths(variable)))
    if not texts or not paths:
        return pd.DataFrame({v.name: pd.Series(dtype=type_of(v)) for v in listed})
    parts = []
    for start in range(0, len(texts), CHUNK):
        table = _extracted(texts[start : start + CHUNK], paths)
        columns = dict(zip(paths, table.columns, strict=True))
        parts.append(
            pd.DataFrame(
                {
                    variable.name: _column(
                        variable,
                        encoder_of(questionnaire.question(variable.question), variable),
                        [columns[path] for path in _paths(variable)],
                        type_of(variable),
                    )
                    for variable in listed
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def frames_of_texts(questionnaire: Questionnaire, texts: Iterable[str]) -> Iterator[pd.DataFrame]:
    """Encode a stream of JSON texts chunk by chunk."""
    stream = iter(texts)
    while chunk := list(islice(stream, CHUNK)):
        yield frame_of_texts(questionnaire, chunk)
