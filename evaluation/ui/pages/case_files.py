"""Case files: asked for, produced, given back, in the order of the draw."""

import streamlit as st

from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import rounds
from evaluation.ui import session
from evaluation.ui.components import file_logistics, round_choice

actor = session.current_actor()
st.title(_("调卷"))
st.write(
    _("案卷按抽签号排列，次序不得改变。法院未提供的如实登记，作为评估发现，不用其他案卷代替。")
)
chosen = round_choice.choose(actor)
courts = rounds.list_round_courts(actor, chosen.id)
if actor.has(Role.SECRETARY, Role.CHAIR):
    file_logistics.counts(actor, chosen.id)
else:
    courts = [court for court in courts if court.code == actor.court_code]
if not courts:
    st.info(_("没有您可以办理的法院。"))
    st.stop()
court = st.selectbox(_("法院"), courts, format_func=lambda one: one.name, width=420)
file_logistics.pull_list(actor, chosen.id, court)
file_logistics.prints(chosen.id, court)
