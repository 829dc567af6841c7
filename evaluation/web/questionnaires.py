"""Protected downloads: questionnaires in every format, responses as labelled tables, codebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.routing import BaseRoute

from evaluation.domain.roles import Actor
from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.services import questionnaire_codebook, questionnaires, survey_analysis
from evaluation.services.questionnaire_files import QuestionnaireFormat
from evaluation.web.files import Download, protected
from surveys.exchange.tables import TableFormat

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound(_("没有这个文件。"))
    return int(text)


def _questionnaire(actor: Actor, parameters: Mapping[str, str]) -> Download:
    if parameters["kind"] == "pdf":
        content = questionnaire_codebook.codebook_pdf(actor, _number(parameters["version_id"]))
        return Download(_("编码本.pdf"), content, "application/pdf")
    if parameters["kind"] not in list(QuestionnaireFormat):
        raise NotFound(_("没有这种格式。"))
    kind = QuestionnaireFormat(parameters["kind"])
    written = questionnaires.export(actor, _number(parameters["version_id"]), kind)
    return Download(written.name, written.content, written.media_type)


def _responses(actor: Actor, parameters: Mapping[str, str]) -> Download:
    kind = parameters["kind"]
    if kind == "pdf":
        book = questionnaire_codebook.survey_codebook_pdf(actor, _number(parameters["survey_id"]))
        return Download(_("编码本.pdf"), book, "application/pdf")
    if kind not in (*TableFormat, "xml"):
        raise NotFound(_("没有这种格式。"))
    chosen = None if kind == "xml" else TableFormat(kind)
    name, content = survey_analysis.download(actor, _number(parameters["survey_id"]), chosen)
    return Download(name, content, MEDIA_TYPES.get(kind, "application/octet-stream"))


def signed_in_routes() -> Sequence[BaseRoute]:
    """Return the protected downloads of questionnaires and responses."""
    return [
        protected("/files/questionnaires/{version_id}/{kind}", _questionnaire),
        protected("/files/surveys/data/{survey_id}/{kind}", _responses),
    ]
