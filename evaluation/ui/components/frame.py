"""The frame of every page: style, mark of the demonstration, who is signed in, last safety net."""

from __future__ import annotations

import logging

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from evaluation.errors import EvaluationError
from evaluation.language import _
from evaluation.ui.components import problem

logger = logging.getLogger(__name__)

_STYLE = """
<style>
.block-container, [data-testid="stMainBlockContainer"] { padding-top: 3.2rem; max-width: 78rem; }
h1 { font-size: 1.75rem !important; }
h2 { font-size: 1.3rem !important; }
h3 { font-size: 1.1rem !important; }
[data-testid="stAppDeployButton"], [data-testid="stMainMenu"] { display: none; }
.demonstration { background: #7a2e00; color: #fff; padding: .35rem .9rem; border-radius: 4px;
  font-weight: 600; margin-bottom: .6rem; }
a.download { display: inline-block; border: 1px solid #1f4e79; border-radius: .5rem;
  padding: .35rem .8rem; text-decoration: none; color: #1f4e79; }
a.download:hover { background: #eef3f8; }
.hash { font-family: ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  [data-testid="stTable"] { overflow-x: auto; }
  [data-testid="stTable"] table { min-width: 40rem; }
  [data-testid="stTable"] td, [data-testid="stTable"] th { min-width: 4.6em; }
  .block-container, [data-testid="stMainBlockContainer"] { padding-top: 4.4rem; }
  /* figures stand two in a row instead of one below the other */
  [data-testid="stHorizontalBlock"] > [data-testid="stColumn"]:has([data-testid="stMetric"]) {
    min-width: calc(50% - 1rem); flex: 1 1 calc(50% - 1rem); }
  [data-testid="stMetricValue"] { font-size: 1.5rem; }
}
</style>
"""


def style() -> None:
    """Set the few rules that Streamlit's theme cannot express."""
    st.html(_STYLE)


def signed_out() -> None:
    """Lead a person without a session back to the sign-in page."""
    st.title(_("请先登录"))
    st.write(_("登录已过期或账户已停用。已经保存的内容不会丢失。"))
    st.html(f'<p><a href="/login" target="_self">{_("前往登录")}</a></p>')


def demonstration_mark() -> None:
    """Say on every page that the data are invented."""
    words = _("演示：数据均为虚构，不反映任何法院的真实情况")
    st.html(f'<p class="demonstration" role="note">{words}</p>')


def who(name: str, titles: str) -> None:
    """Show who is signed in, and the way out."""
    with st.sidebar:
        st.caption(f"{name} · {titles}")
        st.html(f'<p><a href="/logout" target="_self">{_("退出登录")}</a></p>')


def run(page: StreamlitPage) -> None:
    """Run a page; an error becomes a sentence, never a traceback."""
    try:
        page.run()
    except EvaluationError as error:
        problem.show(error)
    except Exception:
        logger.exception("page %s failed", page.url_path)
        st.error(
            _("页面暂时不能显示。已经保存的内容不会丢失；请刷新重试，仍不能解决的，请联系秘书。")
        )
