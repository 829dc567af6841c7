"""What the panel of the demonstration writes, votes and answers, read from its data file."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.framework import Verdict
from evaluation.domain.interview import Capacity, TargetKind
from evaluation.domain.report import (
    NarrativeEntry,
    NarrativeKind,
    RectificationState,
    ReplyDecision,
    Responsible,
    Severity,
)
from evaluation.language import N_, _
from evaluation.services.demo.statements import Line
from evaluation.services.imprint import Imprint

_LOWER: dict[Verdict, Verdict] = {
    Verdict.ACHIEVED: Verdict.MOSTLY_ACHIEVED,
    Verdict.MOSTLY_ACHIEVED: Verdict.PARTLY_ACHIEVED,
    Verdict.PARTLY_ACHIEVED: Verdict.NOT_ACHIEVED,
    Verdict.NOT_ACHIEVED: Verdict.NOT_ACHIEVED,
    Verdict.INSUFFICIENT_EVIDENCE: Verdict.PARTLY_ACHIEVED,
}
_DECISION = N_("对照证据矩阵逐项讨论，{reason}；按多数意见作出结论。")


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    path = resources.files("evaluation").joinpath("data", "demo", "words.yaml")
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


def entries(kind: RoundKind) -> list[NarrativeEntry]:
    """Return everything the panel writes in a round."""
    said = _data()["rounds"][str(kind)]
    plain = {
        NarrativeKind.CONCLUSION: "conclusions",
        NarrativeKind.HIGHLIGHT: "highlights",
        NarrativeKind.LIMITATION: "limitations",
        NarrativeKind.INDICATOR_CHANGE: "indicator_changes",
    }
    written = [NarrativeEntry(which, **row) for which, key in plain.items() for row in said[key]]
    written += [_problem(row) for row in said["problems"]]
    written += [
        NarrativeEntry(NarrativeKind.RECOMMENDATION, **row) for row in said["recommendations"]
    ]
    written += [
        NarrativeEntry(
            NarrativeKind.RECTIFICATION,
            row["title"],
            evidence=row["evidence"],
            state=RectificationState(row["state"]),
            refers_to=f"J{number:02d}",
        )
        for number, row in enumerate(said["rectifications"], start=1)
    ]
    return written


def _problem(row: dict[str, Any]) -> NarrativeEntry:
    return NarrativeEntry(
        NarrativeKind.PROBLEM,
        row["title"],
        row["body"],
        evidence=_("案卷评查、问卷和座谈"),
        severity=Severity(row["severity"]),
        n_courts_affected=row["n_courts"],
        responsible=Responsible(row["responsible"]),
    )


def replies(kind: RoundKind) -> list[tuple[str, str, str, ReplyDecision, str]]:
    """Return objections of courts: court, subject, text, decision, reason."""
    return [
        (row["court"], row["subject"], row["text"], ReplyDecision(row["decision"]), row["reason"])
        for row in _data()["rounds"][str(kind)]["replies"]
    ]


def imprint() -> Imprint:
    """Return what the invented panel says of itself."""
    return Imprint(**_data()["imprint"])


def session_of(guide_id: str) -> tuple[Capacity, int, tuple[Line, ...]]:
    """Return who speaks in a session, how many are invited, and what is said."""
    row = _data()["sessions"][guide_id]
    lines = tuple(
        Line(TargetKind(line["kind"]), line["target"], line["good"], line["bad"])
        for line in row["lines"]
    )
    return Capacity(row["capacity"]), row["invited"], lines


def ballot(proposed: Verdict, voter: int, objective: int) -> tuple[Verdict, str]:
    """Return one member's vote: most follow the rule, a few judge more strictly."""
    verdict = _LOWER[proposed] if (voter + 2 * objective) % 5 == 0 else proposed
    return verdict, _reason(verdict)


def decision_reason(verdict: Verdict) -> str:
    """Return the reason of a decision."""
    return _(_DECISION).format(reason=_reason(verdict))


def _reason(verdict: Verdict) -> str:
    return str(_data()["vote_reasons"][str(verdict)])
