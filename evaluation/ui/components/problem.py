"""Errors as people read them: where, what, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from evaluation.errors import EvaluationError
from evaluation.language import _

MOST_FAULTS_SHOWN = 50


def show(error: EvaluationError) -> None:
    """Show one error with every fault it carries."""
    st.error(str(error))
    if not error.faults:
        return
    rows = [
        {_("位置"): fault.where, _("问题"): fault.what, _("处理办法"): fault.remedy}
        for fault in error.faults[:MOST_FAULTS_SHOWN]
    ]
    st.table(rows)
    hidden = len(error.faults) - len(rows)
    if hidden > 0:
        st.caption(_("另有{n}处问题未列出，请先改正以上各处。").format(n=hidden))


@contextmanager
def shown() -> Iterator[None]:
    """Turn an error of ours inside the block into its sentence on the page."""
    try:
        yield
    except EvaluationError as error:
        show(error)
