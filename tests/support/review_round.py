"""A round of case review built through the services: courts, reviewers of firms, drawn files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from evaluation import clock
from evaluation.domain.evaluation_round import RoundKind, RoundSettings, RoundState
from evaluation.domain.member import Background
from evaluation.domain.review import AnswerCode, ItemAnswer
from evaluation.domain.roles import SYSTEM, Actor, Role
from evaluation.errors import EvaluationError
from evaluation.services import (
    case_files,
    courts,
    frameworks,
    members,
    review_plans,
    review_submission,
    reviews,
    round_moves,
    rounds,
)
from evaluation.storage.models.account import Account
from evaluation.storage.session import unit_of_work
from sampling.seed import ticket

SEED = "41596728109384756012"
STRATA = ("执行完毕", "无财产终本", "终结执行")
CLOSURES = ("completed", "terminated_this_round", "terminated")


@dataclass
class ReviewRound:
    """What a test needs to know of the round it works in."""

    round_id: int
    chair: Actor
    secretary: Actor
    reviewers: list[Actor] = field(default_factory=list)
    outsider: Actor | None = None


def account(login: str, name: str, *roles: Role, court: str | None = None) -> Actor:
    """Make an account without the cost of hashing a password."""
    with unit_of_work() as session:
        row = Account(
            login_name=login,
            display_name=name,
            password_hash="not a hash",
            roles=[str(role) for role in roles],
            court_code=court,
            is_active=True,
            must_change_password=False,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        return Actor(row.id, name, frozenset(roles), court)


def units(n_files: int, n_courts: int, codes: list[str]) -> list[case_files.UnitToRead]:
    """Return drawn units of a generated register, in no order."""
    found = []
    for n in range(n_files):
        unit_id = f"（2016）鄂{codes[n % n_courts][:4]}执{n + 1}号"
        which = n % len(STRATA)
        filed = date(2016, 1, 4) + timedelta(days=n % 200)
        found.append(
            case_files.UnitToRead(
                unit_id,
                codes[n % n_courts],
                f"{codes[n % n_courts]}|{STRATA[which]}",
                5 * n_files // (n_courts * len(STRATA)) + 20,
                ticket(SEED, unit_id),
                n // n_courts + 1,
                CLOSURES[which],
                filed,
                filed + timedelta(days=100 + n % 120),
                "yes" if which == 0 else "no",
                1_000_000,
                400_000,
            )
        )
    return found


def build(
    n_files: int = 12,
    n_courts: int = 2,
    n_reviewers: int = 4,
    n_firms: int = 3,
    double_share: str = "0.25",
) -> ReviewRound:
    """Build an open round with files on the pull list and reviewers seated; the last two senior."""
    chair = account("chair", "组长", Role.CHAIR)
    secretary = account("secretary", "秘书", Role.SECRETARY)
    version = frameworks.install_bundled(chair)
    if not courts.list_courts(chair):
        courts.install_bundled(chair)
    version_settings = RoundSettings(double_reading_share=double_share)
    round_id = rounds.create_round(chair, RoundKind.INITIAL, version, settings=version_settings)
    built = ReviewRound(round_id, chair, secretary)
    for n in range(n_reviewers):
        actor = account(f"reviewer{n}", f"评查员{n + 1}", Role.REVIEWER)
        draft = members.MemberDraft(
            f"成员{n + 1}",
            Background.LAWYER,
            f"湖北第{n % n_firms + 1}律师事务所",
            f"1420120101{n:07d}",
            (),
            actor.account_id,
        )
        member = members.add_member(secretary, draft)
        members.declare(secretary, member, round_id, [])
        built.reviewers.append(actor)
    round_moves.move(chair, round_id, RoundState.OPEN)
    seniors = [actor.account_id for actor in built.reviewers[-2:]]
    review_plans.seat_reviewers(secretary, round_id, seniors)
    review_plans.set_plan(chair, round_id, gold_share=0.1, seed=SEED)
    codes = [court.code for court in rounds.list_round_courts(chair, round_id)][:n_courts]
    with unit_of_work() as session:
        case_files.take_in(session, SYSTEM, round_id, None, units(n_files, n_courts, codes))
    return built


def produce_everything(built: ReviewRound) -> None:
    """Ask for every file and have it produced."""
    for court in rounds.list_round_courts(built.chair, built.round_id):
        ids = [
            line.id
            for line in case_files.pull_list(
                built.secretary, built.round_id, court.id, limit=100_000
            )
        ]
        for start in range(0, len(ids), 500):
            part = ids[start : start + 500]
            case_files.register(built.secretary, built.round_id, part, "request")
            case_files.register(built.secretary, built.round_id, part, "produce")


def all_entries(view: reviews.FormView, has_property: str = "yes") -> dict[str, object]:
    """Return entries that make a form complete."""
    flags = {f"circumstance:{one.code}": False for one in view.checklist.circumstances}
    return flags | {
        "basis_type": "civil_judgment",
        "debtor_type": "natural_person",
        "claim_type": "money",
        "has_property_by_reviewer": has_property,
        "difficulty_class": "completed" if has_property == "yes" else "unable_no_property_found",
        "extension_approved": "no",
    }


def fill(
    actor: Actor,
    attempt_id: int,
    random: np.random.Generator | None = None,
    *,
    submit: bool = True,
    has_property: str = "yes",
) -> reviews.FormView:
    """Fill a form through the services; about one answer in twelve is not kept."""
    view = reviews.open_form(actor, attempt_id)
    view = reviews.save_entries(actor, attempt_id, all_entries(view, has_property))
    answers = {}
    for code, state in view.states.items():
        if state.answer is not None or state.item.all_of:
            continue
        draw = 1.0 if random is None else random.random()
        choice = AnswerCode.FAIL if draw < 0.06 else AnswerCode.PASS
        choice = AnswerCode.NOT_IN_FILE if 0.06 <= draw < 0.08 else choice
        if state.item.sub_volume:
            choice = AnswerCode.NOT_VERIFIED
        answers[code] = ItemAnswer(choice, page="12")
    view = reviews.save_answers(actor, attempt_id, answers)
    if submit:
        review_submission.submit(actor, attempt_id)
    return view


def reads(built: ReviewRound, attempt: reviews.DeskLine, actor: Actor) -> bool:
    """Tell whether a person reaches an attempt."""
    try:
        reviews.read_form(actor, attempt.attempt_id)
    except EvaluationError:
        return False
    return True
