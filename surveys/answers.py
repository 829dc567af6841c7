"""Answers of one respondent as data, and their JSON form.

Reading what a form or a file says is in `surveys.parsing`; rules are in `surveys.rules`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.schema import Missing, Question, Questionnaire, QuestionType

Value = str | int | float | tuple[str, ...] | Mapping[str, str] | None


@dataclass(frozen=True)
class Answer:
    """One answer.

    ``value`` is an option code (single, likert), option codes (multiple; ranking in rank order),
    a mapping row code → option code (matrix), a number, an ISO date or a text. ``missing`` says
    why there is no substantive answer; "don't know" keeps its option code in ``value``.
    """

    value: Value = None
    missing: Missing | None = None
    other: Mapping[str, str] = field(default_factory=dict)
    """Text written beside an option, by option code."""

    @property
    def is_given(self) -> bool:
        """Whether the respondent chose or wrote anything, "don't know" included."""
        return self.value is not None

    @property
    def is_substantive(self) -> bool:
        """Whether the answer may enter a mean or a percentage of opinions."""
        return self.value is not None and self.missing is None

    def to_json(self) -> dict[str, Any]:
        """Plain data for a JSON column; empty parts are left out."""
        data: dict[str, Any] = {}
        if self.value is not None:
            value = self.value
            data["value"] = (
                list(value)
                if isinstance(value, tuple)
                else dict(value)
                if isinstance(value, Mapping)
                else value
            )
        if self.missing is not None:
            data["missing"] = self.missing.value
        if self.other:
            data["other"] = dict(self.other)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Answer":
        """Rebuild what :meth:`to_json` wrote."""
        value = data.get("value")
        missing = data.get("missing")
        return cls(
            value=tuple(value) if isinstance(value, list) else value,
            missing=Missing(missing) if missing else None,
            other=dict(data.get("other", {})),
        )


NO_ANSWER = Answer()


@dataclass(frozen=True)
class AnswerSet:
    """All answers of one respondent by question code. Answers outlive the path."""

    answers: Mapping[str, Answer] = field(default_factory=dict)

    def get(self, question: str) -> Answer:
        """Answer to a question; an empty answer if there is none."""
        return self.answers.get(question, NO_ANSWER)

    def value(self, question: str, row: str | None = None) -> Value:
        """Value of an answer, or of one row of a matrix."""
        value = self.get(question).value
        if row is None:
            return value
        return value.get(row) if isinstance(value, Mapping) else None

    def with_answer(self, question: str, answer: Answer) -> "AnswerSet":
        """Return a copy with one answer set; an empty answer removes it."""
        changed = dict(self.answers)
        if answer == NO_ANSWER:
            changed.pop(question, None)
        else:
            changed[question] = answer
        return AnswerSet(changed)

    def only(self, questions: Iterator[str] | tuple[str, ...]) -> "AnswerSet":
        """Return a copy restricted to some questions."""
        wanted = set(questions)
        return AnswerSet({code: item for code, item in self.answers.items() if code in wanted})

    def __len__(self) -> int:
        """Count the questions with an entry."""
        return len(self.answers)

    def to_json(self) -> dict[str, Any]:
        """Plain data for a JSON column."""
        return {code: answer.to_json() for code, answer in self.answers.items()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AnswerSet":
        """Rebuild what :meth:`to_json` wrote."""
        return cls({code: Answer.from_json(item) for code, item in data.items()})


def missing_kind(questionnaire: Questionnaire, question: Question, value: Value) -> Missing | None:
    """Tell which kind of missing a chosen option means, if any.

    For multiple choice only when nothing substantive was chosen; for a matrix never (its rows
    are judged one by one, see :func:`row_missing_kind`).
    """
    if isinstance(value, str) and question.type in (QuestionType.SINGLE, QuestionType.LIKERT):
        option = questionnaire.find_option(question, value)
        return option.missing if option else None
    if isinstance(value, tuple) and question.type is QuestionType.MULTIPLE and value:
        kinds = [
            option.missing if option else None
            for option in (questionnaire.find_option(question, code) for code in value)
        ]
        return kinds[0] if all(kinds) else None
    return None


def row_missing_kind(questionnaire: Questionnaire, question: Question, code: str) -> Missing | None:
    """Kind of missing an option of a matrix row means, if any."""
    option = questionnaire.find_option(question, code)
    return option.missing if option else None
