"""Readings: blind, attested, saved one by one, sealed on conflict, reassigned, reopened."""

from __future__ import annotations

from datetime import date

import pytest
import review_round
from review_round import ReviewRound
from sqlalchemy import event, select

from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.recusal import Capacity, FindingStatus, Ground, Level
from evaluation.domain.review import AnswerCode, AttemptState, ItemAnswer
from evaluation.domain.roles import Role
from evaluation.errors import EvaluationError, InvalidInput, NotAllowed, NotFound, WrongState
from evaluation.services import (
    assignments,
    case_files,
    gold_audit,
    reassignment,
    recusal_findings,
    recusals,
    review_submission,
    reviews,
    rounds,
)
from evaluation.storage import audit_trail
from evaluation.storage.models.case_file import CaseParticipant
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.review import ReviewAnswer, ReviewAttempt, ReviewChange
from evaluation.storage.session import reading, unit_of_work


@pytest.fixture
def built(database: object) -> ReviewRound:
    made = review_round.build()
    review_round.produce_everything(made)
    assignments.assign_round(made.chair, made.round_id)
    return made


def _desk(built: ReviewRound, n: int = 0) -> list[reviews.DeskLine]:
    return reviews.desk(built.reviewers[n], built.round_id)


def test_every_file_has_a_reader_and_the_promised_share_two(built: ReviewRound) -> None:
    loads = assignments.list_loads(built.chair, built.round_id)
    assert sum(load.n_assigned for load in loads) == 12 + 4
    assert {load.n_assigned for load in loads} == {4}
    again = assignments.assign_round(built.chair, built.round_id)
    assert (again.n_assigned, again.n_unfilled) == (0, 0)


def test_attest_open_answer_submit(built: ReviewRound) -> None:
    actor, line = built.reviewers[0], _desk(built)[0]
    with pytest.raises(WrongState):
        reviews.open_form(actor, line.attempt_id)
    reviews.attest(actor, line.attempt_id)
    view = reviews.open_form(actor, line.attempt_id)
    assert view.entries["filed_on"].startswith("2016-")
    with pytest.raises(InvalidInput) as caught:
        review_submission.submit(actor, line.attempt_id)
    assert len(caught.value.faults) > 30
    with pytest.raises(WrongState):
        review_submission.court_label(actor, line.attempt_id)
    review_round.fill(actor, line.attempt_id)
    assert reviews.read_form(actor, line.attempt_id).state is AttemptState.SUBMITTED
    assert review_submission.court_label(actor, line.attempt_id) in {"yes", "no"}
    with pytest.raises(WrongState):
        reviews.save_answer(actor, line.attempt_id, "P1-01", ItemAnswer(AnswerCode.FAIL))
    with reading() as session:
        n_rows = len(
            session.scalars(
                select(ReviewAnswer).where(ReviewAnswer.attempt_id == line.attempt_id)
            ).all()
        )
        assert n_rows == 89
        assert audit_trail.first_break(session) is None


def test_each_answer_is_on_disk_at_once_and_each_change_in_the_journal(
    built: ReviewRound,
) -> None:
    actor, line = built.reviewers[0], _desk(built)[0]
    reviews.attest(actor, line.attempt_id)
    reviews.open_form(actor, line.attempt_id)
    for code in (AnswerCode.PASS, AnswerCode.PASS, AnswerCode.FAIL):
        reviews.save_answer(actor, line.attempt_id, "P1-01", ItemAnswer(code))
    with reading() as session:
        row = session.get_one(ReviewAnswer, (line.attempt_id, "P1-01"))
        changes = session.scalars(select(ReviewChange).order_by(ReviewChange.id)).all()
    assert row.answer is AnswerCode.FAIL
    assert [(c.before and c.before["code"], c.after["code"]) for c in changes] == [
        (None, "pass"),
        ("pass", "fail"),
    ]


def test_saving_an_answer_takes_few_statements(built: ReviewRound, database: object) -> None:
    actor, line = built.reviewers[0], _desk(built)[0]
    reviews.attest(actor, line.attempt_id)
    reviews.open_form(actor, line.attempt_id)
    reviews.save_answer(actor, line.attempt_id, "P1-02", ItemAnswer(AnswerCode.PASS))
    statements: list[str] = []
    engine = database.engine  # type: ignore[attr-defined] -- the fixture's class
    event.listen(
        engine,
        "before_cursor_execute",
        lambda *args: statements.append(args[2]) if "BEGIN" not in args[2] else None,
    )
    reviews.save_answer(actor, line.attempt_id, "P1-01", ItemAnswer(AnswerCode.PASS))
    assert len(statements) <= 8


def test_a_wrong_answer_changes_nothing(built: ReviewRound) -> None:
    actor, line = built.reviewers[0], _desk(built)[0]
    reviews.attest(actor, line.attempt_id)
    reviews.open_form(actor, line.attempt_id)
    with pytest.raises(InvalidInput):
        reviews.save_answer(actor, line.attempt_id, "P1-01", ItemAnswer(AnswerCode.NOT_APPLICABLE))
    with pytest.raises(NotFound):
        reviews.save_answer(actor, line.attempt_id, "P99-01", ItemAnswer(AnswerCode.PASS))
    for bad in ({"filed_on": "2017-13-01"}, {"closure_method": "completed"}, {"claim_type": "x"}):
        with pytest.raises(InvalidInput):
            reviews.save_entries(actor, line.attempt_id, bad)
    assert reviews.read_form(actor, line.attempt_id).answers == {}


def test_nobody_reaches_another_persons_reading(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    own = {line.attempt_id for line in _desk(built, 0)}
    last = max(line.attempt_id for n in range(4) for line in _desk(built, n))
    for guessed in range(last + 3):
        if guessed in own:
            continue
        for call in (
            lambda number=guessed: reviews.attest(actor, number),
            lambda number=guessed: reviews.open_form(actor, number),
            lambda number=guessed: reviews.read_form(actor, number),
            lambda number=guessed: reviews.save_entries(actor, number, {}),
            lambda number=guessed: review_submission.submit(actor, number),
            lambda number=guessed: review_submission.court_label(actor, number),
            lambda number=guessed: review_submission.report_conflict(
                actor, number, Level.A, "有关"
            ),
        ):
            with pytest.raises(NotFound):
                call()


def test_other_roles_have_no_desk(built: ReviewRound) -> None:
    line = _desk(built)[0]
    for role in (Role.SECRETARY, Role.ANALYST, Role.OBSERVER, Role.COURT_LIAISON, Role.DESIGNER):
        actor = review_round.account(f"x{role}", "某人", role)
        with pytest.raises(NotAllowed):
            reviews.desk(actor, built.round_id)
        with pytest.raises(NotAllowed):
            reviews.read_form(actor, line.attempt_id)
    with pytest.raises(NotAllowed):
        assignments.list_loads(built.reviewers[0], built.round_id)
    with pytest.raises(NotAllowed):
        recusal_findings.list_findings(built.reviewers[0], built.round_id)


def test_a_conflict_found_midway_seals_and_reassigns(built: ReviewRound) -> None:
    actor, line = built.reviewers[0], _desk(built)[0]
    reviews.attest(actor, line.attempt_id)
    review_round.fill(actor, line.attempt_id, submit=False)
    assert review_submission.report_conflict(actor, line.attempt_id, Level.A, "发现曾任代理人")
    with pytest.raises(NotFound):
        reviews.read_form(actor, line.attempt_id)
    with reading() as session:
        sealed = session.get_one(ReviewAttempt, line.attempt_id)
        successor = session.scalar(
            select(ReviewAttempt).where(
                ReviewAttempt.case_file_id == sealed.case_file_id,
                ReviewAttempt.reading == sealed.reading,
                ReviewAttempt.is_live.is_(True),
            )
        )
    assert sealed.state is AttemptState.SEALED
    assert successor is not None
    assert successor.reviewer_id != actor.account_id
    assert successor.entries == {}
    counts = recusal_findings.counts(built.chair, built.round_id)
    assert (counts.n_discovered, counts.by_level[Level.A]) == (1, 1)


def test_a_reviewer_who_leaves_keeps_what_is_submitted(built: ReviewRound) -> None:
    actor = built.reviewers[1]
    first, second = _desk(built, 1)[:2]
    reviews.attest(actor, first.attempt_id)
    review_round.fill(actor, first.attempt_id)
    reviews.attest(actor, second.attempt_id)
    report = reassignment.withdraw_reviewer(
        built.secretary, built.round_id, actor.account_id, "因病退出"
    )
    assert (report.n_assigned, report.n_unfilled) == (3, 0)
    assert [line.state for line in _desk(built, 1)] == [AttemptState.SUBMITTED]


def test_reopening_needs_the_chair_and_a_reason(built: ReviewRound) -> None:
    actor, line = built.reviewers[0], _desk(built)[0]
    reviews.attest(actor, line.attempt_id)
    review_round.fill(actor, line.attempt_id)
    with pytest.raises(NotAllowed):
        review_submission.reopen(actor, line.attempt_id, "我想改一下答案")
    with pytest.raises(InvalidInput):
        review_submission.reopen(built.chair, line.attempt_id, "改")
    review_submission.reopen(built.chair, line.attempt_id, "页码填写有误，退回更正")
    view = reviews.save_answer(actor, line.attempt_id, "P1-01", ItemAnswer(AnswerCode.FAIL))
    assert view.state is AttemptState.OPEN


def test_conflicts_by_firm_and_court_are_never_assigned(database: object) -> None:
    built = review_round.build()
    court = rounds.list_round_courts(built.chair, built.round_id)[0]
    files = case_files.pull_list(built.secretary, built.round_id, court.id)
    person = recusals.ParticipantDraft(Capacity.AGENT, "周某", "", "湖北第2律师事务所")
    recusals.enter_participants(built.secretary, files[0].id, [person])
    recusals.declare_subject(
        built.reviewers[2], built.reviewers[2].account_id, Ground.OTHER_MATTER, "某某公司"
    )
    party = recusals.ParticipantDraft(Capacity.PARTY, "某某公司")
    recusals.enter_participants(built.secretary, files[1].id, [party])
    assignments.assign_round(built.chair, built.round_id)
    with reading() as session:
        readers = {
            (row.case_file_id, row.reviewer_id) for row in session.scalars(select(ReviewAttempt))
        }
    assert (files[0].id, built.reviewers[1].account_id) not in readers
    assert (files[1].id, built.reviewers[2].account_id) not in readers
    found = recusal_findings.list_findings(built.chair, built.round_id)
    assert {(one.level, one.ground) for one in found} == {
        (Level.B, Ground.SAME_FIRM),
        (Level.C, Ground.OTHER_MATTER),
    }
    firm_level = next(one for one in found if one.level is Level.B)
    with pytest.raises(WrongState):
        recusal_findings.decide(built.chair, firm_level.id, FindingStatus.WAIVED, "组长同意豁免")
    relative = next(one for one in found if one.level is Level.C)
    recusal_findings.decide(
        built.chair, relative.id, FindingStatus.WAIVED, "代理早已终止，影响甚微"
    )
    assert recusal_findings.counts(built.chair, built.round_id).n_waived == 1


def test_names_of_parties_are_sealed_and_shown_to_the_secretary_only(
    built: ReviewRound,
) -> None:
    court = rounds.list_round_courts(built.chair, built.round_id)[0]
    one = case_files.pull_list(built.secretary, built.round_id, court.id)[0]
    drafts = [
        recusals.ParticipantDraft(Capacity.PARTY, "王某某"),
    ]
    recusals.enter_participants(built.secretary, one.id, drafts)
    assert recusals.read_participants(built.secretary, one.id) == drafts
    with pytest.raises(NotAllowed):
        recusals.read_participants(built.reviewers[0], one.id)
    with reading() as session:
        stored = session.scalars(select(CaseParticipant)).all()
    assert "王" not in "".join(row.sealed_text + row.name_key for row in stored)


def test_a_merger_counts_from_the_day_it_is_recorded(database: object) -> None:
    built = review_round.build()
    court = rounds.list_round_courts(built.chair, built.round_id)[0]
    one = case_files.pull_list(built.secretary, built.round_id, court.id)[0]
    agent = recusals.ParticipantDraft(Capacity.AGENT, "周某", "", "湖北旧律师事务所")
    recusals.enter_participants(built.secretary, one.id, [agent])
    assert recusal_findings.screen(built.secretary, built.round_id) == 0
    recusals.record_merger(
        built.secretary, "湖北旧律师事务所", "湖北第1律师事务所（普通合伙）", date(2017, 1, 1)
    )
    assert recusal_findings.screen(built.secretary, built.round_id) == 2


def test_a_closed_round_takes_no_answer(built: ReviewRound) -> None:
    actor, line = built.reviewers[0], _desk(built)[0]
    reviews.attest(actor, line.attempt_id)
    reviews.open_form(actor, line.attempt_id)
    with unit_of_work() as session:
        session.get_one(EvaluationRound, built.round_id).state = RoundState.FROZEN
    with pytest.raises(EvaluationError):
        reviews.save_answer(actor, line.attempt_id, "P1-01", ItemAnswer(AnswerCode.PASS))


def _case_of(attempt_id: int) -> ReviewAttempt:
    with reading() as session:
        return session.get_one(ReviewAttempt, attempt_id)


def _agent_of_firm(built: ReviewRound, case_file_id: int, number: int) -> None:
    firm = f"湖北第{number}律师事务所"
    person = recusals.ParticipantDraft(Capacity.AGENT, "周某", "", firm)
    recusals.enter_participants(built.secretary, case_file_id, [person])


def _live(case_file_id: int) -> dict[str, int]:
    with reading() as session:
        rows = session.scalars(
            select(ReviewAttempt).where(
                ReviewAttempt.case_file_id == case_file_id, ReviewAttempt.is_live.is_(True)
            )
        )
        return {str(row.reading): row.reviewer_id for row in rows}


def test_who_is_entered_after_the_assignment_keeps_the_reader_out_all_the_same(
    built: ReviewRound,
) -> None:
    actor, line = built.reviewers[0], _desk(built)[0]
    case_file_id = _case_of(line.attempt_id).case_file_id
    _agent_of_firm(built, case_file_id, 1)
    with pytest.raises(NotFound):
        reviews.attest(actor, line.attempt_id)
    assert _case_of(line.attempt_id).state is AttemptState.SEALED
    assert actor.account_id not in _live(case_file_id).values()
    assert len(_live(case_file_id)) >= 1
    assert line.attempt_id not in {one.attempt_id for one in _desk(built)}


def test_matching_again_seals_even_what_is_handed_in(built: ReviewRound) -> None:
    actor, line = built.reviewers[0], _desk(built)[0]
    reviews.attest(actor, line.attempt_id)
    review_round.fill(actor, line.attempt_id)
    case_file_id = _case_of(line.attempt_id).case_file_id
    _agent_of_firm(built, case_file_id, 1)
    with pytest.raises(NotAllowed):
        reassignment.match_again(actor, built.round_id)
    report = reassignment.match_again(built.secretary, built.round_id)
    assert report is not None
    assert (report.n_sealed, report.n_unfilled) == (1, 0)
    assert _case_of(line.attempt_id).state is AttemptState.SEALED
    with pytest.raises(NotFound):
        reviews.read_form(actor, line.attempt_id)
    again = reassignment.match_again(built.secretary, built.round_id)
    assert again is not None
    assert (again.n_conflicts, again.n_sealed, again.n_assigned) == (0, 0, 0)


def test_an_objection_upheld_by_the_chair_replaces_the_reader(built: ReviewRound) -> None:
    actor, line = built.reviewers[0], _desk(built)[0]
    number, who = line.sample_number, actor.account_id
    for bad in ((number, who, Level.A, "是"), (number, who, Level.E, "理由成立，应当回避")):
        with pytest.raises(InvalidInput):
            reassignment.uphold_objection(built.chair, built.round_id, *bad)
    with pytest.raises(NotFound):
        reassignment.uphold_objection(
            built.chair, built.round_id, "x-1", who, Level.A, "查实，理由成立"
        )
    with pytest.raises(NotAllowed):
        reassignment.uphold_objection(
            built.secretary, built.round_id, number, who, Level.A, "查实，理由成立"
        )
    report = reassignment.uphold_objection(
        built.chair, built.round_id, number, who, Level.C, "当事人称曾任其顾问，查实"
    )
    assert (report.n_sealed, report.n_assigned) == (1, 1)
    found = recusal_findings.list_findings(built.chair, built.round_id)
    assert [str(one.source) for one in found] == ["objection"]
    with pytest.raises(NotFound):
        reviews.attest(actor, line.attempt_id)


def test_each_of_a_senior_pair_declares_before_seeing_anything(built: ReviewRound) -> None:
    gold_audit.draw_sub_sample(built.chair, built.round_id)
    with reading() as session:
        row = session.scalars(select(ReviewAttempt).where(ReviewAttempt.reading == "gold")).first()
    assert row is not None
    people = {actor.account_id: actor for actor in built.reviewers}
    lead, partner = people[row.reviewer_id], people[row.partner_id or 0]
    reviews.attest(lead, row.id)
    review_round.fill(lead, row.id, submit=False)
    view = reviews.read_form(partner, row.id)
    assert (view.must_attest, view.entries, view.answers) == (True, {}, {})
    for call in (
        lambda: reviews.open_form(partner, row.id),
        lambda: reviews.save_entries(partner, row.id, {"claim_type": "act"}),
        lambda: reviews.save_answer(partner, row.id, "P1-01", ItemAnswer(AnswerCode.FAIL)),
        lambda: review_submission.countersign(partner, row.id),
    ):
        with pytest.raises(WrongState):
            call()
    review_submission.submit(lead, row.id)
    reviews.attest(partner, row.id)
    assert reviews.read_form(partner, row.id).answers
    with pytest.raises(WrongState):  # the court's label stays hidden until theirs is in
        review_submission.court_label(partner, row.id)
    review_submission.countersign(partner, row.id)
    assert review_submission.court_label(partner, row.id) in {"yes", "no"}
