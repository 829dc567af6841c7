"""Reports: build a draft, read it, approve it, publish it."""

import streamlit as st

from evaluation.language import _
from evaluation.ui import session
from evaluation.ui.components import edition_parts, imprint_form, round_choice

actor = session.current_actor()
st.title(_("报告"))
st.write(
    _(
        "送审稿由冻结结果和报告文字生成，约需十几秒。批准针对确定的内容：批准之后内容有任何改动，"
        "须重新生成并重新批准。"
    )
)
chosen = round_choice.choose(actor)
imprint_form.show(actor)
edition_parts.build(actor, chosen)
found = edition_parts.found_for(actor, chosen)
edition_parts.overview(found)
edition_parts.newest(actor, found)
