"""The public surveys under /s/, and previews of drafts for signed-in designers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from evaluation import clock
from evaluation.config import Settings
from evaluation.config import settings as current_settings
from evaluation.domain.roles import Actor
from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.services import access, survey_posters, survey_runner
from evaluation.services import public_surveys as public_surveys_service
from evaluation.web import pages
from evaluation.web.files import Download, protected
from evaluation.web.gate import session_token
from surveys.store import ResponseStore
from surveys.web.app import create_app
from surveys.web.settings import Allowance, RateLimits, WebSettings

_NO_LIMIT = Allowance(1_000_000, 1.0)


def _now() -> datetime:
    """Return the present moment in Beijing: the day of an answer is a day there."""
    return clock.now().astimezone(clock.BEIJING)


def web_settings(settings: Settings) -> WebSettings:
    """Return the settings of the public pages of this installation."""
    return WebSettings(
        secret=settings.resolved_secret_key(),
        now=_now,
        secure_cookies=settings.secure_cookies,
        allowed_origins=(settings.base_url.rstrip("/"),) if settings.base_url else (),
    )


class PublicSurveys:
    """The public pages over the database of this process; built at the first request."""

    def __init__(self, settings: Settings | None = None, *, unlimited: bool = False) -> None:
        self._settings = settings
        self._unlimited = unlimited
        self._app: Any = None
        self.store: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if self._app is None:
            self._build()
        await self._app(scope, receive, send)

    def _build(self) -> None:
        settings = self._settings or current_settings()
        self.store = survey_runner.response_store(settings.resolved_secret_key())
        chosen = replace(web_settings(settings), on_event=self.store.note_event)
        if self._unlimited:
            rates = RateLimits(_NO_LIMIT, _NO_LIMIT, _NO_LIMIT, _NO_LIMIT)
            chosen = replace(chosen, rates=rates, seconds_to_read=0.0)
        self._app = create_app(self.store, chosen)

    def close(self) -> None:
        """Write what waits."""
        if self.store is not None:
            self.store.close()


class Preview:
    """Shows what a designer is writing, in the real pages, with answers that nobody keeps."""

    def __init__(self) -> None:
        self._app: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request to a member of the panel; the court's liaison is no such."""
        actor = await run_in_threadpool(access.actor_by_token, session_token(scope))
        if actor is None or not actor.has(*public_surveys_service.PANEL):
            refusal = await run_in_threadpool(
                pages.problem,
                Request(scope),
                403,
                _("无权查看"),
                _("问卷草稿只供评估团成员查看。"),
            )
            await refusal(scope, receive, send)
            return
        if self._app is None:
            store: ResponseStore = survey_runner.PreviewStore()
            settings = replace(
                web_settings(current_settings()),
                cookie_prefix="hpp",
                frame_ancestors="'self'",
                is_preview=True,
                work_size=10,
                seconds_to_read=0.0,
                rates=RateLimits(_NO_LIMIT, _NO_LIMIT, _NO_LIMIT, _NO_LIMIT),
            )
            self._app = create_app(store, settings)
        await self._app(scope, receive, send)


def _poster(actor: Actor, parameters: Mapping[str, str]) -> Download:
    content = survey_posters.poster(actor, _number(parameters["channel_id"]))
    return Download(_("问卷海报.pdf"), content, "application/pdf")


def _paper_form(actor: Actor, parameters: Mapping[str, str]) -> Download:
    content = survey_posters.paper_form(actor, _number(parameters["survey_id"]))
    return Download(_("纸质问卷.pdf"), content, "application/pdf")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound(_("没有这个文件。"))
    return int(text)


@cache
def public_surveys() -> PublicSurveys:
    """Return the public pages of this process."""
    return PublicSurveys()


def routes(_settings: Settings | None = None) -> Sequence[BaseRoute]:
    """Return what is open to the public."""
    return [Mount("/s", public_surveys())]


def signed_in_routes() -> Sequence[BaseRoute]:
    """Return what only signed-in people may see; the gate guards every other address."""
    return [
        Mount("/preview", Preview()),
        protected("/files/surveys/poster/{channel_id}", _poster),
        protected("/files/surveys/paper/{survey_id}", _paper_form),
    ]
