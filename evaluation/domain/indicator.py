"""Indicators as frozen data: formulas over court statistics fields, anchors, weights.

Left out: computing values and points (``evaluation.analysis``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Direction(StrEnum):
    """Whether more of an indicator is better, worse, or only context."""

    HIGHER = "higher"
    LOWER = "lower"
    CONTEXT = "context"


class IndicatorGroup(StrEnum):
    """The three groups of the plan, and the rates outside its total."""

    FAIRNESS = "fairness"
    EFFICIENCY = "efficiency"
    EFFECT = "effect"
    AUXILIARY = "auxiliary"


class IndicatorUnit(StrEnum):
    """How a value is shown; values themselves are plain rates, days or points."""

    RATE = "rate"
    PER_10K = "per_10k"
    DAYS = "days"
    POINTS = "points"


class Origin(StrEnum):
    """Where a formula or rule comes from."""

    SEED = "seed"
    SEED_NAMED = "seed_named"
    INFERRED = "inferred"
    FOUND = "found"
    RECALLED = "recalled"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class FormulaOrigin:
    """Source of a formula: kind, confidence when recalled, and one sentence."""

    origin: Origin
    confidence: str
    text: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A sum of court statistics fields with signs, such as ``closed_total - closed_completed``."""

    terms: tuple[tuple[str, int], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Codes of the fields used."""
        return tuple(code for code, _sign in self.terms)

    def evaluate(self, values: Mapping[str, int]) -> int:
        """Return the value from field values; ``KeyError`` names a missing field."""
        return sum(sign * values[code] for code, sign in self.terms)

    def __str__(self) -> str:
        parts: list[str] = []
        for position, (code, sign) in enumerate(self.terms):
            if position:
                parts.append("+" if sign > 0 else "-")
            parts.append(code)
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Anchors:
    """Values that earn 0, 70, 80, 90 and 100 points, in this order."""

    at_0: Decimal
    at_70: Decimal
    at_80: Decimal
    at_90: Decimal
    at_100: Decimal

    @property
    def pairs(self) -> tuple[tuple[Decimal, Decimal], ...]:
        """``(value, points)`` from worst to best."""
        return (
            (self.at_0, Decimal(0)),
            (self.at_70, Decimal(70)),
            (self.at_80, Decimal(80)),
            (self.at_90, Decimal(90)),
            (self.at_100, Decimal(100)),
        )


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to compute an indicator. ``anchors`` is None when it cannot be scored."""

    code: str
    name: str
    numerator: Quantity
    denominator: Quantity
    is_scored: bool
    anchors: Anchors | None


@dataclass(frozen=True, slots=True)
class DataField:
    """One number a court reports for one period; ``unit`` is 件, 项, 件次, 笔, 天 or 元."""

    code: str
    name: str
    unit: str
    note: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A scored indicator (I1–I9) or an auxiliary rate (A1–A13, ``indicator_weight`` None)."""

    id: str
    code: str
    name: str
    group: IndicatorGroup
    seed_ref: str
    direction: Direction
    direction_note: str
    unit: IndicatorUnit
    plain: str
    numerator_text: str
    denominator_text: str
    default_variant: str
    scoring_variant: str
    variants: tuple[Variant, ...]
    formula_origin: FormulaOrigin
    data_from: tuple[str, ...]
    indicator_weight: Decimal | None
    anchors: Anchors | None
    target: Decimal | None
    typical_target: str
    pitfalls: str
    configurable: tuple[str, ...]
    review_items: tuple[str, ...]

    @property
    def is_scored(self) -> bool:
        """Whether it counts in the total of section 三（三）."""
        return self.indicator_weight is not None

    def variant(self, code: str = "") -> Variant:
        """Return the variant with this code, the default one for an empty code."""
        wanted = code or self.default_variant
        for variant in self.variants:
            if variant.code == wanted:
                return variant
        raise KeyError(wanted)

    @property
    def shown(self) -> Variant:
        """The variant whose value is published under the indicator's name."""
        return self.variant(self.default_variant)

    @property
    def scored(self) -> Variant:
        """The variant the points are computed from."""
        return self.variant(self.scoring_variant)
