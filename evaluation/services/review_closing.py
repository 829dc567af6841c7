"""What is missing before a round's review may be frozen: the promise, kept or listed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation.domain.case_file import FileState
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.review import STATE_TITLES, AttemptState, Reading
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault
from evaluation.language import _
from evaluation.services import adjudication_pairs, gold_audit, review_plans, round_moves
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.review import ReviewAttempt
from evaluation.storage.session import reading

MOST_NAMED = 20


def problems(actor: Actor, round_id: int) -> list[Fault]:
    """Return what is missing, for the page of the round."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
    with reading() as session:
        return closing_problems(session, round_id)


def closing_problems(session: Session, round_id: int) -> list[Fault]:
    """Return every reason why the review of a round is not complete; empty when it is.

    A round without drawn files has no review and no problem.
    """
    files = {
        row[0]: row[1]
        for row in session.execute(
            select(CaseFile.id, CaseFile.sample_number).where(
                CaseFile.round_id == round_id,
                CaseFile.state.not_in([FileState.FRAME_ERROR, FileState.NOT_PRODUCED]),
            )
        )
    }
    if not files:
        return []
    submitted: dict[Reading, set[int]] = {which: set() for which in Reading}
    unfinished: list[tuple[str, Reading, AttemptState]] = []
    for case_file_id, which, state, signed, partner in session.execute(
        select(
            ReviewAttempt.case_file_id,
            ReviewAttempt.reading,
            ReviewAttempt.state,
            ReviewAttempt.signed_by_partner_at,
            ReviewAttempt.partner_id,
        ).where(ReviewAttempt.round_id == round_id, ReviewAttempt.is_live.is_(True))
    ):
        is_signed = partner is None or signed is not None
        if state is AttemptState.SUBMITTED and is_signed:
            submitted[which].add(case_file_id)
        elif case_file_id in files:
            unfinished.append((files[case_file_id], which, state))
    plan = review_plans.plan_in(session, round_id)
    return [
        *_unread(files, submitted[Reading.FIRST]),
        *_below_promise(files, submitted, plan.double_share),
        *_unfinished(unfinished),
        *_undecided(session, submitted),
        *_gold_missing(session, round_id, plan.gold_share, submitted[Reading.GOLD]),
    ]


def _named(numbers: Sequence[str]) -> str:
    shown = "、".join(sorted(numbers)[:MOST_NAMED])
    return shown + (_("等") if len(numbers) > MOST_NAMED else "")


def _unread(files: dict[int, str], done: set[int]) -> list[Fault]:
    left = [number for case_file_id, number in files.items() if case_file_id not in done]
    if not left:
        return []
    return [
        Fault(
            _("案卷评查"),
            _("{n}份案卷没有提交初评：{names}。").format(n=len(left), names=_named(left)),
            _("请催办，或者在“评查分派”页重新分派。"),
        )
    ]


def _below_promise(
    files: dict[int, str], submitted: dict[Reading, set[int]], share: float
) -> list[Fault]:
    needed = math.ceil(share * len(files) - 1e-9)
    done = len(submitted[Reading.FIRST] & submitted[Reading.SECOND] & set(files))
    if done >= needed:
        return []
    return [
        Fault(
            _("双人评查"),
            _("承诺双人评查{needed}份，已完成{done}份，还差{left}份。").format(
                needed=needed, done=done, left=needed - done
            ),
            _("请完成复评后再冻结。"),
        )
    ]


def _unfinished(unfinished: Sequence[tuple[str, Reading, AttemptState]]) -> list[Fault]:
    found = []
    titles = {
        Reading.SECOND: _("复评"),
        Reading.ADJUDICATION: _("裁定"),
        Reading.GOLD: _("金标复核"),
    }
    for which, title in titles.items():
        rows = [(number, state) for number, one, state in unfinished if one is which]
        if rows:
            names = _named([f"{number}（{_(STATE_TITLES[state])}）" for number, state in rows])
            found.append(
                Fault(
                    title,
                    _("{n}份没有完成：{names}。").format(n=len(rows), names=names),
                    _("请催办或者收回后重新指定。"),
                )
            )
    return found


def _undecided(session: Session, submitted: dict[Reading, set[int]]) -> list[Fault]:
    pairs = submitted[Reading.FIRST] & submitted[Reading.SECOND]
    open_pairs = sorted(pairs - submitted[Reading.ADJUDICATION])
    disputed = []
    for start in range(0, len(open_pairs), 500):
        disputed += list(
            adjudication_pairs.disputed_counts(session, open_pairs[start : start + 500])
        )
    if not disputed:
        return []
    numbers = [
        row[0]
        for row in session.execute(
            select(CaseFile.sample_number).where(CaseFile.id.in_(disputed[:500]))
        )
    ]
    return [
        Fault(
            _("分歧裁定"),
            _("{n}份案卷两次评查不一致，尚未裁定：{names}。").format(
                n=len(disputed), names=_named(numbers)
            ),
            _("请在“分歧裁定”页指定裁定人。"),
        )
    ]


def _gold_missing(session: Session, round_id: int, share: float, done: set[int]) -> list[Fault]:
    begun = session.scalar(
        select(func.count())
        .select_from(ReviewAttempt)
        .where(ReviewAttempt.round_id == round_id, ReviewAttempt.reading == Reading.GOLD)
    )
    if not begun:
        return []  # a round without a gold audit says so in its limitations
    needed = {file.id for file in gold_audit.chosen_in(session, round_id, share)}
    if needed <= done:
        return []
    return [
        Fault(
            _("金标复核"),
            _("应复核{needed}份，还差{left}份。").format(
                needed=len(needed), left=len(needed - done)
            ),
            _("请在“一致性”页补抽并完成。"),
        )
    ]


@round_moves.gate(RoundState.FROZEN)
def _review_is_complete(session: Session, row: EvaluationRound) -> list[Fault]:
    return closing_problems(session, row.id)
