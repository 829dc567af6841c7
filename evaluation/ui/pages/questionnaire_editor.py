"""One questionnaire version: questions with live preview, settings, translations, problems."""

import streamlit as st

from evaluation.language import _
from evaluation.services import questionnaires
from evaluation.ui import session
from evaluation.ui.components import editor_desk, problem, questionnaire_list

actor = session.current_actor()
number = st.query_params.get("version", "")
if not number.isdigit():
    st.title(_("编辑问卷"))
    listed = questionnaires.list_versions(actor)
    if not listed:
        st.info(_("还没有问卷。请先在“问卷设计”页取用或新建。"))
        st.stop()
    chosen = st.selectbox(_("选择版本"), listed, format_func=questionnaire_list.label)
    if st.button(_("打开"), type="primary"):
        st.query_params["version"] = str(chosen.id)
        st.rerun()
    st.stop()
with problem.shown():
    opened = questionnaires.open_version(actor, int(number))
    st.title(str(opened.questionnaire.title))
    editor_desk.head(opened)
    tabs = st.tabs([_("题目"), _("设置"), _("矛盾"), _("翻译"), _("问题与路径")])
    with tabs[0]:
        editor_desk.edit(actor, opened)
    with tabs[1]:
        editor_desk.settings(actor, opened)
    with tabs[2]:
        editor_desk.contradictions(actor, opened)
    with tabs[3]:
        editor_desk.translations(actor, opened)
    with tabs[4]:
        editor_desk.problems_and_paths(opened)
