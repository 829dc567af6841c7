"""The storeroom: pull list in draw order, steps, minutes, findings, faults of the frame."""

from __future__ import annotations

from datetime import timedelta

import pytest
import review_round
from review_round import ReviewRound

from evaluation import clock
from evaluation.domain.case_file import FileState, FrameError
from evaluation.domain.roles import Role
from evaluation.errors import EvaluationError, InvalidInput, NotAllowed, NotFound, WrongState
from evaluation.services import assignments, case_files, frame_errors, rounds


@pytest.fixture
def built(database: object) -> ReviewRound:
    return review_round.build()


def _first_court(built: ReviewRound) -> int:
    return rounds.list_round_courts(built.chair, built.round_id)[0].id


def test_the_pull_list_is_in_ticket_order_and_pages_by_key(built: ReviewRound) -> None:
    court = _first_court(built)
    whole = case_files.pull_list(built.secretary, built.round_id, court)
    tickets = [line.ticket for line in whole]
    assert tickets == sorted(tickets)
    assert len(whole) == 6
    first = case_files.pull_list(built.secretary, built.round_id, court, limit=4)
    rest = case_files.pull_list(built.secretary, built.round_id, court, after=first[-1].ticket)
    assert [*first, *rest] == whole
    assert whole[0].sample_number.endswith("-0001")


def test_steps_are_recorded_with_minutes(built: ReviewRound) -> None:
    line = case_files.pull_list(built.secretary, built.round_id, _first_court(built))[0]
    start = clock.now()
    one = [line.id]
    case_files.register(built.secretary, built.round_id, one, "request", at=start)
    later = start + timedelta(minutes=47)
    case_files.register(built.secretary, built.round_id, one, "produce", at=later)
    line = case_files.pull_list(built.secretary, built.round_id, line.court_id)[0]
    assert (line.state, line.retrieval_minutes) == (FileState.PRODUCED, 47)
    assert case_files.counts(built.chair, built.round_id).by_bucket == {"1小时以内": 1}
    with pytest.raises(WrongState):
        case_files.register(built.secretary, built.round_id, one, "request")


def test_all_or_nothing_when_one_file_is_in_the_wrong_state(built: ReviewRound) -> None:
    court = _first_court(built)
    lines = case_files.pull_list(built.secretary, built.round_id, court)
    case_files.register(built.secretary, built.round_id, [lines[0].id], "request")
    both = [lines[0].id, lines[1].id]
    with pytest.raises(WrongState):
        case_files.register(built.secretary, built.round_id, both, "request")
    after = case_files.pull_list(built.secretary, built.round_id, court)
    assert after[1].state is FileState.LISTED


def test_not_produced_is_a_finding_with_an_explanation_and_no_substitute(
    built: ReviewRound,
) -> None:
    line = case_files.pull_list(built.secretary, built.round_id, _first_court(built))[0]
    case_files.register(built.secretary, built.round_id, [line.id], "request")
    with pytest.raises(InvalidInput):
        case_files.register(built.secretary, built.round_id, [line.id], "not_produced")
    case_files.register(
        built.secretary, built.round_id, [line.id], "not_produced", note="案卷借出未还"
    )
    assert case_files.counts(built.chair, built.round_id).by_state[FileState.NOT_PRODUCED] == 1
    with pytest.raises(WrongState):
        frame_errors.record(built.chair, line.id, FrameError.NOT_ENFORCEMENT, "法院称找不到案卷")


def test_a_fault_of_the_frame_needs_the_chair_and_takes_the_readings_back(
    built: ReviewRound,
) -> None:
    assignments.assign_round(built.chair, built.round_id)
    line = case_files.pull_list(built.secretary, built.round_id, _first_court(built))[0]
    with pytest.raises(NotAllowed):
        frame_errors.record(built.secretary, line.id, FrameError.DUPLICATE, "与另一样本重复")
    frame_errors.record(built.chair, line.id, FrameError.DUPLICATE, "与另一样本重复")
    live = assignments.list_attempts(built.chair, built.round_id)
    assert line.sample_number not in {attempt.sample_number for attempt in live}


def test_the_liaison_sees_only_the_own_court_and_says_only_what_is_produced(
    built: ReviewRound,
) -> None:
    own, other = rounds.list_round_courts(built.chair, built.round_id)[:2]
    liaison = review_round.account("liaison", "联络员", Role.COURT_LIAISON, court=own.code)
    line = case_files.pull_list(liaison, built.round_id, own.id)[0]
    with pytest.raises(NotFound):
        case_files.pull_list(liaison, built.round_id, other.id)
    with pytest.raises(EvaluationError):
        case_files.register(liaison, built.round_id, [line.id], "request")
    case_files.register(built.secretary, built.round_id, [line.id], "request")
    assert case_files.register(liaison, built.round_id, [line.id], "produce") == 1


def test_reviewers_never_see_case_numbers(built: ReviewRound) -> None:
    with pytest.raises(NotAllowed):
        case_files.pull_list(built.reviewers[0], built.round_id, _first_court(built))
