"""The catalogue of this library: Chinese source strings, other languages by catalogue."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

LOCALE_DIRECTORY = Path(__file__).parent / "locale"

_catalogue = gettext.translation(
    "reports",
    localedir=LOCALE_DIRECTORY,
    languages=[os.environ.get("HENGPING_LANGUAGE", "zh_CN")],
    fallback=True,
)


def _(text: str) -> str:
    """Return ``text`` in the language of the installation."""
    return _catalogue.gettext(text)


def N_(text: str) -> str:  # noqa: N802 -- the name that gettext's extractors know
    """Mark a text for translation where it is defined; ``_`` translates it where it is shown."""
    return text
