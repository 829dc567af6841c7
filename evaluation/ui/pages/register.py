"""Registers: what was imported, and the import itself with mapping, problems and preview."""

import streamlit as st

from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import registers
from evaluation.ui import session
from evaluation.ui.components import register_import, register_views, round_choice

actor = session.current_actor()
st.title(_("案件登记"))
chosen = round_choice.choose(actor)
register_views.imported(registers.list_registers(actor, chosen.id))
if actor.has(Role.SECRETARY, Role.CHAIR):
    st.header(_("导入登记表"))
    if chosen.state is RoundState.OPEN:
        register_import.show(actor, chosen)
    else:
        st.info(_("本期处于“实施”状态时才能导入登记表。"))
