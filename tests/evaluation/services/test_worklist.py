"""The work table: each role is told what comes next, and a page exists for each task."""

from __future__ import annotations

import pytest

from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.member import Background
from evaluation.domain.roles import Actor, Role
from evaluation.services import courts, frameworks, members, round_moves, rounds, worklist
from evaluation.services.members import MemberDraft
from evaluation.ui import navigation

CHAIR = Actor(1, "组长", frozenset({Role.CHAIR}))
LIAISON = Actor(2, "联络员", frozenset({Role.COURT_LIAISON}), court_code="0102")

pytestmark = pytest.mark.usefixtures("database")


def _pages(actor: Actor) -> list[str]:
    return [task.page for task in worklist.tasks(actor)]


def _person(*roles: Role) -> Actor:
    return Actor(9, "某人", frozenset(roles))


def test_chair_is_led_from_nothing_to_an_open_round() -> None:
    assert _pages(CHAIR) == ["framework", "courts", "members", "rounds"]
    version = frameworks.install_bundled(CHAIR)
    courts.install_bundled(CHAIR)
    member = members.add_member(CHAIR, MemberDraft("甲", Background.SCHOLAR, "某大学"))
    ids = rounds.create_standard_rounds(CHAIR, version)
    assert _pages(CHAIR) == ["rounds"]
    members.declare(CHAIR, member, ids[0], [])
    round_moves.move(CHAIR, ids[0], RoundState.OPEN)
    assert _pages(_person(Role.SECRETARY)) == [
        "register",
        "questionnaires",
        "court_statistics",
        "interviews",
    ]
    assert _pages(LIAISON) == ["court_statistics"]
    assert _pages(_person(Role.INTERVIEWER)) == ["interviews"]
    assert _pages(_person(Role.REVIEWER)) == ["evidence"]
    round_moves.move(CHAIR, ids[0], RoundState.FROZEN)
    assert _pages(_person(Role.ANALYST)) == ["results", "reports"]
    assert _pages(LIAISON) == ["report_replies"]


@pytest.mark.parametrize("role", list(Role))
def test_every_task_leads_to_a_page_of_that_role(role: Role) -> None:
    version = frameworks.install_bundled(CHAIR)
    courts.install_bundled(CHAIR)
    ids = rounds.create_standard_rounds(CHAIR, version)
    member = members.add_member(CHAIR, MemberDraft("甲", Background.SCHOLAR, "某大学"))
    members.declare(CHAIR, member, ids[0], [])
    actor = Actor(9, "某人", frozenset({role}), court_code="0102")
    pages = {page.name: page for page in navigation.PAGES}
    for state in (RoundState.OPEN, RoundState.FROZEN):
        round_moves.move(CHAIR, ids[0], state)
        for task in worklist.tasks(actor):
            assert role in pages[task.page].roles


def test_liaison_sees_states_without_counts() -> None:
    version = frameworks.install_bundled(CHAIR)
    rounds.create_standard_rounds(CHAIR, version)
    counts = worklist.round_counts(LIAISON)
    assert [row.name for row in counts] == ["初期评估", "中期评估", "终期评估"]
    assert {row.files for row in counts} == {0}
