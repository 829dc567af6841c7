"""`create_app(store, settings)`: the public pages as an ASGI application.

Leaves out where it is mounted, who keeps the answers and who runs it. The addresses are few and
fixed, so they are looked up here: a general router and its layers would cost as much as a page.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from surveys import language
from surveys.store import ResponseStore
from surveys.web import entry, handing_in, pages, problems, side_pages
from surveys.web.desk import Desk
from surveys.web.security import Refused, security_headers
from surveys.web.sending import send_response
from surveys.web.settings import WebSettings

Page = Callable[[Desk, Request], Awaitable[Response]]
_LOG = logging.getLogger(__name__)
_LONGEST_NUMBER = 9
#: What may follow the code of a channel, by the rest of the address; ``p`` stands for ``p/{n}``.
_PAGES: Mapping[str, Mapping[str, Page]] = MappingProxyType(
    {
        "": {"GET": entry.show_start},
        "start": {"POST": entry.start},
        "p": {"GET": pages.show_page, "POST": pages.answer_page},
        "check": {"GET": pages.show_check, "POST": handing_in.submit},
        "done": {"GET": handing_in.show_done},
        "save": {"GET": side_pages.show_saved},
        "save/file": {"GET": side_pages.download_file},
        "resume": {"GET": side_pages.show_resume, "POST": side_pages.resume},
        "resume/file": {"POST": side_pages.resume_file},
        "forget": {"POST": side_pages.forget},
        "withdraw": {"GET": side_pages.show_withdraw, "POST": side_pages.withdraw},
        "language": {"POST": side_pages.choose_language},
        "help": {"GET": side_pages.show_help},
    }
)
_NOTHING: Mapping[str, Page] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at an address: pages by method, and the parts of the address."""

    pages: Mapping[str, Page]
    parameters: dict[str, Any]


def place_of(path: str) -> Place:
    """Find what stands at an address below the place where the pages are mounted.

    >>> place_of("/abc/p/3").parameters
    {'code': 'abc', 'n': 3}
    >>> place_of("/abc/nothing").pages
    mappingproxy({})
    """
    head, _slash, rest = path.removeprefix("/").partition("/")
    if not head or path.endswith("/"):
        return Place(_NOTHING, {})
    if head == "static":
        return Place({"GET": side_pages.static_file}, {"name": rest})
    if head == "i":
        return Place({"GET": entry.show_invitation}, {"token": rest})
    if rest.startswith("p/"):
        number = rest[2:]
        if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
            return Place(_NOTHING, {})
        return Place(_PAGES["p"], {"code": head, "n": int(number)})
    return Place(_PAGES.get(rest, _NOTHING) if rest != "p" else _NOTHING, {"code": head})


class PublicPages:
    """The ASGI application: finds the page, chooses the language, turns refusals into pages."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.headers = security_headers(desk.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        place = place_of(scope["path"].removeprefix(scope.get("root_path", "")))
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        scope["path_params"] = place.parameters
        request = Request(scope, receive, send)
        with language.use(await self._language(request)):
            response = await self._answer(request, place.pages, method)
        if response is not None:
            await send_response(request, response, self.headers, send)

    async def _answer(
        self, request: Request, found: Mapping[str, Page], method: str
    ) -> Response | None:
        try:
            if not found:
                raise Refused(404, "not_found")
            if method not in found:
                raise Refused(405, "bad_form")
            return await found[method](self.desk, request)
        except Refused as error:
            code = str(request.path_params.get("code", ""))
            self.desk.settings.on_event(code, error.reason)
            return problems.refused(self.desk.render, request, error)
        except ClientDisconnect:
            return None
        except Exception:
            _LOG.exception("a public page failed")
            failed = Refused(503, "failed", retry_after=30)
            return problems.refused(self.desk.render, request, failed)

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
    return PublicPages(Desk(store, settings))
