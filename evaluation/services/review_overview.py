"""What pages show of a round's review: results, agreement of pairs of reviewers, drift on gold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select

from evaluation.analysis.reading_agreement import PairAgreement, pair_agreement
from evaluation.analysis.results import ResultSet
from evaluation.domain.roles import Actor, Role, require
from evaluation.services import review_plans
from evaluation.services.results import review_data, review_quality
from evaluation.services.results import reviews as review_results
from evaluation.storage.models.account import Account
from evaluation.storage.models.review import ReviewAttempt
from evaluation.storage.session import reading

#: The four broad classes of files, for charts.
CLASSES = review_results.CLASSES
_READERS = (Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER)


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


def stamp(actor: Actor, round_id: int) -> str:
    """Return a text that changes whenever a reading is handed in: the key of a page's cache."""
    require(actor, *_READERS)
    with reading() as session:
        row = session.execute(
            select(
                func.count(), func.max(ReviewAttempt.submitted_at), func.sum(ReviewAttempt.revision)
            ).where(ReviewAttempt.round_id == round_id)
        ).one()
        return "|".join(str(value) for value in row)


def results(actor: Actor, round_id: int) -> ResultSet:
    """Return the results as they stand now; what is published is frozen elsewhere."""
    require(actor, *_READERS)
    with reading() as session:
        return ResultSet(review_results.collect(session, round_id))


def reviewer_pairs(actor: Actor, round_id: int) -> list[ReviewerPair]:
    """Return agreement for each pair of reviewers, for the people who run the round."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
    with reading() as session:
        data = review_data.load(session, round_id)
        names = {
            row[0]: row[1] for row in session.execute(select(Account.id, Account.display_name))
        }
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


def gold_drift(actor: Actor, round_id: int) -> list[GoldAgreement]:
    """Return each first reader's agreement with gold, in the first and second half of the work."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
    with reading() as session:
        data = review_data.load(session, round_id)
        rows = session.execute(
            select(ReviewAttempt.case_file_id, Account.display_name)
            .join(Account, Account.id == ReviewAttempt.reviewer_id)
            .where(
                ReviewAttempt.round_id == round_id,
                ReviewAttempt.reading == "first",
                ReviewAttempt.is_live.is_(True),
                ReviewAttempt.submitted_at.is_not(None),
            )
            .order_by(ReviewAttempt.submitted_at)
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
