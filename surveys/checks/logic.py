"""Rules and tokens: whether they refer to what exists and comes earlier, and can ever hold."""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from math import prod

from surveys import piping
from surveys.answers import AnswerSet
from surveys.checks.place import Collector
from surveys.conditions import (
    Condition,
    Group,
    Negation,
    Operator,
    Reference,
    Rule,
    conditions,
    referenced_questions,
)
from surveys.errors import Problem
from surveys.explanation import OPERATORS_BY_TYPE, operator_words, rule_in_words, type_words
from surveys.language import _
from surveys.paths import can_be_decided, explore, representatives
from surveys.rules import evaluate
from surveys.schema import (
    Contradiction,
    Question,
    Questionnaire,
    QuestionType,
    Section,
    Text,
)

MAX_TRIALS = 20_000
_REPEATED_REPEAT = re.compile(r"\([^)]*[+*][^)]*\)[+*{]")
_CODE_OPERATORS = (
    Operator.EQUALS,
    Operator.NOT_EQUALS,
    Operator.ANY_OF,
    Operator.NONE_OF,
    Operator.CONTAINS,
    Operator.NOT_CONTAINS,
)


def check_logic(questionnaire: Questionnaire) -> list[Problem]:
    """List faults of rules, of tokens in texts, and of the ways they make."""
    collector = Collector(questionnaire)
    order: dict[str, int] = {}
    for place, question in enumerate(questionnaire.questions):
        order.setdefault(question.code, place)
    places = {id(question): place for place, question in enumerate(questionnaire.questions)}
    for section in questionnaire.sections:
        first = order.get(section.questions[0].code, 0) if section.questions else 0
        _check_rule(collector, section, section.show, first, order)
        for question in section.questions:
            here = places[id(question)]
            _check_rule(collector, question, question.show, here, order)
            _check_rule(collector, question, question.end_when, here + 1, order)
            for validation in question.validations:
                _check_rule(collector, question, validation.rule, here + 1, order)
            _check_tokens(collector, question, order)
    for item in questionnaire.contradictions:
        _check_rule(collector, contradiction_place(item), item.rule, len(order), order)
    _check_ways(collector, _without_broken_rules(questionnaire, order))
    return collector.problems


def _without_broken_rules(questionnaire: Questionnaire, order: dict[str, int]) -> Questionnaire:
    """Leave out rules that cannot be followed, so that the ways the others make can be judged."""
    places = {id(question): place for place, question in enumerate(questionnaire.questions)}

    def is_usable(rule: Rule | None, place: Question | Section | str, before: int) -> bool:
        trial = Collector(questionnaire)
        _check_rule(trial, place, rule, before, order)
        return not trial.problems

    sections = []
    for section in questionnaire.sections:
        first = order.get(section.questions[0].code, 0) if section.questions else 0
        questions = []
        for question in section.questions:
            here = places[id(question)]
            kept = replace(
                question,
                show=question.show if is_usable(question.show, question, here) else None,
                end_when=question.end_when
                if is_usable(question.end_when, question, here + 1)
                else None,
                validations=tuple(
                    item
                    for item in question.validations
                    if is_usable(item.rule, question, here + 1)
                ),
            )
            questions.append(kept)
        show = section.show if is_usable(section.show, section, first) else None
        sections.append(replace(section, show=show, questions=tuple(questions)))
    return replace(
        questionnaire,
        sections=tuple(sections),
        contradictions=tuple(
            item
            for item in questionnaire.contradictions
            if is_usable(item.rule, contradiction_place(item), len(order))
        ),
    )


def contradiction_place(item: Contradiction) -> str:
    """Name a contradiction the way a reader finds it."""
    return _("矛盾“{message}”").format(message=str(item.message) or item.code)


def _check_rule(
    collector: Collector,
    place: Question | Section | str,
    rule: Rule | None,
    before: int,
    order: dict[str, int],
) -> None:
    """Check one rule that may look at questions standing before position ``before``."""
    if rule is None:
        return
    for code in sorted(referenced_questions(rule)):
        if code not in order:
            collector.add(
                "unknown_reference",
                place,
                _("条件引用了不存在的题目“{code}”。").format(code=code),
                _("请改选一道存在的题目，或删去这个条件。"),
            )
        elif order[code] >= before:
            collector.add(
                "later_reference",
                place,
                _("条件引用了排在后面的题目 {code}，那时还没有回答。").format(code=code),
                _("请把 {code} 移到前面，或改用前面的题目。").format(code=code),
            )
    if _has_empty_group(rule):
        collector.add("empty_rule", place, _("有一组条件是空的。"), _("请添加条件，或删去这一组。"))
    for condition in conditions(rule):
        if condition.question in order:
            _check_condition(collector, place, condition)


def _has_empty_group(rule: Rule) -> bool:
    if isinstance(rule, Negation):
        return _has_empty_group(rule.rule)
    if isinstance(rule, Group):
        return not rule.rules or any(_has_empty_group(part) for part in rule.rules)
    return False


def _check_condition(
    collector: Collector, place: Question | Section | str, condition: Condition
) -> None:
    question = collector.questionnaire.question(condition.question)
    rows = {row.code for row in question.rows}
    if question.type is QuestionType.MATRIX and condition.row not in rows:
        collector.add(
            "unknown_row",
            place,
            _("条件没有指明 {code} 的哪一行，或那一行不存在。").format(code=question.code),
            _("请选择矩阵题的一行。"),
        )
        return
    if condition.operator not in OPERATORS_BY_TYPE[question.type]:
        collector.add(
            "unsuitable_operator",
            place,
            _("{code} 是{type}题，不能用“{operator}”比较。").format(
                code=question.code,
                type=type_words()[question.type],
                operator=operator_words()[condition.operator],
            ),
            _("请换一种比较。"),
        )
        return
    if condition.operator is Operator.MATCHES:
        _check_pattern(collector, place, str(condition.value))
    _check_codes(collector, place, question, condition)


def _check_pattern(collector: Collector, place: Question | Section | str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error:
        is_usable = False
    else:
        is_usable = not _REPEATED_REPEAT.search(pattern)
    if not is_usable:
        collector.add(
            "bad_pattern",
            place,
            _("格式“{pattern}”不能使用。").format(pattern=pattern),
            _("请写成简单的正则表达式，括号里有“+”或“*”时括号后面不要再用“+”或“*”。"),
        )


def _check_codes(
    collector: Collector,
    place: Question | Section | str,
    question: Question,
    condition: Condition,
) -> None:
    options = collector.questionnaire.options_of(question)
    if not options or condition.operator not in _CODE_OPERATORS:
        return
    if isinstance(condition.value, Reference):
        return
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    known = {option.code for option in options}
    for code in wanted:
        if str(code) not in known:
            collector.add(
                "unknown_option",
                place,
                _("条件中的选项代码“{value}”不在 {code} 的选项里。").format(
                    value=code, code=question.code
                ),
                _("请从 {code} 的选项中重新选择。").format(code=question.code),
            )


def _texts(question: Question) -> Iterable[Text]:
    yield question.text
    yield from (text for text in (question.hint, question.end_text) if text)
    yield from (option.label for option in question.options)
    yield from (row.label for row in question.rows)
    yield from (validation.message for validation in question.validations)


def _check_tokens(collector: Collector, question: Question, order: dict[str, int]) -> None:
    found = {
        code
        for text in _texts(question)
        for _language, wording in text.translations
        for code, _row in piping.tokens(wording)
    }
    for code in sorted(found):
        if code not in order:
            what = _("文字中引用了不存在的题目“{code}”。").format(code=code)
        elif order[code] >= order[question.code]:
            what = _("文字中引用了排在后面的题目 {code}。").format(code=code)
        else:
            continue
        collector.add(
            "bad_token", question, what, _("花括号里请填写前面某道题的代码，或去掉花括号。")
        )


def _check_ways(collector: Collector, questionnaire: Questionnaire) -> None:
    """Judge the ways through a questionnaire whose rules can all be followed."""
    for section in questionnaire.sections:
        _check_possible(collector, section, section.show)
        for question in section.questions:
            _check_possible(collector, question, question.show)
            for validation in question.validations:
                if not _outcomes(questionnaire, validation.rule)[0]:
                    collector.add(
                        "impossible_validation",
                        question,
                        _("没有任何回答能通过校验：{rule}。").format(
                            rule=rule_in_words(questionnaire, validation.rule)
                        ),
                        _("请更正校验条件。"),
                    )
    for item in questionnaire.contradictions:
        if not _outcomes(questionnaire, item.rule)[0]:
            collector.warn(
                "impossible_contradiction",
                contradiction_place(item),
                _("没有任何回答会符合这条矛盾：{rule}。").format(
                    rule=rule_in_words(questionnaire, item.rule)
                ),
                _("请检查“并且”“或者”和所选的值，或删去这一条。"),
            )
    _check_reach(collector, questionnaire)


def _check_possible(collector: Collector, place: Question | Section, rule: Rule | None) -> None:
    if rule is None:
        return
    can_hold, can_fail = _outcomes(collector.questionnaire, rule)
    words = rule_in_words(collector.questionnaire, rule)
    if not can_hold:
        collector.add(
            "contradiction",
            place,
            _("显示条件自相矛盾，永远不会成立：{rule}。").format(rule=words),
            _("请检查“并且”“或者”和所选的值。"),
        )
    elif not can_fail:
        collector.warn(
            "always_true",
            place,
            _("显示条件总是成立，等于没有条件：{rule}。").format(rule=words),
            _("请删去条件，或更正它。"),
        )


def _outcomes(questionnaire: Questionnaire, rule: Rule) -> tuple[bool, bool]:
    """Tell whether a rule can hold and whether it can fail; both true when undecided."""
    asked = [questionnaire.question(code) for code in sorted(referenced_questions(rule))]
    values = [representatives(questionnaire, question, [rule]) for question in asked]
    too_many = prod(len(answers) for answers in values) > MAX_TRIALS
    if too_many or not can_be_decided(questionnaire, [rule]):
        return True, True
    seen: set[bool] = set()
    for combination in product(*values):
        answers = AnswerSet(
            {question.code: answer for question, answer in zip(asked, combination, strict=True)}
        )
        seen.add(evaluate(rule, answers))
        if len(seen) == 2:
            break
    return True in seen, False in seen


def _check_reach(collector: Collector, questionnaire: Questionnaire) -> None:
    exploration = explore(questionnaire)
    if not exploration.is_complete:
        collector.warn(
            "too_many_ways",
            _("问卷"),
            _("跳转组合过多或含有格式比较，未能逐一检查每道题是否可达。"),
            _("请减少相互牵连的条件，或在“路径”页逐项试走。"),
        )
        return
    for question in questionnaire.questions:
        rules = (question.show, questionnaire.section_of(question.code).show)
        never = any(rule and not _outcomes(questionnaire, rule)[0] for rule in rules)
        if question.code not in exploration.reachable and not never:
            collector.add(
                "unreachable",
                question,
                _("无论怎样作答都不会走到这道题。"),
                _("请检查它和它所依赖题目的显示条件，以及前面的结束条件。"),
            )
    for way in exploration.dead_ends:
        collector.warn(
            "dead_end",
            collector.questionnaire.question(way.questions[-1]),
            _("按某些回答，问卷在这道题之后就没有题目了，却不是预定的结束处。"),
            _("请检查后面各部分的显示条件，或在这里设结束条件并写明原因。"),
        )
