"""What happens in the demonstration city: how each round went, how the courts differ, how large.

Numbers that shape invented data, never results: every published figure is computed from the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from evaluation.clock import BEIJING
from evaluation.domain.evaluation_round import RoundKind

SEED = "hengping demonstration city"


@dataclass(frozen=True, slots=True)
class RoundStory:
    """How one round of the demonstration went.

    ``property_share`` to ``early_share`` shape the register;
    ``diligence`` moves how often files are in order, ``disclosure`` what the courts report to
    have disclosed, ``mood`` how people answer, ``documents`` how well measures are documented.
    """

    kind: RoundKind
    year: int
    starts: datetime
    public_seed: str
    property_share: float
    completed_share: float
    terminated_share: float
    recovery_share: float
    pace: float
    early_share: float
    diligence: float
    disclosure: float
    petition_rate: float
    mood: float
    documents: float


def _at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, 0, tzinfo=BEIJING)


ROUNDS: tuple[RoundStory, ...] = (
    RoundStory(
        RoundKind.INITIAL,
        2016,
        _at(2017, 1, 9),
        "二〇一七年一月十八日公证现场依次掷骰：36142 55163 24416 31625",
        property_share=0.64,
        completed_share=0.69,
        terminated_share=0.36,
        recovery_share=0.62,
        pace=1.0,
        early_share=0.6,
        diligence=0.0,
        disclosure=0.93,
        petition_rate=0.021,
        mood=-0.15,
        documents=0.0,
    ),
    RoundStory(
        RoundKind.MIDTERM,
        2017,
        _at(2018, 1, 8),
        "二〇一八年一月十七日公证现场依次掷骰：62431 14563 55126 43261",
        property_share=0.70,
        completed_share=0.815,
        terminated_share=0.33,
        recovery_share=0.70,
        pace=0.93,
        early_share=0.3,
        diligence=0.55,
        disclosure=0.965,
        petition_rate=0.0145,
        mood=0.25,
        documents=0.5,
    ),
    RoundStory(
        RoundKind.FINAL,
        2018,
        _at(2019, 1, 7),
        "二〇一九年一月十六日公证现场依次掷骰：15344 62135 41662 25316",
        property_share=0.76,
        completed_share=0.905,
        terminated_share=0.30,
        recovery_share=0.85,
        pace=0.86,
        early_share=0.12,
        diligence=1.05,
        disclosure=0.985,
        petition_rate=0.0085,
        mood=0.6,
        documents=1.0,
    ),
)

#: How courts differ from the city: above 0 better, below worse; the last falls back in 2018.
COURT_LEANING: Mapping[str, float] = {
    "01": 0.30,
    "0102": 0.25,
    "0103": 0.10,
    "0104": -0.20,
    "0105": 0.05,
    "0106": 0.35,
    "0107": -0.10,
    "0111": -0.05,
    "0112": 0.15,
    "0113": -0.45,
    "0114": -0.30,
    "0115": -0.15,
    "0116": -0.25,
    "0117": 0.0,
}
FALLS_BACK = "0113"

#: Cases closed in a year by court; the ratio between courts stays, the size scales it.
CASELOAD: Mapping[str, int] = {
    "01": 260,
    "0102": 520,
    "0103": 480,
    "0104": 420,
    "0105": 380,
    "0106": 560,
    "0107": 300,
    "0111": 600,
    "0112": 340,
    "0113": 180,
    "0114": 240,
    "0115": 330,
    "0116": 360,
    "0117": 310,
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is invented: the whole city, or a part of it for tests."""

    name: str
    court_codes: tuple[str, ...]
    caseload_share: float
    files_per_court: int
    n_reviewers: int
    respondents: Mapping[str, int]
    rounds: tuple[RoundKind, ...]
    n_desks: int = 1  # processes that read files at the same time

    def n_cases(self, code: str) -> int:
        """Return how many cases a court closed in a year."""
        return max(60, round(CASELOAD[code] * self.caseload_share))


FULL = Size(
    "full",
    tuple(CASELOAD),
    0.6,
    18,
    12,
    {"QA": 60, "QD": 40, "QL": 60, "QO": 36, "QU": 24, "QP": 64, "QR": 24, "QC": 32},
    tuple(RoundKind),
    n_desks=2,
)
SMALL = Size(
    "small",
    ("01", "0102", "0113"),
    0.2,
    8,
    6,
    {"QA": 14, "QD": 0, "QL": 14, "QO": 0, "QU": 0, "QP": 14, "QR": 0, "QC": 0},
    tuple(RoundKind),
)
SIZES = {size.name: size for size in (FULL, SMALL)}


def leaning(code: str, kind: RoundKind) -> float:
    """Return how far a court is above or below the city in a round."""
    fall = 0.5 if code == FALLS_BACK and kind is RoundKind.FINAL else 0.0
    return COURT_LEANING[code] - fall


def day(story: RoundStory, days: int, hours: int = 0) -> datetime:
    """Return a moment of the round, counted from its start."""
    return story.starts + timedelta(days=days, hours=hours)
