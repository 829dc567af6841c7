"""Two readings side by side, and the third record that settles what they disagree on.

Both originals stay as they are. The adjudicator sees what was answered, never who answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain import review
from evaluation.domain.evaluation_round import RoundState, require_state
from evaluation.domain.review import AttemptState, ItemAnswer, Reading
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, InvalidInput, NotFound, WrongState
from evaluation.language import _
from evaluation.services import (
    adjudication_pairs,
    review_attempts,
    review_submission,
    review_writing,
)
from evaluation.storage import audit_trail
from evaluation.storage.models.review import ReviewAttempt
from evaluation.storage.session import unit_of_work


@dataclass(frozen=True, slots=True)
class DisputedItem:
    """One item on which the readers differ, with both answers and the third."""

    item_code: str
    text: str
    rule: str
    first: ItemAnswer | None
    second: ItemAnswer | None
    decided: ItemAnswer | None


@dataclass(frozen=True, slots=True)
class DisputedEntry:
    """One judgment of the header on which the readers differ."""

    field: str
    text: str
    first: Any
    second: Any
    decided: Any


@dataclass(frozen=True)
class SideBySide:
    """Everything the adjudicator works with."""

    attempt_id: int
    sample_number: str
    court: str
    state: AttemptState
    items: list[DisputedItem]
    entries: list[DisputedEntry]
    n_agreed: int
    round_id: int

    @property
    def n_open(self) -> int:
        """How many disputes still have no decision."""
        undecided = [one for one in self.items if one.decided is None]
        return len(undecided) + sum(one.decided is None for one in self.entries)


@dataclass
class _Work:
    """An adjudication with both readings, inside a unit of work."""

    loaded: review_attempts.Loaded
    first: ReviewAttempt
    second: ReviewAttempt
    answers: tuple[dict[str, ItemAnswer], dict[str, ItemAnswer]]

    def disputed_items(self) -> list[str]:
        one, two = self.answers
        return [
            item.code
            for item in self.loaded.checklist.items()
            if not item.all_of and _code(one.get(item.code)) != _code(two.get(item.code))
        ]

    def disputed_entries(self) -> list[str]:
        one, two = self.first.entries, self.second.entries
        return [
            field
            for field in adjudication_pairs.COMPARED_ENTRIES
            if one.get(field) != two.get(field)
        ]


def _code(answer: ItemAnswer | None) -> str:
    return answer.code if answer else ""


def _work(session: Session, actor: Actor, attempt_id: int) -> _Work:
    loaded = review_attempts.load_own(session, actor, attempt_id)
    if loaded.attempt.reading is not Reading.ADJUDICATION:
        raise review_attempts.unreachable()
    first, second = adjudication_pairs.readings_in(session, loaded.case.id)
    answers = (
        review_attempts.answers_in(session, first.id),
        review_attempts.answers_in(session, second.id),
    )
    return _Work(loaded, first, second, answers)


def side_by_side(actor: Actor, attempt_id: int) -> SideBySide:
    """Return both readings where they differ; opening it for the first time is recorded."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        work = _work(session, actor, attempt_id)
        attempt = work.loaded.attempt
        if attempt.state is AttemptState.ASSIGNED:
            raise WrongState(_("裁定前须先声明没有利害关系。"), remedy=_("请先作逐案声明。"))
        if attempt.state is AttemptState.ATTESTED:
            require_state(work.loaded.round_state, RoundState.OPEN)
            attempt.state = review.next_state(attempt.state, "open")
            attempt.opened_at = clock.now()
            disputed = work.disputed_entries()
            attempt.entries = {
                name: value for name, value in work.first.entries.items() if name not in disputed
            }
            audit_trail.append(session, actor, "review.open", f"attempt:{attempt_id}", {})
        return _side_by_side(work)


def _side_by_side(work: _Work) -> SideBySide:
    loaded, codes = work.loaded, work.disputed_items()
    titles = {field.code: field.text for field in loaded.checklist.header}
    items = []
    for code in codes:
        item = loaded.checklist.item(code)
        one, two = (answers.get(code) for answers in work.answers)
        items.append(DisputedItem(code, item.text, item.rule, one, two, loaded.answers.get(code)))
    entries = [
        DisputedEntry(
            field,
            titles[field],
            work.first.entries.get(field),
            work.second.entries.get(field),
            loaded.attempt.entries.get(field),
        )
        for field in work.disputed_entries()
    ]
    return SideBySide(
        loaded.attempt.id,
        loaded.case.sample_number,
        loaded.court,
        loaded.attempt.state,
        items,
        entries,
        len(loaded.checklist.items()) - len(codes),
        loaded.attempt.round_id,
    )


def decide_item(
    actor: Actor, attempt_id: int, item_code: str, answer: ItemAnswer | None
) -> SideBySide:
    """Save the third answer of one disputed item at once."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        work = _work(session, actor, attempt_id)
        review_attempts.require_writing(work.loaded, actor)
        if item_code not in work.disputed_items():
            raise NotFound(_("这一项两人一致，无须裁定。"), remedy=_("请刷新页面。"))
        if answer is not None and answer not in [side.get(item_code) for side in work.answers]:
            faults = review.check_answer(
                work.loaded.checklist, work.loaded.checklist.item(item_code), answer
            )
            if faults:
                raise InvalidInput(_("这一项没有保存。"), faults=faults)
        if answer is not None:
            answer = replace(answer, is_automatic=False)
        review_writing.put_answer(session, actor, work.loaded, item_code, answer, "adjudication")
        return _side_by_side(work)


def decide_entries(actor: Actor, attempt_id: int, values: Mapping[str, Any]) -> SideBySide:
    """Save the third judgment of disputed header fields at once."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        work = _work(session, actor, attempt_id)
        review_attempts.require_writing(work.loaded, actor)
        if set(values) - set(work.disputed_entries()):
            raise NotFound(_("这一栏两人一致，无须裁定。"), remedy=_("请刷新页面。"))
        review_writing.put_entries(session, actor, work.loaded, values, "adjudication")
        return _side_by_side(work)


def submit(actor: Actor, attempt_id: int) -> None:
    """Hand the adjudication in: what was agreed is taken as it was, the rest as decided."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        work = _work(session, actor, attempt_id)
        review_attempts.require_writing(work.loaded, actor)
        loaded = work.loaded
        codes, fields = work.disputed_items(), work.disputed_entries()
        faults = [
            Fault(code, _("尚未裁定。"), _("请选择一个答案。"))
            for code in codes
            if code not in loaded.answers
        ]
        faults += [
            Fault(_("表头"), _("定性尚未裁定。"), _("请选择。"))
            for field in fields
            if not loaded.attempt.entries.get(field)
        ]
        if faults:
            raise InvalidInput(
                _("还有{n}处没有裁定，不能提交。").format(n=len(faults)), faults=faults
            )
        final = {
            item.code: loaded.answers[item.code]
            if item.code in codes
            else work.answers[0][item.code]
            for item in loaded.checklist.items()
        }
        for item in loaded.checklist.items():
            summed = review.derived_answer([final[code] for code in item.all_of])
            if item.all_of and summed is not None:
                final[item.code] = summed
        review_submission.finish(session, loaded, final)
        audit_trail.append(
            session,
            actor,
            "review.adjudicate",
            f"attempt:{attempt_id}",
            {"content": loaded.attempt.content_hash, "n_disputed": len(codes) + len(fields)},
        )
