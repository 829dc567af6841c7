"""The round a page works on: chosen once, kept while moving between pages."""

from __future__ import annotations

import streamlit as st

from evaluation.domain.evaluation_round import STATE_TITLES, RoundState
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import rounds
from evaluation.services.rounds import RoundView

_KEY = "chosen_round_id"
_MENU = "round_menu"


def label(view: RoundView) -> str:
    """Return a round's name with its state."""
    return f"{view.name}（{_(STATE_TITLES[view.state])}）"


def _start_with(views: list[RoundView]) -> int:
    kept = st.session_state.get(_KEY)
    for view in views:
        if view.id == kept:
            return view.id
    for state in (RoundState.OPEN, RoundState.FROZEN, RoundState.DRAFT):
        for view in views:
            if view.state is state:
                return view.id
    return views[-1].id


def choose(actor: Actor) -> RoundView:
    """Let the person choose a round; a page without any round says so and stops."""
    views = rounds.list_rounds(actor)
    if not views:
        st.info(_("还没有建立评估期次。请评估组长先在“评估期次”页建立。"))
        st.stop()
    by_id = {view.id: view for view in views}
    # A menu whose `index` moves with the choice is a new menu in each run and loses every second
    # choice; the keyed one is set only when it holds no round of these.
    if st.session_state.get(_MENU) not in by_id:
        st.session_state[_MENU] = _start_with(views)
    chosen = st.selectbox(
        _("评估期次"),
        list(by_id),
        format_func=lambda round_id: label(by_id[round_id]),
        key=_MENU,
        width=320,
    )
    st.session_state[_KEY] = chosen
    return by_id[chosen]
