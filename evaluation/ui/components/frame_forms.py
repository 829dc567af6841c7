"""Choosing a frame from a register, and spreading a sample over its strata."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from evaluation.domain.register import (
    CLOSURE_TITLES,
    FRAME_STATE_TITLES,
    PROPERTY_TITLES,
    ClosureMethod,
    FrameState,
    PropertyLabel,
)
from evaluation.domain.roles import Actor, Role
from evaluation.language import N_, _
from evaluation.services import frames, planning, rounds
from evaluation.services.frames import FrameCriteria, FrameView
from evaluation.services.planning import ALLOCATION_TITLES, AllocationRule, StratumInput
from evaluation.services.registers import RegisterView
from evaluation.services.rounds import RoundView
from evaluation.ui.components import cost_planner, limit_planner, problem, table
from sampling.design import Method, SampleDesign

METHOD_TITLES = {
    Method.STRATIFIED: N_("分层随机抽样"),
    Method.CLUSTER: N_("先抽法院，再抽案件"),
    Method.PARETO: N_("按标的额大小抽取"),
}
_RULES = [
    AllocationRule.POWER,
    AllocationRule.EQUAL,
    AllocationRule.PROPORTIONAL,
    AllocationRule.NEYMAN,
    AllocationRule.COST,
    AllocationRule.BETHEL,
]


def create(actor: Actor, chosen: RoundView, registers: Sequence[RegisterView]) -> None:
    """Choose which cases of a register can be drawn."""
    if not registers:
        st.info(_("请先在“案件登记”页导入登记表。"))
        return
    with st.expander(_("新建抽样框")), st.form("create_frame"):
        register = st.selectbox(_("登记表"), registers, format_func=lambda view: view.name)
        name = st.text_input(_("抽样框名称"), value=_("案卷评查"))
        left, right = st.columns(2)
        with left:
            period = st.checkbox(
                _("只取结案日期在 {start} 至 {end} 的案件").format(
                    start=chosen.period_from.isoformat(), end=chosen.period_to.isoformat()
                ),
                value=True,
            )
            method = st.selectbox(
                _("抽样方法"), list(Method), index=0, format_func=lambda one: _(METHOD_TITLES[one])
            )
        with right:
            closures = st.multiselect(
                _("结案方式（不选为全部）"),
                list(ClosureMethod),
                format_func=lambda one: _(CLOSURE_TITLES[one]),
                placeholder=_("全部"),
            )
            labels = st.multiselect(
                _("有无财产（不选为全部）"),
                list(PropertyLabel),
                format_func=lambda one: _(PROPERTY_TITLES[one]),
                placeholder=_("全部"),
            )
        public = st.checkbox(
            _("编号可以公开（编号本身不含案号时才可勾选）"),
            value=False,
        )
        submitted = st.form_submit_button(_("建立抽样框"))
    if submitted:
        criteria = FrameCriteria(
            closed_from=chosen.period_from if period else None,
            closed_to=chosen.period_to if period else None,
            closure_methods=tuple(str(one) for one in closures),
            property_labels=tuple(str(one) for one in labels),
        )
        with problem.shown():
            frames.plan(
                actor,
                register.id,
                name,
                criteria,
                method=method or Method.STRATIFIED,
                ids_are_public=public,
            )
            st.rerun()


def allocate(actor: Actor, chosen: RoundView, views: Sequence[FrameView]) -> None:
    """Show frames; spread a sample over the strata of one that is not frozen yet."""
    if not views:
        st.info(_("还没有抽样框。"))
        return
    table.show(
        [
            {
                _("抽样框"): view.name,
                _("状态"): _(FRAME_STATE_TITLES[view.state]),
                _("方法"): _(METHOD_TITLES[view.method]),
                _("案件"): view.n_units,
                _("层"): len(view.stratum_sizes),
                _("计划样本"): sum(part.sample_size for part in view.plans()) or "—",
            }
            for view in views
        ]
    )
    planned = [view for view in views if view.state is FrameState.PLANNED]
    if not planned:
        st.caption(_("没有待确定样本量的抽样框；抽样在“抽样”页进行。"))
        return
    st.header(_("样本量与分配"))
    frame = st.selectbox(
        _("抽样框"), planned, format_func=lambda view: view.name, key="allocate_frame", width=420
    )
    if frame.n_lookalikes:
        st.warning(
            _(
                "有{n}组编号只有全角半角或大小写之别，按不同案件处理；如属同一案件，请先在登记表中合并。"
            ).format(n=frame.n_lookalikes)
        )
    if frame.method is Method.CLUSTER:
        _clusters(actor, frame)
    else:
        _spread(actor, chosen, frame)


def _clusters(actor: Actor, frame: FrameView) -> None:
    left, right = st.columns(2)
    clusters = int(left.number_input(_("抽取几个法院"), min_value=1, value=5))
    units = int(right.number_input(_("每个法院抽取几件"), min_value=1, value=30))
    reserve = int(left.number_input(_("每个法院备用几件"), min_value=0, value=5))
    if actor.has(Role.SECRETARY, Role.CHAIR) and st.button(_("采用这一方案"), type="primary"):
        strata = list(frame.stratum_sizes)
        design = SampleDesign(
            dict.fromkeys(strata, units),
            dict.fromkeys(strata, reserve),
            Method.CLUSTER,
            dict.fromkeys(strata, clusters),
        )
        _save(actor, frame, design)


def _spread(actor: Actor, chosen: RoundView, frame: FrameView) -> None:
    names = {court.code: court.short_name for court in rounds.list_round_courts(actor, chosen.id)}
    left, right = st.columns(2)
    rule = left.selectbox(_("分配规则"), _RULES, format_func=lambda one: _(ALLOCATION_TITLES[one]))
    reserve = right.slider(_("每层备用"), 0, 60, 10)
    if rule is AllocationRule.BETHEL:
        sizes = limit_planner.choose_sizes(frame, names)
    elif rule is AllocationRule.COST:
        sizes = cost_planner.choose_sizes(frame, names)
    else:
        sizes = _by_total(frame, names, rule)
    if sizes is None:
        return
    if actor.has(Role.SECRETARY, Role.CHAIR) and st.button(_("采用这一方案"), type="primary"):
        with problem.shown():
            reserves = dict.fromkeys(sizes, reserve) if reserve else {}
            _save(actor, frame, SampleDesign(sizes, reserves, frame.method))


def _by_total(
    frame: FrameView, names: dict[str, str], rule: AllocationRule
) -> dict[str, int] | None:
    left, right = st.columns(2)
    rate = left.slider(_("预计符合率"), 50, 99, 90, format="%d%%") / 100
    strata = [
        StratumInput(stratum, size, expected_rate=rate)
        for stratum, size in sorted(frame.stratum_sizes.items())
    ]
    minimum = right.slider(_("每层至少"), 2, 100, min(20, frame.n_units))
    cap = int(right.number_input(_("每层至多（0为不限）"), min_value=0, value=0, step=10)) or None
    cost = float(
        left.number_input(_("每件成本（元，0为不计）"), min_value=0.0, step=50.0, format="%g")
    )
    most = [min(cap or stratum.population_size, stratum.population_size) for stratum in strata]
    lowest = sum(min(minimum, stratum.population_size) for stratum in strata)
    highest = min(sum(most), max(lowest + 1, 3000))
    if highest <= lowest:
        st.warning(_("每层上限低于下限，没有可选的总样本量。请提高上限或降低下限。"))
        return None
    total = st.slider(_("总样本量"), lowest, highest, min(max(600, lowest), highest))
    sizes: dict[str, int] = {}
    with problem.shown():
        outcome = planning.spread(strata, total, rule, minimum=minimum, cap=cap)
        widest = max(row.half_width for row in outcome.strata)
        figures = [
            (_("总样本量"), _("{n}件").format(n=outcome.total)),
            (_("全市误差"), f"±{outcome.half_width * 100:.1f}" + _("个百分点")),
            (_("单层最大误差"), f"±{widest * 100:.1f}" + _("个百分点")),
        ]
        if cost:
            figures.append((_("费用"), _("{n:,.0f}元").format(n=outcome.total * cost)))
        for column, (label, value) in zip(st.columns(len(figures)), figures, strict=True):
            column.metric(label, value)
        _curve(planning.curve(strata, rule, minimum=minimum, cap=cap), total, cost)
        _strata_table(outcome.strata, names)
        sizes.update({row.name: row.sample_size for row in outcome.strata})
    return sizes or None


def _strata_table(strata: Sequence[planning.StratumOutcome], names: dict[str, str]) -> None:
    table.show(
        [
            {
                _("层"): limit_planner.named(row.name, names),
                _("案件"): row.population_size,
                _("抽取"): row.sample_size,
                _("误差（百分点）"): f"±{row.half_width * 100:.1f}",
                _("说明"): _("全部抽取") if row.sample_size == row.population_size else "—",
            }
            for row in strata
        ]
    )
    st.caption(_("误差按95%置信水平和所填的预计符合率计算，只用于规划；结果以实际数据为准。"))


def _save(actor: Actor, frame: FrameView, design: SampleDesign) -> None:
    frames.set_design(actor, frame.id, design)
    st.success(_("方案已采用。请到“抽样”页冻结抽样框并公布哈希值。"))


def _curve(points: Sequence[planning.PrecisionPoint], total: int, cost: float) -> None:
    data = pd.DataFrame(
        {
            "total": [point.total for point in points],
            "half_width": [point.half_width * 100 for point in points],
        }
    )
    title, unit = _("总样本量（件）"), 1.0
    if cost:
        title, unit = _("费用（元）"), cost
    data["total"] *= unit
    base = alt.Chart(data).encode(
        x=alt.X("total:Q", title=title, scale=alt.Scale(type="log", nice=False)),
        y=alt.Y("half_width:Q", title=_("全市误差（±百分点）"), scale=alt.Scale(domainMin=0)),
    )
    here = (
        alt.Chart(pd.DataFrame({"total": [total * unit]}))
        .mark_rule(color="#a4161a", strokeDash=[5, 4])
        .encode(x="total:Q")
    )
    chart = alt.layer(base.mark_line(color="#1f4e79", strokeWidth=2.5), here)
    st.altair_chart(chart.properties(height=240), width="stretch")
    st.caption(_("曲线为成本与全市误差的关系，红色虚线为当前选择：样本越大，再增加的收益越小。"))
