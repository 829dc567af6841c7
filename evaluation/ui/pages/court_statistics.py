"""Court statistics: what each court reports for the round, entered or imported."""

import streamlit as st

from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import court_statistics, rounds
from evaluation.ui import session
from evaluation.ui.components import court_figures, round_choice

actor = session.current_actor()
st.title(_("法院统计"))
chosen = round_choice.choose(actor)
framework = rounds.framework_of(actor, chosen.id)
courts = rounds.list_round_courts(actor, chosen.id)
if not actor.has(Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER):
    courts = [court for court in courts if court.code == actor.court_code]
views = court_statistics.list_returns(actor, chosen.id)
can_write = actor.has(Role.SECRETARY, Role.COURT_LIAISON) and chosen.state is RoundState.OPEN

names = [_("报送情况"), _("全部数据")]
tabs = st.tabs([*names, _("逐院录入"), _("文件导入")] if can_write else names)
with tabs[0]:
    court_figures.overview(views, courts, framework)
with tabs[1]:
    court_figures.figures(views, framework)
if can_write and courts:
    with tabs[2]:
        court_figures.entry(actor, chosen, courts, views, framework)
    with tabs[3]:
        court_figures.upload(actor, chosen)
elif chosen.state is not RoundState.OPEN:
    st.caption(_("本期不在实施阶段，统计数据不能修改。"))
