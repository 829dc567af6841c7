"""Moving a round from state to state: register definitions, freeze, seal, publish.

Each area adds what must be done before a move as a gate (:func:`gate`); all faults of all
gates are shown at once.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.evaluation_round import (
    STATE_TITLES,
    RoundState,
    check_move,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, WrongState
from evaluation.language import _
from evaluation.services import crosswalks, rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.court import RoundCourt
from evaluation.storage.models.evaluation_round import EvaluationRound, RoundMove
from evaluation.storage.models.member import InterestDeclaration, Member
from evaluation.storage.session import reading, unit_of_work

Gate = Callable[[Session, EvaluationRound], list[Fault]]
_gates: dict[RoundState, list[Gate]] = {state: [] for state in RoundState}


def gate(target: RoundState) -> Callable[[Gate], Gate]:
    """Register a check that must find no fault before a round moves to ``target``."""

    def register(check: Gate) -> Gate:
        if check not in _gates[target]:
            _gates[target].append(check)
        return check

    return register


def missing_for(actor: Actor, round_id: int, target: RoundState) -> list[Fault]:
    """Return what is still missing before the round may move to ``target``."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER)
    with reading() as session:
        return _faults(session, rounds.row_of(session, round_id), target)


def move(actor: Actor, round_id: int, target: RoundState, reason: str = "") -> None:
    """Move a round; only the chair may, and only when every gate of the target is satisfied.

    Raises
    ------
    WrongState
        If the move is not permitted, a backward move has no reason, or something is missing;
        ``faults`` names every missing thing.
    """
    require(actor, Role.CHAIR)
    with unit_of_work() as session:
        row = rounds.row_of(session, round_id)
        check_move(row.state, target, reason)
        faults = _faults(session, row, target)
        if faults:
            raise WrongState(
                _("转为“{target}”之前还有{n}件事没有完成。").format(
                    target=_(STATE_TITLES[target]), n=len(faults)
                ),
                remedy=_("请逐件完成后再办理。"),
                faults=faults,
            )
        if target is RoundState.OPEN and row.definition_hash is None:
            _register_definitions(session, row)
        session.add(
            RoundMove(
                round_id=row.id,
                from_state=row.state,
                to_state=target,
                reason=reason.strip(),
                account_id=actor.account_id,
                at=clock.now(),
            )
        )
        before, row.state = row.state, target
        audit_trail.append(
            session,
            actor,
            "round.move",
            f"round:{row.id}",
            {
                "from": str(before),
                "to": str(target),
                "definition_hash": row.definition_hash or "",
            },
        )


def _faults(session: Session, row: EvaluationRound, target: RoundState) -> list[Fault]:
    # The areas that add gates import this module, so they are loaded by name.
    importlib.import_module("evaluation.services.round_gates")
    return [fault for check in _gates[target] for fault in check(session, row)]


def _register_definitions(session: Session, row: EvaluationRound) -> None:
    text = rounds.definition_text(session, row)
    row.definition_hash = hashlib.sha256(text.encode()).hexdigest()
    previous = rounds.previous_round(session, row)
    if previous is not None:
        crosswalks.propose(session, previous, row)


@gate(RoundState.OPEN)
def _courts_are_chosen(session: Session, row: EvaluationRound) -> list[Fault]:
    n_courts = session.scalar(
        select(func.count()).select_from(RoundCourt).where(RoundCourt.round_id == row.id)
    )
    if n_courts:
        return []
    return [Fault(_("参评法院"), _("一个也没有选定。"), _("请在“评估期次”页选定参评法院。"))]


@gate(RoundState.OPEN)
def _members_have_declared(session: Session, row: EvaluationRound) -> list[Fault]:
    members = session.scalars(
        select(Member.name)
        .where(
            Member.is_active.is_(True),
            ~select(InterestDeclaration.id)
            .where(
                InterestDeclaration.member_id == Member.id,
                InterestDeclaration.round_id == row.id,
            )
            .exists(),
        )
        .order_by(Member.id)
    ).all()
    total = session.scalar(select(func.count()).select_from(Member).where(Member.is_active))
    if not total:
        return [
            Fault(_("评估团成员"), _("还没有登记成员。"), _("请在“评估团成员”页登记。")),
        ]
    if not members:
        return []
    shown = "、".join(members[:5]) + (_("等") if len(members) > 5 else "")
    return [
        Fault(
            _("利害关系申报"),
            _("{shown}{n}人尚未申报本期利害关系。").format(shown=shown, n=len(members)),
            _("请在“评估团成员”页逐人申报，没有利害关系的也须申报“无”。"),
        )
    ]
