"""Publishing, invitations, counts, rates, quality decisions and paper on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from evaluation import clock
from evaluation.config import settings
from evaluation.domain.roles import SYSTEM, Actor, Role
from evaluation.errors import Conflict, InvalidInput, NotAllowed, WrongState
from evaluation.services import (
    invitations,
    paper_entries,
    public_surveys,
    survey_fieldwork,
    survey_posters,
    survey_quality,
)
from evaluation.services.demo.respondents import fill_in, random_answers
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from evaluation.storage.models.event import AuditEvent
from evaluation.storage.queries import responses
from evaluation.storage.session import reading
from evaluation.web.surveys import PublicSurveys
from sampling.seed import generator
from surveys.answers import Answer, AnswerSet
from surveys.dispositions import Disposition
from surveys.loader import load_library
from surveys.quality import QualityFlag
from surveys.store import ChannelKind, ChannelState

PLAN = SurveyPlan(None, "评估团", "027-00000000")
SECRETARY = Actor(1, "秘书", frozenset({Role.SECRETARY}))
ANALYST = Actor(2, "统计", frozenset({Role.ANALYST}))


@pytest.fixture
def pages(database: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("HENGPING_SECRET_KEY", "fieldwork tests need a secret too")
    settings.cache_clear()
    public = PublicSurveys(unlimited=True)

    async def under_s(scope: Any, receive: Any, send: Any) -> None:
        await public({**scope, "root_path": "/s"}, receive, send)

    yield under_s
    public.close()


def fill(app: Any, path: str, wanted: AnswerSet, asked: Any) -> str:
    return asyncio.run(fill_in(app, path, wanted, asked))


def test_an_invited_survey_from_list_to_rates(pages: Any) -> None:
    asked = load_library("QL")
    survey = public_surveys.publish(SECRETARY, asked, PLAN)
    channel = public_surveys.open_channel(
        SECRETARY, survey, ChannelPlan(ChannelKind.INVITED, "名单")
    )
    issued = invitations.invite(SECRETARY, channel.id, [f"L{n:02d}" for n in range(20)])
    for item in issued[:12]:
        wanted = random_answers(asked, generator(f"lawyer {item.number} of the rates test"))
        wanted = wanted.with_answer("QL01", Answer(3))
        fill(pages, item.address, wanted, asked)
    left = invitations.list_open(SECRETARY, channel.id)
    assert [row.label for row in left] == [f"L{n:02d}" for n in range(12, 20)]
    assert invitations.record_reminder(SECRETARY, channel.id, [1, 12, 13]) == 2
    invitations.record_disposition(SECRETARY, channel.id, [12, 13, 2], Disposition.REFUSAL)
    invitations.record_disposition(SECRETARY, channel.id, [14], Disposition.NOT_ELIGIBLE)
    invitations.revoke(SECRETARY, channel.id, [19])
    public_surveys.close_survey(SECRETARY, survey)
    (counts,) = survey_fieldwork.list_counts(ANALYST, survey)
    assert (counts.n_invited, counts.n_used, counts.n_accepted, counts.n_waiting) == (19, 12, 12, 0)
    assert counts.dispositions[Disposition.REFUSAL] == 2
    assert counts.dispositions[Disposition.NOT_ELIGIBLE] == 1
    assert counts.dispositions[Disposition.UNKNOWN_ELIGIBILITY] == 4
    assert counts.rates is not None
    answered = counts.n_complete + counts.n_partial + counts.n_break_off
    assert answered == 12
    n_spoken = 12 + 2 + 4
    assert counts.rates.response_rate_1 == pytest.approx(counts.n_complete / n_spoken)
    with reading() as session:
        assert len(responses.list_responses(session, survey)) == 12
    assert invitations.forget_list(SECRETARY, channel.id) == 20
    (after,) = survey_fieldwork.list_counts(ANALYST, survey)
    assert after.dispositions == counts.dispositions


def test_a_list_with_repeats_names_the_lines(database: Any) -> None:
    survey = public_surveys.publish(SECRETARY, load_library("QL"), PLAN)
    plan = ChannelPlan(ChannelKind.INVITED, "名单")
    channel = public_surveys.open_channel(SECRETARY, survey, plan)
    with pytest.raises(InvalidInput) as caught:
        invitations.invite(SECRETARY, channel.id, ["L1", "", "L2", " L1 ", "L3", "L3", "L1"])
    assert [(fault.where, fault.what) for fault in caught.value.faults] == [
        ("第1、4、7行", "“L1”重复。"),
        ("第5、6行", "“L3”重复。"),
    ]
    assert invitations.list_open(SECRETARY, channel.id) == []


def test_two_channels_of_one_survey_cannot_have_the_same_title(database: Any) -> None:
    survey = public_surveys.publish(SECRETARY, load_library("QP"), PLAN)
    plan = ChannelPlan(ChannelKind.OPEN, "海报")
    public_surveys.open_channel(SECRETARY, survey, plan)
    with pytest.raises(InvalidInput, match="已有名为“海报”的渠道"):
        public_surveys.open_channel(SECRETARY, survey, replace(plan, title=" 海报 "))
    other = public_surveys.publish(SECRETARY, load_library("QP"), PLAN)
    assert public_surveys.open_channel(SECRETARY, other, plan).title == "海报"


def test_an_open_channel_has_counts_and_never_a_rate(pages: Any) -> None:
    asked = load_library("QP")
    survey = public_surveys.publish(SECRETARY, asked, PLAN)
    channel = public_surveys.open_channel(SECRETARY, survey, ChannelPlan(ChannelKind.OPEN, "海报"))
    for n in range(3):
        wanted = random_answers(asked, generator(f"passer-by {n} at the poster, test"))
        fill(pages, channel.address, wanted, asked)
    (counts,) = survey_fieldwork.list_counts(ANALYST, survey)
    assert counts.rates is None
    assert (counts.n_started, counts.n_accepted) == (3, 3)
    assert counts.diagnostics == {"no_work": 3}


def test_responses_are_withheld_below_the_minimum(pages: Any) -> None:
    asked = load_library("QP")
    survey = public_surveys.publish(SECRETARY, asked, PLAN)
    channel = public_surveys.open_channel(SECRETARY, survey, ChannelPlan(ChannelKind.OPEN, "海报"))
    for n in range(9):
        wanted = random_answers(asked, generator(f"one of nine passers-by {n} in a test"))
        fill(pages, channel.address, wanted, asked)
    public_surveys.close_channel(SECRETARY, channel.id)
    with reading() as session:
        assert responses.count_responses(session, survey) == 9
        assert responses.list_responses(session, survey) == []
    assert survey_quality.inspect(ANALYST, survey).is_withheld


def test_flagged_responses_are_left_out_with_a_reason_and_taken_in_again(pages: Any) -> None:
    asked = load_library("QA")
    survey = public_surveys.publish(SECRETARY, asked, PLAN)
    channel = public_surveys.open_channel(SECRETARY, survey, ChannelPlan(ChannelKind.OPEN, "海报"))
    same = random_answers(asked, generator("the same applicant twice, quality test"), skip_share=0)
    for n in range(12):
        own = random_answers(asked, generator(f"another applicant {n}, quality test"))
        fill(pages, channel.address, same if n < 2 else own, asked)
    public_surveys.close_channel(SECRETARY, channel.id)
    report = survey_quality.inspect(ANALYST, survey)
    twins = [r.response_id for r in report.flagged if QualityFlag.DUPLICATE in r.flags]
    assert len(twins) == 2
    assert report.n_by_flag[QualityFlag.TOO_FAST] == 12
    with pytest.raises(InvalidInput):
        survey_quality.decide(ANALYST, survey, twins, is_included=False, reason=" ")
    with pytest.raises(NotAllowed):
        survey_quality.decide(SECRETARY, survey, twins, is_included=False, reason="答案完全相同")
    survey_quality.decide(
        ANALYST, survey, twins[:1], is_included=False, reason="与另一份答案完全相同"
    )
    with reading() as session:
        stored = responses.list_responses(session, survey)
    assert [row.id for row in stored if not row.is_included] == twins[:1]
    survey_quality.decide(ANALYST, survey, twins[:1], is_included=True, reason="经核对予以恢复")
    assert survey_quality.inspect(ANALYST, survey).n_excluded == 0
    assert [d.is_included for d in survey_quality.list_decisions(ANALYST, survey)] == [False, True]


def test_paper_counts_after_two_people_agree_or_settle(database: Any) -> None:
    asked = load_library("QL")
    survey = public_surveys.publish(SECRETARY, asked, PLAN)
    channel = public_surveys.open_channel(SECRETARY, survey, ChannelPlan(ChannelKind.PAPER, "窗口"))
    first = AnswerSet({"QL01": Answer(5), "QL02": Answer("1"), "QL12": Answer("4")})
    other = first.with_answer("QL02", Answer("2"))
    assert paper_entries.key_in(SECRETARY, channel.id, "001", first) is False
    with pytest.raises(Conflict):
        paper_entries.key_in(SECRETARY, channel.id, "001", first)
    assert paper_entries.key_in(ANALYST, channel.id, "001", first) is True
    with pytest.raises(Conflict):
        paper_entries.key_in(SYSTEM, channel.id, "001", first)
    paper_entries.key_in(SECRETARY, channel.id, "002", first)
    paper_entries.key_in(ANALYST, channel.id, "002", other)
    agreed, differing = paper_entries.list_entries(SECRETARY, channel.id)
    assert (agreed.is_settled, differing.is_settled, differing.n_differences) == (True, False, 1)
    (difference,) = paper_entries.list_differences(SECRETARY, differing.id)
    assert (difference.question, difference.first) == ("QL02", "申请执行人")
    with pytest.raises(InvalidInput):
        paper_entries.settle(SECRETARY, differing.id, {})
    paper_entries.settle(SECRETARY, differing.id, {"QL02": True})
    (counts,) = survey_fieldwork.list_counts(ANALYST, survey)
    assert counts.n_accepted == 2
    with pytest.raises(WrongState):
        paper_entries.key_in(SECRETARY, public_surveys.open_channel(
            SECRETARY, survey, ChannelPlan(ChannelKind.OPEN, "海报")).id, "1", first)  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"organiser": " "},
        {"contact": ""},
        {"minimum_cell": 2},
        {"partial_share": 0.9},
        {"partial_share": 0.0},
    ],
)
def test_a_faulty_plan_is_refused_and_nothing_kept(database: Any, change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        public_surveys.publish(SECRETARY, load_library("QL"), replace(PLAN, **change))
    assert len(caught.value.faults) == 1
    assert public_surveys.list_surveys(SECRETARY) == []


def test_a_list_with_faults_invites_nobody(database: Any) -> None:
    survey = public_surveys.publish(SECRETARY, load_library("QL"), PLAN)
    channel = public_surveys.open_channel(SECRETARY, survey, ChannelPlan(ChannelKind.INVITED, "甲"))
    for labels in ([], ["a", "a"], ["x" * 201]):
        with pytest.raises(InvalidInput):
            invitations.invite(SECRETARY, channel.id, labels)
    with pytest.raises(InvalidInput):
        invitations.invite(
            SECRETARY, channel.id, ["a"], expires_on=clock.today().replace(year=2015)
        )
    assert invitations.list_open(SECRETARY, channel.id) == []


def test_each_step_leaves_an_event_without_people(database: Any) -> None:
    survey = public_surveys.publish(SECRETARY, load_library("QL"), PLAN)
    channel = public_surveys.open_channel(SECRETARY, survey, ChannelPlan(ChannelKind.INVITED, "甲"))
    invitations.invite(SECRETARY, channel.id, ["张三律师"])
    public_surveys.close_survey(SECRETARY, survey)
    with pytest.raises(Conflict):
        public_surveys.close_survey(SECRETARY, survey)
    assert public_surveys.get_survey(SECRETARY, survey).channels[0].state is ChannelState.CLOSED
    with reading() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()
    assert [event.action for event in events] == [
        "survey.publish", "survey.open_channel", "survey.invite", "survey.close",
    ]  # fmt: skip
    assert all("张三" not in str(event.detail) for event in events)


def test_the_paper_says_how_long_answers_are_kept(database: Any) -> None:
    plan = SurveyPlan(None, "评估团", "027-00000000", retention="报告发布后十二个月")
    survey = public_surveys.publish(SYSTEM, load_library("QA"), plan)
    assert "保存期限：报告发布后十二个月" in survey_posters.paper_html(SYSTEM, survey)
