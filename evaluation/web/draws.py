"""Draws in public: what was frozen and drawn; pages that repeat a draw in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.services import public_draws
from evaluation.web import pages

JSON = "application/json; charset=utf-8"
#: The stand-alone checks; served as they stand in the documentation.
SCRIPTS = {
    name: Path(__file__).parents[2] / "docs" / name
    for name in ("verify_draw.py", "verify_other_draws.py")
}


async def overview(request: Request) -> Response:
    """List every frozen frame and its draw."""
    return await run_in_threadpool(_overview, request)


def _overview(request: Request) -> Response:
    return pages.render(request, "draws.html", entries=public_draws.list_public())


async def detail(request: Request) -> Response:
    """Show one draw and check one case or the whole draw in the browser."""
    return await run_in_threadpool(_detail, request)


def _detail(request: Request) -> Response:
    draw_id = int(request.path_params["draw_id"])
    entry = public_draws.find(draw_id)
    script = "verify_draw.py" if entry.is_stratified else "verify_other_draws.py"
    return pages.render(
        request,
        "draw.html",
        entry=entry,
        strata=public_draws.strata(draw_id),
        draw_id=draw_id,
        script=script,
        script_lines=len(SCRIPTS[script].read_text(encoding="utf-8").splitlines()),
    )


async def check(request: Request) -> Response:
    """Repeat any draw in the browser from a certificate and a list."""
    return await run_in_threadpool(pages.render, request, "draw_check.html")


async def certificate(request: Request) -> Response:
    """Give the public certificate: tickets without identifiers."""
    draw_id = int(request.path_params["draw_id"])
    text = await run_in_threadpool(public_draws.certificate, draw_id)
    return Response(
        text,
        media_type=JSON,
        headers={
            "Content-Disposition": f'attachment; filename="certificate-{draw_id}.json"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


async def script(request: Request) -> Response:
    """Give a stand-alone program that repeats a draw."""
    path = SCRIPTS[request.url.path.rpartition("/")[2]]
    if not path.is_file():
        raise NotFound(_("没有这个文件。"), remedy=_("请从项目文档下载。"))
    return FileResponse(path, media_type="text/x-python; charset=utf-8", filename=path.name)


def public_routes() -> Sequence[BaseRoute]:
    """Return the routes that anybody may ask for."""
    return [
        Route("/open/draws", overview),
        Route("/open/draws/check", check),
        *(Route(f"/open/draws/{name}", script) for name in SCRIPTS),
        Route("/open/draws/{draw_id:int}", detail),
        Route("/open/draws/{draw_id:int}/certificate.json", certificate),
    ]
