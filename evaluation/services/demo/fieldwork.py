"""Forums, interviews and documents of one round of the demonstration, through the services."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np

from evaluation import clock
from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.evidence import Rating, RequestState, SourceGrade, highest_score
from evaluation.domain.framework import EvidenceItem, Framework
from evaluation.domain.interview import Consent, Pseudonym, QuoteState
from evaluation.services import (
    evidence,
    evidence_documents,
    interview_coding,
    interviews,
    rounds,
)
from evaluation.services.demo import words
from evaluation.services.demo.people import Panel
from evaluation.services.demo.statements import Line
from evaluation.services.demo.story import SEED, RoundStory
from evaluation.services.evidence_documents import DocumentDraft
from evaluation.services.interview_coding import StatementDraft
from evaluation.services.interviews import Attendance, InterviewPlan, Minutes
from sampling.seed import generator

#: The latest phase of the plan whose evidence a round may expect.
_PHASE = {RoundKind.INITIAL: 2, RoundKind.MIDTERM: 3, RoundKind.FINAL: 5}

#: Items that stay weak to the end: the plan promises them, nobody keeps records.
_WEAK = frozenset(
    {"E-41-05", "E-41-06", "E-62-02", "E-62-04", "E-63-11", "E-64-10", "E-65-10", "E-66-05"}
)


def talk(panel: Panel, round_id: int, story: RoundStory) -> int:
    """Hold, record, confirm and code the sessions of a round; return how many statements."""
    framework = rounds.framework_of(panel.chair, round_id)
    n_statements = 0
    for guide in framework.guides:
        capacity, n_invited, lines = words.session_of(guide.id)
        stream = generator(f"{SEED}|session|{story.year}|{guide.id}")
        interview = interviews.plan(
            panel.interviewer,
            round_id,
            InterviewPlan(guide.id, clock.today() + timedelta(days=1), "律师协会会议室（演示）"),
        )
        n_present = max(1, int(stream.binomial(n_invited, 0.82)))
        said = [_said(stream, story, line) for line in lines for _again in range(2)]
        text = "\n".join(f"某参加人：小某说，{spoken}。" for _line, spoken, _good in said)
        interviews.record(
            panel.interviewer,
            interview,
            Minutes(
                (Attendance(capacity, n_invited, n_present),),
                int(stream.integers(60, 140)),
                Consent.WRITTEN,
                recording_agreed=bool(stream.random() < 0.7),
                court_staff_present=guide.id == "FG5",
                record=f"主持人：按提纲“{guide.name}”逐题讨论。\n{text}",
                pseudonyms=(Pseudonym("小某", "本人"),),
            ),
        )
        drafts = [
            StatementDraft(
                spoken,
                capacity,
                line.kind,
                line.target,
                1 if good else -1,
                int(stream.integers(1, 4)),
                propose_quote=position == 0 or (not good and position == 3),
            )
            for position, (line, spoken, good) in enumerate(said)
        ]
        interview_coding.code_statements(panel.interviewer, interview, drafts)
        interviews.confirm(
            panel.interviewer, interview, "参加人当场核对，无更正", audio_deleted=True
        )
        n_statements += len(drafts)
    _clear_quotes(panel, round_id)
    return n_statements


def _said(stream: np.random.Generator, story: RoundStory, line: Line) -> tuple[Line, str, bool]:
    chance = 1 / (1 + math.exp(-(0.1 + 1.6 * story.mood)))
    good = bool(stream.random() < chance)
    return line, line.good if good else line.bad, good


def _clear_quotes(panel: Panel, round_id: int) -> None:
    for statement in interview_coding.list_statements(panel.analyst, round_id):
        if statement.quote_state is QuoteState.PROPOSED:
            interview_coding.decide_quote(panel.secretary, statement.id, is_cleared=True)


def prove(panel: Panel, round_id: int, story: RoundStory) -> int:
    """Request, receive, rate and adjudicate the evidence of a round; return how many items."""
    framework = rounds.framework_of(panel.chair, round_id)
    items = [item for item in framework.evidence.items if item.phase <= _PHASE[story.kind]]
    evidence_documents.request_items(
        panel.secretary,
        round_id,
        [item.id for item in items],
        due_on=clock.today() + timedelta(days=20),
        court_id=None,
    )
    stream = generator(f"{SEED}|documents|{story.year}")
    grades = _receive(panel, round_id, story, items, stream)
    _refuse_the_annex(panel, round_id)
    raters = (panel.reviewers[0], panel.analyst)
    first: dict[str, Rating] = {}
    second: dict[str, Rating] = {}
    for item in framework.evidence.items:
        first[item.id], second[item.id] = _ratings(
            framework, item, story, grades.get(item.id, ()), stream
        )
    evidence.rate(raters[0], round_id, first)
    evidence.rate(raters[1], round_id, second)
    for standing in evidence.list_standings(panel.chair, round_id):
        if standing.is_disputed:
            low = min(rating.score or 0 for _account, rating in standing.ratings)
            evidence.adjudicate(
                panel.chair, round_id, standing.item.id, Rating(low, "从严认定，以较低分为准")
            )
    return len(items)


def _receive(
    panel: Panel,
    round_id: int,
    story: RoundStory,
    items: list[EvidenceItem],
    stream: np.random.Generator,
) -> dict[str, tuple[SourceGrade, ...]]:
    grades: dict[str, list[SourceGrade]] = {}
    for item in items:
        if item.id == "E-AN-03" or stream.random() < 0.22 - 0.16 * story.documents:
            continue
        weak = item.id in _WEAK
        shares = (0.05, 0.15, 0.8) if weak else _shares(story)
        grade = SourceGrade(str(stream.choice(("A", "B", "C"), p=shares)))
        content = (
            f"演示材料\n{item.id}\n{story.year}\n".encode() if grade is not SourceGrade.C else None
        )
        evidence_documents.add_document(
            panel.secretary,
            round_id,
            DocumentDraft(
                title=f"{item.documents[0]}（演示）",
                issuer="武汉市中级人民法院（演示）",
                grade=grade,
                item_ids=(item.id,),
                received_on=clock.today(),
                provider_post="执行局综合处",
                n_pages=int(stream.integers(2, 60)),
                is_original=grade is SourceGrade.A,
                is_quotable=grade is not SourceGrade.C,
                excerpt=f"与“{item.name}”有关的内容摘要。",
                file_name=f"{item.id}.txt" if content else "",
                media_type="text/plain" if content else "",
                content=content,
            ),
        )
        grades.setdefault(item.id, []).append(grade)
    return {key: tuple(found) for key, found in grades.items()}


def _shares(story: RoundStory) -> tuple[float, float, float]:
    a, b = 0.28 + 0.17 * story.documents, 0.40 + 0.05 * story.documents
    return a, b, 1 - a - b


def _refuse_the_annex(panel: Panel, round_id: int) -> None:
    for request in evidence_documents.list_requests(panel.secretary, round_id):
        if request.item_id == "E-AN-03" and request.state is RequestState.OPEN:
            evidence_documents.close_request(
                panel.secretary, request.id, RequestState.REFUSED, "法院答复附件尚未定稿"
            )


def _ratings(
    framework: Framework,
    item: EvidenceItem,
    story: RoundStory,
    grades: tuple[SourceGrade, ...],
    stream: np.random.Generator,
) -> tuple[Rating, Rating]:
    if item.phase > _PHASE[story.kind]:
        late = Rating(None, "尚未到该阶段")
        return late, late
    most = highest_score(framework.evidence, grades)
    if most == 0:
        return Rating(0, "未取得材料"), Rating(0, "未取得材料")
    wanted = float(stream.normal(1.6 + 1.1 * story.documents, 0.9))
    score = int(min(most, max(1, round(wanted))))
    other = score
    if stream.random() < 0.16:
        other = int(min(most, max(0, score + (1 if stream.random() < 0.4 else -1))))
    reason = f"依据{'、'.join(sorted(set(grades)))}级材料，抽查核对"
    return Rating(score, reason), Rating(other, reason)
