"""Readings that change hands: somebody left, a conflict came up, an objection was upheld."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.assignment import Place
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.recusal import FindingSource, Level
from evaluation.domain.review import AttemptState
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, InvalidInput, NotFound
from evaluation.language import _
from evaluation.services import assignments, recusal_findings, review_plans, rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.review import ReviewAttempt, RoundReviewer
from evaluation.storage.session import unit_of_work


def withdraw_reviewer(
    actor: Actor, round_id: int, account_id: int, reason: str
) -> assignments.AssignmentReport:
    """Let a reviewer leave: submitted readings stay, the rest is taken back and reassigned."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    if len(reason.strip()) < 2:
        raise InvalidInput(_("须写明退出的原因。"), remedy=_("请填写后办理。"))
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        seat = session.scalar(
            select(RoundReviewer).where(
                RoundReviewer.round_id == round_id, RoundReviewer.account_id == account_id
            )
        )
        if seat is None or seat.left_at is not None:
            raise NotFound(_("该评查员不在本期名单中。"), remedy=_("请刷新页面。"))
        seat.left_at, seat.left_reason = clock.now(), reason.strip()
        unfinished = session.scalars(
            select(ReviewAttempt).where(
                ReviewAttempt.round_id == round_id,
                ReviewAttempt.reviewer_id == account_id,
                ReviewAttempt.is_live.is_(True),
                ReviewAttempt.state != AttemptState.SUBMITTED,
            )
        ).all()
        for attempt in unfinished:
            assignments.end_attempt(attempt, "withdraw", "reviewer_left")
        audit_trail.append(
            session,
            actor,
            "review.withdraw",
            f"account:{account_id}",
            {"round": round_id, "n_readings": len(unfinished)},
        )
        session.flush()
        return assignments.fill_in(session, actor, review_plans.plan_in(session, round_id))


def reassign_in(session: Session, actor: Actor, attempt: ReviewAttempt) -> ReviewAttempt | None:
    """Give the place of a sealed attempt to the lightest allowed reviewer; ``None`` if nobody is.

    Adjudications and gold readings are appointed by the chair again.
    """
    if attempt.reading not in assignments.READINGS:
        return None
    session.flush()
    before = set(assignments.places_in(session, attempt.round_id))
    assignments.fill_in(session, actor, review_plans.plan_in(session, attempt.round_id))
    place = Place(attempt.case_file_id, assignments.POSITIONS[attempt.reading])
    if place in before:
        raise Conflict(_("该案卷已经有新的评查员。"), remedy=_("请刷新页面。"))
    return session.scalar(
        select(ReviewAttempt).where(
            ReviewAttempt.case_file_id == attempt.case_file_id,
            ReviewAttempt.reading == attempt.reading,
            ReviewAttempt.is_live.is_(True),
        )
    )


def match_again_in(session: Session, actor: Actor, round_id: int, case_file_id: int) -> None:
    """Match one file with the reviewers again; what is in conflict changes hands at once."""
    if recusal_findings.screen_in(session, round_id, only=[case_file_id]):
        assignments.fill_in(session, actor, review_plans.plan_in(session, round_id))


def match_again(actor: Actor, round_id: int) -> assignments.AssignmentReport | None:
    """Match every file again; ``None`` if nothing is assigned yet and nothing can change hands."""
    require(actor, Role.SECRETARY, Role.CHAIR)
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        plan = review_plans.plan_in(session, round_id)
        session.flush()
        if plan.n_assignments:
            return assignments.fill_in(session, actor, plan)
    recusal_findings.screen(actor, round_id)
    return None


def uphold_objection(
    actor: Actor, round_id: int, sample_number: str, account_id: int, level: Level, reason: str
) -> assignments.AssignmentReport:
    """Record that the chair upheld a court's or party's objection: the reader is replaced.

    Raises
    ------
    NotFound
        If the round has no such file or reviewer.
    """
    require(actor, Role.CHAIR)
    if len(reason.strip()) < 5 or level is Level.E:
        raise InvalidInput(_("须写明理由，并选择A至D级。"), remedy=_("请填写不少于5个字的理由。"))
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        case = session.scalar(
            select(CaseFile).where(
                CaseFile.round_id == round_id, CaseFile.sample_number == sample_number.strip()
            )
        )
        seat = session.scalar(
            select(RoundReviewer.id).where(
                RoundReviewer.round_id == round_id, RoundReviewer.account_id == account_id
            )
        )
        if case is None or seat is None:
            raise NotFound(
                _("本期没有这个样本编号或者评查员。"), remedy=_("请核对样本编号后重填。")
            )
        recusal_findings.record_discovered(
            session, case, account_id, level, reason.strip(), FindingSource.OBJECTION
        )
        audit_trail.append(
            session,
            actor,
            "recusal.objection",
            f"case_file:{case.id}",
            {"account": account_id, "level": str(level)},
        )
        return assignments.fill_in(session, actor, review_plans.plan_in(session, round_id))
