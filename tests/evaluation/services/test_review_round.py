"""A whole round of review through the services: draw to frozen results."""

from __future__ import annotations

import time

import numpy as np
import pytest
import review_round
from review_round import SEED, ReviewRound
from sqlalchemy import select

from evaluation.analysis.results import ResultValue
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.recusal import Level
from evaluation.domain.review import AnswerCode, AttemptState, ItemAnswer, Reading
from evaluation.domain.roles import Actor, Role
from evaluation.errors import NotAllowed, NotFound, WrongState
from evaluation.services import (
    adjudication,
    adjudication_pairs,
    assignments,
    gold_audit,
    reassignment,
    review_attempts,
    review_closing,
    review_overview,
    review_plans,
    review_submission,
    reviews,
    round_moves,
)
from evaluation.services.results import reviews as review_results
from evaluation.storage.models.review import ReviewAttempt
from evaluation.storage.session import reading
from sampling.seed import generator

LABELS = ("property", "no_property", "unmarked")
JUDGED = ("property", "no_property", "undecidable")


def work_through(built: ReviewRound, random: np.random.Generator) -> None:
    """Let every reviewer read everything on the desk."""
    for actor in built.reviewers:
        after = 0
        while lines := reviews.desk(actor, built.round_id, after=after):
            for line in lines:
                after = line.attempt_id
                _read(actor, line, random)


def _read(actor: Actor, line: reviews.DeskLine, random: np.random.Generator) -> None:
    if line.state is AttemptState.SUBMITTED:
        return
    if line.state is AttemptState.ASSIGNED:
        reviews.attest(actor, line.attempt_id)
    kind = "yes" if random.random() < 0.6 else "no"
    review_round.fill(actor, line.attempt_id, random, has_property=kind)


def adjudicate(built: ReviewRound) -> int:
    """Appoint and settle every disputed file; return how many."""
    number = 0
    people = {actor.account_id: actor for actor in [*built.reviewers, built.chair]}
    for pair in adjudication_pairs.list_pairs(built.chair, built.round_id, limit=1000):
        if not pair.n_disputed or pair.attempt_id:
            continue
        chosen = adjudication_pairs.eligible_adjudicators(built.chair, pair.case_file_id)[0][0]
        attempt = adjudication_pairs.appoint(built.chair, pair.case_file_id, chosen)
        actor = people[chosen]
        reviews.attest(actor, attempt)
        view = adjudication.side_by_side(actor, attempt)
        for item in view.items:
            adjudication.decide_item(actor, attempt, item.item_code, item.first)
        for entry in view.entries:
            adjudication.decide_entries(actor, attempt, {entry.field: entry.second})
        adjudication.submit(actor, attempt)
        number += 1
    return number


def gold(built: ReviewRound, random: np.random.Generator) -> None:
    """Draw the gold sub-sample and let the senior pairs judge it."""
    gold_audit.draw_sub_sample(built.chair, built.round_id)
    people = {actor.account_id: actor for actor in built.reviewers}
    with reading() as session:
        rows = session.scalars(
            select(ReviewAttempt).where(
                ReviewAttempt.reading == Reading.GOLD, ReviewAttempt.is_live.is_(True)
            )
        ).all()
    for row in rows:
        lead, partner = people[row.reviewer_id], people[row.partner_id or 0]
        if row.state is AttemptState.ASSIGNED:
            reviews.attest(lead, row.id)
            review_round.fill(lead, row.id, random)
            reviews.attest(partner, row.id)
            review_submission.countersign(partner, row.id)


def test_a_small_round_from_reading_to_results(database: object) -> None:
    built = review_round.build(n_files=12, n_courts=2, n_reviewers=6, n_firms=5)
    review_round.produce_everything(built)
    assignments.assign_round(built.chair, built.round_id)
    random = generator(f"{SEED}|a small round")
    with pytest.raises(WrongState) as caught:
        round_moves.move(built.chair, built.round_id, RoundState.FROZEN)
    assert {fault.where for fault in caught.value.faults} >= {"案卷评查", "双人评查"}
    work_through(built, random)
    assert adjudicate(built) > 0
    gold(built, random)
    problems = review_closing.problems(built.chair, built.round_id)
    lacking_pairs = {fault.where for fault in problems} - {"金标复核"}
    assert lacking_pairs == set()
    with reading() as session:
        found = {one.id: one for one in review_results.collect(session, built.round_id)}
    assert found["review.files.reviewed"].value == 12
    assert found["review.double_share"].value == pytest.approx(4 / 12)
    item = found["review.item.P1-01.city"]
    assert item.lower is not None
    assert item.lower <= (item.value or 0) <= (item.upper or 0)
    assert sum(item.extra[code] for code in ("pass", "fail", "na", "nf", "nv")) == 12
    classes = [
        one.value
        for key, one in found.items()
        if key.startswith("review.class.") and key.endswith(".city")
    ]
    assert sum(value or 0 for value in classes) == pytest.approx(1)
    assert found["review.recusal.screened"].value == 12
    assert found["review.part.1.city"].denominator == found["review.part.1.city"].denominator
    _standing_results_are_these(built, found)
    not_verified = found["review.item.P7-04.city"]
    assert (not_verified.value, not_verified.note) == (None, "未能核验的案卷超过三成，不出具结论。")


def _standing_results_are_these(built: ReviewRound, found: dict[str, ResultValue]) -> None:
    """What the page shows is computed once, and again only after something changed."""
    shown = review_overview.standing(built.chair, built.round_id)
    assert shown.is_current
    assert shown.standing is not None
    assert {one.id: one.value for one in shown.standing.results} == {
        one.id: one.value for one in found.values()
    }
    assert shown.standing.pairs
    again = review_overview.standing(built.chair, built.round_id)
    assert again.standing is shown.standing
    analyst = review_round.account("analyst", "分析", Role.ANALYST)
    theirs = review_overview.standing(analyst, built.round_id).standing
    assert theirs is not None
    assert (theirs.results, theirs.pairs, theirs.drift) == (shown.standing.results, [], [])
    with pytest.raises(NotAllowed):
        review_overview.standing(built.reviewers[0], built.round_id)
    grades = found["review.grade_agreement.ac2"]
    assert grades.value is None or -1 <= (grades.lower or 0) <= grades.value <= 1
    table = [found[f"review.label.{a}.{b}"].value or 0 for a in LABELS for b in JUDGED]
    assert sum(table) == 12
    courts = {key.split(".")[3] for key in found if key.startswith("review.label.court.")}
    per_court = [
        found[f"review.label.court.{court}.{a}.{b}"].value or 0
        for court in courts
        for a in LABELS
        for b in JUDGED
    ]
    assert sum(per_court) == 12
    stem = "review.duration.P7-01"
    spread = [found[f"{stem}.{name}"].value or 0 for name in ("p10", "p25", "median", "p75", "p90")]
    assert spread == sorted(spread)


def test_results_of_a_large_round_are_computed_beside_the_page(
    database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_overview, "SMALL_ROUND", 0)
    built = review_round.build(n_files=4, n_courts=1)
    shown = review_overview.standing(built.chair, built.round_id)
    for _try in range(400):
        if shown.standing is not None:
            break
        time.sleep(0.05)
        shown = review_overview.standing(built.chair, built.round_id)
    assert shown.standing is not None
    assert shown.is_current


def test_adjudication_shows_both_sides_and_keeps_them(database: object) -> None:
    built = review_round.build(n_files=4, n_courts=1, n_reviewers=4, double_share="1")
    review_round.produce_everything(built)
    assignments.assign_round(built.chair, built.round_id)
    for actor in built.reviewers:
        for line in reviews.desk(actor, built.round_id):
            reviews.attest(actor, line.attempt_id)
            review_round.fill(actor, line.attempt_id, submit=False)
            if actor is built.reviewers[0]:
                wrong = ItemAnswer(AnswerCode.FAIL, page="3")
                reviews.save_answer(actor, line.attempt_id, "P1-01", wrong)
            review_submission.submit(actor, line.attempt_id)
    pairs = adjudication_pairs.list_pairs(built.chair, built.round_id)
    disputed = [pair for pair in pairs if pair.n_disputed]
    assert [pair.n_disputed for pair in disputed] == [1, 1]
    one = disputed[0].case_file_id
    readers = {
        attempt.reviewer_id for attempt in _attempts(one) if attempt.reading is not Reading.GOLD
    }
    eligible = {who for who, _name in adjudication_pairs.eligible_adjudicators(built.chair, one)}
    assert readers.isdisjoint(eligible)
    attempt = adjudication_pairs.appoint(built.chair, one, built.chair.account_id)
    with pytest.raises(NotFound):
        adjudication.side_by_side(built.reviewers[0], attempt)
    reviews.attest(built.chair, attempt)
    view = adjudication.side_by_side(built.chair, attempt)
    assert [item.item_code for item in view.items] == ["P1-01"]
    assert {view.items[0].first.code, view.items[0].second.code} == {
        AnswerCode.PASS,
        AnswerCode.FAIL,
    }
    with pytest.raises(NotFound):
        adjudication.decide_item(built.chair, attempt, "P1-02", ItemAnswer(AnswerCode.PASS))
    adjudication.decide_item(built.chair, attempt, "P1-01", ItemAnswer(AnswerCode.NOT_IN_FILE))
    adjudication.submit(built.chair, attempt)
    codes = {row.reading: _code(row.id, "P1-01") for row in _attempts(one)}
    assert codes[Reading.ADJUDICATION] is AnswerCode.NOT_IN_FILE
    assert {codes[Reading.FIRST], codes[Reading.SECOND]} == {AnswerCode.PASS, AnswerCode.FAIL}


def _attempts(case_file_id: int) -> list[ReviewAttempt]:
    with reading() as session:
        return list(
            session.scalars(
                select(ReviewAttempt).where(
                    ReviewAttempt.case_file_id == case_file_id, ReviewAttempt.is_live.is_(True)
                )
            )
        )


def _code(attempt_id: int, item: str) -> AnswerCode:
    with reading() as session:
        return review_attempts.answers_in(session, attempt_id)[item].code


@pytest.mark.slow
def test_six_hundred_files_twelve_reviewers_three_leave_two_conflicts(database: object) -> None:
    built = review_round.build(600, 6, 12, 7, "0.20")
    review_round.produce_everything(built)
    report = assignments.assign_round(built.chair, built.round_id)
    assert (report.n_assigned, report.n_unfilled) == (720, 0)
    assert report.heaviest_load - report.lightest_load <= 1
    random = generator(f"{SEED}|six hundred")
    for n in (0, 1):
        actor = built.reviewers[n]
        line = reviews.desk(actor, built.round_id)[0]
        reviews.attest(actor, line.attempt_id)
        review_round.fill(actor, line.attempt_id, random, submit=False)
        assert review_submission.report_conflict(actor, line.attempt_id, Level.A, "曾任代理人")
    for n in (3, 4, 5):
        actor = built.reviewers[n]
        for line in reviews.desk(actor, built.round_id)[:5]:
            _read(actor, line, random)
        reassignment.withdraw_reviewer(
            built.secretary, built.round_id, actor.account_id, "中途退出"
        )
    work_through(built, random)
    assert adjudicate(built) > 50
    # Enough seniors of different firms that every chosen file finds two who have not read it.
    seniors = [actor.account_id for actor in built.reviewers[6:]]
    review_plans.seat_reviewers(built.secretary, built.round_id, seniors)
    gold(built, random)
    assert review_closing.problems(built.chair, built.round_id) == []
    round_moves.move(built.chair, built.round_id, RoundState.FROZEN)
    with reading() as session:
        found = {one.id: one for one in review_results.collect(session, built.round_id)}
    assert found["review.files.reviewed"].value == 600
    assert found["review.recusal.left"].value == 3
    assert found["review.recusal.discovered"].value == 2
    truth = 1 - 0.08
    rate = found["review.item.P1-01.city"]
    assert abs((rate.value or 0) - truth) < 0.05
    firms = {n: f"{n % 7}" for n in range(12)}
    with reading() as session:
        by_file: dict[int, list[int]] = {}
        for row in session.scalars(
            select(ReviewAttempt).where(
                ReviewAttempt.is_live.is_(True),
                ReviewAttempt.reading.in_([Reading.FIRST, Reading.SECOND]),
            )
        ):
            by_file.setdefault(row.case_file_id, []).append(row.reviewer_id)
    index = {actor.account_id: n for n, actor in enumerate(built.reviewers)}
    for people in by_file.values():
        assert len({firms[index[one]] for one in people}) == len(people)
