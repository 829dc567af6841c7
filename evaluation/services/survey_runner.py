"""What the public survey pages stand on: the store of answers, and one for previews."""

from __future__ import annotations

import asyncio
import time

from sqlalchemy import select

from evaluation import clock
from evaluation.storage.models.questionnaire import QuestionnaireVersion
from evaluation.storage.session import engine, reading
from evaluation.storage.survey_store import SqlResponseStore
from surveys.errors import QuestionnaireError
from surveys.loader import loads
from surveys.store import Channel, ChannelKind, MemoryStore

_PREVIEW_SECONDS = 1.0
_MOST_DRAFTS = 200


def response_store(secret: bytes) -> SqlResponseStore:
    """Return a store of answers over the database of this process."""
    return SqlResponseStore(engine(), secret, clock.today)


class PreviewStore(MemoryStore):
    """Draft questionnaires as channels ``v-<version id>``; their answers are soon forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self._loaded_at: dict[str, float] = {}

    async def channel(self, code: str) -> Channel | None:
        """Find the version of a questionnaire, as it stands now."""
        if time.monotonic() - self._loaded_at.get(code, -60.0) < _PREVIEW_SECONDS:
            return await super().channel(code)
        found = await asyncio.to_thread(_version_as_channel, code)
        if found is not None:
            self._loaded_at[code] = time.monotonic()
            self.replace_channel(found)
        while len(self.drafts) > _MOST_DRAFTS:
            self.drafts.pop(next(iter(self.drafts)))
        while len(self.responses) > _MOST_DRAFTS:
            self.responses.pop(next(iter(self.responses)))
        return found


def _version_as_channel(code: str) -> Channel | None:
    prefix, _dash, number = code.partition("-")
    if prefix != "v" or not number.isascii() or not number.isdigit() or len(number) > 12:
        return None
    with reading() as session:
        version = session.scalar(
            select(QuestionnaireVersion).where(QuestionnaireVersion.id == int(number))
        )
    if version is None:
        return None
    try:
        questionnaire = loads(version.content)
    except QuestionnaireError:
        return None
    return Channel(
        id=version.id,
        code=code,
        title=questionnaire.title.get(questionnaire.language),
        kind=ChannelKind.TEST,
        questionnaire=questionnaire,
        questionnaire_hash=version.content_hash,
    )
