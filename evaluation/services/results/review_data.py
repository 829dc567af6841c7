"""The settled readings of a round as arrays: one row per file, one column per item.

A file's settled answer is the adjudication's if there is one, else the first reading's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.domain.checklist import Checklist
from evaluation.domain.review import AnswerCode, AttemptState, Reading
from evaluation.services import review_plans, rounds
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.court import Court
from evaluation.storage.models.review import ReviewAnswer, ReviewAttempt

#: Columns of every code matrix: position in this tuple, -1 where there is no answer.
CODES = tuple(AnswerCode)
PASS, FAIL, NOT_APPLICABLE, NOT_IN_FILE, NOT_VERIFIED = range(len(CODES))
CodeMatrix = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file with its settled reading."""

    case_file_id: int
    court_code: str
    court: str
    stratum: str
    stratum_population: int
    closure_method: str
    property_label: str
    entries: dict[str, Any]
    is_qualified: bool | None
    case_grade: str | None


@dataclass(frozen=True)
class ReviewData:
    """Everything that results are computed from."""

    checklist: Checklist
    period_to: date
    files: list[ReadFile]
    codes: CodeMatrix
    by_rule: NDArray[np.bool_]  # not applicable by the item's condition, not by a reader's choice
    gold: CodeMatrix
    gold_qualified: list[bool | None]
    first: CodeMatrix
    second: CodeMatrix
    readers: list[tuple[int, int]]
    grades: list[tuple[str | None, str | None]]
    n_files: int

    @property
    def items(self) -> list[str]:
        """Codes of the items, in the order of the columns."""
        return [item.code for item in self.checklist.items()]

    @property
    def strata(self) -> list[str]:
        """Stratum of each row."""
        return [file.stratum for file in self.files]

    @property
    def populations(self) -> NDArray[np.float64]:
        """Files in the frame of each row's stratum, at least those reviewed."""
        size: dict[str, int] = {}
        count: dict[str, int] = {}
        for file in self.files:
            size[file.stratum] = max(size.get(file.stratum, 0), file.stratum_population)
            count[file.stratum] = count.get(file.stratum, 0) + 1
        return np.array(
            [max(size[file.stratum], count[file.stratum]) for file in self.files], dtype=float
        )


def load(session: Session, round_id: int) -> ReviewData:
    """Read every submitted live reading of a round."""
    checklist = review_plans.checklist_in(session, round_id)
    attempts = _attempts(session, round_id)
    settled = {
        case_file_id: readings.get(Reading.ADJUDICATION) or readings.get(Reading.FIRST)
        for case_file_id, readings in attempts.items()
    }
    files, n_files = _files(session, round_id, settled)
    rows = [file.case_file_id for file in files]
    position = {case_file_id: n for n, case_file_id in enumerate(rows)}
    wanted: dict[str, dict[int, int]] = {name: {} for name in ("codes", "gold", "first", "second")}
    readers, grades = [(0, 0)] * len(rows), [(None, None)] * len(rows)
    paired_grades: list[tuple[str | None, str | None]] = list(grades)
    gold_qualified: list[bool | None] = [None] * len(rows)
    for case_file_id, n in position.items():
        readings = attempts[case_file_id]
        chosen = settled[case_file_id]
        if chosen is not None:
            wanted["codes"][chosen.id] = n
        if Reading.GOLD in readings:
            wanted["gold"][readings[Reading.GOLD].id] = n
            gold_qualified[n] = readings[Reading.GOLD].is_qualified
        if Reading.FIRST in readings and Reading.SECOND in readings:
            one, two = readings[Reading.FIRST], readings[Reading.SECOND]
            wanted["first"][one.id], wanted["second"][two.id] = n, n
            readers[n] = (one.reviewer_id, two.reviewer_id)
            paired_grades[n] = (one.case_grade, two.case_grade)
    matrices, by_rule = _matrices(session, round_id, checklist, len(rows), wanted)
    return ReviewData(
        checklist=checklist,
        period_to=rounds.row_of(session, round_id).period_to,
        files=files,
        codes=matrices["codes"],
        by_rule=by_rule,
        gold=matrices["gold"],
        gold_qualified=gold_qualified,
        first=matrices["first"],
        second=matrices["second"],
        readers=readers,
        grades=paired_grades,
        n_files=n_files,
    )


def _files(
    session: Session, round_id: int, settled: dict[int, ReviewAttempt | None]
) -> tuple[list[ReadFile], int]:
    """Return the files with a settled reading, and how many files there are."""
    files: list[ReadFile] = []
    n_files = 0
    for case, court_code, court in session.execute(
        select(CaseFile, Court.code, Court.short_name)
        .join(Court, Court.id == CaseFile.court_id)
        .where(CaseFile.round_id == round_id)
        .order_by(CaseFile.id)
    ):
        n_files += 1
        attempt = settled.get(case.id)
        if attempt is None:
            continue
        files.append(
            ReadFile(
                case.id,
                court_code,
                court,
                case.stratum,
                case.stratum_population,
                case.closure_method,
                case.property_label,
                attempt.entries,
                attempt.is_qualified,
                attempt.case_grade,
            )
        )
    return files, n_files


def _attempts(session: Session, round_id: int) -> dict[int, dict[Reading, ReviewAttempt]]:
    found: dict[int, dict[Reading, ReviewAttempt]] = {}
    for attempt in session.scalars(
        select(ReviewAttempt).where(
            ReviewAttempt.round_id == round_id,
            ReviewAttempt.is_live.is_(True),
            ReviewAttempt.state == AttemptState.SUBMITTED,
        )
    ):
        is_signed = attempt.partner_id is None or attempt.signed_by_partner_at is not None
        if is_signed:
            found.setdefault(attempt.case_file_id, {})[attempt.reading] = attempt
    return found


def _matrices(
    session: Session,
    round_id: int,
    checklist: Checklist,
    n_rows: int,
    wanted: dict[str, dict[int, int]],
) -> tuple[dict[str, CodeMatrix], NDArray[np.bool_]]:
    columns = {item.code: n for n, item in enumerate(checklist.items())}
    made = {name: np.full((n_rows, len(columns)), -1, dtype=np.int8) for name in wanted}
    by_rule = np.zeros((n_rows, len(columns)), dtype=np.bool_)
    number = {code: n for n, code in enumerate(CODES)}
    answers = session.execute(
        select(
            ReviewAnswer.attempt_id,
            ReviewAnswer.item_code,
            ReviewAnswer.answer,
            ReviewAnswer.is_automatic,
        )
        .join(ReviewAttempt, ReviewAttempt.id == ReviewAnswer.attempt_id)
        .where(
            ReviewAttempt.round_id == round_id,
            ReviewAttempt.is_live.is_(True),
            ReviewAttempt.state == AttemptState.SUBMITTED,
        )
        .execution_options(yield_per=10_000)
    )
    for attempt_id, item_code, answer, is_automatic in answers:
        column = columns.get(item_code)
        if column is None:
            continue
        for name, rows in wanted.items():
            row = rows.get(attempt_id)
            if row is not None:
                made[name][row, column] = number[answer]
        row = wanted["codes"].get(attempt_id)
        if row is not None:
            by_rule[row, column] = is_automatic and number[answer] == NOT_APPLICABLE
    return made, by_rule
