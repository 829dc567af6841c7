"""Lists with 20,000 files and two million answers: every page under half a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
import review_round
from review_round import ReviewRound
from sqlalchemy import (
    Insert,
    Integer,
    String,
    case,
    cast,
    event,
    func,
    insert,
    literal,
    select,
    true,
    union_all,
)

from evaluation import clock
from evaluation.domain.review import AnswerCode, AttemptState, ItemAnswer, Reading
from evaluation.domain.roles import SYSTEM
from evaluation.services import (
    adjudication_pairs,
    assignments,
    case_files,
    recusal_findings,
    review_closing,
    review_plans,
    reviews,
    rounds,
)
from evaluation.storage.base import UtcDateTime
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.review import ReviewAnswer, ReviewAttempt
from evaluation.storage.session import reading, unit_of_work

N_FILES = 20_000
SECONDS = 0.5


def _grow(built: ReviewRound) -> None:
    """Put attempts and answers into the tables at once; services would take hours."""
    codes = [item.code for item in review_plans.checklist_of(SYSTEM, built.round_id).items()]
    with reading() as session:
        ids = session.scalars(
            select(CaseFile.id).where(CaseFile.round_id == built.round_id).order_by(CaseFile.id)
        ).all()
    people = [actor.account_id for actor in built.reviewers]
    now = clock.now()
    with unit_of_work() as session:
        attempts = []
        for n, case_file_id in enumerate(ids):
            which = [Reading.FIRST, Reading.SECOND] if n % 10 == 0 else [Reading.FIRST]
            for k, one in enumerate(which):
                row = assignments.new_attempt(
                    built.round_id, case_file_id, one, people[(n + k) % len(people)], now
                )
                values = {c.name: getattr(row, c.name) for c in ReviewAttempt.__table__.columns}
                values.pop("id")
                values["state"] = AttemptState.SUBMITTED if n % 50 else AttemptState.OPEN
                values["submitted_at"] = now
                attempts.append(values)
        session.execute(insert(ReviewAttempt), attempts)
    with unit_of_work() as session:
        session.execute(_answers(codes, now))


def _answers(codes: Sequence[str], now: datetime) -> Insert:
    """Return the statement that answers every item of every attempt, one in twenty not kept."""
    items = union_all(
        *(
            select(cast(literal(code), String).label("code"), cast(literal(n), Integer).label("n"))
            for n, code in enumerate(codes)
        )
    ).subquery()
    is_fault = (ReviewAttempt.id * 31 + items.c.n * 17) % 20 == 0
    columns = {
        "attempt_id": ReviewAttempt.id,
        "item_code": items.c.code,
        "answer": case((is_fault, literal("fail")), else_=literal("pass")),
        **{name: literal("") for name in ("na_reason", "option", "verification", "note")},
        "page": literal("1"),
        "is_automatic": literal(value=False),
        "saved_at": literal(now, UtcDateTime()),
    }
    rows = select(*columns.values()).join(items, true())
    return insert(ReviewAnswer).from_select(list(columns), rows)


def _measure(database: Any, call: Callable[[], object]) -> tuple[float, int]:
    """Return server time and statements; SQLite works in this process, so its time is CPU time."""
    clock_of = time.process_time if database.dialect == "sqlite" else time.perf_counter
    statements: list[str] = []

    def note(*details: Any) -> None:
        if not details[2].startswith("BEGIN"):
            statements.append(details[2])

    event.listen(database.engine, "before_cursor_execute", note)
    best = 10.0
    for _try in range(3):
        statements.clear()
        begun = clock_of()
        call()
        best = min(best, clock_of() - begun)
    event.remove(database.engine, "before_cursor_execute", note)
    return best, len(statements)


def _calls(built: ReviewRound) -> dict[str, tuple[Callable[[], object], int]]:
    """Return each page with the most statements it may take, whatever the number of rows."""
    court = rounds.list_round_courts(built.chair, built.round_id)[0].id
    actor, chair, number = built.reviewers[0], built.chair, built.round_id
    own = reviews.desk(actor, number)[0].attempt_id
    with reading() as session:
        last = session.scalars(select(ReviewAttempt.id).order_by(ReviewAttempt.id.desc())).first()
    return {
        "pull list": (lambda: case_files.pull_list(built.secretary, number, court), 2),
        "file counts": (lambda: case_files.counts(chair, number), 2),
        "desk": (lambda: reviews.desk(actor, number), 1),
        "loads": (lambda: assignments.list_loads(chair, number), 3),
        "readings": (lambda: assignments.list_attempts(chair, number), 1),
        "last readings": (
            lambda: assignments.list_attempts(chair, number, after=(last or 0) - 50),
            1,
        ),
        "pairs": (lambda: adjudication_pairs.list_pairs(chair, number), 4),
        "findings": (lambda: recusal_findings.list_findings(chair, number), 1),
        "recusal counts": (lambda: recusal_findings.counts(chair, number), 3),
        "form": (lambda: reviews.read_form(actor, own), 5),
    }


def _check(built: ReviewRound, database: Any, seconds: float) -> None:
    for name, (call, most) in _calls(built).items():
        took, statements = _measure(database, call)
        print(f"{database.dialect} {name}: {took * 1000:.0f} ms, {statements} statements")  # noqa: T201 -- a measurement
        assert statements <= most, name
        assert took < seconds, name


@pytest.mark.parametrize("n_files", [2, 6])
def test_pages_take_few_statements_whatever_the_number_of_rows(database: Any, n_files: int) -> None:
    built = review_round.build(n_files=n_files, n_courts=2, n_reviewers=2)
    _grow(built)
    _check(built, database, 10)


@pytest.mark.slow
@pytest.mark.alone
def test_every_list_answers_within_half_a_second_at_full_size(database: Any) -> None:
    built = review_round.build(n_files=N_FILES, n_courts=13, n_reviewers=30, n_firms=20)
    begun = time.perf_counter()
    _grow(built)
    with reading() as session:
        n_answers = session.scalar(select(func.count()).select_from(ReviewAnswer)) or 0
    assert n_answers > 1_900_000
    print(f"{database.dialect}: {n_answers} answers in {time.perf_counter() - begun:.0f} s")  # noqa: T201 -- a measurement
    _check(built, database, SECONDS)
    actor = built.reviewers[0]
    with reading() as session:
        attempt = session.scalar(
            select(ReviewAttempt.id).where(
                ReviewAttempt.reviewer_id == actor.account_id,
                ReviewAttempt.state == AttemptState.OPEN,
            )
        )
    codes = [AnswerCode.PASS, AnswerCode.FAIL]
    for n in range(6):
        began = time.perf_counter()
        reviews.save_answer(actor, attempt or 0, "P1-01", ItemAnswer(codes[n % 2], page=str(n)))
        took = time.perf_counter() - began
    assert took < SECONDS
    begun = time.perf_counter()
    review_closing.problems(built.chair, built.round_id)
    print(f"{database.dialect}: closing check {time.perf_counter() - begun:.1f} s")  # noqa: T201 -- a measurement
