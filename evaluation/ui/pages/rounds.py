"""Evaluation rounds: set up, registered definitions, moves, comparability."""

import streamlit as st

from evaluation.domain.evaluation_round import STATE_EFFECTS, STATE_TITLES
from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import frameworks, rounds
from evaluation.ui import session
from evaluation.ui.components import round_choice, round_forms, table

actor = session.current_actor()
st.title(_("评估期次"))
views = rounds.list_rounds(actor)
versions = frameworks.list_versions(actor)
if not versions:
    st.info(_("请先在“评估框架”页采用或导入评估框架。"))
    st.stop()
if not views:
    st.info(_("还没有建立评估期次。"))
    if actor.has(Role.CHAIR):
        round_forms.create_all(actor, versions[0])
    st.stop()

table.show(
    [
        {
            _("期次"): view.name,
            _("数据期间"): f"{view.period_from:%Y-%m-%d} — {view.period_to:%Y-%m-%d}",
            _("状态"): _(STATE_TITLES[view.state]),
            _("参评法院"): view.n_courts,
            _("含义"): _(STATE_EFFECTS[view.state]),
        }
        for view in views
    ]
)
chosen = round_choice.choose(actor)
if actor.has(Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER):
    round_forms.moves(actor, chosen)
tabs = st.tabs([_("设置"), _("已登记的口径"), _("与上期可比性"), _("经过")])
with tabs[0]:
    round_forms.settings(actor, chosen, versions)
with tabs[1]:
    round_forms.definitions(actor, chosen)
with tabs[2]:
    round_forms.crosswalk(actor, chosen)
with tabs[3]:
    round_forms.history(actor, chosen)
