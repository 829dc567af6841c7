"""Protected files of frames and draws; apart from the public pages, which need none of this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.routing import BaseRoute

from evaluation.domain.roles import Actor
from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.services import draw_certificates, draws, frames
from evaluation.web.draws import JSON
from evaluation.web.files import Download, protected


def _number(parameters: Mapping[str, str], name: str) -> int:
    text = str(parameters[name])
    if not text.isdigit():
        raise NotFound(_("没有这个文件。"), remedy=_("请从“抽样”页下载。"))
    return int(text)


def _frame_file(actor: Actor, parameters: Mapping[str, str]) -> Download:
    name, content = frames.frame_file(actor, _number(parameters, "frame_id"))
    return Download(name, content, "text/csv; charset=utf-8")


def _certificate_json(actor: Actor, parameters: Mapping[str, str]) -> Download:
    text = draws.certificate(actor, _number(parameters, "draw_id"))
    return Download("certificate.json", text.encode(), JSON)


def _certificate_pdf(actor: Actor, parameters: Mapping[str, str]) -> Download:
    name, content = draw_certificates.certificate_pdf(actor, _number(parameters, "draw_id"))
    return Download(name, content, "application/pdf")


def signed_in_routes() -> Sequence[BaseRoute]:
    """Return the protected files of frames and draws."""
    return [
        protected("/files/frames/{frame_id}", _frame_file),
        protected("/files/draws/{draw_id}/certificate.json", _certificate_json),
        protected("/files/draws/{draw_id}/certificate.pdf", _certificate_pdf),
    ]
