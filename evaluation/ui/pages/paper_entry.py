"""Paper questionnaires: keyed twice by different people, differences settled."""

import streamlit as st

from evaluation.language import _
from evaluation.services import public_surveys
from evaluation.ui import session
from evaluation.ui.components import paper_forms, round_choice
from surveys.store import ChannelKind, ChannelState

actor = session.current_actor()
st.title(_("纸质问卷录入"))
chosen_round = round_choice.choose(actor)
channels = {
    channel.id: (survey, channel)
    for survey in public_surveys.list_surveys(actor, chosen_round.id)
    for channel in survey.channels
    if channel.kind is ChannelKind.PAPER
}
if not channels:
    st.info(_("这一期还没有纸质渠道。请秘书在“问卷回收”页开放一个方式为“纸质问卷”的渠道。"))
    st.stop()
chosen = st.selectbox(
    _("纸质渠道"),
    list(channels),
    format_func=lambda number: "　".join(part.title for part in channels[number]),
)
survey, channel = channels[chosen]
st.write(
    _(
        "每份纸质卷由两人各录一遍，第二遍看不到第一遍。两遍一致的直接计入；不一致的逐题对照卷面核定。"
    )
)
if note := st.session_state.pop("paper_note", ""):
    st.success(note)
tabs = st.tabs([_("录入"), _("核对与核定")])
with tabs[0]:
    if channel.state is ChannelState.CLOSED:
        st.info(_("这个渠道已经关闭。"))
    else:
        paper_forms.key_in(actor, channel.id, public_surveys.get_questionnaire(actor, survey.id))
with tabs[1]:
    paper_forms.list_and_settle(actor, channel.id)
