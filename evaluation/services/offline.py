"""Reading without network: a packet goes out, comes back, and overwrites nothing silently.

Each unit (an answer with its page and note, or one entry) is compared three ways: as it left, as
it is now, as it came back. Only where the desk has not moved since is the returned value taken;
the rest is a conflict for the reviewer to decide.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.case_file import FileState
from evaluation.domain.checklist import Checklist
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.review import AttemptState, Reading, next_state
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import EvaluationError, Fault, InvalidInput, NotFound, WrongState
from evaluation.language import _
from evaluation.services import (
    packet_values,
    packet_workbook,
    review_attempts,
    review_plans,
    review_writing,
    reviews,
    rounds,
)
from evaluation.services.packet_workbook import SheetContent
from evaluation.services.review_entries import PERIODS
from evaluation.storage import audit_trail
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.review import PacketReturn, ReviewAttempt, ReviewPacket
from evaluation.storage.session import reading, unit_of_work

MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class ConflictField:
    """One field of a unit: what left with the packet, what the desk has, what came back."""

    title: str
    issued: str
    current: str
    returned: str

    @property
    def differs(self) -> bool:
        """Tell whether desk and packet differ here."""
        return self.current != self.returned


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """One unit that changed on both sides, field by field."""

    position: int
    sample_number: str
    unit: str
    title: str
    fields: tuple[ConflictField, ...]
    decision: str


@dataclass(frozen=True, slots=True)
class ReturnView:
    """What a returned packet did."""

    return_id: int
    is_repeated: bool
    n_taken: int
    n_unchanged: int
    conflicts: list[ConflictLine]


# ------------------------------------------------------------------ out


def issue(actor: Actor, round_id: int) -> tuple[str, bytes]:
    """Return the name and bytes of a packet with one's own attested or open files.

    Raises
    ------
    WrongState
        If there is none: the declaration comes first, offline too.
    """
    require(actor, Role.REVIEWER)
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        checklist = review_plans.checklist_in(session, round_id)
        numbers = session.execute(
            select(ReviewAttempt.id, CaseFile.sample_number)
            .join(CaseFile, CaseFile.id == ReviewAttempt.case_file_id)
            .where(
                ReviewAttempt.round_id == round_id,
                ReviewAttempt.reviewer_id == actor.account_id,
                ReviewAttempt.is_live.is_(True),
                ReviewAttempt.reading != Reading.ADJUDICATION,
                ReviewAttempt.state.in_([AttemptState.ATTESTED, AttemptState.OPEN]),
                CaseFile.state == FileState.PRODUCED,
            )
            .order_by(CaseFile.sample_number)
            .limit(MOST_FILES)
        ).all()
        if not numbers:
            raise WrongState(
                _("没有已声明且法院已提供的案卷。"), remedy=_("请先逐案声明没有利害关系。")
            )
        contents, baseline = [], {}
        for attempt_id, sample_number in numbers:
            loaded = review_attempts.load_own(session, actor, attempt_id)
            _open_attempt(loaded)
            values = packet_values.values_of(checklist, loaded)
            contents.append(SheetContent(sample_number, values))
            baseline[str(attempt_id)] = {"sample": sample_number, "values": values}
        packet = ReviewPacket(
            round_id=round_id,
            reviewer_id=actor.account_id,
            code=f"HP-{round_id}-{secrets.token_hex(5).upper()}",
            baseline=baseline,
            issued_at=clock.now(),
        )
        session.add(packet)
        audit_trail.append(
            session, actor, "packet.issue", f"round:{round_id}", {"n_files": len(contents)}
        )
        content = packet_workbook.build(checklist, packet.code, actor.name, contents)
        return f"{packet.code}.xlsx", content


def _open_attempt(loaded: review_attempts.Loaded) -> None:
    attempt = loaded.attempt
    if attempt.state is AttemptState.ATTESTED:
        attempt.state = next_state(attempt.state, "open")
        attempt.opened_at = clock.now()
        attempt.entries = attempt.entries or reviews.entries_from_register(loaded.case)


# ------------------------------------------------------------------ back


def take_back(actor: Actor, content: bytes) -> ReturnView:
    """Take a packet back: all that can be taken, or nothing when anything is wrong with it.

    Raises
    ------
    InvalidInput
        If a locked cell was changed or a value cannot be taken; every cell is named.
    NotFound
        If the packet is not this person's.
    """
    require(actor, Role.REVIEWER)
    code = packet_workbook.packet_code(content)
    sha256 = hashlib.sha256(content).hexdigest()
    with unit_of_work() as session:
        packet = session.scalar(
            select(ReviewPacket).where(
                ReviewPacket.code == code, ReviewPacket.reviewer_id == actor.account_id
            )
        )
        if packet is None:
            raise NotFound(_("没有这个离线评查包，或者不是发给您的。"), remedy=_("请核对文件。"))
        rounds.require_round(session, packet.round_id, RoundState.OPEN)
        known = session.scalar(
            select(PacketReturn).where(
                PacketReturn.packet_id == packet.id, PacketReturn.sha256 == sha256
            )
        )
        checklist = review_plans.checklist_in(session, packet.round_id)
        if known is not None:
            return _view(checklist, known, is_repeated=True)
        row = _take(session, actor, packet, content, sha256)
        return _view(checklist, row, is_repeated=False)


def _take(
    session: Session, actor: Actor, packet: ReviewPacket, content: bytes, sha256: str
) -> PacketReturn:
    checklist = review_plans.checklist_in(session, packet.round_id)
    numbers = [entry["sample"] for entry in packet.baseline.values()]
    found = packet_workbook.take(checklist, content, packet.code, actor.name, numbers)
    taken = unchanged = 0
    conflicts: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for attempt_id, entry in packet.baseline.items():
        returned = packet_values.canonical(checklist, found[entry["sample"]])
        units = {
            packet_values.unit_of(key)
            for key in packet_workbook.differences(entry["values"], returned)
        }
        if not units:
            continue
        try:
            loaded = review_attempts.load_own(session, actor, int(attempt_id))
            review_attempts.require_writing(loaded, actor)
        except EvaluationError as problem:
            faults.append(Fault(entry["sample"], problem.what, problem.remedy))
            continue
        current = packet_values.values_of(checklist, loaded)
        for unit in sorted(units):
            issued, now, back = (
                packet_values.unit_in(side, unit) for side in (entry["values"], current, returned)
            )
            if now == back:
                unchanged += 1
            elif now != issued:
                sides = {"issued": issued, "current": now, "returned": back}
                place = {"attempt": int(attempt_id), "sample": entry["sample"], "unit": unit}
                conflicts.append({**place, **sides, "decision": ""})
            else:
                faults += _put(session, actor, loaded, unit, back)
                taken += 1
        loaded.attempt.n_answered = reviews.form_of(loaded, actor).n_answered
    if faults:
        raise InvalidInput(
            _("有{n}处不能收回，没有收回任何内容。").format(n=len(faults)), faults=faults
        )
    row = PacketReturn(
        packet_id=packet.id,
        sha256=sha256,
        returned_at=clock.now(),
        n_taken=taken,
        n_unchanged=unchanged,
        conflicts=conflicts,
    )
    session.add(row)
    session.flush()
    audit_trail.append(
        session,
        actor,
        "packet.return",
        f"packet:{packet.id}",
        {"taken": taken, "unchanged": unchanged, "conflicts": len(conflicts), "sha256": sha256},
    )
    return row


def _put(
    session: Session,
    actor: Actor,
    loaded: review_attempts.Loaded,
    unit: str,
    texts: Mapping[str, str],
) -> list[Fault]:
    """Put one returned unit into the form; return its faults instead of raising."""
    checklist, sample = loaded.checklist, loaded.case.sample_number
    rows = packet_workbook.rows_of(checklist)
    try:
        if unit == PERIODS:
            before = loaded.attempt.entries.get(PERIODS) or []
            periods = packet_values.read_periods(checklist, texts, before)
            review_writing.put_entries(session, actor, loaded, {PERIODS: periods}, "packet")
        elif unit in {item.code for item in checklist.items()}:
            answer = packet_values.read_answer(checklist, texts)
            review_writing.put_answer(session, actor, loaded, unit, answer, "packet")
        else:
            value = packet_values.read_entry(checklist, unit, texts["answer"])
            review_writing.put_entries(session, actor, loaded, {unit: value}, "packet")
    except EvaluationError as problem:
        inner = problem.faults or (Fault("", problem.what, problem.remedy),)
        return [
            Fault(f"{sample}!{_cell(rows, unit, one.where)}", one.what, one.remedy, "PACKET")
            for one in inner
        ]
    return []


def _cell(rows: Mapping[str, int], unit: str, where: str) -> str:
    """Return the cell that a fault of a unit is about."""
    if unit != PERIODS:
        return f"C{rows[unit]}"
    number, _colon, column = where.partition(":")
    return f"{column or 'C'}{rows.get(f'{PERIODS}:{number}', rows[f'{PERIODS}:1'])}"


# ------------------------------------------------------------------ conflicts


def _view(checklist: Checklist, row: PacketReturn, *, is_repeated: bool) -> ReturnView:
    lines = []
    for position, one in enumerate(row.conflicts):
        sides = [one.get("issued", {}), one["current"], one["returned"]]
        names = {name for side in sides for name, text in side.items() if text}
        fields = tuple(
            ConflictField(title, *(side.get(name, "") for side in sides))
            for name, title in packet_values.field_titles(one["unit"], names).items()
        )
        title = packet_values.title_of(checklist, one["unit"])
        lines.append(
            ConflictLine(position, one["sample"], one["unit"], title, fields, one["decision"])
        )
    return ReturnView(row.id, is_repeated, row.n_taken, row.n_unchanged, lines)


def open_conflicts(actor: Actor, round_id: int) -> list[ReturnView]:
    """Return one's own returns that still have conflicts to decide."""
    require(actor, Role.REVIEWER)
    with reading() as session:
        rows = session.scalars(
            select(PacketReturn)
            .join(ReviewPacket, ReviewPacket.id == PacketReturn.packet_id)
            .where(ReviewPacket.round_id == round_id, ReviewPacket.reviewer_id == actor.account_id)
            .order_by(PacketReturn.id)
        ).all()
        checklist = review_plans.checklist_in(session, round_id)
        return [
            _view(checklist, row, is_repeated=False)
            for row in rows
            if any(not one["decision"] for one in row.conflicts)
        ]


def resolve(actor: Actor, return_id: int, position: int, *, take_returned: bool) -> None:
    """Decide one conflict: keep what the desk has, or take what came back."""
    require(actor, Role.REVIEWER)
    with unit_of_work() as session:
        row = session.get(PacketReturn, return_id, with_for_update=True)
        packet = session.get(ReviewPacket, row.packet_id) if row else None
        if row is None or packet is None or packet.reviewer_id != actor.account_id:
            raise NotFound(_("没有这条冲突。"), remedy=_("请刷新页面。"))
        conflicts = [dict(one) for one in row.conflicts]
        if not 0 <= position < len(conflicts) or conflicts[position]["decision"]:
            raise NotFound(_("这条冲突已经处理。"), remedy=_("请刷新页面。"))
        chosen = conflicts[position]
        if take_returned:
            loaded = review_attempts.load_own(session, actor, int(chosen["attempt"]))
            review_attempts.require_writing(loaded, actor)
            faults = _put(session, actor, loaded, str(chosen["unit"]), chosen["returned"])
            if faults:
                raise InvalidInput(_("没有保存。"), faults=faults)
        chosen["decision"] = "returned" if take_returned else "current"
        row.conflicts = conflicts
        audit_trail.append(
            session,
            actor,
            "packet.resolve",
            f"packet:{packet.id}",
            {"position": position, "decision": chosen["decision"]},
        )
