"""Draws through the services: freeze, seed once, one transaction, longer, substitute."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
import register_round
from register_round import SEED, RegisterRound
from sqlalchemy import func, select

from evaluation import clock
from evaluation.domain.register import FrameState, UnitRole
from evaluation.domain.roles import Role
from evaluation.errors import Conflict, EvaluationError, InvalidInput, NotAllowed, WrongState
from evaluation.services import case_files, draws, frames, public_draws
from evaluation.services.results.draws import collect
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.draw import Draw, DrawnUnit
from evaluation.storage.models.event import AuditEvent
from evaluation.storage.session import reading
from sampling import certificate, freezing
from sampling.design import Method, SampleDesign, equal
from sampling.frame import load
from sampling.seed import ticket


@pytest.fixture
def built(database: object) -> RegisterRound:
    return register_round.build()


def _count(table: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_freeze_then_draw_then_verify(built: RegisterRound, tmp_path) -> None:
    frame = register_round.frozen(built)
    assert (frame.state, len(frame.sha256)) == (FrameState.FROZEN, 64)
    drawn = draws.draw(built.secretary, frame.id, SEED, witnesses=["法院代表", "公证员"])
    assert (drawn.n_sample, drawn.n_reserve) == (12, 6)
    units = draws.list_units(built.secretary, drawn.id)
    assert all(unit.ticket == ticket(SEED, unit.unit_id) for unit in units)
    name, content = frames.frame_file(built.secretary, frame.id)
    path = tmp_path / name
    path.write_bytes(content)
    proof = certificate.parse(draws.certificate(built.secretary, drawn.id))
    again = freezing.freeze(load(path), tmp_path / "again.csv")
    assert again.sha256 == frame.sha256
    assert certificate.verify(proof, again) == []
    assert _count(CaseFile) == 12


def test_the_draw_is_repeatable_and_seed_is_used_once(built: RegisterRound) -> None:
    frame = register_round.frozen(built)
    draws.draw(built.secretary, frame.id, SEED)
    with pytest.raises(Conflict, match="只能使用一次"):
        draws.draw(built.secretary, frame.id, "another seed of twenty and more")
    assert (_count(Draw), _count(DrawnUnit)) == (1, 18)


def test_two_at_once_give_one_draw(built: RegisterRound) -> None:
    frame = register_round.frozen(built)
    outcomes: list[str] = []

    def attempt(seed: str) -> None:
        try:
            draws.draw(built.secretary, frame.id, seed)
            outcomes.append("drawn")
        except Conflict:
            outcomes.append("conflict")

    threads = [
        threading.Thread(target=attempt, args=(f"{SEED} attempt {number}",)) for number in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "conflict", "drawn"]
    assert _count(Draw) == 1


def test_a_failing_take_over_leaves_nothing(
    built: RegisterRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = register_round.frozen(built)
    events = _count(AuditEvent)

    def fail(*_arguments: object) -> int:
        raise InvalidInput("没有这个法院。")

    monkeypatch.setattr(case_files, "take_in", fail)
    with pytest.raises(InvalidInput):
        draws.draw(built.secretary, frame.id, SEED)
    monkeypatch.undo()
    assert (_count(Draw), _count(DrawnUnit), _count(CaseFile)) == (0, 0, 0)
    assert _count(AuditEvent) == events
    assert frames.get_frame(built.secretary, frame.id).state is FrameState.FROZEN
    draws.draw(built.secretary, frame.id, SEED)


@pytest.mark.parametrize(
    ("seed", "words"),
    [("123", "至少需要20个"), (SEED + " ", "首尾有空格"), (SEED + "\u200b", "看不见的字符")],
)
def test_a_bad_seed_uses_nothing_up(built: RegisterRound, seed: str, words: str) -> None:
    frame = register_round.frozen(built)
    with pytest.raises(InvalidInput, match=words):
        draws.draw(built.secretary, frame.id, seed)
    assert _count(Draw) == 0


def test_a_seed_from_before_the_hash_is_refused(built: RegisterRound) -> None:
    frame = register_round.frozen(built)
    past = clock.now() - timedelta(days=1)
    clock.set_reader(lambda: past)
    try:
        with pytest.raises(EvaluationError, match="早于抽样框的冻结时间"):
            draws.draw(built.secretary, frame.id, SEED)
    finally:
        clock.set_reader(None)
    assert _count(Draw) == 0


def test_nothing_is_drawn_before_freezing_and_nothing_changes_after(built: RegisterRound) -> None:
    register = register_round.imported(built)
    frame = frames.plan(built.secretary, register.id, "案卷评查", frames.FrameCriteria())
    with pytest.raises(WrongState, match="尚未冻结"):
        draws.draw(built.secretary, frame.id, SEED)
    with pytest.raises(WrongState, match="样本量"):
        frames.freeze(built.secretary, frame.id)
    design = equal(frame.stratum_sizes, 4)
    frames.set_design(built.secretary, frame.id, design)
    frames.freeze(built.secretary, frame.id)
    with pytest.raises(WrongState, match="已经冻结"):
        frames.set_design(built.secretary, frame.id, equal(frame.stratum_sizes, 5))
    second = frames.plan(built.secretary, register.id, "又一次", frames.FrameCriteria())
    frames.set_design(built.secretary, second.id, design)
    with pytest.raises(Conflict, match="冻结过"):
        frames.freeze(built.secretary, second.id)


def test_an_extension_equals_the_longer_draw(built: RegisterRound) -> None:
    drawn = register_round.drawn(built, per_court=4, reserve=2)
    before = [u.unit_id for u in draws.list_units(built.chair, drawn.id) if u.role == "sample"]
    strata = [part.stratum for part in drawn.strata]
    with pytest.raises(NotAllowed):
        draws.extend(built.secretary, drawn.id, {strata[0]: 3}, "精度不足，增加样本")
    longer = draws.extend(built.chair, drawn.id, {strata[0]: 3}, "精度不足，增加样本")
    assert longer.n_sample == drawn.n_sample + 3
    units = draws.list_units(built.chair, drawn.id)
    sample = [unit.unit_id for unit in units if unit.role is UnitRole.SAMPLE]
    assert set(before) < set(sample)
    ranks = [unit.rank for unit in units if unit.stratum == strata[0] and unit.role == "sample"]
    assert ranks == list(range(1, 8))
    assert _count(CaseFile) == 15
    proof = certificate.parse(draws.certificate(built.chair, drawn.id))
    with reading() as session:
        frozen = frames.frozen_file(frames.row_of(session, drawn.frame_id))
    assert certificate.verify(proof, frozen) == []


def test_a_substitute_is_the_next_rank_and_enters_the_pull_list(built: RegisterRound) -> None:
    drawn = register_round.drawn(built, per_court=4, reserve=1)
    unit = draws.list_units(built.chair, drawn.id)[1]
    taken = draws.substitute(built.chair, drawn.id, unit.unit_id, "经核实不是执行案件")
    assert (taken.stratum, taken.rank, taken.role) == (unit.stratum, 5, UnitRole.SUBSTITUTE)
    assert _count(CaseFile) == 13
    with pytest.raises(Conflict, match="已经替补过"):
        draws.substitute(built.chair, drawn.id, unit.unit_id, "经核实不是执行案件")
    other = draws.list_units(built.chair, drawn.id)[2]
    with pytest.raises(Conflict, match="用完"):
        draws.substitute(built.chair, drawn.id, other.unit_id, "经核实不是执行案件")
    draws.extend(built.chair, drawn.id, {unit.stratum: 2}, "增加样本和备用", reserve_size=3)
    live = [
        u
        for u in draws.list_units(built.chair, drawn.id)
        if u.stratum == unit.stratum and u.role in {UnitRole.SAMPLE, UnitRole.SUBSTITUTE}
    ]
    assert [u.rank for u in live] == [1, 3, 4, 5, 6, 7]


def test_census_of_a_small_stratum_says_so(built: RegisterRound) -> None:
    drawn = draws.draw(
        built.secretary, register_round.frozen(built, per_court=40, reserve=5).id, SEED
    )
    assert all(part.is_census and part.sample_size == 30 for part in drawn.strata)
    assert drawn.n_reserve == 0


def test_the_public_sees_hashes_and_tickets_and_no_case_number(built: RegisterRound) -> None:
    frame = register_round.frozen(built)
    listed = public_draws.list_public()
    assert [(entry.frame_sha256, entry.draw_id) for entry in listed] == [(frame.sha256, None)]
    drawn = draws.draw(built.secretary, frame.id, SEED)
    text = public_draws.certificate(drawn.id)
    assert "执" not in json.dumps(json.loads(text)["units"], ensure_ascii=False)
    assert len(json.loads(text)["units"]) == 18
    with reading() as session:
        frozen = frames.frozen_file(frames.row_of(session, frame.id))
    assert certificate.verify(certificate.parse(text), frozen) == []


@pytest.mark.parametrize("ids_are_public", [False, True])
def test_the_public_certificate_of_a_draw_by_amount_has_no_amounts(
    built: RegisterRound, ids_are_public: bool
) -> None:
    register = register_round.imported(built, n_cases=30)
    frame = frames.plan(
        built.secretary,
        register.id,
        "大额案件",
        frames.FrameCriteria(),
        method=Method.PARETO,
        ids_are_public=ids_are_public,
    )
    design = SampleDesign(dict.fromkeys(frame.stratum_sizes, 4), {}, Method.PARETO)
    frames.set_design(built.secretary, frame.id, design)
    frames.freeze(built.secretary, frame.id)
    drawn = draws.draw(built.secretary, frame.id, SEED)
    text = public_draws.certificate(drawn.id)
    names = {name for unit in json.loads(text)["units"] for name in unit}
    assert names == {"stratum", "ticket", "role"} | ({"unit_id"} if ids_are_public else set())
    with reading() as session:
        frozen = frames.frozen_file(frames.row_of(session, frame.id))
    assert certificate.verify(certificate.parse(text), frozen) == []


def test_who_may_draw(built: RegisterRound) -> None:
    frame = register_round.frozen(built)
    analyst = register_round.account("analyst", "统计", Role.ANALYST)
    with pytest.raises(NotAllowed):
        draws.draw(analyst, frame.id, SEED)
    drawn = draws.draw(built.chair, frame.id, SEED)
    with pytest.raises(NotAllowed):
        draws.list_units(analyst, drawn.id)
    with pytest.raises(NotAllowed):
        draws.certificate(analyst, drawn.id)
    assert draws.get_draw(analyst, drawn.id).n_sample == 12


def test_results_of_a_round_carry_the_draw(built: RegisterRound) -> None:
    with reading() as session:
        assert collect(session, built.round_id) == []
    drawn = register_round.drawn(built)
    unit = draws.list_units(built.chair, drawn.id)[0]
    draws.substitute(built.chair, drawn.id, unit.unit_id, "经核实不是执行案件")
    with reading() as session:
        found = {value.id: value for value in collect(session, built.round_id)}
    assert found["draw.frame"].value == 90
    assert found["draw.sample"].value == 12
    assert (found["draw.substitutes"].value, found["draw.frame_errors"].value) == (1, 1)
    assert found["draw.seed"].text == SEED
    assert found["draw.stratum.0102.population"].value == 30
    assert not any("执" in value.text for value in found.values())
