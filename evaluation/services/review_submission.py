"""The end of a reading: hand in, countersign, reopen, stop on a conflict, see the court's label."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain import review
from evaluation.domain.evaluation_round import RoundState, require_state
from evaluation.domain.recusal import FindingSource, Level
from evaluation.domain.review import (
    AttemptState,
    ItemAnswer,
    Reading,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, InvalidInput, NotAllowed, WrongState
from evaluation.language import _
from evaluation.services import (
    assignments,
    reassignment,
    recusal_findings,
    review_attempts,
    review_writing,
)
from evaluation.storage import audit_trail
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.review import ReviewAnswer, ReviewAttempt
from evaluation.storage.session import reading, unit_of_work


def content_hash(entries: Mapping[str, Any], answers: Mapping[str, ItemAnswer]) -> str:
    """Return the SHA-256 of everything a reading says, in canonical form."""
    body = {
        "entries": dict(entries),
        "answers": {code: asdict(answer) for code, answer in answers.items()},
    }
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def submit(actor: Actor, attempt_id: int) -> None:
    """Hand a complete reading in; what the rules settled is written down with it.

    Raises
    ------
    InvalidInput
        If anything is missing; every place is named.
    """
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        loaded = review_attempts.load_own(session, actor, attempt_id)
        review_attempts.require_writing(loaded, actor)
        attempt = loaded.attempt
        if attempt.partner_id is not None and attempt.reviewer_id != actor.account_id:
            raise NotAllowed(
                _("金标复核由主评提交，另一人会签。"), remedy=_("请由主评提交后再会签。")
            )
        states = loaded.settled()
        faults = review.missing(loaded.checklist, attempt.entries, states)
        if faults:
            raise InvalidInput(
                _("还有{n}处没有完成，不能提交。").format(n=len(faults)), faults=faults
            )
        final = {code: state.answer for code, state in states.items() if state.answer}
        finish(session, loaded, final)
        audit_trail.append(
            session,
            actor,
            "review.submit",
            f"attempt:{attempt_id}",
            {"content": attempt.content_hash, "n_answers": len(final)},
        )


def finish(
    session: Session, loaded: review_attempts.Loaded, final: Mapping[str, ItemAnswer]
) -> None:
    """Write the settled answers and the grade, and move the attempt to submitted."""
    attempt = loaded.attempt
    rows = {
        row.item_code: row
        for row in session.scalars(
            select(ReviewAnswer).where(ReviewAnswer.attempt_id == attempt.id)
        )
    }
    for code, answer in final.items():
        if loaded.answers.get(code) != answer:
            review_writing.write_answer(session, rows.get(code), attempt.id, code, answer)
    codes = {code: answer.code for code, answer in final.items()}
    facts = review.facts_of(loaded.checklist, attempt.entries)
    attempt.case_grade = review.case_grade(loaded.checklist, codes)
    attempt.is_qualified = review.is_qualified_termination(loaded.checklist, facts, codes)
    attempt.content_hash = content_hash(attempt.entries, final)
    attempt.n_answered = len(final)
    attempt.state = review.next_state(attempt.state, "submit")
    attempt.submitted_at = clock.now()


def countersign(actor: Actor, attempt_id: int) -> None:
    """Sign a submitted gold reading as the second of the senior pair."""
    require(actor, Role.REVIEWER, Role.CHAIR)
    with unit_of_work() as session:
        loaded = review_attempts.load_own(session, actor, attempt_id)
        attempt = loaded.attempt
        if attempt.partner_id != actor.account_id:
            raise NotAllowed(_("须由另一位资深评查员会签。"), remedy=_("请由会签人办理。"))
        review_attempts.require_attested(attempt, actor)
        if attempt.state is not AttemptState.SUBMITTED:
            raise WrongState(_("主评尚未提交。"), remedy=_("请在提交后会签。"))
        attempt.signed_by_partner_at = clock.now()
        audit_trail.append(
            session,
            actor,
            "review.countersign",
            f"attempt:{attempt_id}",
            {"content": attempt.content_hash},
        )


def reopen(actor: Actor, attempt_id: int, reason: str) -> None:
    """Give a submitted reading back to its reviewer; only the chair, with a reason.

    Raises
    ------
    Conflict
        If the file is adjudicated: reopen the adjudication's readings no more.
    """
    require(actor, Role.CHAIR)
    if len(reason.strip()) < 5:
        raise InvalidInput(_("须写明退回的理由。"), remedy=_("请填写不少于5个字的理由。"))
    with unit_of_work() as session:
        attempt = session.get(ReviewAttempt, attempt_id, with_for_update=True)
        if attempt is None or not attempt.is_live:
            raise review_attempts.unreachable()
        round_row = session.get_one(EvaluationRound, attempt.round_id)
        require_state(round_row.state, RoundState.OPEN)
        adjudicated = session.scalar(
            select(ReviewAttempt.id).where(
                ReviewAttempt.case_file_id == attempt.case_file_id,
                ReviewAttempt.reading == Reading.ADJUDICATION,
                ReviewAttempt.state == AttemptState.SUBMITTED,
            )
        )
        if adjudicated is not None and attempt.reading is not Reading.ADJUDICATION:
            raise Conflict(_("该案卷已经裁定。"), remedy=_("确有必要的，请先退回裁定。"))
        attempt.state = review.next_state(attempt.state, "reopen")
        attempt.n_reopened += 1
        attempt.submitted_at = attempt.signed_by_partner_at = None
        attempt.content_hash = None
        audit_trail.append(
            session, actor, "review.reopen", f"attempt:{attempt_id}", {"reason": reason.strip()}
        )


def report_conflict(actor: Actor, attempt_id: int, level: Level, note: str) -> bool:
    """Stop on a conflict: seal what was written and give the file to somebody else.

    Returns
    -------
    bool
        Whether a new reader was found at once.
    """
    require(actor, Role.REVIEWER, Role.CHAIR)
    if level is Level.E:
        raise InvalidInput(_("E级只涉及律师问卷。"), remedy=_("请选择A至D级。"))
    kinds = review.personal_data_in(note)
    if len(note.strip()) < 2 or kinds:
        raise InvalidInput(_("请简要说明情况，不写当事人姓名和案号。"), remedy=_("请改写后提交。"))
    with unit_of_work() as session:
        loaded = review_attempts.load_own(session, actor, attempt_id)
        require_state(loaded.round_state, RoundState.OPEN)
        attempt = loaded.attempt
        source = (
            FindingSource.ATTESTATION
            if review_attempts.must_attest(attempt, actor)
            else FindingSource.REVIEW
        )
        recusal_findings.record_discovered(
            session, loaded.case, actor.account_id, level, note.strip(), source
        )
        assignments.seal_in(session, attempt)
        audit_trail.append(
            session,
            actor,
            "review.conflict",
            f"attempt:{attempt_id}",
            {"level": str(level), "source": str(source)},
        )
        return reassignment.reassign_in(session, actor, attempt) is not None


def court_label(actor: Actor, attempt_id: int) -> str:
    """Return the court's own property label, once the reviewer's judgment is in.

    Raises
    ------
    WrongState
        If the reading is not submitted: the label must not lead the reviewer.
    """
    require(actor, Role.REVIEWER, Role.CHAIR)
    with reading() as session:
        loaded = review_attempts.load_own(session, actor, attempt_id)
        attempt = loaded.attempt
        is_partner = attempt.partner_id == actor.account_id
        if attempt.state is not AttemptState.SUBMITTED or (
            is_partner and attempt.signed_by_partner_at is None
        ):
            raise WrongState(
                _("提交或者会签之前不显示法院的认定。"), remedy=_("请先独立判断并提交。")
            )
        return loaded.case.property_label
