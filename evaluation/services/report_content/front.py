"""Cover, statement and version page, summary."""

from __future__ import annotations

from datetime import date

from evaluation.domain.evaluation_round import KIND_TITLES, RoundKind
from evaluation.domain.grading import WeightsStatus
from evaluation.domain.report import NarrativeEntry, NarrativeKind
from evaluation.language import _
from evaluation.services.report_content import conclusion, scores
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts
from reports.document import (
    Block,
    Cover,
    Fact,
    Finding,
    Findings,
    Imprint,
    KeyFigure,
    KeyFigures,
    Paragraph,
    ParagraphStyle,
    Part,
    Parts,
    Section,
    Table,
)
from reports.tables import body_row, centred_column, number_column, text_column

MOST_FINDINGS = 5


def marks(f: Facts) -> tuple[str, ...]:
    """Return the words that stand on every page."""
    words = []
    if f.data.is_demonstration:
        words.append(_("演示数据"))
    if f.is_trial:
        words.append(_("试算"))
    if f.data.edition.is_draft:
        words.append(_("送审稿"))
    return tuple(words)


def chinese_date(day: date) -> str:
    """Write a date in the form of GB/T 9704."""
    return _("{year}年{month}月{day}日").format(year=day.year, month=day.month, day=day.day)


def cover(f: Facts) -> Cover:
    """Write the cover."""
    year = f.data.round.period_to.year
    return Cover(
        title=(
            _("{city}法院").format(city=f.data.framework.city),
            _("基本解决执行难行动方案"),
            _("第三方评估报告"),
        ),
        subtitle=_("{kind}（{year}年度）").format(kind=_(KIND_TITLES[f.kind]), year=year),
        organisation=f.data.edition.organisation,
        date=chinese_date(f.data.edition.dated_on),
        number=_("报告编号\u2002{code}　第{edition}版").format(
            code=f"{f.data.framework.code.upper()}-{f.data.round.code.upper()}",
            edition=f.data.edition.number,
        ),
        marks=marks(f),
    )


_WEIGHTS = {
    WeightsStatus.ANNEX: _("《行动方案》附件"),
    WeightsStatus.PANEL_DECISION: _("评估团决定"),
    WeightsStatus.TRIAL: _("试算默认值（附件未取得，未经评估团决定）"),
}


def _period(f: Facts) -> str:
    start, end = f.data.round.period_from, f.data.round.period_to
    return _("{start}至{end}").format(start=chinese_date(start), end=chinese_date(end))


def _framework_words(f: Facts) -> str:
    framework = f.data.framework
    return f"{framework.code} {framework.version}（{framework.content_hash[:16]}）"


def imprint(f: Facts) -> Imprint:
    """Write the page behind the cover."""
    statements = [
        Paragraph.of(
            _(
                "本报告由第三方评估团独立完成。评估团不接受被评估法院对结论的修改；法院对事实部分的异议原文载于附录，"
                "由评估团逐项作出处理。报告不涉及具体案件的是非，不得用于影响个案办理。"
            )
        ),
        Paragraph.of(
            _(
                "报告中的数字均由封存结果自动填入，正文没有手工键入的统计数字；机器可读的证据包内嵌于本文件，"
                "任何人可以据以重算核对。报告不公布当事人、法官姓名和案号。"
            )
        ),
    ]
    if f.data.is_demonstration:
        statements.insert(
            0,
            Paragraph.of(
                _("本报告为演示：数据由程序按固定种子生成，不反映任何法院的真实情况，不得引用。"),
                style=ParagraphStyle.CALLOUT,
            ),
        )
    edition = f.data.edition
    rows: list[tuple[str, Part | Parts]] = [
        (
            _("版次"),
            plan_words(
                _("第{n}版（{state}）").format(
                    n=edition.number, state=_("送审稿") if edition.is_draft else _("发布稿")
                )
            ),
        ),
        (_("评估期间"), plan_words(_period(f))),
        (_("经费来源"), plan_words(edition.funding)),
        (_("权重来源"), _WEIGHTS[f.data.framework.scoring.weights_status]),
        (_("分档办法"), plan_words(conclusion._policy_name(f))),
        (_("评估框架"), plan_words(_framework_words(f))),
        (_("口径登记"), plan_words(f.data.round.definition_hash or _("未登记"))),
        (_("结果指纹"), plan_words(f.results.sha256)),
        (_("软件版本"), plan_words(edition.code_version)),
        (_("联系方式"), plan_words(edition.contact)),
    ]
    if edition.approvals:
        words = "；".join(
            f"{name}（{background}，{day}）" for name, background, day in edition.approvals
        )
        rows.append((_("批准"), plan_words(words)))
    return Imprint(tuple(statements), Fact(tuple(rows)))


def summary(f: Facts) -> Section:
    """Write the summary: conclusion first, then findings, then problems, then one table."""
    blocks: list[Block] = [
        Paragraph.of(conclusion.opening(f), style=ParagraphStyle.LEAD),
        _key_figures(f),
        _glance(f),
    ]
    conclusions = f.narrative(NarrativeKind.CONCLUSION)[:MOST_FINDINGS]
    if conclusions:
        blocks.append(_findings(f, _("主要发现"), conclusions, "main-findings"))
    problems = f.narrative(NarrativeKind.PROBLEM)[:MOST_FINDINGS]
    if problems:
        blocks.append(_findings(f, _("主要问题"), problems, "main-problems"))
    return Section(_("摘要"), tuple(blocks), id="summary", is_numbered=False)


def _findings(f: Facts, title: str, entries: list[NarrativeEntry], anchor: str) -> Section:
    items = tuple(Finding(f.bind(e.title), f.bind(e.body)) for e in entries)
    return Section(title, (Findings(items),), id=anchor, is_numbered=False)


def _key_figures(f: Facts) -> KeyFigures:
    items = []
    total = scores.total_score(f)
    if total is not None:
        caption = _("全市总分（试算，不作等次结论）") if f.is_trial else _("全市实体指标总分")
        items.append(KeyFigure(f.number(total, "value.1"), _("分"), (caption,)))
    milestone = f.data.framework.milestone_of(str(f.kind))
    if milestone is not None:
        items += [
            KeyFigure(f.number(line.result), "", _milestone_caption(line))
            for line in scores.milestone_lines(f, milestone)
            if line.result is not None
        ]
    reviewed = f.first("review.files.reviewed", "review.files", label=_("已评查案卷数"))
    if reviewed is not None:
        items.append(KeyFigure(f.number(reviewed), _("份"), (_("评查案卷，随机抽取"),)))
    if not items:
        items.append(KeyFigure(_("无"), "", (_("本期尚无可公布的总量结果"),)))
    return KeyFigures(tuple(items[:4]))


def _milestone_caption(line: scores.MilestoneLine) -> Parts:
    target = plan_words(f"{line.target:.0%}")
    return (line.name, _("；要求"), target, _("以上，"), scores.milestone_state(line))


def _glance(f: Facts) -> Table:
    rows = []
    milestone = f.data.framework.milestone_of(str(f.kind))
    if milestone is not None:
        rows += [
            body_row(
                line.name,
                plan_words(_("{rate}以上").format(rate=f"{line.target:.0%}")),
                f.number(line.result) if line.result is not None else _("未取得"),
                scores.milestone_state(line),
            )
            for line in scores.milestone_lines(f, milestone)
        ]
    total = scores.total_score(f)
    rows.append(
        body_row(
            _("实体指标总分"),
            _("以分档为准"),
            (f.number(total), _("分")) if total is not None else _("未取得"),
            _("试算，不作等次结论") if f.is_trial else f.number(scores.grade(f)),
        )
    )
    if f.kind is not RoundKind.INITIAL:
        for objective in f.data.framework.objectives:
            verdict = scores.verdict_of(f, objective)
            rows.append(
                body_row(
                    plan_words(f"{objective.id}\u2002{objective.short}"),
                    _("方案目标"),
                    "—",
                    f.number(verdict) if verdict is not None else _("未判断"),
                )
            )
    return Table(
        id="glance-table",
        caption=_("一页看懂：目标、实际与判断"),
        columns=(
            text_column(_("项目"), 3),
            centred_column(_("要求"), 1.2),
            number_column(_("实际"), 1),
            centred_column(_("判断"), 1.5),
        ),
        rows=tuple(rows),
        source=_("资料来源：本报告各章。"),
    )
