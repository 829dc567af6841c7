"""Who is looking at the console: read on every rerun, so that revocation bites at once."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from evaluation.config import SESSION_COOKIE
from evaluation.domain.roles import Actor
from evaluation.services import access


def _cookie_token() -> str | None:
    return st.context.cookies.get(SESSION_COOKIE)


#: Tests replace it: the test runner has no browser and so no cookies.
read_token: Callable[[], str | None] = _cookie_token


def find_actor() -> Actor | None:
    """Return the person signed in, or ``None``."""
    return access.actor_by_token(read_token())


def current_actor() -> Actor:
    """Return the person signed in; a page without one stops here."""
    actor = find_actor()
    if actor is None:
        st.stop()
    return actor
