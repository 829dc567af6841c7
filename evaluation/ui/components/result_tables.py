"""Tables of results: indicators, the three sources, milestones, sensitivity, courts."""

from __future__ import annotations

import streamlit as st

from evaluation.analysis.results import ResultSet
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.framework import Framework
from evaluation.domain.indicator import Indicator
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services.courts import CourtView
from evaluation.services.results import freeze
from evaluation.services.results.freeze import FrozenView
from evaluation.services.rounds import RoundView
from evaluation.ui.components import problem, result_words, table


def headline(results: ResultSet) -> None:
    """Show total, grade and milestone at the top."""
    mark = result_words.trial(results)
    total, grade = results.get("score.total.city"), results.get("score.grade.city")
    columns = st.columns(3)
    with columns[0]:
        st.metric(
            _("全市总分{mark}").format(mark=mark),
            f"{total.value:.2f}" if total is not None and total.value is not None else "—",
        )
        if total is not None and total.lower is not None:
            st.caption(
                _("{confidence:.0%}置信区间 {lower:.2f} — {upper:.2f} 分").format(
                    confidence=total.confidence or 0.95, lower=total.lower, upper=total.upper or 0
                )
            )
        elif total is not None and total.note:
            st.caption(total.note)
    with columns[1]:
        st.metric(_("等次{mark}").format(mark=mark), grade.text if grade is not None else "—")
        if grade is not None and grade.note:
            st.caption(grade.note)
    with columns[2]:
        courts = results.get("court_statistics.courts_reported")
        done = 0 if courts is None else int(courts.value or 0)
        due = 0 if courts is None else int(courts.denominator or 0)
        st.metric(_("已报送统计数据的法院"), f"{done}／{due}")
    if mark:
        st.warning(
            _(
                "权重为试算值：行动方案的实体指标附件尚未取得。以下总分和等次仅供内部试算，"
                "不得作为等次结论发布。"
            )
        )
    near = results.get("score.near_boundary.city")
    if near is not None:
        st.info(near.text)


def indicators(results: ResultSet, listed: tuple[Indicator, ...], *, with_points: bool) -> None:
    """Show indicators with numerator, denominator, value, interval and points."""
    rows = []
    for indicator in listed:
        result = results.get(f"indicator.{indicator.id}.city")
        if result is None and not with_points:
            continue
        row = {
            _("指标"): f"{indicator.id} {indicator.name}",
            _("分子"): result_words.part(result, "numerator"),
            _("分母"): result_words.part(result, "denominator"),
            _("数值"): result_words.value(result),
            _("置信区间"): result_words.interval(result),
            _("来源"): result_words.source(result),
        }
        if with_points:
            score = results.get(f"score.{indicator.id}.city")
            row[_("权重")] = str(indicator.indicator_weight or "")
            row[_("得分")] = result_words.value(score)
        rows.append(row)
    table.show(rows)


def three_sources(results: ResultSet, framework: Framework) -> None:
    """Show what the court reported, what the register gives and what the sample shows."""
    rows = []
    for indicator in (*framework.indicators, *framework.auxiliary):
        stem = f"indicator.{indicator.id}.city"
        reported, again, sampled = (
            results.get(f"{stem}.{way}") for way in ("reported", "recomputed", "corrected")
        )
        if again is None and sampled is None:
            continue
        gap = "—"
        other = sampled or again
        if (
            reported is not None
            and other is not None
            and reported.value is not None
            and other.value is not None
        ):
            gap = result_words.signed(other.value - reported.value, other.unit)
        rows.append(
            {
                _("指标"): f"{indicator.id} {indicator.name}",
                _("法院自报"): result_words.value(reported),
                _("登记逐案复算"): result_words.value(again),
                _("案卷样本核验"): result_words.value(sampled),
                _("样本置信区间"): result_words.interval(sampled),
                _("与自报之差"): gap,
            }
        )
    table.show(rows, empty=_("还没有登记复算值或样本核验值可与自报值并列。"))
    st.caption(
        _("登记复算按结案日期逐案统计，期限按自然日判断；样本核验为按抽样设计推断的全市值。")
    )


def milestones(results: ResultSet, framework: Framework, chosen: RoundView) -> None:
    """Show the milestone of the round: promised, found, verdict."""
    milestone = framework.milestone_of(str(chosen.kind))
    if milestone is None:
        st.info(_("本期没有对应的里程碑。"))
        return
    st.caption(milestone.quote)
    rows = []
    for result in results.under(f"milestone.{milestone.id}"):
        if result.id.endswith(".verdict"):
            continue
        verdict = results.get(f"{result.id}.verdict")
        rows.append(
            {
                _("项目"): result.label,
                _("要求（含本数）"): f"{float(result.extra['minimum']):.0%}",
                _("实际值"): result_words.value(result),
                _("分子"): result_words.part(result, "numerator"),
                _("分母"): result_words.part(result, "denominator"),
                _("判断"): verdict.text if verdict is not None else _("未取得"),
            }
        )
    table.show(rows)
    vetoes = [
        {_("核心指标"): one.label, _("判断"): one.text, _("说明"): one.note or "—"}
        for one in results.under("veto")
    ]
    st.markdown(_("**参照的核心指标**"))
    table.show(vetoes)


def sensitivity(results: ResultSet) -> None:
    """Show what other choices would make of the total."""
    rows = [
        {
            _("改变的条件"): one.label,
            _("总分"): result_words.value(one),
            _("范围"): result_words.interval(one),
            _("等次"): one.text or "—",
        }
        for prefix in ("sensitivity", "alternative", "without")
        for one in results.under(prefix)
    ]
    table.show(rows, empty=_("缺少指标数据，还不能作敏感性分析。"))
    shares = results.under("sobol")
    if shares:
        st.markdown(_("**全部权重同时上下浮动四分之一时，总分波动的来源**"))
        low, high = shares[0].extra["total_range"]
        st.caption(
            _("总分的九成范围为 {low:.2f} — {high:.2f} 分；各项占比含交互作用。").format(
                low=low, high=high
            )
        )
        ordered = sorted(shares, key=lambda one: -(one.value or 0))
        table.show(
            [
                {
                    _("指标"): one.label.split("，", 1)[-1].removesuffix(_("所占的总分波动")),
                    _("占比"): result_words.value(one),
                }
                for one in ordered
            ]
        )


def courts(results: ResultSet, listed: list[CourtView], framework: Framework) -> None:
    """Show the nine indicators and the total of each court, in the fixed order of the courts."""
    rows = []
    for court in listed:
        row = {_("法院"): court.short_name}
        for indicator in framework.indicators:
            row[indicator.name] = result_words.value(
                results.get(f"indicator.{indicator.id}.court.{court.code}")
            )
        row[_("总分")] = result_words.value(results.get(f"score.total.court.{court.code}"))
        rows.append(row)
    table.show(rows, height=36 * len(rows) + 40)
    st.caption(_("各院数值为法院自报，按固定次序排列，不作排名；总分为试算时不出等次结论。"))


def frozen(actor: Actor, chosen: RoundView, stored: list[FrozenView]) -> None:
    """Show the stored result sets, and the button that makes the next one."""
    for one in stored:
        st.write(_("第{n}次计算，{count}项结果").format(n=one.number, count=one.n_results))
        st.html(f'<p class="hash">SHA-256 {one.sha256}</p>')
    if chosen.state is RoundState.FROZEN and actor.has(Role.CHAIR, Role.ANALYST):
        if st.button(_("计算并保存结果"), type="primary"):
            with problem.shown(), st.spinner(_("正在计算……")):
                freeze.freeze(actor, chosen.id)
                st.rerun()
    elif not stored:
        st.info(_("本期数据冻结后，可在此计算并保存结果；封存以最后一次保存的结果为准。"))
