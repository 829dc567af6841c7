"""Reading a file: attest, open, save answer by answer.

Who reaches which attempt is settled in ``review_attempts``. Handing in, reopening and stopping on
a conflict are in ``review_submission``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from evaluation import clock
from evaluation.domain import review
from evaluation.domain.case_file import FileState
from evaluation.domain.checklist import Checklist
from evaluation.domain.evaluation_round import RoundState, require_state
from evaluation.domain.review import (
    AttemptState,
    ItemAnswer,
    ItemState,
    Reading,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, WrongState
from evaluation.language import _
from evaluation.services import reassignment, review_attempts, review_writing
from evaluation.services.review_attempts import Loaded
from evaluation.storage import audit_trail
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.court import Court
from evaluation.storage.models.review import ReviewAttempt
from evaluation.storage.session import reading, unit_of_work

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class DeskLine:
    """One file on a reviewer's desk. Which reading it is, is not said."""

    attempt_id: int
    sample_number: str
    court: str
    state: AttemptState
    file_state: FileState
    n_answered: int
    submitted_at: datetime | None


@dataclass(frozen=True)
class FormView:
    """Everything the review form shows, settled by the rules."""

    attempt_id: int
    round_id: int
    sample_number: str
    court: str
    is_gold: bool
    state: AttemptState
    entries: dict[str, Any]
    answers: dict[str, ItemAnswer]
    states: dict[str, ItemState]
    missing: list[Fault]
    checklist: Checklist
    revision: int
    needs_partner: bool
    must_attest: bool
    is_partner: bool

    @property
    def n_answered(self) -> int:
        """Items that have an answer that counts."""
        return sum(state.answer is not None for state in self.states.values())


def form_of(loaded: Loaded, actor: Actor) -> FormView:
    """Return what the form shows of a loaded attempt; nothing before one's own declaration."""
    attempt = loaded.attempt
    must_attest = review_attempts.must_attest(attempt, actor)
    entries = {} if must_attest else dict(attempt.entries)
    answers = {} if must_attest else loaded.answers
    states = review.settle(loaded.checklist, entries, answers, loaded.period_to)
    return FormView(
        attempt.id,
        attempt.round_id,
        loaded.case.sample_number,
        loaded.court,
        attempt.reading is Reading.GOLD,
        attempt.state,
        entries,
        {code: one for code, one in answers.items() if not one.is_automatic},
        states,
        review.missing(loaded.checklist, entries, states),
        loaded.checklist,
        attempt.revision,
        attempt.partner_id is not None and attempt.signed_by_partner_at is None,
        must_attest,
        attempt.partner_id == actor.account_id,
    )


# ------------------------------------------------------------------ the desk


def desk(actor: Actor, round_id: int, *, after: int = 0, limit: int = PAGE_SIZE) -> list[DeskLine]:
    """Return the files on one's own desk by number, a page at a time."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with reading() as session:
        rows = session.execute(
            select(
                ReviewAttempt.id,
                CaseFile.sample_number,
                Court.short_name,
                ReviewAttempt.state,
                CaseFile.state,
                ReviewAttempt.n_answered,
                ReviewAttempt.submitted_at,
            )
            .join(CaseFile, CaseFile.id == ReviewAttempt.case_file_id)
            .join(Court, Court.id == CaseFile.court_id)
            .where(
                or_(
                    ReviewAttempt.reviewer_id == actor.account_id,
                    ReviewAttempt.partner_id == actor.account_id,
                ),
                ReviewAttempt.round_id == round_id,
                ReviewAttempt.is_live.is_(True),
                ReviewAttempt.reading != Reading.ADJUDICATION,
                ReviewAttempt.id > after,
            )
            .order_by(ReviewAttempt.id)
            .limit(limit)
        )
        return [DeskLine(*row) for row in rows]


def attest(actor: Actor, attempt_id: int) -> None:
    """Declare, before opening a file, that one has no interest in it.

    The file is matched again first: who was entered since the assignment counts. Of a senior pair
    each declares for oneself.

    Raises
    ------
    NotFound
        If the match finds a conflict: the attempt is sealed and given to somebody else.
    """
    require(actor, Role.REVIEWER, Role.CHAIR)
    _match_again(actor, attempt_id)
    with unit_of_work() as session:
        loaded = review_attempts.load_own(session, actor, attempt_id)
        attempt = loaded.attempt
        if attempt.partner_id == actor.account_id:
            attempt.partner_attested_at = attempt.partner_attested_at or clock.now()
        else:
            attempt.state = review.next_state(attempt.state, "attest")
            attempt.attested_at = clock.now()
        audit_trail.append(session, actor, "review.attest", f"attempt:{attempt_id}", {})


def _match_again(actor: Actor, attempt_id: int) -> None:
    with unit_of_work() as session:
        loaded = review_attempts.load_own(session, actor, attempt_id)
        if loaded.round_state is RoundState.OPEN:
            reassignment.match_again_in(session, actor, loaded.attempt.round_id, loaded.case.id)


def open_form(actor: Actor, attempt_id: int) -> FormView:
    """Open a file that is attested and produced; the register's facts are filled in."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        loaded = review_attempts.load_own(session, actor, attempt_id)
        require_state(loaded.round_state, RoundState.OPEN)
        attempt, case = loaded.attempt, loaded.case
        review_attempts.require_attested(attempt, actor)
        if attempt.state is AttemptState.ATTESTED:
            if case.state is not FileState.PRODUCED:
                raise WrongState(
                    _("法院尚未提供这份案卷，或者案卷已归还。"),
                    remedy=_("请由秘书登记提供后再打开。"),
                )
            attempt.state = review.next_state(attempt.state, "open")
            attempt.opened_at = clock.now()
            attempt.entries = attempt.entries or entries_from_register(case)
            audit_trail.append(session, actor, "review.open", f"attempt:{attempt_id}", {})
        return form_of(loaded, actor)


def entries_from_register(case: CaseFile) -> dict[str, Any]:
    """Return what the register already knows of a file, as entries of its form."""
    entries: dict[str, Any] = {"closure_method": case.closure_method}
    if case.filed_on is not None:
        entries["filed_on"] = case.filed_on.isoformat()
    if case.closed_on is not None:
        entries["closed_on"] = case.closed_on.isoformat()
    return entries


def read_form(actor: Actor, attempt_id: int) -> FormView:
    """Return the form of one's own attempt without changing anything."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with reading() as session:
        return form_of(review_attempts.load_own(session, actor, attempt_id), actor)


# ------------------------------------------------------------------ entering


def save_answer(
    actor: Actor, attempt_id: int, item_code: str, answer: ItemAnswer | None
) -> FormView:
    """Save one answer at once (``None`` takes it back); it is on disk when this returns.

    Raises
    ------
    InvalidInput
        If the answer lacks its reason, its way of verification, or holds personal data.
    """
    return save_answers(actor, attempt_id, {item_code: answer})


def save_answers(
    actor: Actor, attempt_id: int, answers: Mapping[str, ItemAnswer | None]
) -> FormView:
    """Save several answers together, all or none; for packets that come back and repeated keys."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        loaded = review_attempts.load_own(session, actor, attempt_id)
        review_attempts.require_writing(loaded, actor)
        for item_code, answer in answers.items():
            review_writing.put_answer(session, actor, loaded, item_code, answer)
        return _saved(loaded, actor)


def save_entries(actor: Actor, attempt_id: int, values: Mapping[str, Any]) -> FormView:
    """Save header fields, circumstances, dates or amounts at once; ``None`` takes one back."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        loaded = review_attempts.load_own(session, actor, attempt_id)
        review_attempts.require_writing(loaded, actor)
        review_writing.put_entries(session, actor, loaded, values)
        return _saved(loaded, actor)


def _saved(loaded: Loaded, actor: Actor) -> FormView:
    view = form_of(loaded, actor)
    loaded.attempt.n_answered = view.n_answered
    return view
