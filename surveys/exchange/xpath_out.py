"""Rule trees → XPath expressions that mean the same in ODK and KoBo."""

from collections.abc import Callable

from surveys.conditions import (
    Condition,
    Group,
    Junction,
    Negation,
    Operator,
    Reference,
    Rule,
    Today,
)
from surveys.language import _
from surveys.schema import Question, Questionnaire, QuestionType

_SYMBOLS = {
    Operator.LESS: "<",
    Operator.AT_MOST: "<=",
    Operator.GREATER: ">",
    Operator.AT_LEAST: ">=",
}
_COUNTS = {
    Operator.COUNT_EQUALS: "=",
    Operator.COUNT_AT_LEAST: ">=",
    Operator.COUNT_AT_MOST: "<=",
}
_LENGTHS = {Operator.LENGTH_AT_LEAST: ">=", Operator.LENGTH_AT_MOST: "<="}
_MANY = (QuestionType.MULTIPLE, QuestionType.RANKING)


class NotExpressible(ValueError):
    """A rule has no counterpart in XPath; the text says which part."""


class _Writer:
    def __init__(self, questionnaire: Questionnaire, own: str | None) -> None:
        self.questionnaire, self.own = questionnaire, own

    def name(self, question: str, row: str | None) -> str:
        if question == self.own and row is None:
            return "."
        return f"${{{question if row is None else f'{question}_{row}'}}}"

    def rule(self, rule: Rule) -> str:
        if isinstance(rule, Negation):
            return f"not({self.rule(rule.rule)})"
        if isinstance(rule, Group):
            if not rule.rules:
                return "true()" if rule.junction is Junction.ALL else "false()"
            joint = " and " if rule.junction is Junction.ALL else " or "
            parts = [self.part(part, len(rule.rules)) for part in rule.rules]
            return joint.join(parts)
        return self.condition(rule)

    def part(self, rule: Rule, n_siblings: int) -> str:
        text = self.rule(rule)
        compound = isinstance(rule, Group) and len(rule.rules) > 1
        return f"({text})" if compound and n_siblings > 1 else text

    def condition(self, condition: Condition) -> str:
        question = self.questionnaire.find_question(condition.question)
        if question is None:
            raise NotExpressible(_("引用了不存在的题目“{code}”。").format(code=condition.question))
        name = self.name(condition.question, condition.row)
        writers: tuple[Callable[[Question, str, Condition], str | None], ...] = (
            self._presence,
            self._equality,
            self._membership,
            self._order,
            self._size,
        )
        for write in writers:
            text = write(question, name, condition)
            if text is not None:
                return text
        raise NotExpressible(_("“{operator}”没有对应的写法。").format(operator=condition.operator))

    def _presence(self, _question: Question, name: str, condition: Condition) -> str | None:
        return {
            Operator.ANSWERED: f"{name} != ''",
            Operator.NOT_ANSWERED: f"{name} = ''",
        }.get(condition.operator)

    def _equality(self, question: Question, name: str, condition: Condition) -> str | None:
        operator = condition.operator
        if operator is Operator.MATCHES:
            return f"regex({name}, {_quoted(str(condition.value))})"
        if operator not in (Operator.EQUALS, Operator.NOT_EQUALS):
            return None
        equal = f"{name} = {self.operand(condition, question)}"
        return equal if operator is Operator.EQUALS else f"({name} != '' and not({equal}))"

    def _membership(self, question: Question, name: str, condition: Condition) -> str | None:
        operator = condition.operator
        joints = {
            Operator.ANY_OF: " or ",
            Operator.NONE_OF: " or ",
            Operator.CONTAINS: " and ",
            Operator.NOT_CONTAINS: " or ",
        }
        if operator not in joints:
            return None
        value = condition.value
        codes = [str(code) for code in value] if isinstance(value, tuple) else [str(value)]
        if not codes:
            raise NotExpressible(_("比较的选项是空的。"))
        tests = [
            f"selected({name}, {_quoted(code)})"
            if question.type in _MANY
            else f"{name} = {_quoted(code)}"
            for code in codes
        ]
        joined = joints[operator].join(tests)
        if operator in (Operator.NONE_OF, Operator.NOT_CONTAINS):
            return f"({name} != '' and not({joined}))"
        return f"({joined})" if len(tests) > 1 else joined

    def _order(self, question: Question, name: str, condition: Condition) -> str | None:
        symbol = _SYMBOLS.get(condition.operator)
        if symbol is None:
            return None
        text = f"{name} {symbol} {self.operand(condition, question)}"
        scale = self.questionnaire.scale_of(question)
        if scale is not None and scale.dont_know is not None:
            return f"({text} and not({name} = {_quoted(scale.dont_know.code)}))"
        return text

    def _size(self, _question: Question, name: str, condition: Condition) -> str | None:
        symbol, function = _COUNTS.get(condition.operator), "count-selected"
        if symbol is None:
            symbol, function = _LENGTHS.get(condition.operator), "string-length"
        if symbol is None:
            return None
        text = f"{function}({name}) {symbol} {condition.value}"
        return f"({name} != '' and {text})" if symbol in ("=", "<=") else text

    def operand(self, condition: Condition, question: Question) -> str:
        value = condition.value
        if isinstance(value, Reference):
            return self.name(value.question, value.row)
        if isinstance(value, Today):
            return "today()"
        if isinstance(value, str) and question.type is QuestionType.DATE:
            return f"date({_quoted(value)})"
        if isinstance(value, str):
            return _quoted(value)
        if value is None or isinstance(value, tuple):
            raise NotExpressible(_("比较的值不合适。"))
        return f"{value:.10g}" if isinstance(value, float) else str(value)


def _quoted(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    raise NotExpressible(_("文字里同时有两种引号，不能写进表达式。"))


def write(questionnaire: Questionnaire, rule: Rule, own: str | None = None) -> str:
    """Write a rule as an expression; ``own`` is the question that ``.`` stands for."""
    return _Writer(questionnaire, own).rule(rule)
