"""Responses of a survey as plain columns with the JSON text of each answer set, for bulk work."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from evaluation.storage.models.survey import SurveyChannel, SurveyResponse
from evaluation.storage.queries.responses import is_withheld, latest_decisions
from surveys.dispositions import Disposition
from surveys.store import ChannelKind


@dataclass(frozen=True, slots=True)
class ResponseText:
    """One response without taking its answers apart."""

    id: str
    channel_kind: ChannelKind
    disposition: Disposition
    is_included: bool
    text: str


def list_texts(session: Session, survey_id: int) -> list[ResponseText]:
    """List the responses of a survey by their random key; none while withheld."""
    if is_withheld(session, survey_id):
        return []
    decisions = latest_decisions(session, survey_id)
    rows = session.execute(
        select(
            SurveyResponse.id,
            SurveyChannel.kind,
            SurveyResponse.disposition,
            cast(SurveyResponse.answers, Text),
        )
        .join(SurveyChannel, SurveyChannel.id == SurveyResponse.channel_id)
        .where(SurveyResponse.survey_id == survey_id)
        .order_by(SurveyResponse.id)
    )
    return [
        ResponseText(key, kind, disposition, decisions.get(key, True), text)
        for key, kind, disposition, text in rows
    ]
