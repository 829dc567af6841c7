"""Published reports for everyone under /open/reports; drafts for the panel behind sign-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from evaluation.domain.roles import Actor
from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.services import editions
from evaluation.web import pages
from evaluation.web.files import Download, protected, response_of

MEDIA_TYPES = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
#: The report's HTML carries its style and its drawings inside, and nothing else.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"


async def published(request: Request) -> Response:
    """List every published edition with its hash."""
    found = await run_in_threadpool(editions.list_published)
    return await run_in_threadpool(pages.render, request, "reports.html", editions=found)


async def published_file(request: Request) -> Response:
    """Give a published edition as PDF or as a page."""
    edition_id, kind = int(request.path_params["edition_id"]), request.path_params["kind"]
    if kind not in MEDIA_TYPES:
        raise NotFound(_("没有这种格式。"), remedy=_("请从公开目录进入。"))
    name, content = await run_in_threadpool(editions.published_file, edition_id, kind)
    return _answer(Download(name, content, MEDIA_TYPES[kind], is_inline=kind == "html"))


def _answer(download: Download) -> Response:
    response = response_of(download)
    if download.media_type.startswith("text/html"):
        response.headers["Content-Security-Policy"] = REPORT_POLICY
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _draft(actor: Actor, parameters: Mapping[str, str]) -> Download:
    kind = parameters["kind"]
    if kind not in MEDIA_TYPES or not parameters["edition_id"].isdigit():
        raise NotFound(_("没有这个文件。"), remedy=_("请从“报告”页进入。"))
    name, content = editions.file_of(actor, int(parameters["edition_id"]), kind)
    inline = kind == "html" or parameters.get("show") == "1"
    return Download(name, content, MEDIA_TYPES[kind], is_inline=inline)


def routes() -> Sequence[BaseRoute]:
    """Return the public routes."""
    return [
        Route("/open/reports", published),
        Route("/open/reports/{edition_id:int}.{kind}", published_file),
    ]


def signed_in_routes() -> Sequence[BaseRoute]:
    """Return the routes of drafts, which ask who is there."""
    return [protected("/files/reports/{edition_id}.{kind}", _draft)]
