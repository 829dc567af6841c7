"""Right of reply: the court's objections item by item, the panel's decisions."""

import streamlit as st

from evaluation.clock import beijing_text
from evaluation.domain.report import DECISION_TITLES, ReplyDecision
from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import replies
from evaluation.ui import session
from evaluation.ui.components import reply_forms, round_choice, table

actor = session.current_actor()
st.title(_("法院核对意见"))
st.write(_("法院对送交核对的事实逐项提出意见，原文载入报告附录；评估团逐项处理并写明理由。"))
chosen = round_choice.choose(actor)
window = reply_forms.window(actor, chosen)
found = replies.list_replies(actor, chosen.id)
table.show(
    [
        {
            _("序号"): number,
            _("法院"): reply.court_name,
            _("事项"): reply.subject,
            _("意见原文"): reply.objection,
            _("处理"): _(DECISION_TITLES[reply.decision]),
            _("理由"): reply.reason or "—",
            _("收到时间"): beijing_text(reply.received_at),
        }
        for number, reply in enumerate(found, 1)
    ],
    empty=_("还没有收到意见。"),
)
if window and actor.has(Role.COURT_LIAISON, Role.SECRETARY):
    reply_forms.submit(actor, chosen)
pending = [reply for reply in found if reply.decision is ReplyDecision.PENDING]
if pending and actor.has(Role.CHAIR):
    reply_forms.decide(actor, pending)
if actor.has(Role.CHAIR, Role.SECRETARY):
    reply_forms.send(actor, chosen)
