"""For signed-in people: previews of draft questionnaires, posters, questionnaires on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from evaluation.config import settings as current_settings
from evaluation.domain.roles import Actor
from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.services import access, public_surveys, survey_posters, survey_runner
from evaluation.web import pages, preview
from evaluation.web.files import Download, protected
from evaluation.web.gate import session_token
from evaluation.web.surveys import NO_LIMITS, web_settings
from surveys.store import ResponseStore
from surveys.web.app import create_app


class Preview:
    """Shows what a designer is writing, in the real pages, with answers that nobody keeps."""

    def __init__(self) -> None:
        self._app: Any = None
        self._store: Any = None
        self._settings: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request to a member of the panel; the court's liaison is no such."""
        actor = await run_in_threadpool(access.actor_by_token, session_token(scope))
        if actor is None or not actor.has(*public_surveys.PANEL):
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
                rates=NO_LIMITS,
            )
            self._store, self._settings = store, settings
            self._app = create_app(store, settings)
        place = preview.place_of(str(scope["path"]).removeprefix(scope.get("root_path", "")))
        channel = await self._store.channel(place[0]) if place else None
        if place is None or channel is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        response = await preview.open_at(self._store, self._settings, request, channel, place[1])
        await response(scope, receive, send)


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


def signed_in_routes() -> Sequence[BaseRoute]:
    """Return what only signed-in people may see; the gate guards every other address."""
    return [
        Mount("/preview", Preview()),
        protected("/files/surveys/poster/{channel_id}", _poster),
        protected("/files/surveys/paper/{survey_id}", _paper_form),
    ]
