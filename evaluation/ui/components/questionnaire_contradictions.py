"""Answers that cannot both be true, put together from menus; used when responses are checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from evaluation.language import _
from evaluation.services.questionnaires import Opened
from evaluation.ui.components import rule_editor
from surveys.editing import free_code
from surveys.explanation import rule_in_words
from surveys.schema import Contradiction, Questionnaire, Text

Save = Callable[[Questionnaire], None]
_NEW = "contradiction_new"


def show(opened: Opened, save: Save) -> None:
    """List the contradictions of a questionnaire; in a draft, remove and add some."""
    asked = opened.questionnaire
    st.caption(
        _(
            "哪些回答不可能同时为真。受访者看不到；答卷收回后，符合的会标记“前后矛盾”，由统计分析人员决定是否剔除。"
        )
    )
    if not asked.contradictions:
        st.info(_("还没有设定。"))
    for place, item in enumerate(asked.contradictions):
        with st.container(border=True):
            st.markdown(f"**{item.message}**")
            st.caption(rule_in_words(asked, item.rule))
            if opened.is_editable and st.button(
                _("删去这一条"), key=f"contradiction_drop_{place}", type="tertiary"
            ):
                kept = (*asked.contradictions[:place], *asked.contradictions[place + 1 :])
                save(replace(asked, contradictions=kept))
    if opened.is_editable:
        _add(asked, save)


def _add(asked: Questionnaire, save: Save) -> None:
    st.markdown(_("**添加**：下列各条同时成立时，就是前后矛盾"))
    rule = rule_editor.edit(_NEW, asked, list(asked.questions), None)
    words = st.text_input(
        _("矛盾在哪里"),
        key=f"{_NEW}_message",
        placeholder=_("例如：说一分未得，又说案款已经发放"),
    ).strip()
    if rule is not None:
        st.markdown(_("**现在的规则**：{rule}").format(rule=rule_in_words(asked, rule)))
    if st.button(_("添加这条矛盾"), disabled=rule is None or not words, type="primary"):
        rule_editor.forget(_NEW)
        if rule is not None:
            taken = {item.code for item in asked.contradictions}
            code = free_code(taken, f"c{len(taken) + 1}")
            added = Contradiction(code, rule, Text.of(words, asked.language))
            save(replace(asked, contradictions=(*asked.contradictions, added)))
