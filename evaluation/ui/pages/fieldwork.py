"""Fieldwork: surveys of a round, their channels, invitations, counts, quality."""

import streamlit as st

from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import public_surveys, survey_fieldwork
from evaluation.ui import session
from evaluation.ui.components import (
    done,
    download,
    fieldwork_channels,
    fieldwork_invitations,
    fieldwork_overview,
    quality_review,
    round_choice,
    survey_choice,
)

actor = session.current_actor()
st.title(_("问卷回收"))
done.show()
chosen_round = round_choice.choose(actor)
surveys = public_surveys.list_surveys(actor, chosen_round.id)
runs_fieldwork = actor.has(Role.CHAIR, Role.SECRETARY)
if runs_fieldwork:
    with st.expander(_("发布新的调查"), expanded=not surveys):
        fieldwork_channels.publish(actor, chosen_round.id)
if not surveys:
    st.info(_("这一期还没有发布调查。"))
    st.stop()
survey = survey_choice.choose(surveys, fieldwork_channels.SURVEY_MENU)
st.caption(
    _("匿名调查，匿名不可取消。")
    if survey.is_anonymous
    else _("记名调查，答卷与邀请名单可以对应。")
)
names = [_("回收情况")]
if runs_fieldwork:
    names += [_("渠道"), _("邀请")]
if actor.has(Role.CHAIR, Role.ANALYST):
    names.append(_("质量核查"))
tabs = dict(zip(names, st.tabs(names), strict=True))
with tabs[_("回收情况")]:
    fieldwork_overview.show(survey, survey_fieldwork.list_counts(actor, survey.id))
if runs_fieldwork:
    with tabs[_("渠道")]:
        download.link(_("下载纸质问卷"), f"/files/surveys/paper/{survey.id}")
        fieldwork_channels.manage(actor, survey)
    with tabs[_("邀请")]:
        fieldwork_invitations.manage(actor, survey)
if _("质量核查") in tabs:
    with tabs[_("质量核查")]:
        quality_review.show(actor, survey)
