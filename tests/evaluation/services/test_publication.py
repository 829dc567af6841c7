"""Editions: what a draft needs, what stops a publication, what anyone can check afterwards."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from edition_draft import draft_edition
from review_round import account
from sample_report import narrative, results_of

from evaluation import clock
from evaluation.analysis.results import ResultSet
from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.member import Background
from evaluation.domain.report import (
    NarrativeEntry,
    NarrativeKind,
    ReplyDecision,
    working_days_after,
)
from evaluation.domain.roles import SYSTEM, Role
from evaluation.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from evaluation.services import (
    courts,
    editions,
    frameworks,
    imprint,
    members,
    narratives,
    publication,
    replies,
    rounds,
)
from evaluation.services.report_verification import verify_pdf
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.frozen_result import FrozenResult
from evaluation.storage.session import unit_of_work


@pytest.fixture
def chair(database):
    return account("chair", "组长", Role.CHAIR, Role.ANALYST)


def _frozen_round(chair, kind=RoundKind.INITIAL):
    version = frameworks.install_bundled(chair)
    for code, name in (("0100", "中级法院"), ("0102", "江岸区法院")):
        courts.add_court(chair, courts.CourtDraft(code, name, name, "basic", name[:3], f"鄂{code}"))
    round_id = rounds.create_round(chair, kind, version)
    kept = ("score", "milestone", "indicator.A", "indicator.I7", "review.part", "survey.QA.index")
    full = results_of(kind)
    results = ResultSet(
        [one for one in full if one.id.startswith(kept) and ".court." not in one.id], meta=full.meta
    )
    with unit_of_work() as session:
        session.get(EvaluationRound, round_id).state = RoundState.FROZEN
        session.add(
            FrozenResult(
                round_id=round_id, number=1, content=results.to_json(), sha256=results.sha256,
                n_results=len(results), account_id=chair.account_id, frozen_at=clock.now(),
            )
        )  # fmt: skip
    for entry in narrative(kind):
        narratives.save(chair, round_id, replace(entry, id=0))
    return round_id


def _seal(round_id):
    with unit_of_work() as session:
        session.get(EvaluationRound, round_id).state = RoundState.SEALED


def _member(login, background):
    actor = account(login, login, Role.REVIEWER)
    members.add_member(
        SYSTEM,
        members.MemberDraft(login, background, "单位", "A0001", account_id=actor.account_id),
    )
    return actor


def test_draft_is_refused_without_frozen_results(chair):
    version = frameworks.install_bundled(chair)
    round_id = rounds.create_round(chair, RoundKind.INITIAL, version)
    with pytest.raises(NotFound, match="尚未冻结"):
        publication.build_draft(chair, round_id)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("实际执结率为86.1%。", "typed_number"),
        ("被执行人张建国未履行。", "name"),
        ("见（2016）鄂0102执123号案。", "case_number"),
    ],
)
def test_text_with_a_typed_figure_or_a_person_is_refused(chair, text, code):
    version = frameworks.install_bundled(chair)
    round_id = rounds.create_round(chair, RoundKind.INITIAL, version)
    with pytest.raises(InvalidInput) as caught:
        narratives.save(chair, round_id, NarrativeEntry(NarrativeKind.PROBLEM, "问题。", text))
    assert code in {fault.code for fault in caught.value.faults}
    assert narratives.list_entries(chair, round_id) == []


def test_dates_and_deadlines_are_no_typed_figures(chair):
    round_id = _frozen_round(chair)
    narratives.save(
        chair,
        round_id,
        NarrativeEntry(
            NarrativeKind.RECOMMENDATION, "建议。", "自2017年6月30日起，10个工作日内办结。"
        ),
    )


@pytest.mark.slow
def test_edition_goes_from_draft_to_publication(chair, monkeypatch):
    round_id = _frozen_round(chair)
    liaison = account("court", "联络员", Role.COURT_LIAISON, court="0102")
    draft = publication.build_draft(chair, round_id)
    wheres = {f.where for f in publication.missing_for_publication(chair, draft)}
    assert wheres == {"评估期次", "版本说明", "批准", "法院核对"}
    imprint.write_imprint(chair, imprint.Imprint("评估团", "秘书处", "律师协会业务经费"))
    replies.send_draft(chair, draft, replies.earliest_deadline())
    reply = replies.submit(liaison, round_id, "0102", "案款发还用时", "部分案件账户有误。")
    faults = publication.missing_for_publication(chair, draft)
    assert {f.where for f in faults} == {"评估期次", "批准", "法院核对", "法院意见"}
    replies.decide(chair, reply, ReplyDecision.ACCEPTED, "账户有误的期间予以扣除。")
    _after_the_window(monkeypatch)
    _seal(round_id)
    lawyers = [_member(f"lawyer{k}", Background.LAWYER) for k in range(2)]
    scholar = _member("scholar", Background.SCHOLAR)
    draft = publication.build_draft(chair, round_id)
    for lawyer in lawyers:
        publication.approve(lawyer, draft)
    assert [f.what for f in publication.missing_for_publication(chair, draft)] == [
        "没有非律师成员批准。"
    ]
    with pytest.raises(WrongState):
        publication.publish(chair, draft)
    with pytest.raises(Conflict):
        publication.approve(lawyers[0], draft)
    publication.approve(scholar, draft)

    edition_id = publication.publish(chair, draft)
    (shown,) = editions.list_published()
    assert (shown.id, shown.number, len(shown.pdf_sha256)) == (edition_id, 1, 64)
    assert [a.background_title for a in shown.approvals] == ["律师", "律师", "专家学者"]
    name, content = editions.published_file(edition_id)
    assert name == "初期评估报告-第1版.pdf"
    found = verify_pdf(content)
    assert found.faults == ()
    assert found.pdf_sha256 == shown.pdf_sha256
    assert found.n_figures == found.n_recomputed + found.n_derived
    assert found.n_figures == found.n_in_text + found.n_in_chart
    with pytest.raises(NotFound):
        editions.published_file(draft)

    publication.add_corrigendum(chair, edition_id, "第三章表四的单位应为“件”。")
    assert editions.list_published()[0].corrigenda[0][1].startswith("第三章")


@pytest.mark.slow
def test_publication_is_refused_when_the_text_changed_after_approval(chair, monkeypatch):
    round_id = _frozen_round(chair)
    imprint.write_imprint(chair, imprint.Imprint("评估团", "秘书处", "律师协会业务经费"))
    _seal(round_id)
    draft = publication.build_draft(chair, round_id)
    replies.send_draft(chair, draft, replies.earliest_deadline())
    _after_the_window(monkeypatch)
    for login, background in (("a", Background.LAWYER), ("b", Background.MEDIA)):
        publication.approve(_member(login, background), draft)
    narratives.save(chair, round_id, NarrativeEntry(NarrativeKind.PROBLEM, "后来加写的问题。"))
    with pytest.raises(Conflict, match="批准之后有改动"):
        publication.publish(chair, draft)


def _after_the_window(monkeypatch):
    later = clock.now() + timedelta(days=30)
    monkeypatch.setattr(clock, "_read", lambda: later)


def test_liaison_answers_for_the_own_court_only(chair):
    round_id = _frozen_round(chair)
    replies.send_draft(
        chair, draft_edition(chair.account_id, round_id), replies.earliest_deadline()
    )
    liaison = account("court", "联络员", Role.COURT_LIAISON, court="0102")
    with pytest.raises(NotAllowed):
        replies.submit(liaison, round_id, "0100", "事项", "意见")
    replies.submit(liaison, round_id, "0102", "事项", "意见")
    other = account("court2", "联络员二", Role.COURT_LIAISON, court="0100")
    assert replies.list_replies(other, round_id) == []
    assert len(replies.list_replies(liaison, round_id)) == 1


def test_court_reads_a_draft_once_it_was_sent_and_objects_until_the_last_day(chair, monkeypatch):
    round_id = _frozen_round(chair)
    draft = draft_edition(chair.account_id, round_id)
    liaison = account("court", "联络员", Role.COURT_LIAISON, court="0102")
    assert editions.list_editions(liaison, round_id) == []
    with pytest.raises(NotAllowed):
        editions.file_of(liaison, draft)
    with pytest.raises(WrongState, match="还没有送交"):
        replies.submit(liaison, round_id, "0102", "事项", "意见")

    with pytest.raises(InvalidInput, match="不足10个工作日"):
        replies.send_draft(chair, draft, replies.earliest_deadline() - timedelta(days=1))
    replies.send_draft(chair, draft, replies.earliest_deadline())
    assert [one.id for one in editions.list_editions(liaison, round_id)] == [draft]
    assert editions.file_of(liaison, draft)[1].startswith(b"%PDF")
    replies.submit(liaison, round_id, "0102", "事项", "意见")

    _after_the_window(monkeypatch)
    with pytest.raises(WrongState, match="届满"):
        replies.submit(liaison, round_id, "0102", "又一事项", "意见")
    secretary = account("secretary", "秘书", Role.SECRETARY)
    replies.submit(secretary, round_id, "0102", "邮寄的意见", "期满前寄出。")
    assert len(replies.list_replies(chair, round_id)) == 2


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2017, 2, 17), 1, date(2017, 2, 20)),
        (date(2017, 2, 18), 1, date(2017, 2, 20)),
        (date(2017, 2, 20), 10, date(2017, 3, 6)),
    ],
)
def test_working_days_leave_out_the_weekend(start, days, end):
    assert working_days_after(start, days) == end


def test_imprint_needs_every_part_and_is_kept_for_the_next_edition(chair):
    with pytest.raises(InvalidInput) as caught:
        imprint.write_imprint(chair, imprint.Imprint("评估团", " ", "长" * 201))
    assert [fault.where for fault in caught.value.faults] == ["联系方式", "经费来源"]
    assert imprint.imprint_of(chair) is None
    written = imprint.Imprint("评估团", "秘书处", "律师协会业务经费")
    imprint.write_imprint(chair, written)
    assert imprint.imprint_of(chair) == written
