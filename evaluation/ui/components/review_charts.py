"""Charts and tables of review results, drawn from results and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from evaluation.analysis import precision
from evaluation.analysis.results import ResultSet, ResultValue
from evaluation.domain.checklist import Checklist
from evaluation.language import _
from evaluation.services.review_overview import CLASSES
from evaluation.ui.components import table
from reports import numbers
from reports.figures import distributions, intervals, shares

MOST_PROBLEMS = 10
SHORT_DAYS = 60
QUANTILES = ("p10", "p25", "median", "p75", "p90")


def percent(value: float | None) -> str:
    """Write a share as a percentage, or a dash."""
    return "—" if value is None else numbers.percent(value, 1)


def interval(result: ResultValue) -> str:
    """Write an interval of shares."""
    if result.lower is None or result.upper is None:
        return "—"
    return f"{percent(result.lower)}–{percent(result.upper)}"


def draw(svg: str, alternative: str) -> None:
    """Put a chart on the page with its text for those who do not see it."""
    st.image(svg, width="stretch", caption=None, output_format="auto")
    with st.expander(_("图的文字说明")):
        st.write(alternative)


def closures(found: ResultSet, checklist: Checklist) -> list[tuple[str, str]]:
    """Return the closure methods that have results."""
    field = next(field for field in checklist.header if field.code == "closure_method")
    return [
        (f"closure.{option.code}", _("结案方式：{name}").format(name=option.text))
        for option in field.options
        if f"review.part.1.closure.{option.code}" in found
    ]


def bars(title: str, results: Iterable[tuple[str, ResultValue]]) -> None:
    """Show shares with intervals as bars."""
    rows = [
        intervals.Estimated(
            name, float(one.value), percent(one.value), one.lower, one.upper, interval(one)
        )
        for name, one in results
        if one.value is not None
    ]
    if not rows:
        st.info(_("还没有结果。"))
        return
    axis = intervals.Axis(0, 1, lambda value: numbers.percent(value, 0))
    alternative = "；".join(f"{row.label}{row.written}" for row in rows) + "。"
    draw(intervals.bars(title, rows, axis), alternative)


def parts(found: ResultSet, checklist: Checklist, where: str) -> None:
    """Show the compliance rate of the ten parts."""
    rows = [
        (f"{part.number} {part.text.split('（')[0]}", one)
        for part in checklist.parts
        if (one := found.get(f"review.part.{part.number}.{where}")) is not None
    ]
    bars(_("各部分符合率"), rows)


def items(found: ResultSet, checklist: Checklist, where: str) -> None:
    """Show every item with numerator, denominator and what stands apart."""
    rows = []
    for item in checklist.items():
        one = found.get(f"review.item.{item.code}.{where}")
        if one is None:
            continue
        rows.append(
            {
                _("编号"): item.code,
                _("项目"): item.text,
                _("符合率"): percent(one.value),
                _("区间"): interval(one),
                _("分子/分母"): f"{one.numerator}/{one.denominator}",
                _("符合"): one.extra.get("pass", 0),
                _("不符合"): one.extra.get("fail", 0),
                _("案卷未见"): one.extra.get("nf", 0),
                _("未能核验"): one.extra.get("nv", 0),
                _("不适用"): one.extra.get("na", 0),
                _("说明"): one.note,
            }
        )
    table.show(rows, height=620)


def problems(found: ResultSet, checklist: Checklist, where: str) -> None:
    """Show the items that are kept least."""
    item_of = {f"review.item.{item.code}.{where}": item for item in checklist.items()}
    rated = [one for name in item_of if (one := found.get(name)) is not None]
    told, vague = precision.worst(rated, MOST_PROBLEMS)
    st.caption(_("按符合率由低到高列出前{n}项。").format(n=MOST_PROBLEMS))
    bars(
        _("符合率最低的项目"),
        [(f"{item_of[one.id].code} {item_of[one.id].text}", one) for one in told],
    )
    table.show(
        [
            {
                _("编号"): item_of[one.id].code,
                _("项目"): item_of[one.id].text,
                _("符合率"): percent(one.value),
                _("区间"): interval(one),
                _("分子/分母"): f"{one.numerator}/{one.denominator}",
                _("不符合"): one.extra.get("fail", 0),
                _("案卷未见"): one.extra.get("nf", 0),
            }
            for one in told
        ],
        empty=_("没有可以排列的项目。"),
        height=min(420, 38 + 36 * max(len(told), 1)),
    )
    if vague:
        st.caption(
            _("适用案卷不足{n}件或区间宽达{w}个百分点，不参加排列：{codes}。").format(
                n=round(precision.STANDARD.smallest_size),
                w=round(precision.STANDARD.wide_width * 100),
                codes="、".join(item_of[one.id].code for one in vague),
            )
        )


def classes(found: ResultSet, checklist: Checklist, places: Sequence[tuple[str, str]]) -> None:
    """Show how files split into carried out, hard to enforce and impossible to enforce."""
    rows = []
    for where, name in places:
        values = [found.get(f"review.class.{code}.{where}") for code in CLASSES]
        known = [float(one.value) if one and one.value is not None else 0.0 for one in values]
        if sum(known) > 0:
            shown = tuple(float(v) for v in numbers.largest_remainder(known, 1))
            rows.append(shares.Split(name, shown))
    if not rows:
        st.info(_("还没有结果。"))
        return
    key = [_(title) for title in CLASSES.values()]
    words = "；".join(
        f"{row.label}："
        + "、".join(f"{k}{p:g}%" for k, p in zip(key, row.percentages, strict=True))
        for row in rows
    )
    draw(shares.stacked(_("执行难与执行不能"), key, rows), words + "。")
    field = next(field for field in checklist.header if field.code == "difficulty_class")
    detail = [found.get(f"review.class_detail.{option.code}.city") for option in field.options]
    table.show(
        [
            {
                _("定性（全市）"): one.label,
                _("案卷"): one.numerator,
                _("占比"): percent(one.value),
                _("区间"): interval(one),
            }
            for one in detail
            if one is not None
        ]
    )


def labels(found: ResultSet, places: Sequence[tuple[str, str]], where: str) -> None:
    """Show the court's property label against the reviewers' judgment, the city or one court."""
    stem = f"review.label.{where}" if where.startswith("court.") else "review.label"
    name = dict(places).get(where, _("全市"))
    st.caption(_("{name}：行是法院的认定，列是评查员的独立认定，单位为案卷数。").format(name=name))
    table.show(_label_rows(found, stem))
    rates = []
    for where, name in places:
        key = "review.label.disagreement" + ("" if where == "city" else f".{where}")
        one = found.get(key)
        if one is not None:
            rates.append((name, one))
    bars(_("有无财产认定不一致率"), rates)


def _label_rows(found: ResultSet, stem: str) -> list[dict[str, object]]:
    courts = {"property": _("有财产"), "no_property": _("无财产"), "unmarked": _("未标记")}
    judged = {"property": _("有财产"), "no_property": _("无财产"), "undecidable": _("无法判断")}
    counts = {
        court: [
            int(one.value or 0) if (one := found.get(f"{stem}.{court}.{own}")) else 0
            for own in judged
        ]
        for court in courts
    }
    sums = {_("合计"): [sum(column) for column in zip(*counts.values(), strict=True)]}
    return [
        {
            _("法院认定"): title,
            **{
                _("评查认定：{name}").format(name=own): number
                for own, number in zip(judged.values(), numbers_, strict=True)
            },
            _("合计"): sum(numbers_),
        }
        for title, numbers_ in [(courts[court], row) for court, row in counts.items()]
        + list(sums.items())
    ]


def terminated(found: ResultSet, places: Sequence[tuple[str, str]]) -> None:
    """Show the share of qualified terminations by court."""
    rows = [
        (name, one)
        for where, name in places
        if (one := found.get(f"review.terminated.qualified.{where}")) is not None
    ]
    bars(_("终本合格率"), rows)
    corrected = found.get("review.corrected.terminated.city")
    if corrected is not None:
        st.write(
            _("按金标复核校正后，全市终本合格率为{value}（{limits}）。").format(
                value=percent(corrected.value), limits=interval(corrected)
            )
        )
    notes = [f"{name}：{one.note.removesuffix('。')}" for name, one in rows if one.note]
    if notes:
        st.caption("；".join(notes) + "。")


def durations(found: ResultSet) -> None:
    """Show the time each step took: its spread, and the share that was late."""
    rows = []
    spreads = []
    for one in found.under("review.duration"):
        if not one.id.endswith(".median"):
            continue
        stem = one.id.removesuffix(".median")
        title, late = one.label.split("：")[0], found.get(f"{stem}.late_rate")
        points = [
            round(point.value or 0) if (point := found.get(f"{stem}.{name}")) else 0
            for name in QUANTILES
        ]
        spreads.append(distributions.Spread(title, tuple(float(p) for p in points)))
        rows.append(
            {
                _("环节"): title,
                _("案卷"): one.n_sampled,
                _("一成不超过（日）"): points[0],
                _("四分之一不超过（日）"): points[1],
                _("中位数（日）"): points[2],
                _("四分之三不超过（日）"): points[3],
                _("九成不超过（日）"): points[4],
                _("不合时限"): percent(late.value) if late else "—",
                _("区间"): interval(late) if late else "—",
            }
        )
    for heading, chosen in (
        (_("用时分布：九成在60日以内的环节"), [s for s in spreads if s.points[-1] <= SHORT_DAYS]),
        (_("用时分布：较长的环节"), [s for s in spreads if s.points[-1] > SHORT_DAYS]),
    ):
        if chosen:
            st.subheader(heading)
            st.caption(_("方框是居中的一半案卷，粗线是中位数，两端各是最短和最长一成的界线。"))
            words = "；".join(
                _("{name}：中位数{median:g}日，九成不超过{high:g}日").format(
                    name=one.label, median=one.points[2], high=one.points[4]
                )
                for one in chosen
            )
            draw(distributions.boxes(heading, chosen, _("日")), words + "。")
    height = min(460, 38 + 36 * max(len(rows), 1))
    table.show(rows, empty=_("还没有可以计算用时的案卷。"), height=height)
