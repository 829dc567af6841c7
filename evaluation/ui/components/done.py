"""After something was done: its confirmation, an emptied form, the new thing chosen in its menu.

Each takes effect in the run after the one that did it, so a rerun does not lose it.
"""

from __future__ import annotations

from collections.abc import Container

import streamlit as st

_WORDS = "done_words"


def say(words: str) -> None:
    """Keep a confirmation for the next run of the page."""
    st.session_state[_WORDS] = words


def show() -> None:
    """Show the kept confirmation once.

    A toast does not move the elements below it, so an open tab stays open.
    """
    if words := st.session_state.pop(_WORDS, ""):
        st.toast(words, icon=":material/check:")


def form_key(name: str) -> str:
    """Key of a form that `empty` can replace by a fresh one."""
    return f"{name}_{st.session_state.get(_times(name), 0)}"


def empty(name: str) -> None:
    """Let the next form of this name begin empty."""
    st.session_state[_times(name)] = st.session_state.get(_times(name), 0) + 1


def choose_next(key: str, value: int) -> None:
    """Let the menu with this key stand on a value in the next run."""
    st.session_state[_next(key)] = value


def settle(key: str, options: Container[int]) -> None:
    """Set the menu to what was kept for it; call this just before the menu."""
    value = st.session_state.pop(_next(key), None)
    if value in options:
        st.session_state[key] = value


def _next(key: str) -> str:
    return f"done_next_{key}"


def _times(name: str) -> str:
    return f"done_times_{name}"
