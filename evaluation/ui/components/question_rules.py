"""When a question is shown, when it ends the questionnaire, and what its answer must meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from evaluation.language import _
from evaluation.ui.components import rule_editor
from surveys.explanation import rule_in_words
from surveys.schema import Question, Questionnaire, Section, Text, Validation

Save = Callable[[Question], None]


def _before(questionnaire: Questionnaire, code: str) -> list[Question]:
    codes = [question.code for question in questionnaire.questions]
    return list(questionnaire.questions[: codes.index(code)])


def shown_when(questionnaire: Questionnaire, question: Question, save: Save) -> None:
    """Edit the condition under which a question is shown."""
    st.caption(_("没有条件就始终显示。条件只能引用前面的题目。"))
    name = f"show_{question.code}"
    rule = rule_editor.edit(
        name, questionnaire, _before(questionnaire, question.code), question.show
    )
    st.markdown(_("**现在的条件**：{rule}").format(rule=rule_in_words(questionnaire, rule)))
    if rule != question.show:
        left, right = st.columns(2)
        if left.button(_("保存条件"), type="primary", key=f"{name}_save"):
            rule_editor.forget(name)
            save(replace(question, show=rule))
        if right.button(_("放弃修改"), key=f"{name}_drop"):
            rule_editor.forget(name)
            st.rerun()


def section_shown_when(
    questionnaire: Questionnaire, section: Section, save: Callable[[Section], None]
) -> None:
    """Edit the condition under which a whole section is shown."""
    name = f"show_section_{section.code}"
    position = questionnaire.sections.index(section)
    before = [q for part in questionnaire.sections[:position] for q in part.questions]
    rule = rule_editor.edit(name, questionnaire, before, section.show)
    st.markdown(_("**现在的条件**：{rule}").format(rule=rule_in_words(questionnaire, rule)))
    if rule != section.show and st.button(_("保存条件"), type="primary", key=f"{name}_save"):
        rule_editor.forget(name)
        save(replace(section, show=rule))


def ends_when(questionnaire: Questionnaire, question: Question, save: Save) -> None:
    """Edit the condition under which the questionnaire ends behind a question."""
    st.caption(_("用于筛选：满足条件时，问卷到这道题为止。没有条件就不结束。"))
    name = f"end_{question.code}"
    usable = [*_before(questionnaire, question.code), question]
    rule = rule_editor.edit(name, questionnaire, usable, question.end_when)
    old = question.end_text.get(questionnaire.language) if question.end_text else ""
    words = st.text_input(_("结束时显示的话"), old, key=f"{name}_text").strip()
    if rule is not None:
        st.markdown(_("**结束条件**：{rule}").format(rule=rule_in_words(questionnaire, rule)))
    if (rule != question.end_when or words != old) and st.button(
        _("保存结束条件"), type="primary", key=f"{name}_save"
    ):
        rule_editor.forget(name)
        text = Text.of(words, questionnaire.language) if words else None
        save(replace(question, end_when=rule, end_text=text))


def must_meet(questionnaire: Questionnaire, question: Question, save: Save) -> None:
    """Edit the checks an answer must pass, each with its message."""
    for place, validation in enumerate(question.validations):
        with st.container(border=True):
            st.markdown(rule_in_words(questionnaire, validation.rule))
            st.caption(_("不符合时提示：{message}").format(message=validation.message))
            if st.button(_("删去这条校验"), key=f"check_{question.code}_{place}", type="tertiary"):
                kept = (*question.validations[:place], *question.validations[place + 1 :])
                save(replace(question, validations=kept))
    st.markdown(_("**添加校验**：回答必须满足"))
    name = f"check_{question.code}_new"
    usable = [*_before(questionnaire, question.code), question]
    rule = rule_editor.edit(name, questionnaire, usable, None)
    words = st.text_input(
        _("不符合时的提示"), key=f"{name}_text", placeholder=_("例如：办结数不能大于立案数。")
    ).strip()
    if st.button(_("添加这条校验"), key=f"{name}_save", disabled=rule is None or not words):
        rule_editor.forget(name)
        if rule is not None:
            added = Validation(rule, Text.of(words, questionnaire.language))
            save(replace(question, validations=(*question.validations, added)))
