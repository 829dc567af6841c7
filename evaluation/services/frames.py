"""Frames: chosen from a register, planned, frozen with a hash that is public before any seed."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.register import FrameState
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, InvalidInput, NotFound, WrongState
from evaluation.language import N_, _
from evaluation.services import registers, rounds
from evaluation.services.sampling_messages import translated
from evaluation.storage import audit_trail, file_store
from evaluation.storage.models.frame import Frame
from evaluation.storage.session import reading, unit_of_work
from sampling import design as designs
from sampling import freezing
from sampling.design import Method, SampleDesign, StratumPlan
from sampling.frame import FrozenFrame, SamplingFrame

HANDLERS = (Role.SECRETARY, Role.CHAIR)
READERS = (*HANDLERS, Role.ANALYST, Role.OBSERVER)
WHOLE = N_("全部")


@dataclass(frozen=True)
class FrameCriteria:
    """Which cases of a register belong to the frame; empty means no limit."""

    closed_from: date | None = None
    closed_to: date | None = None
    closure_methods: tuple[str, ...] = ()
    property_labels: tuple[str, ...] = ()
    court_codes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the criteria as plain data."""
        plain = asdict(self)
        for name in ("closed_from", "closed_to"):
            plain[name] = plain[name].isoformat() if plain[name] else None
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()
        }


@dataclass(frozen=True)
class FrameView:
    """A frame as pages see it; no identifiers."""

    id: int
    round_id: int
    register_id: int
    name: str
    state: FrameState
    criteria: FrameCriteria
    method: Method
    design: SampleDesign | None
    ids_are_public: bool
    sha256: str
    n_units: int
    stratum_sizes: Mapping[str, int]
    n_lookalikes: int
    frozen_at: datetime | None

    def plans(self) -> tuple[StratumPlan, ...]:
        """Return what the design means in each stratum; empty without a design or for clusters."""
        if self.design is None or self.method is Method.CLUSTER:
            return ()
        with translated():
            return designs.plan(self.design, self.stratum_sizes)


def plan(
    actor: Actor,
    register_id: int,
    name: str,
    criteria: FrameCriteria,
    *,
    method: Method = Method.STRATIFIED,
    ids_are_public: bool = False,
) -> FrameView:
    """Choose a frame from a register; it can still be given another design or be discarded.

    Raises
    ------
    InvalidInput
        If no case meets the criteria or the name is missing.
    Conflict
        If the round has a frame of this name.
    """
    require(actor, *HANDLERS)
    if not 1 <= len(name.strip()) <= 120:
        raise InvalidInput(
            _("抽样框名称没有填写或超过120个字符。"), remedy=_("请填写便于识别的名称。")
        )
    with unit_of_work() as session:
        register = registers.row_of(session, register_id)
        rounds.require_round(session, register.round_id, RoundState.OPEN)
        table = _table(registers.rows_in(session, register_id), criteria, method)
        if table.num_rows == 0:
            raise InvalidInput(
                _("没有案件符合这些条件。"), remedy=_("请放宽结案日期、结案方式等条件。")
            )
        with translated():
            report = freezing.inspect(_sampling_frame(table, method))
        frame = Frame(
            round_id=register.round_id,
            register_id=register_id,
            name=name.strip(),
            state=FrameState.PLANNED,
            criteria=criteria.as_dict(),
            design={"method": str(method)},
            ids_are_public=ids_are_public,
            sha256=None,
            n_units=report.n_units,
            stratum_sizes=dict(report.stratum_sizes),
            columns=[],
            n_lookalikes=sum(
                problem.count for problem in report.problems if problem.code == "frame_lookalikes"
            ),
            account_id=actor.account_id,
            created_at=clock.now(),
        )
        session.add(frame)
        try:
            session.flush()
        except IntegrityError as error:
            raise Conflict(
                _("本期已有名为“{name}”的抽样框。").format(name=name.strip()),
                remedy=_("请换一个名称。"),
            ) from error
        audit_trail.append(
            session,
            actor,
            "frame.plan",
            f"frame:{frame.id}",
            {"register": register_id, "units": frame.n_units},
        )
        return view_of(frame)


def set_design(actor: Actor, frame_id: int, design: SampleDesign) -> FrameView:
    """Fix how many units of which stratum; possible until the frame is frozen."""
    require(actor, *HANDLERS)
    with unit_of_work() as session:
        frame = row_of(session, frame_id, for_update=True)
        _require_state(frame, FrameState.PLANNED)
        if str(design.method) != frame.design["method"]:
            raise InvalidInput(_("方案与抽样框的抽样方法不一致。"), remedy=_("请重新选择方法。"))
        if design.method is not Method.CLUSTER:
            with translated():
                designs.plan(design, frame.stratum_sizes)
        frame.design = design.as_dict()
        audit_trail.append(
            session, actor, "frame.design", f"frame:{frame.id}", {"sha256": design.sha256}
        )
        return view_of(frame)


def freeze(actor: Actor, frame_id: int) -> FrameView:
    """Write the canonical file, fix its hash and the design; from now on nothing can change.

    Raises
    ------
    WrongState
        If the frame has no design yet or is frozen already.
    InvalidInput
        If the frame has faults; every kind is named.
    Conflict
        If exactly this list was frozen before: it has its hash and must use its own seed.
    """
    require(actor, *HANDLERS)
    with unit_of_work() as session:
        frame = row_of(session, frame_id, for_update=True)
        rounds.require_round(session, frame.round_id, RoundState.OPEN)
        _require_state(frame, FrameState.PLANNED)
        if "sample_sizes" not in frame.design:
            raise WrongState(_("还没有确定样本量。"), remedy=_("请先在“抽样方案”页确定。"))
        criteria = _criteria(frame.criteria)
        method = Method(frame.design["method"])
        table = _table(registers.rows_in(session, frame.register_id), criteria, method)
        with tempfile.TemporaryDirectory() as directory, translated():
            frozen = freezing.freeze(_sampling_frame(table, method), Path(directory) / "frame.csv")
            content = frozen.path.read_bytes()
        known = session.scalar(select(Frame.name).where(Frame.sha256 == frozen.sha256))
        if known is not None:
            raise Conflict(
                _("完全相同的名单已作为“{name}”冻结过。").format(name=known),
                remedy=_("请使用已冻结的抽样框，不能换一个种子再抽。"),
            )
        file_store.keep(session, content, "text/csv")
        frame.state, frame.sha256 = FrameState.FROZEN, frozen.sha256
        frame.n_units, frame.stratum_sizes = frozen.n_units, dict(frozen.stratum_sizes)
        frame.columns = list(frozen.columns)
        frame.frozen_at, frame.frozen_by = clock.now(), actor.account_id
        audit_trail.append(
            session,
            actor,
            "frame.freeze",
            f"frame:{frame.id}",
            {"sha256": frozen.sha256, "units": frozen.n_units},
        )
        return view_of(frame)


def discard(actor: Actor, frame_id: int) -> None:
    """Throw a planned frame away; a frozen one stays for ever."""
    require(actor, *HANDLERS)
    with unit_of_work() as session:
        frame = row_of(session, frame_id, for_update=True)
        _require_state(frame, FrameState.PLANNED)
        session.delete(frame)
        audit_trail.append(session, actor, "frame.discard", f"frame:{frame_id}")


def list_frames(actor: Actor, round_id: int) -> list[FrameView]:
    """Return the frames of a round, newest first."""
    require(actor, *READERS)
    with reading() as session:
        rows = session.scalars(
            select(Frame).where(Frame.round_id == round_id).order_by(Frame.id.desc())
        )
        return [view_of(row) for row in rows]


def get_frame(actor: Actor, frame_id: int) -> FrameView:
    """Return one frame."""
    require(actor, *READERS)
    with reading() as session:
        return view_of(row_of(session, frame_id))


def frame_file(actor: Actor, frame_id: int) -> tuple[str, bytes]:
    """Return name and bytes of the frozen file, for those who may see case numbers."""
    require(actor, *HANDLERS)
    with reading() as session:
        frame = row_of(session, frame_id)
        if frame.sha256 is None:
            raise WrongState(_("抽样框尚未冻结。"), remedy=_("请先冻结。"))
        return f"frame-{frame.sha256[:12]}.csv", file_store.read(frame.sha256)


def frozen_file(frame: Frame) -> FrozenFrame:
    """Return the frozen file of a frame, checked against its hash; for the draw."""
    if frame.sha256 is None:
        raise WrongState(_("抽样框尚未冻结。"), remedy=_("请先冻结并公布哈希值。"))
    file_store.read(frame.sha256)
    with translated():
        return freezing.open_frozen(file_store.path_of(frame.sha256), sha256=frame.sha256)


def row_of(session: Session, frame_id: int, *, for_update: bool = False) -> Frame:
    """Return a frame's row or say that there is none."""
    row = session.get(Frame, frame_id, with_for_update=for_update)
    if row is None:
        raise NotFound(_("没有这个抽样框。"), remedy=_("请刷新页面后重新选择。"))
    return row


def view_of(frame: Frame) -> FrameView:
    """Return a frame as pages see it."""
    return FrameView(
        id=frame.id,
        round_id=frame.round_id,
        register_id=frame.register_id,
        name=frame.name,
        state=frame.state,
        criteria=_criteria(frame.criteria),
        method=Method(frame.design["method"]),
        design=design_of(frame.design),
        ids_are_public=frame.ids_are_public,
        sha256=frame.sha256 or "",
        n_units=frame.n_units,
        stratum_sizes=dict(frame.stratum_sizes),
        n_lookalikes=frame.n_lookalikes,
        frozen_at=frame.frozen_at,
    )


def design_of(plain: Mapping[str, Any]) -> SampleDesign | None:
    """Return the design in plain data, if sizes are fixed already."""
    if "sample_sizes" not in plain:
        return None
    return SampleDesign(
        sample_sizes=plain["sample_sizes"],
        reserve_sizes=plain["reserve_sizes"],
        method=Method(plain["method"]),
        cluster_sizes=plain.get("cluster_sizes", {}),
    )


def _require_state(frame: Frame, state: FrameState) -> None:
    if frame.state is not state:
        raise WrongState(
            _("抽样框已经冻结，不能再改动。"),
            remedy=_("需要更多案件的，请延长抽样；条件有误的，请另选抽样框并说明原因。"),
        )


def _criteria(plain: Mapping[str, Any]) -> FrameCriteria:
    return FrameCriteria(
        closed_from=date.fromisoformat(plain["closed_from"]) if plain["closed_from"] else None,
        closed_to=date.fromisoformat(plain["closed_to"]) if plain["closed_to"] else None,
        closure_methods=tuple(plain["closure_methods"]),
        property_labels=tuple(plain["property_labels"]),
        court_codes=tuple(plain["court_codes"]),
    )


def _table(rows: pa.Table, criteria: FrameCriteria, method: Method) -> pa.Table:
    keep = pc.is_valid(rows["unit_id"])
    if criteria.closed_from is not None:
        keep = pc.and_(keep, pc.greater_equal(rows["closed_on"], criteria.closed_from))
    if criteria.closed_to is not None:
        keep = pc.and_(keep, pc.less_equal(rows["closed_on"], criteria.closed_to))
    for column, wanted in (
        ("closure_method", criteria.closure_methods),
        ("property_label", criteria.property_labels),
        ("court_code", criteria.court_codes),
    ):
        if wanted:
            keep = pc.and_(keep, pc.is_in(rows[column], value_set=pa.array(wanted)))
    chosen = rows.filter(keep)
    columns = {"unit_id": chosen["unit_id"], "stratum": chosen["stratum"]}
    if method is Method.CLUSTER:
        columns["cluster"] = chosen["court_code"]
        columns["stratum"] = pa.array([WHOLE] * chosen.num_rows, pa.string())
    if method is Method.PARETO:
        columns["measure_of_size"] = chosen["claim_fen"]
    return pa.table(columns)


def _sampling_frame(table: pa.Table, method: Method) -> SamplingFrame:
    return SamplingFrame(
        table,
        cluster="cluster" if method is Method.CLUSTER else None,
        measure_of_size="measure_of_size" if method is Method.PARETO else None,
    )
