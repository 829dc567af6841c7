"""Section 十四: what is missing, what is uncertain, what the plan leaves open."""

from __future__ import annotations

from evaluation.domain.report import NarrativeKind
from evaluation.language import _
from evaluation.services.report_content import scores
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts
from reports.document import (
    Block,
    Finding,
    Findings,
    Paragraph,
    Reference,
    Section,
    Table,
)
from reports.tables import body_row, number_column, text_column

MOST_ALTERNATIVES = 24


def build(f: Facts) -> Section:
    """Write the section last: it lists everything that other sections asked for in vain."""
    blocks: list[Block] = [
        Paragraph.of(_("下列局限影响结论的范围和把握程度，使用本报告时应当一并考虑。"))
    ]
    blocks.append(Section(_("数据与方法的局限"), _general(f), id="limits"))
    blocks.append(Section(_("结果的敏感性"), _sensitivity(f), id="sensitivity"))
    blocks.append(Section(_("《行动方案》文本中的不明确之处"), _ambiguities(f), id="ambiguities"))
    missing = _missing(f)
    if missing is not None:
        blocks.append(Section(_("本期未取得的数据"), (missing,), id="missing"))
    return Section(_("局限与不确定性"), tuple(blocks), id="limitations")


def _general(f: Facts) -> tuple[Block, ...]:
    unverified = f.results.get("review.not_verified.city") or f.results.get("review.not_verified")
    items = [
        Finding(
            (_("副卷不能查阅。"),),
            (
                _(
                    "合议、审批、前置审查等事项多记载于副卷，外部评估通常不能查阅，相关项目以“未能核验”或“案卷未见”记录。"
                ),
                *(
                    (_("本期“未能核验”占全部判断的"), f.number(unverified), "。")
                    if unverified
                    else ()
                ),
            ),
        ),
        Finding(
            (_("未回应偏差。"),),
            (_("问卷未回收者的看法可能与回收者不同；非概率样本只能描述答卷人，不能推断全体。"),),
        ),
        Finding(
            (_("统计数据由被评估法院提供。"),),
            (_("评估团以登记逐案复算和随机样本核验，但不能排除登记环节的遗漏。"),),
        ),
        Finding(
            (_("评估团的结构性利益。"),),
            (
                _(
                    "牵头单位成员在被评估法院执业，已采取逐卷回避、跨所双评和非律师成员表决等措施，仍应予以披露。"
                ),
            ),
        ),
    ]
    if f.is_trial:
        items.insert(
            0,
            Finding(
                (_("权重为试算值。"),),
                (_("实体指标附件未取得，总分仅供试算，不构成等次结论。"),),
            ),
        )
    if f.data.is_demonstration:
        items.insert(
            0,
            Finding(
                (_("本报告使用演示数据。"),),
                (_("全部数据由程序按固定种子生成，不反映任何法院的真实情况，不得引用。"),),
            ),
        )
    items += [
        Finding(f.bind(e.title), f.bind(e.body)) for e in f.narrative(NarrativeKind.LIMITATION)
    ]
    return (Findings(tuple(items)),)


def _sensitivity(f: Facts) -> tuple[Block, ...]:
    found = [*f.under("sensitivity"), *f.under("alternative")]
    results = [r for r in found if r.value is not None]
    near = f.results.get("score.near_boundary.city") or f.results.get("score.near_boundary")
    blocks: list[Block] = []
    if near is not None and (near.text or near.note):
        blocks.append(Paragraph((plan_words(near.text or near.note),)))
    if not results:
        blocks.append(
            Paragraph.of(_("本期未取得敏感性分析结果；总分对权重、锚点和口径的依赖程度未经检验。"))
        )
        f.missing.setdefault("sensitivity", _("敏感性分析") + "\t")
        return tuple(blocks)
    total = scores.total_score(f)
    rows = [
        body_row(
            plan_words(r.label),
            f.number(r),
            f.interval_cell(r),
            plan_words(r.text or r.note or "—"),
        )
        for r in results[:MOST_ALTERNATIVES]
    ]
    blocks += [
        Paragraph.of(
            _(
                "在其他条件不变时逐项改变权重、分档办法和口径，总分（基准{total}分）的变动见{table}。"
            ),
            {"total": f.number(total), "table": Reference("sensitivity-table")},
        ),
        Table(
            id="sensitivity-table",
            caption=_("总分敏感性分析"),
            columns=(
                text_column(_("改变的条件"), 3.4),
                number_column(_("总分或变动"), 1.1),
                number_column(_("范围"), 1.3),
                text_column(_("说明"), 1.6),
            ),
            rows=tuple(rows),
            source=_("资料来源：以同一组冻结结果重算。"),
        ),
    ]
    return tuple(blocks)


def _ambiguities(f: Facts) -> tuple[Block, ...]:
    rows = [
        body_row(
            plan_words(str(a.number)),
            plan_words(a.seed_ref),
            plan_words(a.issue),
            plan_words(a.handling),
        )
        for a in f.data.framework.ambiguities
        if a.severity in {"blocking", "affects_result", "panel_rule", "request"}
    ]
    return (
        Paragraph.of(
            _(
                "下列事项在《行动方案》中没有写明或前后不一，可能影响结果。本报告采用的处理办法见{table}。"
            ),
            {"table": Reference("ambiguity-table")},
        ),
        Table(
            id="ambiguity-table",
            caption=_("不明确事项及处理办法"),
            columns=(
                text_column(_("序号"), 0.6),
                text_column(_("章节"), 1.3),
                text_column(_("事项"), 3),
                text_column(_("本报告的处理"), 3.6),
            ),
            rows=tuple(rows),
            source=_("资料来源：评估框架。"),
        ),
    )


def _missing(f: Facts) -> Table | None:
    if not f.missing:
        return None
    rows = []
    for key, text in sorted(f.missing.items()):
        label, _tab, reason = text.partition("\t")
        rows.append(body_row(plan_words(label or key), plan_words(reason or _("没有这项结果"))))
    return Table(
        id="missing-table",
        caption=_("本期未取得的结果"),
        columns=(text_column(_("结果"), 3), text_column(_("原因"), 3)),
        rows=tuple(rows),
        source=_("资料来源：生成本报告时的自动核对。"),
    )
