"""The address where the review form saves each answer: no rerun of the page, one transaction.

A request must be JSON, carry the form's own header and come from this host; a foreign page can
send none of the three together. Who may write what is decided in the service.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from evaluation.domain.roles import Actor
from evaluation.errors import EvaluationError, InvalidInput, NotAllowed, NotFound
from evaluation.language import _
from evaluation.services import access, case_file_prints, offline, review_form, reviews
from evaluation.web.files import Download, protected
from evaluation.web.gate import session_token

LARGEST_BODY = 64_000
FORM_HEADER = "x-hengping-form"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _is_ours(request: Request) -> bool:
    origin = request.headers.get("origin", "")
    same_host = not origin or urlsplit(origin).netloc == request.headers.get("host", "")
    is_json = request.headers.get("content-type", "").startswith("application/json")
    return same_host and is_json and request.headers.get(FORM_HEADER) == "1"


def _refusal(error: EvaluationError) -> Response:
    status = 403 if isinstance(error, NotAllowed) else 404 if isinstance(error, NotFound) else 422
    faults = "".join(str(fault) for fault in error.faults)
    return JSONResponse({"problem": f"{error}{faults}"}, status_code=status)


async def _body(request: Request) -> bytes | None:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > LARGEST_BODY:
            return None
    return bytes(received)


async def save(request: Request) -> Response:
    """Save answers or entries of one attempt and return the form's state."""
    if not _is_ours(request):
        return JSONResponse({"problem": _("请求不是由评查表发出的。")}, status_code=403)
    received = await _body(request)
    actor = await run_in_threadpool(access.actor_by_token, session_token(request.scope))
    if actor is None:
        return JSONResponse({"problem": _("登录已过期，请重新登录。")}, status_code=401)
    try:
        content = json.loads(received or b"")
    except ValueError:
        content = None
    if not isinstance(content, dict):
        return JSONResponse({"problem": _("请求内容无法读取。")}, status_code=400)
    attempt_id = int(request.path_params["attempt_id"])
    return await run_in_threadpool(_save, actor, attempt_id, content)


def _save(actor: Actor, attempt_id: int, content: Mapping[str, Any]) -> Response:
    try:
        view = None
        if isinstance(content.get("entries"), dict):
            view = reviews.save_entries(actor, attempt_id, content["entries"])
        answers = content.get("answers")
        if isinstance(answers, dict):
            for item_code, raw in answers.items():
                answer = review_form.read_answer(raw)
                view = reviews.save_answer(actor, attempt_id, str(item_code), answer)
        if view is None:
            raise InvalidInput(_("没有可以保存的内容。"), remedy=_("请刷新页面。"))
    except EvaluationError as error:
        return _refusal(error)
    return JSONResponse(review_form.state(view), headers={"Cache-Control": "no-store"})


async def current(request: Request) -> Response:
    """Return the form's state without changing anything."""
    actor = await run_in_threadpool(access.actor_by_token, session_token(request.scope))
    if actor is None:
        return JSONResponse({"problem": _("登录已过期，请重新登录。")}, status_code=401)
    return await run_in_threadpool(_current, actor, int(request.path_params["attempt_id"]))


def _current(actor: Actor, attempt_id: int) -> Response:
    try:
        view = reviews.read_form(actor, attempt_id)
    except EvaluationError as error:
        return _refusal(error)
    return JSONResponse(review_form.state(view), headers={"Cache-Control": "no-store"})


def _packet(actor: Actor, parameters: Mapping[str, str]) -> Download:
    name, content = offline.issue(actor, number_in(parameters, "round_id"))
    return Download(name, content, WORKBOOK_TYPE)


def _paper(actor: Actor, parameters: Mapping[str, str]) -> Download:
    name, content = case_file_prints.paper(
        actor,
        number_in(parameters, "round_id"),
        number_in(parameters, "court_id"),
        parameters["kind"],
    )
    return Download(name, content, "application/pdf", is_inline=True)


def number_in(parameters: Mapping[str, str], name: str) -> int:
    """Return a number of the path, or say that there is nothing of that name."""
    text = str(parameters[name])
    if not text.isdigit():
        raise NotFound(_("没有这个文件。"), remedy=_("请从页面上的链接下载。"))
    return int(text)


ROUTES: list[BaseRoute] = [
    protected("/review/packet/{round_id}.xlsx", _packet),
    protected("/case-files/{round_id}/{court_id}/{kind}.pdf", _paper),
    Route("/review/{attempt_id:int}/save", save, methods=["POST"]),
    Route("/review/{attempt_id:int}/state", current, methods=["GET"]),
]
