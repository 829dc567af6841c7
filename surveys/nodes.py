"""Reading nested plain data field by field, collecting every fault of shape with its place."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from surveys.errors import Problem
from surveys.language import _
from surveys.schema import Text

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Faults:
    """Collects the problems of one reading."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.question = ""

    def add(self, code: str, where: str, what: str, remedy: str) -> None:
        """Note one problem at the question being read."""
        self.problems.append(Problem(code, where, what, remedy, question=self.question))


class Node:
    """A mapping being read: each field is taken once, what remains is reported."""

    def __init__(self, data: Any, where: str, faults: Faults, language: str) -> None:
        self.where, self.faults, self.language = where, faults, language
        if isinstance(data, Mapping):
            self.data = dict(data)
        else:
            self.data = {}
            self.fault("not_a_mapping", _("这里应当是一组“字段: 值”。"), _("请按格式说明改写。"))

    def fault(self, code: str, what: str, remedy: str, field: str = "") -> None:
        """Note a problem with one field."""
        where = f"{self.where} · {field}" if field else self.where
        self.faults.add(code, where, what, remedy)

    def _wrong_kind(self, field: str, wanted: str) -> None:
        self.fault(
            "wrong_kind",
            _("“{field}”的值类型不对。").format(field=field),
            _("这里应当填写{wanted}。").format(wanted=wanted),
            field,
        )

    def _take(self, field: str, kinds: tuple[type, ...], wanted: str) -> Any:
        value = self.data.pop(field, None)
        if value is None:
            return None
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            self._wrong_kind(field, wanted)
            return None
        return value

    def needed(self, field: str, value: T | None, default: T) -> T:
        """Return the value, or note that it is missing and go on with the default."""
        if value is None:
            self.fault(
                "field_missing",
                _("缺少“{field}”。").format(field=field),
                _("请补上这一项。"),
                field,
            )
            return default
        return value

    def code(self, field: str = "code") -> str:
        """Take a code; numbers are read as text."""
        value = self._take(field, (str, int), _("代码（字母、数字）"))
        return self.needed(field, None if value is None else str(value), "")

    def string(self, field: str) -> str | None:
        """Take a string."""
        value: str | None = self._take(field, (str,), _("文字"))
        return value

    def flag(self, field: str) -> bool:
        """Take true or false; false when absent."""
        return bool(self._take(field, (bool,), _("true 或 false")))

    def number(self, field: str) -> float | None:
        """Take a number."""
        value: float | None = self._take(field, (int, float), _("数字"))
        return value

    def whole(self, field: str) -> int | None:
        """Take a whole number."""
        value: int | None = self._take(field, (int,), _("整数"))
        return value

    def sequence(self, field: str) -> list[Any]:
        """Take a list; empty when absent."""
        return list(self._take(field, (list, tuple), _("列表")) or ())

    def strings(self, field: str) -> tuple[str, ...]:
        """Take a list as strings."""
        return tuple(str(item) for item in self.sequence(field))

    def text(self, field: str) -> Text | None:
        """Take a text in one or several languages."""
        value = self._take(field, (str, Mapping), _("文字，或“语言: 文字”"))
        if isinstance(value, Mapping) and not all(
            isinstance(key, str) and isinstance(item, str) for key, item in value.items()
        ):
            self._wrong_kind(field, _("文字，或“语言: 文字”"))
            return None
        return None if value is None else Text.of(value, self.language)

    def needed_text(self, field: str) -> Text:
        """Take a text that must be there."""
        return self.needed(field, self.text(field), Text.of("", self.language))

    def choice(self, field: str, kind: type[E], default: E | None) -> E | None:
        """Take a word out of a fixed set."""
        value = self.string(field)
        if value is None:
            return default
        try:
            return kind(value)
        except ValueError:
            self.fault(
                "unknown_word",
                _("“{value}”不是“{field}”允许的取值。").format(value=value, field=field),
                _("可用：{allowed}。").format(allowed="、".join(item.value for item in kind)),
                field,
            )
            return default

    def child(self, field: str, read: Callable[["Node"], T]) -> T | None:
        """Read a nested mapping."""
        value = self.data.pop(field, None)
        if value is None:
            return None
        return self._read(value, f"{self.where} · {field}", read)

    def children(self, field: str, read: Callable[["Node"], T], name: str) -> tuple[T, ...]:
        """Read a list of mappings."""
        return tuple(
            self._read(item, f"{self.where} · {name}{position}", read)
            for position, item in enumerate(self.sequence(field), 1)
        )

    def take(self, field: str) -> Any:
        """Take whatever is there."""
        return self.data.pop(field, None)

    def _read(self, value: Any, where: str, read: Callable[["Node"], T]) -> T:
        node = Node(value, where, self.faults, self.language)
        result = read(node)
        node.finish()
        return result

    def finish(self) -> None:
        """Report the fields nobody asked for."""
        for field in self.data:
            self.fault(
                "unknown_field",
                _("不认识“{field}”。").format(field=field),
                _("请检查拼写，或删去这一项。"),
                str(field),
            )
