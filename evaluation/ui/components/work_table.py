"""Parts of the work table: stages of each round, tasks with links, counts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from evaluation.domain.evaluation_round import STATE_TITLES, RoundState
from evaluation.language import _
from evaluation.services.rounds import RoundView
from evaluation.services.worklist import RoundCounts
from evaluation.services.worklist_steps import Task
from evaluation.ui import navigation

_STEP = (
    '<span style="display:inline-block;padding:.1rem .6rem;margin:.1rem .25rem .1rem 0;'
    'border-radius:1rem;border:1px solid #1f4e79;{style}">{text}</span>'
)


def stages(views: Sequence[RoundView]) -> None:
    """Show for each round which states lie behind it and where it stands."""
    order = list(RoundState)
    lines = []
    for view in views:
        steps = []
        for state in order:
            style = "color:#5a6b7b;border-color:#c3ced8"
            if order.index(state) < order.index(view.state):
                style = "background:#dfe8f0;color:#1f4e79"
            elif state is view.state:
                style = "background:#1f4e79;color:#fff;font-weight:600"
            steps.append(_STEP.format(style=style, text=escape(_(STATE_TITLES[state]))))
        lines.append(
            '<div style="margin:.35rem 0"><span style="display:inline-block;min-width:6.5rem;'
            f'font-weight:600">{escape(view.name)}</span>{"".join(steps)}</div>'
        )
    st.html("".join(lines))


def tasks(items: Sequence[Task]) -> None:
    """Show tasks with a link to the page where each is done."""
    if not items:
        st.success(_("目前没有需要您办理的事项。"))
        return
    paths = {page.name: page.path for page in navigation.PAGES}
    for item in items:
        with st.container(border=True):
            left, right = st.columns([4, 1], vertical_alignment="center")
            left.markdown(f"**{item.title}**")
            left.caption(item.detail)
            if item.page in paths:
                right.page_link(paths[item.page], label=_("前往办理"))


def count_rows(counts: Sequence[RoundCounts]) -> list[dict[str, object]]:
    """Return the table of counts."""
    return [
        {
            _("期次"): item.name,
            _("状态"): item.state,
            _("案卷（份）"): item.files,
            _("提交评查（次）"): item.readings,
            _("问卷（种）"): item.surveys,
            _("座谈访谈（场）"): item.interviews,
            _("编码陈述（条）"): item.statements,
            _("文献材料（份）"): item.documents,
            _("证据评分（次）"): item.ratings,
            _("目标结论（项）"): item.verdicts,
        }
        for item in counts
    ]
