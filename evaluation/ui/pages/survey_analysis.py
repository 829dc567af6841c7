"""Analysis of a survey: indices, answers, cross tables, changes, open texts, downloads."""

import streamlit as st

from evaluation.language import _
from evaluation.services import public_surveys, survey_analysis
from evaluation.ui import session
from evaluation.ui.components import (
    problem,
    round_choice,
    survey_choice,
    survey_texts,
    survey_views,
)

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
survey = survey_choice.choose(surveys, "analysis_survey")
with problem.shown():
    sources = survey_analysis.sources(actor, survey.id)
    basis = sources.first
    if len(sources.bases) > 1:
        words = survey_views.basis_words()
        chosen_basis = st.segmented_control(
            _("答卷来源"),
            list(sources.bases),
            default=sources.first,
            format_func=words.__getitem__,
            key=f"analysis_basis_{survey.id}",
        )
        basis = chosen_basis or sources.first
    figures = survey_analysis.figures(actor, survey.id, basis)
    if figures is None:
        named = basis if len(sources.bases) > 1 else None
        st.info(survey_analysis.withheld_words(survey.minimum_cell, named))
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
