"""Draws: one seed in public, once; the sample and its case files enter in the same transaction.

A longer sample is the same draw made longer. A substitute is the next rank of the same draw, and
only a fault of the frame calls for one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.register import FrameState, UnitRole
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, InvalidInput, NotFound, WrongState
from evaluation.language import _
from evaluation.services import draw_records, frames, rounds
from evaluation.services.draw_views import (
    DrawView,
    UnitView,
    draw_row,
    newest_certificate,
    unit_view_of,
    view_of,
)
from evaluation.services.sampling_messages import translated
from evaluation.storage import audit_trail
from evaluation.storage.models.draw import Draw, DrawExtension, DrawnUnit
from evaluation.storage.models.frame import Frame
from evaluation.storage.session import reading, unit_of_work
from sampling import certificate as certificates
from sampling import selection
from sampling.certificate import Ceremony
from sampling.frame import FrozenFrame
from sampling.seed import check_seed

HANDLERS = (Role.SECRETARY, Role.CHAIR)
READERS = (*HANDLERS, Role.ANALYST, Role.OBSERVER)


def draw(
    actor: Actor,
    frame_id: int,
    seed: str,
    *,
    witnesses: Sequence[str] = (),
    coordinated_with: int | None = None,
) -> DrawView:
    """Take the seed and draw: sample, certificate and case files enter together or not at all.

    Parameters
    ----------
    actor : Actor
        Secretary or chair, in public.
    frame_id : int
        Frozen frame.
    seed : str
        Given in public after the frame's hash. Empty if ``coordinated_with`` is given.
    witnesses : sequence of str
        Capacities of those present.
    coordinated_with : int, optional
        Earlier draw whose seed is used again so that unchanged cases keep their tickets.

    Raises
    ------
    InvalidInput
        If the seed is unusable. Nothing is used up: give another seed.
    Conflict
        If the frame has its seed already, also when somebody else was a moment faster.
    WrongState
        If the frame is not frozen or the round is not open.
    """
    require(actor, *HANDLERS)
    with unit_of_work() as session:
        frame = frames.row_of(session, frame_id, for_update=True)
        rounds.require_round(session, frame.round_id, RoundState.OPEN)
        _require_frozen(frame)
        earlier = session.get(Draw, coordinated_with) if coordinated_with else None
        if coordinated_with and earlier is None:
            raise NotFound(_("没有所选的上期抽样。"), remedy=_("请重新选择。"))
        text = earlier.seed if earlier else seed
        frozen = frames.frozen_file(frame)
        design = frames.design_of(frame.design)
        if design is None:
            raise WrongState(_("还没有确定样本量。"), remedy=_("请先在“抽样方案”页确定。"))
        now = clock.now()
        with translated():
            check_seed(text)
            drawn = selection.draw(frozen, design, text)
            certificate = certificates.issue(
                drawn,
                frozen,
                Ceremony(
                    frozen_at=frame.frozen_at or now,
                    seed_given_at=earlier.seed_given_at if earlier else now,
                    drawn_at=now,
                    title=frame.name,
                    witnesses=tuple(word.strip() for word in witnesses if word.strip()),
                    coordinated_with=_frame_hash(session, earlier),
                    earlier=_earlier_certificates(session),
                ),
            )
        row = draw_records.keep(session, actor, frame, certificate, earlier)
        draw_records.take_over(session, actor, row, frame, drawn)
        frame.state = FrameState.DRAWN
        audit_trail.append(
            session,
            actor,
            "draw.draw",
            f"draw:{row.id}",
            {
                "frame": frame.sha256,
                "seed": text,
                "sample": len(drawn.sample),
                "certificate": row.certificate_sha256,
            },
        )
        return view_of(session, row, frame)


def extend(
    actor: Actor,
    draw_id: int,
    additional: Mapping[str, int],
    reason: str,
    *,
    reserve_size: int | None = None,
) -> DrawView:
    """Make a draw longer: the next ranks enter the sample, with a certificate of their own.

    Units called as substitutes before count as called: after an extension by k there are k more
    usable files.
    """
    require(actor, Role.CHAIR)
    if len(reason.strip()) < 5:
        raise InvalidInput(_("没有写明延长的理由。"), remedy=_("请填写不少于5个字的理由。"))
    with unit_of_work() as session:
        row = draw_row(session, draw_id)
        frame = frames.row_of(session, row.frame_id, for_update=True)
        rounds.require_round(session, frame.round_id, RoundState.OPEN)
        frozen = frames.frozen_file(frame)
        longer, certificate = _longer(row, frame, frozen, additional, reserve_size)
        text = certificates.dump(certificate)
        session.add(
            DrawExtension(
                draw_id=row.id,
                additional=dict(additional),
                reason=reason.strip(),
                certificate=text,
                certificate_sha256=hashlib.sha256(text.encode()).hexdigest(),
                account_id=actor.account_id,
                extended_at=clock.now(),
            )
        )
        row.design = longer.design.as_dict()
        session.flush()
        draw_records.take_over(session, actor, row, frame, longer)
        audit_trail.append(
            session,
            actor,
            "draw.extend",
            f"draw:{row.id}",
            {"additional": dict(additional), "reason": reason.strip()},
        )
        return view_of(session, row, frame)


def next_reserve(
    session: Session, actor: Actor, draw_id: int, unit_id: str, reason: str
) -> DrawnUnit:
    """Call the next rank of the stratum in place of a unit that should not be in the frame.

    For the service that approves it, inside its transaction; the unit's case file enters there
    too.

    Raises
    ------
    NotFound
        If the unit was not drawn.
    Conflict
        If the unit was replaced already, or the reserve is used up: extend the draw.
    """
    faulty = session.scalar(
        select(DrawnUnit)
        .where(DrawnUnit.draw_id == draw_id, DrawnUnit.unit_id == unit_id)
        .with_for_update()
    )
    if faulty is None:
        raise NotFound(_("这一案件不在抽样名单中。"), remedy=_("请核对后重试。"))
    if faulty.role is UnitRole.FRAME_ERROR:
        raise Conflict(_("这一案件已经替补过。"), remedy=_("请刷新页面查看。"))
    substitute = session.scalar(
        select(DrawnUnit)
        .where(
            DrawnUnit.draw_id == draw_id,
            DrawnUnit.stratum == faulty.stratum,
            DrawnUnit.role == UnitRole.RESERVE,
        )
        .order_by(DrawnUnit.rank)
        .limit(1)
        .with_for_update()
    )
    if substitute is None:
        raise Conflict(
            _("这一层的备用案件已用完。"), remedy=_("请先由评估组长延长抽样，增加备用。")
        )
    faulty.role = UnitRole.FRAME_ERROR
    substitute.role = UnitRole.SUBSTITUTE
    substitute.substitute_for_id = faulty.id
    substitute.substitution_reason = reason.strip()
    session.flush()
    frame = frames.row_of(session, draw_row(session, draw_id).frame_id)
    draw_records.take_in(session, actor, frame.round_id, draw_id, [substitute])
    audit_trail.append(
        session,
        actor,
        "draw.substitute",
        f"draw:{draw_id}",
        {"out": faulty.ticket, "in": substitute.ticket, "reason": reason.strip()},
    )
    return substitute


def substitute(actor: Actor, draw_id: int, unit_id: str, reason: str) -> UnitView:
    """Replace a unit that should not be in the frame; the chair approves by calling this."""
    require(actor, Role.CHAIR)
    if len(reason.strip()) < 5:
        raise InvalidInput(_("没有写明替补的理由。"), remedy=_("请填写不少于5个字的理由。"))
    with unit_of_work() as session:
        frame = frames.row_of(session, draw_row(session, draw_id).frame_id)
        rounds.require_round(session, frame.round_id, RoundState.OPEN)
        return unit_view_of(next_reserve(session, actor, draw_id, unit_id, reason))


def list_draws(actor: Actor, round_id: int) -> list[DrawView]:
    """Return the draws of a round, newest first."""
    require(actor, *READERS)
    with reading() as session:
        return list_in(session, round_id)


def list_in(session: Session, round_id: int) -> list[DrawView]:
    """Return the draws of a round inside a unit of work, newest first."""
    rows = session.execute(
        select(Draw, Frame)
        .join(Frame, Frame.id == Draw.frame_id)
        .where(Draw.round_id == round_id)
        .order_by(Draw.id.desc())
    )
    return [view_of(session, row, frame) for row, frame in rows]


def get_draw(actor: Actor, draw_id: int) -> DrawView:
    """Return one draw."""
    require(actor, *READERS)
    with reading() as session:
        row = draw_row(session, draw_id)
        return view_of(session, row, frames.row_of(session, row.frame_id))


def of_frame(actor: Actor, frame_id: int) -> DrawView:
    """Return the draw of a frame."""
    require(actor, *READERS)
    with reading() as session:
        row = session.scalar(select(Draw).where(Draw.frame_id == frame_id))
        if row is None:
            raise NotFound(_("这份抽样框还没有抽样。"), remedy=_("请刷新页面。"))
        return view_of(session, row, frames.row_of(session, frame_id))


def list_earlier(actor: Actor, round_id: int) -> list[DrawView]:
    """Return draws of other rounds, whose seed may be used again in declared coordination."""
    require(actor, *READERS)
    with reading() as session:
        rows = session.execute(
            select(Draw, Frame)
            .join(Frame, Frame.id == Draw.frame_id)
            .where(Draw.round_id != round_id)
            .order_by(Draw.id.desc())
        )
        return [view_of(session, row, frame) for row, frame in rows]


def list_units(actor: Actor, draw_id: int) -> list[UnitView]:
    """Return the drawn units by stratum and rank, for those who fetch the files."""
    require(actor, *HANDLERS)
    with reading() as session:
        rows = session.scalars(
            select(DrawnUnit)
            .where(DrawnUnit.draw_id == draw_id)
            .order_by(DrawnUnit.stratum, DrawnUnit.rank)
        )
        return [unit_view_of(row) for row in rows]


def certificate(actor: Actor, draw_id: int) -> str:
    """Return the newest certificate with identifiers, for those who may see case numbers."""
    require(actor, *HANDLERS)
    with reading() as session:
        return newest_certificate(session, draw_id)


# ------------------------------------------------------------------ inside the transaction


def _require_frozen(frame: Frame) -> None:
    if frame.state is FrameState.DRAWN:
        raise Conflict(
            _("这份抽样框已经抽过样，种子只能使用一次。"),
            remedy=_("需要更多案件的，请延长原来的抽样。"),
        )
    if frame.state is not FrameState.FROZEN:
        raise WrongState(_("抽样框尚未冻结。"), remedy=_("请先冻结并公布哈希值，再给出种子。"))


def _frame_hash(session: Session, earlier: Draw | None) -> str | None:
    return frames.row_of(session, earlier.frame_id).sha256 if earlier else None


def _earlier_certificates(session: Session) -> tuple[Mapping[str, Any], ...]:
    rows = session.execute(select(Draw.seed, Frame.sha256).join(Frame, Frame.id == Draw.frame_id))
    return tuple({"frame": {"sha256": sha256}, "seed": {"text": seed}} for seed, sha256 in rows)


def _longer(
    row: Draw,
    frame: Frame,
    frozen: FrozenFrame,
    additional: Mapping[str, int],
    reserve_size: int | None,
) -> tuple[selection.Draw, Mapping[str, Any]]:
    original = json.loads(row.certificate)
    design = frames.design_of(row.design)
    if design is None or not any(additional.values()) and reserve_size is None:
        raise InvalidInput(_("没有填写增加的件数。"), remedy=_("请至少在一个层填写。"))
    reserves = dict(design.reserve_sizes)
    if reserve_size is not None:
        reserves = dict.fromkeys(design.sample_sizes, reserve_size)
    with translated():
        earlier = selection.draw(frozen, design, row.seed)
        wider = selection.Draw(
            earlier.seed,
            type(design)(design.sample_sizes, reserves, design.method, design.cluster_sizes),
            earlier.strata,
            earlier.units,
            earlier.frame_sha256,
        )
        longer = selection.extend(frozen, wider, additional)
        certificate = certificates.issue(
            longer,
            frozen,
            Ceremony(
                frozen_at=datetime.fromisoformat(original["frame"]["frozen_at"]),
                seed_given_at=row.seed_given_at,
                drawn_at=clock.now(),
                title=frame.name,
                witnesses=tuple(row.witnesses),
                coordinated_with=original["coordinated_with"],
                earlier=(
                    {"frame": {"sha256": original["coordinated_with"]}, "seed": {"text": row.seed}},
                ),
            ),
        )
    return longer, certificate
