"""What a round promises for its review: checklist, shares read twice, reviewers and their firms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain import checklist_loader
from evaluation.domain.checklist import Checklist
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, InvalidInput, NotFound, WrongState
from evaluation.language import _
from evaluation.services import rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.account import Account
from evaluation.storage.models.member import Member
from evaluation.storage.models.review import ReviewAttempt, ReviewPlan, RoundReviewer
from evaluation.storage.session import reading, unit_of_work

CHECKLIST_FILE = "review_checklist.yaml"
LOOK_BACK_YEARS = 3


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan of one round as pages show it."""

    round_id: int
    double_share: float
    gold_share: float
    look_back_years: int
    optional_items: tuple[str, ...]
    checklist_version: str
    checklist_sha256: str
    seed: str
    n_assignments: int


@dataclass(frozen=True, slots=True)
class ReviewerView:
    """A reviewer of a round."""

    account_id: int
    name: str
    firm: str
    is_senior: bool
    left_at: datetime | None
    left_reason: str


def bundled_text(framework_code: str) -> str:
    """Return the checklist file that ships with a framework."""
    folder = resources.files("evaluation").joinpath("data", "frameworks", framework_code)
    path = folder.joinpath(CHECKLIST_FILE)
    if not path.is_file():
        raise NotFound(_("该评估框架没有案卷评查清单。"), remedy=_("请补上清单文件后重试。"))
    return path.read_text("utf-8")


@lru_cache(maxsize=8)
def _loaded(text: str, optional_items: frozenset[str]) -> Checklist:
    return checklist_loader.load(text, optional_items)


def plan_in(session: Session, round_id: int) -> ReviewPlan:
    """Return the plan of a round; without one it is made from the round's settings."""
    row = session.scalar(select(ReviewPlan).where(ReviewPlan.round_id == round_id))
    if row is not None:
        return row
    evaluation_round = rounds.row_of(session, round_id)
    text = bundled_text(rounds.framework_in(session, round_id).code)
    checklist = _loaded(text, frozenset())
    row = ReviewPlan(
        round_id=round_id,
        double_share=float(rounds.settings_of(evaluation_round).double_reading_share),
        gold_share=checklist.gold_share_default,
        look_back_years=LOOK_BACK_YEARS,
        checklist_text=text,
        checklist_sha256=checklist.sha256,
        optional_items=[],
        seed="",
        n_assignments=0,
        created_at=clock.now(),
    )
    session.add(row)
    return row


_by_hash: dict[tuple[str, frozenset[str]], Checklist] = {}


def checklist_in(session: Session, round_id: int) -> Checklist:
    """Return the checklist of a round; its text is read from the database once per process."""
    found = session.execute(
        select(ReviewPlan.checklist_sha256, ReviewPlan.optional_items).where(
            ReviewPlan.round_id == round_id
        )
    ).first()
    if found is not None and (found[0], frozenset(found[1])) in _by_hash:
        return _by_hash[found[0], frozenset(found[1])]
    row = plan_in(session, round_id)
    checklist = _loaded(row.checklist_text, frozenset(row.optional_items))
    _by_hash[checklist.sha256, checklist.optional_enabled] = checklist
    return checklist


def checklist_of(actor: Actor, round_id: int) -> Checklist:
    """Return the checklist of a round for a page."""
    require(actor, *Role)
    with reading() as session:
        return checklist_in(session, round_id)


def get_plan(actor: Actor, round_id: int) -> PlanView:
    """Return the plan of a round."""
    require(actor, *(set(Role) - {Role.COURT_LIAISON}))
    with reading() as session:
        row = plan_in(session, round_id)
        checklist = checklist_in(session, round_id)
        return PlanView(
            round_id,
            row.double_share,
            row.gold_share,
            row.look_back_years,
            tuple(row.optional_items),
            checklist.version,
            row.checklist_sha256,
            row.seed,
            row.n_assignments,
        )


def set_plan(
    actor: Actor,
    round_id: int,
    *,
    gold_share: float,
    look_back_years: int = LOOK_BACK_YEARS,
    optional_items: Iterable[str] = (),
    seed: str | None = None,
) -> None:
    """Set what the round's settings do not: gold share, look-back, items switched on, seed.

    The share read twice is part of the round's registered settings and is not changed here.
    """
    require(actor, Role.CHAIR)
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.DRAFT, RoundState.OPEN)
        row = plan_in(session, round_id)
        session.flush()
        begun = session.scalar(
            select(ReviewAttempt.id).where(ReviewAttempt.round_id == round_id).limit(1)
        )
        if begun is not None:
            raise WrongState(
                _("评查任务已经分派，计划不能再改。"), remedy=_("下一期评估开始前可以调整。")
            )
        known = {item.code for item in _loaded(row.checklist_text, frozenset()).all_items()}
        chosen = sorted(set(optional_items))
        faults = [
            Fault(code, _("清单中没有这一项。"), _("请从清单中选择。"))
            for code in chosen
            if code not in known
        ]
        if not 0 <= gold_share <= 1:
            faults.append(Fault(_("金标复核比例"), _("须在0与1之间。"), _("请改正。")))
        if not 1 <= look_back_years <= 10:
            faults.append(Fault(_("回溯期"), _("须为1至10年。"), _("请改正。")))
        if faults:
            raise InvalidInput(_("评查计划有误，没有保存。"), faults=faults)
        row.gold_share, row.look_back_years = gold_share, look_back_years
        row.optional_items = chosen
        row.seed = row.seed if seed is None else seed
        audit_trail.append(
            session,
            actor,
            "review.plan",
            f"round:{round_id}",
            {"gold_share": gold_share, "look_back_years": look_back_years, "items": chosen},
        )


def seat_reviewers(actor: Actor, round_id: int, seniors: Iterable[int] = ()) -> int:
    """Enter every active member with a reviewer's account into the round; return how many are new.

    The firm is the member's organisation; who has none is a unit of their own, so that two of
    them may read the same file.
    """
    require(actor, Role.CHAIR, Role.SECRETARY)
    chosen = set(seniors)
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.DRAFT, RoundState.OPEN)
        plan_in(session, round_id)
        seated = {
            row.account_id: row
            for row in session.scalars(
                select(RoundReviewer).where(RoundReviewer.round_id == round_id)
            )
        }
        new = 0
        people = session.execute(
            select(Account, Member)
            .join(Member, Member.account_id == Account.id)
            .where(Account.is_active.is_(True), Member.is_active.is_(True))
            .order_by(Account.id)
        )
        for account, member in people:
            if Role.REVIEWER not in account.roles:
                continue
            row = seated.get(account.id)
            if row is None:
                new += 1
                session.add(
                    RoundReviewer(
                        round_id=round_id,
                        account_id=account.id,
                        firm=member.organisation or f"member:{member.id}",
                        is_senior=account.id in chosen,
                        joined_at=clock.now(),
                        left_at=None,
                        left_reason="",
                    )
                )
            elif chosen:
                row.is_senior = account.id in chosen
        audit_trail.append(
            session, actor, "review.seat", f"round:{round_id}", {"new": new, "seniors": len(chosen)}
        )
        return new


def list_reviewers(actor: Actor, round_id: int) -> list[ReviewerView]:
    """Return the reviewers of a round."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER, Role.ANALYST)
    with reading() as session:
        rows = session.execute(
            select(RoundReviewer, Account.display_name)
            .join(Account, Account.id == RoundReviewer.account_id)
            .where(RoundReviewer.round_id == round_id)
            .order_by(RoundReviewer.id)
        )
        return [
            ReviewerView(
                row.account_id, name, row.firm, row.is_senior, row.left_at, row.left_reason
            )
            for row, name in rows
        ]


def seated_in(session: Session, round_id: int) -> list[RoundReviewer]:
    """Return the reviewers who take part in a round now, inside a unit of work."""
    return list(
        session.scalars(
            select(RoundReviewer)
            .where(RoundReviewer.round_id == round_id, RoundReviewer.left_at.is_(None))
            .order_by(RoundReviewer.account_id)
        )
    )
