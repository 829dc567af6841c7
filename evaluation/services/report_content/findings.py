"""Sections 十 to 十三: rectification, achievements, problems, recommendations."""

from __future__ import annotations

from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.report import (
    RECTIFICATION_TITLES,
    RESPONSIBLE_TITLES,
    SEVERITY_TITLES,
    NarrativeEntry,
    NarrativeKind,
    RectificationState,
    Severity,
)
from evaluation.language import _
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts
from reports.document import (
    Block,
    Figure,
    Finding,
    Findings,
    Paragraph,
    Part,
    Parts,
    Reference,
    Row,
    Section,
    Table,
)
from reports.figures import shares
from reports.numbers import largest_remainder
from reports.tables import body_row, centred_column, number_column, text_column

_ORDER = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}


def written(text: str, otherwise: str = "—") -> Part:
    """Print a short text of the panel, or a dash."""
    return plan_words(text) if text else otherwise


def rectification(f: Facts) -> Section | None:
    """Write section 十, which the initial report has not."""
    if f.kind is RoundKind.INITIAL:
        return None
    entries = f.narrative(NarrativeKind.RECTIFICATION)
    title = _("上期建议整改情况")
    if not entries:
        n = len(f.data.earlier_recommendations)
        return Section(
            title,
            (
                Paragraph.of(
                    _("前期报告共提出建议{n}项，本期未取得整改情况的核实结果，列入局限。"),
                    {"n": f.count("rectification.earlier", n)},
                ),
            ),
            id="rectification",
        )
    counts = {state: sum(e.state is state for e in entries) for state in RectificationState}
    done = counts[RectificationState.DONE]
    rows = [
        body_row(
            written(e.refers_to or str(k)),
            f.bind(e.title),
            _(RECTIFICATION_TITLES[e.state]) if e.state else "—",
            f.bind(e.evidence or e.body) or "—",
        )
        for k, e in enumerate(entries, 1)
    ]
    blocks: tuple[Block, ...] = (
        Paragraph.of(
            _(
                "前期建议共{n}项纳入整改台账，经核实已完成{done}项，推进中{doing}项，未启动{idle}项，未采纳{refused}项"
                "（{figure}、{table}）。整改结论以评估团核实的证据为准，不以自报为准。"
            ),
            {
                "n": f.count("rectification.total", len(entries)),
                "done": f.count("rectification.done", done),
                "doing": f.count("rectification.doing", counts[RectificationState.IN_PROGRESS]),
                "idle": f.count("rectification.idle", counts[RectificationState.NOT_STARTED]),
                "refused": f.count(
                    "rectification.refused", counts[RectificationState.NOT_ACCEPTED]
                ),
                "figure": Reference("rectified"),
                "table": Reference("ledger"),
            },
        ),
        _progress(counts),
        _ledger(rows),
    )
    return Section(title, blocks, id="rectification")


def _ledger(rows: list[Row]) -> Table:
    return Table(
        id="ledger",
        caption=_("整改台账"),
        columns=(
            text_column(_("编号"), 0.8),
            text_column(_("建议"), 3.2),
            centred_column(_("状态"), 0.9),
            text_column(_("核实证据"), 3),
        ),
        rows=tuple(rows),
        source=_("资料来源：前期报告、法院反馈与评估团核实。"),
    )


def _progress(counts: dict[RectificationState, int]) -> Figure:
    names = [_(RECTIFICATION_TITLES[state]) for state in counts]
    values = largest_remainder(list(counts.values()), 1)
    caption = _("前期建议整改进度")
    words = "；".join(
        _("{name}{n}项").format(name=name, n=n)
        for name, n in zip(names, counts.values(), strict=True)
    )
    return Figure(
        id="rectified",
        caption=caption,
        svg=shares.stacked(
            caption, names, [shares.Split(_("全部建议"), tuple(float(v) for v in values))]
        ),
        alternative=words + "。",
        notes=((_("注：条内数字为占全部建议的百分比。"),),),
    )


def achievements(f: Facts) -> Section:
    """Write section 十一: only what evidence of grade A or B supports."""
    entries = f.narrative(NarrativeKind.HIGHLIGHT)
    blocks: list[Block] = []
    improved = _improved(f)
    if improved:
        blocks.append(Paragraph((_("与前期相比，经检验向好的指标有："), *improved, "。")))
    if entries:
        blocks.append(
            Paragraph.of(
                _("以下成效均有A级或B级证据支持（{table}）。"), {"table": Reference("highlights")}
            )
        )
        rows = [
            body_row(f.bind(e.title), f.bind(e.body) or "—", written(e.evidence)) for e in entries
        ]
        blocks.append(
            Table(
                id="highlights",
                caption=_("成效与证据"),
                columns=(
                    text_column(_("成效"), 2),
                    text_column(_("说明"), 3.4),
                    text_column(_("证据"), 1.8),
                ),
                rows=tuple(rows),
                source=_("资料来源：评估团核实。"),
            )
        )
    if not blocks:
        blocks.append(Paragraph.of(_("本期没有达到列示标准（A级或B级证据支持）的成效。")))
    return Section(_("主要成效与亮点"), tuple(blocks), id="achievements")


def _improved(f: Facts) -> Parts:
    pieces: list[Part] = []
    for indicator in f.data.framework.indicators:
        result = f.results.get(f"indicator.{indicator.id}.city")
        change = f.change(result)
        if change is None or change.is_significant is False or change.difference == 0:
            continue
        if f.is_better(indicator.id, change.difference):
            pieces += [
                "、" if pieces else "",
                plan_words(indicator.name),
                "（",
                *change.parts,
                "）",
            ]
    return tuple(pieces)


def problems(f: Facts) -> Section:
    """Write section 十二, ranked by severity and breadth."""
    entries = sorted(
        f.narrative(NarrativeKind.PROBLEM),
        key=lambda e: (
            _ORDER.get(e.severity or Severity.LOW, 3),
            -(e.n_courts_affected or 0),
            e.position,
        ),
    )
    titles = {
        RoundKind.INITIAL: _("存在问题及原因"),
        RoundKind.MIDTERM: _("存在问题及原因（漏洞清单）"),
        RoundKind.FINAL: _("存在问题及原因（遗留问题）"),
    }
    if not entries:
        return Section(
            titles[f.kind],
            (
                Paragraph.of(
                    _("评估团尚未写入问题清单。报告不得在没有“存在问题”一章的情况下发布。")
                ),
            ),
            id="problems",
        )
    items = tuple(
        Finding(f.bind(e.title), f.bind(e.body), code=_code("W", k))
        for k, e in enumerate(entries, 1)
    )
    return Section(
        titles[f.kind],
        (
            Paragraph.of(
                _(
                    "本期查明问题{n}项，按严重程度和涉及范围排列，原因分别归于法院、联动单位、当事人和制度四个方面（{table}）。"
                ),
                {"n": f.count("problems.total", len(entries)), "table": Reference("problem-table")},
            ),
            Findings(items),
            _problem_table(f, entries),
        ),
        id="problems",
    )


def _code(letter: str, number: int) -> str:
    return f"{letter}{number:02d}"


def _problem_table(f: Facts, entries: list[NarrativeEntry]) -> Table:
    rows = [
        body_row(
            plan_words(_code("W", k)),
            f.bind(e.title),
            _(SEVERITY_TITLES[e.severity]) if e.severity else "—",
            f.count(f"problem.{k}.courts", e.n_courts_affected) if e.n_courts_affected else "—",
            _(RESPONSIBLE_TITLES[e.responsible]) if e.responsible else "—",
            f.bind(e.evidence) or "—",
        )
        for k, e in enumerate(entries, 1)
    ]
    return Table(
        id="problem-table",
        caption=_("问题清单"),
        columns=(
            text_column(_("编号"), 0.8),
            text_column(_("问题"), 3),
            centred_column(_("程度"), 0.8),
            number_column(_("涉及法院"), 0.9),
            centred_column(_("原因归属"), 1),
            text_column(_("证据"), 2.6),
        ),
        rows=tuple(rows),
        source=_("资料来源：案卷评查、问卷、座谈访谈与文献。"),
    )


def recommendations(f: Facts) -> Section:
    """Write section 十三: to whom, by when, and how it will be checked."""
    entries = f.narrative(NarrativeKind.RECOMMENDATION)
    titles = {
        RoundKind.INITIAL: _("对策建议"),
        RoundKind.MIDTERM: _("对策建议（整改对策）"),
        RoundKind.FINAL: _("对策建议（长效机制）"),
    }
    if not entries:
        return Section(
            titles[f.kind], (Paragraph.of(_("评估团尚未写入建议。")),), id="recommendations"
        )
    rows = [
        body_row(
            plan_words(_code("J", k)),
            f.bind(e.title),
            written(e.addressee),
            written(e.deadline),
            f.bind(e.acceptance) or "—",
        )
        for k, e in enumerate(entries, 1)
    ]
    items = tuple(
        Finding(f.bind(e.title), f.bind(e.body), code=_code("J", k))
        for k, e in enumerate(entries, 1)
    )
    table = Table(
        id="recommendation-table",
        caption=_("建议、责任、时限与验收指标"),
        columns=(
            text_column(_("编号"), 0.8),
            text_column(_("建议"), 3),
            text_column(_("责任单位"), 1.5),
            text_column(_("时限"), 1.2),
            text_column(_("验收指标"), 2.4),
        ),
        rows=tuple(rows),
        source=_("资料来源：评估团讨论通过。"),
    )
    blocks: list[Block] = [
        Paragraph.of(
            _("针对上述问题提出建议{n}项，每项写明责任单位、时限和可以核验的指标（{table}）。"),
            {
                "n": f.count("recommendations.total", len(entries)),
                "table": Reference("recommendation-table"),
            },
        ),
        Findings(items),
        table,
    ]
    return Section(titles[f.kind], tuple(blocks), id="recommendations")
