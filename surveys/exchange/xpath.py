"""The XPath subset of XLSForm's ``relevant`` and ``constraint`` ↔ rule trees.

Reads ``and``, ``or``, ``not()``, comparisons of a question with a literal, another question or
``today()``, ``selected()``, ``count-selected()``, ``string-length()`` and ``regex()``. Arithmetic,
conditions and look-ups are refused by name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

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
from surveys.schema import QuestionType

TRUE: Rule = Group(Junction.ALL, ())
FALSE: Rule = Group(Junction.ANY, ())


class XPathError(ValueError):
    """An expression uses something the rule trees do not have; the text says what."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a name in an expression stands for."""

    question: str
    type: QuestionType
    row: str | None = None


Resolver = Callable[[str], Field | None]


@dataclass(frozen=True, slots=True)
class _Name:
    field: Field


@dataclass(frozen=True, slots=True)
class _Count:
    field: Field


@dataclass(frozen=True, slots=True)
class _Length:
    field: Field


@dataclass(frozen=True, slots=True)
class _Literal:
    value: str | int | float


@dataclass(frozen=True, slots=True)
class _Now:
    pass


_Value = _Name | _Count | _Length | _Literal | _Now
_TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{[^}]+\})|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<string>'[^']*'|\"[^\"]*\")"
    r"|(?P<op><=|>=|!=|=|<|>|\(|\)|,|\+|-|\*|\||/|\[|\])|(?P<self>\.)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_.:-]*))"
)
_FLIPPED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_ORDER = {
    "<": Operator.LESS,
    "<=": Operator.AT_MOST,
    ">": Operator.GREATER,
    ">=": Operator.AT_LEAST,
}
_CODED = (QuestionType.SINGLE, QuestionType.LIKERT, QuestionType.MATRIX, QuestionType.MULTIPLE)
MAX_DEPTH = 40


def _split(expression: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    while position < len(expression.rstrip()):
        found = _TOKEN.match(expression, position)
        if found is None:
            raise XPathError(
                _("第{position}个字符“{text}”看不懂。").format(
                    position=position + 1, text=expression[position : position + 8]
                )
            )
        kind = str(found.lastgroup)
        tokens.append((kind, found[kind]))
        position = found.end()
    return tokens


class _Parser:
    def __init__(self, expression: str, resolve: Resolver, own: Field | None) -> None:
        self.tokens = _split(expression)
        self.position = 0
        self.resolve, self.own = resolve, own
        self.depth = 0

    def peek(self) -> tuple[str, str]:
        if self.position < len(self.tokens):
            return self.tokens[self.position]
        return ("end", "")

    def next(self) -> tuple[str, str]:
        token = self.peek()
        self.position += 1
        return token

    def expect(self, text: str) -> None:
        kind, found = self.next()
        if found != text:
            shown = _("末尾") if kind == "end" else f"“{found}”"
            raise XPathError(_("这里应当是“{text}”，却是{found}。").format(text=text, found=shown))

    def disjunction(self) -> Rule:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise XPathError(_("括号嵌套过深。"))
        rules = [self.conjunction()]
        while self.peek() == ("name", "or"):
            self.next()
            rules.append(self.conjunction())
        self.depth -= 1
        return _joined(Junction.ANY, rules)

    def conjunction(self) -> Rule:
        rules = [self.comparison()]
        while self.peek() == ("name", "and"):
            self.next()
            rules.append(self.comparison())
        return _joined(Junction.ALL, rules)

    def comparison(self) -> Rule:
        if self.peek() == ("op", "("):
            self.next()
            rule = self.disjunction()
            self.expect(")")
            return rule
        if self.peek()[0] == "name":
            rule_or_none = self.boolean_call()
            if rule_or_none is not None:
                return rule_or_none
        left = self.value()
        kind, symbol = self.peek()
        if kind != "op" or symbol not in _FLIPPED:
            raise XPathError(_("这里缺少比较（=、!=、<、>）。"))
        self.next()
        return _compared(left, symbol, self.value())

    def boolean_call(self) -> Rule | None:
        name = self.peek()[1]
        if name == "not":
            self._open(name)
            rule = self.disjunction()
            self.expect(")")
            return Negation(rule)
        if name in ("true", "false"):
            self._open(name)
            self.expect(")")
            return TRUE if name == "true" else FALSE
        if name in ("selected", "regex"):
            self._open(name)
            field = self.field_argument(name)
            self.expect(",")
            argument = self.value()
            self.expect(")")
            if not isinstance(argument, _Literal):
                raise XPathError(_("{name}() 的第二个参数应当是文字。").format(name=name))
            if name == "regex":
                return _condition(field, Operator.MATCHES, str(argument.value))
            return _selected(field, str(argument.value))
        return None

    def _open(self, _name: str) -> None:
        self.next()
        self.expect("(")

    def field_argument(self, name: str) -> Field:
        value = self.value()
        if not isinstance(value, _Name):
            raise XPathError(_("{name}() 的第一个参数应当是一道题。").format(name=name))
        return value.field

    def value(self) -> _Value:
        kind, text = self.next()
        if kind == "ref":
            return _Name(self._resolved(text[2:-1].strip()))
        if kind == "self":
            if self.own is None:
                raise XPathError(_("“.”只能用在本题的校验里。"))
            return _Name(self.own)
        if kind == "string":
            return _Literal(text[1:-1])
        if kind == "number":
            return _Literal(_as_number(text))
        if (kind, text) == ("op", "-") and self.peek()[0] == "number":
            return _Literal(-_as_number(self.next()[1]))
        if kind == "name":
            return self.value_call(text)
        shown = _("末尾") if kind == "end" else f"“{text}”"
        raise XPathError(_("不支持这里的{text}。").format(text=shown))

    def value_call(self, name: str) -> _Value:
        if self.peek() != ("op", "("):
            raise XPathError(_("不认识“{name}”。").format(name=name))
        self.next()
        if name in ("today", "now"):
            self.expect(")")
            return _Now()
        if name in ("count-selected", "string-length"):
            field = self.field_argument(name)
            self.expect(")")
            return _Count(field) if name == "count-selected" else _Length(field)
        if name in ("date", "number", "string", "int"):
            inner = self.value()
            self.expect(")")
            return inner
        raise XPathError(_("不支持函数 {name}()。").format(name=name))

    def _resolved(self, name: str) -> Field:
        field = self.resolve(name)
        if field is None:
            raise XPathError(_("引用了没有取入的字段“{name}”。").format(name=name))
        return field


def _as_number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _joined(junction: Junction, rules: list[Rule]) -> Rule:
    if len(rules) == 1:
        return rules[0]
    flat: list[Rule] = []
    for rule in rules:
        if isinstance(rule, Group) and rule.junction is junction and rule.rules:
            flat += rule.rules
        else:
            flat.append(rule)
    return Group(junction, tuple(flat))


def _condition(
    field: Field, operator: Operator, value: str | float | Reference | Today | None = None
) -> Condition:
    return Condition(field.question, operator, value, field.row)


def _selected(field: Field, code: str) -> Rule:
    if field.type in (QuestionType.MULTIPLE, QuestionType.RANKING):
        return _condition(field, Operator.CONTAINS, code)
    return _condition(field, Operator.EQUALS, code)


def _compared(left: _Value, symbol: str, right: _Value) -> Rule:
    if isinstance(left, (_Literal, _Now)) and not isinstance(right, (_Literal, _Now)):
        return _compared(right, _FLIPPED[symbol], left)
    if isinstance(left, _Name):
        return _compared_field(left.field, symbol, right)
    if isinstance(left, (_Count, _Length)) and isinstance(right, _Literal):
        return _compared_size(left, symbol, right)
    raise XPathError(_("只能拿一道题与固定值、另一道题或当天比较。"))


def _compared_field(field: Field, symbol: str, right: _Value) -> Rule:
    operand: str | float | Reference | Today
    if isinstance(right, _Literal):
        if right.value == "":
            if symbol not in ("=", "!="):
                raise XPathError(_("不能与空值比大小。"))
            return _condition(field, Operator.NOT_ANSWERED if symbol == "=" else Operator.ANSWERED)
        operand = (
            str(right.value) if field.type in _CODED and symbol in ("=", "!=") else right.value
        )
    elif isinstance(right, _Now):
        operand = Today()
    elif isinstance(right, _Name):
        operand = Reference(right.field.question, right.field.row)
    else:
        raise XPathError(_("只能拿一道题与固定值、另一道题或当天比较。"))
    if symbol in _ORDER:
        return _condition(field, _ORDER[symbol], operand)
    equal: Rule = _condition(field, Operator.EQUALS, operand)
    return equal if symbol == "=" else Negation(equal)


def _compared_size(left: _Count | _Length, symbol: str, right: _Literal) -> Rule:
    if not isinstance(right.value, int):
        raise XPathError(_("项数和字数只能与整数比较。"))
    counts = isinstance(left, _Count)
    least = Operator.COUNT_AT_LEAST if counts else Operator.LENGTH_AT_LEAST
    most = Operator.COUNT_AT_MOST if counts else Operator.LENGTH_AT_MOST
    number = right.value
    empty = _condition(left.field, Operator.NOT_ANSWERED)
    if symbol in (">", ">="):
        bound = number + 1 if symbol == ">" else number
        return TRUE if bound <= 0 else _condition(left.field, least, bound)
    if symbol in ("<", "<="):
        bound = number - 1 if symbol == "<" else number
        if bound < 0:
            return FALSE
        return (
            empty
            if bound == 0
            else _joined(Junction.ANY, [empty, _condition(left.field, most, bound)])
        )
    if number == 0:
        return empty if symbol == "=" else Negation(empty)
    equal = _joined(
        Junction.ALL,
        [_condition(left.field, least, number), _condition(left.field, most, number)],
    )
    return equal if symbol == "=" else Negation(equal)


def parse(expression: str, resolve: Resolver, own: Field | None = None) -> Rule:
    """Read an expression into a rule tree; ``own`` is what ``.`` stands for."""
    parser = _Parser(expression, resolve, own)
    rule = parser.disjunction()
    if parser.peek()[0] != "end":
        raise XPathError(_("“{text}”以后的部分看不懂。").format(text=parser.peek()[1]))
    return rule
