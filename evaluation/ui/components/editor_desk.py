"""The desk of the questionnaire editor: outline, question, live preview side by side."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from evaluation.domain.questionnaire_version import STATE_TITLES
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import questionnaires
from evaluation.services.questionnaires import Opened
from evaluation.ui.components import (
    download,
    problem,
    question_form,
    question_rules,
    questionnaire_contradictions,
    questionnaire_outline,
    questionnaire_paths,
    questionnaire_settings,
)
from surveys import editing
from surveys.schema import Question, Questionnaire, Section

PHONE_WIDTH = 390
PHONE_HEIGHT = 780


def saver(actor: Actor, opened: Opened) -> Callable[[Questionnaire], None]:
    """Return what the parts of the editor call to store a change."""

    def save(changed: Questionnaire) -> None:
        with problem.shown():
            questionnaires.save(actor, opened.version.id, changed, opened.version.revision)
            st.rerun()

    return save


def head(opened: Opened) -> None:
    """Show which version is open and how it stands."""
    view = opened.version
    st.caption(
        _("{code} 第{number}版　状态：{state}").format(
            code=view.code, number=view.number, state=_(STATE_TITLES[view.state])
        )
    )
    if not opened.is_editable:
        st.info(_("这个版本已冻结，只能查看。要修改，请在“问卷设计”页据此新建草稿。"))


def preview(opened: Opened, question: Question | None) -> None:
    """Show the draft in the real public pages, as wide as a phone, at the chosen question."""
    st.markdown(_("**手机预览**（真实答卷页面，从所选题目打开，答案不保存）"))
    place = f"/at/{question.code}" if question is not None else ""
    address = f"/preview/v-{opened.version.id}{place}?r={opened.version.revision}"
    st.iframe(address, width=PHONE_WIDTH, height=PHONE_HEIGHT)


def edit(actor: Actor, opened: Opened) -> None:
    """Show outline, the chosen question, and the preview."""
    save = saver(actor, opened)
    wanted = st.session_state.pop("editor_next", None)
    if wanted and opened.questionnaire.find_question(wanted):
        st.session_state[questionnaire_outline.CHOSEN] = wanted
        section_code = opened.questionnaire.section_of(wanted).code
        st.session_state[questionnaire_outline.CHOSEN_SECTION] = section_code
    left, middle, right = st.columns([0.8, 1.6, 1.4], gap="small")
    with left:
        section, question = questionnaire_outline.choose(opened)
        if opened.is_editable:
            if section is not None:
                questionnaire_outline.arrange(opened, section, question, save)
                questionnaire_outline.add(actor, opened, section, question, save)
            questionnaire_outline.manage_sections(opened, section, save)
    with middle:
        if section is not None and question is not None:
            _question(opened, section, question, save)
        elif section is not None:
            st.info(_("请在左侧添加题目。"))
    with right:
        preview(opened, question)
        download.link(_("从头试填"), f"/preview/v-{opened.version.id}")


def _question(
    opened: Opened, section: Section, question: Question, save: Callable[[Questionnaire], None]
) -> None:
    asked = opened.questionnaire

    def save_question(changed: Question) -> None:
        save(editing.replace_question(asked, question.code, changed))

    if not opened.is_editable:
        st.subheader(f"{question.code}　{question.text}")
        for option in asked.options_of(question):
            st.markdown(f"- {option.label}")
        return
    st.subheader(question.code)
    tabs = st.tabs([_("题目"), _("显示条件"), _("校验"), _("结束条件"), _("部分的条件")])
    with tabs[0]:
        is_fixed = question.code in opened.fixed_questions
        question_form.show(asked, question, is_fixed=is_fixed, save=save_question)
    with tabs[1]:
        question_rules.shown_when(asked, question, save_question)
    with tabs[2]:
        question_rules.must_meet(asked, question, save_question)
    with tabs[3]:
        question_rules.ends_when(asked, question, save_question)
    with tabs[4]:
        question_rules.section_shown_when(
            asked,
            section,
            lambda changed: save(editing.replace_section(asked, section.code, changed)),
        )


def settings(actor: Actor, opened: Opened) -> None:
    """Show words around the questions and the scales."""
    if not opened.is_editable:
        st.info(_("这个版本已冻结，设置不能修改。"))
        return
    save = saver(actor, opened)
    left, right = st.columns(2, gap="large")
    with left:
        questionnaire_settings.general(opened, save)
    with right:
        st.subheader(_("量表"))
        questionnaire_settings.scales(opened, save)


def contradictions(actor: Actor, opened: Opened) -> None:
    """Show which answers cannot both be true."""
    questionnaire_contradictions.show(opened, saver(actor, opened))


def translations(actor: Actor, opened: Opened) -> None:
    """Show the translation table."""
    if opened.is_editable:
        questionnaire_settings.translations(opened, saver(actor, opened))
    else:
        st.info(_("这个版本已冻结，译文不能修改。"))


def problems_and_paths(opened: Opened) -> None:
    """Show problems, then the ways through."""
    questionnaire_paths.problems(opened)
    questionnaire_paths.paths(opened)
