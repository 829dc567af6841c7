"""Assigning readers: the whole round from the public seed, and again after somebody left."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain import review
from evaluation.domain.assignment import (
    Assignment,
    Candidate,
    FileToRead,
    Place,
    assign,
    files_read_twice,
)
from evaluation.domain.case_file import FileState
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.recusal import FindingStatus
from evaluation.domain.review import LIVE_STATES, AttemptState, Reading
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import WrongState
from evaluation.language import _
from evaluation.services import recusal_findings, review_plans, rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.account import Account
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.court import Court
from evaluation.storage.models.recusal import RecusalFinding
from evaluation.storage.models.review import ReviewAttempt, ReviewPlan, RoundReviewer
from evaluation.storage.session import reading, unit_of_work

POSITIONS = {Reading.FIRST: 0, Reading.SECOND: 1}
READINGS = (Reading.FIRST, Reading.SECOND)
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class AssignmentReport:
    """What an assignment did."""

    n_assigned: int
    n_unfilled: int
    n_conflicts: int
    lightest_load: int
    heaviest_load: int
    n_sealed: int = 0


@dataclass(frozen=True, slots=True)
class LoadView:
    """One reviewer's work in a round."""

    account_id: int
    name: str
    firm: str
    is_senior: bool
    has_left: bool
    n_assigned: int
    n_under_way: int
    n_submitted: int
    n_courts: int


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One line of the list of readings."""

    attempt_id: int
    sample_number: str
    court: str
    reading: Reading
    reviewer: str
    state: AttemptState
    n_answered: int


def live_files_in(session: Session, round_id: int) -> list[FileToRead]:
    """Return the files to be read: all but faults of the frame and those not produced."""
    rows = session.execute(
        select(CaseFile.id, Court.code, CaseFile.ticket)
        .join(Court, Court.id == CaseFile.court_id)
        .where(
            CaseFile.round_id == round_id,
            CaseFile.state.not_in([FileState.FRAME_ERROR, FileState.NOT_PRODUCED]),
        )
        .order_by(CaseFile.id)
    )
    return [FileToRead(*row) for row in rows]


def places_in(session: Session, round_id: int) -> dict[Place, int]:
    """Return who holds each first and second reading now."""
    rows = session.execute(
        select(ReviewAttempt.case_file_id, ReviewAttempt.reading, ReviewAttempt.reviewer_id).where(
            ReviewAttempt.round_id == round_id,
            ReviewAttempt.is_live.is_(True),
            ReviewAttempt.reading.in_(READINGS),
        )
    )
    return {Place(one, POSITIONS[which]): reviewer for one, which, reviewer in rows}


def assign_round(actor: Actor, round_id: int, seed: str = "") -> AssignmentReport:
    """Assign every reading that has no reader yet, from the public seed of the draw.

    Screening for conflicts runs first, in the same transaction. Readings already assigned stay.

    Raises
    ------
    WrongState
        If there are no files, no reviewers, or no public seed yet.
    """
    require(actor, Role.CHAIR, Role.SECRETARY)
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        plan = review_plans.plan_in(session, round_id)
        plan.seed = plan.seed or seed.strip()
        session.flush()
        if not plan.seed:
            raise WrongState(_("还没有公开种子。"), remedy=_("请先完成公开抽样，或者填写种子。"))
        return fill_in(session, actor, plan)


def fill_in(session: Session, actor: Actor, plan: ReviewPlan) -> AssignmentReport:
    """Assign whatever has no reader, inside a unit of work.

    Files are matched with reviewers first; a reading whose reader turns out to be in conflict is
    sealed, handed in or not, and its place assigned anew.
    """
    round_id = plan.round_id
    files = live_files_in(session, round_id)
    seated = review_plans.seated_in(session, round_id)
    if not files or not seated:
        raise WrongState(
            _("还没有抽中的案卷，或者没有评查员。"),
            remedy=_("请先完成抽样，并在本页列入评查员。"),
        )
    n_conflicts = recusal_findings.screen_in(session, round_id)
    n_sealed = _seal_conflicted(session, actor, round_id)
    twice = {
        file.case_file_id for file in files_read_twice(files, float(plan.double_share), plan.seed)
    }
    known = {file.case_file_id for file in files}
    fixed = {
        place: who
        for place, who in places_in(session, round_id).items()
        if place.case_file_id in known
    }
    twice |= {place.case_file_id for place in fixed if place.position == 1}
    candidates = [Candidate(row.account_id, row.firm) for row in seated]
    plan.n_assignments += 1
    result = assign(
        files,
        twice,
        candidates,
        recusal_findings.barred_in(session, round_id),
        seed=plan.seed if plan.n_assignments == 1 else f"{plan.seed}|{plan.n_assignments}",
        fixed=fixed,
    )
    new = {place: who for place, who in result.readers.items() if place not in fixed}
    _add_attempts(session, round_id, new)
    loads = result.loads(candidates)
    current = [loads[candidate.reviewer_id] for candidate in candidates]
    report = AssignmentReport(
        len(new), len(result.unfilled), n_conflicts, min(current), max(current), n_sealed
    )
    _record(session, actor, plan, result, report)
    return report


def _add_attempts(session: Session, round_id: int, places: dict[Place, int]) -> None:
    now = clock.now()
    session.add_all(
        new_attempt(round_id, place.case_file_id, READINGS[place.position], who, now)
        for place, who in sorted(
            places.items(), key=lambda entry: (entry[0].case_file_id, entry[0].position)
        )
    )
    session.flush()


def new_attempt(
    round_id: int, case_file_id: int, which: Reading, reviewer_id: int, at: object = None
) -> ReviewAttempt:
    """Return a fresh attempt, not yet added to the session."""
    return ReviewAttempt(
        round_id=round_id,
        case_file_id=case_file_id,
        reading=which,
        reviewer_id=reviewer_id,
        partner_id=None,
        state=AttemptState.ASSIGNED,
        is_live=True,
        entries={},
        revision=0,
        n_answered=0,
        n_reopened=0,
        assigned_at=at or clock.now(),
        attested_at=None,
        opened_at=None,
        submitted_at=None,
        ended_at=None,
        end_reason="",
        case_grade=None,
        is_qualified=None,
        content_hash=None,
        partner_attested_at=None,
        signed_by_partner_at=None,
    )


def _record(
    session: Session,
    actor: Actor,
    plan: ReviewPlan,
    result: Assignment,
    report: AssignmentReport,
) -> None:
    audit_trail.append(
        session,
        actor,
        "review.assign",
        f"round:{plan.round_id}",
        {
            "assigned": report.n_assigned,
            "unfilled": report.n_unfilled,
            "conflicts": report.n_conflicts,
            "sealed": report.n_sealed,
            "number": plan.n_assignments,
            "places": len(result.readers),
        },
    )


def end_attempt(attempt: ReviewAttempt, step: str, reason: str) -> None:
    """Seal or withdraw an attempt: it keeps what was written and makes room for a successor."""
    attempt.state = review.next_state(attempt.state, step)
    attempt.is_live, attempt.ended_at, attempt.end_reason = False, clock.now(), reason


def seal_in(session: Session, attempt: ReviewAttempt, reason: str = "conflict") -> None:
    """Seal a reading, and with it an adjudication that rests on it."""
    end_attempt(attempt, "seal", reason)
    if attempt.reading not in READINGS:
        return
    third = session.scalar(
        select(ReviewAttempt).where(
            ReviewAttempt.case_file_id == attempt.case_file_id,
            ReviewAttempt.reading == Reading.ADJUDICATION,
            ReviewAttempt.is_live.is_(True),
        )
    )
    if third is not None:
        end_attempt(third, "seal", "reading_sealed")


def _seal_conflicted(session: Session, actor: Actor, round_id: int) -> int:
    """Seal every live reading of somebody who may not see the file; return how many."""
    barred = (
        select(ReviewAttempt.id)
        .join(RecusalFinding, RecusalFinding.case_file_id == ReviewAttempt.case_file_id)
        .where(
            ReviewAttempt.round_id == round_id,
            ReviewAttempt.is_live.is_(True),
            RecusalFinding.status == FindingStatus.OPEN,
            or_(
                RecusalFinding.account_id == ReviewAttempt.reviewer_id,
                RecusalFinding.account_id == ReviewAttempt.partner_id,
            ),
        )
    )
    number = 0
    for attempt in session.scalars(
        select(ReviewAttempt).where(ReviewAttempt.id.in_(barred)).order_by(ReviewAttempt.id)
    ):
        if not attempt.is_live:
            continue  # sealed a moment ago with the reading it rests on
        seal_in(session, attempt)
        number += 1
        audit_trail.append(
            session, actor, "review.conflict", f"attempt:{attempt.id}", {"source": "screening"}
        )
    session.flush()
    return number


# ------------------------------------------------------------------ lists


def list_loads(actor: Actor, round_id: int) -> list[LoadView]:
    """Return each reviewer's work; only the people who run the round see it."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
    with reading() as session:
        tallies: dict[int, dict[AttemptState, int]] = {}
        for account_id, state, number in session.execute(
            select(ReviewAttempt.reviewer_id, ReviewAttempt.state, func.count())
            .where(ReviewAttempt.round_id == round_id, ReviewAttempt.is_live.is_(True))
            .group_by(ReviewAttempt.reviewer_id, ReviewAttempt.state)
        ):
            tallies.setdefault(account_id, {})[state] = number
        courts = {
            row[0]: row[1]
            for row in session.execute(
                select(ReviewAttempt.reviewer_id, func.count(func.distinct(CaseFile.court_id)))
                .join(CaseFile, CaseFile.id == ReviewAttempt.case_file_id)
                .where(ReviewAttempt.round_id == round_id, ReviewAttempt.is_live.is_(True))
                .group_by(ReviewAttempt.reviewer_id)
            )
        }
        people = session.execute(
            select(RoundReviewer, Account.display_name)
            .join(Account, Account.id == RoundReviewer.account_id)
            .where(RoundReviewer.round_id == round_id)
            .order_by(RoundReviewer.account_id)
        )
        return [
            _load(row, name, tallies.get(row.account_id, {}), courts.get(row.account_id, 0))
            for row, name in people
        ]


def _load(row: RoundReviewer, name: str, tally: dict[AttemptState, int], n_courts: int) -> LoadView:
    under_way = sum(tally.get(state, 0) for state in (AttemptState.ATTESTED, AttemptState.OPEN))
    return LoadView(
        row.account_id,
        name,
        row.firm,
        row.is_senior,
        row.left_at is not None,
        sum(tally.values()),
        under_way,
        tally.get(AttemptState.SUBMITTED, 0),
        n_courts,
    )


def list_attempts(
    actor: Actor,
    round_id: int,
    *,
    states: Iterable[AttemptState] = LIVE_STATES,
    after: int = 0,
    limit: int = PAGE_SIZE,
) -> list[AttemptLine]:
    """Return readings of a round by number, a page at a time, without a single answer."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
    with reading() as session:
        rows = session.execute(
            select(
                ReviewAttempt.id,
                CaseFile.sample_number,
                Court.short_name,
                ReviewAttempt.reading,
                Account.display_name,
                ReviewAttempt.state,
                ReviewAttempt.n_answered,
            )
            .join(CaseFile, CaseFile.id == ReviewAttempt.case_file_id)
            .join(Court, Court.id == CaseFile.court_id)
            .join(Account, Account.id == ReviewAttempt.reviewer_id)
            .where(
                ReviewAttempt.round_id == round_id,
                ReviewAttempt.state.in_(list(states)),
                ReviewAttempt.id > after,
            )
            .order_by(ReviewAttempt.id)
            .limit(limit)
        )
        return [AttemptLine(*row) for row in rows]


def promised_second_readings(files: Sequence[FileToRead], share: float) -> int:
    """Return how many files must be read twice to keep the promise over the whole round."""
    return math.ceil(share * len(files) - 1e-9)
