"""Adjudication: where two readers differ, and the third record."""

import streamlit as st

from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.ui import session
from evaluation.ui.components import adjudication_parts, round_choice

actor = session.current_actor()
st.title(_("分歧裁定"))
st.write(_("两位评查员独立评查，不一致的由第三人裁定；三份记录都保留，原始判断不改动。"))
chosen = round_choice.choose(actor)
sees_pairs = actor.has(Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
decides = actor.has(Role.CHAIR, Role.REVIEWER)
names = ([_("交我裁定")] if decides else []) + ([_("双人评查")] if sees_pairs else [])
tabs = dict(zip(names, st.tabs(names), strict=True))
if decides:
    with tabs[_("交我裁定")]:
        adjudication_parts.own(actor, chosen.id)
if sees_pairs:
    with tabs[_("双人评查")]:
        adjudication_parts.pairs(actor, chosen.id)
