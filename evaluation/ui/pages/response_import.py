"""Responses of other systems: table, columns, check, import; and what was imported."""

import streamlit as st

from evaluation.domain.evaluation_round import RoundState
from evaluation.language import _
from evaluation.ui import session
from evaluation.ui.components import response_import_desk, round_choice

actor = session.current_actor()
st.title(_("外来答卷导入"))
st.write(
    _(
        "在问卷星、KoBo、LimeSurvey 等系统或纸上完成的调查，用一张答卷表和一份已发布的问卷导入。"
        "有一格读不懂，整张表都不导入。"
    )
)
chosen_round = round_choice.choose(actor)
response_import_desk.imported(actor, chosen_round.id)
if chosen_round.state is RoundState.OPEN:
    response_import_desk.show(actor, chosen_round.id)
else:
    st.info(_("本期处于“实施”状态时才能导入答卷。"))
