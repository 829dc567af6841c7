"""`create_app(store, settings)`: the public pages as an ASGI application.

Leaves out where it is mounted, who keeps the answers and who runs it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from surveys import language
from surveys.store import ResponseStore
from surveys.web import entry, handing_in, pages, problems, side_pages
from surveys.web.desk import Desk
from surveys.web.security import Headers, Refused
from surveys.web.settings import WebSettings

Page = Callable[[Desk, Request], Awaitable[Response]]
_LOG = logging.getLogger(__name__)


class Endpoint:
    """One page as an ASGI endpoint: chooses the language, turns refusals into pages."""

    def __init__(self, desk: Desk, page: Page) -> None:
        self.desk = desk
        self.page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive, send)
        with language.use(await self._language(request)):
            try:
                response = await self.page(self.desk, request)
            except Refused as error:
                code = str(request.path_params.get("code", ""))
                self.desk.settings.on_event(code, error.reason)
                response = problems.refused(self.desk.render, request, error)
            except ClientDisconnect:
                return
            except Exception:
                _LOG.exception("a public page failed")
                failed = Refused(503, "failed", retry_after=30)
                response = problems.refused(self.desk.render, request, failed)
            await response(scope, receive, send)

    async def _language(self, request: Request) -> str:
        wanted = request.cookies.get(f"{self.desk.settings.cookie_prefix}l", "")
        code = request.path_params.get("code")
        channel = await self.desk.store.channel(code) if code else None
        if channel is None:
            return wanted if wanted in ("zh", "en") else language.SOURCE_LANGUAGE
        languages = channel.questionnaire.languages
        return wanted if wanted in languages else languages[0]


def create_app(store: ResponseStore, settings: WebSettings) -> ASGIApp:
    """Build the public pages over a store of responses."""
    desk = Desk(store, settings)

    def route(path: str, page: Page, method: str = "GET") -> Route:
        return Route(path, Endpoint(desk, page), methods=[method])

    async def not_found(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        reason = "not_found" if status == 404 else "bad_form"
        with language.use(language.SOURCE_LANGUAGE):
            return problems.refused(desk.render, request, Refused(status, reason))

    app = Starlette(
        routes=[
            route("/static/{name}", side_pages.static_file),
            route("/i/{token}", entry.show_invitation),
            route("/{code}", entry.show_start),
            route("/{code}/start", entry.start, "POST"),
            route("/{code}/p/{n:int}", pages.show_page),
            route("/{code}/p/{n:int}", pages.answer_page, "POST"),
            route("/{code}/check", pages.show_check),
            route("/{code}/check", handing_in.submit, "POST"),
            route("/{code}/done", handing_in.show_done),
            route("/{code}/save", side_pages.show_saved),
            route("/{code}/save/file", side_pages.download_file),
            route("/{code}/resume", side_pages.show_resume),
            route("/{code}/resume", side_pages.resume, "POST"),
            route("/{code}/resume/file", side_pages.resume_file, "POST"),
            route("/{code}/forget", side_pages.forget, "POST"),
            route("/{code}/withdraw", side_pages.show_withdraw),
            route("/{code}/withdraw", side_pages.withdraw, "POST"),
            route("/{code}/language", side_pages.choose_language, "POST"),
            route("/{code}/help", side_pages.show_help),
        ],
        middleware=[
            Middleware(Headers, settings=settings),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
        ],
        exception_handlers={404: not_found, 405: not_found},
    )
    # Starlette would redirect "/code/" to an address made from the Host header.
    app.router.redirect_slashes = False
    return app
