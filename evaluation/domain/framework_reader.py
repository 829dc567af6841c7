"""Reading nested data field by field, collecting every fault instead of stopping at the first.

Left out: what the fields of a framework mean (:mod:`evaluation.domain.framework_loader`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from evaluation.domain.indicator import Anchors, Quantity
from evaluation.errors import Fault
from evaluation.language import _

E = TypeVar("E", bound=StrEnum)

_TERM = re.compile(r"\s*([+-]?)\s*([a-z][a-z0-9_]*)")


class Node:
    """One mapping of a framework file; reading a field never raises, it notes a fault."""

    def __init__(self, data: object, where: str, faults: list[Fault]) -> None:
        self.where = where
        self.faults = faults
        self.data: Mapping[str, object] = {}
        if isinstance(data, Mapping):
            self.data = {str(key): value for key, value in data.items()}
        else:
            self.fault(_("这里应为“名称：值”的一组内容。"), _("请对照内置框架文件的写法修改。"))

    def fault(self, what: str, remedy: str, key: str = "") -> None:
        """Note one fault at this place."""
        where = f"{self.where} · {key}" if key else self.where
        self.faults.append(Fault(where=where, what=what, remedy=remedy))

    def text(self, key: str, *, required: bool = True) -> str:
        """Return a text, empty when missing."""
        value = self.data.get(key)
        if value is None or isinstance(value, Mapping | list):
            if required:
                self.fault(_("缺少这一项。"), _("请补上文字内容。"), key)
            return ""
        return str(value).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty when missing."""
        value = self.data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fault(_("这里应为列表。"), _("请写成列表，每项一段文字。"), key)
            return ()
        return tuple(str(item).strip() for item in value)

    def boolean(self, key: str, *, default: bool) -> bool:
        """Return a boolean; anything but true and false is a fault."""
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            self.fault(_("这里只能是 true 或 false。"), _("请改为 true 或 false。"), key)
            return default
        return value

    def integer(self, key: str, *, default: int | None = None) -> int:
        """Return an integer, 0 with a fault when missing and no default is given."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(_("这里应为整数。"), _("请改为整数。"), key)
            return 0
        return value

    def optional_integer(self, key: str) -> int | None:
        """Return an integer or None when missing."""
        return None if self.data.get(key) is None else self.integer(key)

    def decimal(self, key: str) -> Decimal:
        """Return an exact decimal written as text."""
        return self.as_decimal(self.data.get(key), key)

    def as_decimal(self, value: object, key: str) -> Decimal:
        """Turn one value into an exact decimal; a bare float is refused because it is inexact."""
        if isinstance(value, str | int) and not isinstance(value, bool):
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                number = Decimal("NaN")
            if number.is_finite():
                return number
        self.fault(
            _("“{value}”不是精确小数。").format(value=value),
            _('请写成带引号的小数，例如 "0.80"。'),
            key,
        )
        return Decimal(0)

    def optional_decimal(self, key: str) -> Decimal | None:
        """Return a decimal or None when missing."""
        return None if self.data.get(key) is None else self.decimal(key)

    def choice(self, key: str, kind: type[E], default: E) -> E:
        """Return a member of an enumeration."""
        value = str(self.data.get(key, default.value))
        try:
            return kind(value)
        except ValueError:
            self.fault(
                _("“{value}”不是允许的取值。").format(value=value),
                _("可用的取值：{values}。").format(values="、".join(m.value for m in kind)),
                key,
            )
            return default

    def node(self, key: str) -> Node:
        """Return a nested mapping."""
        if key not in self.data:
            self.fault(_("缺少这一项。"), _("请对照内置框架文件补上。"), key)
            return Node({}, f"{self.where} · {key}", self.faults)
        return Node(self.data[key], f"{self.where} · {key}", self.faults)

    def nodes(self, key: str, *, name_by: str = "") -> Iterator[Node]:
        """Yield the mappings of a list, each named by its own id or by its position."""
        value = self.data.get(key)
        if not isinstance(value, list):
            self.fault(_("缺少这一列表。"), _("请对照内置框架文件补上。"), key)
            return
        for position, item in enumerate(value, start=1):
            label = str(position)
            if isinstance(item, Mapping) and name_by and item.get(name_by) is not None:
                label = str(item[name_by])
            yield Node(item, f"{self.where} · {key} · {label}", self.faults)

    def anchors(self, key: str) -> Anchors | None:
        """Return five anchors, in strict order up or down, or None when missing."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 5:
            self.fault(_("锚点须为五个数。"), _("依次填写得0、70、80、90、100分的指标值。"), key)
            return None
        numbers = [self.as_decimal(item, key) for item in value]
        rising = all(a < b for a, b in zip(numbers, numbers[1:], strict=False))
        falling = all(a > b for a, b in zip(numbers, numbers[1:], strict=False))
        if not rising and not falling:
            self.fault(
                _("锚点须依次增大或依次减小。"), _("请按从差到好的顺序填写五个互不相同的数。"), key
            )
        return Anchors(*numbers)

    def quantity(self, key: str, fields: frozenset[str]) -> Quantity:
        """Return a sum of court statistics fields."""
        text = self.text(key)
        terms: list[tuple[str, int]] = []
        rest = text
        while rest.strip():
            match = _TERM.match(rest)
            if match is None or (terms and not match.group(1)):
                self.fault(
                    _("算式“{text}”无法识别。").format(text=text),
                    _("只能由统计字段用加号、减号连接。"),
                    key,
                )
                return Quantity(())
            terms.append((match.group(2), -1 if match.group(1) == "-" else 1))
            rest = rest[match.end() :]
        for code, _sign in terms:
            if code not in fields:
                self.fault(
                    _("统计字段“{code}”没有定义。").format(code=code),
                    _("请改正字段代码，或先在 data_fields 中增加该字段。"),
                    key,
                )
        return Quantity(tuple(terms))
