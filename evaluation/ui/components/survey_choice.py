"""The survey a page works on: the menu holds ids, so the page always gets the fresh view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from evaluation.clock import beijing_text
from evaluation.language import _
from evaluation.services.public_surveys import SurveyView
from evaluation.ui.components import done


def choose(surveys: Sequence[SurveyView], key: str) -> SurveyView:
    """Let the person choose a survey; equal titles are told apart."""
    by_id = {survey.id: survey for survey in surveys}
    n_titles = Counter(survey.title for survey in surveys)

    def label(survey_id: int) -> str:
        survey = by_id[survey_id]
        if n_titles[survey.title] == 1:
            return survey.title
        return _("{title}（{when}发布，编号{id}）").format(
            title=survey.title, when=beijing_text(survey.published_at), id=survey.id
        )

    done.settle(key, by_id)
    return by_id[st.selectbox(_("调查"), list(by_id), format_func=label, key=key)]
