"""Signs that a response may not be what it seems: too fast, one column, twice, against itself.

Flags only. Whether a flagged response counts is decided by a person, with a reason, and results
are shown with and without.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from surveys.answers import AnswerSet
from surveys.rules import evaluate, failed_validations
from surveys.schema import Contradiction, Questionnaire, QuestionType
from surveys.store import Pace

_FEWEST_ROWS = 5
_FEWEST_ANSWERS = 8
_LONG_TEXT = 12


class QualityFlag(StrEnum):
    """One sign."""

    TOO_FAST = "too_fast"
    STRAIGHT_LINE = "straight_line"
    DUPLICATE = "duplicate"
    SAME_TEXT = "same_text"
    CONTRADICTION = "contradiction"


def find_flags(
    questionnaire: Questionnaire,
    responses: Mapping[str, AnswerSet],
    *,
    paces: Mapping[str, Pace] | None = None,
) -> dict[str, tuple[QualityFlag, ...]]:
    """Flag responses; those without a sign are left out.

    Parameters
    ----------
    questionnaire : Questionnaire
        What was asked, with the contradictions its designer named.
    responses : mapping of str to AnswerSet
        Answers by response id.
    paces : mapping of str to Pace, optional
        Pace by response id, where it could be kept.

    Returns
    -------
    dict of str to tuple of QualityFlag
        Flags by response id, in the order of the enumeration.
    """
    twins = _repeated({key: _pattern(questionnaire, item) for key, item in responses.items()})
    echoes = _repeated({key: _long_texts(questionnaire, item) for key, item in responses.items()})
    flagged = {}
    for key, answers in responses.items():
        signs = {
            QualityFlag.TOO_FAST: (paces or {}).get(key) is Pace.FAST,
            QualityFlag.STRAIGHT_LINE: is_straight_line(questionnaire, answers),
            QualityFlag.DUPLICATE: key in twins,
            QualityFlag.SAME_TEXT: key in echoes,
            QualityFlag.CONTRADICTION: _contradicts(questionnaire, answers),
        }
        found = tuple(flag for flag, holds in signs.items() if holds)
        if found:
            flagged[key] = found
    return flagged


def is_straight_line(questionnaire: Questionnaire, answers: AnswerSet) -> bool:
    """Tell whether every matrix of five or more rows was answered with one and the same point.

    A matrix counts only if at least five of its rows were answered; there must be one. A matrix
    that mixes rows scored in reverse with others is the clearest sign, but not needed.
    """
    columns: set[str] = set()
    n_matrices = 0
    for question in questionnaire.questions:
        value = answers.value(question.code)
        if question.type is not QuestionType.MATRIX or not isinstance(value, Mapping):
            continue
        if len(value) < _FEWEST_ROWS:
            continue
        n_matrices += 1
        if len(set(value.values())) > 1:
            return False
        columns |= set(value.values())
    return n_matrices > 0 and len(columns) == 1


def contradictions_in(
    questionnaire: Questionnaire, answers: AnswerSet
) -> tuple[Contradiction, ...]:
    """List the contradictions named by the designer that hold in one response."""
    return tuple(item for item in questionnaire.contradictions if evaluate(item.rule, answers))


def _contradicts(questionnaire: Questionnaire, answers: AnswerSet) -> bool:
    """Tell whether a rule says so, or an answer fails a check of its own question.

    The public pages let no failed check through; paper and imported responses may have them.
    """
    if contradictions_in(questionnaire, answers):
        return True
    return any(failed_validations(question, answers) for question in questionnaire.questions)


def _pattern(questionnaire: Questionnaire, answers: AnswerSet) -> str:
    given = {code: answer.to_json() for code, answer in answers.answers.items() if answer.is_given}
    n_points = sum(
        len(item["value"]) if isinstance(item["value"], dict) else 1 for item in given.values()
    )
    if n_points < _FEWEST_ANSWERS:
        return ""
    text = json.dumps(given, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _long_texts(questionnaire: Questionnaire, answers: AnswerSet) -> str:
    texts = [
        "".join(str(answers.value(question.code)).split())
        for question in questionnaire.questions
        if question.type is QuestionType.TEXT and answers.get(question.code).is_given
    ]
    joined = "|".join(texts)
    return joined if len(joined) >= _LONG_TEXT else ""


def _repeated(patterns: Mapping[str, str]) -> set[str]:
    counts = Counter(pattern for pattern in patterns.values() if pattern)
    return {key for key, pattern in patterns.items() if pattern and counts[pattern] > 1}
