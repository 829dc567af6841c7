"""A link to a protected file: it goes through a route that checks who asks."""

from __future__ import annotations

from html import escape

import streamlit as st


def link(label: str, address: str) -> None:
    """Show a download link that looks like a button."""
    st.html(
        '<p><a class="download" target="_self" '
        f'href="{escape(address, quote=True)}">{escape(label)}</a></p>'
    )
