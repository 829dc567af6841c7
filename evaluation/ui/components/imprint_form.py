"""Form of the imprint: who signs the reports, how to reach them, who pays."""

from __future__ import annotations

import streamlit as st

from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import imprint
from evaluation.services.imprint import Imprint
from evaluation.ui.components import problem


def show(actor: Actor) -> None:
    """Let the chair write the imprint; remind until it is there."""
    if not actor.has(Role.CHAIR):
        return
    written = imprint.imprint_of(actor)
    with (
        st.expander(_("报告署名、联系方式与经费来源"), expanded=written is None),
        st.form("imprint", border=False),
    ):
        kept = written or Imprint("", "", "")
        organisation = st.text_input(_("署名（印在封面）"), kept.organisation)
        contact = st.text_input(_("联系方式（单位、电话或邮箱）"), kept.contact)
        funding = st.text_input(_("经费来源（谁出资，是否接受被评估单位经费）"), kept.funding)
        if st.form_submit_button(_("保存")):
            with problem.shown():
                imprint.write_imprint(actor, Imprint(organisation, contact, funding))
                st.toast(_("已保存。此前批准的送审稿须重新生成、重新批准。"))
