"""Files read twice: how many disputes each has, and who settles them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.review import AttemptState, Reading
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, WrongState
from evaluation.language import _
from evaluation.services import assignments, recusal_findings, review_plans, rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.account import Account
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.court import Court
from evaluation.storage.models.review import ReviewAnswer, ReviewAttempt, RoundReviewer
from evaluation.storage.session import reading, unit_of_work

PAGE_SIZE = 50
#: Judgments of the header that two readers must agree on.
COMPARED_ENTRIES = ("has_property_by_reviewer", "difficulty_class")


@dataclass(frozen=True, slots=True)
class PairView:
    """A file that both readers have handed in."""

    case_file_id: int
    sample_number: str
    court: str
    n_disputed: int
    adjudicator: str
    state: AttemptState | None
    attempt_id: int | None


# ------------------------------------------------------------------ lists


def list_pairs(
    actor: Actor, round_id: int, *, after: int = 0, limit: int = PAGE_SIZE
) -> list[PairView]:
    """Return files that were read twice, with the number of disputes, a page at a time."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
    with reading() as session:
        return _pairs(session, round_id, after, limit)


def _pairs(session: Session, round_id: int, after: int, limit: int) -> list[PairView]:
    one, two = aliased(ReviewAttempt), aliased(ReviewAttempt)
    rows = session.execute(
        select(CaseFile.id, CaseFile.sample_number, Court.short_name, one, two)
        .join(one, one.case_file_id == CaseFile.id)
        .join(two, two.case_file_id == CaseFile.id)
        .join(Court, Court.id == CaseFile.court_id)
        .where(
            CaseFile.round_id == round_id,
            CaseFile.id > after,
            one.reading == Reading.FIRST,
            two.reading == Reading.SECOND,
            one.is_live.is_(True),
            two.is_live.is_(True),
            one.state == AttemptState.SUBMITTED,
            two.state == AttemptState.SUBMITTED,
        )
        .order_by(CaseFile.id)
        .limit(limit)
    ).all()
    ids = [row[0] for row in rows]
    disputed = disputed_counts(session, ids, _summed_up(session, round_id))
    thirds = {
        attempt.case_file_id: (attempt, name)
        for attempt, name in session.execute(
            select(ReviewAttempt, Account.display_name)
            .join(Account, Account.id == ReviewAttempt.reviewer_id)
            .where(
                ReviewAttempt.case_file_id.in_(ids),
                ReviewAttempt.reading == Reading.ADJUDICATION,
                ReviewAttempt.is_live.is_(True),
            )
        )
    }
    found = []
    for case_file_id, number, court, first, second in rows:
        third, name = thirds.get(case_file_id, (None, ""))
        differing = sum(
            first.entries.get(field) != second.entries.get(field) for field in COMPARED_ENTRIES
        )
        found.append(
            PairView(
                case_file_id,
                number,
                court,
                disputed.get(case_file_id, 0) + differing,
                name,
                third.state if third else None,
                third.id if third else None,
            )
        )
    return found


def _summed_up(session: Session, round_id: int) -> list[str]:
    """Return the items that follow from others: nobody settles them."""
    checklist = review_plans.checklist_in(session, round_id)
    return [item.code for item in checklist.items() if item.all_of]


def disputed_counts(
    session: Session, case_file_ids: list[int], without: Collection[str] = ()
) -> dict[int, int]:
    """Return how many items the two live readings of each file answer differently."""
    one, two = aliased(ReviewAttempt), aliased(ReviewAttempt)
    first, second = aliased(ReviewAnswer), aliased(ReviewAnswer)
    rows = session.execute(
        select(one.case_file_id, func.count())
        .join(two, two.case_file_id == one.case_file_id)
        .join(first, first.attempt_id == one.id)
        .join(second, (second.attempt_id == two.id) & (second.item_code == first.item_code))
        .where(
            one.case_file_id.in_(case_file_ids),
            one.reading == Reading.FIRST,
            two.reading == Reading.SECOND,
            one.is_live.is_(True),
            two.is_live.is_(True),
            first.answer != second.answer,
            first.item_code.not_in(list(without)),
        )
        .group_by(one.case_file_id)
    )
    return {row[0]: row[1] for row in rows}


def own_adjudications(actor: Actor, round_id: int) -> list[PairView]:
    """Return the adjudications given to this person."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with reading() as session:
        rows = session.execute(
            select(ReviewAttempt, CaseFile.sample_number, Court.short_name)
            .join(CaseFile, CaseFile.id == ReviewAttempt.case_file_id)
            .join(Court, Court.id == CaseFile.court_id)
            .where(
                ReviewAttempt.round_id == round_id,
                ReviewAttempt.reviewer_id == actor.account_id,
                ReviewAttempt.reading == Reading.ADJUDICATION,
                ReviewAttempt.is_live.is_(True),
            )
            .order_by(ReviewAttempt.id)
        ).all()
        ids = [row[0].case_file_id for row in rows]
        disputed = disputed_counts(session, ids, _summed_up(session, round_id))
        return [
            PairView(
                attempt.case_file_id,
                number,
                court,
                disputed.get(attempt.case_file_id, 0),
                actor.name,
                attempt.state,
                attempt.id,
            )
            for attempt, number, court in rows
        ]


# ------------------------------------------------------------------ appointment


def readings_in(session: Session, case_file_id: int) -> tuple[ReviewAttempt, ReviewAttempt]:
    """Return both submitted readings of a file, or say that they are not both in."""
    rows = {
        row.reading: row
        for row in session.scalars(
            select(ReviewAttempt).where(
                ReviewAttempt.case_file_id == case_file_id,
                ReviewAttempt.is_live.is_(True),
                ReviewAttempt.state == AttemptState.SUBMITTED,
                ReviewAttempt.reading.in_([Reading.FIRST, Reading.SECOND]),
            )
        )
    }
    if len(rows) < 2:
        raise WrongState(_("两次评查尚未都提交。"), remedy=_("请等两位评查员都提交后再裁定。"))
    return rows[Reading.FIRST], rows[Reading.SECOND]


def eligible_adjudicators(actor: Actor, case_file_id: int) -> list[tuple[int, str]]:
    """Return the senior reviewers, and the chair, who may settle this file."""
    require(actor, Role.CHAIR)
    with reading() as session:
        first, second = readings_in(session, case_file_id)
        seniors = session.execute(
            select(RoundReviewer.account_id, Account.display_name)
            .join(Account, Account.id == RoundReviewer.account_id)
            .where(
                RoundReviewer.round_id == first.round_id,
                RoundReviewer.is_senior.is_(True),
                RoundReviewer.left_at.is_(None),
            )
            .order_by(RoundReviewer.account_id)
        )
        people = {row[0]: row[1] for row in seniors} | {actor.account_id: actor.name}
        return [
            (account_id, name)
            for account_id, name in people.items()
            if account_id not in (first.reviewer_id, second.reviewer_id)
            and not recusal_findings.is_barred(session, case_file_id, account_id)
        ]


def appoint(actor: Actor, case_file_id: int, account_id: int) -> int:
    """Give a disputed file to a third person; return the number of the adjudication.

    Raises
    ------
    Conflict
        If the person read the file, has a conflict, or the file is being adjudicated already.
    """
    allowed = {one for one, _name in eligible_adjudicators(actor, case_file_id)}
    if account_id not in allowed:
        raise Conflict(
            _("该人员评查过这份案卷、应当回避，或者不是资深评查员。"), remedy=_("请改选他人。")
        )
    with unit_of_work() as session:
        first, _second = readings_in(session, case_file_id)
        rounds.require_round(session, first.round_id, RoundState.OPEN)
        taken = session.scalar(
            select(ReviewAttempt.id).where(
                ReviewAttempt.case_file_id == case_file_id,
                ReviewAttempt.reading == Reading.ADJUDICATION,
                ReviewAttempt.is_live.is_(True),
            )
        )
        if taken is not None:
            raise Conflict(_("该案卷已经指定裁定人。"), remedy=_("请刷新页面。"))
        row = assignments.new_attempt(
            first.round_id, case_file_id, Reading.ADJUDICATION, account_id
        )
        session.add(row)
        session.flush()
        audit_trail.append(
            session, actor, "review.appoint", f"attempt:{row.id}", {"account": account_id}
        )
        return row.id
