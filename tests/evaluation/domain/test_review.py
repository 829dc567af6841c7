"""The checklist file, rules of answers, completeness, grades, states."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

import evaluation
from evaluation.domain import checklist_loader, review
from evaluation.domain.checklist import Checklist
from evaluation.domain.review import AnswerCode, AttemptState, ItemAnswer
from evaluation.errors import InvalidInput, WrongState

FILE = Path(evaluation.__file__).parent / "data/frameworks/wuhan-2016/review_checklist.yaml"
AS_OF = date(2018, 12, 31)
HEADER = {
    "closure_method": "completed",
    "basis_type": "civil_judgment",
    "debtor_type": "natural_person",
    "claim_type": "money",
    "has_property_by_reviewer": "yes",
    "difficulty_class": "completed",
    "extension_approved": "no",
    "filed_on": "2017-01-05",
    "closed_on": "2017-06-30",
}


@pytest.fixture(scope="module")
def checklist() -> Checklist:
    return checklist_loader.load(FILE.read_text("utf-8"))


def _none_of(checklist: Checklist) -> dict[str, object]:
    return HEADER | {f"circumstance:{one.code}": False for one in checklist.circumstances}


def test_ninety_one_items_in_ten_parts_two_switched_off(checklist: Checklist) -> None:
    assert (len(checklist.parts), len(checklist.all_items()), len(checklist.items())) == (
        10,
        91,
        89,
    )
    off = {item.code for item in checklist.all_items()} - {i.code for i in checklist.items()}
    assert off == {"P3-08", "P4-09"}
    with_them = checklist_loader.load(FILE.read_text("utf-8"), frozenset(off))
    assert len(with_them.items()) == 91
    origins = [item.origin for item in checklist.all_items()]
    counts = {origin: origins.count(origin) for origin in set(origins)}
    assert counts == {"SEED": 60, "SEED_REF": 9, "LAW": 20, "PRACTICE": 2}


def test_the_form_never_shows_the_stratum_or_the_courts_label(checklist: Checklist) -> None:
    fields = {field.code for field in checklist.header}
    assert fields.isdisjoint({"stratum", "has_property_by_court"})


def test_every_fault_of_a_checklist_is_named_in_one_pass() -> None:
    raw = yaml.safe_load(FILE.read_text("utf-8"))
    items = raw["parts"][0]["items"]
    items[0]["severity"] = "X"
    items[1]["applies_when"] = {"circumstance": "nowhere"}
    items[3]["time_limits"][0]["within"] = {"weeks": 1}
    items[4]["id"] = "P1-02"
    with pytest.raises(InvalidInput) as caught:
        checklist_loader.load(yaml.safe_dump(raw, allow_unicode=True))
    places = [fault.where for fault in caught.value.faults]
    assert sorted(set(places)) == ["P1-01", "P1-02", "P1-04"]
    assert len(places) == 4


def test_rules_settle_what_does_not_apply_and_what_dates_decide(checklist: Checklist) -> None:
    states = review.settle(checklist, _none_of(checklist), {}, AS_OF)
    assert states["P2-09"].answer == ItemAnswer(
        AnswerCode.NOT_APPLICABLE, na_reason="rule", is_automatic=True
    )
    assert states["P7-01"].answer == ItemAnswer(AnswerCode.PASS, is_automatic=True)
    assert states["P7-01"].outcome.sum_text.startswith("自2017年1月5日起6个月")
    assert states["P9-01"].applies is False
    assert states["P1-01"].answer is None
    unknown = review.settle(checklist, HEADER, {}, AS_OF)
    assert (unknown["P2-09"].applies, unknown["P2-09"].answer) == (None, None)


def test_five_checks_together_follow_from_the_five(checklist: Checklist) -> None:
    five = {f"P2-0{n}": ItemAnswer(AnswerCode.PASS) for n in range(3, 8)}
    entries = _none_of(checklist)
    assert review.settle(checklist, entries, five, AS_OF)["P2-08"].answer == ItemAnswer(
        AnswerCode.PASS, is_automatic=True
    )
    five["P2-06"] = ItemAnswer(AnswerCode.NOT_IN_FILE)
    answer = review.settle(checklist, entries, five, AS_OF)["P2-08"].answer
    assert answer is not None
    assert answer.code is AnswerCode.NOT_IN_FILE


def test_an_item_that_sums_others_up_is_never_answered_by_itself(checklist: Checklist) -> None:
    item = checklist.item("P2-08")
    (fault,) = review.check_answer(checklist, item, ItemAnswer(AnswerCode.PASS))
    assert "不单独填写" in fault.what
    parts = {code: ItemAnswer(AnswerCode.NOT_IN_FILE) for code in item.all_of}
    said = parts | {"P2-08": ItemAnswer(AnswerCode.PASS)}
    settled = review.settle(checklist, {}, said, date(2018, 12, 31))["P2-08"].answer
    assert settled == ItemAnswer(AnswerCode.NOT_IN_FILE, is_automatic=True)


def test_answers_need_their_reasons(checklist: Checklist) -> None:
    plain = checklist.item("P1-01")
    inner = checklist.item("P7-04")
    check = review.check_answer
    assert check(checklist, plain, ItemAnswer(AnswerCode.PASS)) == []
    assert len(check(checklist, plain, ItemAnswer(AnswerCode.NOT_APPLICABLE))) == 1
    assert len(check(checklist, plain, ItemAnswer(AnswerCode.NOT_APPLICABLE, "other"))) == 1
    assert check(checklist, plain, ItemAnswer(AnswerCode.NOT_APPLICABLE, "no_fact")) == []
    assert len(check(checklist, inner, ItemAnswer(AnswerCode.FAIL))) == 1
    assert len(check(checklist, inner, ItemAnswer(AnswerCode.NOT_IN_FILE))) == 1
    assert check(checklist, inner, ItemAnswer(AnswerCode.NOT_VERIFIED)) == []
    slip = ItemAnswer(AnswerCode.FAIL, verification="court_confirmation")
    assert check(checklist, inner, slip) == []


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("见420106198001011234", "身份证件号码"),
        ("电话13812345678", "手机号码"),
        ("账号6222020200112233445", "账号"),
        ("见（2016）鄂0102执123号", "案号"),
    ],
)
def test_personal_data_is_refused_in_notes(checklist: Checklist, note: str, kind: str) -> None:
    faults = review.check_answer(
        checklist, checklist.item("P1-01"), ItemAnswer(AnswerCode.PASS, note=note)
    )
    assert kind in "".join(fault.what for fault in faults)


def test_answering_against_the_sum_needs_a_reason(checklist: Checklist) -> None:
    late = _none_of(checklist) | {"closed_on": "2017-12-30"}
    item = checklist.item("P7-01")
    answers = {item.code: ItemAnswer(AnswerCode.PASS)}
    states = review.settle(checklist, late, answers, AS_OF)
    assert item.code in {f.where for f in review.missing(checklist, late, states)}
    answers = {item.code: ItemAnswer(AnswerCode.PASS, note="中止期间未录入系统")}
    states = review.settle(checklist, late, answers, AS_OF)
    assert item.code not in {f.where for f in review.missing(checklist, late, states)}


def test_a_complete_reading_lacks_nothing(checklist: Checklist) -> None:
    entries = _none_of(checklist)
    answers = {
        item.code: ItemAnswer(AnswerCode.NOT_VERIFIED if item.sub_volume else AnswerCode.PASS)
        for item in checklist.items()
    }
    states = review.settle(checklist, entries, answers, AS_OF)
    assert review.missing(checklist, entries, states) == []
    del answers["P1-03"]
    states = review.settle(checklist, entries, answers, AS_OF)
    assert [fault.where for fault in review.missing(checklist, entries, states)] == ["P1-03"]


def test_grades_follow_severe_items_and_share(checklist: Checklist) -> None:
    codes = {item.code: AnswerCode.PASS for item in checklist.items()}
    assert review.case_grade(checklist, codes) == "qualified"
    codes["P2-03"] = AnswerCode.FAIL
    assert review.case_grade(checklist, codes) == "unqualified"
    codes["P2-03"] = AnswerCode.NOT_IN_FILE
    assert review.case_grade(checklist, codes) == "qualified"


def test_qualified_termination_is_yes_no_or_not_decidable(checklist: Checklist) -> None:
    facts = {"closure_method": "terminated_this_round", "closed_on": date(2017, 6, 30)}
    needed = [*checklist.qualified.required, *checklist.qualified.later_items]
    codes = dict.fromkeys(needed, AnswerCode.PASS)
    verdict = review.is_qualified_termination
    assert verdict(checklist, facts, codes) is True
    assert verdict(checklist, facts, codes | {"P9-10": AnswerCode.FAIL}) is False
    early = facts | {"closed_on": date(2016, 11, 30)}
    assert verdict(checklist, early, codes | {"P9-10": AnswerCode.FAIL}) is True
    assert verdict(checklist, facts, codes | {"P9-09": AnswerCode.NOT_VERIFIED}) is None
    assert verdict(checklist, facts | {"closure_method": "completed"}, codes) is None


def test_states_follow_each_other() -> None:
    state = AttemptState.ASSIGNED
    for step in ("attest", "open", "submit", "reopen", "submit"):
        state = review.next_state(state, step)
    assert state is AttemptState.SUBMITTED
    with pytest.raises(WrongState):
        review.next_state(AttemptState.ASSIGNED, "open")
    with pytest.raises(WrongState):
        review.next_state(AttemptState.SEALED, "reopen")
