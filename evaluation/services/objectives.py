"""Verdicts on the objectives: evidence matrix, votes with reasons, decision, dissent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.analysis.objective_matrix import Cell, Support, proposed_verdict
from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.framework import Method, Objective, Verdict
from evaluation.domain.member import Background
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, InvalidInput, NotAllowed, NotFound, WrongState
from evaluation.language import _
from evaluation.services import objective_evidence, round_moves, rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.member import Member
from evaluation.storage.models.objective import ObjectiveVerdict, ObjectiveVote
from evaluation.storage.session import reading, unit_of_work

_READERS = (Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.REVIEWER, Role.INTERVIEWER)


@dataclass(frozen=True, slots=True)
class VoteView:
    """One member's vote."""

    member_id: int
    member_name: str
    background: Background
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class ObjectiveStanding:
    """One objective with its row of the matrix, the proposal, the votes and the decision."""

    objective: Objective
    cells: tuple[Cell, ...]
    proposed: Verdict
    votes: tuple[VoteView, ...]
    verdict: Verdict | None
    reason: str
    dissent: str


def list_standings(actor: Actor, round_id: int) -> list[ObjectiveStanding]:
    """Return the objectives of a round with everything that speaks to them."""
    require(actor, *_READERS, Role.OBSERVER)
    with reading() as session:
        return standings_in(session, round_id)


def vote(
    actor: Actor, round_id: int, member_id: int, objective_id: str, verdict: Verdict, reason: str
) -> None:
    """Record a member's vote with its reason; a member may change it until the decision.

    The secretary records votes cast on paper; everybody else votes for themselves.
    """
    require(actor, *_READERS)
    if len(reason.strip()) < 4:
        raise InvalidInput(_("没有写明理由。"), remedy=_("请写明表决理由。"))
    with unit_of_work() as session:
        row = rounds.require_round(session, round_id, RoundState.FROZEN)
        _no_verdict_in_the_first(row)
        _objective(session, round_id, objective_id)
        member = session.get(Member, member_id)
        if member is None or not member.is_active:
            raise NotFound(_("没有这位在任成员。"), remedy=_("请重新选择成员。"))
        if member.account_id != actor.account_id and not actor.has(Role.SECRETARY, Role.CHAIR):
            raise NotAllowed(_("只能为本人表决。"), remedy=_("书面表决由秘书登记。"))
        if _decision(session, round_id, objective_id) is not None:
            raise WrongState(_("这项目标已经作出结论。"), remedy=_("请勿再表决。"))
        cast = session.scalar(
            select(ObjectiveVote).where(
                ObjectiveVote.round_id == round_id,
                ObjectiveVote.objective_id == objective_id,
                ObjectiveVote.member_id == member_id,
            )
        )
        if cast is None:
            cast = ObjectiveVote(round_id=round_id, objective_id=objective_id, member_id=member_id)
            session.add(cast)
        cast.verdict, cast.reason = verdict, reason.strip()
        cast.account_id, cast.voted_at = actor.account_id, clock.now()
        audit_trail.append(
            session,
            actor,
            "objective.vote",
            f"round:{round_id}",
            {"objective": objective_id, "member": member_id, "verdict": str(verdict)},
        )


def decide(actor: Actor, round_id: int, objective_id: str, reason: str) -> Verdict:
    """Close the vote: the verdict most members voted for; a tie goes to the lower one.

    Dissenting reasons are kept word for word. At least three members, one of them no lawyer,
    must have voted.
    """
    require(actor, Role.CHAIR)
    if len(reason.strip()) < 10:
        raise InvalidInput(_("理由过于简单。"), remedy=_("请对照证据矩阵写明结论理由。"))
    with unit_of_work() as session:
        row = rounds.require_round(session, round_id, RoundState.FROZEN)
        _no_verdict_in_the_first(row)
        results = objective_evidence.other_results(session, round_id)
        objective = _objective(session, round_id, objective_id)
        standing = _standing(session, round_id, objective, results)
        if standing.verdict is not None:
            raise WrongState(
                _("这项目标已经作出结论。"), remedy=_("如需变更，请先撤回结论并写明理由。")
            )
        _check_votes(standing)
        verdict = majority([item.verdict for item in standing.votes])
        dissent = "\n".join(item.reason for item in standing.votes if item.verdict is not verdict)
        session.add(
            ObjectiveVerdict(
                round_id=round_id,
                objective_id=objective_id,
                proposed=standing.proposed,
                verdict=verdict,
                reason=reason.strip(),
                dissent=dissent,
                matrix=[_cell_json(cell) for cell in standing.cells],
                account_id=actor.account_id,
                decided_at=clock.now(),
            )
        )
        audit_trail.append(
            session,
            actor,
            "objective.decide",
            f"round:{round_id}",
            {
                "objective": objective_id,
                "proposed": str(standing.proposed),
                "verdict": str(verdict),
                "n_votes": len(standing.votes),
            },
        )
        return verdict


def withdraw(actor: Actor, round_id: int, objective_id: str, reason: str) -> None:
    """Take back a decision before the results are sealed; votes may then be changed."""
    require(actor, Role.CHAIR)
    if len(reason.strip()) < 5:
        raise InvalidInput(_("没有写明理由。"), remedy=_("请写明撤回的理由。"))
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.FROZEN, RoundState.OPEN)
        decision = _decision(session, round_id, objective_id)
        if decision is None:
            raise NotFound(_("这项目标还没有结论。"), remedy=_("请刷新页面。"))
        session.delete(decision)
        audit_trail.append(
            session,
            actor,
            "objective.withdraw",
            f"round:{round_id}",
            {"objective": objective_id, "verdict": str(decision.verdict), "reason": reason.strip()},
        )


@round_moves.gate(RoundState.SEALED)
def _every_objective_is_decided(session: Session, row: EvaluationRound) -> list[Fault]:
    if row.kind is RoundKind.INITIAL:
        return []
    decided = set(
        session.scalars(
            select(ObjectiveVerdict.objective_id).where(ObjectiveVerdict.round_id == row.id)
        )
    )
    return [
        Fault(
            f"{objective.id} {objective.short}",
            _("还没有作出结论。"),
            _("请在“目标结论”页表决并作出结论。"),
        )
        for objective in rounds.framework_in(session, row.id).objectives
        if objective.id not in decided
    ]


#: From the best to the worst; insufficient evidence is the most cautious of all.
_ORDER = (
    Verdict.ACHIEVED,
    Verdict.MOSTLY_ACHIEVED,
    Verdict.PARTLY_ACHIEVED,
    Verdict.NOT_ACHIEVED,
    Verdict.INSUFFICIENT_EVIDENCE,
)


def majority(verdicts: list[Verdict]) -> Verdict:
    """Return the verdict with most votes; of equals the more cautious one."""
    counts = Counter(verdicts)
    return max(counts, key=lambda verdict: (counts[verdict], _ORDER.index(verdict)))


def standings_in(
    session: Session, round_id: int, results: objective_evidence.Results | None = None
) -> list[ObjectiveStanding]:
    """Return the same inside a unit of work, from results at hand or from those of the round."""
    framework = rounds.framework_in(session, round_id)
    if results is None:
        results = objective_evidence.other_results(session, round_id)
    return [_standing(session, round_id, objective, results) for objective in framework.objectives]


def _standing(
    session: Session, round_id: int, objective: Objective, results: objective_evidence.Results
) -> ObjectiveStanding:
    decision = _decision(session, round_id, objective.id)
    if decision is not None:
        cells = tuple(_cell_from(objective.id, item) for item in decision.matrix)
    else:
        cells = objective_evidence.row_of(session, round_id, objective, results)
    votes = session.execute(
        select(ObjectiveVote, Member)
        .join(Member, Member.id == ObjectiveVote.member_id)
        .where(ObjectiveVote.round_id == round_id, ObjectiveVote.objective_id == objective.id)
        .order_by(ObjectiveVote.id)
    )
    return ObjectiveStanding(
        objective=objective,
        cells=cells,
        proposed=decision.proposed
        if decision is not None
        else proposed_verdict(objective.methods, cells),
        votes=tuple(
            VoteView(member.id, member.name, member.background, cast.verdict, cast.reason)
            for cast, member in votes
        ),
        verdict=decision.verdict if decision is not None else None,
        reason=decision.reason if decision is not None else "",
        dissent=decision.dissent if decision is not None else "",
    )


def _check_votes(standing: ObjectiveStanding) -> None:
    faults = []
    if len(standing.votes) < 3:
        faults.append(
            Fault(
                _("表决人数"),
                _("只有{n}人表决。").format(n=len(standing.votes)),
                _("至少须有三人表决。"),
            )
        )
    if standing.votes and all(item.background is Background.LAWYER for item in standing.votes):
        faults.append(
            Fault(_("表决人员"), _("全部为律师。"), _("须有至少一名非律师成员参加表决。"))
        )
    if faults:
        raise WrongState(_("还不能作出结论。"), faults=faults)


def _no_verdict_in_the_first(row: EvaluationRound) -> None:
    if row.kind is RoundKind.INITIAL:
        raise WrongState(
            _("初期评估只建立基线，不对目标是否实现作结论。"),
            remedy=_("目标结论从中期评估开始。"),
        )


def _objective(session: Session, round_id: int, objective_id: str) -> Objective:
    try:
        return rounds.framework_in(session, round_id).objective(objective_id)
    except KeyError:
        raise NotFound(_("没有这项目标。"), remedy=_("请从列表中选择。")) from None


def _decision(session: Session, round_id: int, objective_id: str) -> ObjectiveVerdict | None:
    return session.scalar(
        select(ObjectiveVerdict).where(
            ObjectiveVerdict.round_id == round_id, ObjectiveVerdict.objective_id == objective_id
        )
    )


def _cell_json(cell: Cell) -> dict[str, object]:
    return {
        "method": str(cell.method),
        "strength": cell.strength,
        "n": cell.n_observations,
        "support": None if cell.support is None else int(cell.support),
        "explanation": cell.explanation,
    }


def _cell_from(objective_id: str, item: dict[str, object]) -> Cell:
    strength, support, count = item["strength"], item["support"], item["n"]
    return Cell(
        objective_id,
        Method(str(item["method"])),
        float(strength) if isinstance(strength, int | float) else None,
        count if isinstance(count, int) else 0,
        Support(support) if isinstance(support, int) else None,
        str(item["explanation"]),
    )
