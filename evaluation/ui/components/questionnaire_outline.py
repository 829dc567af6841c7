"""Left side of the editor: sections and questions to choose, add, move, duplicate, remove."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import questionnaires
from evaluation.services.questionnaires import Opened
from surveys import editing
from surveys.explanation import type_words
from surveys.schema import Question, Questionnaire, QuestionType, Section, Text

Save = Callable[[Questionnaire], None]
CHOSEN = "editor_question"
CHOSEN_SECTION = "editor_section"


def choose(opened: Opened) -> tuple[Section | None, Question | None]:
    """Let the person choose a section and one of its questions."""
    questionnaire = opened.questionnaire
    if not questionnaire.sections:
        return None, None
    codes = [section.code for section in questionnaire.sections]
    if st.session_state.get(CHOSEN_SECTION) not in codes:
        st.session_state[CHOSEN_SECTION] = codes[0]
    titles = {section.code: str(section.title) for section in questionnaire.sections}
    code = st.selectbox(_("部分"), codes, format_func=lambda item: titles[item], key=CHOSEN_SECTION)
    section = next(item for item in questionnaire.sections if item.code == code)
    if not section.questions:
        st.caption(_("这一部分还没有题目。"))
        return section, None
    asked = [question.code for question in section.questions]
    if st.session_state.get(CHOSEN) not in asked:
        st.session_state[CHOSEN] = asked[0]
    chosen = st.radio(_("题目"), asked, format_func=lambda item: _line(opened, item), key=CHOSEN)
    return section, questionnaire.question(chosen)


def _line(opened: Opened, code: str) -> str:
    question = opened.questionnaire.question(code)
    marks = [type_words()[question.type]]
    if question.required:
        marks.append(_("必答"))
    if question.show is not None:
        marks.append(_("有条件"))
    if code in opened.fixed_questions:
        marks.append(_("趋势"))
    text = str(question.text)
    short = text if len(text) <= 18 else f"{text[:17]}…"
    return f"{code}　{short}（{'，'.join(marks)}）"


def arrange(opened: Opened, section: Section, question: Question | None, save: Save) -> None:
    """Move, duplicate and remove the chosen question."""
    questionnaire = opened.questionnaire
    if question is None:
        return
    columns = [*st.columns(2), *st.columns(2)]
    if columns[0].button(_("上移"), key="question_up", width="stretch"):
        save(editing.move_question(questionnaire, question.code, -1))
    if columns[1].button(_("下移"), key="question_down", width="stretch"):
        save(editing.move_question(questionnaire, question.code, 1))
    if columns[2].button(_("复制"), key="question_copy", width="stretch"):
        changed, code = editing.duplicate_question(questionnaire, question.code)
        st.session_state["editor_next"] = code
        save(changed)
    is_fixed = question.code in opened.fixed_questions
    if columns[3].button(_("删除"), key="question_drop", width="stretch", disabled=is_fixed):
        save(editing.remove_question(questionnaire, question.code))
    others = [item for item in questionnaire.sections if item.code != section.code]
    if others:
        with st.popover(_("移到其他部分"), width="stretch"):
            for item in others:
                if st.button(str(item.title), key=f"move_to_{item.code}"):
                    save(editing.move_to_section(questionnaire, question.code, item.code))


def add(
    actor: Actor, opened: Opened, section: Section, question: Question | None, save: Save
) -> None:
    """Add a question of a type, or from the library."""
    questionnaire = opened.questionnaire
    with st.popover(_("添加题目"), width="stretch"):
        kinds: list[QuestionType] = list(QuestionType)
        kind = st.selectbox(
            _("题型"), kinds, index=0, format_func=type_words().__getitem__, key="new_kind"
        )
        words = st.text_area(_("题面"), key="new_text")
        if st.button(_("添加到所选题目之后"), disabled=not words.strip(), type="primary"):
            new = editing.new_question(questionnaire, kind, words.strip())
            st.session_state["editor_next"] = new.code
            after = question.code if question else None
            save(editing.add_question(questionnaire, section.code, new, after))
    with st.popover(_("从题库添加"), width="stretch"):
        listed = questionnaires.list_library(actor)
        source = st.selectbox(
            _("题库问卷"), listed, format_func=lambda item: item.title, key="library_source"
        )
        whole = questionnaires.library_questionnaire(actor, source.code)
        chosen = st.multiselect(
            _("题目"),
            [item.code for item in whole.questions],
            format_func=lambda code: f"{code} {whole.question(code).text}",
            placeholder=_("可选多道"),
            key=f"library_questions_{source.code}",
        )
        if st.button(_("添加所选题目"), disabled=not chosen, type="primary"):
            save(editing.add_from(questionnaire, section.code, whole, chosen))


def manage_sections(opened: Opened, section: Section | None, save: Save) -> None:
    """Add, rename, move and remove sections."""
    questionnaire = opened.questionnaire
    with st.popover(_("部分的管理"), width="stretch"):
        title = st.text_input(_("新部分的标题"), key="new_section")
        if st.button(_("添加部分"), disabled=not title.strip()):
            save(editing.add_section(questionnaire, title.strip()))
        if section is None:
            return
        st.divider()
        language = questionnaire.language
        renamed = st.text_input(
            _("所选部分的标题"), section.title.get(language), key=f"title_{section.code}"
        )
        old = section.introduction.get(language) if section.introduction else ""
        words = st.text_area(_("引言"), old, key=f"introduction_{section.code}")
        if st.button(_("保存标题与引言"), key="section_save"):
            changed = Section(
                section.code,
                section.title.with_translation(language, renamed),
                section.questions,
                (section.introduction or Text(())).with_translation(language, words)
                if words.strip()
                else None,
                section.show,
            )
            save(editing.replace_section(questionnaire, section.code, changed))
        columns = st.columns(3)
        if columns[0].button(_("上移"), key="section_up"):
            save(editing.move_section(questionnaire, section.code, -1))
        if columns[1].button(_("下移"), key="section_down"):
            save(editing.move_section(questionnaire, section.code, 1))
        is_fixed = any(q.code in opened.fixed_questions for q in section.questions)
        if columns[2].button(_("删除"), key="section_drop", disabled=is_fixed):
            save(editing.remove_section(questionnaire, section.code))
