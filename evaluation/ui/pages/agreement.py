"""Agreement: how far independent readers agree, and what the gold audit corrects."""

import streamlit as st

from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import review_plans
from evaluation.ui import session
from evaluation.ui.components import agreement_parts, review_standing, round_choice

actor = session.current_actor()
st.title(_("一致性"))
chosen = round_choice.choose(actor)
standing = review_standing.wait(actor, chosen.id)
found = standing.results
checklist = review_plans.checklist_of(actor, chosen.id)
runs = actor.has(Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
names = [_("各部分"), _("逐项"), *([_("评查员之间"), _("金标复核")] if runs else [])]
tabs = st.tabs(names)
with tabs[0]:
    agreement_parts.whole(found, checklist)
with tabs[1]:
    agreement_parts.items(found, checklist)
if runs:
    with tabs[2]:
        agreement_parts.pairs(standing)
    with tabs[3]:
        agreement_parts.gold(actor, chosen.id, standing)
