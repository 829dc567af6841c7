"""Section 六: the nine parts of procedural norms, from the reviewed files."""

from __future__ import annotations

from evaluation.analysis.precision import worst
from evaluation.analysis.results import ResultUnit, ResultValue
from evaluation.domain.evaluation_round import RoundKind
from evaluation.language import _
from evaluation.services.report_content import figure_text
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts, join
from reports import numbers
from reports.document import (
    Block,
    Figure,
    Number,
    Paragraph,
    Parts,
    Reference,
    Section,
    Table,
    compose,
)
from reports.figures import intervals
from reports.tables import body_row, number_column, text_column, without_column

MOST_PROBLEMS = 10


def build(f: Facts) -> Section:
    """Write the section."""
    parts = _parts(f)
    if not parts:
        f.get("review.part.1.city", _("程序规范九个部分的符合率"))
        return Section(
            _("程序规范评估"),
            (Paragraph.of(_("本期未取得案卷评查结果，程序规范不作评价，并列入局限。")),),
            id="procedure",
        )
    low = min(parts, key=lambda pair: pair[1].value or 0)
    high = max(parts, key=lambda pair: pair[1].value or 0)
    blocks: list[Block] = [
        Paragraph.of(
            _(
                "据评查，九个部分中符合率最高的是{high_name}，为{high}；最低的是{low_name}，为{low}"
                "（{figure}、{table}）。符合率为符合项数除以适用且可核验的项数；“案卷未见”计入不符合，"
                "“未能核验”不计入分母但单独列示。程序规范在《行动方案》中没有分值，不计入实体指标总分。"
            ),
            {
                "high_name": plan_words(high[0]),
                "high": f.with_interval(high[1]),
                "low_name": plan_words(low[0]),
                "low": f.with_interval(low[1]),
                "figure": Reference("parts-bars"),
                "table": Reference("parts-table"),
            },
        ),
        _bars(f, parts),
        _table(f, parts) if f.previous else without_column(_table(f, parts), 4),
    ]
    blocks += _frequent(f)
    blocks += _time_limits(f)
    if f.kind is not RoundKind.INITIAL:
        blocks += _tested_changes(f, parts)
    return Section(_("程序规范评估"), tuple(blocks), id="procedure")


def _parts(f: Facts) -> list[tuple[str, ResultValue]]:
    found = []
    for part in f.data.framework.procedural_parts:
        result = f.results.get(f"review.part.{part.number}.city") or f.results.get(
            f"review.part.P{part.number}.city"
        )
        if result is not None and result.value is not None:
            found.append((part.name, result))
    return found


def _bars(f: Facts, parts: list[tuple[str, ResultValue]]) -> Figure:
    rows, used = [], []
    for name, result in parts:
        number = f.number(result)
        if not isinstance(number, Number):
            continue
        used.append(number)
        has = result.lower is not None
        rows.append(
            intervals.Estimated(
                name,
                float(result.value or 0),
                number.text,
                result.lower,
                result.upper,
                figure_text.figure_of(result, "interval") if has else "",
            )
        )
    caption = _("程序规范九个部分的符合率及置信区间（全市）")
    return Figure(
        id="parts-bars",
        caption=caption,
        svg=intervals.bars(caption, rows, intervals.Axis(0, 1, lambda v: numbers.percent(v, 0))),
        alternative="；".join(f"{row.label}{row.written}" for row in rows) + "。",
        source=_("资料来源：案卷评查。"),
        numbers=tuple(used),
    )


def _table(f: Facts, parts: list[tuple[str, ResultValue]]) -> Table:
    rows = []
    for name, result in parts:
        change = f.change(result)
        rows.append(
            body_row(
                plan_words(name),
                f.number(result, "n_sampled") if result.n_sampled is not None else "—",
                f.number(result),
                f.interval_cell(result),
                change.parts if change is not None else "—",
            )
        )
    return Table(
        id="parts-table",
        caption=_("程序规范各部分符合率"),
        columns=(
            text_column(_("部分"), 2),
            number_column(_("评查案卷")),
            number_column(_("符合率")),
            number_column(_("区间"), 1.5),
            number_column(_("较上期"), 1.7),
        ),
        rows=tuple(rows),
        source=_("资料来源：案卷评查，按抽样权数推断至全部结案案件。"),
    )


def _items(f: Facts) -> list[ResultValue]:
    return [
        result
        for result in f.under("review.item")
        if result.id.endswith(".city")
        and result.value is not None
        and result.unit is ResultUnit.RATE
    ]


def _frequent(f: Facts) -> list[Block]:
    items, vague = worst(_items(f), MOST_PROBLEMS)
    if not items:
        return []
    rows = [
        body_row(
            plan_words(item.id.split(".")[2]),
            plan_words(item.label.split("（")[0]),
            f.number(item, "n_sampled") if item.n_sampled is not None else "—",
            f.number(item),
            f.interval_cell(item),
        )
        for item in items
    ]
    table = Table(
        id="frequent",
        caption=_("符合率最低的评查项目"),
        columns=(
            text_column(_("编号"), 0.9),
            text_column(_("评查项目"), 4),
            number_column(_("适用案卷"), 1),
            number_column(_("符合率"), 0.9),
            number_column(_("区间"), 1.4),
        ),
        rows=tuple(rows),
        source=_("资料来源：案卷评查。"),
        notes=_not_ranked(vague),
    )
    sentence = Paragraph.of(
        _("问题最集中的{n}个评查项目见{table}，按符合率由低到高排列。"),
        {"n": f.count("procedure.frequent", len(items)), "table": Reference("frequent")},
    )
    return [Section(_("高频问题"), (sentence, table), id="frequent-section")]


def _not_ranked(vague: list[ResultValue]) -> tuple[Parts, ...]:
    """Name the items with a low rate that too few files, or too wide an interval, stand behind."""
    if not vague:
        return ()
    codes = plan_words("、".join(item.id.split(".")[2] for item in vague))
    rule = _("注：适用案卷不足三十件或区间宽达三十个百分点的项目不参加排列，数值见附录：{codes}。")
    return (compose(rule, {"codes": codes}),)


def _time_limits(f: Facts) -> list[Block]:
    found = [r for r in f.under("review.duration") if r.id.endswith((".median", ".city"))]
    rows = []
    for result in found:
        stem = result.id.rsplit(".", 1)[0]
        ninth = f.results.get(f"{stem}.p90")
        late = f.results.get(f"{stem}.late_rate")
        rows.append(
            body_row(
                plan_words(result.label.split("：")[0].removesuffix(_("中位数"))),
                f.number(result, "n_sampled") if result.n_sampled is not None else "—",
                f.number(result),
                f.number(ninth) if ninth is not None and ninth.value is not None else "—",
                f.number(late) if late is not None and late.value is not None else "—",
            )
        )
    if not rows:
        return []
    table = Table(
        id="durations",
        caption=_("各环节用时"),
        columns=(
            text_column(_("环节"), 3),
            number_column(_("案卷")),
            number_column(_("中位数")),
            number_column(_("九成案卷在此日数内"), 1.6),
            number_column(_("超期率")),
        ),
        rows=tuple(rows),
        unit=_("单位：日"),
        source=_("资料来源：案卷所载日期。"),
    )
    return [Section(_("时限执行"), (table,), id="durations-section")]


def _tested_changes(f: Facts, parts: list[tuple[str, ResultValue]]) -> list[Block]:
    changes = [(name, change) for name, r in parts if (change := f.change(r)) is not None]
    if f.previous is None or not changes:
        return []
    moved = [(n, c) for n, c in changes if c.is_significant is not False and c.difference != 0]
    groups = (
        (_("显著提高的有"), [(n, c) for n, c in moved if c.difference > 0]),
        (_("显著下降的有"), [(n, c) for n, c in moved if c.difference < 0]),
    )
    clauses: list[Parts] = [
        (word, *join((plan_words(n), "（", *c.parts[1:], "）") for n, c in group))
        for word, group in groups
        if group
    ]
    same = len(changes) - len(moved)
    if same:
        counted = f.count("procedure.same", same)
        clauses.append((_("其余"), counted, _("个部分的变化在抽样误差范围内")))
    sentence: Parts = (
        _("与"),
        plan_words(f.previous[0].name),
        _("相比，"),
        *join(clauses, "；"),
        _("。检验为两期独立样本之差的双侧检验。"),
    )
    return [Section(_("与上期比较"), (Paragraph(sentence),), id="procedure-change")]
