"""Frameworks, courts, rounds and members through the services."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.domain.evaluation_round import Comparability, RoundKind, RoundSettings, RoundState
from evaluation.domain.grading import WeightsStatus
from evaluation.domain.member import Background, InterestKind, UndertakingKind
from evaluation.domain.roles import Actor, Role
from evaluation.errors import Conflict, EvaluationError, InvalidInput, NotAllowed, WrongState
from evaluation.services import (
    access,
    courts,
    crosswalks,
    frameworks,
    installation,
    members,
    round_moves,
    rounds,
)
from evaluation.services.members import InterestDraft, MemberDraft

CHAIR = Actor(1, "组长", frozenset({Role.CHAIR}))
REVIEWER = Actor(2, "评查员", frozenset({Role.REVIEWER}))
LIAISON = Actor(3, "联络员", frozenset({Role.COURT_LIAISON}), court_code="0102")
LAWYER = MemberDraft("甲", Background.LAWYER, "甲律师事务所", licence_number="14201200000000001")

pytestmark = pytest.mark.usefixtures("database")


def _prepared() -> tuple[int, list[int]]:
    version = frameworks.install_bundled(CHAIR)
    courts.install_bundled(CHAIR)
    return version, rounds.create_standard_rounds(CHAIR, version)


def test_framework_is_stored_once_and_amended_by_decision() -> None:
    first = frameworks.install_bundled(CHAIR)
    assert frameworks.install_bundled(CHAIR) == first
    second = frameworks.amend(
        CHAIR,
        first,
        frameworks.Amendment(
            indicator_weights={"I1": "10", "I2": "12"},
            weights_status=WeightsStatus.PANEL_DECISION,
            boundary_policy="left_closed_80_only",
        ),
        "2016年10月8日评估团会议决定",
    )
    changed = frameworks.get_framework(REVIEWER, second)
    assert str(changed.indicator("I1").indicator_weight) == "10"
    assert changed.scoring.weights_status is WeightsStatus.PANEL_DECISION
    assert changed.grading.default_policy == "left_closed_80_only"
    assert [view.number for view in frameworks.list_versions(REVIEWER)] == [2, 1]


def test_amendment_that_breaks_the_framework_changes_nothing() -> None:
    first = frameworks.install_bundled(CHAIR)
    with pytest.raises(InvalidInput, match="1处"):
        frameworks.amend(
            CHAIR, first, frameworks.Amendment(indicator_weights={"I1": "90"}), "会议决定一"
        )
    assert len(frameworks.list_versions(CHAIR)) == 1


def test_liaison_sees_the_own_court_only() -> None:
    assert courts.install_bundled(CHAIR) == 14
    assert courts.install_bundled(CHAIR) == 0
    assert len(courts.list_courts(REVIEWER)) == 14
    assert [court.code for court in courts.list_courts(LIAISON)] == ["0102"]


def test_court_draft_with_faults_is_refused_whole() -> None:
    draft = courts.CourtDraft("01 02", "", "", "high", "", "")
    with pytest.raises(InvalidInput) as caught:
        courts.add_court(CHAIR, draft)
    assert len(caught.value.faults) == 3
    assert courts.list_courts(CHAIR) == []


def test_round_opens_only_when_members_have_declared() -> None:
    _version, ids = _prepared()
    with pytest.raises(WrongState) as caught:
        round_moves.move(CHAIR, ids[0], RoundState.OPEN)
    assert [fault.where for fault in caught.value.faults] == ["评估团成员"]
    member = members.add_member(CHAIR, LAWYER)
    assert [fault.where for fault in round_moves.missing_for(CHAIR, ids[0], RoundState.OPEN)] == [
        "利害关系申报"
    ]
    members.declare(CHAIR, member, ids[0], [])
    round_moves.move(CHAIR, ids[0], RoundState.OPEN)
    view = rounds.get_round(CHAIR, ids[0])
    assert view.state is RoundState.OPEN
    assert view.definition_hash == rounds.definition_of(CHAIR, ids[0])[1]
    with pytest.raises(WrongState):
        rounds.set_up(
            CHAIR,
            ids[0],
            settings=RoundSettings(),
            court_ids=[1],
            version_id=view.framework_version_id,
        )


def test_round_cannot_jump_and_goes_back_only_with_a_reason() -> None:
    _version, ids = _prepared()
    members.declare(CHAIR, members.add_member(CHAIR, LAWYER), ids[0], [])
    with pytest.raises(WrongState, match="不能转为“已发布”"):
        round_moves.move(CHAIR, ids[0], RoundState.PUBLISHED)
    round_moves.move(CHAIR, ids[0], RoundState.OPEN)
    with pytest.raises(NotAllowed):
        round_moves.move(REVIEWER, ids[0], RoundState.FROZEN)


def test_crosswalk_says_which_indicators_compare() -> None:
    version, ids = _prepared()
    member = members.add_member(CHAIR, LAWYER)
    other = frameworks.amend(
        CHAIR,
        version,
        frameworks.Amendment(
            default_variants={"A2": "property_only"},
            anchors={"I5": ("300", "180", "150", "120", "90")},
        ),
        "2017年评估团会议决定",
    )
    view = rounds.get_round(CHAIR, ids[1])
    all_courts = [court.id for court in courts.list_courts(CHAIR)]
    rounds.set_up(CHAIR, ids[1], settings=view.settings, court_ids=all_courts, version_id=other)
    for round_id in ids[:2]:
        members.declare(CHAIR, member, round_id, [])
        round_moves.move(CHAIR, round_id, RoundState.OPEN)
    entries = {entry.indicator_id: entry for entry in crosswalks.list_crosswalk(CHAIR, ids[1])}
    assert entries["I1"].comparability is Comparability.COMPARABLE
    assert entries["I5"].comparability is Comparability.WITH_NOTE
    assert entries["A2"].comparability is Comparability.NOT_COMPARABLE
    crosswalks.decide(CHAIR, entries["A2"].id, Comparability.WITH_NOTE, "两种口径都已重算")
    assert crosswalks.list_crosswalk(CHAIR, ids[1])[10].reason == "两种口径都已重算"


def test_round_settings_are_checked() -> None:
    version, _ids = _prepared()
    bad = replace(RoundSettings(), boundary_policy="up", double_reading_share="2", minimum_cell=1)
    with pytest.raises(InvalidInput) as caught:
        rounds.create_round(CHAIR, RoundKind.FINAL, version, settings=bad)
    assert len(caught.value.faults) == 3


def test_member_signs_and_declares_for_oneself_only() -> None:
    _version, ids = _prepared()
    account_id = access.create_account(
        CHAIR, "li", "甲", "long-enough-secret", roles=[Role.REVIEWER]
    )
    own = Actor(account_id, "甲", frozenset({Role.REVIEWER}))
    member = members.add_member(CHAIR, replace(LAWYER, account_id=account_id))
    stranger = members.add_member(CHAIR, replace(LAWYER, name="乙", licence_number="2"))
    members.sign(own, member, ids[0], UndertakingKind)
    members.sign(own, member, ids[0], UndertakingKind)
    with pytest.raises(NotAllowed):
        members.sign(own, stranger, ids[0], UndertakingKind)
    with pytest.raises(InvalidInput, match="没有保存"):
        members.declare(own, member, ids[0], [InterestDraft(InterestKind.FEES_FROM_COURT, "课酬")])
    court_id = courts.list_courts(CHAIR)[1].id
    members.declare(
        own, member, ids[0], [InterestDraft(InterestKind.FEES_FROM_COURT, "讲课报酬", court_id)]
    )
    standing = members.own_standing(own, ids[0])
    assert standing is not None
    assert standing.is_ready
    assert standing.interests[0].court_id == court_id
    with pytest.raises(Conflict):
        members.add_member(CHAIR, replace(LAWYER, name="丙", account_id=account_id))


def test_change_of_firm_keeps_the_former_one() -> None:
    member = members.add_member(CHAIR, LAWYER)
    members.change_member(
        CHAIR, member, replace(LAWYER, organisation="乙律师事务所"), is_active=True
    )
    assert members.list_members(CHAIR)[0].former_organisations[0][0] == "甲律师事务所"


def test_audit_chain_holds_after_all_of_it() -> None:
    _version, ids = _prepared()
    members.declare(CHAIR, members.add_member(CHAIR, LAWYER), ids[0], [])
    round_moves.move(CHAIR, ids[0], RoundState.OPEN)
    total, broken = installation.check_trail(CHAIR)
    assert broken is None
    assert total == 8


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CHAIR])
def test_only_the_chair_changes_framework_and_rounds(role: Role) -> None:
    actor = Actor(9, "他人", frozenset({role}))
    for call in (
        lambda: frameworks.install_bundled(actor),
        lambda: frameworks.amend(actor, 1, frameworks.Amendment(), "理由理由理由"),
        lambda: rounds.create_round(actor, RoundKind.FINAL, 1),
        lambda: round_moves.move(actor, 1, RoundState.OPEN),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_errors_have_three_parts() -> None:
    error = EvaluationError("什么", where="哪里", remedy="怎么办")
    assert str(error) == "哪里：什么怎么办"
