"""The framework as a tree that a lawyer reads: the plan's words beside what was made of them."""

from __future__ import annotations

import streamlit as st

from evaluation.domain.framework import Framework
from evaluation.domain.grading import WeightsStatus
from evaluation.domain.indicator import Indicator, IndicatorGroup, Origin
from evaluation.language import N_, _
from evaluation.ui.components import table
from evaluation.ui.components.framework_words import (
    anchors_text,
    formula_text,
    quote,
    seed_mark,
)

GROUP_TITLES = {
    IndicatorGroup.FAIRNESS: N_("公正指标"),
    IndicatorGroup.EFFICIENCY: N_("效率指标"),
    IndicatorGroup.EFFECT: N_("效果指标"),
    IndicatorGroup.AUXILIARY: N_("辅助比率"),
}
STATUS_TITLES = {
    WeightsStatus.ANNEX: N_("方案附件"),
    WeightsStatus.PANEL_DECISION: N_("评估团决定"),
    WeightsStatus.TRIAL: N_("试算"),
}
ORIGIN_TITLES = {
    Origin.SEED: N_("方案原文"),
    Origin.SEED_NAMED: N_("方案点名的规定"),
    Origin.INFERRED: N_("由文义推出"),
    Origin.FOUND: N_("公开材料"),
    Origin.RECALLED: N_("通行做法，待核"),
    Origin.PROPOSED: N_("建议，待评估团确认"),
}
METHOD_TITLES = {
    "document": N_("文献分析"),
    "questionnaire": N_("问卷调查"),
    "case_review": N_("案卷评查"),
    "interview": N_("座谈、访谈"),
    "indicator": N_("实体指标"),
    "court_statistics": N_("法院统计"),
}


def objectives(framework: Framework) -> None:
    """Show the goal, the five objectives and what speaks to each."""
    quote(framework.goal.quote, framework.goal.seed_ref)
    names = {item.id: item.name for item in (*framework.indicators, *framework.auxiliary)}
    for objective in framework.objectives:
        with st.expander(f"{objective.id}　{objective.name}", expanded=False):
            quote(objective.name, objective.seed_ref)
            methods = "、".join(_(METHOD_TITLES[method]) for method in objective.methods)
            st.write(_("验证方法：{methods}").format(methods=methods))
            if objective.indicators:
                listed = "、".join(f"{key} {names[key]}" for key in objective.indicators)
                st.write(_("相关指标：{listed}").format(listed=listed))
            items = [item for item in framework.evidence.items if objective.id in item.objectives]
            if items:
                st.write(_("相关证据项（{n}项）：").format(n=len(items)))
                table.show(
                    [
                        {_("编号"): item.id, _("要求"): item.name, _("章节"): item.seed_ref}
                        for item in items
                    ]
                )


def milestones(framework: Framework) -> None:
    """Show the dated targets and how they are read."""
    names = {item.id: item.name for item in framework.auxiliary}
    for milestone in framework.milestones:
        with st.expander(f"{milestone.id}　{milestone.due}", expanded=True):
            quote(milestone.quote, milestone.seed_ref)
            table.show(
                [
                    {
                        _("比率"): f"{key} {names[key]}",
                        _("目标"): _("{percent:g}%以上").format(percent=minimum * 100),
                    }
                    for key, minimum in milestone.thresholds
                ]
            )
            if milestone.also:
                st.write(_("同时要求：{also}").format(also="；".join(milestone.also)))
    rules = framework.milestone_rules
    chosen = next(item.name for item in rules.windows if item.code == rules.window)
    st.write(_("含本数：{reason}。").format(reason=rules.inclusive_reason))
    st.write(_("统计期间：{chosen}（原文未写，可改）。").format(chosen=chosen))
    st.write(_("原文中的期限：{text}。").format(text="；".join(rules.deadlines)))


def indicators(framework: Framework) -> None:
    """Show the nine indicators by group, then the auxiliary rates."""
    status = framework.scoring.weights_status
    text = _("权重来源：{status}。").format(status=_(STATUS_TITLES[status]))
    if status is WeightsStatus.TRIAL:
        annex = framework.source_document.missing_annex
        st.warning(
            text
            + _("附件《{annex}》尚未取得，得分一律标注“试算”，不出具等次结论。").format(annex=annex)
        )
    else:
        st.info(text)
    for group in IndicatorGroup:
        members = [
            item for item in (*framework.indicators, *framework.auxiliary) if item.group is group
        ]
        st.subheader(_(GROUP_TITLES[group]))
        for item in members:
            _indicator(framework, item)


def _indicator(framework: Framework, item: Indicator) -> None:
    share = _("　权重{points}").format(points=item.indicator_weight) if item.is_scored else ""
    trial = framework.scoring.weights_status is WeightsStatus.TRIAL and item.is_scored
    mark = _("（试算）") if trial else ""
    with st.expander(f"{item.id}　{item.name}{share}{mark}"):
        st.html(seed_mark(item.seed_ref or _("方案无此项，仅作参照")))
        if item.plain:
            st.write(item.plain)
        fields = {field.code: field.name for field in framework.data_fields}
        rows = [
            {
                _("口径"): variant.name
                + (_("（采用）") if variant.code == item.default_variant else ""),
                _("分子"): formula_text(variant.numerator, fields),
                _("分母"): formula_text(variant.denominator, fields),
                _("0／70／80／90／100分锚点"): anchors_text(variant.anchors, item.unit),
            }
            for variant in item.variants
        ]
        if rows:
            table.show(rows)
        else:
            st.write(
                _("分子：{numerator}；分母：{denominator}").format(
                    numerator=item.numerator_text, denominator=item.denominator_text
                )
            )
        _indicator_notes(item)


def _indicator_notes(item: Indicator) -> None:
    if item.scoring_variant != item.default_variant:
        st.write(
            _("计分口径：{name}。{note}").format(name=item.scored.name, note=item.direction_note)
        )
    if item.target is not None:
        st.write(_("参照目标：{target:g}%。").format(target=item.target * 100))
    if item.typical_target:
        st.write(_("典型目标：{text}。").format(text=item.typical_target))
    if item.pitfalls:
        st.write(_("易错之处：{text}。").format(text=item.pitfalls))
    origin = item.formula_origin
    st.caption(
        _("公式来源：{origin}。{text}").format(
            origin=_(ORIGIN_TITLES[origin.origin]), text=origin.text
        )
    )


def procedure(framework: Framework) -> None:
    """Show the nine procedural parts and the time limits."""
    st.write(_("程序规范在方案中没有分值：报告各部分符合率，不计入实体指标总分。"))
    for part in framework.procedural_parts:
        with st.expander(f"{part.number}．{part.name}"):
            quote(part.quote, part.seed_ref)
    st.subheader(_("期限"))
    table.show(
        [
            {
                _("事项"): limit.name,
                _("期限"): _("{n}个月").format(n=limit.months)
                if limit.months
                else _("{n}日").format(n=limit.days),
                _("章节"): limit.seed_ref,
                _("来源"): _("方案写明") if limit.is_stated else _("方案未写天数，默认值可改"),
                _("说明"): limit.text,
            }
            for limit in framework.time_limits
        ]
    )


def measures(framework: Framework) -> None:
    """Show measures with their evidence items."""
    groups = {group.code: group for group in framework.evidence.groups}
    st.write(framework.evidence.rule + "。")
    for measure in framework.measures:
        count = sum(len(groups[code].items) for code in measure.groups)
        st.subheader(
            _("{name}（{ref}，{n}项）").format(name=measure.name, ref=measure.seed_ref, n=count)
        )
        for code in measure.groups:
            with st.expander(
                _("{name}（{n}项）").format(name=groups[code].name, n=len(groups[code].items))
            ):
                table.show(
                    [
                        {
                            _("编号"): item.id,
                            _("章节"): item.seed_ref,
                            _("要求"): item.name,
                            _("调取材料"): "、".join(item.documents),
                            _("核验办法"): item.verify,
                            _("逐院"): _("是") if item.is_per_court else "",
                        }
                        for item in groups[code].items
                    ]
                )


def definitions(framework: Framework) -> None:
    """Show concepts, closure methods, grades and phases in the plan's words."""
    for item in framework.definitions:
        with st.expander(item.name, expanded=True):
            quote(item.quote, item.seed_ref)
            for line in (*item.forms, *item.conditions_all):
                st.write(f"· {line}")
            for line in filter(None, (item.rule, item.note)):
                st.caption(line)
    methods = "、".join(item.name for item in framework.closure_methods)
    st.write(_("结案方式：{methods}。").format(methods=methods))
    st.subheader(_("等次"))
    quote(framework.grading.quote, framework.grading.seed_ref)
    table.show(
        [
            {_("交界分"): f"{item.score:g}", _("说明"): item.why}
            for item in framework.grading.boundaries
        ]
    )
    policy = framework.grading.policy()
    st.write(_("采用：{name}。{why}。").format(name=policy.name, why=policy.why))
    st.subheader(_("五个阶段"))
    table.show(
        [
            {
                _("阶段"): phase.name,
                _("时间"): phase.dates_text,
                _("要求"): "；".join(phase.outputs),
            }
            for phase in framework.phases
        ]
    )


def ambiguities(framework: Framework) -> None:
    """Show every gap of the plan with what is done about it."""
    st.write(_("方案的歧义和空白逐条列出，报告中同样列示，不作隐去。"))
    table.show(
        [
            {
                _("序号"): item.number,
                _("章节"): item.seed_ref,
                _("问题"): item.issue,
                _("处理办法"): item.handling,
            }
            for item in framework.ambiguities
        ]
    )
