"""Choose rows by a written condition such as ``court == "0102" and days > 180``.

The condition is parsed into comparisons and never run as code. Leaves out arithmetic and functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<quoted>`[^`]+`)
      | (?P<operator>==|!=|<=|>=|<|>|&&|\|\||&|\||!|\(|\)|\[|\]|,)
      | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
      | (?P<word>[^\W\d][\w.]*)
    )""",
    re.VERBOSE,
)
_DEEPEST = 50
_LONGEST = 2000


class FilterError(ValueError):
    """A condition cannot be read; ``position`` is the character where reading stopped."""

    def __init__(self, code: str, position: int, found: str) -> None:
        super().__init__(f"{code} at character {position + 1}: {found!r}")
        self.code = code
        self.position = position
        self.found = found


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def rows_where(frame: pd.DataFrame, condition: str) -> NDArray[np.bool_]:
    """Return which rows of a table meet a condition.

    Comparisons are ``== != < <= > >=`` and ``in (…)`` or ``in […]`` of a column with a text or a
    number; they are joined with ``and or not`` (or ``& | !``) and parentheses. A column whose name
    has other signs than letters, digits, points and underscores is written in backquotes. An
    empty cell meets no comparison. Compared with a number, a column is read as numbers.

    Parameters
    ----------
    frame : DataFrame, shape (n, c)
        Table of texts or numbers.
    condition : str
        The condition.

    Returns
    -------
    ndarray of bool, shape (n,)
        True where the condition holds.

    Raises
    ------
    FilterError
        If the condition cannot be read, names an unknown column (code ``column``) or compares a
        text column with a number (code ``number``). Correct the condition at ``position``.

    Examples
    --------
    >>> table = pd.DataFrame({"court": ["A", "B", "B"], "days": ["10", "200", ""]})
    >>> rows_where(table, 'court == "B" and not days > 300').tolist()
    [False, True, True]
    >>> rows_where(table, "days >= 10 & court in ('A', 'C')").tolist()
    [True, False, False]
    """
    if len(condition) > _LONGEST:
        raise FilterError("too_long", _LONGEST, "")
    reader = _Reader(frame, _tokens(condition), len(condition))
    result = reader.disjunction(0)
    reader.expect_end()
    return result


def _tokens(condition: str) -> list[_Token]:
    tokens = []
    position = 0
    end = len(condition.rstrip())
    while position < end:
        match = _TOKEN.match(condition, position)
        if match is None:
            raise FilterError("sign", position, condition[position : position + 10])
        kind = match.lastgroup or ""
        tokens.append(_Token(kind, match.group(kind), match.start(kind)))
        position = match.end()
    return tokens


class _Reader:
    def __init__(self, frame: pd.DataFrame, tokens: list[_Token], end: int) -> None:
        self.frame = frame
        self.tokens = tokens
        self.position = 0
        self.end = end

    def peek(self) -> _Token:
        if self.position < len(self.tokens):
            return self.tokens[self.position]
        return _Token("end", "", self.end)

    def take(self) -> _Token:
        token = self.peek()
        self.position += 1
        return token

    def takes(self, *words: str) -> bool:
        token = self.peek()
        if token.kind in ("operator", "word") and token.text.lower() in words:
            self.position += 1
            return True
        return False

    def expect_end(self) -> None:
        token = self.peek()
        if token.kind != "end":
            raise FilterError("after_end", token.position, token.text)

    def disjunction(self, depth: int) -> NDArray[np.bool_]:
        result = self.conjunction(depth)
        while self.takes("or", "|", "||"):
            result = result | self.conjunction(depth)
        return result

    def conjunction(self, depth: int) -> NDArray[np.bool_]:
        result = self.negation(depth)
        while self.takes("and", "&", "&&"):
            result = result & self.negation(depth)
        return result

    def negation(self, depth: int) -> NDArray[np.bool_]:
        if depth > _DEEPEST:
            raise FilterError("too_deep", self.peek().position, self.peek().text)
        if self.takes("not", "!"):
            return ~self.negation(depth + 1)
        if self.takes("("):
            result = self.disjunction(depth + 1)
            if not self.takes(")"):
                raise FilterError("parenthesis", self.peek().position, self.peek().text)
            return result
        return self.comparison()

    def comparison(self) -> NDArray[np.bool_]:
        column = self.column()
        if self.takes("in"):
            return self.membership(column)
        operator = self.take()
        if operator.text not in ("==", "!=", "<", "<=", ">", ">="):
            raise FilterError("operator", operator.position, operator.text)
        return self.compared(column, operator.text, self.literal())

    def column(self) -> pd.Series:
        token = self.take()
        if token.kind not in ("word", "quoted"):
            raise FilterError("column_expected", token.position, token.text)
        name = token.text.strip("`")
        if name not in self.frame.columns:
            raise FilterError("column", token.position, name)
        return self.frame[name]

    def literal(self) -> _Token:
        token = self.take()
        if token.kind not in ("text", "number"):
            raise FilterError("value", token.position, token.text)
        return token

    def membership(self, column: pd.Series) -> NDArray[np.bool_]:
        closing = {"(": ")", "[": "]"}.get(self.peek().text)
        if closing is None:
            raise FilterError("parenthesis", self.peek().position, self.peek().text)
        self.take()
        result = self.compared(column, "==", self.literal())
        while self.takes(","):
            result = result | self.compared(column, "==", self.literal())
        if not self.takes(closing):
            raise FilterError("parenthesis", self.peek().position, self.peek().text)
        return result

    def compared(self, column: pd.Series, operator: str, literal: _Token) -> NDArray[np.bool_]:
        present = (column.notna() & (column.astype(str) != "")).to_numpy()
        if literal.kind == "number":
            numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
            if (np.isnan(numbers) & present).any():
                raise FilterError("number", literal.position, str(column.name))
            return _compare(numbers, operator, float(literal.text)) & present
        texts = column.astype(str).to_numpy(dtype=str)
        value = re.sub(r"\\(.)", r"\1", literal.text[1:-1])
        return _compare(texts, operator, value) & present


def _compare(left: NDArray[Any], operator: str, right: float | str) -> NDArray[np.bool_]:
    functions: dict[str, Callable[..., Any]] = {
        "==": np.equal,
        "!=": np.not_equal,
        "<": np.less,
        "<=": np.less_equal,
        ">": np.greater,
        ">=": np.greater_equal,
    }
    return np.asarray(functions[operator](left, right), dtype=np.bool_)
