"""A round with plausible court statistics of every court, built through the services."""

from __future__ import annotations

from datetime import date

from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.member import Background
from evaluation.domain.roles import Actor, Role
from evaluation.services import court_statistics, courts, frameworks, members, round_moves, rounds
from evaluation.services.court_return_reader import ReturnDraft

CHAIR = Actor(1, "组长", frozenset({Role.CHAIR}))
SECRETARY = Actor(2, "秘书", frozenset({Role.SECRETARY}))
ANALYST = Actor(3, "统计分析", frozenset({Role.ANALYST}))
OBSERVER = Actor(4, "观察员", frozenset({Role.OBSERVER}))


def figures(n: int) -> dict[str, str]:
    """Return the figures of one court; ``n`` makes courts differ."""
    closed = 1000 + 37 * n
    property_cases = closed * 6 // 10
    return {
        "filed_cases": str(closed + 80),
        "carried_over_cases": "150",
        "closed_total": str(closed),
        "closed_completed": str(closed * 52 // 100),
        "closed_partial": str(closed * 15 // 100),
        "closed_terminated_round": str(closed * 30 // 100),
        "closed_terminated_no_property": str(closed * 22 // 100),
        "closed_settled": str(closed * 8 // 100),
        "property_cases": str(property_cases),
        "property_cases_completed": str(property_cases * 74 // 100),
        "property_completed_in_limit": str(property_cases * 66 // 100),
        "closed_within_limit": str(closed * 88 // 100),
        "closed_within_limit_gross": str(closed * 80 // 100),
        "open_overdue_cases": "31",
        "total_cycle_days": str(closed * 142),
        "total_cycle_days_gross": str(closed * 160),
        "completed_cycle_days": str(closed * 52 // 100 * 120),
        "applied_amount_closed": str(closed * 86000),
        "recovered_amount_closed": str(closed * 86000 * 61 // 100),
        "applied_amount_property": str(closed * 60000),
        "recovered_amount_property": str(closed * 47000),
        "disclosure_items_due": str(closed * 4),
        "disclosure_items_done": str(closed * 4 * 93 // 100),
        "disclosure_full_cases": str(closed * 80 // 100),
        "acts_revoked_or_changed": str(4 + n % 3),
        "objections_closed": str(40 + n),
        "compensation_cases": "0",
        "compensation_amount": "0",
        "measure_due_cases": str(closed * 9 // 10),
        "measure_taken_cases": str(closed * 9 // 10 * 91 // 100),
        "measure_taken_in_time_cases": str(closed * 9 // 10 * 78 // 100),
        "petition_cases": str(14 + n % 5),
        "petition_visits": str(25 + n % 5),
        "petition_resolved": str(12 + n % 5),
    }


def open_round(kind: RoundKind = RoundKind.INITIAL) -> int:
    """Make an open round with every court and one member."""
    version = frameworks.install_bundled(CHAIR)
    if not courts.list_courts(CHAIR):
        courts.install_bundled(CHAIR)
    round_id = rounds.create_round(CHAIR, kind, version)
    draft = members.MemberDraft("成员", Background.SCHOLAR, "某大学", "14201201010000001", (), None)
    member = members.add_member(SECRETARY, draft)
    members.declare(SECRETARY, member, round_id, [])
    round_moves.move(CHAIR, round_id, RoundState.OPEN)
    return round_id


def fill(round_id: int) -> None:
    """Report the figures of every court of the round."""
    row = rounds.get_round(CHAIR, round_id)
    for n, court in enumerate(rounds.list_round_courts(CHAIR, round_id)):
        draft = ReturnDraft(court.code, row.period_from, row.period_to, figures(n))
        court_statistics.save_return(SECRETARY, round_id, draft)


def whole_year(year: int = 2016) -> tuple[date, date]:
    """Return the first and last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)
