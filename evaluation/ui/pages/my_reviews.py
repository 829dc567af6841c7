"""A reviewer's desk: the files to read, and the next one."""

import streamlit as st

from evaluation.language import _
from evaluation.services import review_plans
from evaluation.ui import session
from evaluation.ui.components import review_desk, round_choice

actor = session.current_actor()
st.title(_("我的评查"))
notice = st.session_state.pop("review_notice", "")
if notice:
    st.success(notice)
chosen = round_choice.choose(actor)
lines = review_desk.whole_desk(actor, chosen.id)
if lines:
    review_desk.progress(lines)
    n_items = len(review_plans.checklist_of(actor, chosen.id).items())
    review_desk.choose(lines, n_items)
else:
    st.info(_("还没有分派给您的案卷。"))
