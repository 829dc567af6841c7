"""Panel members: composition, undertakings and declared interests."""

import streamlit as st

from evaluation.domain.member import BACKGROUND_TITLES
from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import members
from evaluation.ui import session
from evaluation.ui.components import member_forms, round_choice, table

actor = session.current_actor()
st.title(_("评估团成员"))
st.write(
    _(
        "行动方案五（一）：律师协会牵头，邀请国家机关工作人员、专家学者、媒体人士、企业法务、社会公众参与。"
    )
)
if not actor.has(Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER):
    chosen = round_choice.choose(actor)
    member_forms.own(actor, chosen)
    st.stop()

views = members.list_members(actor)
member_forms.composition(views)
table.show(
    [
        {
            _("姓名"): view.name,
            _("类别"): _(BACKGROUND_TITLES[view.background]),
            _("单位"): view.organisation,
            _("执业证号"): view.licence_number,
            _("曾在单位"): "；".join(name for name, _until in view.former_organisations),
            _("状态"): _("在任") if view.is_active else _("已退出"),
        }
        for view in views
    ],
    empty=_("还没有登记成员。"),
)
titles = [_("本期承诺与申报")]
if actor.has(Role.CHAIR, Role.SECRETARY):
    titles += [_("登记成员"), _("修改成员")]
tabs = st.tabs(titles)
with tabs[0]:
    member_forms.standings(actor, round_choice.choose(actor))
if actor.has(Role.CHAIR, Role.SECRETARY):
    with tabs[1]:
        member_forms.add(actor)
    with tabs[2]:
        member_forms.change(actor, views)
