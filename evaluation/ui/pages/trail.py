"""The audit trail: every change, who made it, and whether the chain holds."""

import streamlit as st

from evaluation.clock import beijing_text
from evaluation.language import _
from evaluation.services import installation
from evaluation.ui import session
from evaluation.ui.components import table, trail_words

actor = session.current_actor()
st.title(_("操作留痕"))
st.write(_("每项变更都与数据在同一事务中记入留痕，前后以校验值相连，任何人不能关闭或删改。"))
if st.button(_("核验留痕是否完整")):
    total, broken = installation.check_trail(actor)
    if broken is None:
        st.success(_("共{n}条，前后相连，没有缺失或改动。").format(n=total))
    else:
        st.error(
            _("第{n}条起对不上，留痕可能被改动，请保全数据库并查明原因。").format(n=broken.sequence)
        )
before = st.number_input(
    _("从第几条往前看（留空为最新）"), min_value=1, value=None, step=1, placeholder=_("最新")
)
rows = installation.list_trail(actor, before=int(before) if before else None)
table.show(
    [
        {
            _("序号"): row.sequence,
            _("时间"): beijing_text(row.at),
            _("办理人"): row.person or _("系统"),
            _("事项"): trail_words.action(row.action),
            _("对象"): trail_words.subject(row.subject),
        }
        for row in rows
    ],
    height=640,
)
