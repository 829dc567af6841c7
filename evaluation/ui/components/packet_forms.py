"""Parts of the page of offline packets: out, back, conflicts one by one."""

from __future__ import annotations

import streamlit as st

from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import offline
from evaluation.services.offline import ConflictLine, ReturnView
from evaluation.ui.components import download, problem, table


def out(round_id: int) -> None:
    """Offer one's own packet."""
    st.header(_("领取"))
    st.write(
        _(
            "评查包是一个工作簿，每份案卷一张表，只有浅黄色单元格可以填写。"
            "先在“我的评查”逐案声明，再领取；领取后可在没有网络的阅卷室使用。"
        )
    )
    download.link(_("下载我的评查包（XLSX）"), f"/review/packet/{round_id}.xlsx")


def back(actor: Actor, round_id: int) -> None:
    """Take a packet back."""
    st.header(_("交回"))
    content = st.file_uploader(_("填好的评查包（XLSX）"), type=["xlsx"], key=f"packet_{round_id}")
    if content is not None and st.button(_("交回"), type="primary"):
        with problem.shown(), st.spinner(_("正在核对")):
            _done(offline.take_back(actor, content.getvalue()))


def _done(view: ReturnView) -> None:
    if view.is_repeated:
        st.info(_("这份评查包已经交回过，没有任何变化。"))
        return
    st.success(
        _("已收回{n}处；与系统相同{m}处；需要您选择{k}处。").format(
            n=view.n_taken, m=view.n_unchanged, k=len(view.conflicts)
        )
    )


def conflicts(actor: Actor, round_id: int) -> None:
    """Let the reviewer decide each conflict."""
    views = offline.open_conflicts(actor, round_id)
    if not views:
        return
    st.header(_("两边都改过的内容"))
    st.write(_("领取之后，系统中的内容又有修改。请逐处选择保留哪一个。"))
    for view in views:
        for line in view.conflicts:
            if not line.decision:
                _one(actor, view.return_id, line)


def _one(actor: Actor, return_id: int, line: ConflictLine) -> None:
    with st.container(border=True):
        st.markdown(f"**{line.sample_number}　{line.title}**")
        nothing = _("（空）")
        table.show(
            [
                {
                    _("栏目"): field.title,
                    _("领取时"): field.issued or nothing,
                    _("系统中"): field.current or nothing,
                    _("评查包"): field.returned or nothing,
                    _("是否不同"): _("不同") if field.differs else "",
                }
                for field in line.fields
            ]
        )
        key = f"{return_id}_{line.position}"
        left, right, _rest = st.columns([1, 1, 2])
        kept = left.button(_("保留系统中的"), key=f"keep_{key}", width="stretch")
        taken = right.button(_("采用评查包的"), key=f"take_{key}", width="stretch")
        if kept or taken:
            with problem.shown():
                offline.resolve(actor, return_id, line.position, take_returned=taken)
                st.rerun()
