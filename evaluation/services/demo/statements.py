"""One thing that people of the demonstration say, in its affirming and its denying form."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.domain.interview import TargetKind


@dataclass(frozen=True, slots=True)
class Line:
    """What it speaks about, and how it sounds when things go well or badly."""

    kind: TargetKind
    target: str
    good: str
    bad: str
