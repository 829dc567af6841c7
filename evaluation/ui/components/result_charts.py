"""Charts of results: build-up of the total, chances of each grade, courts around the city."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from evaluation.analysis.results import ResultSet
from evaluation.domain.framework import Framework
from evaluation.domain.indicator import IndicatorGroup
from evaluation.language import _

_GROUP_NAMES = {
    IndicatorGroup.FAIRNESS: _("公正指标"),
    IndicatorGroup.EFFICIENCY: _("效率指标"),
    IndicatorGroup.EFFECT: _("效果指标"),
}
_COLOURS = ["#1f4e79", "#b45f06", "#38761d"]


def _shown(chart: alt.Chart | alt.LayerChart | alt.FacetChart, alternative: str) -> None:
    font = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"
    chart = chart.configure(font=font).configure_view(stroke=None)
    st.altair_chart(chart.configure_axis(labelLimit=180, labelFontSize=12), width="stretch")
    st.caption(alternative)


def points(results: ResultSet, framework: Framework) -> None:
    """Draw the points of the nine indicators with their intervals and the grade edges."""
    rows = []
    for indicator in framework.indicators:
        result = results.get(f"score.{indicator.id}.city")
        if result is None or result.value is None:
            continue
        rows.append(
            {
                "name": indicator.name,
                "points": round(result.value, 2),
                "lower": result.lower if result.lower is not None else result.value,
                "upper": result.upper if result.upper is not None else result.value,
                "group": _GROUP_NAMES[indicator.group],
            }
        )
    if not rows:
        st.info(_("尚缺数据，九项指标还不能计分。"))
        return
    table = pd.DataFrame(rows)
    order = [indicator.name for indicator in framework.indicators]
    y = alt.Y("name:N", sort=order, title=None)
    x = alt.X("points:Q", title=_("得分"), scale=alt.Scale(domain=[0, 100]))
    colour = alt.Color(
        "group:N",
        title=None,
        scale=alt.Scale(domain=list(_GROUP_NAMES.values()), range=_COLOURS),
        legend=alt.Legend(orient="top"),
    )
    tips = [
        alt.Tooltip("name:N", title=_("指标")),
        alt.Tooltip("points:Q", title=_("得分")),
        alt.Tooltip("lower:Q", title=_("下限"), format=".2f"),
        alt.Tooltip("upper:Q", title=_("上限"), format=".2f"),
    ]
    base = alt.Chart(table)
    bars = base.mark_bar(size=16, opacity=0.85).encode(y=y, x=x, color=colour, tooltip=tips)
    spans = base.mark_rule(strokeWidth=2, color="#222").encode(
        y=y, x=alt.X("lower:Q"), x2="upper:Q"
    )
    words = base.mark_text(align="left", dx=4, fontSize=12).encode(
        y=y, x=alt.X("upper:Q"), text=alt.Text("points:Q", format=".1f")
    )
    edges = (
        alt.Chart(pd.DataFrame({"edge": [70, 80, 90]}))
        .mark_rule(strokeDash=[4, 3], color="#888")
        .encode(x="edge:Q")
    )
    chart = alt.layer(edges, bars, spans, words).properties(height=34 * len(rows) + 40)
    _shown(chart, _("条形为得分，黑线为抽样误差造成的范围；虚线为70、80、90分档界。"))


def grade_chances(results: ResultSet) -> None:
    """Draw the chance of each grade under sampling error."""
    found = results.under("score.grade_probability.city")
    if not found:
        return
    rows = [{"grade": one.label.rsplit("：", 1)[-1], "chance": one.value or 0.0} for one in found]
    order = [_("不达标"), _("达标"), _("良好"), _("优秀")]
    y = alt.Y("grade:N", sort=order, title=None, axis=alt.Axis(labelOverlap=False))
    base = alt.Chart(pd.DataFrame(rows))
    bars = base.mark_bar(size=18, color="#1f4e79").encode(
        y=y,
        x=alt.X(
            "chance:Q", title=_("机会"), scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%")
        ),
    )
    words = base.mark_text(align="left", dx=4, fontSize=12).encode(
        y=y, x="chance:Q", text=alt.Text("chance:Q", format=".1%")
    )
    _shown(alt.layer(bars, words).properties(height=210), found[0].note)


def contributions(results: ResultSet, framework: Framework) -> None:
    """Draw how the total is built up, indicator by indicator."""
    rows, start = [], 0.0
    for indicator in framework.indicators:
        part = results.get(f"score.contribution.{indicator.id}")
        if part is None or part.value is None:
            continue
        rows.append(
            {
                "name": indicator.name,
                "start": start,
                "end": start + part.value,
                "part": part.value,
                "group": _GROUP_NAMES[indicator.group],
            }
        )
        start += part.value
    if not rows:
        return
    table = pd.DataFrame(rows)
    y = alt.Y("name:N", sort=[str(row["name"]) for row in rows], title=None)
    base = alt.Chart(table)
    bars = base.mark_bar(size=16).encode(
        y=y,
        x=alt.X("start:Q", title=_("累计分"), scale=alt.Scale(domain=[0, 100])),
        x2="end:Q",
        color=alt.Color(
            "group:N",
            title=None,
            scale=alt.Scale(domain=list(_GROUP_NAMES.values()), range=_COLOURS),
            legend=alt.Legend(orient="top"),
        ),
    )
    words = base.mark_text(align="left", dx=4, fontSize=12).encode(
        y=y, x="end:Q", text=alt.Text("part:Q", format="+.2f")
    )
    chart = alt.layer(bars, words).properties(height=34 * len(rows) + 40)
    _shown(chart, _("每一段为该项得分乘权重，自上而下累加为总分。"))


def courts(results: ResultSet, indicator_id: str, names: dict[str, str]) -> None:
    """Draw one indicator by court in the fixed order of the courts, with the city's value."""
    found = [(code, results.get(f"indicator.{indicator_id}.court.{code}")) for code in names]
    rows = [
        {"court": names[code], "value": one.value}
        for code, one in found
        if one is not None and one.value is not None
    ]
    if not rows:
        st.info(_("各法院尚未报送这一项。"))
        return
    city = results.get(f"indicator.{indicator_id}.city")
    style = ".1f" if city is not None and str(city.unit) == "days" else ".2%"
    y = alt.Y("court:N", sort=[str(row["court"]) for row in rows], title=None)
    base = alt.Chart(pd.DataFrame(rows))
    dots = base.mark_circle(size=110, color="#1f4e79", opacity=1).encode(
        y=y,
        x=alt.X(
            "value:Q", title=_("数值"), axis=alt.Axis(format=style), scale=alt.Scale(zero=False)
        ),
        tooltip=[
            alt.Tooltip("court:N", title=_("法院")),
            alt.Tooltip("value:Q", title=_("数值"), format=style),
        ],
    )
    layers: list[alt.Chart] = [dots]
    if city is not None and city.value is not None:
        line = pd.DataFrame({"value": [city.value]})
        layers.append(alt.Chart(line).mark_rule(color="#b45f06").encode(x="value:Q"))
    chart = alt.layer(*layers).properties(height=28 * len(rows) + 50)
    _shown(chart, _("圆点为各法院自报值，按法院固定次序排列，不作名次；竖线为全市采用值。"))
