"""Interviews, documents, ratings, verdicts and their results through the services."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.evidence import Rating, RequestState, SourceGrade
from evaluation.domain.framework import Verdict
from evaluation.domain.interview import (
    Capacity,
    Consent,
    InterviewState,
    Pseudonym,
    QuoteState,
    TargetKind,
)
from evaluation.domain.member import Background
from evaluation.domain.roles import Actor, Role
from evaluation.errors import Conflict, InvalidInput, NotAllowed, WrongState
from evaluation.services import (
    courts,
    evidence,
    evidence_documents,
    frameworks,
    interview_coding,
    interviews,
    members,
    objectives,
    round_moves,
    rounds,
)
from evaluation.services.evidence_documents import DocumentDraft
from evaluation.services.interview_coding import StatementDraft
from evaluation.services.interviews import Attendance, InterviewPlan, Minutes
from evaluation.services.members import MemberDraft
from evaluation.services.results import evidence as evidence_results
from evaluation.storage.session import reading

CHAIR = Actor(1, "组长", frozenset({Role.CHAIR}))
SECRETARY = Actor(2, "秘书", frozenset({Role.SECRETARY}))
INTERVIEWER = Actor(3, "访谈员", frozenset({Role.INTERVIEWER}))
RATER = Actor(4, "评分甲", frozenset({Role.REVIEWER}))
OTHER = Actor(5, "评分乙", frozenset({Role.ANALYST}))
LIAISON = Actor(6, "联络员", frozenset({Role.COURT_LIAISON}), court_code="0102")

RECORD = "主持人：请谈终本标准。\n某律师：小王所在的法院终本后不再查财产，恢复执行很难。"
MINUTES = Minutes(
    attendance=(Attendance(Capacity.LAWYER, 8, 6),),
    duration_minutes=90,
    consent=Consent.ORAL,
    recording_agreed=True,
    court_staff_present=False,
    record=RECORD,
    pseudonyms=(Pseudonym("小王", "某申请人"),),
)
DRAFT = StatementDraft(
    "终本后不再查财产，恢复执行很难", Capacity.LAWYER, TargetKind.OBJECTIVE, "G3", -1, 3, True
)

pytestmark = pytest.mark.usefixtures("database")


def _open_round(position: int = 0) -> int:
    version = frameworks.install_bundled(CHAIR)
    courts.install_bundled(CHAIR)
    round_id = rounds.create_standard_rounds(CHAIR, version)[position]
    member = members.add_member(CHAIR, MemberDraft("甲", Background.LAWYER, "甲所", "1"))
    members.declare(CHAIR, member, round_id, [])
    round_moves.move(CHAIR, round_id, RoundState.OPEN)
    return round_id


def _planned(round_id: int) -> int:
    return interviews.plan(
        INTERVIEWER, round_id, InterviewPlan("FG3", date(2016, 11, 3), "律师协会会议室")
    )


def _document(
    items: tuple[str, ...], grade: SourceGrade, content: bytes | None = None
) -> DocumentDraft:
    return DocumentDraft(
        "某某规定",
        "武汉市中级人民法院",
        grade,
        items,
        date(2016, 10, 9),
        "执行局综合处",
        content=content,
    )


def test_record_replaces_names_and_keeps_none() -> None:
    interview = _planned(_open_round())
    interviews.record(INTERVIEWER, interview, MINUTES)
    text = interviews.get_record(INTERVIEWER, interview)
    assert "小王" not in text
    assert "某申请人所在的法院" in text


@pytest.mark.parametrize(
    ("tail", "what"),
    [
        ("电话13971234567", "含有手机号码。"),
        ("证号420106198001011234", "含有身份证号码。"),
        ("案号（2016）鄂0102执123号", "含有案号。"),
    ],
)
def test_record_with_personal_numbers_is_refused(tail: str, what: str) -> None:
    interview = _planned(_open_round())
    with pytest.raises(InvalidInput) as caught:
        interviews.record(INTERVIEWER, interview, replace(MINUTES, record=RECORD + tail))
    assert [fault.what for fault in caught.value.faults] == [what]
    assert interviews.get_record(INTERVIEWER, interview) == ""


def test_record_names_every_missing_thing() -> None:
    interview = _planned(_open_round())
    bad = Minutes((), 0, Consent.NONE, False, False, "短")
    with pytest.raises(InvalidInput) as caught:
        interviews.record(INTERVIEWER, interview, bad)
    assert len(caught.value.faults) == 4


def test_recording_must_be_deleted_before_confirmation() -> None:
    round_id = _open_round()
    interview = _planned(round_id)
    interviews.record(INTERVIEWER, interview, MINUTES)
    with pytest.raises(InvalidInput, match="录音尚未删除"):
        interviews.confirm(INTERVIEWER, interview, "参加人逐页核对", audio_deleted=False)
    interviews.confirm(INTERVIEWER, interview, "参加人逐页核对", audio_deleted=True)
    view = interviews.list_interviews(CHAIR, round_id)[0]
    assert view.state is InterviewState.CONFIRMED
    assert view.audio_deleted_on is not None
    with pytest.raises(WrongState, match="不能再改"):
        interviews.record(INTERVIEWER, interview, MINUTES)


def test_statement_is_tied_and_quote_is_cleared() -> None:
    round_id = _open_round()
    interview = _planned(round_id)
    interviews.record(INTERVIEWER, interview, MINUTES)
    with pytest.raises(InvalidInput) as caught:
        interview_coding.code_statements(
            INTERVIEWER,
            interview,
            [replace(DRAFT, excerpt="没有说过的话"), replace(DRAFT, target_id="G9")],
        )
    assert len(caught.value.faults) == 2
    ids = interview_coding.code_statements(INTERVIEWER, interview, [DRAFT])
    with pytest.raises(NotAllowed):
        interview_coding.decide_quote(INTERVIEWER, ids[0], is_cleared=True)
    interview_coding.decide_quote(SECRETARY, ids[0], is_cleared=True)
    assert interview_coding.list_statements(CHAIR, round_id)[0].quote_state is QuoteState.CLEARED


def test_grade_c_alone_earns_one_point_at_most() -> None:
    round_id = _open_round()
    evidence_documents.add_document(SECRETARY, round_id, _document(("E-41-01",), SourceGrade.C))
    with pytest.raises(InvalidInput) as caught:
        evidence.rate(
            RATER, round_id, {"E-41-01": Rating(2, "自述材料"), "E-41-02": Rating(1, "没有材料")}
        )
    assert [fault.what for fault in caught.value.faults] == [
        "只有C级材料，最高只能评1分。",
        "没有登记任何材料，只能评0分。",
    ]
    evidence_documents.add_document(SECRETARY, round_id, _document(("E-41-01",), SourceGrade.B))
    evidence.rate(RATER, round_id, {"E-41-01": Rating(3, "有纪要和签到表")})


def test_two_ratings_settle_an_item_or_a_third_person_decides() -> None:
    round_id = _open_round()
    evidence_documents.add_document(
        SECRETARY, round_id, _document(("E-41-01", "E-41-02"), SourceGrade.A)
    )
    evidence.rate(
        RATER, round_id, {"E-41-01": Rating(3, "核对纪要"), "E-41-02": Rating(3, "核对纪要")}
    )
    standing = {s.item.id: s for s in evidence.list_standings(OTHER, round_id)}
    assert standing["E-41-01"].ratings == ()
    evidence.rate(
        OTHER, round_id, {"E-41-01": Rating(3, "核对纪要"), "E-41-02": Rating(2, "间隔过长")}
    )
    standing = {s.item.id: s for s in evidence.list_standings(CHAIR, round_id)}
    assert (standing["E-41-01"].is_settled, standing["E-41-01"].score) == (True, 3)
    assert standing["E-41-02"].is_disputed
    evidence.adjudicate(CHAIR, round_id, "E-41-02", Rating(2, "半年内无会议"))
    standing = {s.item.id: s for s in evidence.list_standings(CHAIR, round_id)}
    assert standing["E-41-02"].score == 2
    with pytest.raises(Conflict, match="已经裁定"):
        evidence.rate(RATER, round_id, {"E-41-02": Rating(4, "再评")})


def test_rater_cannot_adjudicate_the_own_item() -> None:
    round_id = _open_round()
    chair_rates = Actor(1, "组长", frozenset({Role.CHAIR}))
    for actor in (chair_rates, RATER):
        evidence.rate(actor, round_id, {"E-41-01": Rating(0, "未见材料")})
    with pytest.raises(Conflict, match="您评过这一项"):
        evidence.adjudicate(CHAIR, round_id, "E-41-01", Rating(0, "未见材料"))


def test_document_answers_the_request_and_keeps_its_file() -> None:
    round_id = _open_round()
    day = date(2999, 1, 1)
    count = evidence_documents.request_items(
        SECRETARY, round_id, ["E-41-01", "E-AN-03"], due_on=day, court_id=None
    )
    assert count == 2
    evidence_documents.add_document(
        SECRETARY, round_id, _document(("E-41-01",), SourceGrade.A, "会议纪要".encode())
    )
    requests = {item.item_id: item for item in evidence_documents.list_requests(LIAISON, round_id)}
    assert requests["E-41-01"].state is RequestState.ANSWERED
    with pytest.raises(InvalidInput):
        evidence_documents.close_request(SECRETARY, requests["E-AN-03"].id, RequestState.REFUSED)
    evidence_documents.close_request(
        SECRETARY, requests["E-AN-03"].id, RequestState.REFUSED, "附件未公布"
    )
    found = evidence_documents.list_documents(CHAIR, round_id, "某某 中级")
    assert len(found[0].file_sha256) == 64
    assert evidence_documents.list_documents(CHAIR, round_id, "没有的词") == []


def test_document_with_faults_is_refused_whole() -> None:
    round_id = _open_round()
    bad = replace(_document(("E-00-00",), SourceGrade.A), title="", provider_post=" ")
    with pytest.raises(InvalidInput) as caught:
        evidence_documents.add_document(SECRETARY, round_id, bad)
    assert len(caught.value.faults) == 3
    assert evidence_documents.list_documents(CHAIR, round_id) == []


def test_initial_round_gives_no_verdict() -> None:
    round_id = _open_round()
    round_moves.move(CHAIR, round_id, RoundState.FROZEN)
    member = members.list_members(CHAIR)[0].id
    with pytest.raises(WrongState, match="只建立基线"):
        objectives.vote(SECRETARY, round_id, member, "G1", Verdict.ACHIEVED, "理由充分")


def _with_panel(round_id: int) -> list[int]:
    return [members.list_members(CHAIR)[0].id] + [
        members.add_member(CHAIR, MemberDraft(name, background, "单位"))
        for name, background in (("乙", Background.SCHOLAR), ("丙", Background.MEDIA))
    ]


def test_panel_decides_with_reasons_and_dissent_is_kept() -> None:
    round_id = _open_round(1)
    panel = _with_panel(round_id)
    round_moves.move(CHAIR, round_id, RoundState.FROZEN)
    with pytest.raises(WrongState) as caught:
        objectives.decide(CHAIR, round_id, "G1", "对照证据矩阵，理由如下所述")
    assert [fault.where for fault in caught.value.faults] == ["表决人数"]
    for member, verdict in zip(
        panel,
        (Verdict.PARTLY_ACHIEVED, Verdict.PARTLY_ACHIEVED, Verdict.NOT_ACHIEVED),
        strict=True,
    ):
        objectives.vote(SECRETARY, round_id, member, "G1", verdict, f"理由：{verdict}")
    decided = objectives.decide(CHAIR, round_id, "G1", "对照证据矩阵，理由如下所述")
    assert decided is Verdict.PARTLY_ACHIEVED
    standing = objectives.list_standings(CHAIR, round_id)[0]
    assert standing.proposed is Verdict.INSUFFICIENT_EVIDENCE
    assert standing.dissent == "理由：not_achieved"
    with pytest.raises(WrongState, match="已经作出结论"):
        objectives.vote(SECRETARY, round_id, panel[0], "G1", Verdict.ACHIEVED, "改变主意")
    missing = round_moves.missing_for(CHAIR, round_id, RoundState.SEALED)
    assert [fault.where[:2] for fault in missing if fault.where[:1] == "G"] == [
        "G2",
        "G3",
        "G4",
        "G5",
    ]
    objectives.withdraw(CHAIR, round_id, "G1", "计票有误，重新表决")
    objectives.vote(SECRETARY, round_id, panel[0], "G1", Verdict.ACHIEVED, "改变主意")


def test_tie_goes_to_the_more_cautious_verdict() -> None:
    assert objectives.majority([Verdict.ACHIEVED, Verdict.NOT_ACHIEVED]) is Verdict.NOT_ACHIEVED


def test_results_lead_back_to_what_was_recorded() -> None:
    round_id = _open_round()
    interview = _planned(round_id)
    interviews.record(INTERVIEWER, interview, MINUTES)
    ids = interview_coding.code_statements(INTERVIEWER, interview, [DRAFT])
    interview_coding.decide_quote(SECRETARY, ids[0], is_cleared=True)
    interviews.confirm(INTERVIEWER, interview, "已核对", audio_deleted=True)
    evidence_documents.add_document(
        SECRETARY, round_id, _document(("E-65-03", "E-65-04"), SourceGrade.A)
    )
    for actor in (RATER, OTHER):
        evidence.rate(
            actor,
            round_id,
            {"E-65-03": Rating(2, "有台账"), "E-65-04": Rating(1, "只有文件")},
        )
    with reading() as session:
        values = {value.id: value for value in evidence_results.collect(session, round_id, {})}
    assert values["interview.attendees"].value == 6
    assert values["interview.target.G3.negative"].value == 1
    assert values["interview.quote.001"].text == DRAFT.excerpt
    assert values["evidence.completion"].numerator == 1
    assert values["evidence.completion"].denominator == 2
    assert values["evidence.item.E-65-03"].value == 2
    assert values["evidence.group.INN5"].value == 0.5
    assert values["objective.G3.document"].value == 50
    assert values["objective.G3.proposed"].text == "证据不足"
    assert values["panel.lawyer"].value == 1


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.COURT_LIAISON, Role.DESIGNER])
def test_others_reach_neither_records_nor_statements(role: Role) -> None:
    actor = Actor(9, "他人", frozenset({role}))
    for call in (
        lambda: interviews.get_record(actor, 1),
        lambda: interview_coding.list_statements(actor, 1),
        lambda: evidence.rate(actor, 1, {}),
        lambda: objectives.decide(actor, 1, "G1", "理由理由理由理由理由"),
    ):
        with pytest.raises(NotAllowed):
            call()
