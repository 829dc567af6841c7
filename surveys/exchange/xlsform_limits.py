"""Limits of an answer ↔ the one constraint that XLSForm gives a question."""

import re
from dataclasses import replace

from surveys.conditions import Condition, Group, Junction, Negation, Operator, Rule, Today
from surveys.schema import Limits, Question, QuestionType


def joined(rules: list[Rule | None]) -> Rule | None:
    """Join rules that must all hold."""
    given = [rule for rule in rules if rule is not None]
    if not given:
        return None
    return given[0] if len(given) == 1 else Group(Junction.ALL, tuple(given))


def constraint_of(question: Question) -> Rule | None:
    """Limits and validations of a question as one rule."""
    limits, code = question.limits, question.code
    rules: list[Rule] = [validation.rule for validation in question.validations]
    bounds: list[tuple[float | int | None, Operator]] = []
    if question.type is QuestionType.NUMBER:
        bounds = [(limits.minimum, Operator.AT_LEAST), (limits.maximum, Operator.AT_MOST)]
    elif question.type is QuestionType.MULTIPLE:
        bounds = [
            (limits.min_choices, Operator.COUNT_AT_LEAST),
            (limits.max_choices, Operator.COUNT_AT_MOST),
        ]
    elif question.type is QuestionType.TEXT:
        bounds = [(limits.max_length, Operator.LENGTH_AT_MOST)]
    rules = [
        *(
            Condition(code, operator, int(value) if float(value).is_integer() else value)
            for value, operator in bounds
            if value is not None
        ),
        *(
            Negation(
                Group(
                    Junction.ALL,
                    (
                        Condition(code, Operator.CONTAINS, option.code),
                        Condition(code, Operator.COUNT_AT_LEAST, 2),
                    ),
                )
            )
            for option in question.options
            if option.exclusive and question.type is QuestionType.MULTIPLE
        ),
        *_date_bounds(question),
        *rules,
    ]
    return joined([*rules])


def _date_bounds(question: Question) -> list[Rule]:
    limits = question.limits
    from_to = ((limits.earliest, Operator.AT_LEAST), (limits.latest, Operator.AT_MOST))
    return [
        Condition(question.code, operator, Today() if bound == "today" else bound)
        for bound, operator in from_to
        if bound is not None and question.type is QuestionType.DATE
    ]


def limits_from(question: Question, rule: Rule) -> tuple[Limits, Rule | None]:
    """Take bounds out of a constraint; return them and what remains of it."""
    is_all = isinstance(rule, Group) and rule.junction is Junction.ALL and rule.rules
    parts = list(rule.rules) if is_all and isinstance(rule, Group) else [rule]
    limits, rest = question.limits, []
    for part in parts:
        changed = _limit(question, limits, part)
        if changed is None:
            rest.append(part)
        else:
            limits = changed
    return limits, joined([*rest])


def _limit(question: Question, limits: Limits, rule: Rule) -> Limits | None:
    if isinstance(rule, Group) and rule.junction is Junction.ANY and len(rule.rules) == 2:
        empty = Condition(question.code, Operator.NOT_ANSWERED)
        others = [part for part in rule.rules if part != empty]
        return _limit(question, limits, others[0]) if len(others) == 1 else None
    if not isinstance(rule, Condition) or rule.question != question.code or rule.row:
        return None
    names = {
        (QuestionType.NUMBER, Operator.AT_LEAST): "minimum",
        (QuestionType.NUMBER, Operator.AT_MOST): "maximum",
        (QuestionType.MULTIPLE, Operator.COUNT_AT_LEAST): "min_choices",
        (QuestionType.MULTIPLE, Operator.COUNT_AT_MOST): "max_choices",
        (QuestionType.TEXT, Operator.LENGTH_AT_MOST): "max_length",
        (QuestionType.DATE, Operator.AT_LEAST): "earliest",
        (QuestionType.DATE, Operator.AT_MOST): "latest",
    }
    name = names.get((question.type, rule.operator))
    if name is None:
        return None
    if question.type is QuestionType.DATE:
        if isinstance(rule.value, Today):
            return replace(limits, **{name: "today"})  # type: ignore[arg-type]  # -- by name
        if isinstance(rule.value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", rule.value):
            return replace(limits, **{name: rule.value})  # type: ignore[arg-type]  # -- by name
        return None
    if not isinstance(rule.value, (int, float)):
        return None
    return replace(limits, **{name: rule.value})  # type: ignore[arg-type]  # -- by name


def exclusive_from(question: Question) -> Question:
    """Take "this one excludes the others" out of the validations of a multiple choice."""
    kept, codes = [], set()
    for validation in question.validations:
        rule = validation.rule
        parts = rule.rules if isinstance(rule, Group) and rule.junction is Junction.ALL else (rule,)
        rest: list[Rule | None] = []
        for part in parts:
            code = _excluding(question, part)
            if code is None:
                rest.append(part)
            else:
                codes.add(code)
        remaining = joined(rest)
        if remaining is not None:
            kept.append(replace(validation, rule=remaining))
    options = tuple(
        replace(option, exclusive=True) if option.code in codes else option
        for option in question.options
    )
    return replace(question, options=options, validations=tuple(kept))


def _excluding(question: Question, rule: Rule) -> str | None:
    if not isinstance(rule, Negation) or not isinstance(rule.rule, Group):
        return None
    for option in question.options:
        pair = (
            Condition(question.code, Operator.CONTAINS, option.code),
            Condition(question.code, Operator.COUNT_AT_LEAST, 2),
        )
        if rule.rule == Group(Junction.ALL, pair):
            return option.code
    return None
