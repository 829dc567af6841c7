"""One's own account: roles and password."""

import streamlit as st

from evaluation.domain.roles import ROLE_TITLES
from evaluation.language import _
from evaluation.services import access
from evaluation.ui import session
from evaluation.ui.components import problem

actor = session.current_actor()
st.title(_("我的账户"))
titles = "、".join(_(title) for role, title in ROLE_TITLES.items() if role in actor.roles)
st.write(_("姓名：{name}").format(name=actor.name))
st.write(_("岗位：{titles}").format(titles=titles))

st.header(_("修改密码"))
with st.form("password", clear_on_submit=True):
    old = st.text_input(_("原密码"), type="password")
    new = st.text_input(_("新密码（至少10个字符）"), type="password")
    again = st.text_input(_("再次输入新密码"), type="password")
    submitted = st.form_submit_button(_("修改密码"))
if submitted:
    if new != again:
        st.error(_("两次输入的新密码不一致，没有修改。请重新输入。"))
    else:
        with problem.shown():
            access.change_password(actor, old, new)
            st.success(_("密码已修改，所有已登录的设备需要重新登录。"))
