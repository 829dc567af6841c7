"""One respondent's unfinished response: what the cookie leads to, sealed with what it holds.

Leaves out pages. The server cannot open a draft without the resume code in the cookie.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from starlette.requests import Request

from surveys import access
from surveys.answers import AnswerSet
from surveys.routing import Page, Path, find_path, pages_of
from surveys.schema import Questionnaire
from surveys.store import Channel, ResponseStore, SealedDraft
from surveys.web.forms import Respondent
from surveys.web.settings import WebSettings


@dataclass(frozen=True)
class Draft:
    """Everything a respondent has filled in so far."""

    answers: AnswerSet = field(default_factory=AnswerSet)
    language: str = ""
    started_at: int = 0
    reached: int = 1
    invitation_number: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain data for the seal."""
        return {
            "answers": self.answers.to_json(),
            "language": self.language,
            "started_at": self.started_at,
            "reached": self.reached,
            "invitation": self.invitation_number,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Draft:
        """Rebuild what :meth:`to_json` wrote."""
        return cls(
            answers=AnswerSet.from_json(data["answers"]),
            language=data["language"],
            started_at=data["started_at"],
            reached=data["reached"],
            invitation_number=data["invitation"],
        )


@dataclass(frozen=True)
class Visit:
    """One request of somebody who is filling in a questionnaire."""

    channel: Channel
    code: str
    draft: Draft
    today: date

    @property
    def questionnaire(self) -> Questionnaire:
        """Return the questionnaire of the channel."""
        return self.channel.questionnaire

    @property
    def respondent(self) -> Respondent:
        """Return what pages are made from."""
        return Respondent(
            questionnaire=self.questionnaire,
            answers=self.draft.answers,
            language=self.draft.language,
            order_key=access.draft_id(self.code),
            today=self.today,
        )

    @cached_property
    def path(self) -> Path:
        """Return the questions on this respondent's way."""
        return find_path(self.questionnaire, self.draft.answers, today=self.today)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Return the pages on this respondent's way."""
        return pages_of(self.questionnaire, self.path)

    def with_answers(self, answers: AnswerSet, reached: int) -> Visit:
        """Return the visit after a page was read."""
        draft = replace(self.draft, answers=answers, reached=max(reached, self.draft.reached))
        return replace(self, draft=draft)


class Drafts:
    """Loads and keeps drafts; the cookie of a channel is named after the channel."""

    def __init__(self, store: ResponseStore, settings: WebSettings) -> None:
        self.store = store
        self.settings = settings

    def cookie_name(self, channel_code: str) -> str:
        """Return the name of the cookie of a channel."""
        return f"{self.settings.cookie_prefix}_{channel_code}"

    def resume_code(self, request: Request, channel_code: str) -> str:
        """Return the resume code in the cookie, or an empty text."""
        code = access.normalise(request.cookies.get(self.cookie_name(channel_code), "")[:60])
        return code if access.is_resume_code(code) else ""

    def expires_on(self, today: date) -> date:
        """Return the day until which a draft saved today is kept."""
        return today + timedelta(days=self.settings.draft_days)

    async def find(self, channel: Channel, code: str, now: datetime, today: date) -> Visit | None:
        """Find the draft that a resume code opens, if it belongs to this channel."""
        sealed = await self.store.load_draft(access.draft_id(code)) if code else None
        content = access.unseal(access.draft_key(code), sealed) if sealed else None
        if content is None or content["channel"] != channel.code:
            return None
        return Visit(channel, code, Draft.from_json(content["draft"]), today)

    def sealed(self, visit: Visit) -> SealedDraft:
        """Seal a draft with what its respondent holds."""
        content = {"channel": visit.channel.code, "draft": visit.draft.to_json()}
        return SealedDraft(
            access.draft_id(visit.code),
            access.seal(access.draft_key(visit.code), content),
            self.expires_on(visit.today),
        )

    async def keep(self, visit: Visit) -> None:
        """Save a draft; returns when it is durable."""
        await self.store.save_draft(self.sealed(visit))

    def to_file(self, visit: Visit) -> str:
        """Return a draft as text for a file; only this installation can open it."""
        content = {
            "channel": visit.channel.code,
            "code": visit.code,
            "draft": visit.draft.to_json(),
        }
        return access.seal(access.derived_key(self.settings.secret, "file"), content).hex()

    def from_file(self, channel: Channel, text: str, today: date) -> Visit | None:
        """Open what :meth:`to_file` wrote; ``None`` if it is anything else."""
        try:
            sealed = bytes.fromhex(text)
        except ValueError:
            return None
        content = access.unseal(access.derived_key(self.settings.secret, "file"), sealed)
        if content is None or content["channel"] != channel.code:
            return None
        return Visit(channel, content["code"], Draft.from_json(content["draft"]), today)
