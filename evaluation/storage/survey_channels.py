"""Rows of a channel and its survey as what the public pages need."""

from __future__ import annotations

from datetime import time
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.storage.models.account import InstallationFact
from evaluation.storage.models.survey import Survey, SurveyChannel
from surveys.conditions import Rule
from surveys.loader import from_plain
from surveys.nodes import Faults
from surveys.reading import read_rule
from surveys.schema import Questionnaire
from surveys.store import Channel, ChannelState, OpeningHours, Quota


@lru_cache(maxsize=64)
def _questionnaire(survey_id: int, questionnaire_hash: str, source: _Source) -> Questionnaire:
    return from_plain(source.plain)


class _Source:
    """Carries a document past the cache: equal for all, since the hash names the content."""

    def __init__(self, plain: dict[str, Any]) -> None:
        self.plain = plain

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Source)

    def __hash__(self) -> int:
        return 0


def questionnaire_of(survey: Survey) -> Questionnaire:
    """Return the questionnaire of a survey; parsed once for each process."""
    return _questionnaire(survey.id, survey.questionnaire_hash, _Source(survey.questionnaire))


def read_stored_rule(data: dict[str, Any] | None) -> Rule | None:
    """Return a stored rule; it was checked when it was stored."""
    return read_rule(data, "", Faults()) if data else None


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def to_channel(channel: SurveyChannel, survey: Survey, *, is_demonstration: bool) -> Channel:
    """Join the rows of a channel and its survey."""
    return Channel(
        id=channel.id,
        code=channel.code,
        title=channel.title,
        kind=channel.kind,
        questionnaire=questionnaire_of(survey),
        questionnaire_hash=survey.questionnaire_hash,
        state=ChannelState.CLOSED if survey.closed_at else channel.state,
        hours=OpeningHours(
            opens_at=channel.opens_at,
            closes_at=channel.closes_at,
            daily_from=_time(channel.daily_from),
            daily_until=_time(channel.daily_until),
        ),
        quotas=tuple(
            Quota(q["code"], q["title"], q["limit"], read_stored_rule(q.get("rule")))
            for q in channel.quotas
        ),
        is_anonymous=survey.is_anonymous,
        is_demonstration=is_demonstration,
        organiser=survey.organiser,
        contact=survey.contact,
        retention=survey.retention,
        minimum_cell=survey.minimum_cell,
        complete_share=survey.complete_share,
        partial_share=survey.partial_share,
    )


def find_channel(session: Session, code: str) -> Channel | None:
    """Find a channel by the code in its address."""
    found = session.execute(
        select(SurveyChannel, Survey)
        .join(Survey, Survey.id == SurveyChannel.survey_id)
        .where(SurveyChannel.code == code)
    ).first()
    if found is None:
        return None
    fact = session.get(InstallationFact, "demonstration")
    return to_channel(found[0], found[1], is_demonstration=bool(fact and fact.value))
