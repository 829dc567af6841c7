"""Faults of the frame: a unit that should never have been drawn, and the next rank in its place.

The chair approves by recording it. A file that is merely not produced never gets here: that is a
finding, not a fault of the frame.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain import case_file as storeroom
from evaluation.domain.case_file import FrameError
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.review import LIVE_STATES, AttemptState
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, InvalidInput, NotFound
from evaluation.language import _
from evaluation.services import draws, rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.review import ReviewAttempt
from evaluation.storage.session import unit_of_work


def record(actor: Actor, case_file_id: int, error: FrameError, reason: str) -> str:
    """Take a unit out, withdraw its readings, call the next rank; return the new sample number.

    Raises
    ------
    Conflict
        If a reading of it is handed in already, or the reserve of its stratum is used up.
    """
    require(actor, Role.CHAIR)
    if len(reason.strip()) < 5:
        raise InvalidInput(_("须写明名册差错的依据。"), remedy=_("请填写不少于5个字的说明。"))
    with unit_of_work() as session:
        row = session.get(CaseFile, case_file_id)
        if row is None:
            raise NotFound(_("没有这份案卷。"), remedy=_("请刷新页面后重新选择。"))
        rounds.require_round(session, row.round_id, RoundState.OPEN)
        _withdraw(session, row)
        row.state = storeroom.next_state(row.state, "frame_error")
        row.frame_error, row.note = error, reason.strip()
        audit_trail.append(
            session,
            actor,
            "case_file.frame_error",
            f"case_file:{row.id}",
            {"sample": row.sample_number, "error": str(error)},
        )
        return _replacement(session, actor, row, reason)


def _withdraw(session: Session, row: CaseFile) -> None:
    attempts = session.scalars(
        select(ReviewAttempt).where(
            ReviewAttempt.case_file_id == row.id, ReviewAttempt.state.in_(LIVE_STATES)
        )
    ).all()
    if any(attempt.state is AttemptState.SUBMITTED for attempt in attempts):
        raise Conflict(
            _("这份案卷已有提交的评查，不能再作名册差错处理。"),
            remedy=_("请先由组长退回评查，再办理。"),
        )
    for attempt in attempts:
        attempt.state, attempt.is_live = AttemptState.WITHDRAWN, False
        attempt.ended_at, attempt.end_reason = clock.now(), "frame_error"


def _replacement(session: Session, actor: Actor, row: CaseFile, reason: str) -> str:
    if row.draw_id is None:
        return ""
    unit = draws.next_reserve(session, actor, row.draw_id, row.unit_id, reason)
    entered = session.scalar(
        select(CaseFile).where(CaseFile.round_id == row.round_id, CaseFile.unit_id == unit.unit_id)
    )
    if entered is None:
        raise Conflict(_("替补案件没有进入调卷清单。"), remedy=_("请重试。"))
    entered.substitute_for_id = row.id
    return entered.sample_number
