"""The case-file review checklist: parts, items, header, circumstances, dates, rules of scoring.

Leaves out: reading the file (`checklist_loader`), answers (`review`), arithmetic of time limits
(`time_limits`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from evaluation.domain.condition import Condition


class Severity(StrEnum):
    """How much an item weighs: A touches rights, B ordinary, C papers and archive."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a header field or a reason: code, Chinese text, key of the keyboard."""

    code: str
    text: str
    key: str = ""
    needs_note: bool = False
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class HeaderField:
    """A field filled once per file; `source` says who fills it."""

    code: str
    text: str
    source: str
    part: int = 0
    options: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Capture:
    """A circumstance, date or amount that a part asks for once."""

    code: str
    text: str
    part: int
    kind: str


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as the rule writes it."""

    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """From one date to another: within, at least, or more than a duration."""

    start: str
    end: str
    mode: str
    duration: Duration
    variants: tuple[tuple[Condition, Duration], ...] = ()
    optional: bool = False
    exclude_periods: bool = False
    configurable: bool = False
    repeat_until_years: int = 0
    undecided_when: Condition | None = None


@dataclass(frozen=True, slots=True)
class RatioRule:
    """One amount is at least a share of another."""

    numerator: str
    denominator: str
    at_least: float


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One of the checkable points."""

    code: str
    part: int
    text: str
    rule: str
    origin: str
    severity: Severity
    sub_volume: bool = False
    enabled: bool = True
    automatic: bool = False
    applies_when: Condition | None = None
    time_limits: tuple[TimeLimit, ...] = ()
    ratio: RatioRule | None = None
    all_of: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    law: str = ""
    law_status: str = ""
    note: str = ""
    seed_ref: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the ten parts, with the plan's own words."""

    number: int
    text: str
    seed_ref: str
    quote: str
    items: tuple[ReviewItem, ...]


@dataclass(frozen=True, slots=True)
class CaseGrade:
    """A grade of one file; the first whose conditions hold."""

    code: str
    text: str
    severe_fail_allowed: bool
    at_least: float


@dataclass(frozen=True, slots=True)
class QualifiedRule:
    """Which items a file closed as 终本 must pass to count as qualified."""

    text: str
    applies_when: Condition
    required: tuple[str, ...]
    later_items: tuple[str, ...]
    later_from: date


@dataclass(frozen=True)
class Checklist:
    """The whole checklist of one framework version."""

    code: str
    version: str
    sha256: str
    parts: tuple[Part, ...]
    header: tuple[HeaderField, ...]
    circumstances: tuple[Capture, ...]
    dates: tuple[Capture, ...]
    amounts: tuple[Capture, ...]
    answers: tuple[Choice, ...]
    na_reasons: tuple[Choice, ...]
    verification: tuple[Choice, ...]
    period_reasons: tuple[Choice, ...]
    severity_points: Mapping[str, int]
    case_grades: tuple[CaseGrade, ...]
    qualified: QualifiedRule
    not_applicable_limit: float
    not_verified_limit: float
    double_share_default: float
    gold_share_default: float
    kappa_target: float
    percent_target: float
    rest_days_roll_over: bool
    conflict_gate: str
    optional_enabled: frozenset[str] = field(default_factory=frozenset)

    def items(self) -> tuple[ReviewItem, ...]:
        """Return the items in use, in the order of the form."""
        return tuple(
            item
            for part in self.parts
            for item in part.items
            if item.enabled or item.code in self.optional_enabled
        )

    def all_items(self) -> tuple[ReviewItem, ...]:
        """Return every item, those switched off included."""
        return tuple(item for part in self.parts for item in part.items)

    def item(self, code: str) -> ReviewItem:
        """Return one item in use, or raise ``KeyError``."""
        return {item.code: item for item in self.items()}[code]
