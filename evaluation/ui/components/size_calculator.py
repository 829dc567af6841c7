"""Calculators of sample size: a rate, a change, the absence of faults, a threshold."""

from __future__ import annotations

import streamlit as st

from evaluation.language import _
from evaluation.services import planning
from evaluation.ui.components import problem


def show() -> None:
    """Show one question at a time."""
    questions = {
        _("估计一个比例"): _proportion,
        _("比较两期的变化"): _change,
        _("比较两组的差别"): _difference,
        _("证明达到某一标准"): _threshold,
        _("证明基本没有差错"): _discovery,
    }
    question = st.segmented_control(
        _("要回答什么问题"), list(questions), default=next(iter(questions))
    )
    if question is None:
        st.info(_("请选择一个问题。"))
        return
    with problem.shown():
        questions[question]()


def _percent(label: str, low: float, high: float, start: float, step: float = 1.0) -> float:
    return st.slider(label, low, high, start, step, format="%g%%") / 100


def _population() -> int | None:
    number = int(
        st.number_input(_("总体件数（不清楚时填0）"), min_value=0, value=0, step=100, width=260)
    )
    return number or None


def _proportion() -> None:
    left, right = st.columns(2)
    with left:
        rate = _percent(_("预计比例"), 1.0, 99.0, 90.0)
        half_width = _percent(_("允许误差（正负百分点）"), 0.5, 15.0, 3.0, 0.5)
        confidence = _percent(_("置信水平"), 80.0, 99.0, 95.0)
    with right:
        effect = st.slider(_("设计效应"), 1.0, 4.0, 1.0, 0.1)
        response = _percent(_("预计应答率（评查案卷时为100%）"), 5.0, 100.0, 100.0)
        population = _population()
    found = planning.proportion(
        rate,
        half_width,
        confidence=confidence,
        population_size=population,
        design_effect=effect,
        response_rate=response,
    )
    columns = st.columns(2)
    columns[0].metric(_("须完成"), _("{n}件").format(n=found.completed))
    columns[1].metric(_("须抽取或邀请"), _("{n}件").format(n=found.invited))
    if not found.is_reachable:
        st.warning(_("总体件数不够：请放宽允许误差，或设法提高应答率。"))
    st.caption(_("有限总体修正作用于完成件数，先于应答率折算。"))


def _change() -> None:
    left, right = st.columns(2)
    with left:
        first = _percent(_("前一期的预计比例"), 1.0, 99.0, 60.0)
        second = _percent(_("后一期的预计比例"), 1.0, 99.0, 65.0)
        power = _percent(_("把握度"), 50.0, 99.0, 80.0)
    with right:
        overlap = _percent(_("两期沿用相同样本的份额"), 0.0, 100.0, 0.0, 5.0)
        low, high = max(0.0, first + second - 1), min(first, second)
        middle = first * second
        both = _percent(
            _("两期都符合的预计比例"),
            round(low * 100, 1),
            max(round(high * 100, 1), round(low * 100, 1) + 0.1),
            round(middle * 100, 1),
            0.1,
        )
        population = _population()
    if first == second:
        st.info(_("两期比例相同，没有变化可以查明。"))
        return
    found = planning.change(
        first,
        second,
        both_rate=both,
        overlap=overlap,
        wanted_power=power,
        population_size=population,
    )
    st.metric(_("每期须完成"), _("{n}件").format(n=found.completed))
    st.caption(_("沿用相同样本能减少所需件数，前提是同一案件两期的结果相关。"))


def _difference() -> None:
    left, right = st.columns(2)
    with left:
        first = _percent(_("第一组的预计比例"), 1.0, 99.0, 85.0)
        second = _percent(_("第二组的预计比例"), 1.0, 99.0, 95.0)
        ratio = st.slider(_("第一组样本量是第二组的几倍"), 0.2, 5.0, 1.0, 0.1)
    with right:
        power = _percent(_("把握度"), 50.0, 99.0, 80.0)
        effect = st.slider(_("设计效应"), 1.0, 4.0, 1.0, 0.1)
        response = _percent(_("预计应答率（评查案卷时为100%）"), 5.0, 100.0, 100.0)
    if first == second:
        st.info(_("两组比例相同，没有差别可以查明。"))
        return
    groups = planning.difference(
        first,
        second,
        size_ratio=ratio,
        wanted_power=power,
        design_effect=effect,
        response_rate=response,
    )
    columns = st.columns(2)
    for column, name, found in zip(columns, (_("第一组"), _("第二组")), groups, strict=True):
        column.metric(name + _("须完成"), _("{n}件").format(n=found.completed))
        if found.invited > found.completed:
            column.caption(_("须抽取或邀请{n}件").format(n=found.invited))
    st.caption(_("两组互不重合，例如两个法院，或者有财产与无财产的案件。"))


def _threshold() -> None:
    left, right = st.columns(2)
    with left:
        limit = _percent(_("标准（不低于）"), 50.0, 99.0, 90.0)
        expected = _percent(_("预计的真实比例"), 50.0, 100.0, 95.0, 0.5)
    with right:
        power = _percent(_("把握度"), 50.0, 99.0, 80.0)
        population = _population() or 100_000
    if expected <= limit:
        st.info(_("预计的真实比例须高于标准，才可能证明达标。"))
        return
    found = planning.threshold(limit, expected, population_size=population, wanted_power=power)
    if found is None:
        st.warning(_("即使全部检查也不能作出判断。"))
        return
    columns = st.columns(2)
    columns[0].metric(_("须抽取"), _("{n}件").format(n=found.sample_size))
    columns[1].metric(_("其中至少符合"), _("{n}件").format(n=found.fewest_conforming))
    st.caption(
        _("达到这一件数，即可在95%的把握下认定不低于标准；件数更少时，有的结果不能作出判断。")
    )


def _discovery() -> None:
    left, right = st.columns(2)
    with left:
        tolerable = _percent(_("要排除的差错率"), 0.5, 20.0, 5.0, 0.5)
        accepted = st.slider(_("允许发现的差错件数"), 0, 10, 0)
    with right:
        confidence = _percent(_("置信水平"), 80.0, 99.0, 95.0)
        population = _population()
    found = planning.discovery(
        tolerable, confidence=confidence, population_size=population, accepted=accepted
    )
    st.metric(_("须检查"), _("{n}件").format(n=found))
    st.caption(_("检查这么多件而差错不超过允许件数，即可排除总体差错率达到所填数值。"))
