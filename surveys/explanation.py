"""Rules, answers and kinds of questions in words that a reader without training understands."""

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
from surveys.language import _
from surveys.schema import Question, Questionnaire, QuestionType


def operator_words() -> dict[Operator, str]:
    """Words for the comparisons, as menus show them."""
    return {
        Operator.EQUALS: _("等于"),
        Operator.NOT_EQUALS: _("已回答，且不等于"),
        Operator.LESS: _("小于（早于）"),
        Operator.AT_MOST: _("不大于（不晚于）"),
        Operator.GREATER: _("大于（晚于）"),
        Operator.AT_LEAST: _("不小于（不早于）"),
        Operator.ANY_OF: _("是其中之一"),
        Operator.NONE_OF: _("已回答，且不是其中任何一个"),
        Operator.CONTAINS: _("选了"),
        Operator.NOT_CONTAINS: _("已回答，且没有选"),
        Operator.COUNT_EQUALS: _("所选项数等于"),
        Operator.COUNT_AT_LEAST: _("所选项数不少于"),
        Operator.COUNT_AT_MOST: _("所选项数不多于"),
        Operator.ANSWERED: _("已回答"),
        Operator.NOT_ANSWERED: _("未回答"),
        Operator.MATCHES: _("符合格式"),
        Operator.LENGTH_AT_LEAST: _("字数不少于"),
        Operator.LENGTH_AT_MOST: _("字数不多于"),
    }


_ORDER = (Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST)
_PRESENCE = (Operator.ANSWERED, Operator.NOT_ANSWERED)
_EQUALITY = (Operator.EQUALS, Operator.NOT_EQUALS)
_SETS = (Operator.ANY_OF, Operator.NONE_OF)
_CHOSEN = (
    Operator.CONTAINS,
    Operator.NOT_CONTAINS,
    Operator.ANY_OF,
    Operator.COUNT_EQUALS,
    Operator.COUNT_AT_LEAST,
    Operator.COUNT_AT_MOST,
)

OPERATORS_BY_TYPE: dict[QuestionType, tuple[Operator, ...]] = {
    QuestionType.SINGLE: (*_SETS, *_EQUALITY, *_PRESENCE),
    QuestionType.LIKERT: (*_SETS, *_EQUALITY, *_ORDER, *_PRESENCE),
    QuestionType.MATRIX: (*_SETS, *_EQUALITY, *_PRESENCE),
    QuestionType.MULTIPLE: (*_CHOSEN, *_PRESENCE),
    QuestionType.RANKING: (*_CHOSEN, *_PRESENCE),
    QuestionType.NUMBER: (*_EQUALITY, *_ORDER, *_PRESENCE),
    QuestionType.DATE: (*_EQUALITY, *_ORDER, *_PRESENCE),
    QuestionType.TEXT: (
        *_PRESENCE,
        Operator.MATCHES,
        Operator.LENGTH_AT_LEAST,
        Operator.LENGTH_AT_MOST,
        *_EQUALITY,
    ),
    QuestionType.NOTE: (),
}
"""Comparisons that make sense for the answers to each type of question."""


def type_words() -> dict[QuestionType, str]:
    """Words for the question types."""
    return {
        QuestionType.SINGLE: _("单选"),
        QuestionType.MULTIPLE: _("多选"),
        QuestionType.LIKERT: _("量表"),
        QuestionType.MATRIX: _("矩阵量表"),
        QuestionType.NUMBER: _("数字"),
        QuestionType.DATE: _("日期"),
        QuestionType.TEXT: _("文字"),
        QuestionType.RANKING: _("排序"),
        QuestionType.NOTE: _("说明文字"),
    }


def rule_in_words(questionnaire: Questionnaire, rule: Rule | None, language: str = "zh") -> str:
    """Say a rule tree as a sentence part; "always" when there is none."""
    if rule is None:
        return _("始终")
    if isinstance(rule, Negation):
        return _negation_in_words(questionnaire, rule.rule, language)
    if isinstance(rule, Group):
        if not rule.rules:
            return _("始终") if rule.junction is Junction.ALL else _("从不")
        joint = _("，并且 ") if rule.junction is Junction.ALL else _("，或者 ")
        parts = [
            f"（{rule_in_words(questionnaire, part, language)}）"
            if isinstance(part, Group) and len(part.rules) > 1
            else rule_in_words(questionnaire, part, language)
            for part in rule.rules
        ]
        return joint.join(parts)
    return _condition_in_words(questionnaire, rule, language)


def _negation_in_words(questionnaire: Questionnaire, rule: Rule, language: str) -> str:
    """Say what is not so; unlike "not equal", a negation holds for an empty answer as well."""
    options = _options_in_words(questionnaire, rule, language)
    if isinstance(rule, Condition) and options and rule.operator in _CHOOSING:
        subject = _subject(questionnaire, rule, language)
        if len(options) == 1:
            return _("{subject} 没有选{option}（未回答也算）").format(
                subject=subject, option=options[0]
            )
        if rule.operator is Operator.ANY_OF:
            return _("{subject} 没有选{options}中的任何一项（未回答也算）").format(
                subject=subject, options="、".join(options)
            )
    return _("并非（{rule}）").format(rule=rule_in_words(questionnaire, rule, language))


_CHOOSING = (Operator.EQUALS, Operator.ANY_OF, Operator.CONTAINS)
_NOT_CHOOSING = (Operator.NOT_EQUALS, Operator.NONE_OF, Operator.NOT_CONTAINS)


def _subject(questionnaire: Questionnaire, condition: Condition, language: str) -> str:
    question = questionnaire.find_question(condition.question)
    if question is None or condition.row is None:
        return condition.question
    row = next((row for row in question.rows if row.code == condition.row), None)
    return f"{condition.question}“{row.label.get(language) if row else condition.row}”"


def _condition_in_words(questionnaire: Questionnaire, condition: Condition, language: str) -> str:
    subject = _subject(questionnaire, condition, language)
    words = operator_words()[condition.operator]
    if condition.operator in _PRESENCE:
        return f"{subject} {words}"
    options = _options_in_words(questionnaire, condition, language)
    if options and condition.operator in _CHOOSING:
        if condition.operator is Operator.CONTAINS:
            return _("{subject} 选了{options}").format(subject=subject, options="、".join(options))
        return _("{subject} 选{options}").format(subject=subject, options=_("或").join(options))
    if options and condition.operator in _NOT_CHOOSING:
        if len(options) == 1:
            return _("{subject} 已回答，且没有选{option}").format(
                subject=subject, option=options[0]
            )
        return _("{subject} 已回答，且没有选{options}中的任何一项").format(
            subject=subject, options="、".join(options)
        )
    question = questionnaire.find_question(condition.question)
    return (
        f"{subject} {words}{_operand_in_words(questionnaire, question, condition.value, language)}"
    )


def _options_in_words(questionnaire: Questionnaire, rule: Rule, language: str) -> list[str]:
    """Labels of the options a comparison names; empty when it names anything else."""
    if not isinstance(rule, Condition) or isinstance(rule.value, (Reference, Today)):
        return []
    question = questionnaire.find_question(rule.question)
    codes = rule.value if isinstance(rule.value, tuple) else (rule.value,)
    found = [questionnaire.find_option(question, str(code)) for code in codes] if question else []
    labels = [f"“{option.label.get(language)}”" for option in found if option]
    return labels if len(labels) == len(codes) else []


def _operand_in_words(
    questionnaire: Questionnaire, question: Question | None, value: Operand, language: str
) -> str:
    if isinstance(value, Today):
        return _("答卷当天")
    if isinstance(value, Reference):
        return _("{question}的回答").format(question=value.question)
    codes = value if isinstance(value, tuple) else (value,)
    return "、".join(
        str(option.label.get(language) if option else code)
        for code in codes
        for option in [questionnaire.find_option(question, str(code)) if question else None]
    )
