"""A whole report from its input: sections in order, appendices, marks, fingerprint."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.domain.evaluation_round import KIND_TITLES
from evaluation.language import _
from evaluation.services.report_content import (
    appendices,
    background,
    conclusion,
    design,
    findings,
    front,
    indicators,
    limitations,
    measures,
    methods,
    procedure,
    termination,
    voices,
)
from evaluation.services.report_content.facts import Facts
from evaluation.services.report_content.inputs import ReportInput
from reports.document import Figure, Report
from reports.traversal import blocks, numbers


@dataclass(frozen=True, slots=True)
class BuiltReport:
    """The report, and what the evidence package says about its figures."""

    report: Report
    figures: tuple[dict[str, str], ...]
    derived: dict[str, int]
    missing: dict[str, str]


def build(data: ReportInput) -> BuiltReport:
    """Build the report of a round; the same input gives the same report."""
    f = Facts(data)
    summary = front.summary(f)
    sections = [
        background.build(f),
        design.build(f),
        methods.build(f),
        conclusion.build(f),
        indicators.build(f),
        procedure.build(f),
        termination.build(f),
        measures.build(f),
        voices.build(f),
        findings.rectification(f),
        findings.achievements(f),
        findings.problems(f),
        findings.recommendations(f),
    ]
    annexes = appendices.build(f)
    sections.append(limitations.build(f))
    report = Report(
        cover=front.cover(f),
        imprint=front.imprint(f),
        summary=summary,
        sections=tuple(section for section in sections if section is not None),
        appendices=annexes,
        running_title=_("{city}法院基本解决执行难第三方评估报告·{kind}").format(
            city=data.framework.city, kind=_(KIND_TITLES[data.round.kind])
        ),
        marks=front.marks(f),
        fingerprint=data.results.sha256[:12],
        dated_on=data.edition.dated_on.isoformat(),
        keywords=(_("第三方评估"), _("基本解决执行难"), data.round.name),
    )
    drawn = {
        id(number)
        for block in blocks(report)
        if isinstance(block, Figure)
        for number in block.numbers
    }
    figures = tuple(
        {
            "text": number.text,
            "result": number.result_id,
            "part": number.part,
            "place": "chart" if id(number) in drawn else "text",
        }
        for number in numbers(report)
    )
    return BuiltReport(report, figures, dict(f.derived), dict(f.missing))
