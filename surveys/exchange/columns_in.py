"""Which column of a foreign table holds which question: by code, else by the words in its head."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from surveys.exchange.responses_in import column_names
from surveys.schema import Question, Questionnaire, QuestionType

_NUMBER = re.compile(r"^\s*(?:q|第)?\d+\s*(?:题|[、.．:：)）])\s*", re.IGNORECASE)
_LOOSE = re.compile(r"[\s　。？?：:（）()\[\]［］【】“”\"'*＊—\-_、，,]+")


@dataclass(frozen=True, slots=True)
class Target:
    """Something a column may hold: a question, one of its rows or options, a text beside one."""

    name: str
    question: str
    text: str
    part: str = ""

    @property
    def label(self) -> str:
        """Say the question, and which part of it."""
        return f"{self.text}［{self.part}］" if self.part else self.text


def targets(questionnaire: Questionnaire, language: str | None = None) -> tuple[Target, ...]:
    """List what columns may hold, in the order of the questions."""
    chosen = language or questionnaire.language
    return tuple(
        target
        for question in questionnaire.questions
        if question.type is not QuestionType.NOTE
        for target in _of_question(question, chosen)
    )


def _of_question(question: Question, language: str) -> Iterator[Target]:
    labels = {row.code: row.label.get(language) for row in question.rows}
    labels |= {option.code: option.label.get(language) for option in question.options}
    text = question.text.get(language)
    parts_only = (QuestionType.MATRIX, QuestionType.RANKING)
    for key, name in column_names(question).items():
        if key or question.type not in parts_only:
            yield Target(name, question.code, text, labels.get(key.removeprefix("other."), ""))


def suggest(questionnaire: Questionnaire, columns: Sequence[str]) -> dict[str, str]:
    """Guess the column of each target; a column is given to one target at most."""
    free = list(dict.fromkeys(columns))
    found: dict[str, str] = {}
    listed = targets(questionnaire)
    for fits in (_same_name, _same_name_in_any_case, _same_words, _same_part):
        for target in listed:
            if target.name in found:
                continue
            hits = [column for column in free if fits(target, column)]
            if len(hits) == 1:
                found[target.name] = hits[0]
                free.remove(hits[0])
    return {target.name: found[target.name] for target in listed if target.name in found}


def _same_name(target: Target, column: str) -> bool:
    return column == target.name


def _same_name_in_any_case(target: Target, column: str) -> bool:
    return column.strip().casefold() == target.name.casefold()


def _same_words(target: Target, column: str) -> bool:
    """Match a head that says the question, and the part if there is one."""
    words = _plain(column)
    if not target.part:
        return words == _plain(target.text)
    return words == _plain(target.text + target.part)


def _same_part(target: Target, column: str) -> bool:
    """Match a head that says only the part, as those of matrix rows often do."""
    return bool(target.part) and _plain(column) == _plain(target.part)


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    return _LOOSE.sub("", _NUMBER.sub("", normal)).casefold()
