"""The framework of an evaluation as frozen data: objectives, measures, evidence, definitions.

A framework is the reading of one action plan. Nothing of one city is code; the loader
(:mod:`evaluation.domain.framework_loader`) builds these classes from files and checks them.
Left out: computing anything from them (``evaluation.analysis``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evaluation.domain.grading import (
    Choice,
    Grading,
    Milestone,
    MilestoneRules,
    Scoring,
    Vetoes,
)
from evaluation.domain.indicator import DataField, Indicator


class Method(StrEnum):
    """The methods of section 五（三） of the plan, with court statistics as ``INDICATOR``."""

    DOCUMENT = "document"
    QUESTIONNAIRE = "questionnaire"
    CASE_REVIEW = "case_review"
    INTERVIEW = "interview"
    INDICATOR = "indicator"


class Verdict(StrEnum):
    """The five words an objective may be judged with."""

    ACHIEVED = "achieved"
    MOSTLY_ACHIEVED = "mostly_achieved"
    PARTLY_ACHIEVED = "partly_achieved"
    NOT_ACHIEVED = "not_achieved"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"


@dataclass(frozen=True, slots=True)
class Objective:
    """A qualitative objective (G1–G5) and the methods that must speak to it."""

    id: str
    seed_ref: str
    name: str
    short: str
    methods: tuple[Method, ...]
    indicators: tuple[str, ...]
    difficulties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A concept in the plan's own words."""

    code: str
    name: str
    seed_ref: str
    quote: str
    forms: tuple[str, ...]
    conditions_all: tuple[str, ...]
    rule: str
    note: str


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase of the plan; months are ``YYYY-MM`` or empty where the plan gives none."""

    number: int
    name: str
    seed_ref: str
    starts: str
    ends: str
    dates_text: str
    outputs: tuple[str, ...]
    evaluation: str


@dataclass(frozen=True, slots=True)
class ProceduralPart:
    """One of the nine parts of the procedural norms."""

    number: int
    name: str
    seed_ref: str
    quote: str


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A time limit; ``is_stated`` is False where the plan says only "及时" or "定期"."""

    code: str
    name: str
    seed_ref: str
    months: int | None
    days: int | None
    is_stated: bool
    text: str


@dataclass(frozen=True, slots=True)
class ClosureMethod:
    """A way in which a case counts as closed."""

    code: str
    name: str
    short: str
    seed_ref: str
    note: str


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One provable requirement of the plan and what to ask the court for."""

    id: str
    seed_ref: str
    name: str
    kind: str
    phase: int
    documents: tuple[str, ...]
    verify: str
    cadence: str
    is_per_court: bool
    parts: tuple[str, ...]
    is_sensitive: bool
    is_blocking: bool
    objectives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    """Evidence items of one section of the plan."""

    code: str
    name: str
    items: tuple[EvidenceItem, ...]


@dataclass(frozen=True, slots=True)
class RatingLevel:
    """One step of the 0–4 evidence rating."""

    score: int
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class EvidenceScheme:
    """Rating scale, source grades and their rule, and the items."""

    ratings: tuple[RatingLevel, ...]
    implemented_from: int
    source_grades: tuple[Choice, ...]
    grade_c_maximum: int
    rule: str
    groups: tuple[EvidenceGroup, ...]

    @property
    def items(self) -> tuple[EvidenceItem, ...]:
        """All items in the order of the plan."""
        return tuple(item for group in self.groups for item in group.items)

    def item(self, item_id: str) -> EvidenceItem:
        """Return one item; ``KeyError`` when there is none."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)


@dataclass(frozen=True, slots=True)
class Measure:
    """A section of concrete measures and the evidence groups that prove it."""

    code: str
    name: str
    seed_ref: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A gap or contradiction in the plan, and what is done about it."""

    number: int
    seed_ref: str
    issue: str
    handling: str
    setting: str
    severity: str


@dataclass(frozen=True, slots=True)
class InterviewGuide:
    """Questions for a forum or an interview; ``informs`` holds objectives, indicators, sections."""

    id: str
    name: str
    kind: str
    capacities: tuple[str, ...]
    informs: tuple[str, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """The action plan itself."""

    title: str
    issuer: str
    dated: str
    missing_annex: str


@dataclass(frozen=True, slots=True)
class Framework:
    """Everything the panel has agreed before data are seen, with its version and hash."""

    code: str
    version: str
    content_hash: str
    title: str
    city: str
    source_document: SourceDocument
    scope: str
    goal: Definition
    phases: tuple[Phase, ...]
    objectives: tuple[Objective, ...]
    verdicts: tuple[Choice, ...]
    difficulties_four: tuple[Choice, ...]
    difficulties_seven: tuple[str, ...]
    definitions: tuple[Definition, ...]
    closure_methods: tuple[ClosureMethod, ...]
    procedural_parts: tuple[ProceduralPart, ...]
    time_limits: tuple[TimeLimit, ...]
    milestones: tuple[Milestone, ...]
    milestone_rules: MilestoneRules
    grading: Grading
    scoring: Scoring
    vetoes: Vetoes
    measures: tuple[Measure, ...]
    data_fields: tuple[DataField, ...]
    indicators: tuple[Indicator, ...]
    auxiliary: tuple[Indicator, ...]
    evidence: EvidenceScheme
    ambiguities: tuple[Ambiguity, ...]
    guides: tuple[InterviewGuide, ...]

    def indicator(self, indicator_id: str) -> Indicator:
        """Return a scored or auxiliary indicator; ``KeyError`` when there is none."""
        for indicator in (*self.indicators, *self.auxiliary):
            if indicator.id == indicator_id:
                return indicator
        raise KeyError(indicator_id)

    def objective(self, objective_id: str) -> Objective:
        """Return an objective; ``KeyError`` when there is none."""
        for objective in self.objectives:
            if objective.id == objective_id:
                return objective
        raise KeyError(objective_id)

    def milestone_of(self, round_kind: str) -> Milestone | None:
        """Return the milestone measured in this kind of round, if any."""
        for milestone in self.milestones:
            if milestone.round == round_kind:
                return milestone
        return None
