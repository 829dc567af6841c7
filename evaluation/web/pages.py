"""Server-rendered pages of our own: one environment, one base template, strict headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from evaluation.clock import beijing_text, date_text
from evaluation.language import _
from evaluation.services import installation

HERE = Path(__file__).parent

#: No inline script or style, nothing from other hosts, no framing by others.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Language": "zh-CN",
}

environment = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.globals["_"] = _
environment.filters["moment"] = beijing_text
environment.filters["day"] = date_text


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Render a template with the security headers and the mark of a demonstration."""
    html = environment.get_template(template).render(
        path=request.url.path,
        is_demonstration=installation.is_demonstration(),
        **context,
    )
    return HTMLResponse(html, status_code=status, headers=dict(SECURITY_HEADERS))


def problem(request: Request, status: int, title: str, what: str, remedy: str = "") -> HTMLResponse:
    """Render an error page: what happened and what to do, never a traceback."""
    return render(request, "problem.html", status=status, title=title, what=what, remedy=remedy)
