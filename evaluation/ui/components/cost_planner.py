"""Spreading a budget over strata whose files differ in spread and in cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from evaluation.language import _
from evaluation.services import planning
from evaluation.services.frames import FrameView
from evaluation.services.planning import AllocationRule, PlanOutcome, StratumInput
from evaluation.ui.components import limit_planner, problem, table

Names = Mapping[str, str]
_POINTS = 20


def choose_sizes(frame: FrameView, names: Names) -> dict[str, int] | None:
    """Ask for costs and a budget, show what they buy, and return the size of each stratum."""
    left, right = st.columns(2)
    minimum = left.slider(_("每层至少"), 2, 100, min(20, frame.n_units))
    cap = int(right.number_input(_("每层至多（0为不限）"), min_value=0, value=0, step=10)) or None
    strata = _strata(frame, names)
    most = [min(cap or one.population_size, one.population_size) for one in strata]
    lowest = sum(min(minimum, n) * one.unit_cost for one, n in zip(strata, most, strict=True))
    highest = sum(n * one.unit_cost for one, n in zip(strata, most, strict=True))
    if highest - lowest < 1:
        st.warning(_("按每层下限已用到各层上限，没有可选的经费。请提高上限或降低下限。"))
        return None
    start = min(max(600 * highest / sum(most), lowest), highest)
    budget = st.slider(
        _("经费（元）"),
        lowest,
        highest,
        start,
        step=max((highest - lowest) / 200, 1.0),
        format="%.0f",
    )
    sizes: dict[str, int] = {}
    with problem.shown():
        outcome = planning.spread(strata, budget, AllocationRule.COST, minimum=minimum, cap=cap)
        _figures(outcome)
        spacing = (highest - lowest) / (_POINTS - 1)
        points = [
            planning.spread(
                strata, lowest + spacing * k, AllocationRule.COST, minimum=minimum, cap=cap
            )
            for k in range(_POINTS)
        ]
        _curve(points, outcome)
        _table(strata, outcome, names)
        sizes.update({row.name: row.sample_size for row in outcome.strata})
    return sizes or None


def _strata(frame: FrameView, names: Names) -> list[StratumInput]:
    sizes = sorted(frame.stratum_sizes.items())
    rows = [
        {"name": limit_planner.named(stratum, names), "size": size, "rate": 90.0, "cost": 100.0}
        for stratum, size in sizes
    ]
    config = st.column_config
    columns: dict[str, Any] = {
        "name": config.TextColumn(_("层"), disabled=True),
        "size": config.NumberColumn(_("案件"), disabled=True),
        "rate": config.NumberColumn(
            _("预计符合率（%）"), min_value=1.0, max_value=99.0, required=True, format="%g"
        ),
        "cost": config.NumberColumn(
            _("每件成本（元）"), min_value=0.01, required=True, format="%g"
        ),
    }
    st.write(_("请逐层填写预计符合率和每件成本（调卷、往返、评查）；成本低、差异大的层多抽。"))
    edited = st.data_editor(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        column_config=columns,
        key=f"cost_strata_{frame.id}",
    )
    return [
        StratumInput(stratum, size, float(row["rate"]) / 100, float(row["cost"]))
        for (stratum, size), row in zip(sizes, edited.to_dict("records"), strict=True)
    ]


def _figures(outcome: PlanOutcome) -> None:
    widest = max(row.half_width for row in outcome.strata)
    figures = [
        (_("总样本量"), _("{n}件").format(n=outcome.total)),
        (_("费用"), _("{n:,.0f}元").format(n=outcome.cost)),
        (_("全市误差"), f"±{outcome.half_width * 100:.1f}" + _("个百分点")),
        (_("单层最大误差"), f"±{widest * 100:.1f}" + _("个百分点")),
    ]
    for column, (label, value) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(label, value)


def _curve(points: Sequence[PlanOutcome], chosen: PlanOutcome) -> None:
    data = pd.DataFrame(
        {
            "cost": [point.cost for point in points],
            "half_width": [point.half_width * 100 for point in points],
        }
    )
    base = alt.Chart(data).encode(
        x=alt.X("cost:Q", title=_("费用（元）"), scale=alt.Scale(nice=False)),
        y=alt.Y("half_width:Q", title=_("全市误差（±百分点）"), scale=alt.Scale(domainMin=0)),
    )
    here = (
        alt.Chart(pd.DataFrame({"cost": [chosen.cost]}))
        .mark_rule(color="#a4161a", strokeDash=[5, 4])
        .encode(x="cost:Q")
    )
    chart = alt.layer(base.mark_line(color="#1f4e79"), here).properties(height=220)
    st.altair_chart(chart, width="stretch")


def _table(strata: Sequence[StratumInput], outcome: PlanOutcome, names: Names) -> None:
    table.show(
        [
            {
                _("层"): limit_planner.named(row.name, names),
                _("案件"): row.population_size,
                _("抽取"): row.sample_size,
                _("费用（元）"): f"{row.sample_size * one.unit_cost:,.0f}",
                _("误差（百分点）"): f"±{row.half_width * 100:.1f}",
            }
            for one, row in zip(strata, outcome.strata, strict=True)
        ]
    )
    st.caption(_("在同样费用下全市误差最小。误差按95%置信水平和所填的预计符合率计算，只用于规划。"))
