"""Reading a file: attest, open, save answer by answer.

A reviewer reaches their own live attempts and nothing else: a wrong number, another's attempt
and a sealed one all give the same answer. Handing in, reopening and stopping on a conflict are in
``review_submission``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

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
from evaluation.errors import Fault, InvalidInput, NotFound, WrongState
from evaluation.language import _
from evaluation.services import recusal_findings, review_entries, review_plans
from evaluation.storage import audit_trail
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.court import Court
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.review import ReviewAnswer, ReviewAttempt, ReviewChange
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

    @property
    def n_answered(self) -> int:
        """Items that have an answer that counts."""
        return sum(state.answer is not None for state in self.states.values())


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


def form_of(loaded: Loaded) -> FormView:
    """Return what the form shows of a loaded attempt."""
    states = loaded.settled()
    attempt = loaded.attempt
    return FormView(
        attempt.id,
        attempt.round_id,
        loaded.case.sample_number,
        loaded.court,
        attempt.reading is Reading.GOLD,
        attempt.state,
        dict(attempt.entries),
        {code: one for code, one in loaded.answers.items() if not one.is_automatic},
        states,
        review.missing(loaded.checklist, attempt.entries, states),
        loaded.checklist,
        attempt.revision,
        attempt.partner_id is not None and attempt.signed_by_partner_at is None,
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
    """Declare, before opening a file, that one has no interest in it."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        loaded = load_own(session, actor, attempt_id)
        attempt = loaded.attempt
        if attempt.partner_id == actor.account_id and attempt.state is not AttemptState.ASSIGNED:
            return
        attempt.state = review.next_state(attempt.state, "attest")
        attempt.attested_at = clock.now()
        audit_trail.append(session, actor, "review.attest", f"attempt:{attempt_id}", {})


def open_form(actor: Actor, attempt_id: int) -> FormView:
    """Open a file that is attested and produced; the register's facts are filled in."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        loaded = load_own(session, actor, attempt_id)
        require_state(loaded.round_state, RoundState.OPEN)
        attempt, case = loaded.attempt, loaded.case
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
        elif attempt.state is AttemptState.ASSIGNED:
            raise WrongState(_("打开案卷前须先声明没有利害关系。"), remedy=_("请先作逐案声明。"))
        return form_of(loaded)


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
        return form_of(load_own(session, actor, attempt_id))


# ------------------------------------------------------------------ entering


def require_writing(loaded: Loaded) -> None:
    """Let the call go on only while the attempt may be written."""
    require_state(loaded.round_state, RoundState.OPEN)
    if loaded.attempt.state is not AttemptState.OPEN:
        raise WrongState(
            _("该评查任务当前不能填写。"), remedy=_("已提交的，须由组长退回后才能修改。")
        )


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
        loaded = load_own(session, actor, attempt_id)
        require_writing(loaded)
        for item_code, answer in answers.items():
            put_answer(session, actor, loaded, item_code, answer)
        return _saved(loaded)


def save_entries(actor: Actor, attempt_id: int, values: Mapping[str, Any]) -> FormView:
    """Save header fields, circumstances, dates or amounts at once; ``None`` takes one back."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        loaded = load_own(session, actor, attempt_id)
        require_writing(loaded)
        put_entries(session, actor, loaded, values)
        return _saved(loaded)


def _saved(loaded: Loaded) -> FormView:
    view = form_of(loaded)
    loaded.attempt.n_answered = view.n_answered
    return view


def put_entries(
    session: Session, actor: Actor, loaded: Loaded, values: Mapping[str, Any], source: str = "form"
) -> None:
    """Put entries into a loaded attempt, with a line in the journal for each change."""
    attempt, entries = loaded.attempt, dict(loaded.attempt.entries)
    for name, value in review_entries.checked(loaded.checklist, values).items():
        before = entries.get(name)
        if before == value:
            continue
        if value is None:
            entries.pop(name, None)
        else:
            entries[name] = value
        journal(session, actor, attempt.id, name, (before, value), source)
    attempt.entries = entries
    attempt.revision += 1


def put_answer(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    item_code: str,
    answer: ItemAnswer | None,
    source: str = "form",
) -> None:
    """Put one answer into a loaded attempt, with a line in the journal if it changes."""
    checklist, attempt = loaded.checklist, loaded.attempt
    try:
        item = checklist.item(item_code)
    except KeyError:
        raise NotFound(_("清单中没有这一项。"), remedy=_("请刷新页面。")) from None
    before = loaded.answers.get(item_code)
    if answer == before:
        return
    if answer is not None and source != "adjudication":
        faults = review.check_answer(checklist, item, answer)
        if faults:
            raise InvalidInput(_("这一项没有保存。"), faults=faults)
    row = session.get(ReviewAnswer, (attempt.id, item_code)) if before is not None else None
    if answer is None:
        if row is not None:
            session.delete(row)
        loaded.answers.pop(item_code, None)
    else:
        write_answer(session, row, attempt.id, item_code, answer)
        loaded.answers[item_code] = answer
    attempt.revision += 1
    changed = (asdict(before) if before else None, asdict(answer) if answer else None)
    journal(session, actor, attempt.id, item_code, changed, source)


def write_answer(
    session: Session,
    row: ReviewAnswer | None,
    attempt_id: int,
    item_code: str,
    answer: ItemAnswer,
) -> None:
    """Write the row of one answer."""
    if row is None:
        row = ReviewAnswer(attempt_id=attempt_id, item_code=item_code)
        session.add(row)
    row.answer, row.na_reason, row.option = answer.code, answer.na_reason, answer.option
    row.verification, row.page, row.note = answer.verification, answer.page, answer.note
    row.is_automatic, row.saved_at = answer.is_automatic, clock.now()


def journal(
    session: Session,
    actor: Actor,
    attempt_id: int,
    field: str,
    change: tuple[Any, Any],
    source: str,
) -> None:
    """Append one change of a value; the journal is never rewritten."""
    session.add(
        ReviewChange(
            attempt_id=attempt_id,
            field=field,
            before=change[0],
            after=change[1],
            source=source,
            account_id=actor.account_id,
            at=clock.now(),
        )
    )
