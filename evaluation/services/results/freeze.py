"""Freeze the results of a round: gather every area, store them with their hash, keep old ones.

Reports read only what is stored here. Leaves out moving the round (``services.round_moves``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.analysis.results import ResultSet, ResultValue
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, NotFound
from evaluation.language import _
from evaluation.services import rounds
from evaluation.services.results import draws, evidence, reviews, statistics, surveys
from evaluation.services.round_moves import gate
from evaluation.storage import audit_trail
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.frozen_result import FrozenResult
from evaluation.storage.session import reading, unit_of_work

#: What each area contributes; court statistics follow because they use the review's results, and
#: the evidence comes last because its matrix stands on all of them.
AREAS = (draws.collect, reviews.collect, surveys.collect)


@dataclass(frozen=True, slots=True)
class FrozenView:
    """A stored result set."""

    round_id: int
    number: int
    sha256: str
    n_results: int
    frozen_at: datetime


def freeze(actor: Actor, round_id: int) -> FrozenView:
    """Compute and store the results of a round whose data are frozen.

    Raises
    ------
    WrongState
        If the round is not in state "数据冻结"; freeze the data first.
    """
    require(actor, Role.CHAIR, Role.ANALYST)
    with unit_of_work() as session:
        row = rounds.require_round(session, round_id, RoundState.FROZEN)
        found = compute(session, round_id)
        number = (
            session.scalar(
                select(func.max(FrozenResult.number)).where(FrozenResult.round_id == round_id)
            )
            or 0
        ) + 1
        stored = FrozenResult(
            round_id=row.id,
            number=number,
            content=found.to_json(),
            sha256=found.sha256,
            n_results=len(found),
            account_id=actor.account_id,
            frozen_at=clock.now(),
        )
        session.add(stored)
        audit_trail.append(
            session,
            actor,
            "results.freeze",
            f"round:{round_id}",
            {"number": number, "sha256": found.sha256, "n_results": len(found)},
        )
        return _view(stored)


def compute(session: Session, round_id: int) -> ResultSet:
    """Gather the results of every area as they are now."""
    row = rounds.row_of(session, round_id)
    framework = rounds.framework_in(session, round_id)
    values: list[ResultValue] = []
    for collect in AREAS:
        values += collect(session, round_id)
    reviewed = {value.id: value for value in values if value.id.startswith("review.")}
    values += statistics.collect(session, round_id, reviewed)
    values += evidence.collect(session, round_id, {value.id: value for value in values})
    return ResultSet(
        values,
        meta={
            "round": row.code,
            "round_name": row.name,
            "period": [row.period_from.isoformat(), row.period_to.isoformat()],
            "framework": {
                "code": framework.code,
                "version": framework.version,
                "content_hash": framework.content_hash,
            },
            "definition_hash": row.definition_hash or "",
            "weights_status": str(framework.scoring.weights_status),
        },
    )


def stored_results(session: Session, round_id: int) -> ResultSet | None:
    """Return the results in force, or ``None`` while nothing was frozen."""
    row = _latest(session, round_id)
    return None if row is None else ResultSet.from_json(row.content)


def results_in_force(actor: Actor, round_id: int) -> ResultSet:
    """Return the stored results of a round; an observer sees them once they are sealed.

    Raises
    ------
    NotFound
        If nothing was frozen yet, or it is not sealed and the person is an observer.
    """
    require(actor, Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER)
    with reading() as session:
        row = rounds.row_of(session, round_id)
        found = stored_results(session, round_id)
        hidden = row.state not in (RoundState.SEALED, RoundState.PUBLISHED) and not actor.has(
            Role.CHAIR, Role.SECRETARY, Role.ANALYST
        )
    if found is None or hidden:
        raise NotFound(
            _("这一期还没有可查阅的结果。"),
            remedy=_("结果在数据冻结并计算后形成，封存后供观察员查阅。"),
        )
    return found


def earlier_results(actor: Actor, round_id: int) -> tuple[str, ResultSet] | None:
    """Return name and stored results of the round before, or ``None``."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER)
    with reading() as session:
        previous = rounds.previous_round(session, rounds.row_of(session, round_id))
        if previous is None:
            return None
        found = stored_results(session, previous.id)
        return None if found is None else (previous.name, found)


def preview(actor: Actor, round_id: int) -> ResultSet:
    """Return the results as they would be now, for the people who work on them."""
    require(actor, Role.CHAIR, Role.ANALYST)
    with reading() as session:
        return compute(session, round_id)


def list_frozen(actor: Actor, round_id: int) -> list[FrozenView]:
    """Return the stored result sets of a round, newest first."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER)
    with reading() as session:
        rows = session.scalars(
            select(FrozenResult)
            .where(FrozenResult.round_id == round_id)
            .order_by(FrozenResult.number.desc())
        )
        return [_view(row) for row in rows]


def _latest(session: Session, round_id: int) -> FrozenResult | None:
    return session.scalar(
        select(FrozenResult)
        .where(FrozenResult.round_id == round_id)
        .order_by(FrozenResult.number.desc())
        .limit(1)
    )


def _view(row: FrozenResult) -> FrozenView:
    return FrozenView(row.round_id, row.number, row.sha256, row.n_results, row.frozen_at)


@gate(RoundState.SEALED)
def _results_are_frozen(session: Session, row: EvaluationRound) -> list[Fault]:
    if _latest(session, row.id) is not None:
        return []
    return [Fault(_("结果"), _("还没有计算并保存。"), _("请在“评估结果”页计算结果。"))]
