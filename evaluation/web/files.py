"""Protected files: an own route, a permission check in the service, a line in the access log.

Streamlit's download button serves a file to anyone who has its address; these routes ask who
is there each time. Pages link to them with ``evaluation.ui.components.download``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from evaluation.domain.roles import Actor
from evaluation.errors import EvaluationError, NotAllowed, NotFound
from evaluation.language import _
from evaluation.services import access, installation
from evaluation.web import pages
from evaluation.web.gate import session_token


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way to a person: name, bytes, media type."""

    file_name: str
    content: bytes
    media_type: str = "application/octet-stream"
    is_inline: bool = False


Source = Callable[[Actor, Mapping[str, str]], Download]
Endpoint = Callable[[Request], Awaitable[Response]]


def response_of(download: Download) -> Response:
    """Return the HTTP answer that carries a file."""
    disposition = "inline" if download.is_inline else "attachment"
    return Response(
        download.content,
        media_type=download.media_type,
        headers={
            "Content-Disposition": (f"{disposition}; filename*=UTF-8''{quote(download.file_name)}"),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        },
    )


def protected(path: str, source: Source) -> Route:
    """Return a route that gives a file to a signed-in person whom the service allows it.

    ``source`` gets the person and the parameters of path and query; it checks the role.
    """

    async def endpoint(request: Request) -> Response:
        actor = await run_in_threadpool(access.actor_by_token, session_token(request.scope))
        if actor is None:
            return RedirectResponse("/login", status_code=303)
        parameters = {**request.query_params, **request.path_params}
        return await run_in_threadpool(_answer, request, actor, source, parameters)

    return Route(path, endpoint, methods=["GET"])


def _answer(
    request: Request, actor: Actor, source: Source, parameters: Mapping[str, str]
) -> Response:
    try:
        download = source(actor, parameters)
        installation.note_download(actor, request.url.path)
    except NotAllowed as error:
        return pages.problem(request, 403, _("无权查看"), str(error))
    except NotFound as error:
        return pages.problem(request, 404, _("没有这个文件"), str(error))
    except EvaluationError as error:
        return pages.problem(request, 422, _("没有办成"), str(error))
    return response_of(download)
