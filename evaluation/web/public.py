"""The public site: surveys, published reports, draw checking. Runs alone under uvicorn.

``uvicorn evaluation.web.public:app`` serves it without ever importing Streamlit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from evaluation.errors import EvaluationError, NotFound
from evaluation.language import _
from evaluation.services import installation
from evaluation.web import draws, pages, reports, surveys


async def home(request: Request) -> Response:
    """Show the door of the public site."""
    return await run_in_threadpool(pages.render, request, "home.html")


async def to_home(_request: Request) -> Response:
    """Lead the bare address to the public door."""
    return RedirectResponse("/open/", status_code=307)


async def health(_request: Request) -> Response:
    """Answer a monitor: the process runs and reads its database."""
    await run_in_threadpool(installation.is_demonstration)
    return PlainTextResponse("ok")


async def not_found(request: Request, _error: Exception) -> Response:
    """Show a page that does not exist."""
    return await run_in_threadpool(
        pages.problem, request, 404, _("没有这个页面"), _("地址可能写错，或内容已经移走。")
    )


async def refused(request: Request, error: Exception) -> Response:
    """Show an error of ours in its own words."""
    status = 404 if isinstance(error, NotFound) else 422
    return await run_in_threadpool(pages.problem, request, status, _("没有办成"), str(error), "")


async def failed(request: Request, _error: Exception) -> Response:
    """Show that something broke, without a word of how."""
    return await run_in_threadpool(
        pages.problem,
        request,
        500,
        _("系统暂时出错"),
        _("您填写的内容如已提示保存，则不会丢失。"),
        _("请稍后重试；仍不能解决的，请联系评估团。"),
    )


async def http_problem(request: Request, error: Exception) -> Response:
    """Show an HTTP problem such as a wrong method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return await not_found(request, error)
    return await run_in_threadpool(
        pages.problem, request, status, _("请求未被受理"), _("请从页面上的链接重新进入。")
    )


EXCEPTION_HANDLERS: dict[Any, Any] = {
    EvaluationError: refused,
    HTTPException: http_problem,
    Exception: failed,
}


def public_routes() -> Sequence[BaseRoute]:
    """Return the routes of the public site, also mounted beside the console."""
    return [
        Route("/open", to_home),
        Route("/open/", home),
        Route("/healthz", health),
        Mount("/assets", StaticFiles(directory=pages.HERE / "static")),
        *surveys.routes(),
        *reports.routes(),
        *draws.public_routes(),
    ]


@asynccontextmanager
async def lifespan(_app: Starlette) -> AsyncIterator[None]:
    """Bring the database to the newest revision before the first request."""
    await run_in_threadpool(installation.prepare)
    yield


app = Starlette(
    routes=[Route("/", to_home), *public_routes()],
    exception_handlers=EXCEPTION_HANDLERS,
    lifespan=lifespan,
)
