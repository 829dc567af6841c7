"""The gold audit: a random sub-sample, agreed files included, judged again by a senior pair.

Readers who agree can be wrong together; adjudicating disagreements cannot see that. The
sub-sample is the head of the same tickets in each stratum, so it is a simple random sample of
the files reviewed, and feeds the two-phase correction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.domain.case_file import FileState
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.review import AttemptState, Reading
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import WrongState
from evaluation.language import _
from evaluation.services import assignments, recusal_findings, review_plans, rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.account import Account
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.court import Court
from evaluation.storage.models.review import ReviewAttempt, RoundReviewer
from evaluation.storage.session import reading, unit_of_work
from sampling.seed import generator

MINIMUM_PER_STRATUM = 2


@dataclass(frozen=True, slots=True)
class GoldReport:
    """What drawing the sub-sample did."""

    n_chosen: int
    n_assigned: int
    n_without_pair: int


@dataclass(frozen=True, slots=True)
class GoldLine:
    """One gold reading."""

    attempt_id: int
    sample_number: str
    court: str
    lead: str
    state: AttemptState
    is_countersigned: bool


def chosen_in(session: Session, round_id: int, share: float) -> list[CaseFile]:
    """Return the head of the tickets in each stratum: ``share`` of its files, at least two."""
    files = session.scalars(
        select(CaseFile)
        .where(
            CaseFile.round_id == round_id,
            CaseFile.state.not_in([FileState.FRAME_ERROR, FileState.NOT_PRODUCED]),
        )
        .order_by(CaseFile.stratum, CaseFile.ticket)
    )
    by_stratum: dict[str, list[CaseFile]] = {}
    for file in files:
        by_stratum.setdefault(file.stratum, []).append(file)
    chosen: list[CaseFile] = []
    for group in by_stratum.values():
        size = max(MINIMUM_PER_STRATUM, math.ceil(share * len(group) - 1e-9))
        chosen += group[:size]
    return chosen


def draw_sub_sample(actor: Actor, round_id: int) -> GoldReport:
    """Give every file of the sub-sample that has none yet to a senior pair of two firms.

    Raises
    ------
    WrongState
        If there are fewer than two seniors, or gold audits are switched off (share 0).
    """
    require(actor, Role.CHAIR)
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        plan = review_plans.plan_in(session, round_id)
        session.flush()
        seniors = [row for row in review_plans.seated_in(session, round_id) if row.is_senior]
        if plan.gold_share <= 0 or len(seniors) < 2:
            raise WrongState(
                _("金标复核比例为零，或者资深评查员不足两人。"),
                remedy=_("请先在评查计划中设定比例并指定资深评查员。"),
            )
        chosen = chosen_in(session, round_id, plan.gold_share)
        report = _pair_up(session, plan.seed, chosen, seniors)
        audit_trail.append(
            session,
            actor,
            "review.gold",
            f"round:{round_id}",
            {"chosen": report.n_chosen, "assigned": report.n_assigned},
        )
        return report


def _pair_up(
    session: Session, seed: str, chosen: list[CaseFile], seniors: list[RoundReviewer]
) -> GoldReport:
    if not chosen:
        return GoldReport(0, 0, 0)
    round_id = chosen[0].round_id
    barred = recusal_findings.barred_in(session, round_id)
    readers: dict[int, set[int]] = {}
    done: set[int] = set()
    for row in session.execute(
        select(ReviewAttempt.case_file_id, ReviewAttempt.reviewer_id, ReviewAttempt.reading).where(
            ReviewAttempt.round_id == round_id, ReviewAttempt.is_live.is_(True)
        )
    ):
        readers.setdefault(row[0], set()).add(row[1])
        if row[2] is Reading.GOLD:
            done.add(row[0])
    pairs = [(a, b) for a, b in combinations(seniors, 2) if a.firm != b.firm]
    random = generator(f"{seed}|gold")
    loads = dict.fromkeys((row.account_id for row in seniors), 0)
    assigned = without = 0
    for file in sorted(chosen, key=lambda one: one.ticket):
        if file.id in done:
            continue
        out = barred.get(file.id, frozenset()) | readers.get(file.id, set())
        free = [
            pair
            for pair in pairs
            if pair[0].account_id not in out and pair[1].account_id not in out
        ]
        if not free:
            without += 1
            continue
        lightest = min(loads[a.account_id] + loads[b.account_id] for a, b in free)
        best = [
            pair
            for pair in free
            if loads[pair[0].account_id] + loads[pair[1].account_id] == lightest
        ]
        pair = best[int(random.integers(len(best)))]
        lead, partner = pair if random.random() < 0.5 else pair[::-1]
        attempt = assignments.new_attempt(round_id, file.id, Reading.GOLD, lead.account_id)
        attempt.partner_id = partner.account_id
        session.add(attempt)
        loads[lead.account_id] += 1
        loads[partner.account_id] += 1
        assigned += 1
    return GoldReport(len(chosen), assigned, without)


def list_gold(actor: Actor, round_id: int) -> list[GoldLine]:
    """Return the gold readings of a round, without answers."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
    with reading() as session:
        rows = session.execute(
            select(ReviewAttempt, CaseFile.sample_number, Court.short_name, Account.display_name)
            .join(CaseFile, CaseFile.id == ReviewAttempt.case_file_id)
            .join(Court, Court.id == CaseFile.court_id)
            .join(Account, Account.id == ReviewAttempt.reviewer_id)
            .where(
                ReviewAttempt.round_id == round_id,
                ReviewAttempt.reading == Reading.GOLD,
                ReviewAttempt.is_live.is_(True),
            )
            .order_by(ReviewAttempt.id)
        )
        return [
            GoldLine(
                attempt.id,
                number,
                court,
                name,
                attempt.state,
                attempt.signed_by_partner_at is not None,
            )
            for attempt, number, court, name in rows
        ]
