"""Parts of the page of objectives."""

from __future__ import annotations

from html import escape

import streamlit as st

from evaluation.analysis.objective_matrix import Cell, Support
from evaluation.domain.framework import Framework, Method, Verdict
from evaluation.domain.member import BACKGROUND_TITLES
from evaluation.domain.roles import Actor, Role
from evaluation.language import N_, _
from evaluation.services import members, objectives
from evaluation.services.objectives import ObjectiveStanding
from evaluation.services.rounds import RoundView
from evaluation.ui.components import problem, table
from evaluation.ui.components.framework_tree import METHOD_TITLES

SUPPORT_TITLES = {
    Support.FULLY: N_("支持"),
    Support.LARGELY: N_("大体支持"),
    Support.PARTLY: N_("部分支持"),
    Support.AGAINST: N_("不支持"),
}
_SHADES = {
    Support.FULLY: ("#1f4e79", "#ffffff"),
    Support.LARGELY: ("#a9c8e0", "#0d2f4b"),
    Support.PARTLY: ("#fbe7c6", "#5a3d05"),
    Support.AGAINST: ("#f6d5c9", "#5c1f0a"),
}
_EMPTY = ("#f3f5f8", "#4a5968")


def _names(framework: Framework) -> dict[str, str]:
    return {choice.code: choice.name for choice in framework.verdicts}


def matrix(framework: Framework, standings: list[ObjectiveStanding]) -> None:
    """Show objective × method as a heat map with the proposal and the decision."""
    names = _names(framework)
    head = "".join(f"<th>{escape(_(METHOD_TITLES[method]))}</th>" for method in Method)
    rows = []
    for standing in standings:
        cells = {cell.method: cell for cell in standing.cells}
        body = "".join(
            _cell(cells.get(method), is_asked=method in standing.objective.methods)
            for method in Method
        )
        decided = names[standing.verdict] if standing.verdict else "—"
        rows.append(
            f"<tr><th style='text-align:left'>{standing.objective.id}　"
            f"{escape(standing.objective.short)}</th>{body}"
            f"<td>{escape(names[standing.proposed])}</td><td><b>{escape(decided)}</b></td></tr>"
        )
    st.html(
        "<style>.matrix{border-collapse:collapse;width:100%;min-width:46rem}"
        ".matrix th,.matrix td{padding:.4rem .5rem;border:1px solid #dde3ea;"
        "text-align:center;font-size:.9rem}</style>"
        "<div style='overflow-x:auto'><table class='matrix'>"
        f"<caption style='text-align:left;padding:.3rem 0'>{_('证据矩阵（括号内为折算百分制）')}"
        f"</caption><tr><th>{_('目标')}</th>{head}<th>{_('按规则')}</th><th>{_('评估团结论')}</th>"
        f"</tr>{''.join(rows)}</table></div>"
    )


def _cell(cell: Cell | None, *, is_asked: bool) -> str:
    shade, text = _EMPTY, "" if not is_asked else _("证据不足")
    if cell is not None and cell.support is not None and cell.strength is not None:
        shade = _SHADES[cell.support]
        text = f"{_(SUPPORT_TITLES[cell.support])}（{cell.strength:.0f}）"
    title = escape(cell.explanation, quote=True) if cell is not None else ""
    return f"<td title='{title}' style='background:{shade[0]};color:{shade[1]}'>{escape(text)}</td>"


def detail(framework: Framework, standing: ObjectiveStanding) -> None:
    """Show what each method found, the votes and the decision."""
    names = _names(framework)
    table.show(
        [
            {
                _("方法"): _(METHOD_TITLES[cell.method]),
                _("发现"): cell.explanation,
                _("支持程度"): _(SUPPORT_TITLES[cell.support])
                if cell.support is not None
                else _("证据不足"),
            }
            for cell in standing.cells
        ]
    )
    if standing.votes:
        table.show(
            [
                {
                    _("成员"): item.member_name,
                    _("类别"): _(BACKGROUND_TITLES[item.background]),
                    _("表决"): names[item.verdict],
                    _("理由"): item.reason,
                }
                for item in standing.votes
            ]
        )
    if standing.verdict is not None:
        st.success(
            _("结论：{verdict}。{reason}").format(
                verdict=names[standing.verdict], reason=standing.reason
            )
        )
        if standing.dissent:
            st.warning(_("少数意见：{text}").format(text=standing.dissent))


def vote(
    actor: Actor, chosen: RoundView, framework: Framework, standing: ObjectiveStanding
) -> None:
    """Vote for oneself, or record the votes cast on paper."""
    if standing.verdict is not None:
        return
    if actor.has(Role.CHAIR, Role.SECRETARY):
        options = members.list_members(actor, only_active=True)
    else:
        own = members.find_own(actor)
        options = [own] if own is not None else []
    if not options:
        return
    names = _names(framework)
    with st.form(f"vote_{standing.objective.id}"):
        member = st.selectbox(_("成员"), options, format_func=lambda view: view.name)
        verdict = st.radio(
            _("表决"), [*Verdict], format_func=lambda item: names[item], horizontal=True
        )
        reason = st.text_input(_("理由"))
        submitted = st.form_submit_button(_("登记表决"))
    if submitted and member is not None:
        with problem.shown():
            objectives.vote(actor, chosen.id, member.id, standing.objective.id, verdict, reason)
            st.rerun()


def decide(actor: Actor, chosen: RoundView, standing: ObjectiveStanding) -> None:
    """Close the vote, or take a decision back."""
    key = standing.objective.id
    with st.form(f"decide_{key}"):
        is_open = standing.verdict is None
        reason = st.text_area(_("结论理由") if is_open else _("撤回理由"), height=80)
        submitted = st.form_submit_button(_("作出结论") if is_open else _("撤回结论"))
    if submitted:
        with problem.shown():
            if is_open:
                objectives.decide(actor, chosen.id, key, reason)
            else:
                objectives.withdraw(actor, chosen.id, key, reason)
            st.rerun()
