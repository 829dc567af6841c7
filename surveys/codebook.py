"""Variables of a questionnaire: names, labels, value labels and missing codes.

One question gives one variable, or one for each row, option or text beside an option. How the
values of a respondent are laid out is in `surveys.export`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from surveys.language import _
from surveys.schema import Missing, Option, Question, Questionnaire, QuestionType, Row

MISSING_CODES: Mapping[Missing, int] = {
    Missing.NOT_ANSWERED: -1,
    Missing.NOT_APPLICABLE: -2,
    Missing.NOT_REACHED: -3,
    Missing.REFUSED: -4,
    Missing.DONT_KNOW: -5,
}
"""Numbers that stand for "no answer" in a table."""

CHOSEN_NOT_APPLICABLE = -6
"""The respondent chose "not applicable"; -2 means that the question was skipped by rule."""


class Kind(StrEnum):
    """What the values of a variable are."""

    CATEGORY = "category"
    POINT = "point"
    CHOSEN = "chosen"
    RANK = "rank"
    NUMBER = "number"
    DATE = "date"
    TEXT = "text"


@dataclass(frozen=True)
class Variable:
    """One column of the table of responses."""

    name: str
    kind: Kind
    label: str
    question: str
    row: str | None = None
    option: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    """Value label by option code, in order."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Number that stands for an option code in a table."""
    missing_options: Mapping[str, Missing] = field(default_factory=dict)
    """Option codes that are no substantive answer."""

    @property
    def is_numeric(self) -> bool:
        """Whether a table holds numbers in this column."""
        return self.kind not in (Kind.DATE, Kind.TEXT)


_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


def missing_labels() -> dict[Missing, str]:
    """Words for the kinds of missing."""
    return {
        Missing.NOT_ANSWERED: _("未作答"),
        Missing.NOT_APPLICABLE: _("不适用（按规则跳过）"),
        Missing.NOT_REACHED: _("未答到此题"),
        Missing.REFUSED: _("不愿回答"),
        Missing.DONT_KNOW: _("不清楚"),
    }


def option_numbers(options: tuple[Option, ...]) -> dict[str, int]:
    """Give each option a number: its code when all codes are whole numbers, else its place.

    Codes of ten and more digits count as names: tables hold no such numbers in a coded column.
    The first option of each kind of missing gets the number of that kind.
    """
    is_coded = all(_WHOLE_NUMBER.fullmatch(option.code) for option in options)
    numbers = {
        option.code: int(option.code) if is_coded else place
        for place, option in enumerate(options, 1)
    }
    if len(set(numbers.values())) < len(options):
        numbers = {option.code: place for place, option in enumerate(options, 1)}
    given: set[int] = set()
    for option in options:
        number = MISSING_CODES.get(option.missing) if option.missing else None
        if option.missing is Missing.NOT_APPLICABLE:
            number = CHOSEN_NOT_APPLICABLE
        if number is not None and number not in given:
            numbers[option.code] = number
            given.add(number)
    return numbers


def _choice(
    question: Question, kind: Kind, options: tuple[Option, ...], language: str, row: Row | None
) -> Variable:
    label = question.text.get(language)
    return Variable(
        name=f"{question.code}_{row.code}" if row else question.code,
        kind=kind,
        label=f"{label}［{row.label.get(language)}］" if row else label,
        question=question.code,
        row=row.code if row else None,
        labels={option.code: option.label.get(language) for option in options},
        numbers=option_numbers(options),
        missing_options={
            option.code: option.missing for option in options if option.missing is not None
        },
    )


def _by_option(question: Question, language: str, kind: Kind) -> list[Variable]:
    chosen = {"0": _("未选"), "1": _("选中")} if kind is Kind.CHOSEN else {}
    return [
        Variable(
            name=f"{question.code}_{option.code}",
            kind=kind,
            label=f"{question.text.get(language)}［{option.label.get(language)}］",
            question=question.code,
            option=option.code,
            labels=chosen,
            numbers={code: int(code) for code in chosen},
        )
        for option in question.options
    ]


def _beside_options(question: Question, language: str) -> list[Variable]:
    return [
        Variable(
            name=f"{question.code}_{option.code}_text",
            kind=Kind.TEXT,
            label=f"{question.text.get(language)}［{option.label.get(language)}］",
            question=question.code,
            option=option.code,
        )
        for option in question.options
        if option.with_text
    ]


_PLAIN = {
    QuestionType.NUMBER: Kind.NUMBER,
    QuestionType.DATE: Kind.DATE,
    QuestionType.TEXT: Kind.TEXT,
}


def variables_of(questionnaire: Questionnaire, question: Question, language: str) -> list[Variable]:
    """List the variables one question gives, in order."""
    label = question.text.get(language)
    options = questionnaire.options_of(question)
    if question.type in _PLAIN:
        return [Variable(question.code, _PLAIN[question.type], label, question.code)]
    if question.type is QuestionType.LIKERT:
        return [_choice(question, Kind.POINT, options, language, None)]
    if question.type is QuestionType.MATRIX:
        return [_choice(question, Kind.POINT, options, language, row) for row in question.rows]
    if question.type is QuestionType.SINGLE:
        first = [_choice(question, Kind.CATEGORY, options, language, None)]
    elif question.type is QuestionType.MULTIPLE:
        first = _by_option(question, language, Kind.CHOSEN)
    elif question.type is QuestionType.RANKING:
        first = _by_option(question, language, Kind.RANK)
    else:
        return []
    return first + _beside_options(question, language)


def variables(questionnaire: Questionnaire, language: str | None = None) -> tuple[Variable, ...]:
    """List all variables of a questionnaire, in the order of its questions."""
    chosen = language or questionnaire.language
    return tuple(
        variable
        for question in questionnaire.questions
        for variable in variables_of(questionnaire, question, chosen)
    )
