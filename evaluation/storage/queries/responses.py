"""Responses of a survey for analysis: ordered by their random key, withheld below the minimum.

Leaves out indices and tables made from them (`evaluation.analysis`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation.storage.models.survey import (
    QualityDecision,
    Survey,
    SurveyChannel,
    SurveyResponse,
)
from surveys.dispositions import Disposition
from surveys.store import ChannelKind, Pace


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """One response as analysis sees it."""

    id: str
    channel_id: int
    channel_kind: ChannelKind
    submitted_on: date
    language: str
    disposition: Disposition
    pace: Pace
    answers: dict[str, Any]
    is_included: bool


def latest_decisions(session: Session, survey_id: int) -> dict[str, bool]:
    """Return the last quality decision on each response that has one."""
    rows = session.execute(
        select(QualityDecision.response_id, QualityDecision.is_included)
        .where(QualityDecision.survey_id == survey_id)
        .order_by(QualityDecision.id)
    )
    return {row[0]: row[1] for row in rows}


def count_responses(session: Session, survey_id: int) -> int:
    """Count the responses that can be analysed; those in the inbox are not among them yet."""
    statement = (
        select(func.count())
        .select_from(SurveyResponse)
        .where(SurveyResponse.survey_id == survey_id)
    )
    return session.scalar(statement) or 0


def is_withheld(session: Session, survey_id: int) -> bool:
    """Tell whether an anonymous survey has too few responses to show anything of them."""
    survey = session.get(Survey, survey_id)
    if survey is None or not survey.is_anonymous:
        return False
    return count_responses(session, survey_id) < survey.minimum_cell


def list_responses(session: Session, survey_id: int) -> list[StoredResponse]:
    """List all responses of a survey, ordered by their random key; none while withheld.

    Break-offs are among them with their disposition; analysis decides and says what it uses.
    """
    if is_withheld(session, survey_id):
        return []
    decisions = latest_decisions(session, survey_id)
    rows = session.execute(
        select(SurveyResponse, SurveyChannel.kind)
        .join(SurveyChannel, SurveyChannel.id == SurveyResponse.channel_id)
        .where(SurveyResponse.survey_id == survey_id)
        .order_by(SurveyResponse.id)
    )
    return [
        StoredResponse(
            id=row.id,
            channel_id=row.channel_id,
            channel_kind=kind,
            submitted_on=row.submitted_on,
            language=row.language,
            disposition=row.disposition,
            pace=row.pace,
            answers=row.answers,
            is_included=decisions.get(row.id, True),
        )
        for row, kind in rows
    ]
