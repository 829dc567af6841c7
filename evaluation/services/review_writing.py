"""Writing into a loaded attempt: answers and entries, a line in the journal for each change.

Leaves out who may write (``review_attempts``) and what follows from it (``reviews``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain import review
from evaluation.domain.review import ItemAnswer
from evaluation.domain.roles import Actor
from evaluation.errors import InvalidInput, NotFound
from evaluation.language import _
from evaluation.services import review_entries
from evaluation.services.review_attempts import Loaded
from evaluation.storage.models.review import ReviewAnswer, ReviewChange


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
