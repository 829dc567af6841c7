"""Questionnaires: versions, library, import and export, differences."""

import streamlit as st

from evaluation.language import _
from evaluation.services import questionnaires
from evaluation.ui import session
from evaluation.ui.components import done, questionnaire_list

actor = session.current_actor()
st.title(_("问卷设计"))
done.show()
may_edit = actor.has(*questionnaires.DESIGNERS)
listed = questionnaires.list_versions(actor)
names = [_("问卷"), _("题库"), _("版本比较")]
if may_edit:
    names.append(_("导入与新建"))
tabs = st.tabs(names)
with tabs[0]:
    questionnaire_list.versions(actor, listed, may_edit=may_edit)
with tabs[1]:
    questionnaire_list.library(actor, may_edit=may_edit)
with tabs[2]:
    questionnaire_list.differences(actor, listed)
if may_edit:
    with tabs[3]:
        questionnaire_list.new(actor)
