"""What the panel writes itself: conclusions, problems, recommendations, rectification."""

import streamlit as st

from evaluation.domain.report import NARRATIVE_TITLES, NarrativeKind
from evaluation.language import _
from evaluation.ui import session
from evaluation.ui.components import narrative_forms, round_choice

actor = session.current_actor()
st.title(_("报告文字"))
st.write(
    _(
        "报告中的统计数字由冻结结果自动填入。这里只写评估团自己的判断；需要数字时引用结果编号，"
        "手工键入的数字、姓名和案号不能保存。"
    )
)
chosen = round_choice.choose(actor)
kinds = list(NarrativeKind)
for tab, kind in zip(st.tabs([_(NARRATIVE_TITLES[k]) for k in kinds]), kinds, strict=True):
    with tab:
        narrative_forms.tab(actor, chosen, kind)
