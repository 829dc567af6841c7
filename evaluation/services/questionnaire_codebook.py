"""The codebook of a questionnaire on paper: variables, labels, values, missing codes."""

from __future__ import annotations

from html import escape

from evaluation.domain.roles import Actor, require
from evaluation.language import _
from evaluation.services import public_surveys, questionnaires
from reports import pdf
from surveys.codebook import (
    CHOSEN_NOT_APPLICABLE,
    MISSING_CODES,
    Kind,
    Variable,
    missing_labels,
    variables,
)
from surveys.exchange.tables import value_labels
from surveys.explanation import rule_in_words
from surveys.loader import content_hash
from surveys.schema import Questionnaire

_STYLE = """
@page { size: A4; margin: 20mm 18mm; @bottom-center { content: counter(page); font-size: 9pt; } }
body { font-family: "Hengping Song", serif; font-size: 10pt; line-height: 1.5; color: #111; }
h1 { font-size: 18pt; margin: 0 0 2mm; } h2 { font-size: 12pt; margin: 5mm 0 1mm; }
.hash { font-family: monospace; font-size: 7.5pt; word-break: break-all; }
section { break-inside: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; }
td, th { border-bottom: .4pt solid #888; padding: .6mm 2mm; text-align: left; }
td:first-child { width: 18mm; font-family: monospace; }
.meta { color: #444; font-size: 9pt; margin: 0; }
"""


def codebook_pdf(actor: Actor, version_id: int) -> bytes:
    """Return the codebook of a version as PDF."""
    require(actor, *questionnaires.READERS)
    return pdf.render(codebook_html(actor, version_id))


def codebook_html(actor: Actor, version_id: int) -> str:
    """Return the codebook of a version as one HTML document."""
    require(actor, *questionnaires.READERS)
    opened = questionnaires.open_version(actor, version_id)
    version = _("第{number}版").format(number=opened.version.number)
    return document(opened.questionnaire, version)


def survey_codebook_pdf(actor: Actor, survey_id: int) -> bytes:
    """Return the codebook of what a survey asked, as PDF."""
    require(actor, *questionnaires.READERS)
    return pdf.render(survey_codebook_html(actor, survey_id))


def survey_codebook_html(actor: Actor, survey_id: int) -> str:
    """Return the codebook of what a survey asked, as one HTML document."""
    require(actor, *questionnaires.READERS)
    return document(public_surveys.get_questionnaire(actor, survey_id))


def pdf_of(asked: Questionnaire) -> bytes:
    """Return the codebook of a questionnaire that is not stored, as PDF."""
    return pdf.render(document(asked))


def document(asked: Questionnaire, version: str = "") -> str:
    """Write the codebook of a questionnaire as one HTML document."""
    title = _("{title}　编码本").format(title=asked.title)
    name = _("问卷代码：{code}").format(code=asked.code)
    note = _("负数为缺失代码，不计入均值和百分比。")
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="meta">{escape("　".join(part for part in (name, version) if part))}</p>',
        f'<p class="hash">SHA-256：{content_hash(asked)}</p>',
        f'<p class="meta">{escape(note)}</p>{_missing_codes()}',
        *(_section(asked, variable) for variable in variables(asked)),
    ]
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(parts)}</body></html>"
    )


def _section(asked: Questionnaire, variable: Variable) -> str:
    question = asked.question(variable.question)
    rows = ""
    own = {variable.numbers[code] for code in variable.missing_options}
    if variable.is_numeric and variable.kind is not Kind.NUMBER:
        rows = "".join(
            f"<tr><td>{number}</td><td>{escape(label)}</td></tr>"
            for number, label in value_labels(variable).items()
            if number >= 0 or number in own
        )
        rows = f"<table>{rows}</table>"
    facts = [_kind_words()[variable.kind]]
    if question.is_reversed(variable.row):
        facts.append(_("反向计分"))
    if question.tags.trend:
        facts.append(_("趋势题"))
    if question.show is not None:
        facts.append(_("显示条件：{rule}").format(rule=rule_in_words(asked, question.show)))
    if question.tags.informs:
        facts.append(_("用于 {targets}").format(targets="、".join(question.tags.informs)))
    return (
        f"<section><h2>{escape(variable.name)}　{escape(variable.label)}</h2>"
        f'<p class="meta">{escape("；".join(facts))}</p>{rows}</section>'
    )


def _missing_codes() -> str:
    words = missing_labels()
    labels = {number: words[kind] for kind, number in MISSING_CODES.items()}
    labels[CHOSEN_NOT_APPLICABLE] = _("不适用（受访者选择）")
    rows = "".join(
        f"<tr><td>{number}</td><td>{escape(label)}</td></tr>" for number, label in labels.items()
    )
    return f"<table>{rows}</table>"


def _kind_words() -> dict[Kind, str]:
    return {
        Kind.CATEGORY: _("单选"),
        Kind.POINT: _("量表"),
        Kind.CHOSEN: _("多选（每个选项一列）"),
        Kind.RANK: _("名次（每个选项一列）"),
        Kind.NUMBER: _("数字"),
        Kind.DATE: _("日期（年-月-日）"),
        Kind.TEXT: _("文字"),
    }
