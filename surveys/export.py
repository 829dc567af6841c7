"""Answers ↔ a tidy table: one row for each response, one column for each variable.

Works on the JSON form of answers, chunk by chunk, so that a million responses fit. File formats
are in `surveys.exchange`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from surveys.answers import AnswerSet
from surveys.codebook import MISSING_CODES, Kind, Variable, variables
from surveys.schema import Missing, Question, Questionnaire, QuestionType

CHUNK = 50_000
NOT_ANSWERED = MISSING_CODES[Missing.NOT_ANSWERED]
_MISSING_NUMBERS = {kind.value: number for kind, number in MISSING_CODES.items()}

Item = Mapping[str, Any]
Encoder = Callable[[Item | None], Any]


def has_missing_codes(question: Question) -> bool:
    """Whether a number question leaves room for the negative missing codes."""
    return question.limits.minimum is not None and question.limits.minimum >= 0


def _reason(item: Item | None) -> int:
    kind = item.get("missing") if item else None
    return _MISSING_NUMBERS.get(kind or "", NOT_ANSWERED)


def encoder_of(question: Question, variable: Variable) -> Encoder:
    """Make the function that turns one stored answer into one cell."""
    if variable.kind in (Kind.CATEGORY, Kind.POINT):
        return _choice_encoder(variable)
    if variable.kind is Kind.CHOSEN:
        return lambda item: (
            int(variable.option in item["value"]) if item and "value" in item else _reason(item)
        )
    if variable.kind is Kind.RANK:
        return lambda item: _rank(item, variable.option)
    if variable.kind is Kind.NUMBER:
        coded = has_missing_codes(question)
        return lambda item: (
            float(item["value"])
            if item and "value" in item
            else (float(_reason(item)) if coded else np.nan)
        )
    if variable.option is not None:
        return lambda item: (item or {}).get("other", {}).get(variable.option, "")
    return lambda item: (item or {}).get("value", "") or ""


def _choice_encoder(variable: Variable) -> Encoder:
    numbers, row = dict(variable.numbers), variable.row

    def whole(item: Item | None) -> int:
        value = item.get("value") if item else None
        return _reason(item) if value is None else numbers.get(value, NOT_ANSWERED)

    def one_row(item: Item | None) -> int:
        value = item.get("value") if item else None
        if value is None:
            return _reason(item)
        return numbers.get(value.get(row), NOT_ANSWERED)

    return whole if row is None else one_row


def _rank(item: Item | None, option: str | None) -> int:
    if not item or "value" not in item:
        return _reason(item)
    ranked = list(item["value"])
    return ranked.index(option) + 1 if option in ranked else 0


def type_of(variable: Variable) -> Any:
    """NumPy type of a column."""
    if variable.kind is Kind.NUMBER:
        return np.float64
    if not variable.is_numeric:
        return object
    largest = max([abs(number) for number in variable.numbers.values()], default=0)
    return np.int16 if largest < 2**15 else np.int32


def frames(
    questionnaire: Questionnaire,
    responses: Iterable[Mapping[str, Any]],
    chosen: Iterable[Variable] | None = None,
) -> Iterator[pd.DataFrame]:
    """Encode responses (JSON form of an answer set) chunk by chunk."""
    listed = list(variables(questionnaire) if chosen is None else chosen)
    plan = [
        (v, v.question, encoder_of(questionnaire.question(v.question), v), type_of(v))
        for v in listed
    ]
    stream = iter(responses)
    while chunk := list(islice(stream, CHUNK)):
        yield pd.DataFrame(
            {
                variable.name: np.array(
                    [encode(answers.get(question)) for answers in chunk], dtype=kind
                )
                for variable, question, encode, kind in plan
            }
        )


def frame(
    questionnaire: Questionnaire,
    responses: Iterable[Mapping[str, Any] | AnswerSet],
    chosen: Iterable[Variable] | None = None,
) -> pd.DataFrame:
    """Encode responses as one table; empty, with all columns, when there are none."""
    listed = list(variables(questionnaire) if chosen is None else chosen)
    plain = (item.to_json() if isinstance(item, AnswerSet) else item for item in responses)
    parts = list(frames(questionnaire, plain, listed))
    if not parts:
        return pd.DataFrame({v.name: pd.Series(dtype=type_of(v)) for v in listed})
    return pd.concat(parts, ignore_index=True)


def answers_of(questionnaire: Questionnaire, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Decode a table written by :func:`frame`; the JSON form of each response.

    Kinds of missing come back for everything but texts and dates, whose cells are just empty.
    """
    by_question: dict[str, list[Variable]] = {}
    for variable in variables(questionnaire):
        by_question.setdefault(variable.question, []).append(variable)
    columns = {name: table[name].tolist() for name in table.columns}
    result = []
    for position in range(len(table)):
        row = {name: values[position] for name, values in columns.items()}
        answers = {}
        for code, listed in by_question.items():
            item = _decoded(questionnaire.question(code), listed, row)
            if item:
                answers[code] = item
        result.append(answers)
    return result


_KINDS = {number: kind.value for kind, number in MISSING_CODES.items()}


def _decoded(question: Question, listed: list[Variable], row: Mapping[str, Any]) -> dict[str, Any]:
    main = [variable for variable in listed if variable.kind is not Kind.TEXT]
    item = _decoded_value(question, main or listed, row)
    other = {
        str(variable.option): row[variable.name]
        for variable in listed
        if variable.kind is Kind.TEXT and variable.option and row.get(variable.name)
    }
    return {**item, "other": other} if other else item


def _decoded_value(
    question: Question, listed: list[Variable], row: Mapping[str, Any]
) -> dict[str, Any]:
    first = listed[0]
    cell = row.get(first.name)
    if question.type in (QuestionType.SINGLE, QuestionType.LIKERT):
        return _decoded_choice(first, cell)
    if question.type is QuestionType.MATRIX:
        cells = {str(v.row): _decoded_choice(v, row.get(v.name)) for v in listed}
        value = {key: item["value"] for key, item in cells.items() if "value" in item}
        return {"value": value} if value else dict(cells[str(first.row)])
    if question.type is QuestionType.MULTIPLE:
        if cell in _KINDS:
            return {"missing": _KINDS[cell]}
        chosen = [str(v.option) for v in listed if row.get(v.name) == 1]
        kinds = [option.missing for option in question.options if option.code in chosen]
        is_missing = bool(kinds) and all(kinds)
        return {"value": chosen, **({"missing": str(kinds[0])} if is_missing else {})}
    if question.type is QuestionType.RANKING:
        if cell in _KINDS:
            return {"missing": _KINDS[cell]}
        ranked = [(row[v.name], str(v.option)) for v in listed if row.get(v.name, 0) > 0]
        return {"value": [option for _rank, option in sorted(ranked)]}
    if question.type is QuestionType.NUMBER:
        return _decoded_number(question, cell)
    return {"value": cell} if isinstance(cell, str) and cell else {}


def _decoded_number(question: Question, cell: Any) -> dict[str, Any]:
    if cell is None or pd.isna(cell):
        return {}
    if has_missing_codes(question) and cell in _KINDS:
        return {"missing": _KINDS[cell]}
    return {"value": int(cell) if float(cell).is_integer() else float(cell)}


def _decoded_choice(variable: Variable, cell: Any) -> dict[str, Any]:
    for code, number in variable.numbers.items():
        if cell == number:
            missing = variable.missing_options.get(code)
            whole = missing is not None and variable.row is None
            return {"value": code, **({"missing": missing.value} if whole and missing else {})}
    return {"missing": _KINDS[cell]} if cell in _KINDS else {}
