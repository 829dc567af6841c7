"""Right of reply: a draft goes to the courts, they object item by item, the panel decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.clock import date_text
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.report import (
    REPLY_WORKING_DAYS,
    CourtReply,
    EditionState,
    ReplyDecision,
    working_days_after,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import InvalidInput, NotAllowed, NotFound, WrongState
from evaluation.language import _
from evaluation.services import editions, rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.court import Court
from evaluation.storage.models.report import ReportEdition, ReportReply
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


@dataclass(frozen=True, slots=True)
class ReplyWindow:
    """The draft that lies before the courts, and the last day for objections."""

    edition_id: int
    until: date

    @property
    def is_over(self) -> bool:
        """Whether the last day has passed."""
        return clock.today() > self.until


def window_of(actor: Actor, round_id: int) -> ReplyWindow | None:
    """Return what lies before the courts, or nothing when no draft was sent."""
    require(actor, *_READERS)
    with reading() as session:
        return window_in(session, round_id)


def window_in(session: Session, round_id: int) -> ReplyWindow | None:
    """Return the same inside a unit of work."""
    row = session.scalars(
        select(ReportEdition)
        .where(ReportEdition.round_id == round_id, ReportEdition.reply_until.is_not(None))
        .order_by(ReportEdition.id.desc())
        .limit(1)
    ).first()
    return ReplyWindow(row.id, row.reply_until) if row and row.reply_until else None


def earliest_deadline() -> date:
    """Return the first day that leaves the courts their ten working days."""
    return working_days_after(clock.today(), REPLY_WORKING_DAYS)


def send_draft(actor: Actor, edition_id: int, until: date) -> None:
    """Lay a draft before the courts; their liaisons can read it and object until a day.

    Raises
    ------
    WrongState
        If the edition is not the newest draft.
    InvalidInput
        If the day leaves less than ten working days.
    """
    require(actor, Role.CHAIR, Role.SECRETARY)
    earliest = earliest_deadline()
    if until < earliest:
        raise InvalidInput(
            _("核对期限不足{n}个工作日。").format(n=REPLY_WORKING_DAYS),
            remedy=_("请选择{day}或以后的日期，遇法定节假日另行顺延。").format(
                day=date_text(earliest)
            ),
        )
    with unit_of_work() as session:
        edition = editions.row_of(session, edition_id)
        if edition.state is not EditionState.DRAFT:
            raise WrongState(_("只能送交最新的送审稿。"), remedy=_("请先生成送审稿。"))
        edition.reply_until = until
        detail = {"until": until.isoformat(), "pdf_sha256": edition.pdf_sha256}
        audit_trail.append(session, actor, "report.send_draft", f"edition:{edition_id}", detail)


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
        If no draft lies before the courts, or a liaison comes after the last day; what comes by
        post is recorded by the secretary.
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
        _check_window(actor, window_in(session, round_id))
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


def _check_window(actor: Actor, window: ReplyWindow | None) -> None:
    if window is None:
        raise WrongState(_("送审稿还没有送交法院核对。"), remedy=_("请等评估团送交后再提出意见。"))
    if window.is_over and not actor.has(Role.SECRETARY):
        raise WrongState(
            _("核对期限已于{day}届满。").format(day=date_text(window.until)),
            remedy=_("请书面联系评估团秘书。"),
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
