"""The questionnaires of one round: published, fielded, answered over HTTP on the real pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from evaluation import clock
from evaluation.config import settings
from evaluation.domain.questionnaire_version import VersionState
from evaluation.language import _
from evaluation.services import (
    invitations,
    public_surveys,
    questionnaires,
    survey_runner,
    survey_sources,
)
from evaluation.services.demo.people import Panel
from evaluation.services.demo.respondents import AsgiApp, fill_in, random_answers
from evaluation.services.demo.story import SEED, RoundStory, Size
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from evaluation.services.survey_sources import SurveySource
from sampling.seed import generator
from surveys.dispositions import Disposition
from surveys.loader import load_library
from surveys.schema import Questionnaire
from surveys.store import ChannelKind
from surveys.web.app import create_app
from surveys.web.settings import Allowance, RateLimits, WebSettings

#: Groups reached through a list, with how many invitations stand behind each answer.
_INVITED = {"QA": 2.1, "QD": 3.4, "QL": 1.8, "QO": 1.3, "QU": 1.4, "QC": 2.0}

#: How each group leans from the mood of the city: creditors and lawyers are the most critical.
_LEANING = {
    "QA": -0.35,
    "QD": -0.45,
    "QL": -0.25,
    "QO": 0.55,
    "QU": 0.35,
    "QP": -0.10,
    "QR": 0.30,
    "QC": -0.20,
}
#: Seconds that the respondent of this task has spent; all of them answer at the same moment.
_SPENT: ContextVar[float] = ContextVar("spent", default=0.0)
_SECONDS_A_FIELD, _HASTY_SHARE, _HASTY_SECONDS = (3.0, 14.0), 0.03, 0.2
_NO_LIMIT = Allowance(1_000_000, 1.0)
_AT_ONCE = 24
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class _Wave:
    """One questionnaire in the field."""

    code: str
    asked: Questionnaire
    addresses: tuple[str, ...]


def design(panel: Panel, size: Size) -> None:
    """Take the questionnaires from the library, try them out, publish them."""
    for code, wanted in size.respondents.items():
        if wanted:
            version = questionnaires.create_from_library(panel.chair, code)
            for state in (VersionState.TESTING, VersionState.PUBLISHED):
                questionnaires.move(panel.chair, version, state)


def field_round(
    panel: Panel, round_id: int, story: RoundStory, size: Size, progress: Progress
) -> int:
    """Field every questionnaire of the round; return how many people answered."""
    waves = [
        _open(panel, round_id, story, code, wanted)
        for code, wanted in size.respondents.items()
        if wanted
    ]
    secret = settings().resolved_secret_key()
    store = survey_runner.response_store(secret)
    app: Any = create_app(
        store,
        WebSettings(
            secret=secret,
            now=_now_of_the_respondent,
            seconds_to_read=0.0,
            rates=RateLimits(_NO_LIMIT, _NO_LIMIT, _NO_LIMIT, _NO_LIMIT),
            on_event=store.note_event,
        ),
    )
    try:
        done = 0
        total = sum(len(wave.addresses) for wave in waves)
        for wave in waves:
            progress(
                done / max(total, 1),
                _("问卷调查：{title}").format(title=wave.asked.title.get("zh")),
            )
            asyncio.run(_answer_all(app, wave, story))
            done += len(wave.addresses)
        return done
    finally:
        store.close()


def close_round(panel: Panel, round_id: int) -> None:
    """Close the surveys of a round."""
    for survey in public_surveys.list_surveys(panel.secretary, round_id):
        public_surveys.close_survey(panel.chair, survey.id)


def _open(panel: Panel, round_id: int, story: RoundStory, code: str, wanted: int) -> _Wave:
    asked = load_library(code)
    version = next(one for one in questionnaires.list_versions(panel.chair) if one.code == code)
    source = SurveySource(version.id, "", version.title)
    survey_id = survey_sources.publish_source(
        panel.analyst, source, SurveyPlan(round_id, "第三方评估团（演示）", "027-00000000")
    )
    kind = ChannelKind.INVITED if code in _INVITED else ChannelKind.OPEN
    channel = public_surveys.open_channel(panel.secretary, survey_id, ChannelPlan(kind, "演示渠道"))
    if kind is ChannelKind.OPEN:
        return _Wave(code, asked, (f"/{channel.code}",) * wanted)
    n_invited = round(wanted * _INVITED[code])
    issued = invitations.invite(
        panel.secretary,
        channel.id,
        [f"{code}{number:04d}" for number in range(1, n_invited + 1)],
        expires_on=clock.today() + timedelta(days=60),
    )
    silent = [item.number for item in issued[wanted:]]
    third = len(silent) // 3
    if third:
        invitations.record_disposition(
            panel.secretary, channel.id, silent[:third], Disposition.REFUSAL
        )
        invitations.record_disposition(
            panel.secretary, channel.id, silent[third : 2 * third], Disposition.NONCONTACT
        )
    addresses = tuple(item.address.partition("/s")[2] for item in issued[:wanted])
    return _Wave(code, asked, addresses)


async def _answer_all(app: AsgiApp, wave: _Wave, story: RoundStory) -> None:
    for start in range(0, len(wave.addresses), _AT_ONCE):
        part = wave.addresses[start : start + _AT_ONCE]
        await asyncio.gather(
            *(_answer(app, wave, story, start + k, address) for k, address in enumerate(part))
        )


async def _answer(app: AsgiApp, wave: _Wave, story: RoundStory, number: int, address: str) -> None:
    stream = generator(f"{SEED}|respondent|{story.year}|{wave.code}|{number}")
    wanted = random_answers(
        wave.asked,
        stream,
        mood=story.mood + _LEANING[wave.code],
        today=story.starts.date(),
    )
    is_hasty = stream.random() < _HASTY_SHARE
    pace = _HASTY_SECONDS if is_hasty else stream.uniform(*_SECONDS_A_FIELD)

    def spend_time(n_fields: int) -> None:
        _SPENT.set(_SPENT.get() + pace * n_fields)

    await fill_in(app, address, wanted, wave.asked, spend_time=spend_time)


def _now_of_the_respondent() -> datetime:
    return (clock.now() + timedelta(seconds=_SPENT.get())).astimezone(clock.BEIJING)
