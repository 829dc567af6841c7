"""Open answers on the analysis page: search, code list, coding."""

from __future__ import annotations

import streamlit as st

from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import open_texts
from evaluation.services.survey_analysis import SurveyFigures
from evaluation.ui.components import problem, table
from surveys.schema import QuestionType

PAGE = 20


def show(actor: Actor, figures: SurveyFigures) -> None:
    """Show the open answers of one question with their codes."""
    asked = [q for q in figures.questionnaire.questions if q.type is QuestionType.TEXT]
    if not asked:
        st.info(_("这份问卷没有开放题。"))
        return
    question = st.selectbox(
        _("开放题"), asked, format_func=lambda q: f"{q.code} {q.text}", key="open_question"
    )
    codes = open_texts.list_codes(actor, figures.survey_id, question.code)
    table.show(
        [
            {_("编码"): f"{c.code} {c.label}", _("说明"): c.description, _("出现次数"): c.n}
            for c in codes
        ],
        empty=_("还没有编码。"),
    )
    if not actor.has(*open_texts.CODERS):
        return
    with st.popover(_("添加编码")):
        label = st.text_input(_("名称"), key="code_label")
        description = st.text_input(_("说明"), key="code_description")
        if st.button(_("添加"), key="code_add"):
            with problem.shown():
                open_texts.add_code(actor, figures.survey_id, question.code, label, description)
                st.rerun()
    search = st.text_input(_("搜索（多个词用空格分开，须全部出现）"), key="open_search")
    found = open_texts.list_texts(actor, figures.survey_id, question.code, search)
    st.caption(_("共{n}条，每页{size}条。").format(n=len(found), size=PAGE))
    n_pages = max(1, -(-len(found) // PAGE))
    page = int(st.number_input(_("页"), 1, n_pages, 1, key="open_page")) if n_pages > 1 else 1
    labels = {c.id: f"{c.code} {c.label}" for c in codes}
    for item in found[(page - 1) * PAGE : page * PAGE]:
        with st.container(border=True):
            st.write(item.text)
            chosen = st.multiselect(
                _("编码"),
                list(labels),
                default=[code for code in item.code_ids if code in labels],
                format_func=labels.__getitem__,
                placeholder=_("未编码"),
                key=f"coding_{item.response_id}_{question.code}",
                label_visibility="collapsed",
            )
            if set(chosen) != set(item.code_ids):
                with problem.shown():
                    open_texts.code_text(
                        actor, figures.survey_id, item.response_id, question.code, chosen
                    )
                    st.rerun()
