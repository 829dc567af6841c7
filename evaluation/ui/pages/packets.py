"""Offline reading: a packet goes out and comes back."""

import streamlit as st

from evaluation.language import _
from evaluation.ui import session
from evaluation.ui.components import packet_forms, round_choice

actor = session.current_actor()
st.title(_("离线评查"))
chosen = round_choice.choose(actor)
packet_forms.out(chosen.id)
packet_forms.back(actor, chosen.id)
packet_forms.conflicts(actor, chosen.id)
