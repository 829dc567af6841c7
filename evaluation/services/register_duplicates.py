"""Repeated identifiers in a register: refused, or resolved by a rule that row order cannot sway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from evaluation.domain.register import DuplicateRule, RegisterRow
from evaluation.errors import Fault
from evaluation.language import _
from sampling.frame import lookalike_key

_EXAMPLES = 3


@dataclass(frozen=True)
class Kept:
    """What is left after the rule, how much fell away, and what the rule could not resolve."""

    rows: tuple[RegisterRow, ...]
    n_dropped: int
    faults: tuple[Fault, ...]
    n_lookalikes: int
    lookalikes: tuple[str, ...]


def without_duplicates(rows: Sequence[tuple[int, RegisterRow]], rule: DuplicateRule) -> Kept:
    """Apply the rule for repeated identifiers; rows carry the line they stand on."""
    by_unit: dict[str, list[tuple[int, RegisterRow]]] = {}
    for line, row in rows:
        by_unit.setdefault(row.unit_id, []).append((line, row))
    kept: list[RegisterRow] = []
    faults: list[Fault] = []
    n_dropped = 0
    for repeated in by_unit.values():
        distinct = {row for _line, row in repeated}
        is_resolved = (
            len(repeated) == 1
            or rule is DuplicateRule.KEEP_EARLIEST
            or (rule is DuplicateRule.COLLAPSE_IDENTICAL and len(distinct) == 1)
        )
        if is_resolved:
            kept.append(min(distinct, key=_order))
            n_dropped += len(repeated) - 1
        else:
            faults += [_fault(line, repeated[0][0]) for line, _row in repeated[1:]]
    groups: dict[str, list[str]] = {}
    for unit_id in by_unit:
        groups.setdefault(lookalike_key(unit_id), []).append(unit_id)
    alike = [" ≈ ".join(sorted(ids)) for ids in groups.values() if len(ids) > 1]
    return Kept(tuple(kept), n_dropped, tuple(faults), len(alike), tuple(sorted(alike)[:_EXAMPLES]))


def _order(row: RegisterRow) -> tuple[date, date, str, str]:
    return (row.closed_on or date.max, row.filed_on or date.max, row.stratum, repr(row))


def _fault(line: int, first_line: int) -> Fault:
    return Fault(
        _("第{line}行").format(line=line),
        _("编号与第{first}行重复。").format(first=first_line),
        _("请删除重复的行，或选择处理重复的规则。"),
        "duplicate",
    )
