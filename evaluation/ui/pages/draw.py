"""The draw: freeze, publish the hash, enter the seed once in public, certificate, pull list."""

import streamlit as st

from evaluation.domain.register import FRAME_STATE_TITLES, FrameState
from evaluation.language import _
from evaluation.services import draws, frames
from evaluation.ui import session
from evaluation.ui.components import draw_ceremony, draw_outcome, round_choice

actor = session.current_actor()
st.title(_("抽样"))
chosen = round_choice.choose(actor)
views = frames.list_frames(actor, chosen.id)
if not views:
    st.info(_("还没有抽样框。请先在“抽样方案”页建立。"))
    st.stop()
frame = st.selectbox(
    _("抽样框"),
    views,
    format_func=lambda view: f"{view.name}（{_(FRAME_STATE_TITLES[view.state])}）",
    key="draw_frame",
    width=420,
)
if frame.state is FrameState.PLANNED:
    draw_ceremony.freeze(actor, frame)
elif frame.state is FrameState.FROZEN:
    draw_ceremony.enter_seed(actor, frame, draws.list_earlier(actor, chosen.id))
else:
    draw_outcome.show(actor, frame, draws.of_frame(actor, frame.id))
