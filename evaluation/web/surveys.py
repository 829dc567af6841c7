"""The public surveys under /s/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from evaluation import clock
from evaluation.config import Settings
from evaluation.config import settings as current_settings
from evaluation.services import survey_runner
from surveys.web.app import create_app
from surveys.web.settings import Allowance, RateLimits, WebSettings

_PLENTY = Allowance(1_000_000, 1.0)
NO_LIMITS = RateLimits(_PLENTY, _PLENTY, _PLENTY, _PLENTY)


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
            chosen = replace(chosen, rates=NO_LIMITS, seconds_to_read=0.0)
        self._app = create_app(self.store, chosen)

    def close(self) -> None:
        """Write what waits."""
        if self.store is not None:
            self.store.close()


@cache
def public_surveys() -> PublicSurveys:
    """Return the public pages of this process."""
    return PublicSurveys()


def routes(_settings: Settings | None = None) -> Sequence[BaseRoute]:
    """Return what is open to the public."""
    return [Mount("/s", public_surveys())]
