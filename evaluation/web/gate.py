"""The ASGI gate before the console: who may come in, and the shell of Streamlit in Chinese.

A pure ASGI middleware, because ``BaseHTTPMiddleware`` never sees a WebSocket. It guards pages,
sockets and media; rewrites ``<html lang>`` and the title of Streamlit's shell; and forbids the
console to load anything from another host.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from evaluation.config import SESSION_COOKIE
from evaluation.language import _
from evaluation.services import access

PUBLIC_PREFIXES = ("/s/", "/open/", "/assets/")
PUBLIC_PATHS = frozenset({"/login", "/logout", "/start", "/open", "/healthz", "/_stcore/health"})

#: Vega draws charts with generated code; everything still comes from this host only.
CONSOLE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' ws: wss: blob:; worker-src 'self' blob:; frame-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
)


def session_token(scope: Scope) -> str | None:
    """Return the secret of the session cookie, or ``None``."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                cookie = SimpleCookie(value.decode("latin-1"))
            except CookieError:
                continue
            if SESSION_COOKIE in cookie:
                return cookie[SESSION_COOKIE].value
    return None


def is_public(path: str) -> bool:
    """Tell whether a path is open to everybody."""
    return path in PUBLIC_PATHS or path.startswith(PUBLIC_PREFIXES)


class Gate:
    """Let public paths through; everything else needs a signed-in person."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Guard one request or socket."""
        if scope["type"] not in {"http", "websocket"} or is_public(scope["path"]):
            await self.app(scope, receive, send)
            return
        actor = await run_in_threadpool(access.actor_by_token, session_token(scope))
        if actor is not None:
            if scope["type"] == "http":
                await self.app(_uncompressed(scope), receive, _ShellRewriter(send))
            else:
                await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _turn_away(scope, receive, send)


def _uncompressed(scope: Scope) -> Scope:
    """Ask for a page as plain text: a compressed shell could not be put into Chinese."""
    if not any(name == b"accept" and b"text/html" in value for name, value in scope["headers"]):
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    has_accounts = await run_in_threadpool(access.has_accounts)
    if not has_accounts:
        target = "/start"
    elif scope["path"] in {"", "/"}:
        target = "/login"
    else:
        target = "/login?next=" + quote(scope["path"])
    await RedirectResponse(target, status_code=303)(scope, receive, send)


class _ShellRewriter:
    """Rewrites Streamlit's HTML shell on its way out and adds the console's policy."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: dict[str, Any] | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(dict(message))
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)
        else:
            await self._send(message)

    async def _begin(self, message: dict[str, Any]) -> None:
        headers = list(message.get("headers", []))
        names = {name.lower() for name, _value in headers}
        is_html = any(
            name.lower() == b"content-type" and value.startswith(b"text/html")
            for name, value in headers
        )
        if is_html and b"content-security-policy" not in names:
            self._start = message
            return
        await self._send(message)

    async def _finish(self, start: dict[str, Any]) -> None:
        body = bytes(self._body)
        dropped = {b"content-length", b"etag", b"last-modified"}
        headers = [(name, value) for name, value in start["headers"] if name.lower() not in dropped]
        if not any(name.lower() == b"content-encoding" for name, _value in headers):
            body = _in_chinese(body)
        headers += [
            (b"content-length", str(len(body)).encode()),
            (b"content-security-policy", CONSOLE_POLICY.encode()),
            (b"referrer-policy", b"no-referrer"),
            (b"x-content-type-options", b"nosniff"),
            (b"cache-control", b"no-store"),
        ]
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body, "more_body": False})


def _in_chinese(body: bytes) -> bytes:
    title = _("衡评工作台")
    body = body.replace(b'<html lang="en">', b'<html lang="zh-CN">', 1)
    body = body.replace(b"<title>Streamlit</title>", f"<title>{title}</title>".encode(), 1)
    body = body.replace(b"</head>", b'<script src="/assets/console.js" defer></script></head>', 1)
    notice = _("工作台需要浏览器脚本才能使用，请启用 JavaScript 后刷新。")
    return body.replace(b"You need to enable JavaScript to run this app.", notice.encode(), 1)
