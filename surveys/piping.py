"""Earlier answers inside later texts: ``{QA01}`` becomes what the respondent answered.

Returns plain text; making it safe for HTML is the renderer's work.
"""

import re
from collections.abc import Mapping
from datetime import date

from surveys.answers import AnswerSet
from surveys.schema import Question, Questionnaire, QuestionType

_TOKEN = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)(?:\.([A-Za-z0-9_]+))?\}")


def tokens(text: str) -> tuple[tuple[str, str | None], ...]:
    """Question codes (and matrix rows) a text refers to."""
    return tuple((found[1], found[2]) for found in _TOKEN.finditer(text))


def day_in_words(day: date, language: str) -> str:
    """Write a day in a language."""
    if language.startswith("zh"):
        return f"{day.year}年{day.month}月{day.day}日"
    return day.isoformat()


def answer_in_words(
    questionnaire: Questionnaire,
    question: Question,
    answers: AnswerSet,
    language: str,
    row: str | None = None,
) -> str:
    """Say an answer the way the respondent saw it; empty when there is none."""
    answer = answers.get(question.code)
    value = answers.value(question.code, row)
    if value is None or isinstance(value, Mapping):
        return ""

    def label(code: str) -> str:
        option = questionnaire.find_option(question, code)
        written = answer.other.get(code)
        return written or (option.label.get(language) if option else code)

    if isinstance(value, tuple):
        return "、".join(label(code) for code in value)
    if question.is_scale or question.type is QuestionType.SINGLE:
        return label(str(value))
    if question.type is QuestionType.DATE:
        return _date_in_words(str(value), language)
    return str(value)


def _date_in_words(value: str, language: str) -> str:
    try:
        return day_in_words(date.fromisoformat(value), language)
    except ValueError:  # an answer from elsewhere that nobody has checked yet
        return value


def piped(questionnaire: Questionnaire, text: str, answers: AnswerSet, language: str) -> str:
    """Fill the tokens of a text; a token without an answer becomes an ellipsis."""

    def fill(found: re.Match[str]) -> str:
        question = questionnaire.find_question(found[1])
        if question is None:
            return found[0]
        return answer_in_words(questionnaire, question, answers, language, found[2]) or "……"

    return _TOKEN.sub(fill, text)
