"""One attempt inside a unit of work: loaded for its own reader, or not to be found.

A reviewer reaches their own live attempts and nothing else: a wrong number, another's attempt
and a sealed one all give the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from evaluation.domain import review
from evaluation.domain.checklist import Checklist
from evaluation.domain.evaluation_round import RoundState, require_state
from evaluation.domain.review import AttemptState, ItemAnswer, ItemState
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import NotFound, WrongState
from evaluation.language import _
from evaluation.services import recusal_findings, review_plans
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.court import Court
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.review import ReviewAnswer, ReviewAttempt


@dataclass
class Loaded:
    """An attempt inside a unit of work with everything around it."""

    attempt: ReviewAttempt
    case: CaseFile
    court: str
    period_to: date
    round_state: RoundState
    checklist: Checklist
    answers: dict[str, ItemAnswer]

    def settled(self) -> dict[str, ItemState]:
        """Apply the rules to what is there now."""
        return review.settle(self.checklist, self.attempt.entries, self.answers, self.period_to)


def unreachable() -> NotFound:
    """Return the one answer for everything that is not this person's."""
    return NotFound(
        _("没有这份评查任务，或者不在您的名下。"), remedy=_("请回到“我的评查”重新选择。")
    )


def load_own(session: Session, actor: Actor, attempt_id: int) -> Loaded:
    """Return an attempt if it is this person's, live, and no conflict stands in the way."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    found = session.execute(
        select(ReviewAttempt, CaseFile, Court.short_name, EvaluationRound)
        .join(CaseFile, CaseFile.id == ReviewAttempt.case_file_id)
        .join(Court, Court.id == CaseFile.court_id)
        .join(EvaluationRound, EvaluationRound.id == ReviewAttempt.round_id)
        .where(
            ReviewAttempt.id == attempt_id,
            ReviewAttempt.is_live.is_(True),
            or_(
                ReviewAttempt.reviewer_id == actor.account_id,
                ReviewAttempt.partner_id == actor.account_id,
            ),
        )
        .with_for_update(of=ReviewAttempt)
    ).first()
    if found is None or recusal_findings.is_barred(session, found[1].id, actor.account_id):
        raise unreachable()
    attempt, case, court, evaluation_round = found
    return Loaded(
        attempt,
        case,
        court,
        evaluation_round.period_to,
        evaluation_round.state,
        review_plans.checklist_in(session, attempt.round_id),
        answers_in(session, attempt.id),
    )


def answers_in(session: Session, attempt_id: int) -> dict[str, ItemAnswer]:
    """Return the saved answers of one attempt."""
    names = ("answer", "na_reason", "page", "note", "option", "verification", "is_automatic")
    rows = session.scalars(select(ReviewAnswer).where(ReviewAnswer.attempt_id == attempt_id))
    return {row.item_code: ItemAnswer(*(getattr(row, name) for name in names)) for row in rows}


def must_attest(attempt: ReviewAttempt, actor: Actor) -> bool:
    """Tell whether this person still has to declare, before seeing what the reading says."""
    if attempt.partner_id == actor.account_id:
        return attempt.partner_attested_at is None
    return attempt.state is AttemptState.ASSIGNED


def require_attested(attempt: ReviewAttempt, actor: Actor) -> None:
    """Let the call go on only after this person's own declaration."""
    if must_attest(attempt, actor):
        raise WrongState(_("打开案卷前须先声明没有利害关系。"), remedy=_("请先作逐案声明。"))


def require_writing(loaded: Loaded, actor: Actor) -> None:
    """Let the call go on only while the attempt may be written."""
    require_attested(loaded.attempt, actor)
    require_state(loaded.round_state, RoundState.OPEN)
    if loaded.attempt.state is not AttemptState.OPEN:
        raise WrongState(
            _("该评查任务当前不能填写。"), remedy=_("已提交的，须由组长退回后才能修改。")
        )
