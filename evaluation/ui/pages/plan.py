"""The sampling plan: how many files, from which list, spread how; cost against precision."""

import streamlit as st

from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import frames, registers
from evaluation.ui import session
from evaluation.ui.components import frame_forms, round_choice, size_calculator

actor = session.current_actor()
st.title(_("抽样方案"))
chosen = round_choice.choose(actor)
tabs = st.tabs([_("抽样框与分配"), _("需要多少件")])
with tabs[0]:
    views = frames.list_frames(actor, chosen.id)
    if actor.has(Role.SECRETARY, Role.CHAIR):
        frame_forms.create(actor, chosen, registers.list_registers(actor, chosen.id))
    frame_forms.allocate(actor, chosen, views)
with tabs[1]:
    size_calculator.show()
