"""What is really in each drawn file of the demonstration, before anybody reads it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from evaluation.domain.checklist import Checklist, ReviewItem
from evaluation.domain.condition import CIRCUMSTANCE
from evaluation.domain.review import AnswerCode
from evaluation.services.demo.story import SEED, RoundStory, leaning
from sampling.seed import generator

#: Share of files in order where it is not the usual 92 %, before diligence and court.
_BASE: dict[str, float] = {
    "P1-01": 0.97,
    "P1-02": 0.95,
    "P1-03": 0.80,
    "P1-07": 0.83,
    "P2-01": 0.97,
    "P2-02": 0.965,
    "P2-03": 0.98,
    "P2-04": 0.97,
    "P2-05": 0.96,
    "P2-06": 0.95,
    "P2-07": 0.94,
    "P2-09": 0.55,
    "P2-13": 0.60,
    "P2-14": 0.72,
    "P3-01": 0.88,
    "P3-07": 0.80,
    "P4-03": 0.88,
    "P5-03": 0.82,
    "P6-01": 0.62,
    "P6-02": 0.80,
    "P6-03": 0.50,
    "P6-07": 0.78,
    "P7-08": 0.93,
    "P8-01": 0.86,
    "P8-02": 0.74,
    "P8-03": 0.78,
    "P8-04": 0.80,
    "P8-07": 0.70,
    "P9-02": 0.42,
    "P9-03": 0.9,
    "P9-04": 0.86,
    "P9-05": 0.88,
    "P9-06": 0.91,
    "P9-07": 0.87,
    "P9-08": 0.60,
    "P9-11": 0.72,
    "P10-01": 0.58,
    "P10-04": 0.55,
    "P10-08": 0.70,
}
_USUAL = 0.92

#: How often a circumstance occurs, with and without property.
_CIRCUMSTANCES: dict[str, tuple[float, float]] = {
    "hidden_property_clue": (0.10, 0.05),
    "creditor_gave_clue": (0.35, 0.10),
    "investigation_requested": (0.20, 0.15),
    "controllable_property_found": (0.85, 0.04),
    "seized": (0.42, 0.01),
    "impounded": (0.08, 0.0),
    "frozen": (0.55, 0.03),
    "unregistered_building": (0.02, 0.0),
    "renewal_needed": (0.10, 0.0),
    "entered_disposal": (0.30, 0.0),
    "sold_by_auction": (0.18, 0.0),
    "money_received": (0.78, 0.02),
    "distribution_requested": (0.06, 0.0),
    "obstruction": (0.12, 0.08),
    "dishonesty_ground": (0.25, 0.45),
    "refusal_crime_suspected": (0.04, 0.03),
    "coercive_measure_taken": (0.10, 0.05),
    "listed_as_dishonest": (0.20, 0.40),
    "consumption_restricted": (0.35, 0.62),
    "suspended": (0.03, 0.02),
    "enforcement_objection": (0.05, 0.02),
    "third_party_objection": (0.03, 0.0),
    "major_or_sensitive": (0.04, 0.02),
    "pre_review_node": (0.15, 0.10),
    "debtor_insolvent": (0.05, 0.35),
    "missing_or_obstructing": (0.08, 0.35),
    "went_out": (0.45, 0.30),
    "preservation_possible": (0.35, 0.20),
    "discovery_measure_requested": (0.08, 0.10),
    "online_controllable_found": (0.50, 0.03),
    "evasion_clue": (0.08, 0.05),
    "interference": (0.01, 0.01),
    "transferred_between_courts": (0.05, 0.05),
    "petition": (0.03, 0.05),
}


@dataclass(frozen=True)
class TrueFile:
    """One file as it is: facts for the form, and the right answer of every item."""

    entries: dict[str, Any]
    answers: dict[str, AnswerCode]
    has_property: bool
    difficulty: str
    uniforms: np.ndarray[Any, np.dtype[np.float64]] = field(repr=False)


def true_file(
    checklist: Checklist,
    story: RoundStory,
    court_code: str,
    sample_number: str,
    known: dict[str, Any],
    property_label: str,
) -> TrueFile:
    """Return what a file holds; the same for the same file, whoever reads it.

    ``known`` are the register's facts on the form: closure method, day filed, day closed.
    """
    stream = generator(f"{SEED}|file|{story.year}|{sample_number}")
    lean = leaning(court_code, story.kind)
    closure = str(known.get("closure_method", ""))
    hidden = max(0.03, 0.17 - 0.06 * story.diligence - 0.10 * lean)
    has_property = property_label == "yes" or bool(stream.random() < hidden)
    entries = _header(stream, closure)
    entries |= {
        CIRCUMSTANCE + one.code: bool(
            stream.random() < _CIRCUMSTANCES.get(one.code, (0.0, 0.0))[0 if has_property else 1]
        )
        for one in checklist.circumstances
    }
    entries[CIRCUMSTANCE + "fully_performed"] = closure == "completed"
    entries |= _dates(stream, story, lean, known, entries)
    uniforms = stream.random(len(checklist.items()))
    answers = {
        item.code: _answer(item, float(u), story, lean)
        for item, u in zip(checklist.items(), uniforms, strict=True)
    }
    difficulty = _difficulty(stream, closure, has_property)
    return TrueFile(entries, answers, has_property, difficulty, uniforms)


def _header(stream: np.random.Generator, closure: str) -> dict[str, Any]:
    basis = ("civil_judgment", "civil_mediation", "arbitral_award", "notarised_debt")
    debtor = ("natural_person", "enterprise", "other_organisation", "mixed")
    return {
        "basis_type": str(stream.choice(basis, p=(0.58, 0.30, 0.08, 0.04))),
        "debtor_type": str(stream.choice(debtor, p=(0.62, 0.27, 0.03, 0.08))),
        "claim_type": str(stream.choice(("money", "delivery", "act"), p=(0.93, 0.04, 0.03))),
        "extension_approved": "yes" if stream.random() < 0.06 else "no",
    }


def _dates(
    stream: np.random.Generator,
    story: RoundStory,
    lean: float,
    known: dict[str, Any],
    entries: dict[str, Any],
) -> dict[str, object]:
    if "filed_on" not in known or "closed_on" not in known:
        return {}
    filed = date.fromisoformat(known["filed_on"])
    closed = date.fromisoformat(known["closed_on"])
    ease = 1.0 - 0.16 * story.diligence - 0.15 * lean
    after = _Later(stream, max(ease, 0.4), story.starts.date())
    dates = {
        "assigned_on": after(filed, 3.6),
        "handed_to_officer_on": None,
        "archived_on": after(closed, 21.0),
    }
    handed = after(dates["assigned_on"] or filed, 0.8)
    dates["handed_to_officer_on"] = handed
    if handed is not None:
        dates["notice_issued_on"] = after(handed, 1.9)
        dates["creditor_notified_on"] = after(handed, 1.8)
        started = after(handed, 4.0)
        dates["investigation_started_on"] = started
        if started is not None:
            dates["investigation_done_on"] = after(started, 17.0)
    if entries[CIRCUMSTANCE + "money_received"]:
        received = max(filed, closed - timedelta(days=int(stream.integers(15, 60))))
        dates["money_received_on"] = received
        dates["money_paid_on"] = after(received, 17.0)
    if known.get("closure_method") == "terminated_this_round" and stream.random() < 0.8:
        first = after(closed, 150.0 if story.diligence > 0.3 else 175.0)
        if first is not None:
            return {**_texts(dates), "recheck_dates": [first.isoformat()]}
    return {**_texts(dates)}


class _Later:
    """Adds a random time to a day; a day after the review is left out."""

    def __init__(self, stream: np.random.Generator, ease: float, last: date) -> None:
        self.stream, self.ease, self.last = stream, ease, last

    def __call__(self, start: date, mean_days: float) -> date | None:
        days = round(float(self.stream.gamma(2.0, mean_days * self.ease / 2.0)))
        found = start + timedelta(days=days)
        return found if found < self.last else None


def _texts(dates: dict[str, date | None]) -> dict[str, str]:
    return {key: value.isoformat() for key, value in dates.items() if value is not None}


def _answer(item: ReviewItem, u: float, story: RoundStory, lean: float) -> AnswerCode:
    closed = 0.2 if item.code == "P9-09" else 0.72 - 0.25 * story.diligence
    if item.sub_volume and u < closed:
        return AnswerCode.NOT_VERIFIED
    base = _BASE.get(item.code, _USUAL)
    logit = math.log(base / (1 - base)) + 0.85 * story.diligence + 1.1 * lean
    share = 1 / (1 + math.exp(-logit))
    if item.sub_volume:
        u = (u - closed) / (1 - closed)
    if u < share:
        return AnswerCode.PASS
    return AnswerCode.FAIL if u < share + 0.65 * (1 - share) else AnswerCode.NOT_IN_FILE


def _difficulty(stream: np.random.Generator, closure: str, has_property: bool) -> str:
    if closure == "completed":
        return "completed"
    u = float(stream.random())
    if has_property:
        if u < 0.55:
            return "hard_debtor_evades"
        return "hard_court_passive" if u < 0.96 else "hard_outside_interference"
    if u < 0.30:
        return "unable_lost_capacity"
    return "unable_no_property_found" if u < 0.85 else "unable_property_exhausted"
