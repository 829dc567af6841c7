"""Assignments: who reads what, how far each is, what is missing."""

import streamlit as st

from evaluation.language import _
from evaluation.ui import session
from evaluation.ui.components import assignment_forms, round_choice

actor = session.current_actor()
st.title(_("评查分派"))
st.write(
    _(
        "案卷由公开种子随机分派：先比对回避，再均衡工作量，同一法院的案卷尽量集中；"
        "复评由不同单位的评查员独立进行。任何人可用同一种子重复分派结果。"
    )
)
chosen = round_choice.choose(actor)
assignment_forms.plan(actor, chosen.id)
assignment_forms.reviewers(actor, chosen.id)
work, readings, missing = st.tabs([_("工作量"), _("评查任务"), _("未完成事项")])
with work:
    assignment_forms.loads(actor, chosen.id)
with readings:
    assignment_forms.attempts(actor, chosen.id)
with missing:
    assignment_forms.missing(actor, chosen.id)
