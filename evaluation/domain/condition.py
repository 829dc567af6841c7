"""Conditions as data: all, any, not, comparisons of facts. Unknown facts give an unknown result.

Leaves out: where the facts come from. Nothing here runs text as code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Facts = Mapping[str, Any]

#: Circumstances share one namespace with header fields, dates and amounts behind this mark.
CIRCUMSTANCE = "circumstance:"


@dataclass(frozen=True, slots=True)
class Condition:
    """One node: ``all``/``any``/``not`` over parts, or a comparison of one fact."""

    operator: str
    field: str = ""
    value: Any = None
    parts: tuple[Condition, ...] = ()

    def fields(self) -> frozenset[str]:
        """Return every fact the condition looks at."""
        own = {self.field} if self.field else set()
        return frozenset(own).union(*(part.fields() for part in self.parts))


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda fact, value: bool(fact == value),
    "in": lambda fact, value: fact in value,
    "on_or_after": lambda fact, value: bool(fact >= value),
    "more_than": lambda fact, value: bool(fact > value),
}


def parse(raw: object) -> Condition:
    """Turn the mapping of a framework file into a condition.

    Raises
    ------
    ValueError
        If an operator is unknown or its shape is wrong; the text names the piece.
    """
    if not isinstance(raw, dict):
        raise ValueError(f"{raw!r}")
    if set(raw) == {"circumstance"}:
        return Condition("equals", CIRCUMSTANCE + str(raw["circumstance"]), True)
    for operator in ("all", "any"):
        if set(raw) == {operator} and isinstance(raw[operator], list):
            return Condition(operator, parts=tuple(parse(part) for part in raw[operator]))
    if set(raw) == {"not"}:
        return Condition("not", parts=(parse(raw["not"]),))
    operators = set(raw) - {"field"}
    if "field" in raw and len(operators) == 1 and operators <= set(_COMPARISONS):
        operator = operators.pop()
        value = raw[operator]
        return Condition(operator, str(raw["field"]), tuple(value) if operator == "in" else value)
    raise ValueError(f"{raw!r}")


def holds(condition: Condition, facts: Facts) -> bool | None:
    """Tell whether a condition holds; ``None`` while a fact that decides it is missing."""
    if condition.operator == "not":
        inner = holds(condition.parts[0], facts)
        return None if inner is None else not inner
    if condition.operator in ("all", "any"):
        results = [holds(part, facts) for part in condition.parts]
        decisive = condition.operator == "any"
        if decisive in results:
            return decisive
        return None if None in results else not decisive
    fact = facts.get(condition.field)
    if fact is None or (isinstance(condition.value, date) and not isinstance(fact, date)):
        return None
    return _COMPARISONS[condition.operator](fact, condition.value)
