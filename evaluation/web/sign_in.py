"""First start, sign in, sign out: plain pages that work without scripts."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from ipaddress import ip_address
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from evaluation.config import SESSION_COOKIE, settings
from evaluation.domain.roles import SYSTEM
from evaluation.errors import EvaluationError
from evaluation.language import _
from evaluation.services import access, jobs
from evaluation.web import pages

FORM_COOKIE = "hengping_form"
DEMONSTRATION_JOB = "demonstration"
LARGEST_FORM_BYTES = 16_384


def setup_code() -> str:
    """Return the code that a first visitor from another machine must show; made once."""
    path = settings().data_dir / "setup-code.txt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_hex(4) + "\n", encoding="utf-8")
        path.chmod(0o600)
    return path.read_text(encoding="utf-8").strip()


def _comes_from_here(request: Request) -> bool:
    forwarded = {"x-forwarded-for", "forwarded", "x-real-ip"} & set(request.headers)
    if forwarded or request.client is None:
        return False
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)  # "::ffff:127.0.0.1" on a dual-stack socket
    return bool((mapped or address).is_loopback)


def _form_token(secret: str) -> str:
    key = settings().resolved_secret_key()
    return hmac.new(key, f"form|{secret}".encode(), hashlib.sha256).hexdigest()


async def _form(request: Request) -> dict[str, str] | None:
    """Read a small form whose token fits the browser's form cookie; ``None`` when it does not."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > LARGEST_FORM_BYTES:
        return None
    async with request.form(max_fields=20, max_files=0) as posted:
        fields = {key: value for key, value in posted.items() if isinstance(value, str)}
    secret = request.cookies.get(FORM_COOKIE, "")
    token = fields.get("form_token", "")
    return fields if secret and hmac.compare_digest(token, _form_token(secret)) else None


async def _page(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    secret = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(18)
    response = await run_in_threadpool(
        pages.render, request, template, status=status, form_token=_form_token(secret), **context
    )
    response.set_cookie(FORM_COOKIE, secret, httponly=True, samesite="strict", secure=_secure())
    return response


def _secure() -> bool:
    return settings().secure_cookies


def _safe_target(target: str) -> str:
    """Stay on this site: only a plain path is followed after signing in."""
    is_path = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_path and "\\" not in target and not target.startswith("/log") else "/"


def _signed_in(target: str, token: str) -> Response:
    response = RedirectResponse(target, status_code=303)
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=settings().session_hours * 3600,
        httponly=True,
        samesite="lax",
        secure=_secure(),
    )
    return response


async def login(request: Request) -> Response:
    """Show the sign-in page, or sign in."""
    if not await run_in_threadpool(access.has_accounts):
        return RedirectResponse("/start", status_code=303)
    target = request.query_params.get("next", "/")
    if request.method == "GET":
        return await _page(request, "login.html", error="", login_name="", next=target)
    fields = await _form(request)
    if fields is None:
        error = _("页面已过期，请重新登录。")
        return await _page(
            request, "login.html", status=403, error=error, login_name="", next=target
        )
    name, target = fields.get("login_name", ""), fields.get("next", "/")
    try:
        token = await run_in_threadpool(access.sign_in, name, fields.get("password", ""))
    except EvaluationError as problem:
        return await _page(
            request, "login.html", status=403, error=str(problem), login_name=name, next=target
        )
    return _signed_in(_safe_target(target), token)


async def logout(request: Request) -> Response:
    """End the session; a GET asks nothing more, since ending a session harms nobody."""
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        await run_in_threadpool(access.sign_out, token)
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(SESSION_COOKIE)
    return response


async def start(request: Request) -> Response:
    """Show the first-start page, or make the chair's account and perhaps the demonstration."""
    if await run_in_threadpool(access.has_accounts):
        return RedirectResponse("/login", status_code=303)
    needs_code = not _comes_from_here(request)
    blank: dict[str, Any] = {"display_name": "", "login_name": "", "needs_code": needs_code}
    if request.method == "GET":
        return await _page(request, "start.html", errors=[], **blank)
    fields = await _form(request)
    if fields is None:
        errors = [_("页面已过期，请重新填写。")]
        return await _page(request, "start.html", status=403, errors=errors, **blank)
    try:
        _check_start(fields, needs_code=needs_code)
        token = await run_in_threadpool(_make_chair, fields)
    except EvaluationError as problem:
        errors = [str(fault) for fault in problem.faults] or [str(problem)]
        kept = {key: fields.get(key, "") for key in ("display_name", "login_name")}
        return await _page(
            request, "start.html", status=422, errors=errors, needs_code=needs_code, **kept
        )
    if fields.get("choice") != "demonstration":
        return _signed_in("/", token)
    await run_in_threadpool(jobs.submit, SYSTEM, DEMONSTRATION_JOB, {"size": "full"})
    return _signed_in("/demonstration", token)


def _check_start(fields: dict[str, str], *, needs_code: bool) -> None:
    given = fields.get("setup_code", "").strip()
    if needs_code and not hmac.compare_digest(given.encode(), setup_code().encode()):
        raise EvaluationError(_("启用码不正确。"), remedy=_("请照终端窗口显示的启用码填写。"))
    if fields.get("password", "") != fields.get("password_again", ""):
        raise EvaluationError(_("两次输入的密码不一致。"), remedy=_("请重新输入。"))


def _make_chair(fields: dict[str, str]) -> str:
    login_name, password = fields.get("login_name", ""), fields.get("password", "")
    access.create_first_account(login_name, fields.get("display_name", ""), password)
    return access.sign_in(login_name, password)


async def demonstration(request: Request) -> Response:
    """Show how far the demonstration is; the gate lets only signed-in people see it."""
    job = await run_in_threadpool(jobs.latest, DEMONSTRATION_JOB)
    if job is None:
        return RedirectResponse("/", status_code=303)
    running = job.state in {jobs.JobState.WAITING, jobs.JobState.RUNNING}
    done = job.state is jobs.JobState.DONE
    title = _("正在载入演示") if running else _("演示已就绪") if done else _("演示没有载入完成")
    return await run_in_threadpool(
        pages.render,
        request,
        "demonstration.html",
        running=running,
        title=title,
        percent=round(100 * job.progress),
        message=job.message,
    )


ROUTES = [
    Route("/login", login, methods=["GET", "POST"]),
    Route("/logout", logout, methods=["GET", "POST"]),
    Route("/start", start, methods=["GET", "POST"]),
    Route("/demonstration", demonstration, methods=["GET"]),
]
