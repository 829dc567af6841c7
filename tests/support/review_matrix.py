"""A round in which every text that somebody may not see carries a mark.

Tests ask everything there is, as one reviewer, with every number that can be guessed, and look for
marks that are not theirs.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import review_round
from review_round import ReviewRound
from sqlalchemy import select

from evaluation.domain.recusal import Capacity, Level
from evaluation.domain.review import AnswerCode, ItemAnswer
from evaluation.domain.roles import Actor
from evaluation.services import (
    adjudication_pairs,
    assignments,
    gold_audit,
    offline,
    recusals,
    review_submission,
    reviews,
)
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.review import ReviewAnswer, ReviewAttempt, ReviewChange
from evaluation.storage.session import reading

PARTY = "当事人密名"


@dataclass
class MarkedRound:
    """The round, who asks, what they must never see, and what they may."""

    built: ReviewRound
    asker: Actor
    forbidden: set[str]
    allowed: set[str]
    foreign_packet: bytes
    numbers: dict[str, list[Any]]


def mark(attempt_id: int) -> str:
    """Return the mark of one attempt."""
    return f"密文{attempt_id:04d}号"


def build() -> MarkedRound:
    """Build the round: read, disputed, adjudicated, audited; the asker recused from a file read."""
    built = review_round.build(n_files=8, n_courts=2, n_reviewers=5, n_firms=5, double_share="1")
    review_round.produce_everything(built)
    assignments.assign_round(built.chair, built.round_id)
    for actor in built.reviewers:
        _read_some(actor, built)
    asker = built.reviewers[0]
    recused = reviews.desk(asker, built.round_id)[0].attempt_id
    review_submission.report_conflict(asker, recused, Level.A, "曾任代理人")
    _settle_one(built)
    gold_audit.draw_sub_sample(built.chair, built.round_id)
    foreign_packet = _packet_of(built.reviewers[1], built.round_id)
    with reading() as session:
        attempts = session.scalars(select(ReviewAttempt)).all()
        files = session.scalars(select(CaseFile)).all()
    person = recusals.ParticipantDraft(Capacity.PARTY, PARTY)
    recusals.enter_participants(built.secretary, files[-1].id, [person])
    own = {
        row.id
        for row in attempts
        if row.is_live and asker.account_id in (row.reviewer_id, row.partner_id)
    }
    return MarkedRound(
        built,
        asker,
        {mark(row.id) for row in attempts if row.id not in own}
        | {row.unit_id for row in files}
        | {PARTY},
        {mark(number) for number in own},
        foreign_packet,
        {
            "attempt_id": [row.id for row in attempts] + [len(attempts) + 5],
            "case_file_id": [row.id for row in files] + [999],
            "account_id": [actor.account_id for actor in built.reviewers],
            "round_id": [built.round_id, 77],
            "court_id": sorted({row.court_id for row in files}),
        },
    )


def _read_some(actor: Actor, built: ReviewRound) -> None:
    for n, line in enumerate(reviews.desk(actor, built.round_id)):
        if n > 3:
            return
        reviews.attest(actor, line.attempt_id)
        review_round.fill(actor, line.attempt_id, submit=False)
        code = AnswerCode.FAIL if actor is built.reviewers[2] else AnswerCode.PASS
        text = mark(line.attempt_id)
        answer = ItemAnswer(code, page=text, note=text)
        reviews.save_answer(actor, line.attempt_id, "P1-01", answer)
        if n < 2 or actor is built.reviewers[2]:
            review_submission.submit(actor, line.attempt_id)


def _settle_one(built: ReviewRound) -> None:
    for pair in adjudication_pairs.list_pairs(built.chair, built.round_id):
        if pair.n_disputed:
            adjudication_pairs.appoint(built.chair, pair.case_file_id, built.chair.account_id)
            return


def _packet_of(actor: Actor, round_id: int) -> bytes:
    return offline.issue(actor, round_id)[1]


def texts_of(found: object) -> Iterator[str]:
    """Return every text in a result: nested values, workbooks unpacked."""
    if isinstance(found, bytes):
        if found[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(found)) as archive:
                for name in archive.namelist():
                    yield archive.read(name).decode("utf-8", "replace")
        else:
            yield found.decode("utf-8", "replace")
    elif isinstance(found, (list, tuple)):
        for one in found:
            yield from texts_of(one)
    else:
        yield repr(found)


def seen(found: object, marks: set[str]) -> set[str]:
    """Return the marks that occur in a result."""
    text = "\n".join(texts_of(found))
    return {one for one in marks if one in text}


def foreign_state(asker: Actor) -> dict[int, object]:
    """Return everything written in readings that are not the asker's."""
    with reading() as session:
        rows = session.scalars(select(ReviewAttempt)).all()
        answers = session.execute(
            select(ReviewAnswer.attempt_id, ReviewAnswer.item_code, ReviewAnswer.answer)
        ).all()
        changes = session.execute(select(ReviewChange.attempt_id, ReviewChange.id)).all()
    return {
        row.id: (
            str(row.state),
            row.revision,
            row.entries,
            row.content_hash,
            sorted(map(str, (a for a in answers if a[0] == row.id))),
            sorted(map(str, (c for c in changes if c[0] == row.id))),
        )
        for row in rows
        if asker.account_id not in (row.reviewer_id, row.partner_id)
    }
