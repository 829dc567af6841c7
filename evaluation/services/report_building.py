"""From frozen results to a PDF with its evidence package; the slow part of an edition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time

from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services.report_content.build import BuiltReport, build
from evaluation.services.report_content.inputs import ReportInput
from reports import disclosure, html, manifest, pdf
from reports.document import Report, Verbatim, plain_text
from reports.errors import ReportError
from reports.traversal import parts, unbound_numbers

Progress = Callable[[float, str], None]
_CSV_HEADER = (
    "id", "label", "kind", "value", "unit", "lower", "upper", "standard_error", "confidence",
    "n_sampled", "n_population", "numerator", "denominator", "method", "source", "status", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Built:
    """A finished edition before it is stored."""

    title: str
    html: str
    pdf: bytes
    n_pages: int
    n_figures: int
    missing: dict[str, str]


def make(data: ReportInput, progress: Progress) -> Built:
    """Build, check, lay out and pack a report.

    Raises
    ------
    InvalidInput
        If a text could betray a person, a figure is not bound to a result, or the pages cannot
        be made.
    """
    progress(0.05, _("正在撰写正文"))
    try:
        made = build(data)
        check(made.report)
        page = html.document(made.report)
        seconds = _expected_seconds(made.report)
        progress(0.2, _("正在排版，约需{n}秒").format(n=seconds))
        rendered = pdf.render_with_record(
            page,
            attachments=attachments(data, made),
            created_at=datetime.combine(data.edition.dated_on, time(), UTC),
            on_progress=lambda step: progress(*_STEPS.get(step, (0.3, ""))),
        )
    except ReportError as error:
        raise InvalidInput(error.what, where=error.where, remedy=error.remedy) from error
    progress(0.95, _("正在保存"))
    return Built(
        made.report.title,
        page,
        rendered.data,
        rendered.n_pages,
        len(made.figures),
        made.missing,
    )


_STEPS = {"layout": (0.3, _("正在排版")), "write": (0.8, _("正在生成 PDF"))}


def _expected_seconds(report: Report) -> int:
    blocks = sum(1 for _part in parts(report))
    return max(5, round(blocks / 120))


def check(report: Report) -> None:
    """Refuse a report with unbound figures or with what looks like a person or a case.

    Raises
    ------
    ReportError
        Names the first place.
    """
    typed = unbound_numbers(report)
    if typed:
        raise ReportError(
            _("正文中有未绑定结果的数字：“{text}”。").format(text=typed[0]),
            remedy=_("请改为引用结果编号。"),
        )
    for part in parts(report):
        if isinstance(part, Verbatim) and part.source == "panel":
            disclosure.refuse_leaks(plain_text(part), where=_("评估团撰写的文字"))


def attachments(data: ReportInput, made: BuiltReport) -> list[pdf.Attachment]:
    """Return the evidence package and the results as a table."""
    sets = {facts.code: results for facts, results in data.earlier}
    sets[data.round.code] = data.results
    package = {
        "format": 1,
        "round": data.round.code,
        "edition": data.edition.number,
        "is_draft": data.edition.is_draft,
        "is_demonstration": data.is_demonstration,
        "dated_on": data.edition.dated_on.isoformat(),
        "code_version": data.edition.code_version,
        "framework": {
            "code": data.framework.code,
            "version": data.framework.version,
            "content_hash": data.framework.content_hash,
        },
        "definition_hash": data.round.definition_hash,
        "results": {code: results.to_json() for code, results in sets.items()},
        "results_sha256": {code: results.sha256 for code, results in sets.items()},
        "figures": list(made.figures),
        "derived": made.derived,
        "missing": made.missing,
    }
    rows = [[getattr(result, name) for name in _CSV_HEADER] for result in data.results]
    return [
        pdf.Attachment(
            manifest.PACKAGE_NAME, manifest.canonical(package), _("证据包：结果与每个数字的来源")
        ),
        pdf.Attachment(
            manifest.TABLE_NAME,
            manifest.table(_CSV_HEADER, rows),
            _("结果数据表"),
            "text/csv",
        ),
    ]
