"""The courts under evaluation."""

import streamlit as st

from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import courts
from evaluation.ui import session
from evaluation.ui.components import court_forms, table

actor = session.current_actor()
st.title(_("参评法院"))
views = courts.list_courts(actor)
may_change = actor.has(Role.CHAIR, Role.SECRETARY)
if not views and may_change:
    court_forms.install(actor)
    st.stop()
st.write(
    _("代码即案号中的法院代字，用于分层、分配和统计。自带名单按行政区划推出，启用前须与法院核对。")
)
table.show(
    [
        {
            _("代码"): view.code,
            _("名称"): view.name,
            _("简称"): view.short_name,
            _("层级"): _(courts.LEVEL_TITLES[view.level]),
            _("区域"): view.district,
            _("案号代字"): view.case_mark,
            _("机构名称"): "；".join(
                f"{_(courts.UNIT_TITLES.get(key, key))}：{text}" for key, text in view.units
            ),
            _("状态"): _("参评") if view.is_active else _("停用"),
        }
        for view in views
    ],
    empty=_("还没有登记法院。"),
)
if may_change:
    tabs = st.tabs([_("修改"), _("增加")])
    with tabs[0]:
        court_forms.change(actor, views)
    with tabs[1]:
        court_forms.add(actor)
