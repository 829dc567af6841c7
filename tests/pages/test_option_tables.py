"""The table of options gives back what it was given, flags and missing codes included."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from surveys.loader import load_library


def _page() -> None:
    import streamlit as st  # noqa: PLC0415 -- a script of its own

    from evaluation.ui.components import option_tables  # noqa: PLC0415 -- a script of its own
    from surveys.loader import load_library  # noqa: PLC0415 -- as above

    for code in ("QA", "QD"):
        for question in load_library(code).questions:
            kept = option_tables.options(question.code, question.options, "zh")
            st.session_state[f"kept_{question.code}"] = kept


def test_options_come_back_as_they_were() -> None:
    page = AppTest.from_function(_page, default_timeout=30).run()
    assert not page.exception
    listed = [question for code in ("QA", "QD") for question in load_library(code).questions]
    assert any(option.missing for question in listed for option in question.options)
    assert any(option.fixed for question in listed for option in question.options)
    for question in listed:
        assert page.session_state[f"kept_{question.code}"] == question.options
