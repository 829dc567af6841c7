"""Right of reply: the court answers the draft item by item, the panel decides with reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.report import CourtReply, ReplyDecision
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import InvalidInput, NotAllowed, NotFound, WrongState
from evaluation.language import _
from evaluation.services import rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.court import Court
from evaluation.storage.models.report import ReportReply
from evaluation.storage.session import reading, unit_of_work

_READERS = (Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER, Role.COURT_LIAISON)


@dataclass(frozen=True, slots=True)
class ReplyView:
    """An objection as the page shows it."""

    id: int
    court_code: str
    court_name: str
    subject: str
    objection: str
    decision: ReplyDecision
    reason: str
    received_at: datetime
    decided_at: datetime | None


def list_replies(actor: Actor, round_id: int) -> list[ReplyView]:
    """Return the objections; a liaison sees those of the own court only."""
    require(actor, *_READERS)
    with reading() as session:
        found = [_view(row, court) for row, court in _rows(session, round_id)]
    if actor.has(Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER):
        return found
    return [reply for reply in found if reply.court_code == actor.court_code]


def replies_in(session: Session, round_id: int) -> list[CourtReply]:
    """Return the objections for the appendix of the report."""
    return [
        CourtReply(court.name, row.subject, row.objection, row.decision, row.reason, row.id)
        for row, court in _rows(session, round_id)
    ]


def submit(actor: Actor, round_id: int, court_code: str, subject: str, objection: str) -> int:
    """Record an objection to one item; it will be printed unchanged.

    Raises
    ------
    NotAllowed
        If a liaison writes for another court.
    WrongState
        If the round is not frozen or sealed: there is no draft to answer.
    InvalidInput
        If item or objection is empty.
    """
    require(actor, Role.COURT_LIAISON, Role.SECRETARY)
    if not actor.has(Role.SECRETARY) and actor.court_code != court_code:
        raise NotAllowed(_("只能为本院提出意见。"))
    if not subject.strip() or not objection.strip():
        raise InvalidInput(_("没有写明事项或意见。"), remedy=_("请逐项写明对哪一处事实有何意见。"))
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.FROZEN, RoundState.SEALED)
        court = session.scalar(select(Court).where(Court.code == court_code))
        if court is None:
            raise NotFound(_("没有这个法院。"), remedy=_("请重新选择。"))
        row = ReportReply(
            round_id=round_id,
            court_id=court.id,
            subject=subject.strip(),
            objection=objection.strip(),
            decision=ReplyDecision.PENDING,
            reason="",
            account_id=actor.account_id,
            received_at=clock.now(),
            decided_at=None,
        )
        session.add(row)
        session.flush()
        audit_trail.append(session, actor, "report.reply", f"reply:{row.id}", {"court": court_code})
        return row.id


def decide(actor: Actor, reply_id: int, decision: ReplyDecision, reason: str) -> None:
    """Record what the panel decided on an objection, with its reason."""
    require(actor, Role.CHAIR)
    if decision is ReplyDecision.PENDING or len(reason.strip()) < 5:
        raise InvalidInput(_("没有写明处理结果或理由。"), remedy=_("请选择结果并写明理由。"))
    with unit_of_work() as session:
        row = session.get(ReportReply, reply_id)
        if row is None:
            raise NotFound(_("没有这条意见。"), remedy=_("请刷新页面后重试。"))
        state = rounds.row_of(session, row.round_id).state
        if state is RoundState.PUBLISHED:
            raise WrongState(_("报告已经发布，不再改变对意见的处理。"), remedy=_("可另发勘误。"))
        row.decision, row.reason, row.decided_at = decision, reason.strip(), clock.now()
        audit_trail.append(
            session, actor, "report.decide_reply", f"reply:{row.id}", {"decision": str(decision)}
        )


def _rows(session: Session, round_id: int) -> list[tuple[ReportReply, Court]]:
    query = (
        select(ReportReply, Court)
        .join(Court, Court.id == ReportReply.court_id)
        .where(ReportReply.round_id == round_id)
        .order_by(ReportReply.id)
    )
    return [(row, court) for row, court in session.execute(query)]


def _view(row: ReportReply, court: Court) -> ReplyView:
    return ReplyView(
        row.id,
        court.code,
        court.name,
        row.subject,
        row.objection,
        row.decision,
        row.reason,
        row.received_at,
        row.decided_at,
    )
