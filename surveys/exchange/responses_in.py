"""Responses of other systems: a table and a questionnaire → answers, faults named cell by cell.

Tables are read by `surveys.exchange.foreign_tables`; which column holds which question is suggested
by `surveys.exchange.columns_in`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from surveys.answers import NO_ANSWER, Answer, AnswerSet
from surveys.errors import AnswersError, Problem
from surveys.exchange.foreign_tables import as_text, line_of
from surveys.language import _
from surveys.parsing import InputProblem, parse
from surveys.schema import Missing, Question, Questionnaire, QuestionType

EMPTY = frozenset({"", "na", "n/a", "nan", "none", "null", "#n/a"})
YES = frozenset({"1", "true", "yes", "y", "是", "选中", "√"})
NOT_CHOSEN = frozenset({"0", "false", "no", "n", "否", "未选"})
SEPARATORS = "；┋|"
"""Read like the separator between several options in one cell."""
_FORGIVEN = ("required", "other_missing")
"""An answer left out elsewhere is no answer here; it is no fault of the table."""


@dataclass(frozen=True)
class Reading:
    """How a foreign table is to be read."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Name of ours (question code, or code_row, code_option) → name of the column; an empty name
    leaves the question out."""
    missing: Mapping[str, Missing] = field(default_factory=dict)
    """What certain cell texts mean, for example ``-99`` → don't know."""
    separator: str = ";"
    """Between several options in one cell."""


@dataclass
class Responses:
    """Answers row by row, and the cells that could not be read."""

    answers: list[AnswerSet]
    problems: list[Problem]
    unused_columns: tuple[str, ...] = ()
    unread: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How often a text could not be read, by column and text."""


def answers_from(
    questionnaire: Questionnaire, table: pd.DataFrame, reading: Reading | None = None
) -> Responses:
    """Turn the rows of a table into answers; unreadable cells stay empty and are reported."""
    reader = _Rows(questionnaire, table, reading or Reading())
    answers = [reader.row(position) for position in range(len(table))]
    unused = tuple(str(c) for c in table.columns if c not in reader.used)
    return Responses(answers, reader.problems, unused, dict(reader.unread))


def column_names(question: Question) -> dict[str, str]:
    """Names of ours that a column may have: key "" for the whole, else row or option code."""
    keys = {"": question.code}
    parts = [row.code for row in question.rows]
    if question.type in (QuestionType.MULTIPLE, QuestionType.RANKING):
        parts = [option.code for option in question.options]
    keys |= {part: f"{question.code}_{part}" for part in parts}
    keys |= {
        f"other.{option.code}": f"{question.code}_{option.code}_text"
        for option in question.options
        if option.with_text
    }
    return keys


class _Rows:
    def __init__(self, questionnaire: Questionnaire, table: pd.DataFrame, reading: Reading) -> None:
        self.questionnaire, self.reading = questionnaire, reading
        self.missing = {_whole(text): kind for text, kind in reading.missing.items()}
        self.problems: list[Problem] = []
        self.unread: Counter[tuple[str, str]] = Counter()
        self.columns = {str(name): table[name].tolist() for name in table.columns}
        self.table = table
        self.used: set[str] = set()
        self.plan = [
            (question, self._columns_of(question))
            for question in questionnaire.questions
            if question.type is not QuestionType.NOTE
        ]
        if not self.used:
            raise AnswersError(
                [
                    Problem(
                        "no_column",
                        _("表头"),
                        _("表里没有一列与问卷的题目对应。"),
                        _("请把列名改为题目代码，或指定各题对应的列。"),
                    )
                ]
            )

    def _columns_of(self, question: Question) -> dict[str, str]:
        found = {
            key: self.reading.columns.get(name, name)
            for key, name in column_names(question).items()
            if self.reading.columns.get(name, name) in self.columns
        }
        self.used.update(found.values())
        return found

    def row(self, position: int) -> AnswerSet:
        answers = {}
        for question, columns in self.plan:
            cells = {
                key: as_text(self.columns[name][position]).strip() for key, name in columns.items()
            }
            answer = self._answer(question, cells, position, columns)
            if answer != NO_ANSWER:
                answers[question.code] = answer
        return AnswerSet(answers)

    def _answer(
        self,
        question: Question,
        cells: Mapping[str, str],
        position: int,
        columns: Mapping[str, str],
    ) -> Answer:
        kinds = [self.missing.get(_whole(text)) for text in cells.values()]
        given = {
            key: text
            for key, text in cells.items()
            if text.lower() not in EMPTY and _whole(text) not in self.missing
        }
        if not given:
            kind = next((kind for kind in kinds if kind is not None), None)
            return Answer(missing=kind) if kind else NO_ANSWER
        odd = self._odd_parts(question, given)
        parsed = parse(self.questionnaire, question, self._raw(question, given))
        serious = [p for p in parsed.problems if not p.code.startswith(_FORGIVEN)]
        for problem in (*odd, *serious):
            self._note(question, problem, given, position, columns)
        is_unread = any(not _concerns_a_part(question, problem) for problem in serious)
        return NO_ANSWER if is_unread else parsed.answer

    def _odd_parts(self, question: Question, given: Mapping[str, str]) -> list[InputProblem]:
        """Cells in columns of single options that say neither yes nor no; a text without option."""
        if all(key.startswith("other.") for key in given):
            message = _("写了具体内容，但没有选中这一项。")
            return [InputProblem(f"{question.code}.{key}", "other_alone", message) for key in given]
        if question.type is not QuestionType.MULTIPLE:
            return []
        message = _("请写 1 表示选中，0 或空白表示未选。")
        return [
            InputProblem(f"{question.code}.{option}", "yes_or_no", message)
            for option, text in given.items()
            if option
            and not option.startswith("other.")
            and text.lower() not in YES | NOT_CHOSEN
            and self._code(question, text) != option
        ]

    def _note(
        self,
        question: Question,
        problem: InputProblem,
        given: Mapping[str, str],
        position: int,
        columns: Mapping[str, str],
    ) -> None:
        key = problem.field.partition(".")[2].removeprefix("rank.")
        column = columns.get(key) or next(iter(columns.values()))
        text = given.get(key, next(iter(given.values())))[:40]
        self.unread[column, text] += 1
        self.problems.append(
            Problem(
                problem.code,
                _("第{row}行“{column}”列").format(row=line_of(self.table, position), column=column),
                _("“{text}”读不进题目 {code}。").format(text=text, code=question.code),
                problem.message,
                question=question.code,
            )
        )

    def _raw(self, question: Question, given: Mapping[str, str]) -> dict[str, Sequence[str]]:
        code = question.code
        raw: dict[str, Sequence[str]] = {
            f"{code}.{key}": [text] for key, text in given.items() if key.startswith("other.")
        }
        parts = {key: text for key, text in given.items() if key and not key.startswith("other.")}
        if question.type is QuestionType.MATRIX:
            raw |= {f"{code}.{row}": [self._code(question, text)] for row, text in parts.items()}
        elif question.type is QuestionType.RANKING:
            raw |= {
                f"{code}.rank.{option}": [text] for option, text in parts.items() if text != "0"
            }
        elif question.type is QuestionType.MULTIPLE:
            raw[code] = self._chosen(question, parts, given.get("", ""))
        else:
            raw[code] = [self._code(question, given.get("", ""))]
        return raw

    def _chosen(self, question: Question, parts: Mapping[str, str], listed: str) -> list[str]:
        """Options chosen: one column each (yes, 1, or the option's own words), or one list."""
        chosen = [
            option
            for option, text in parts.items()
            if text.lower() in YES or self._code(question, text) == option
        ]
        for separator in SEPARATORS:
            listed = listed.replace(separator, self.reading.separator)
        texts = [text.strip() for text in listed.split(self.reading.separator)]
        return chosen + [self._code(question, text) for text in texts if text]

    def _code(self, question: Question, text: str) -> str:
        """Option code that a cell means: a code, a whole number written as 1.0, or a label."""
        options = self.questionnaire.options_of(question)
        codes = {option.code for option in options}
        if not options or text in codes:
            return text
        if _whole(text) in codes:
            return _whole(text)
        for option in options:
            if text in [label for _language, label in option.label.translations]:
                return option.code
        return text


def _concerns_a_part(question: Question, problem: InputProblem) -> bool:
    """Tell whether a fault leaves the rest of the answer as it is: a row, a text beside it."""
    is_beside = problem.field.startswith(f"{question.code}.other.")
    return is_beside or (question.type is QuestionType.MATRIX and problem.field != question.code)


def _whole(text: str) -> str:
    """Write a whole number without the decimals that a table of floats gives it."""
    number = text.removesuffix(".0")
    return number if number.lstrip("-").isdigit() else text
