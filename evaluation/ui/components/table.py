"""Tables and downloads in the console's own look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from evaluation.language import _

#: A table with more rows becomes a scrolling grid.
LONGEST_PLAIN_TABLE = 30


def show(rows: Sequence[Mapping[str, Any]], *, empty: str = "", height: int | None = None) -> None:
    """Show rows under their own column names; say so when there are none."""
    if not rows:
        st.info(empty or _("暂无记录。"))
        return
    table = pd.DataFrame(list(rows))
    if len(table) <= LONGEST_PLAIN_TABLE and height is None:
        st.table(table, hide_index=True)
    else:
        st.dataframe(table, hide_index=True, height=height or 560, width="stretch")
