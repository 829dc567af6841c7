"""Levels A to E: persons, licences, firms, former firms, mergers, declarations."""

from __future__ import annotations

from datetime import date

import pytest

from evaluation.domain.recusal import (
    Capacity,
    CaseInterests,
    Declaration,
    FirmMergers,
    FormerFirm,
    Ground,
    Level,
    Participant,
    ReviewerInterests,
    find_conflicts,
    key_of,
    may_answer_lawyer_survey,
    normalised,
)

SECRET = b"a secret of the test"
AS_OF = date(2018, 3, 1)


def _key(kind: str, text: str) -> str:
    return key_of(SECRET, kind, text)


def _reviewer(**more: object) -> ReviewerInterests:
    return ReviewerInterests(
        1,
        _key("name", "林 一"),
        _key("licence", "14201201010000001"),
        _key("firm", "湖北甲律师事务所"),
        **more,  # type: ignore[arg-type] -- test shorthand
    )


def _case(*participants: Participant, court: str = "0102") -> CaseInterests:
    return CaseInterests(7, court, participants)


def _levels(reviewer: ReviewerInterests, case: CaseInterests, *mergers: tuple[str, str]) -> list:
    found = find_conflicts(reviewer, case, mergers=FirmMergers(mergers), as_of=AS_OF)
    return [(conflict.level, conflict.ground) for conflict in found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("湖北甲律师事务所（特殊普通合伙）", "湖北甲律师事务所"),
        ("林　一", "林一"),
        ("ＡＢＣ律师事务所", "abc律师事务所"),
    ],
)
def test_names_are_compared_in_one_form(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)
    assert _key("firm", one) == _key("firm", other)


def test_keys_tell_equality_and_nothing_else() -> None:
    assert _key("name", "林一") != _key("firm", "林一")
    assert _key("name", "林一") != key_of(b"another secret", "name", "林一")
    assert _key("name", "  ") == ""


def test_no_relation_no_conflict() -> None:
    stranger = Participant(
        Capacity.AGENT, _key("name", "周二"), _key("licence", "2"), _key("firm", "湖北乙律师事务所")
    )
    assert _levels(_reviewer(), _case(stranger)) == []


def test_level_a_by_licence_even_under_another_name() -> None:
    person = Participant(Capacity.AGENT, "", _key("licence", "14201201010000001"), "")
    assert _levels(_reviewer(), _case(person)) == [(Level.A, Ground.AGENT_IN_CASE)]


def test_level_a_by_name_as_party_and_as_other() -> None:
    name = _key("name", "林一")
    case = _case(Participant(Capacity.PARTY, name), Participant(Capacity.OTHER, name))
    assert set(_levels(_reviewer(), case)) == {
        (Level.A, Ground.PARTY_OR_RELATIVE),
        (Level.A, Ground.OTHER_ROLE_IN_CASE),
    }


def test_level_a_for_declared_relatives() -> None:
    reviewer = _reviewer(
        declarations=(Declaration(Ground.PARTY_OR_RELATIVE, _key("name", "林父")),)
    )
    case = _case(Participant(Capacity.JUDGE, _key("name", "林父")))
    assert _levels(reviewer, case) == [(Level.A, Ground.PARTY_OR_RELATIVE)]


def test_level_b_for_the_firm_its_merger_and_a_former_firm() -> None:
    colleague = Participant(
        Capacity.AGENT, _key("name", "周二"), "", _key("firm", "湖北甲律师事务所")
    )
    assert _levels(_reviewer(), _case(colleague)) == [(Level.B, Ground.SAME_FIRM)]
    merged = Participant(Capacity.AGENT, "", "", _key("firm", "湖北丙律师事务所"))
    assert _levels(_reviewer(), _case(merged)) == []
    step = (_key("firm", "湖北丙律师事务所"), _key("firm", "湖北丁律师事务所"))
    last = (_key("firm", "湖北丁律师事务所"), _key("firm", "湖北甲律师事务所"))
    assert _levels(_reviewer(), _case(merged), step, last) == [(Level.B, Ground.SAME_FIRM)]
    recent = _reviewer(former_firms=(FormerFirm(merged.firm_key, date(2016, 5, 1)),))
    assert _levels(recent, _case(merged)) == [(Level.B, Ground.FORMER_FIRM)]
    long_ago = _reviewer(former_firms=(FormerFirm(merged.firm_key, date(2014, 5, 1)),))
    assert _levels(long_ago, _case(merged)) == []


def test_level_c_within_the_look_back_only() -> None:
    party = Participant(Capacity.PARTY, _key("name", "某公司"))
    current = _reviewer(declarations=(Declaration(Ground.OTHER_MATTER, party.name_key),))
    ended = _reviewer(
        declarations=(Declaration(Ground.OTHER_MATTER, party.name_key, "", date(2014, 1, 1)),)
    )
    assert _levels(current, _case(party)) == [(Level.C, Ground.OTHER_MATTER)]
    assert _levels(ended, _case(party)) == []
    judge = Participant(Capacity.JUDGE, _key("name", "周法官"))
    pending = _reviewer(declarations=(Declaration(Ground.PENDING_BEFORE_JUDGE, judge.name_key),))
    assert _levels(pending, _case(judge)) == [(Level.C, Ground.PENDING_BEFORE_JUDGE)]


def test_level_d_bars_the_court() -> None:
    reviewer = _reviewer(declarations=(Declaration(Ground.COURT_RELATION, "", "0102"),))
    assert _levels(reviewer, _case()) == [(Level.D, Ground.COURT_RELATION)]
    assert _levels(reviewer, _case(court="0103")) == []


def test_level_e_keeps_panel_firms_out_of_the_lawyers_questionnaire() -> None:
    panel = {_key("firm", "湖北甲律师事务所")}
    assert not may_answer_lawyer_survey(_key("firm", "湖北甲律师事务所"), panel)
    assert may_answer_lawyer_survey(_key("firm", "湖北乙律师事务所"), panel)


def test_merged_firms_do_not_loop() -> None:
    mergers = FirmMergers([("a", "b"), ("b", "a"), ("c", "a")])
    assert mergers.group("a") == mergers.group("b") == mergers.group("c")
