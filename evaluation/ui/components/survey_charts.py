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
INK = "#1f4e5f"
SHORT = 22
MOST_NAMED = 8


def _short(text: str) -> str:
    words = text.partition("［")[2].rstrip("］") or text
    return words if len(words) <= SHORT else f"{words[: SHORT - 1]}…"


def likert(figures: SurveyFigures) -> None:
    """Show the answers on five-point scales, the middle on the line."""
    for scale in figures.questionnaire.scales:
        if len(scale.points) != len(LEVEL_COLOURS):
            continue
        codes = {
            question.code
            for question in figures.questionnaire.questions
            if question.scale == scale.code
        }
        chosen = [
            item
            for item in figures.answers
            if item.variable.question in codes and item.variable.kind is Kind.POINT
        ]
        if chosen:
            st.markdown(f"**{scale.title}**")
            _diverging(chosen, [str(point.label) for point in scale.points])


def _diverging(chosen: Sequence[AnsweredVariable], levels: list[str]) -> None:
    rows: list[dict[str, Any]] = []
    hidden = []
    for item in chosen:
        shares = [row.share for row in item.rows if not row.is_missing]
        if any(share is None for share in shares):
            hidden.append(_short(item.variable.label))
            continue
        values = [float(share or 0) for share in shares]
        start = -(values[0] + values[1] + values[2] / 2)
        for level, value in zip(levels, values, strict=True):
            rows.append(
                {
                    "item": _short(item.variable.label),
                    "level": level,
                    "start": start,
                    "end": start + value,
                    "share": value,
                }
            )
            start += value
    if rows:
        _draw_diverging(rows, levels)
    if hidden:
        st.caption(_("有选项人数过少，不画图：{items}").format(items="、".join(hidden)))


def _draw_diverging(rows: list[dict[str, Any]], levels: list[str]) -> None:
    order = list(dict.fromkeys(row["item"] for row in rows))
    chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar(height=20)
        .encode(
            x=alt.X(
                "start:Q",
                title="",
                axis=alt.Axis(format="%", labelExpr="replace(datum.label, '−', '')"),
            ),
            x2="end:Q",
            y=alt.Y("item:N", sort=order, title="", axis=alt.Axis(labelLimit=210)),
            color=alt.Color(
                "level:N",
                sort=levels,
                scale=alt.Scale(domain=levels, range=LEVEL_COLOURS),
                legend=alt.Legend(title="", orient="bottom", columns=3),
            ),
            tooltip=[
                alt.Tooltip("item:N", title=_("题目")),
                alt.Tooltip("level:N", title=_("回答")),
                alt.Tooltip("share:Q", title=_("比例"), format=".1%"),
            ],
        )
    )
    line = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color="#333").encode(x="x:Q")
    st.altair_chart((chart + line).properties(height=34 * len(order) + 70), width="stretch")


def indices(figures: SurveyFigures) -> None:
    """Show the index of each question as a dot, with its interval where there is one."""
    labels = {q.code: _short(str(q.text)) for q in figures.questionnaire.questions}
    rows = _index_rows(figures.index, labels)
    order = [row["item"] for row in rows]
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y("item:N", sort=order, title="", axis=alt.Axis(labelLimit=210))
    )
    dots = base.mark_point(filled=True, size=90, color=INK, opacity=1).encode(
        x=alt.X("value:Q", title=_("指数（0—100）"), scale=alt.Scale(domain=[0, 100])),
        tooltip=[
            alt.Tooltip("item:N", title=_("题目")),
            alt.Tooltip("value:Q", title=_("指数"), format=".1f"),
            alt.Tooltip("n:Q", title=_("有效回答")),
        ],
    )
    bars = base.mark_rule(color=INK, strokeWidth=2).encode(x="lower:Q", x2="upper:Q")
    chart = bars + dots if figures.is_probability else dots
    st.altair_chart(chart.properties(height=34 * len(rows) + 50), width="stretch")
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
    """Set derived importance against the index of each item."""
    table = pd.DataFrame(
        [
            {"item": _short(g.label), "importance": g.importance, "satisfaction": g.satisfaction}
            for g in gaps
        ]
    )
    chart = (
        alt.Chart(table)
        .mark_point(filled=True, size=90, color=INK, opacity=1)
        .encode(
            x=alt.X("satisfaction:Q", title=_("评价（指数）"), scale=alt.Scale(domain=[0, 100])),
            y=alt.Y("importance:Q", title=_("推得的重要性")),
            tooltip=[
                alt.Tooltip("item:N", title=_("题目")),
                alt.Tooltip("importance:Q", title=_("重要性"), format=".0f"),
                alt.Tooltip("satisfaction:Q", title=_("评价"), format=".1f"),
            ],
        )
        .properties(height=340)
    )
    named = table.nlargest(MOST_NAMED, "importance")
    words = (
        alt.Chart(named[named["importance"] > 0])
        .mark_text(align="left", dx=8, fontSize=11)
        .encode(x="satisfaction:Q", y="importance:Q", text="item:N")
    )
    st.altair_chart(chart + words, width="stretch")
