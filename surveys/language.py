"""Chinese source strings and their translations for this package; one language per context.

Leaves out the texts of a questionnaire: those carry their own translations.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

SOURCE_LANGUAGE = "zh"
_LOCALES = Path(__file__).parent / "locale"
_current: ContextVar[str] = ContextVar("surveys_language", default=SOURCE_LANGUAGE)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("surveys", _LOCALES, languages=[language], fallback=True)


def _(message: str) -> str:
    """Translate one source string into the language of the current context."""
    return _catalogue(_current.get()).gettext(message)


def current_language() -> str:
    """Language code of the current context."""
    return _current.get()


@contextmanager
def use(language: str) -> Iterator[None]:
    """Speak ``language`` inside the block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)
