"""What rules mean: one table of operators, and the evaluation of a rule tree.

Leaves out when rules are asked (`surveys.routing`) and how they are written (`surveys.loader`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from surveys.answers import AnswerSet, Value
from surveys.conditions import (
    Condition,
    Group,
    Junction,
    Negation,
    Operand,
    Operator,
    Reference,
    Rule,
    Today,
)
from surveys.schema import Question, Validation

Comparable = str | int | float | tuple[str, ...] | Mapping[str, str]
MAX_MATCHED = 500
"""Longer texts match no pattern, so that a careless pattern cannot hold up the server."""

Comparison = Callable[[Comparable, Comparable], bool]


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def _equal(left: Comparable, right: Comparable) -> bool:
    a, b = _number(left), _number(right)
    if a is not None and b is not None:
        return a == b
    if isinstance(left, tuple) and isinstance(right, str):
        return left == (right,)
    return left == right


def _ordered(compare: Callable[[float, float], bool]) -> Comparison:
    """Order numbers as numbers and ISO dates as text; anything else is not ordered."""

    def evaluate(left: Comparable, right: Comparable) -> bool:
        a, b = _number(left), _number(right)
        if a is not None and b is not None:
            return compare(a, b)
        if isinstance(left, str) and isinstance(right, str) and _is_date(left) and _is_date(right):
            return compare(
                date.fromisoformat(left).toordinal(), date.fromisoformat(right).toordinal()
            )
        return False

    return evaluate


@lru_cache(maxsize=1024)
def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2016-05-01")


def _codes(value: Comparable) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    if isinstance(value, Mapping):
        return tuple(value.values())
    return (str(value),)


def _any_of(left: Comparable, right: Comparable) -> bool:
    return any(_equal(a, b) for a in _codes(left) for b in _codes(right))


def _contains(left: Comparable, right: Comparable) -> bool:
    return all(any(_equal(a, b) for a in _codes(left)) for b in _codes(right))


def _count(compare: Callable[[float, float], bool]) -> Comparison:
    def evaluate(left: Comparable, right: Comparable) -> bool:
        wanted = _number(right)
        return wanted is not None and compare(len(_codes(left)), wanted)

    return evaluate


def _length(compare: Callable[[float, float], bool]) -> Comparison:
    def evaluate(left: Comparable, right: Comparable) -> bool:
        wanted = _number(right)
        return wanted is not None and compare(len(str(left)), wanted)

    return evaluate


def _matches(left: Comparable, right: Comparable) -> bool:
    if len(str(left)) > MAX_MATCHED:
        return False
    try:
        return re.fullmatch(str(right), str(left)) is not None
    except re.error:
        return False


OPERATORS: Mapping[Operator, Comparison] = {
    Operator.EQUALS: _equal,
    Operator.NOT_EQUALS: lambda left, right: not _equal(left, right),
    Operator.LESS: _ordered(lambda a, b: a < b),
    Operator.AT_MOST: _ordered(lambda a, b: a <= b),
    Operator.GREATER: _ordered(lambda a, b: a > b),
    Operator.AT_LEAST: _ordered(lambda a, b: a >= b),
    Operator.ANY_OF: _any_of,
    Operator.NONE_OF: lambda left, right: not _any_of(left, right),
    Operator.CONTAINS: _contains,
    Operator.NOT_CONTAINS: lambda left, right: not _any_of(left, right),
    Operator.COUNT_EQUALS: _count(lambda a, b: a == b),
    Operator.COUNT_AT_LEAST: _count(lambda a, b: a >= b),
    Operator.COUNT_AT_MOST: _count(lambda a, b: a <= b),
    Operator.MATCHES: _matches,
    Operator.LENGTH_AT_LEAST: _length(lambda a, b: a >= b),
    Operator.LENGTH_AT_MOST: _length(lambda a, b: a <= b),
}
"""Every operator that needs a value. A missing answer makes each of them false."""


_ORDERING = (Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST)


def evaluate(rule: Rule | None, answers: AnswerSet, *, today: date | None = None) -> bool:
    """Tell whether a rule holds for a set of answers; no rule always holds.

    A comparison with an answer that is missing is false, for *not equal* as well: nothing is
    known, so nothing holds. To ask for the absence itself use ``not_answered`` or a negation.
    "Don't know" is an answer: it can be compared by its option code, but it is neither more nor
    less than anything.

    Parameters
    ----------
    rule : Condition, Group, Negation or None
        The tree to evaluate.
    answers : AnswerSet
        Answers the rule may look at.
    today : datetime.date, optional
        Day that stands for the operand *today*; a comparison with it is false when not given.

    Returns
    -------
    bool
        Whether the rule holds.

    Notes
    -----
    *all* of nothing is true, *any* of nothing is false.

    Examples
    --------
    >>> from surveys.answers import Answer
    >>> answers = AnswerSet({"QA01": Answer("2"), "QA04": Answer(("1", "3"))})
    >>> evaluate(Condition("QA01", Operator.ANY_OF, ("1", "2")), answers)
    True
    >>> evaluate(Condition("QA04", Operator.CONTAINS, "2"), answers)
    False
    >>> evaluate(Condition("QA09", Operator.NOT_EQUALS, "1"), answers)
    False
    >>> evaluate(Negation(Condition("QA09", Operator.EQUALS, "1")), answers)
    True
    """
    if rule is None:
        return True
    if isinstance(rule, Negation):
        return not evaluate(rule.rule, answers, today=today)
    if isinstance(rule, Group):
        parts = (evaluate(part, answers, today=today) for part in rule.rules)
        return all(parts) if rule.junction is Junction.ALL else any(parts)
    return _holds(rule, answers, today)


def _holds(condition: Condition, answers: AnswerSet, today: date | None) -> bool:
    left = answers.value(condition.question, condition.row)
    if condition.operator is Operator.ANSWERED:
        return left is not None
    if condition.operator is Operator.NOT_ANSWERED:
        return left is None
    if condition.operator in _ORDERING and answers.get(condition.question).missing is not None:
        return False
    right = _right_side(condition.value, answers, today)
    if left is None or right is None:
        return False
    return OPERATORS[condition.operator](left, right)


def _right_side(value: Operand, answers: AnswerSet, today: date | None) -> Value:
    if isinstance(value, Reference):
        return answers.value(value.question, value.row)
    if isinstance(value, Today):
        return today.isoformat() if today else None
    return value


@dataclass(frozen=True, slots=True)
class FailedValidation:
    """A validation that does not hold for the answers given."""

    question: str
    validation: Validation


def failed_validations(
    question: Question, answers: AnswerSet, *, today: date | None = None
) -> tuple[FailedValidation, ...]:
    """List the validations of a question that its answer does not meet.

    A question without an answer meets them all; whether it may stay empty is `required`.

    Parameters
    ----------
    question : Question
        The question whose validations are asked.
    answers : AnswerSet
        All answers so far, the one to this question included.
    today : datetime.date, optional
        Day that stands for the operand *today*.

    Returns
    -------
    tuple of FailedValidation
        In the order in which the questionnaire lists them.

    Examples
    --------
    >>> from surveys.answers import Answer
    >>> from surveys.schema import QuestionType, Text
    >>> own = Validation(Condition("n", Operator.AT_MOST, 9), Text.of("最多9件"))
    >>> asked = Question("n", QuestionType.NUMBER, Text.of("多少件？"), validations=(own,))
    >>> [str(f.validation.message) for f in failed_validations(asked, AnswerSet({"n": Answer(12)}))]
    ['最多9件']
    >>> failed_validations(asked, AnswerSet())
    ()
    """
    if not answers.get(question.code).is_given:
        return ()
    return tuple(
        FailedValidation(question.code, validation)
        for validation in question.validations
        if not evaluate(validation.rule, answers, today=today)
    )
