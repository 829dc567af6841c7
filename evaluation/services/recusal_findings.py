"""Matching files with reviewers, conflicts found, the chair's decisions, the published counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain import recusal
from evaluation.domain.member import COURT_LEVEL_INTERESTS
from evaluation.domain.recusal import (
    CaseInterests,
    Declaration,
    FindingSource,
    FindingStatus,
    FirmMergers,
    FormerFirm,
    Ground,
    Level,
    Participant,
    ReviewerInterests,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import InvalidInput, NotFound, WrongState
from evaluation.language import _
from evaluation.services import recusals, review_plans
from evaluation.storage import audit_trail
from evaluation.storage.models.account import Account
from evaluation.storage.models.case_file import CaseFile, CaseParticipant
from evaluation.storage.models.court import Court
from evaluation.storage.models.member import DeclaredInterest, InterestDeclaration, Member
from evaluation.storage.models.recusal import (
    FirmMerger,
    RecusalFinding,
    ReviewerInterest,
)
from evaluation.storage.models.review import RoundReviewer
from evaluation.storage.session import reading, unit_of_work


@dataclass(frozen=True, slots=True)
class FindingView:
    """A conflict found, without any name of a party."""

    id: int
    case_file_id: int
    sample_number: str
    reviewer: str
    level: Level
    ground: Ground
    source: FindingSource
    status: FindingStatus
    found_at: datetime
    decision_reason: str


@dataclass(frozen=True, slots=True)
class RecusalCounts:
    """What the report publishes: files screened, conflicts by level, waivers, replacements."""

    n_files: int
    n_files_with_participants: int
    by_level: dict[Level, int]
    n_waived: int
    n_cleared: int
    n_discovered: int


# ------------------------------------------------------------------ matching


def _mergers_in(session: Session) -> FirmMergers:
    rows = session.execute(
        select(FirmMerger.old_firm_key, FirmMerger.new_firm_key).order_by(FirmMerger.id)
    )
    return FirmMergers([(old, new) for old, new in rows])


def _court_relations(session: Session, round_id: int) -> dict[int, list[Declaration]]:
    found: dict[int, list[Declaration]] = {}
    rows = session.execute(
        select(InterestDeclaration.member_id, Court.code, DeclaredInterest.ended_on)
        .join(DeclaredInterest, DeclaredInterest.declaration_id == InterestDeclaration.id)
        .join(Court, Court.id == DeclaredInterest.court_id)
        .where(
            InterestDeclaration.round_id == round_id,
            DeclaredInterest.kind.in_(list(COURT_LEVEL_INTERESTS)),
        )
    )
    for member_id, court_code, ended_on in rows:
        found.setdefault(member_id, []).append(
            Declaration(Ground.COURT_RELATION, "", court_code, ended_on)
        )
    return found


def interests_in(session: Session, round_id: int) -> list[ReviewerInterests]:
    """Return what matching needs to know of each reviewer of the round."""
    relations = _court_relations(session, round_id)
    declared: dict[int, list[Declaration]] = {}
    for row in session.scalars(select(ReviewerInterest).order_by(ReviewerInterest.id)):
        declared.setdefault(row.account_id, []).append(
            Declaration(row.ground, row.subject_key, "", row.ended_on)
        )
    people = session.execute(
        select(RoundReviewer.account_id, Member)
        .join(Member, Member.account_id == RoundReviewer.account_id)
        .where(RoundReviewer.round_id == round_id, RoundReviewer.left_at.is_(None))
        .order_by(RoundReviewer.account_id)
    )
    return [
        ReviewerInterests(
            account_id,
            recusals.key("name", member.name),
            recusals.key("licence", member.licence_number),
            recusals.key("firm", member.organisation),
            tuple(
                FormerFirm(
                    recusals.key("firm", former["name"]), date.fromisoformat(former["until"])
                )
                for former in member.former_organisations
            ),
            (*declared.get(account_id, ()), *relations.get(member.id, ())),
        )
        for account_id, member in people
    ]


def _cases_in(session: Session, round_id: int, only: Sequence[int] | None) -> list[CaseInterests]:
    wanted = CaseFile.round_id == round_id
    if only is not None:
        wanted = wanted & CaseFile.id.in_(only)
    people: dict[int, list[Participant]] = {}
    for row in session.execute(
        select(
            CaseParticipant.case_file_id,
            CaseParticipant.capacity,
            CaseParticipant.name_key,
            CaseParticipant.licence_key,
            CaseParticipant.firm_key,
        )
        .join(CaseFile, CaseFile.id == CaseParticipant.case_file_id)
        .where(wanted)
    ):
        people.setdefault(row[0], []).append(Participant(row[1], row[2], row[3], row[4]))
    files = session.execute(
        select(CaseFile.id, Court.code).join(Court, Court.id == CaseFile.court_id).where(wanted)
    )
    return [CaseInterests(one, code, tuple(people.get(one, ()))) for one, code in files]


def _hot_keys(reviewers: Sequence[ReviewerInterests], mergers: FirmMergers) -> set[str]:
    keys: set[str] = set()
    for one in reviewers:
        keys |= {one.name_key, one.licence_key, mergers.group(one.firm_key)}
        keys |= {mergers.group(former.firm_key) for former in one.former_firms}
        keys |= {declared.subject_key for declared in one.declarations}
        keys |= {f"court:{declared.court_code}" for declared in one.declarations}
    return keys - {"", "court:"}


def screen_in(session: Session, round_id: int, only: Sequence[int] | None = None) -> int:
    """Match every file with every reviewer and record new conflicts; return how many are new."""
    plan = review_plans.plan_in(session, round_id)
    mergers = _mergers_in(session)
    reviewers = interests_in(session, round_id)
    hot = _hot_keys(reviewers, mergers)
    marks = select(
        RecusalFinding.case_file_id, RecusalFinding.account_id, RecusalFinding.ground
    ).where(RecusalFinding.round_id == round_id)
    if only is not None:
        marks = marks.where(RecusalFinding.case_file_id.in_(only))
    known = {(row[0], row[1], row[2]) for row in session.execute(marks)}
    now, today, new = clock.now(), clock.today(), 0
    for case in _cases_in(session, round_id, only):
        touched = {f"court:{case.court_code}"}
        for person in case.participants:
            touched |= {person.name_key, person.licence_key, person.firm_key}
            touched.add(mergers.group(person.firm_key) if person.firm_key else "")
        if hot.isdisjoint(touched):
            continue
        for reviewer in reviewers:
            for found in recusal.find_conflicts(
                reviewer,
                case,
                mergers=mergers,
                as_of=today,
                look_back_years=plan.look_back_years,
            ):
                mark = (found.case_file_id, found.reviewer_id, found.ground)
                if mark in known:
                    continue
                known.add(mark)
                new += 1
                session.add(_finding(round_id, mark, found.level, FindingSource.SCREENING, "", now))
    session.flush()
    return new


def _finding(
    round_id: int,
    mark: tuple[int, int, Ground],
    level: Level,
    source: FindingSource,
    note: str,
    at: datetime,
) -> RecusalFinding:
    return RecusalFinding(
        round_id=round_id,
        case_file_id=mark[0],
        account_id=mark[1],
        level=level,
        ground=mark[2],
        source=source,
        status=FindingStatus.OPEN,
        note=note,
        found_at=at,
        decided_by_id=None,
        decided_at=None,
        decision_reason="",
    )


def screen(actor: Actor, round_id: int) -> int:
    """Match files with reviewers; the assignment does it too."""
    require(actor, Role.SECRETARY, Role.CHAIR)
    with unit_of_work() as session:
        new = screen_in(session, round_id)
        audit_trail.append(session, actor, "recusal.screen", f"round:{round_id}", {"new": new})
        return new


def record_discovered(
    session: Session,
    case: CaseFile,
    account_id: int,
    level: Level,
    note: str,
    source: FindingSource,
) -> None:
    """Record a conflict that a reviewer reported or an objection brought up."""
    existing = session.scalar(
        select(RecusalFinding).where(
            RecusalFinding.case_file_id == case.id,
            RecusalFinding.account_id == account_id,
            RecusalFinding.ground == Ground.DISCOVERED,
        )
    )
    if existing is not None:
        existing.status, existing.level, existing.note = FindingStatus.OPEN, level, note
        return
    mark = (case.id, account_id, Ground.DISCOVERED)
    session.add(_finding(case.round_id, mark, level, source, note, clock.now()))
    session.flush()


def barred_in(session: Session, round_id: int) -> dict[int, frozenset[int]]:
    """Return, for each file with conflicts, the reviewers who may not see it."""
    found: dict[int, set[int]] = {}
    for case_file_id, account_id in session.execute(
        select(RecusalFinding.case_file_id, RecusalFinding.account_id).where(
            RecusalFinding.round_id == round_id, RecusalFinding.status == FindingStatus.OPEN
        )
    ):
        found.setdefault(case_file_id, set()).add(account_id)
    return {case_file_id: frozenset(accounts) for case_file_id, accounts in found.items()}


def is_barred(session: Session, case_file_id: int, account_id: int) -> bool:
    """Tell whether one person may not see one file now."""
    return (
        session.scalar(
            select(RecusalFinding.id)
            .where(
                RecusalFinding.case_file_id == case_file_id,
                RecusalFinding.account_id == account_id,
                RecusalFinding.status == FindingStatus.OPEN,
            )
            .limit(1)
        )
        is not None
    )


# ------------------------------------------------------------------ decisions and counts


def decide(actor: Actor, finding_id: int, status: FindingStatus, reason: str) -> None:
    """Waive a level C conflict, or record that an equal name is another person, with the reason.

    Raises
    ------
    WrongState
        If the level cannot be waived: A, B and D never can.
    """
    require(actor, Role.CHAIR)
    if len(reason.strip()) < 5:
        raise InvalidInput(_("须写明理由。"), remedy=_("请填写不少于5个字的理由。"))
    with unit_of_work() as session:
        row = session.get(RecusalFinding, finding_id)
        if row is None:
            raise NotFound(_("没有这条回避记录。"), remedy=_("请刷新页面。"))
        if status is FindingStatus.WAIVED and row.level not in recusal.WAIVABLE:
            raise WrongState(
                _("{level}级回避不能豁免。").format(level=row.level),
                remedy=_("只有C级可以由组长书面豁免。"),
            )
        by_name = row.ground in (Ground.AGENT_IN_CASE, Ground.PARTY_OR_RELATIVE)
        if status is FindingStatus.CLEARED and not (
            by_name or row.ground is Ground.OTHER_ROLE_IN_CASE
        ):
            raise WrongState(
                _("只有姓名相同的情形可以认定为不是同一人。"),
                remedy=_("其他情形请安排换人。"),
            )
        row.status, row.decision_reason = status, reason.strip()
        row.decided_by_id, row.decided_at = actor.account_id, clock.now()
        audit_trail.append(
            session,
            actor,
            "recusal.decide",
            f"recusal:{finding_id}",
            {"status": str(status), "level": str(row.level)},
        )


def list_findings(
    actor: Actor, round_id: int, *, after: int = 0, limit: int = 100
) -> list[FindingView]:
    """Return conflicts of a round by number, a page at a time."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
    with reading() as session:
        rows = session.execute(
            select(RecusalFinding, CaseFile.sample_number, Account.display_name)
            .join(CaseFile, CaseFile.id == RecusalFinding.case_file_id)
            .join(Account, Account.id == RecusalFinding.account_id)
            .where(RecusalFinding.round_id == round_id, RecusalFinding.id > after)
            .order_by(RecusalFinding.id)
            .limit(limit)
        )
        return [
            FindingView(
                row.id,
                row.case_file_id,
                number,
                name,
                row.level,
                row.ground,
                row.source,
                row.status,
                row.found_at,
                row.decision_reason,
            )
            for row, number, name in rows
        ]


def counts_in(session: Session, round_id: int) -> RecusalCounts:
    """Return the published counts of a round."""
    files = session.scalar(
        select(func.count()).select_from(CaseFile).where(CaseFile.round_id == round_id)
    )
    entered = session.scalar(
        select(func.count(func.distinct(CaseParticipant.case_file_id)))
        .join(CaseFile, CaseFile.id == CaseParticipant.case_file_id)
        .where(CaseFile.round_id == round_id)
    )
    by_level = dict.fromkeys(Level, 0)
    statuses = dict.fromkeys(FindingStatus, 0)
    discovered = 0
    for level, status, source, number in session.execute(
        select(RecusalFinding.level, RecusalFinding.status, RecusalFinding.source, func.count())
        .where(RecusalFinding.round_id == round_id)
        .group_by(RecusalFinding.level, RecusalFinding.status, RecusalFinding.source)
    ):
        by_level[level] += number
        statuses[status] += number
        discovered += number if source is not FindingSource.SCREENING else 0
    return RecusalCounts(
        files or 0,
        entered or 0,
        by_level,
        statuses[FindingStatus.WAIVED],
        statuses[FindingStatus.CLEARED],
        discovered,
    )


def counts(actor: Actor, round_id: int) -> RecusalCounts:
    """Return the published counts of a round."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER, Role.ANALYST)
    with reading() as session:
        return counts_in(session, round_id)
