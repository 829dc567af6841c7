"""Rules as data: a small tree of comparisons joined by all, any and not.

What a rule means is in `surveys.rules`; here it only has a shape.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Operator(StrEnum):
    """Comparisons a condition may make."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    LESS = "less"
    AT_MOST = "at_most"
    GREATER = "greater"
    AT_LEAST = "at_least"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    COUNT_EQUALS = "count_equals"
    COUNT_AT_LEAST = "count_at_least"
    COUNT_AT_MOST = "count_at_most"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    MATCHES = "matches"
    LENGTH_AT_LEAST = "length_at_least"
    LENGTH_AT_MOST = "length_at_most"


class Junction(StrEnum):
    """How the rules of a group are joined."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of another question (or of one row of a matrix) as the right side."""

    question: str
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """The day of answering as the right side of a comparison."""


Operand = str | int | float | tuple[str, ...] | Reference | Today | None


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: question (or matrix row), operator, value."""

    question: str
    operator: Operator
    value: Operand = None
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Several rules joined by *all* or *any*."""

    junction: Junction
    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The opposite of a rule."""

    rule: "Rule"


Rule = Condition | Group | Negation


def conditions(rule: Rule | None) -> Iterator[Condition]:
    """Every comparison in a rule tree, from left to right."""
    if isinstance(rule, Condition):
        yield rule
    elif isinstance(rule, Negation):
        yield from conditions(rule.rule)
    elif isinstance(rule, Group):
        for part in rule.rules:
            yield from conditions(part)


def referenced_questions(rule: Rule | None) -> frozenset[str]:
    """Codes of all questions a rule looks at, on either side of a comparison."""
    codes = set()
    for condition in conditions(rule):
        codes.add(condition.question)
        if isinstance(condition.value, Reference):
            codes.add(condition.value.question)
    return frozenset(codes)
