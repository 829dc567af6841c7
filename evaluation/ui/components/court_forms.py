"""Forms of the page of courts."""

from __future__ import annotations

import streamlit as st

from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import courts
from evaluation.services.courts import LEVEL_TITLES, UNIT_TITLES, CourtDraft, CourtView
from evaluation.ui.components import problem


def install(actor: Actor) -> None:
    """Take over the list that ships with the application."""
    st.info(_("还没有登记法院。自带武汉市两级法院名单（中级法院和13个基层法院），可采用后修改。"))
    if st.button(_("采用自带名单"), type="primary"):
        with problem.shown():
            courts.install_bundled(actor)
            st.rerun()
    add(actor)


def add(actor: Actor) -> None:
    """Add one court."""
    with st.form("add_court", clear_on_submit=False):
        code = st.text_input(_("代码（例如 0102）"))
        draft = _fields(code, None)
        submitted = st.form_submit_button(_("增加法院"))
    if submitted:
        with problem.shown():
            courts.add_court(actor, draft)
            st.rerun()


def change(actor: Actor, views: list[CourtView]) -> None:
    """Correct one court."""
    chosen = st.selectbox(
        _("法院"),
        views,
        format_func=lambda view: view.name,
        index=None,
        placeholder=_("请选择法院"),
    )
    if chosen is None:
        return
    with st.form(f"change_court_{chosen.id}"):
        draft = _fields(chosen.code, chosen)
        is_active = st.checkbox(_("参评"), value=chosen.is_active)
        submitted = st.form_submit_button(_("保存修改"))
    if submitted:
        with problem.shown():
            courts.change_court(actor, chosen.id, draft, is_active=is_active)
            st.rerun()


def _fields(code: str, view: CourtView | None) -> CourtDraft:
    left, right = st.columns(2)
    units = dict(view.units) if view else {}
    with left:
        name = st.text_input(_("全称"), view.name if view else "")
        short_name = st.text_input(_("简称"), view.short_name if view else "")
        level = st.selectbox(
            _("层级"),
            list(LEVEL_TITLES),
            index=list(LEVEL_TITLES).index(view.level) if view else 1,
            format_func=lambda key: _(LEVEL_TITLES[key]),
        )
        district = st.text_input(_("区域"), view.district if view else "")
        case_mark = st.text_input(_("案号代字（例如 鄂0102）"), view.case_mark if view else "")
    with right:
        st.caption(_("方案中的机构在各院名称不一，请填写本院的名称，没有的留空。"))
        entered = tuple(
            (key, st.text_input(_(title), units.get(key, ""))) for key, title in UNIT_TITLES.items()
        )
    return CourtDraft(code, name, short_name, level, district, case_mark, entered)
