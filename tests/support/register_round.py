"""An open round with courts, and an invented register: what tests of import and draw start from."""

from __future__ import annotations

from dataclasses import dataclass

from review_round import account

from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.member import Background
from evaluation.domain.register import DuplicateRule
from evaluation.domain.register_mapping import BUNDLED, RegisterMapping
from evaluation.domain.roles import Actor, Role
from evaluation.services import (
    courts,
    draws,
    frames,
    frameworks,
    members,
    registers,
    round_moves,
    rounds,
)
from evaluation.services.demo import register as invented
from sampling.design import equal

SEED = "41596728109384756012"
WUHAN: RegisterMapping = BUNDLED["wuhan"][1]
NEW_YORK: RegisterMapping = BUNDLED["new_york"][1]


@dataclass
class RegisterRound:
    """The round and the people of a test."""

    round_id: int
    chair: Actor
    secretary: Actor
    court_words: tuple[tuple[str, str, str], ...]


def build() -> RegisterRound:
    chair = account("chair", "组长", Role.CHAIR)
    secretary = account("secretary", "秘书", Role.SECRETARY)
    version = frameworks.install_bundled(chair)
    if not courts.list_courts(chair):
        courts.install_bundled(chair)
    round_id = rounds.create_round(chair, RoundKind.INITIAL, version)
    draft = members.MemberDraft(
        "成员", Background.LAWYER, "湖北第一律师事务所", "14201201010000001", ()
    )
    members.declare(secretary, members.add_member(secretary, draft), round_id, [])
    round_moves.move(chair, round_id, RoundState.OPEN)
    words = tuple(
        (court.code, court.name, court.case_mark)
        for court in rounds.list_round_courts(chair, round_id)
    )
    return RegisterRound(round_id, chair, secretary, words)


def plan_of(built: RegisterRound, n_courts: int = 3, n_cases: int = 30) -> invented.RegisterPlan:
    return invented.RegisterPlan(
        seed="a register for tests",
        year=2016,
        courts=[(code, name, mark, n_cases) for code, name, mark in built.court_words[:n_courts]],
    )


def imported(built: RegisterRound, n_courts: int = 3, n_cases: int = 30) -> registers.RegisterView:
    content = invented.as_xlsx(invented.invent(plan_of(built, n_courts, n_cases)))
    return registers.import_register(
        built.secretary, built.round_id, "2016年执行案件", (content, "register.xlsx"), WUHAN
    )


def frozen(
    built: RegisterRound, per_court: int = 4, reserve: int = 2, n_cases: int = 30
) -> frames.FrameView:
    register = imported(built, n_cases=n_cases)
    frame = frames.plan(built.secretary, register.id, "案卷评查", frames.FrameCriteria())
    design = equal(frame.stratum_sizes, per_court, reserve_size=reserve)
    frames.set_design(built.secretary, frame.id, design)
    return frames.freeze(built.secretary, frame.id)


def drawn(built: RegisterRound, per_court: int = 4, reserve: int = 2) -> draws.DrawView:
    return draws.draw(built.secretary, frozen(built, per_court, reserve).id, SEED)


COLLAPSE = DuplicateRule.COLLAPSE_IDENTICAL
