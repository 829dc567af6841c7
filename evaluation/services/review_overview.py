"""What pages show of a round's review: results, agreement of pairs of reviewers, drift on gold.

Results of a large round take far longer than a page may. They are computed beside the page, kept
for the whole process, and shown with the time they stand for until newer ones are ready.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.analysis.reading_agreement import PairAgreement, pair_agreement
from evaluation.analysis.results import ResultSet
from evaluation.config import settings
from evaluation.domain.roles import Actor, Role, require
from evaluation.services import review_plans
from evaluation.services.results import review_data, review_quality
from evaluation.services.results import reviews as review_results
from evaluation.services.results.review_data import ReviewData
from evaluation.storage.models.account import Account
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.review import ReviewAttempt
from evaluation.storage.session import reading

#: The four broad classes of files, for charts.
CLASSES = review_results.CLASSES
#: Rounds of up to this many files are computed while the page waits.
SMALL_ROUND = 60
#: Newer results are computed at the earliest after this many times what the last ones took.
REST = 10
_READERS = (Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER)
_RUNNERS = (Role.CHAIR, Role.SECRETARY, Role.OBSERVER)


@dataclass(frozen=True, slots=True)
class ReviewerPair:
    """Agreement of two reviewers over all items of the files both read."""

    first: str
    second: str
    found: PairAgreement


@dataclass(frozen=True, slots=True)
class GoldAgreement:
    """How often one reviewer's settled answers equal the gold reading, early and late."""

    reviewer: str
    n_files: int
    early_share: float | None
    late_share: float | None


@dataclass(frozen=True)
class Standing:
    """The results as they stood at one moment."""

    stamp: str
    computed_at: datetime
    seconds: float
    results: ResultSet
    pairs: list[ReviewerPair]
    drift: list[GoldAgreement]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page has: ``None`` while the first results are computed; whether newer are coming."""

    standing: Standing | None
    is_current: bool


_Key = tuple[str, int]
_kept: dict[_Key, Standing] = {}
_under_way: set[_Key] = set()
_lock = threading.Lock()
_beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="review-results")


def standing(actor: Actor, round_id: int) -> Shown:
    """Return the latest results; what is out of date is computed anew beside the page."""
    require(actor, *_READERS)
    key = (settings().database_url, round_id)
    with reading() as session:
        stamp = _stamp(session, round_id)
        n_files = session.scalar(
            select(func.count()).select_from(CaseFile).where(CaseFile.round_id == round_id)
        )
    kept = _kept.get(key)
    if kept is None or kept.stamp != stamp:
        if (n_files or 0) <= SMALL_ROUND:
            kept = _compute(key)
        elif kept is None or _is_rested(kept):
            _start(key)
    return Shown(_for(actor, kept), kept is not None and kept.stamp == stamp)


def _for(actor: Actor, kept: Standing | None) -> Standing | None:
    """Leave out what only the people who run the round may see."""
    if kept is None or actor.has(*_RUNNERS):
        return kept
    return Standing(kept.stamp, kept.computed_at, kept.seconds, kept.results, [], [])


def _is_rested(kept: Standing) -> bool:
    return (clock.now() - kept.computed_at).total_seconds() >= REST * kept.seconds


def _start(key: _Key) -> None:
    with _lock:
        if key not in _under_way:
            _under_way.add(key)
            _beside.submit(_compute, key)


def _compute(key: _Key) -> Standing:
    try:
        begun, now = time.perf_counter(), clock.now()
        with reading() as session:
            stamp = _stamp(session, key[1])
            data = review_data.load(session, key[1])
            found = ResultSet(review_results.collect_from(session, key[1], data))
            pairs, drift = _pairs(session, key[1], data), _drift(session, key[1], data)
        kept = Standing(stamp, now, time.perf_counter() - begun, found, pairs, drift)
        _kept[key] = kept
        return kept
    finally:
        with _lock:
            _under_way.discard(key)


def _stamp(session: Session, round_id: int) -> str:
    """Return a text that changes whenever a reading changes."""
    row = session.execute(
        select(
            func.count(),
            func.max(ReviewAttempt.submitted_at),
            func.max(ReviewAttempt.signed_by_partner_at),
            func.max(ReviewAttempt.ended_at),
            func.count(ReviewAttempt.submitted_at),
        ).where(ReviewAttempt.round_id == round_id)
    ).one()
    return "|".join(str(value) for value in row)


def _pairs(session: Session, round_id: int, data: ReviewData) -> list[ReviewerPair]:
    """Return agreement for each pair of reviewers."""
    names = {row[0]: row[1] for row in session.execute(select(Account.id, Account.display_name))}
    seed = review_plans.plan_in(session, round_id).seed
    both = np.flatnonzero(review_quality.read_twice(data))
    tables = review_quality.tables_of(data)
    groups: dict[tuple[int, int], list[int]] = {}
    for position, row in enumerate(both.tolist()):
        one, two = sorted(data.readers[row])
        groups.setdefault((one, two), []).append(position)
    return [
        ReviewerPair(
            names.get(one, ""),
            names.get(two, ""),
            pair_agreement(tables[rows], seed=f"{seed}|{one}|{two}", n_replicates=500),
        )
        for (one, two), rows in sorted(groups.items())
    ]


def _drift(session: Session, round_id: int, data: ReviewData) -> list[GoldAgreement]:
    """Return each first reader's agreement with gold, in the first and second half of the work."""
    rows = session.execute(
        select(ReviewAttempt.case_file_id, Account.display_name)
        .join(Account, Account.id == ReviewAttempt.reviewer_id)
        .where(
            ReviewAttempt.round_id == round_id,
            ReviewAttempt.reading == "first",
            ReviewAttempt.is_live.is_(True),
            ReviewAttempt.submitted_at.is_not(None),
        )
        .order_by(ReviewAttempt.submitted_at, ReviewAttempt.id)
    ).all()
    position = {file.case_file_id: n for n, file in enumerate(data.files)}
    shares: dict[str, list[float]] = {}
    for case_file_id, name in rows:
        n = position.get(case_file_id)
        if n is None:
            continue
        both = (data.codes[n] >= 0) & (data.gold[n] >= 0)
        if both.any():
            same = float((data.codes[n][both] == data.gold[n][both]).mean())
            shares.setdefault(name, []).append(same)
    found = []
    for name, values in sorted(shares.items()):
        half = (len(values) + 1) // 2
        late = float(np.mean(values[half:])) if values[half:] else None
        found.append(GoldAgreement(name, len(values), float(np.mean(values[:half])), late))
    return found
