"""Public addresses as this browser can open them, where the installation names none of its own."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st


def complete(address: str) -> str:
    """Put the host under which the console was opened before an address that has none."""
    opened_at = urlsplit(st.context.url or "")
    if "://" in address or not opened_at.netloc:
        return address
    return f"{opened_at.scheme}://{opened_at.netloc}{address}"
