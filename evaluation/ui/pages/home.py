"""The work table: what is to be done next, and how far each round is."""

import streamlit as st

from evaluation.domain.roles import ROLE_TITLES
from evaluation.language import _
from evaluation.services import rounds, worklist
from evaluation.ui import navigation, session
from evaluation.ui.components import table, work_table

actor = session.current_actor()
st.title(_("工作台"))
titles = "、".join(_(title) for role, title in ROLE_TITLES.items() if actor.has(role))
st.write(_("{name}，您的岗位：{titles}。").format(name=actor.name, titles=titles))

views = rounds.list_rounds(actor)
if views:
    work_table.stages(views)

st.header(_("接下来要做的事"))
work_table.tasks(worklist.tasks(actor))

if views and actor.has(*navigation.PANEL):
    st.header(_("各期进度"))
    table.show(work_table.count_rows(worklist.round_counts(actor)))
