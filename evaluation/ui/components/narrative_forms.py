"""Forms for what the panel writes in a report."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.report import (
    NARRATIVE_TITLES,
    RECTIFICATION_TITLES,
    RESPONSIBLE_TITLES,
    SEVERITY_TITLES,
    NarrativeEntry,
    NarrativeKind,
    RectificationState,
    Responsible,
    Severity,
)
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import narratives
from evaluation.services.rounds import RoundView
from evaluation.ui.components import problem

WRITERS = (Role.CHAIR, Role.ANALYST)
OPEN_STATES = frozenset({RoundState.OPEN, RoundState.FROZEN, RoundState.SEALED})


def tab(actor: Actor, round_: RoundView, kind: NarrativeKind) -> None:
    """Show the entries of one kind, and a form for the next one."""
    entries = [e for e in narratives.list_entries(actor, round_.id) if e.kind is kind]
    if not entries:
        st.info(_("还没有写入“{kind}”。").format(kind=_(NARRATIVE_TITLES[kind])))
    can_write = actor.has(*WRITERS) and round_.state in OPEN_STATES
    for number, entry in enumerate(entries, 1):
        with st.expander(f"{number}. {entry.title}", expanded=False):
            if can_write:
                _form(actor, round_, entry)
            else:
                st.write(entry.body or "—")
    if can_write:
        st.subheader(_("新增"))
        _form(actor, round_, NarrativeEntry(kind, ""))


def _form(actor: Actor, round_: RoundView, entry: NarrativeEntry) -> None:
    key = f"narrative_{entry.kind}_{entry.id}"
    with st.form(key, clear_on_submit=entry.id == 0):
        title = st.text_input(_("结论句（先说结论）"), entry.title)
        body = st.text_area(
            _("理由与数据"),
            entry.body,
            height=110,
            help=_("数字写作花括号加结果编号，例如 {example}；日期、期限可以直接写。").format(
                example="{indicator.I7.city}"
            ),
        )
        changed = _details(replace(entry, title=title, body=body))
        columns = st.columns([1, 1, 4])
        saved = columns[0].form_submit_button(_("保存"))
        removed = entry.id != 0 and columns[1].form_submit_button(_("删除"))
    if saved:
        with problem.shown():
            narratives.save(actor, round_.id, changed)
            st.rerun()
    if removed:
        with problem.shown():
            narratives.delete(actor, round_.id, entry.id)
            st.rerun()


def _details(entry: NarrativeEntry) -> NarrativeEntry:
    """Ask for the fields that this kind uses."""
    kind = entry.kind
    if kind is NarrativeKind.PROBLEM:
        return _problem(entry)
    if kind is NarrativeKind.RECOMMENDATION:
        columns = st.columns(3)
        return replace(
            entry,
            addressee=columns[0].text_input(_("责任单位"), entry.addressee),
            deadline=columns[1].text_input(_("时限"), entry.deadline),
            acceptance=columns[2].text_input(_("验收指标"), entry.acceptance),
        )
    if kind is NarrativeKind.RECTIFICATION:
        columns = st.columns(3)
        states = list(RectificationState)
        return replace(
            entry,
            refers_to=columns[0].text_input(_("对应的前期建议编号"), entry.refers_to),
            state=columns[1].selectbox(
                _("整改状态"),
                states,
                index=states.index(entry.state) if entry.state else None,
                format_func=lambda state: _(RECTIFICATION_TITLES[state]),
                placeholder=_("请选择状态"),
            ),
            evidence=columns[2].text_input(_("核实证据"), entry.evidence),
        )
    if kind is NarrativeKind.HIGHLIGHT:
        return replace(entry, evidence=st.text_input(_("证据（须为A级或B级）"), entry.evidence))
    return entry


def _problem(entry: NarrativeEntry) -> NarrativeEntry:
    columns = st.columns(4)
    severities, sides = list(Severity), list(Responsible)
    courts = columns[1].number_input(
        _("涉及法院数"), min_value=0, step=1, value=entry.n_courts_affected or 0
    )
    return replace(
        entry,
        severity=columns[0].selectbox(
            _("严重程度"),
            severities,
            index=severities.index(entry.severity) if entry.severity else 1,
            format_func=lambda severity: _(SEVERITY_TITLES[severity]),
        ),
        n_courts_affected=int(courts) or None,
        responsible=columns[2].selectbox(
            _("原因归属"),
            sides,
            index=sides.index(entry.responsible) if entry.responsible else 0,
            format_func=lambda side: _(RESPONSIBLE_TITLES[side]),
        ),
        evidence=columns[3].text_input(_("证据"), entry.evidence),
    )
