"""Forums and interviews: plan, record, read back, code, clear quotations. No names are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.framework import Framework, InterviewGuide
from evaluation.domain.interview import (
    Capacity,
    Consent,
    InterviewState,
    Pseudonym,
    SessionKind,
    apply_pseudonyms,
    personal_data_faults,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, InvalidInput, NotFound, WrongState
from evaluation.language import _
from evaluation.services import rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.court import Court
from evaluation.storage.models.interview import CodedStatement, Interview, InterviewAttendance
from evaluation.storage.session import reading, unit_of_work

WRITERS = (Role.INTERVIEWER, Role.SECRETARY, Role.CHAIR)
READERS = (Role.INTERVIEWER, Role.SECRETARY, Role.CHAIR, Role.ANALYST)


@dataclass(frozen=True, slots=True)
class InterviewPlan:
    """What is known before a session."""

    guide_id: str
    held_on: date
    place: str
    court_id: int | None = None


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many of one capacity were invited and came."""

    capacity: Capacity
    n_invited: int
    n_present: int


@dataclass(frozen=True, slots=True)
class Minutes:
    """What is written down after a session."""

    attendance: tuple[Attendance, ...]
    duration_minutes: int
    consent: Consent
    recording_agreed: bool
    court_staff_present: bool
    record: str
    pseudonyms: tuple[Pseudonym, ...] = ()


@dataclass(frozen=True, slots=True)
class InterviewView:
    """A session as lists show it."""

    id: int
    round_id: int
    code: str
    kind: SessionKind
    guide_id: str
    guide_name: str
    court_id: int | None
    court_name: str
    held_on: date
    place: str
    state: InterviewState
    consent: Consent
    recording_agreed: bool
    court_staff_present: bool
    audio_deleted_on: date | None
    read_back_on: date | None
    duration_minutes: int | None
    attendance: tuple[Attendance, ...]
    n_statements: int


def plan(actor: Actor, round_id: int, draft: InterviewPlan) -> int:
    """Arrange a session with one of the framework's guides."""
    require(actor, *WRITERS)
    if not draft.place.strip():
        raise InvalidInput(_("没有填写地点。"), remedy=_("请填写地点。"))
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        guide = _guide(rounds.framework_in(session, round_id), draft.guide_id)
        if draft.court_id is not None and session.get(Court, draft.court_id) is None:
            raise NotFound(_("没有这个法院。"), remedy=_("请重新选择法院。"))
        kind = SessionKind(guide.kind)
        same = session.scalar(
            select(func.count())
            .select_from(Interview)
            .where(Interview.round_id == round_id, Interview.kind == kind)
        )
        prefix = "ZT" if kind is SessionKind.FORUM else "FT"
        row = Interview(
            round_id=round_id,
            code=f"{prefix}-{(same or 0) + 1:02d}",
            kind=kind,
            guide_id=guide.id,
            court_id=draft.court_id,
            held_on=draft.held_on,
            place=draft.place.strip(),
            duration_minutes=None,
            court_staff_present=False,
            consent=Consent.NONE,
            recording_agreed=False,
            audio_deleted_on=None,
            record="",
            pseudonyms=[],
            read_back_note="",
            read_back_on=None,
            state=InterviewState.PLANNED,
            account_id=actor.account_id,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        audit_trail.append(session, actor, "interview.plan", f"interview:{row.id}")
        return row.id


def record(actor: Actor, interview_id: int, minutes: Minutes) -> None:
    """Write down a session. Spoken names are replaced on entry and never stored.

    Raises
    ------
    InvalidInput
        If consent, attendance or the record is missing, or the text still holds telephone,
        identity, account or case numbers.
    """
    require(actor, *WRITERS)
    text = apply_pseudonyms(minutes.record, minutes.pseudonyms).strip()
    _check_minutes(minutes, text)
    with unit_of_work() as session:
        row = row_of(session, interview_id)
        rounds.require_round(session, row.round_id, RoundState.OPEN)
        if row.state is InterviewState.CONFIRMED:
            raise WrongState(
                _("记录已经参加人核对，不能再改。"), remedy=_("如确需更正，请另行补记一场。")
            )
        row.duration_minutes = minutes.duration_minutes
        row.consent, row.recording_agreed = minutes.consent, minutes.recording_agreed
        row.court_staff_present = minutes.court_staff_present
        row.record = text
        row.pseudonyms = [item.replacement for item in minutes.pseudonyms]
        row.state = InterviewState.RECORDED
        session.execute(
            delete(InterviewAttendance).where(InterviewAttendance.interview_id == interview_id)
        )
        session.add_all(
            InterviewAttendance(
                interview_id=interview_id,
                capacity=item.capacity,
                n_invited=item.n_invited,
                n_present=item.n_present,
            )
            for item in minutes.attendance
        )
        audit_trail.append(
            session,
            actor,
            "interview.record",
            f"interview:{interview_id}",
            {"n_present": sum(item.n_present for item in minutes.attendance)},
        )


def confirm(actor: Actor, interview_id: int, note: str, *, audio_deleted: bool) -> None:
    """Record the read-back; a recording must be deleted once the text has been checked."""
    require(actor, *WRITERS)
    if len(note.strip()) < 2:
        raise InvalidInput(_("没有写明核对情况。"), remedy=_("请写明谁核对、有无更正。"))
    with unit_of_work() as session:
        row = row_of(session, interview_id)
        rounds.require_round(session, row.round_id, RoundState.OPEN)
        if row.state is not InterviewState.RECORDED:
            raise WrongState(_("还没有记录，或已经核对。"), remedy=_("请先完成记录。"))
        if row.recording_agreed and not audio_deleted:
            raise InvalidInput(_("录音尚未删除。"), remedy=_("文字核对后须删除录音，再登记核对。"))
        row.read_back_note, row.read_back_on = note.strip(), clock.today()
        row.audio_deleted_on = clock.today() if row.recording_agreed else None
        row.state = InterviewState.CONFIRMED
        audit_trail.append(session, actor, "interview.confirm", f"interview:{interview_id}")


def list_interviews(actor: Actor, round_id: int) -> list[InterviewView]:
    """Return the sessions of a round in the order they were arranged."""
    require(actor, *READERS, Role.OBSERVER)
    with reading() as session:
        return interviews_in(session, round_id)


def get_record(actor: Actor, interview_id: int) -> str:
    """Return the text of a record; it holds pseudonyms only."""
    require(actor, *READERS)
    with reading() as session:
        return row_of(session, interview_id).record


def guides(actor: Actor, round_id: int) -> tuple[InterviewGuide, ...]:
    """Return the guides of a round's framework."""
    require(actor, *READERS, Role.DESIGNER, Role.OBSERVER)
    with reading() as session:
        return rounds.framework_in(session, round_id).guides


def interviews_in(session: Session, round_id: int) -> list[InterviewView]:
    """Return the sessions of a round inside a unit of work: three statements, however many."""
    attendance: dict[int, list[Attendance]] = {}
    for row in session.scalars(
        select(InterviewAttendance)
        .join(Interview, Interview.id == InterviewAttendance.interview_id)
        .where(Interview.round_id == round_id)
        .order_by(InterviewAttendance.id)
    ):
        attendance.setdefault(row.interview_id, []).append(
            Attendance(row.capacity, row.n_invited, row.n_present)
        )
    names = {guide.id: guide.name for guide in rounds.framework_in(session, round_id).guides}
    n_statements = (
        select(func.count(CodedStatement.id))
        .where(CodedStatement.interview_id == Interview.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Interview, Court.short_name, n_statements)
        .outerjoin(Court, Court.id == Interview.court_id)
        .where(Interview.round_id == round_id)
        .order_by(Interview.id)
    )
    return [
        InterviewView(
            id=row.id,
            round_id=row.round_id,
            code=row.code,
            kind=row.kind,
            guide_id=row.guide_id,
            guide_name=names.get(row.guide_id, row.guide_id),
            court_id=row.court_id,
            court_name=court_name or "",
            held_on=row.held_on,
            place=row.place,
            state=row.state,
            consent=row.consent,
            recording_agreed=row.recording_agreed,
            court_staff_present=row.court_staff_present,
            audio_deleted_on=row.audio_deleted_on,
            read_back_on=row.read_back_on,
            duration_minutes=row.duration_minutes,
            attendance=tuple(attendance.get(row.id, ())),
            n_statements=count,
        )
        for row, court_name, count in rows
    ]


def _check_minutes(minutes: Minutes, text: str) -> None:
    faults = personal_data_faults(text, _("记录"))
    if minutes.consent is Consent.NONE:
        faults.append(
            Fault(_("同意"), _("尚未取得参加人同意。"), _("取得口头或书面同意后再记录。"))
        )
    if not minutes.attendance or not any(item.n_present for item in minutes.attendance):
        faults.append(Fault(_("参加人"), _("没有填写人数。"), _("请按类别填写到场人数。")))
    for item in minutes.attendance:
        if item.n_present < 0 or item.n_invited < item.n_present:
            faults.append(Fault(_("参加人"), _("到场人数多于邀请人数。"), _("请核对各类别人数。")))
    if not 5 <= minutes.duration_minutes <= 600:
        faults.append(Fault(_("时长"), _("须为5至600分钟。"), _("请核对时长。")))
    if len(text) < 20:
        faults.append(Fault(_("记录"), _("内容过短。"), _("请写明各方主要意见。")))
    if faults:
        raise InvalidInput(_("记录有误，没有保存。"), faults=faults)


def _guide(framework: Framework, guide_id: str) -> InterviewGuide:
    for guide in framework.guides:
        if guide.id == guide_id:
            return guide
    raise NotFound(_("没有这份提纲。"), remedy=_("请从列表中选择提纲。"))


def row_of(session: Session, interview_id: int) -> Interview:
    """Return the row of a session, or say that there is none."""
    row = session.get(Interview, interview_id)
    if row is None:
        raise NotFound(_("没有这场座谈或访谈。"), remedy=_("请刷新页面后重新选择。"))
    return row
