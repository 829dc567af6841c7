"""What a report is made from, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from evaluation.analysis.results import ResultSet
from evaluation.domain.evaluation_round import RoundKind, RoundSettings
from evaluation.domain.framework import Framework
from evaluation.domain.member import Background
from evaluation.domain.report import CourtReply, NarrativeEntry


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """A round as the report names it."""

    code: str
    kind: RoundKind
    name: str
    period_from: date
    period_to: date
    settings: RoundSettings = field(default_factory=RoundSettings)
    definition_hash: str = ""


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """What stands on the imprint page."""

    number: int
    dated_on: date
    organisation: str
    contact: str
    funding: str
    code_version: str
    is_draft: bool
    approvals: tuple[tuple[str, str, str], ...] = ()  # name, background, date


@dataclass(frozen=True, slots=True)
class ReportInput:
    """Everything a report is made from."""

    round: RoundFacts
    framework: Framework
    courts: tuple[tuple[str, str], ...]
    results: ResultSet
    earlier: tuple[tuple[RoundFacts, ResultSet], ...]
    narrative: tuple[NarrativeEntry, ...]
    earlier_recommendations: tuple[NarrativeEntry, ...]
    replies: tuple[CourtReply, ...]
    panel: Mapping[Background, int]
    edition: EditionFacts
    comparability: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    corrections: tuple[str, ...] = ()
    is_demonstration: bool = False
