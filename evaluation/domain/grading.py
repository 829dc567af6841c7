"""Milestones, grade bands with boundary policies, scoring methods and vetoes as frozen data.

Left out: applying them to a score (``evaluation.analysis``).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class WeightsStatus(StrEnum):
    """Where the indicator weights come from; while ``TRIAL`` no grade may be announced."""

    ANNEX = "annex"
    PANEL_DECISION = "panel_decision"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Choice:
    """A code with its Chinese name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated target: minimum of each named auxiliary rate, inclusive."""

    id: str
    seed_ref: str
    due: str
    round: str
    thresholds: tuple[tuple[str, Decimal], ...]
    quote: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MilestoneRules:
    """How milestones are read where the plan is silent."""

    inclusive: bool
    inclusive_reason: str
    window: str
    windows: tuple[Choice, ...]
    deadlines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GradeBand:
    """One grade; whether the ends belong to it is the boundary policy's matter."""

    code: str
    name: str
    text: str
    lower: Decimal
    upper: Decimal


@dataclass(frozen=True, slots=True)
class Boundary:
    """A score on which two bands meet, and what the text says about it."""

    score: Decimal
    status: str
    result: str
    why: str


@dataclass(frozen=True, slots=True)
class BoundaryPolicy:
    """Which band each boundary score falls into."""

    code: str
    name: str
    grade_at: tuple[tuple[Decimal, str], ...]
    why: str
    warning: str


@dataclass(frozen=True, slots=True)
class Grading:
    """Bands, boundary policies, rounding and the near-boundary margin in points."""

    seed_ref: str
    quote: str
    bands: tuple[GradeBand, ...]
    boundaries: tuple[Boundary, ...]
    policies: tuple[BoundaryPolicy, ...]
    default_policy: str
    rounding: str
    rounding_options: tuple[str, ...]
    near_boundary: Decimal
    scopes: tuple[str, ...]

    def policy(self, code: str = "") -> BoundaryPolicy:
        """Return a boundary policy, the default one for an empty code."""
        wanted = code or self.default_policy
        for policy in self.policies:
            if policy.code == wanted:
                return policy
        raise KeyError(wanted)


@dataclass(frozen=True, slots=True)
class ScoringMethod:
    """A way from an indicator value to points."""

    code: str
    name: str
    formula: str
    why: str


@dataclass(frozen=True, slots=True)
class Scoring:
    """Scoring method, rule for missing data and status of the indicator weights."""

    default_method: str
    methods: tuple[ScoringMethod, ...]
    missing_data: str
    missing_data_options: tuple[str, ...]
    weights_status: WeightsStatus


@dataclass(frozen=True, slots=True)
class VetoRule:
    """A minimum that would fail the whole evaluation if vetoes are switched on."""

    indicator: str
    minimum: Decimal
    name: str


@dataclass(frozen=True, slots=True)
class Vetoes:
    """Veto rules; off unless the panel switches them on."""

    enabled_by_default: bool
    source: str
    rules: tuple[VetoRule, ...]
