"""The round a page works on: chosen once, kept while moving between pages."""

from __future__ import annotations

import streamlit as st

from evaluation.domain.evaluation_round import STATE_TITLES, RoundState
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import rounds
from evaluation.services.rounds import RoundView

_KEY = "chosen_round_id"


def label(view: RoundView) -> str:
    """Return a round's name with its state."""
    return f"{view.name}（{_(STATE_TITLES[view.state])}）"


def _start_with(views: list[RoundView]) -> int:
    kept = st.session_state.get(_KEY)
    for position, view in enumerate(views):
        if view.id == kept:
            return position
    for state in (RoundState.OPEN, RoundState.FROZEN, RoundState.DRAFT):
        for position, view in enumerate(views):
            if view.state is state:
                return position
    return len(views) - 1


def choose(actor: Actor) -> RoundView:
    """Let the person choose a round; a page without any round says so and stops."""
    views = rounds.list_rounds(actor)
    if not views:
        st.info(_("还没有建立评估期次。请评估组长先在“评估期次”页建立。"))
        st.stop()
    chosen = st.selectbox(
        _("评估期次"), views, index=_start_with(views), format_func=label, width=320
    )
    st.session_state[_KEY] = chosen.id
    return chosen
