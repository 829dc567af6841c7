"""Charts of one survey: diverging Likert bars, dots with intervals, importance against score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from evaluation.analysis.survey_relations import Gap
from evaluation.analysis.surveys import GroupIndex
from evaluation.language import _
from evaluation.services.survey_analysis import AnsweredVariable, SurveyFigures
from surveys.codebook import Kind

LEVEL_COLOURS = ["#8c510a", "#d8b365", "#d9d9d9", "#7fb8ae", "#01665e"]
DARK = (0, 4)
"""Levels on whose colour the figures are white."""
INK = "#1f4e5f"
SHORT = 22
LONGEST_LABEL = 60
ROW_HEIGHT = 46
AXIS_HEIGHT = 60
LEGEND_HEIGHT = 60
LABEL_OFFSET = -12
MARK_OFFSET = 8
SMALLEST_NAMED_SHARE = 0.09


def _own_words(text: str) -> str:
    """Words of the row of a matrix; of any other variable all of them."""
    return text.partition("［")[2].rstrip("］") or text


def _short(text: str, limit: int = SHORT) -> str:
    words = _own_words(text)
    return words if len(words) <= limit else f"{words[: limit - 1]}…"


def _labels(table: pd.DataFrame, order: list[str]) -> alt.Chart:
    """Write the label of each row above its marks, so that a phone has room for both."""
    chart: alt.Chart = (
        alt.Chart(table.drop_duplicates("item"))
        .mark_text(align="left", baseline="middle", yOffset=LABEL_OFFSET, fontSize=12, color="#333")
        .encode(x=alt.value(0), y=_rows(order), text="item:N")
    )
    return chart


def _rows(order: list[str]) -> alt.Y:
    return alt.Y("item:N", sort=order, axis=None)


def likert(figures: SurveyFigures) -> None:
    """Show the answers on five-point scales: the middle on the line, the bad end on the left."""
    asked = figures.questionnaire
    st.caption(_("中间的回答居中，左侧为差的一端，右侧为好的一端；反向题已调转。"))
    for scale in asked.scales:
        if len(scale.points) != len(LEVEL_COLOURS):
            continue
        for is_reversed in (False, True):
            chosen = [
                item
                for item in figures.answers
                if item.variable.kind is Kind.POINT
                and asked.question(item.variable.question).scale == scale.code
                and asked.question(item.variable.question).is_reversed(item.variable.row)
                is is_reversed
            ]
            points = scale.points[::-1] if is_reversed else scale.points
            if chosen:
                title = _("{scale}（反向题）") if is_reversed else "{scale}"
                st.markdown(f"**{title.format(scale=scale.title)}**")
                codes = [point.code for point in points]
                _diverging(chosen, codes, [str(point.label) for point in points])


def _diverging(chosen: Sequence[AnsweredVariable], codes: list[str], levels: list[str]) -> None:
    rows: list[dict[str, Any]] = []
    hidden: list[str] = []
    merged: dict[str, list[str]] = {}
    for item in chosen:
        shares = [row for row in item.rows if not row.is_missing]
        shares.sort(key=lambda row: min(codes.index(code) for code in row.code.split("+")))
        places = [sorted(codes.index(code) for code in row.code.split("+")) for row in shares]
        middle = len(levels) // 2
        if any(row.count < 0 for row in shares) or [middle] not in places:
            hidden.append(item.variable.name)
            continue
        for row in shares:
            if "+" in row.code:
                merged.setdefault(row.label, []).append(item.variable.name)
        left = sum(row.share or 0 for row, at in zip(shares, places, strict=True) if at[0] < middle)
        start = -left - (shares[places.index([middle])].share or 0) / 2
        for row, at in zip(shares, places, strict=True):
            inner = at[-1] if at[-1] <= middle else at[0]
            share = float(row.share or 0)
            rows.append(
                {
                    "item": _short(item.variable.label, LONGEST_LABEL),
                    "level": levels[inner],
                    "said": row.label,
                    "start": start,
                    "end": start + share,
                    "middle": start + share / 2,
                    "share": share,
                    "named": f"{share:.0%}" if share >= SMALLEST_NAMED_SHARE else "",
                    "is_dark": inner in DARK,
                }
            )
            start += share
    if rows:
        _draw_diverging(pd.DataFrame(rows), levels)
    if merged:
        words = "；".join(f"{label}（{'、'.join(names)}）" for label, names in merged.items())
        st.caption(_("人数过少的相邻选项合并显示：{groups}。").format(groups=words))
    if hidden:
        st.caption(_("人数过少，不画图：{items}。").format(items="、".join(hidden)))


def _draw_diverging(table: pd.DataFrame, levels: list[str]) -> None:
    order = list(dict.fromkeys(table["item"]))
    base = alt.Chart(table).encode(y=_rows(order))
    bars = base.mark_bar(size=20, yOffset=MARK_OFFSET).encode(
        x=alt.X(
            "start:Q",
            title="",
            axis=alt.Axis(format="%", labelExpr="replace(datum.label, '−', '')", tickCount=5),
        ),
        x2="end:Q",
        color=alt.Color(
            "level:N",
            sort=levels,
            scale=alt.Scale(domain=levels, range=LEVEL_COLOURS),
            legend=alt.Legend(title="", orient="bottom", columns=3),
        ),
        tooltip=[
            alt.Tooltip("item:N", title=_("题目")),
            alt.Tooltip("said:N", title=_("回答")),
            alt.Tooltip("share:Q", title=_("比例"), format=".1%"),
        ],
    )
    figures = base.mark_text(yOffset=MARK_OFFSET, fontSize=11).encode(
        x="middle:Q",
        text="named:N",
        color=alt.condition("datum.is_dark", alt.value("#fff"), alt.value("#222")),
    )
    line = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color="#333").encode(x="x:Q")
    chart = alt.layer(bars, line, figures, _labels(table, order)).resolve_scale(color="independent")
    height = ROW_HEIGHT * len(order) + AXIS_HEIGHT + LEGEND_HEIGHT
    st.altair_chart(chart.properties(height=height), width="stretch")


def indices(figures: SurveyFigures) -> None:
    """Show the index of each question as a dot, with its interval where there is one."""
    labels = {q.code: _short(str(q.text)) for q in figures.questionnaire.questions}
    table = pd.DataFrame(_index_rows(figures.index, labels))
    order = list(table["item"])
    base = alt.Chart(table).encode(y=_rows(order))
    dots = base.mark_point(filled=True, size=90, color=INK, opacity=1, yOffset=MARK_OFFSET).encode(
        x=alt.X(
            "value:Q",
            title=_("指数（0—100）"),
            scale=alt.Scale(domain=[0, 100]),
            axis=alt.Axis(values=[0, 20, 40, 60, 80, 100]),
        ),
        tooltip=[
            alt.Tooltip("item:N", title=_("题目")),
            alt.Tooltip("value:Q", title=_("指数"), format=".1f"),
            alt.Tooltip("n:Q", title=_("有效回答")),
        ],
    )
    bars = base.mark_rule(color=INK, strokeWidth=2, yOffset=MARK_OFFSET).encode(
        x="lower:Q", x2="upper:Q"
    )
    parts = [bars, dots] if figures.is_probability else [dots]
    chart = alt.layer(*parts, _labels(table, order))
    height = ROW_HEIGHT * len(order) + AXIS_HEIGHT
    st.altair_chart(chart.properties(height=height), width="stretch")
    st.caption(
        _("横线为95%置信区间。")
        if figures.is_probability
        else _("非概率样本，不给误差范围，不能推断总体。")
    )


def _index_rows(index: GroupIndex, labels: dict[str, str]) -> list[dict[str, Any]]:
    rows = [_row(_("全部量表题"), index.value, index.estimate, index.n_responses)]
    rows += [
        _row(f"{code} {labels[code]}", item.value, item.estimate, item.n_valid)
        for code, item in index.questions.items()
        if item.value is not None
    ]
    return rows


def _row(label: str, value: float | None, estimate: Any, n: int) -> dict[str, Any]:
    return {
        "item": label,
        "value": value,
        "lower": estimate.lower if estimate else value,
        "upper": estimate.upper if estimate else value,
        "n": n,
    }


def importance(gaps: Sequence[Gap]) -> None:
    """Set derived importance against the index of each item; the items are named by code."""
    table = pd.DataFrame(
        [
            {
                "code": gap.item.variable,
                "item": _own_words(gap.label),
                "importance": gap.importance,
                "satisfaction": gap.satisfaction,
            }
            for gap in gaps
        ]
    )
    base = alt.Chart(table).encode(
        x=alt.X(
            "satisfaction:Q",
            title=_("评价（指数）"),
            scale=alt.Scale(zero=False, nice=True, padding=20),
            axis=alt.Axis(tickCount=5),
        ),
        y=alt.Y(
            "importance:Q",
            title=_("推得的重要性"),
            scale=alt.Scale(zero=False, nice=True, padding=14),
            axis=alt.Axis(tickCount=5),
        ),
        tooltip=[
            alt.Tooltip("item:N", title=_("题目")),
            alt.Tooltip("importance:Q", title=_("重要性"), format=".0f"),
            alt.Tooltip("satisfaction:Q", title=_("评价"), format=".1f"),
        ],
    )
    dots = base.mark_point(filled=True, size=80, color=INK, opacity=1)
    words = base.mark_text(align="left", dx=7, dy=-6, fontSize=11).encode(text="code:N")
    st.altair_chart((dots + words).properties(height=360), width="stretch")
