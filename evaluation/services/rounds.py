"""Evaluation rounds: create, set up, read. Moves between states are in ``round_moves``."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.evaluation_round import (
    KIND_TITLES,
    RoundKind,
    RoundSettings,
    RoundState,
    require_state,
)
from evaluation.domain.framework import Framework
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, Fault, InvalidInput, NotFound
from evaluation.language import _
from evaluation.services import frameworks
from evaluation.services.courts import CourtView, view_of
from evaluation.storage import audit_trail
from evaluation.storage.models.court import Court, RoundCourt
from evaluation.storage.models.evaluation_round import EvaluationRound, RoundMove
from evaluation.storage.session import reading, unit_of_work

#: Periods of the founding plan: the year each evaluation looks at.
STANDARD_PERIODS: dict[RoundKind, tuple[date, date]] = {
    RoundKind.INITIAL: (date(2016, 1, 1), date(2016, 12, 31)),
    RoundKind.MIDTERM: (date(2017, 1, 1), date(2017, 12, 31)),
    RoundKind.FINAL: (date(2018, 1, 1), date(2018, 12, 31)),
}


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round as pages and other services see it."""

    id: int
    code: str
    kind: RoundKind
    sequence: int
    name: str
    state: RoundState
    framework_version_id: int
    period_from: date
    period_to: date
    settings: RoundSettings
    definition_hash: str
    n_courts: int


@dataclass(frozen=True, slots=True)
class MoveView:
    """One move of a round in its history."""

    from_state: RoundState
    to_state: RoundState
    reason: str
    at: datetime
    account_id: int


def create_round(
    actor: Actor,
    kind: RoundKind,
    framework_version_id: int,
    *,
    period: tuple[date, date] | None = None,
    name: str = "",
    settings: RoundSettings | None = None,
) -> int:
    """Create a round in state draft, with every active court taking part."""
    require(actor, Role.CHAIR)
    period = period or STANDARD_PERIODS[kind]
    if period[0] >= period[1]:
        raise InvalidInput(
            _("期间的起始日不早于截止日。"), remedy=_("请改正起止日期。"), where=_("评估期间")
        )
    with unit_of_work() as session:
        framework = frameworks.load(session, framework_version_id)
        chosen = settings or _standard_settings(framework)
        _check_settings(framework, chosen)
        sequence = (session.scalar(select(func.max(EvaluationRound.sequence))) or 0) + 1
        same = session.scalar(
            select(func.count()).select_from(EvaluationRound).where(EvaluationRound.kind == kind)
        )
        row = EvaluationRound(
            code=str(kind) if not same else f"{kind}-{same + 1}",
            kind=kind,
            sequence=sequence,
            name=name.strip() or _(KIND_TITLES[kind]),
            state=RoundState.DRAFT,
            framework_version_id=framework_version_id,
            period_from=period[0],
            period_to=period[1],
            settings=asdict(chosen),
            definition_hash=None,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        for court_id in session.scalars(select(Court.id).where(Court.is_active.is_(True))):
            session.add(RoundCourt(round_id=row.id, court_id=court_id))
        audit_trail.append(session, actor, "round.create", f"round:{row.id}", {"code": row.code})
        return row.id


def create_standard_rounds(actor: Actor, framework_version_id: int) -> list[int]:
    """Create the initial, midterm and final round of the founding plan."""
    require(actor, Role.CHAIR)
    with reading() as session:
        if session.scalar(select(func.count()).select_from(EvaluationRound)):
            raise Conflict(_("已经建立过评估期次。"), remedy=_("如需增加，请单独建立。"))
    return [create_round(actor, kind, framework_version_id) for kind in RoundKind]


def set_up(
    actor: Actor, round_id: int, *, settings: RoundSettings, court_ids: list[int], version_id: int
) -> None:
    """Change settings, courts and framework of a round that is still a draft."""
    require(actor, Role.CHAIR)
    with unit_of_work() as session:
        row = row_of(session, round_id)
        require_state(row.state, RoundState.DRAFT)
        framework = frameworks.load(session, version_id)
        _check_settings(framework, settings)
        known = set(session.scalars(select(Court.id).where(Court.is_active.is_(True))))
        if not court_ids or not set(court_ids) <= known:
            raise InvalidInput(
                _("没有选定参评法院，或所选法院已停用。"), remedy=_("请重新选择参评法院。")
            )
        row.settings, row.framework_version_id = asdict(settings), version_id
        session.execute(delete(RoundCourt).where(RoundCourt.round_id == round_id))
        session.add_all(
            RoundCourt(round_id=round_id, court_id=court_id) for court_id in sorted(set(court_ids))
        )
        audit_trail.append(
            session,
            actor,
            "round.set_up",
            f"round:{round_id}",
            {"n_courts": len(set(court_ids)), "framework_version": version_id},
        )


def list_rounds(actor: Actor) -> list[RoundView]:
    """Return the rounds in their order."""
    require(actor, *Role)
    with reading() as session:
        rows = session.scalars(select(EvaluationRound).order_by(EvaluationRound.sequence)).all()
        return [_view(session, row) for row in rows]


def get_round(actor: Actor, round_id: int) -> RoundView:
    """Return one round."""
    require(actor, *Role)
    with reading() as session:
        return _view(session, row_of(session, round_id))


def list_moves(actor: Actor, round_id: int) -> list[MoveView]:
    """Return the moves of a round, oldest first."""
    require(actor, *Role)
    with reading() as session:
        rows = session.scalars(
            select(RoundMove).where(RoundMove.round_id == round_id).order_by(RoundMove.id)
        )
        return [
            MoveView(row.from_state, row.to_state, row.reason, row.at, row.account_id)
            for row in rows
        ]


def list_round_courts(actor: Actor, round_id: int) -> list[CourtView]:
    """Return the courts that take part in a round."""
    require(actor, *Role)
    with reading() as session:
        return round_courts_in(session, round_id)


def framework_of(actor: Actor, round_id: int) -> Framework:
    """Return the framework of a round."""
    require(actor, *Role)
    with reading() as session:
        return framework_in(session, round_id)


def round_courts_in(session: Session, round_id: int) -> list[CourtView]:
    """Return the courts of a round inside a unit of work."""
    query = (
        select(Court)
        .join(RoundCourt, RoundCourt.court_id == Court.id)
        .where(RoundCourt.round_id == round_id)
        .order_by(Court.position, Court.id)
    )
    return [view_of(row) for row in session.scalars(query)]


def framework_in(session: Session, round_id: int) -> Framework:
    """Return the framework of a round inside a unit of work."""
    return frameworks.load(session, row_of(session, round_id).framework_version_id)


def settings_of(row: EvaluationRound) -> RoundSettings:
    """Return the settings of a round row."""
    return RoundSettings(**row.settings)


def require_round(session: Session, round_id: int, *states: RoundState) -> EvaluationRound:
    """Return the round if it is in one of these states; other services call this first.

    Raises
    ------
    NotFound
        If there is no such round.
    WrongState
        If it is in another state; the text says in which it must be.
    """
    row = row_of(session, round_id)
    require_state(row.state, *states)
    return row


def row_of(session: Session, round_id: int) -> EvaluationRound:
    """Return the row of a round, or say that there is none."""
    row = session.get(EvaluationRound, round_id)
    if row is None:
        raise NotFound(_("没有这一期评估。"), remedy=_("请刷新页面后重新选择。"))
    return row


def previous_round(session: Session, row: EvaluationRound) -> EvaluationRound | None:
    """Return the round before this one, if any."""
    return session.scalar(
        select(EvaluationRound)
        .where(EvaluationRound.sequence < row.sequence)
        .order_by(EvaluationRound.sequence.desc())
        .limit(1)
    )


def definition_text(session: Session, row: EvaluationRound) -> str:
    """Return the canonical JSON of everything that is registered when the round opens."""
    framework = frameworks.load(session, row.framework_version_id)
    body = {
        "format": 1,
        "round": row.code,
        "framework": {"code": framework.code, "content_hash": framework.content_hash},
        "period": [row.period_from.isoformat(), row.period_to.isoformat()],
        "settings": dict(row.settings),
        "courts": [court.code for court in round_courts_in(session, row.id)],
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def definition_of(actor: Actor, round_id: int) -> tuple[str, str]:
    """Return the registered definitions as canonical JSON, and their SHA-256."""
    require(actor, *Role)
    with reading() as session:
        text = definition_text(session, row_of(session, round_id))
    return text, hashlib.sha256(text.encode()).hexdigest()


def _standard_settings(framework: Framework) -> RoundSettings:
    return RoundSettings(
        boundary_policy=framework.grading.default_policy,
        rounding=framework.grading.rounding,
        milestone_window=framework.milestone_rules.window,
        missing_data=framework.scoring.missing_data,
        vetoes_enabled=framework.vetoes.enabled_by_default,
    )


def _check_settings(framework: Framework, settings: RoundSettings) -> None:
    faults = []
    allowed: tuple[tuple[str, str, set[str]], ...] = (
        (
            _("交界分归档办法"),
            settings.boundary_policy,
            {policy.code for policy in framework.grading.policies},
        ),
        (_("取整办法"), settings.rounding, set(framework.grading.rounding_options)),
        (
            _("里程碑统计期间"),
            settings.milestone_window,
            {window.code for window in framework.milestone_rules.windows},
        ),
        (_("缺数处理"), settings.missing_data, set(framework.scoring.missing_data_options)),
    )
    for where, value, codes in allowed:
        if value not in codes:
            faults.append(Fault(where, _("不是框架允许的取值。"), _("请从列表中选择。")))
    if not _between(settings.double_reading_share, Decimal(0), Decimal(1)):
        faults.append(Fault(_("双人评查比例"), _("须在0与1之间。"), _("例如 0.10。")))
    if not _between(settings.confidence, Decimal("0.5"), Decimal("0.999")):
        faults.append(Fault(_("置信水平"), _("须在0.5与0.999之间。"), _("例如 0.95。")))
    if not 3 <= settings.minimum_cell <= 10:
        faults.append(Fault(_("最小单元"), _("须为3至10。"), _("建议为5。")))
    if faults:
        raise InvalidInput(_("评估期次的设置有误，没有保存。"), faults=faults)


def _between(text: str, lower: Decimal, upper: Decimal) -> bool:
    try:
        return lower <= Decimal(text) <= upper
    except InvalidOperation:
        return False


def _view(session: Session, row: EvaluationRound) -> RoundView:
    n_courts = session.scalar(
        select(func.count()).select_from(RoundCourt).where(RoundCourt.round_id == row.id)
    )
    return RoundView(
        id=row.id,
        code=row.code,
        kind=row.kind,
        sequence=row.sequence,
        name=row.name,
        state=row.state,
        framework_version_id=row.framework_version_id,
        period_from=row.period_from,
        period_to=row.period_to,
        settings=settings_of(row),
        definition_hash=row.definition_hash or "",
        n_courts=n_courts or 0,
    )
