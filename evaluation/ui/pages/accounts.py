"""Accounts: who may sign in, with which roles."""

import streamlit as st

from evaluation.domain.roles import ROLE_TITLES, Role
from evaluation.language import _
from evaluation.services import access
from evaluation.ui import session
from evaluation.ui.components import account_forms, table

actor = session.current_actor()
st.title(_("账户"))
st.write(_("账户决定一个人能进入哪些页面、办理哪些事项。一人可以有多个岗位。"))
accounts = access.list_accounts(actor)
table.show(
    [
        {
            _("登录名"): account.login_name,
            _("姓名"): account.display_name,
            _("岗位"): "、".join(_(ROLE_TITLES[role]) for role in account.roles),
            _("状态"): _("启用") if account.is_active else _("停用"),
        }
        for account in accounts
    ]
)
if actor.has(Role.CHAIR):
    account_forms.create(actor)
    account_forms.change(actor, accounts)
