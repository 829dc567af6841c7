"""Results of the review on a page: at once what there is, newer ones when they are ready."""

from __future__ import annotations

import streamlit as st

from evaluation.clock import beijing_text
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import review_overview
from evaluation.services.review_overview import Standing


def wait(actor: Actor, round_id: int) -> Standing:
    """Return the results to show; while the first are computed the page says so and stops."""
    shown = review_overview.standing(actor, round_id)
    if shown.standing is None:
        st.info(_("正在后台计算评查结果，完成后自动显示，可以先去其他页面。"))
        _look_again(actor, round_id)
        st.stop()
    if not shown.is_current:
        st.caption(
            _("以下为{moment}的结果；此后又有评查变动，新结果稍后在后台算出。").format(
                moment=beijing_text(shown.standing.computed_at)
            )
        )
    return shown.standing


@st.fragment(run_every=2)
def _look_again(actor: Actor, round_id: int) -> None:
    if review_overview.standing(actor, round_id).standing is not None:
        st.rerun(scope="app")
