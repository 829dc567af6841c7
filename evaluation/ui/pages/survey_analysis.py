"""Analysis of a survey: indices, answers, cross tables, changes, open texts, downloads."""

import streamlit as st

from evaluation.language import _
from evaluation.services import public_surveys, survey_analysis
from evaluation.ui import session
from evaluation.ui.components import problem, round_choice, survey_texts, survey_views

actor = session.current_actor()
st.title(_("问卷分析"))
chosen_round = round_choice.choose(actor)
surveys = sorted(
    public_surveys.list_surveys(actor, chosen_round.id),
    key=lambda item: (item.questionnaire_code, -item.id),
)
if not surveys:
    st.info(_("这一期还没有发布调查。"))
    st.stop()
survey = st.selectbox(
    _("调查"), surveys, format_func=lambda item: item.title, key="analysis_survey"
)
with problem.shown():
    basis = None
    figures = survey_analysis.figures(actor, survey.id)
    if figures is not None and len(figures.bases) > 1:
        words = survey_views.basis_words()
        basis = st.segmented_control(
            _("答卷来源"), list(figures.bases), default=figures.basis, format_func=words.__getitem__
        )
        if basis is not None and basis is not figures.basis:
            figures = survey_analysis.figures(actor, survey.id, basis)
    if figures is None:
        st.info(_("答卷不足{n}份，暂不显示结果。").format(n=survey.minimum_cell))
        st.stop()
    st.caption(survey_views.basis_words()[figures.basis])
    names = [
        _("指数"),
        _("回答"),
        _("交叉表"),
        _("变化"),
        _("关系"),
        _("开放题"),
        _("加权"),
        _("导出"),
    ]
    tabs = st.tabs(names)
    with tabs[0]:
        survey_views.overview(figures)
    with tabs[1]:
        survey_views.answers(figures)
    with tabs[2]:
        survey_views.cross(actor, figures)
    with tabs[3]:
        survey_views.change(actor, figures)
    with tabs[4]:
        survey_views.relations(actor, figures)
    with tabs[5]:
        survey_texts.show(actor, figures)
    with tabs[6]:
        survey_views.weighting(actor, figures)
    with tabs[7]:
        survey_views.downloads(actor, survey.id)
