"""Verdicts on the objectives: evidence matrix, proposal by rule, votes, decision, dissent."""

import streamlit as st

from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import objectives, rounds
from evaluation.ui import session
from evaluation.ui.components import objective_forms, round_choice

actor = session.current_actor()
st.title(_("目标结论"))
st.write(
    _(
        "五项目标没有数字标准，以证据矩阵（目标×方法）为据：先按固定规则提出判断，再由评估团表决并写明理由，少数意见原文保留。"
    )
)
chosen = round_choice.choose(actor)
framework = rounds.framework_of(actor, chosen.id)
standings = objectives.list_standings(actor, chosen.id)
objective_forms.matrix(framework, standings)
if chosen.kind is RoundKind.INITIAL:
    st.info(_("初期评估只建立基线，不对目标是否实现作结论。"))
elif chosen.state in {RoundState.DRAFT, RoundState.OPEN}:
    st.info(_("数据冻结后方可表决。"))
for standing in standings:
    with st.expander(f"{standing.objective.id}　{standing.objective.name}"):
        objective_forms.detail(framework, standing)
        if chosen.state is RoundState.FROZEN and chosen.kind is not RoundKind.INITIAL:
            objective_forms.vote(actor, chosen, framework, standing)
            if actor.has(Role.CHAIR):
                objective_forms.decide(actor, chosen, standing)
