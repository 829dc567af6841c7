"""One row of the evidence matrix: what each method says about one objective, from live data."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.analysis.objective_matrix import Cell, balance, support_of
from evaluation.analysis.results import ResultSet, ResultUnit, ResultValue
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.framework import Framework, Method, Objective
from evaluation.domain.indicator import Direction
from evaluation.domain.interview import InterviewState, TargetKind
from evaluation.language import _
from evaluation.services import evidence, review_plans, rounds
from evaluation.services.results import reviews, statistics, surveys
from evaluation.storage.models.frozen_result import FrozenResult
from evaluation.storage.models.interview import CodedStatement, Interview

Results = Mapping[str, ResultValue]


def other_results(session: Session, round_id: int) -> dict[str, ResultValue]:
    """Return the results of the other areas by id: as frozen, or as they are while data come in.

    Once the data of a round are frozen, the matrix stands on the stored results.
    """
    row = rounds.row_of(session, round_id)
    if row.state not in (RoundState.DRAFT, RoundState.OPEN):
        stored = session.scalar(
            select(FrozenResult.content)
            .where(FrozenResult.round_id == round_id)
            .order_by(FrozenResult.number.desc())
            .limit(1)
        )
        if stored is not None:
            return {value.id: value for value in ResultSet.from_json(stored)}
    values = [*reviews.collect(session, round_id), *surveys.collect(session, round_id)]
    reviewed = {value.id: value for value in values if value.id.startswith("review.")}
    values += statistics.collect(session, round_id, reviewed)
    return {value.id: value for value in values}


def row_of(
    session: Session, round_id: int, objective: Objective, results: Results
) -> tuple[Cell, ...]:
    """Return the cells of an objective: each method the framework asks, and any other found."""
    cells = (
        _case_review(results, objective, _items_for(session, round_id, objective)),
        _questionnaire(results, objective),
        _interview(session, round_id, objective),
        _document(session, round_id, objective),
        _indicator(results, objective, rounds.framework_in(session, round_id)),
    )
    return tuple(cell for cell in cells if cell.method in objective.methods or cell.n_observations)


def _cell(
    objective: Objective, method: Method, strength: float | None, n: int, explanation: str
) -> Cell:
    return Cell(objective.id, method, strength, n, support_of(method, strength, n), explanation)


def _items_for(session: Session, round_id: int, objective: Objective) -> frozenset[str]:
    """Return the review items that speak to an objective, by the checklist's own marks."""
    wanted = {objective.id, *objective.indicators}
    checklist = review_plans.checklist_in(session, round_id)
    return frozenset(item.code for item in checklist.items() if wanted & set(item.feeds))


def _case_review(results: Results, objective: Objective, items: frozenset[str]) -> Cell:
    keys = (f"review.item.{code}.city" for code in sorted(items))
    found = [results[key] for key in keys if key in results and results[key].value is not None]
    if not found:
        return _cell(objective, Method.CASE_REVIEW, None, 0, _("没有可用的评查结果。"))
    strength = 100 * fmean(value.value or 0.0 for value in found)
    n = min(int(value.n_sampled or 0) for value in found)
    most = max(int(value.n_sampled or 0) for value in found)
    text = _("{k}个评查项的平均符合率{rate:.1f}%（每项适用案卷{n}至{most}件）。").format(
        k=len(found), rate=strength, n=n, most=most
    )
    return _cell(objective, Method.CASE_REVIEW, strength, most, text)


def _questionnaire(results: Results, objective: Objective) -> Cell:
    found = [
        value
        for key, value in results.items()
        if key.startswith("survey.")
        and value.value is not None
        and value.unit is ResultUnit.INDEX
        and objective.id in value.extra.get("informs", ())
    ]
    if not found:
        return _cell(objective, Method.QUESTIONNAIRE, None, 0, _("没有可用的问卷结果。"))
    strength = fmean(value.value or 0.0 for value in found)
    n = sum(int(value.n_sampled or 0) for value in found)
    text = _("{k}道量表题的指数平均{index:.1f}，各人群不合并成一个满意度。").format(
        k=len(found), index=strength
    )
    return _cell(objective, Method.QUESTIONNAIRE, strength, n, text)


def _interview(session: Session, round_id: int, objective: Objective) -> Cell:
    wanted = {objective.id, *objective.indicators, *objective.difficulties}
    rows = session.execute(
        select(CodedStatement.direction, CodedStatement.strength)
        .join(Interview, Interview.id == CodedStatement.interview_id)
        .where(
            Interview.round_id == round_id,
            Interview.state == InterviewState.CONFIRMED,
            CodedStatement.target_kind != TargetKind.SECTION,
            CodedStatement.target_id.in_(sorted(wanted)),
        )
    ).all()
    strength = balance([row[0] for row in rows], [row[1] for row in rows])
    if strength is None:
        return _cell(objective, Method.INTERVIEW, None, 0, _("没有经核对的相关陈述。"))
    positive = sum(direction > 0 for direction, _s in rows)
    negative = sum(direction < 0 for direction, _s in rows)
    text = _("{n}条相关陈述，肯定{positive}条、否定{negative}条。").format(
        n=len(rows), positive=positive, negative=negative
    )
    return _cell(objective, Method.INTERVIEW, strength, len(rows), text)


def _document(session: Session, round_id: int, objective: Objective) -> Cell:
    standings = [
        standing
        for standing in evidence.standings_in(session, round_id)
        if objective.id in standing.item.objectives
        and standing.is_settled
        and standing.score is not None
    ]
    if not standings:
        return _cell(objective, Method.DOCUMENT, None, 0, _("没有已定评分的证据项。"))
    scores = [standing.score or 0 for standing in standings]
    implemented = sum(score >= 2 for score in scores)
    strength = 100 * implemented / len(scores)
    text = _("{n}个相关证据项中{k}项有实施记录（评2分以上）。").format(n=len(scores), k=implemented)
    return _cell(objective, Method.DOCUMENT, strength, len(scores), text)


def _indicator(results: Results, objective: Objective, framework: Framework) -> Cell:
    """Average points; an unscored rate stands as its percentage, but only where more is better."""
    points = []
    for indicator_id in objective.indicators:
        score = results.get(f"score.{indicator_id}.city")
        if score is not None and score.value is not None:
            points.append(score.value)
            continue
        rate = results.get(f"indicator.{indicator_id}.city")
        is_better = framework.indicator(indicator_id).direction is Direction.HIGHER
        if is_better and rate is not None and rate.unit is ResultUnit.RATE:
            points.extend([100 * rate.value] if rate.value is not None else [])
    if not points:
        return _cell(objective, Method.INDICATOR, None, 0, _("没有可用的指标结果。"))
    strength = fmean(points)
    text = _("{k}项相关指标的得分或比率平均{points:.1f}。").format(k=len(points), points=strength)
    return _cell(objective, Method.INDICATOR, strength, len(points), text)
