"""Forms of the page of accounts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from evaluation.domain.roles import ROLE_TITLES, Actor, Role
from evaluation.language import _
from evaluation.services import access
from evaluation.ui.components import problem


def _role_title(role: Role) -> str:
    return _(ROLE_TITLES[role])


def create(actor: Actor) -> None:
    """Make an account."""
    st.header(_("新建账户"))
    with st.form("create_account", clear_on_submit=False):
        login_name = st.text_input(_("登录名"))
        display_name = st.text_input(_("姓名"))
        password = st.text_input(_("初始密码（至少10个字符）"), type="password")
        roles = st.multiselect(
            _("岗位"), list(Role), format_func=_role_title, placeholder=_("请选择岗位")
        )
        court = st.text_input(_("所属法院代码（仅法院联络员填写）"))
        submitted = st.form_submit_button(_("建立账户"))
    if submitted:
        with problem.shown():
            access.create_account(
                actor, login_name, display_name, password, roles=roles, court_code=court or None
            )
            st.success(_("账户已建立。"))
            st.rerun()


def change(actor: Actor, accounts: Sequence[access.AccountView]) -> None:
    """Change the roles, state or password of an account."""
    st.header(_("变更账户"))
    chosen = st.selectbox(
        _("账户"),
        accounts,
        format_func=lambda account: f"{account.display_name}（{account.login_name}）",
        index=None,
        placeholder=_("请选择账户"),
    )
    if chosen is None:
        return
    with st.form(f"change_account_{chosen.id}"):
        roles = st.multiselect(
            _("岗位"),
            list(Role),
            default=list(chosen.roles),
            format_func=_role_title,
            placeholder=_("请选择岗位"),
        )
        is_active = st.checkbox(_("启用"), value=chosen.is_active)
        password = st.text_input(_("重设密码（不改则留空）"), type="password")
        submitted = st.form_submit_button(_("保存变更"))
    if submitted:
        with problem.shown():
            access.set_roles(actor, chosen.id, roles, is_active=is_active)
            if password:
                access.reset_password(actor, chosen.id, password)
            st.success(_("变更已保存。"))
