"""Several precision limits at once, on the plan page: limits in a table, sizes and what is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from evaluation.language import _
from evaluation.services import precision_limits
from evaluation.services.frames import FrameView
from evaluation.services.precision_limits import (
    SCOPE_TITLES,
    Limit,
    LimitCheck,
    LimitOutcome,
    LimitStratum,
    Scope,
)
from evaluation.ui.components import problem, table

Names = Mapping[str, str]


def choose_sizes(frame: FrameView, names: Names) -> dict[str, int] | None:
    """Take limits, show the cheapest sample that meets them; return the sizes per stratum."""
    rows = _limit_rows()
    if not rows:
        st.info(_("请在上表中至少填写一行：指标、范围、允许误差。"))
        return None
    strata = _strata(frame, names, {row["indicator"]: row["rate"] / 100 for row in rows})
    left, middle, right = st.columns(3)
    minimum = left.slider(_("每层至少"), 2, 100, 5, key="limit_minimum")
    cap = int(
        middle.number_input(
            _("每层至多（0为不限）"), min_value=0, value=0, step=10, key="limit_cap"
        )
    )
    tightness = right.slider(
        _("把全部允许误差放宽或收紧为"), 50, 200, 100, 5, format="%d%%", key="limit_tightness"
    )
    limits = [
        Limit(row["indicator"], row["scope"], row["half_width"] / 100 * tightness / 100)
        for row in rows
    ]
    sizes: dict[str, int] = {}
    with problem.shown():
        bounds: dict[str, Any] = {"minimum": minimum, "cap": cap or None}
        outcome = precision_limits.meet(strata, limits, **bounds)
        _figures(outcome, frame)
        plain = [Limit(row["indicator"], row["scope"], row["half_width"] / 100) for row in rows]
        _curve(precision_limits.sizes_by_tightness(strata, plain, **bounds), tightness)
        _checks(outcome.checks, names)
        _sizes(outcome, names)
        sizes.update({row.name: row.sample_size for row in outcome.strata})
    return sizes or None


def _limit_rows() -> list[dict[str, Any]]:
    st.write(_("每行一项要求：这个指标在这个范围内，估计值的误差（95%置信水平）不得超过多少。"))
    words = {_(title): scope for scope, title in SCOPE_TITLES.items()}
    whole, courts = _(SCOPE_TITLES[Scope.WHOLE]), _(SCOPE_TITLES[Scope.EACH_COURT])
    start = pd.DataFrame(
        [
            {"indicator": _("案卷符合率"), "scope": whole, "rate": 90.0, "half_width": 2.0},
            {"indicator": _("案卷符合率"), "scope": courts, "rate": 90.0, "half_width": 8.0},
            {"indicator": _("重点项目符合率"), "scope": whole, "rate": 70.0, "half_width": 4.0},
        ]
    )
    config = st.column_config
    edited = st.data_editor(
        start,
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        key="limits",
        column_config={
            "indicator": config.TextColumn(_("指标"), required=True, width="medium"),
            "scope": config.SelectboxColumn(_("范围"), options=list(words), required=True),
            "rate": config.NumberColumn(
                _("预计率（%）"), min_value=1.0, max_value=100.0, required=True, format="%g"
            ),
            "half_width": config.NumberColumn(
                _("允许误差（±百分点）"), min_value=0.1, max_value=50.0, required=True, format="%g"
            ),
        },
    )
    rows: list[dict[str, Any]] = []
    kept = edited.dropna()
    columns = [kept[name].tolist() for name in ("indicator", "scope", "rate", "half_width")]
    for indicator, scope, rate, half_width in zip(*columns, strict=True):
        name = str(indicator).strip()
        if name:
            values = {"rate": float(rate), "half_width": float(half_width)}
            rows.append({"indicator": name, "scope": words[str(scope)], **values})
    return rows


def _strata(frame: FrameView, names: Names, rates: Mapping[str, float]) -> list[LimitStratum]:
    """Let each stratum have rates and costs of its own; the table starts from the common ones."""
    strata = sorted(frame.stratum_sizes.items())
    rows = [
        {
            "name": named(stratum, names),
            "size": size,
            "cost": 1.0,
            **{name: rate * 100 for name, rate in rates.items()},
        }
        for stratum, size in strata
    ]
    config = st.column_config
    columns: dict[str, Any] = {
        "name": config.TextColumn(_("层"), disabled=True),
        "size": config.NumberColumn(_("案件"), disabled=True),
        "cost": config.NumberColumn(
            _("每件成本"),
            min_value=0.01,
            required=True,
            format="%g",
            help=_("只看相对大小：某层每件的调卷和评查成本是别处两倍的，填2。"),
        ),
    }
    for name in rates:
        columns[name] = config.NumberColumn(
            name + _("（%）"), min_value=1.0, max_value=100.0, required=True, format="%g"
        )
    with st.expander(_("各层的预计率或每件成本不同时，在这里逐层修改")):
        edited = st.data_editor(
            pd.DataFrame(rows),
            hide_index=True,
            width="stretch",
            column_config=columns,
            key="limit_strata_" + "_".join(f"{name}{rate:g}" for name, rate in rates.items()),
        )
    return [
        LimitStratum(
            stratum,
            stratum.partition(" ")[0],
            size,
            {name: float(row[name]) / 100 for name in rates},
            float(row["cost"]),
        )
        for (stratum, size), row in zip(strata, edited.to_dict("records"), strict=True)
    ]


def named(stratum: str, names: Names) -> str:
    """Write a stratum with the court's name instead of its code."""
    code, space, rest = stratum.partition(" ")
    return names.get(code, code) + space + rest


def _figures(outcome: LimitOutcome, frame: FrameView) -> None:
    columns = st.columns(3)
    columns[0].metric(_("总样本量"), _("{n}件").format(n=outcome.total))
    share = outcome.total / frame.n_units
    columns[1].metric(_("占全部案件"), f"{share:.1%}")
    deciding = sum(check.is_deciding for check in outcome.checks)
    columns[2].metric(_("起决定作用的要求"), _("{n}项").format(n=deciding))
    if abs(outcome.cost - outcome.total) > 1e-9:
        st.caption(_("按所填每件成本，总成本为{cost:.1f}。").format(cost=outcome.cost))


def _curve(points: Sequence[tuple[float, int, float]], tightness: int) -> None:
    if len(points) < 2:
        return
    data = pd.DataFrame(
        {"factor": [f * 100 for f, _n, _c in points], "total": [n for _f, n, _c in points]}
    )
    line = (
        alt.Chart(data)
        .mark_line(color="#1f4e79", strokeWidth=2.5)
        .encode(
            x=alt.X(
                "factor:Q",
                title=_("允许误差为所填数值的百分之几"),
                scale=alt.Scale(domain=[50, 200], nice=False),
            ),
            y=alt.Y("total:Q", title=_("总样本量（件）"), scale=alt.Scale(zero=True)),
        )
    )
    here = (
        alt.Chart(pd.DataFrame({"factor": [tightness]}))
        .mark_rule(color="#a4161a", strokeDash=[5, 4])
        .encode(x="factor:Q")
    )
    st.altair_chart(alt.layer(line, here).properties(height=220), width="stretch")
    st.caption(_("曲线为放宽或收紧全部要求时所需的件数，红色虚线为当前选择。"))


def _checks(checks: Sequence[LimitCheck], names: Names) -> None:
    st.subheader(_("各项要求"))
    ordered = sorted(checks, key=lambda one: one.reached_half_width / one.permitted_half_width)
    table.show(
        [
            {
                _("指标"): one.indicator,
                _("范围"): named(one.part, names) or _(SCOPE_TITLES[Scope.WHOLE]),
                _("允许误差"): _points(one.permitted_half_width),
                _("达到的误差"): _points(one.reached_half_width),
                _("允许的变异系数"): f"{one.permitted_coefficient:.2%}",
                _("达到的变异系数"): f"{one.reached_coefficient:.2%}",
                _("说明"): _("起决定作用") if one.is_deciding else _("有余"),
            }
            for one in reversed(ordered)
        ]
    )


def _points(half_width: float) -> str:
    return f"±{half_width * 100:.2f}"


def _sizes(outcome: LimitOutcome, names: Names) -> None:
    st.subheader(_("各层件数"))
    rows: list[dict[str, Any]] = []
    for row in outcome.strata:
        own = {
            _("{name}：变异系数").format(name=name): f"{value:.1%}"
            for name, value in row.coefficients.items()
        }
        rows.append(
            {
                _("层"): named(row.name, names),
                _("案件"): row.population_size,
                _("抽取"): row.sample_size,
                **own,
                _("说明"): row.note or "—",
            }
        )
    table.show(rows)
    st.caption(
        _(
            "按所填的预计率求出满足全部要求的最少件数（Bethel—Chromy 法），下限和上限在求解之内。"
            "误差单位为百分点，95%置信水平；只用于规划，结果以实际数据为准。"
        )
    )
