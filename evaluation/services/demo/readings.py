"""The case review of one round: logistics, recusal, readings, adjudication, gold audit.

Readers see the true file with their own error, so that they disagree as people do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.domain.case_file import FrameError
from evaluation.domain.checklist import Checklist
from evaluation.domain.recusal import Capacity, Level
from evaluation.domain.review import AnswerCode, AttemptState, ItemAnswer
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import (
    adjudication,
    adjudication_pairs,
    assignments,
    case_files,
    frame_errors,
    gold_audit,
    recusals,
    review_plans,
    review_submission,
    reviews,
    rounds,
)
from evaluation.services.demo.files import TrueFile, true_file
from evaluation.services.demo.people import Panel
from evaluation.services.demo.story import SEED, RoundStory
from evaluation.services.recusals import ParticipantDraft
from sampling.seed import generator

#: Items on which readers differ more than on others.
_HARD = frozenset(
    {"P2-13", "P2-14", "P3-01", "P8-02", "P8-03", "P9-04", "P9-05", "P9-06", "P10-03"}
)
Progress = Callable[[float, str], None]


@dataclass
class ReviewWork:
    """What the readings of one round need to know."""

    panel: Panel
    round_id: int
    story: RoundStory
    checklist: Checklist
    labels: Mapping[str, str]
    court_of: dict[str, str]
    label_of: dict[str, str]


def prepare(
    panel: Panel, round_id: int, story: RoundStory, labels: Mapping[str, str]
) -> ReviewWork:
    """Seat reviewers, enter participants, request and receive the files, assign them."""
    review_plans.seat_reviewers(panel.secretary, round_id, panel.seniors)
    review_plans.set_plan(panel.chair, round_id, gold_share=0.05)
    work = ReviewWork(
        panel,
        round_id,
        story,
        review_plans.checklist_of(panel.chair, round_id),
        labels,
        {},
        {},
    )
    stream = generator(f"{SEED}|storeroom|{story.year}")
    people: dict[int, list[ParticipantDraft]] = {}
    for court in rounds.list_round_courts(panel.chair, round_id):
        lines = case_files.pull_list(panel.secretary, round_id, court.id, limit=100_000)
        for line in lines:
            work.court_of[line.sample_number] = court.code
            work.label_of[line.sample_number] = labels.get(line.unit_id, "")
            people[line.id] = _participants(stream)
        _fetch(work, [line.id for line in lines], stream)
    _one_frame_error(work, people)
    recusals.enter_many(panel.secretary, people)
    assignments.assign_round(panel.chair, round_id)
    return work


def _participants(stream: np.random.Generator) -> list[ParticipantDraft]:
    firm = "湖北演示其他律师事务所"
    if stream.random() < 0.05:
        firm = f"湖北演示第{'一二三四五六'[int(stream.integers(0, 6))]}律师事务所"
    return [ParticipantDraft(Capacity.AGENT, f"代理人{int(stream.integers(1, 9999))}", "", firm)]


def _fetch(work: ReviewWork, file_ids: list[int], stream: np.random.Generator) -> None:
    if not file_ids:
        return
    secretary, round_id = work.panel.secretary, work.round_id
    case_files.register(secretary, round_id, file_ids, "request")
    missing = [one for one in file_ids if stream.random() < 0.007]
    present = [one for one in file_ids if one not in missing]
    case_files.register(secretary, round_id, present, "produce")
    if missing:
        case_files.register(
            secretary, round_id, missing, "not_produced", note="法院答复案卷在移送途中"
        )


def _one_frame_error(work: ReviewWork, people: dict[int, list[ParticipantDraft]]) -> None:
    """Take one duplicate out of the frame; the next rank of the same draw takes its place."""
    panel = work.panel
    court = rounds.list_round_courts(panel.chair, work.round_id)[0]
    lines = case_files.pull_list(panel.secretary, work.round_id, court.id, limit=100_000)
    present = next(line for line in lines if line.produced_at is not None)
    number = frame_errors.record(
        panel.chair, present.id, FrameError.DUPLICATE, "与恢复执行案件重复登记"
    )
    people.pop(present.id, None)
    for line in case_files.pull_list(panel.secretary, work.round_id, court.id, limit=100_000):
        if line.sample_number == number:
            work.court_of[number] = court.code
            work.label_of[number] = work.labels.get(line.unit_id, "")
            people[line.id] = [
                ParticipantDraft(Capacity.AGENT, "代理人甲", "", "湖北演示其他律师事务所")
            ]
            case_files.register(panel.secretary, work.round_id, [line.id], "request")
            case_files.register(panel.secretary, work.round_id, [line.id], "produce")


def read_all(
    work: ReviewWork, reviewers: Sequence[Actor], conflicts: int, progress: Progress
) -> int:
    """Let reviewers read what is on their desks; return how many readings.

    ``conflicts`` of them find in the middle that they may not read on.
    """
    n_done = 0
    for number, actor in enumerate(reviewers):
        progress(number / len(reviewers), _("案卷评查：{name}").format(name=actor.name))
        after = 0
        while lines := reviews.desk(actor, work.round_id, after=after):
            for line in lines:
                after = line.attempt_id
                if line.state is AttemptState.ASSIGNED:
                    if conflicts and number > 1 and n_done % 37 == 5:
                        conflicts -= 1
                        note = "翻阅后发现曾参与同一债务人的另案"
                        review_submission.report_conflict(actor, line.attempt_id, Level.C, note)
                        continue
                    _read(work, actor, line.attempt_id, line.sample_number, gold=False)
                    n_done += 1
    return n_done


def read_left(work: ReviewWork) -> None:
    """Read what was reassigned after conflicts were found."""
    for actor in work.panel.reviewers:
        for line in reviews.desk(actor, work.round_id, limit=100_000):
            if line.state is AttemptState.ASSIGNED:
                _read(work, actor, line.attempt_id, line.sample_number, gold=False)


def _read(
    work: ReviewWork, actor: Actor, attempt_id: int, sample_number: str, *, gold: bool
) -> None:
    reviews.attest(actor, attempt_id)
    view = reviews.open_form(actor, attempt_id)
    truth = true_file(
        work.checklist,
        work.story,
        work.court_of[sample_number],
        sample_number,
        view.entries,
        work.label_of[sample_number],
    )
    stream = generator(f"{SEED}|reading|{work.story.year}|{attempt_id}|{actor.account_id}")
    error = 0.006 if gold else 0.015 + 0.006 * (actor.account_id % 6)
    view = reviews.save_entries(actor, attempt_id, _entries(truth, stream, error))
    answers = {
        code: _said(code, truth.answers[code], state.item.sub_volume, stream, error)
        for code, state in view.states.items()
        if state.answer is None and not state.item.all_of and code in truth.answers
    }
    reviews.save_answers(actor, attempt_id, answers)
    review_submission.submit(actor, attempt_id)


def _entries(truth: TrueFile, stream: np.random.Generator, error: float) -> dict[str, object]:
    entries: dict[str, object] = dict(truth.entries)
    has_property = truth.has_property
    difficulty = truth.difficulty
    if difficulty != "completed" and stream.random() < 1.5 * error:
        has_property = not has_property
        difficulty = "hard_debtor_evades" if has_property else "unable_no_property_found"
    elif difficulty.startswith("hard") and stream.random() < 3 * error:
        difficulty = "hard_court_passive"
    entries["has_property_by_reviewer"] = "yes" if has_property else "no"
    entries["difficulty_class"] = difficulty
    return entries


def _said(
    code: str, right: AnswerCode, sub_volume: bool, stream: np.random.Generator, error: float
) -> ItemAnswer:
    if sub_volume:
        if right is AnswerCode.NOT_VERIFIED:
            return ItemAnswer(right)
        return ItemAnswer(right, verification="court_confirmation")
    said = right
    if stream.random() < error * (2.5 if code in _HARD else 1.0):
        said = AnswerCode.NOT_IN_FILE if right is AnswerCode.PASS else AnswerCode.PASS
    page = "" if said is AnswerCode.NOT_IN_FILE else str(int(stream.integers(2, 90)))
    return ItemAnswer(said, page=page)


def adjudicate(work: ReviewWork) -> int:
    """Let a third person settle every dispute; return how many files were disputed."""
    panel, number = work.panel, 0
    people = {actor.account_id: actor for actor in [*panel.reviewers, panel.chair]}
    pairs = adjudication_pairs.list_pairs(panel.chair, work.round_id, limit=100_000)
    for pair in pairs:
        if not pair.n_disputed or pair.attempt_id:
            continue
        eligible = adjudication_pairs.eligible_adjudicators(panel.chair, pair.case_file_id)
        chosen = eligible[number % len(eligible)][0]
        attempt = adjudication_pairs.appoint(panel.chair, pair.case_file_id, chosen)
        actor = people[chosen]
        reviews.attest(actor, attempt)
        _settle(work, actor, attempt, pair.sample_number)
        number += 1
    return number


def _settle(work: ReviewWork, actor: Actor, attempt: int, sample_number: str) -> None:
    view = adjudication.side_by_side(actor, attempt)
    stream = generator(f"{SEED}|adjudication|{work.story.year}|{sample_number}")
    for item in view.items:
        sides: Sequence[ItemAnswer | None] = (item.first, item.second)
        chosen = sides[int(stream.random() < 0.5)] or sides[0] or sides[1]
        if chosen is None or chosen.is_automatic:
            chosen = ItemAnswer(AnswerCode.PASS, note="裁定：以案卷材料为准")
        adjudication.decide_item(actor, attempt, item.item_code, chosen)
    for entry in view.entries:
        adjudication.decide_entries(actor, attempt, {entry.field: entry.first or entry.second})
    adjudication.submit(actor, attempt)


def audit(work: ReviewWork) -> int:
    """Draw the gold sub-sample and let pairs of seniors judge it; return how many files."""
    panel = work.panel
    gold_audit.draw_sub_sample(panel.chair, work.round_id)
    seniors = [actor for actor in panel.reviewers if actor.account_id in panel.seniors]
    desks = {
        actor.account_id: {
            line.attempt_id for line in reviews.desk(actor, work.round_id, limit=100_000)
        }
        for actor in seniors
    }
    lines = gold_audit.list_gold(panel.chair, work.round_id)
    for line in lines:
        both = [actor for actor in seniors if line.attempt_id in desks[actor.account_id]]
        lead = next(actor for actor in both if actor.name == line.lead)
        _read(work, lead, line.attempt_id, line.sample_number, gold=True)
        for actor in both:
            if actor is not lead:
                reviews.attest(actor, line.attempt_id)
                review_submission.countersign(actor, line.attempt_id)
    return len(lines)
