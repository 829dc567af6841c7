"""Drawn files: taken over from the draw, asked for, produced, given back; not produced, replaced.

Case numbers are shown to the secretary, the chair and the court's liaison only; everybody else
works with sample numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain import case_file as storeroom
from evaluation.domain.case_file import FileState, FrameError
from evaluation.domain.checklist import Checklist
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.register import PropertyLabel
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import InvalidInput, NotAllowed, NotFound
from evaluation.language import _
from evaluation.services import review_plans, rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.court import Court
from evaluation.storage.models.draw import Draw
from evaluation.storage.session import reading, unit_of_work

PAGE_SIZE = 100
_HANDLERS = (Role.SECRETARY, Role.CHAIR)


@dataclass(frozen=True, slots=True)
class UnitToRead:
    """A unit of the draw with what the register says of it."""

    unit_id: str
    court_code: str
    stratum: str
    stratum_population: int
    ticket: str
    draw_rank: int
    closure_method: str = ""
    filed_on: date | None = None
    closed_on: date | None = None
    property_label: str = ""
    claim_fen: int | None = None
    recovered_fen: int | None = None


@dataclass(frozen=True, slots=True)
class FileView:
    """One line of the pull list."""

    id: int
    sample_number: str
    unit_id: str
    court_id: int
    court: str
    ticket: str
    draw_rank: int
    state: FileState
    requested_at: datetime | None
    produced_at: datetime | None
    returned_at: datetime | None
    retrieval_minutes: int | None
    note: str
    frame_error: FrameError | None


@dataclass(frozen=True, slots=True)
class FileCounts:
    """How many files of a round are in each state, and how long retrieval took."""

    by_state: dict[FileState, int]
    by_bucket: dict[str, int]


def closure_code(checklist: Checklist, text: str) -> str:
    """Return the checklist's code of a closure method written as code, name or short name."""
    field = next(field for field in checklist.header if field.code == "closure_method")
    plain = text.strip()
    for option in field.options:
        if plain in (option.code, option.text):
            return option.code
    return "other"


def _new_file(
    unit: UnitToRead,
    places: tuple[int, int | None, int],
    sample_number: str,
    closure: str,
    at: datetime,
) -> CaseFile:
    round_id, draw_id, court_id = places
    return CaseFile(
        round_id=round_id,
        draw_id=draw_id,
        sample_number=sample_number,
        unit_id=unit.unit_id,
        court_id=court_id,
        stratum=unit.stratum,
        stratum_population=unit.stratum_population,
        ticket=unit.ticket,
        draw_rank=unit.draw_rank,
        closure_method=closure,
        filed_on=unit.filed_on,
        closed_on=unit.closed_on,
        property_label=unit.property_label or PropertyLabel.UNMARKED,
        claim_fen=unit.claim_fen,
        recovered_fen=unit.recovered_fen,
        state=FileState.LISTED,
        requested_at=None,
        produced_at=None,
        returned_at=None,
        retrieval_minutes=None,
        note="",
        frame_error=None,
        substitute_for_id=None,
        created_at=at,
    )


def take_in(
    session: Session, actor: Actor, round_id: int, draw_id: int | None, units: Sequence[UnitToRead]
) -> int:
    """Make case files of drawn units, inside the draw's own transaction; known ones are skipped.

    Sample numbers run within a court in ticket order, so they say nothing about the stratum.
    """
    checklist = review_plans.checklist_in(session, round_id)
    plan, draw = review_plans.plan_in(session, round_id), session.get(Draw, draw_id or 0)
    if draw is not None:  # the public seed of the draw is the seed of the assignment
        plan.seed = plan.seed or draw.seed
    courts = {row.code: row.id for row in session.scalars(select(Court))}
    unknown = sorted({unit.court_code for unit in units} - set(courts))
    if unknown:
        raise InvalidInput(
            _("没有代码为{codes}的法院。").format(codes="、".join(unknown[:5])),
            remedy=_("请先在“参评法院”页登记。"),
        )
    known = set(session.scalars(select(CaseFile.unit_id).where(CaseFile.round_id == round_id)))
    numbers = {
        row[0]: row[1]
        for row in session.execute(
            select(CaseFile.court_id, func.count())
            .where(CaseFile.round_id == round_id)
            .group_by(CaseFile.court_id)
        )
    }
    fresh = [unit for unit in units if unit.unit_id not in known]
    now = clock.now()
    for unit in sorted(fresh, key=lambda one: (one.court_code, one.ticket)):
        court_id = courts[unit.court_code]
        numbers[court_id] = numbers.get(court_id, 0) + 1
        number = f"{unit.court_code}-{numbers[court_id]:04d}"
        closure = closure_code(checklist, unit.closure_method)
        session.add(_new_file(unit, (round_id, draw_id, court_id), number, closure, now))
    session.flush()
    audit_trail.append(
        session, actor, "case_file.take_in", f"round:{round_id}", {"n_files": len(fresh)}
    )
    return len(fresh)


# ------------------------------------------------------------------ reading


def _may_see_court(actor: Actor, court_code: str) -> bool:
    if actor.has(*_HANDLERS):
        return True
    return actor.has(Role.COURT_LIAISON) and actor.court_code == court_code


def _file_view(row: CaseFile, court: str) -> FileView:
    return FileView(
        row.id,
        row.sample_number,
        row.unit_id,
        row.court_id,
        court,
        row.ticket,
        row.draw_rank,
        row.state,
        row.requested_at,
        row.produced_at,
        row.returned_at,
        row.retrieval_minutes,
        row.note,
        row.frame_error,
    )


def pull_list(
    actor: Actor,
    round_id: int,
    court_id: int,
    *,
    state: FileState | None = None,
    after: str = "",
    limit: int = PAGE_SIZE,
) -> list[FileView]:
    """Return a court's files in ticket order, which is draw order; ``after`` is the last ticket.

    Shown to the secretary, the chair and the court's own liaison: they fetch the files.
    """
    require(actor, *_HANDLERS, Role.COURT_LIAISON)
    with reading() as session:
        court = session.get(Court, court_id)
        if court is None or not _may_see_court(actor, court.code):
            raise NotFound(_("没有这个法院。"), remedy=_("请重新选择法院。"))
        query = select(CaseFile).where(
            CaseFile.round_id == round_id, CaseFile.court_id == court_id, CaseFile.ticket > after
        )
        if state is not None:
            query = query.where(CaseFile.state == state)
        rows = session.scalars(query.order_by(CaseFile.ticket).limit(limit))
        return [_file_view(row, court.short_name) for row in rows]


def counts(actor: Actor, round_id: int) -> FileCounts:
    """Return how many files are where, and the retrieval times by bucket."""
    require(actor, *(set(Role) - {Role.COURT_LIAISON}))
    with reading() as session:
        return counts_in(session, round_id)


def counts_in(session: Session, round_id: int) -> FileCounts:
    """Return the same inside a unit of work."""
    by_state = dict.fromkeys(FileState, 0)
    for state, number in session.execute(
        select(CaseFile.state, func.count())
        .where(CaseFile.round_id == round_id)
        .group_by(CaseFile.state)
    ):
        by_state[state] = number
    by_bucket: dict[str, int] = {}
    for minutes, number in session.execute(
        select(CaseFile.retrieval_minutes, func.count())
        .where(CaseFile.round_id == round_id, CaseFile.retrieval_minutes.is_not(None))
        .group_by(CaseFile.retrieval_minutes)
    ):
        bucket = storeroom.retrieval_bucket(minutes or 0)
        by_bucket[bucket] = by_bucket.get(bucket, 0) + number
    return FileCounts(by_state, by_bucket)


# ------------------------------------------------------------------ the storeroom


def register(
    actor: Actor,
    round_id: int,
    file_ids: Iterable[int],
    step: str,
    *,
    at: datetime | None = None,
    note: str = "",
) -> int:
    """Record one step (request, produce, return, not_produced) for files; return how many.

    The liaison may say that a file is produced or cannot be; the secretary records every step.

    Raises
    ------
    WrongState
        If a file is not where the step begins; nothing is recorded then.
    """
    require(actor, Role.SECRETARY, Role.CHAIR, Role.COURT_LIAISON)
    if step == "frame_error":
        raise InvalidInput(_("名册差错须单独报批。"), remedy=_("请使用“名册差错”登记。"))
    if not actor.has(*_HANDLERS) and step not in ("produce", "not_produced"):
        raise NotAllowed(_("联络员只登记提供或者不能提供。"), remedy=_("其他步骤由秘书登记。"))
    if step == "not_produced" and len(note.strip()) < 2:
        raise InvalidInput(_("未提供的须写明法院的说明。"), remedy=_("请填写说明。"))
    moment, ids = at or clock.now(), sorted(set(file_ids))
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        rows = session.execute(
            select(CaseFile, Court.code)
            .join(Court, Court.id == CaseFile.court_id)
            .where(CaseFile.round_id == round_id, CaseFile.id.in_(ids))
            .order_by(CaseFile.id)
            .with_for_update(of=CaseFile)
        ).all()
        if len(rows) != len(ids) or not all(_may_see_court(actor, code) for _row, code in rows):
            raise NotFound(_("没有这份案卷。"), remedy=_("请刷新页面后重新选择。"))
        for row, _code in rows:
            _step(row, step, moment, note)
        audit_trail.append(
            session,
            actor,
            f"case_file.{step}",
            f"round:{round_id}",
            {"files": [row.sample_number for row, _code in rows]},
        )
        return len(rows)


def _step(row: CaseFile, step: str, moment: datetime, note: str) -> None:
    row.state = storeroom.next_state(row.state, step)
    if note.strip():
        row.note = note.strip()
    if step in ("request", "request_again"):
        row.requested_at, row.produced_at, row.returned_at = moment, None, None
    elif step == "produce":
        row.produced_at = moment
        if row.requested_at is not None:
            row.retrieval_minutes = storeroom.minutes_between(row.requested_at, moment)
    elif step == "return":
        row.returned_at = moment
