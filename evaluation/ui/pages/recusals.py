"""Recusal: conflicts by level, the chair's decisions, what matching is made of."""

import streamlit as st

from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import reassignment
from evaluation.ui import session
from evaluation.ui.components import problem, recusal_forms, round_choice

actor = session.current_actor()
st.title(_("回避"))
st.write(
    _(
        "分派前按姓名、执业证号、律所（含合并和原所）及申报的利害关系逐案比对；"
        "有冲突的不得分派，也不能打开案卷。各级数量在报告中公布。"
    )
)
chosen = round_choice.choose(actor)
recusal_forms.counts(actor, chosen.id)
names = [_("冲突与决定")]
handles = actor.has(Role.SECRETARY, Role.CHAIR)
tabs = st.tabs([*names, _("案卷参加人"), _("申报与合并")] if handles else names)
with tabs[0]:
    if handles and st.button(_("重新比对")):
        with problem.shown():
            report = reassignment.match_again(actor, chosen.id)
            st.toast(
                _("比对完成，尚未分派。")
                if report is None
                else _("新发现{n}条，封存并改派{m}份次。").format(
                    n=report.n_conflicts, m=report.n_sealed
                )
            )
    recusal_forms.findings(actor, chosen.id)
    recusal_forms.objection(actor, chosen.id)
if handles:
    with tabs[1]:
        recusal_forms.participants(actor, chosen.id)
    with tabs[2]:
        recusal_forms.declarations(actor, chosen.id)
