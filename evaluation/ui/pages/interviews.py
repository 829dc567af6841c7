"""Forums and interviews: arrange, record, read back, code, clear quotations."""

import streamlit as st

from evaluation.clock import date_text
from evaluation.domain.interview import KIND_TITLES, STATE_TITLES
from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import interviews
from evaluation.ui import session
from evaluation.ui.components import coding_forms, interview_forms, round_choice, table

actor = session.current_actor()
st.title(_("座谈与访谈"))
st.write(_("按类别记录参加人数，不记姓名。参加人的话经核对和去识别后才可引用。"))
chosen = round_choice.choose(actor)
views = interviews.list_interviews(actor, chosen.id)
table.show(
    [
        {
            _("编号"): view.code,
            _("形式"): _(KIND_TITLES[view.kind]),
            _("提纲"): view.guide_name,
            _("日期"): date_text(view.held_on),
            _("法院"): view.court_name,
            _("到场/邀请"): interview_forms.attendance_text(view),
            _("状态"): _(STATE_TITLES[view.state]),
            _("编码"): view.n_statements,
        }
        for view in views
    ],
    empty=_("本期还没有安排座谈或访谈。"),
)
if not actor.has(Role.INTERVIEWER, Role.SECRETARY, Role.CHAIR, Role.ANALYST):
    st.stop()
may_write = actor.has(Role.INTERVIEWER, Role.SECRETARY, Role.CHAIR)
titles = [_("提纲"), _("编码结果"), _("引语审定")]
if may_write:
    titles = [_("安排"), _("记录与核对"), _("编码"), *titles]
tabs = dict(zip(titles, st.tabs(titles), strict=True))
if may_write:
    with tabs[_("安排")]:
        interview_forms.plan(actor, chosen)
    with tabs[_("记录与核对")]:
        interview_forms.record(actor, views)
    with tabs[_("编码")]:
        coding_forms.code(actor, chosen, views)
with tabs[_("提纲")]:
    interview_forms.guides(actor, chosen)
with tabs[_("编码结果")]:
    coding_forms.results(actor, chosen)
with tabs[_("引语审定")]:
    coding_forms.quotes(actor, chosen)
