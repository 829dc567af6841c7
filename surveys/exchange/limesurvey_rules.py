"""LimeSurvey relevance equations → rule trees: comparisons with codes, joined by and/or."""

import re
from collections.abc import Mapping

from surveys.conditions import Condition, Group, Junction, Negation, Operator, Rule
from surveys.language import _
from surveys.schema import QuestionType

_TOKEN = re.compile(
    r"\s*(?:(?P<string>\"[^\"]*\"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<op>==|!=|<=|>=|&&|\|\||[()!<>=,])"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_.#]*))"
)
_ORDER = {
    "<": Operator.LESS, "lt": Operator.LESS, "<=": Operator.AT_MOST, "le": Operator.AT_MOST,
    ">": Operator.GREATER, "gt": Operator.GREATER, ">=": Operator.AT_LEAST, "ge": Operator.AT_LEAST,
}  # fmt: skip
_EQUAL = {"==": True, "eq": True, "=": True, "!=": False, "ne": False}


class RelevanceError(ValueError):
    """An equation uses something the rule trees do not have."""


class _Parser:
    def __init__(self, text: str, types: Mapping[str, QuestionType]) -> None:
        self.types = types
        self.tokens: list[tuple[str, str]] = []
        self.position = 0
        self.depth = 0
        text = text.strip()
        if text.startswith("{") and text.endswith("}"):
            text = text[1:-1]
        start = 0
        while start < len(text.rstrip()):
            found = _TOKEN.match(text, start)
            if found is None:
                raise RelevanceError(_("“{text}”看不懂。").format(text=text[start : start + 10]))
            kind = str(found.lastgroup)
            self.tokens.append((kind, found[kind]))
            start = found.end()

    def peek(self) -> str:
        return self.tokens[self.position][1] if self.position < len(self.tokens) else ""

    def next(self) -> tuple[str, str]:
        if self.position >= len(self.tokens):
            raise RelevanceError(_("条件不完整。"))
        self.position += 1
        return self.tokens[self.position - 1]

    def disjunction(self) -> Rule:
        self.depth += 1
        if self.depth > 40:
            raise RelevanceError(_("括号嵌套过深。"))
        rules = [self.conjunction()]
        while self.peek() in ("or", "||"):
            self.next()
            rules.append(self.conjunction())
        self.depth -= 1
        return rules[0] if len(rules) == 1 else Group(Junction.ANY, tuple(rules))

    def conjunction(self) -> Rule:
        rules = [self.term()]
        while self.peek() in ("and", "&&"):
            self.next()
            rules.append(self.term())
        return rules[0] if len(rules) == 1 else Group(Junction.ALL, tuple(rules))

    def term(self) -> Rule:
        if self.peek() in ("!", "not"):
            self.next()
            return Negation(self.term())
        if self.peek() == "(":
            self.next()
            rule = self.disjunction()
            self._expect(")")
            return rule
        if self.peek() == "is_empty":
            self.next()
            self._expect("(")
            condition = self._subject(self.next())
            self._expect(")")
            return Condition(condition.question, Operator.NOT_ANSWERED, None, condition.row)
        return self._comparison()

    def _expect(self, text: str) -> None:
        if self.next()[1] != text:
            raise RelevanceError(_("这里应当是“{text}”。").format(text=text))

    def _comparison(self) -> Rule:
        subject = self._subject(self.next())
        symbol = self.next()[1]
        kind, literal = self.next()
        if kind not in ("string", "number"):
            raise RelevanceError(_("只能与固定的代码或数字比较。"))
        value = literal[1:-1] if kind == "string" else literal
        if symbol in _ORDER:
            try:
                number = float(value)
            except ValueError as error:
                raise RelevanceError(_("只能与数字比大小。")) from error
            shown = int(number) if number.is_integer() else number
            return Condition(subject.question, _ORDER[symbol], shown, subject.row)
        if symbol not in _EQUAL:
            raise RelevanceError(_("不支持比较“{symbol}”。").format(symbol=symbol))
        return self._equality(subject, value, _EQUAL[symbol])

    def _equality(self, subject: Condition, value: str, is_equal: bool) -> Rule:
        if subject.operator is Operator.CONTAINS:
            rule: Rule = Condition(subject.question, Operator.CONTAINS, subject.value)
            chosen = (value in ("Y", "1")) is is_equal
            return rule if chosen else Negation(rule)
        if value == "":
            operator = Operator.NOT_ANSWERED if is_equal else Operator.ANSWERED
            return Condition(subject.question, operator, None, subject.row)
        rule = Condition(subject.question, Operator.EQUALS, value, subject.row)
        return rule if is_equal else Negation(rule)

    def _subject(self, token: tuple[str, str]) -> Condition:
        kind, text = token
        name = re.sub(r"\.(NAOK|code|value|shown|valueNAOK)$", "", text)
        if kind != "name":
            raise RelevanceError(_("比较应当从一道题开始。"))
        if name in self.types:
            return Condition(name, Operator.EQUALS)
        question, _underscore, part = name.partition("_")
        kind_of = self.types.get(question)
        if kind_of is QuestionType.MULTIPLE:
            return Condition(question, Operator.CONTAINS, part)
        if kind_of is QuestionType.MATRIX:
            return Condition(question, Operator.EQUALS, row=part)
        raise RelevanceError(_("引用了没有取入的题目“{name}”。").format(name=name))


def parse_relevance(text: str, types: Mapping[str, QuestionType]) -> Rule:
    """Read an equation; ``types`` holds the questions read so far."""
    parser = _Parser(text, types)
    rule = parser.disjunction()
    if parser.position < len(parser.tokens):
        raise RelevanceError(_("“{text}”以后的部分看不懂。").format(text=parser.peek()))
    return rule
