"""Coding the records of forums and interviews, and clearing quotations."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from evaluation.domain.framework import Framework
from evaluation.domain.interview import (
    CAPACITY_TITLES,
    DIRECTION_TITLES,
    QUOTE_TITLES,
    STRENGTH_TITLES,
    TARGET_TITLES,
    Capacity,
    QuoteState,
    TargetKind,
)
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import interview_coding, interviews, rounds
from evaluation.services.interview_coding import StatementDraft, StatementView
from evaluation.services.interviews import InterviewView
from evaluation.services.rounds import RoundView
from evaluation.ui.components import problem, table


def code(actor: Actor, chosen: RoundView, views: list[InterviewView]) -> None:
    """Tie a span of a record to what it speaks about."""
    recorded = [view for view in views if view.attendance]
    view = st.selectbox(
        _("场次"),
        recorded,
        format_func=lambda item: f"{item.code}　{item.guide_name}",
        index=None,
        placeholder=_("请选择场次"),
        key="code_interview",
    )
    if view is None:
        return
    st.text_area(_("记录"), interviews.get_record(actor, view.id), height=240, disabled=True)
    framework = rounds.framework_of(actor, chosen.id)
    kind = st.radio(_("编码对象"), [*TargetKind], format_func=_target_title, horizontal=True)
    with st.form(f"code_{view.id}", clear_on_submit=False):
        excerpt = st.text_area(_("摘录（从记录中原样复制）"), height=90)
        target = _target(framework, kind)
        left, middle, right = st.columns(3)
        capacity = left.selectbox(_("发言人类别"), [*Capacity], format_func=_capacity_title)
        direction = middle.selectbox(
            _("方向"), list(DIRECTION_TITLES), format_func=lambda key: _(DIRECTION_TITLES[key])
        )
        strength = right.selectbox(
            _("强度"), list(STRENGTH_TITLES), format_func=lambda key: _(STRENGTH_TITLES[key])
        )
        quote = st.checkbox(_("提请作为引语"))
        submitted = st.form_submit_button(_("保存编码"))
    if submitted:
        with problem.shown():
            interview_coding.code_statements(
                actor,
                view.id,
                [StatementDraft(excerpt, capacity, kind, target, direction, strength, quote)],
            )
            st.success(_("编码已保存。"))


def _target(framework: Framework, kind: TargetKind) -> str:
    options = {
        TargetKind.OBJECTIVE: {item.id: item.short for item in framework.objectives},
        TargetKind.INDICATOR: {
            item.id: item.name for item in (*framework.indicators, *framework.auxiliary)
        },
        TargetKind.DIFFICULTY: {item.code: item.name for item in framework.difficulties_four},
    }.get(kind)
    if options is None:
        return st.text_input(_("方案章节（例如 四（三）2）"))
    return st.selectbox(_("对象"), list(options), format_func=lambda key: f"{key}　{options[key]}")


def results(actor: Actor, chosen: RoundView) -> None:
    """Show how many statements affirm and deny, by target, and the statements themselves."""
    rows = interview_coding.list_statements(actor, chosen.id)
    if not rows:
        st.info(_("还没有编码。"))
        return
    counts = Counter((row.target_id, row.direction) for row in rows)
    table.show(
        [
            {_("对象"): target}
            | {_(DIRECTION_TITLES[key]): counts[target, key] for key in DIRECTION_TITLES}
            for target in sorted({row.target_id for row in rows})
        ]
    )
    st.caption(_("陈述来自受邀者而非随机样本，只用于印证，不推断比例。"))
    table.show([_statement_row(row) for row in rows])


def _statement_row(row: StatementView) -> dict[str, object]:
    return {
        _("场次"): row.interview_code,
        _("类别"): _(CAPACITY_TITLES[row.capacity]),
        _("摘录"): row.excerpt,
        _("对象"): row.target_id,
        _("方向"): _(DIRECTION_TITLES[row.direction]),
        _("强度"): _(STRENGTH_TITLES[row.strength]),
        _("引语"): _(QUOTE_TITLES[row.quote_state]),
    }


def quotes(actor: Actor, chosen: RoundView) -> None:
    """Let the secretary or the chair clear proposed quotations."""
    rows = interview_coding.list_statements(actor, chosen.id)
    proposed = [row for row in rows if row.quote_state is QuoteState.PROPOSED]
    cleared = [row for row in rows if row.quote_state is QuoteState.CLEARED]
    table.show(
        [
            {_("类别"): _(CAPACITY_TITLES[row.capacity]), _("引语"): row.quote_text}
            for row in cleared
        ],
        empty=_("还没有审定可引用的引语。"),
    )
    if not proposed or not actor.has(Role.SECRETARY, Role.CHAIR):
        return
    row = st.selectbox(_("待审引语"), proposed, format_func=lambda item: item.quote_text[:40])
    with st.form(f"quote_{row.id}"):
        text = st.text_area(_("引用文字（必要时删节，不得改变原意）"), row.quote_text)
        decision = st.radio(_("审定"), [_("可引用"), _("不得引用")], horizontal=True)
        submitted = st.form_submit_button(_("保存审定"))
    if submitted:
        with problem.shown():
            interview_coding.decide_quote(
                actor, row.id, is_cleared=decision == _("可引用"), text=text
            )
            st.rerun()


def _target_title(kind: TargetKind) -> str:
    return _(TARGET_TITLES[kind])


def _capacity_title(capacity: Capacity) -> str:
    return _(CAPACITY_TITLES[capacity])
