"""Parts of the fieldwork page: publish a survey, open and close channels."""

from __future__ import annotations

from datetime import date, datetime, time

import streamlit as st

from evaluation import clock
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import public_surveys, survey_sources
from evaluation.services.public_surveys import ChannelPlan, ChannelView, SurveyPlan, SurveyView
from evaluation.ui.components import addresses, done, download, problem
from evaluation.ui.components.fieldwork_overview import KIND_TITLES, STATE_TITLES
from surveys.store import ChannelKind, ChannelState, Quota

SURVEY_MENU = "fieldwork_survey"
_OFFERED = (ChannelKind.OPEN, ChannelKind.INVITED, ChannelKind.PAPER)


def publish(actor: Actor, round_id: int) -> None:
    """Put a questionnaire into the field."""
    sources = survey_sources.list_sources(actor)
    with st.form(done.form_key("publish_survey")):
        source = st.selectbox(_("问卷"), sources, format_func=lambda item: item.title)
        organiser = st.text_input(_("调查单位（答卷人会看到）"))
        contact = st.text_input(_("咨询与投诉方式（答卷人会看到）"))
        retention = st.text_input(_("数据保存期限"), value=_("终期评估报告发布后十二个月"))
        is_anonymous = st.checkbox(_("匿名（一经启用，任何人都不能取消）"), value=True)
        minimum_cell = st.number_input(_("不足多少份不显示结果"), 3, 100, 10)
        columns = st.columns(2)
        complete = columns[0].number_input(_("答题达到百分之几算完整"), 1, 100, 80)
        partial = columns[1].number_input(_("答题达到百分之几算部分完成"), 1, 100, 50)
        st.caption(_("以上各项发布后不能修改。问卷文字与选项随之冻结，并记下校验值。"))
        sent = st.form_submit_button(_("发布调查"), type="primary")
    if not sent or source is None:
        return
    plan = SurveyPlan(
        round_id=round_id,
        organiser=organiser,
        contact=contact,
        retention=retention,
        is_anonymous=is_anonymous,
        minimum_cell=int(minimum_cell),
        complete_share=complete / 100,
        partial_share=partial / 100,
    )
    with problem.shown():
        survey_id = survey_sources.publish_source(actor, source, plan)
        done.say(_("调查已发布，请在“渠道”中开放渠道。"))
        done.empty("publish_survey")
        done.choose_next(SURVEY_MENU, survey_id)
        st.rerun()


def manage(actor: Actor, survey: SurveyView) -> None:
    """Show the channels with their addresses, open another, close one or all."""
    for channel in survey.channels:
        _one(actor, channel)
    if survey.closed_at is not None:
        st.info(_("调查已于{day}结束。").format(day=clock.beijing_text(survey.closed_at)))
        return
    st.subheader(_("开放新渠道"))
    _open(actor, survey)
    if not survey.is_anonymous and actor.has(Role.CHAIR):
        _make_anonymous(actor, survey)
    st.subheader(_("结束调查"))
    sure = st.checkbox(_("确认结束全部渠道，以后不能恢复"), key=f"sure_{survey.id}")
    if st.button(_("结束调查"), disabled=not sure, key=f"close_{survey.id}"):
        with problem.shown():
            public_surveys.close_survey(actor, survey.id)
            st.rerun()


def _one(actor: Actor, channel: ChannelView) -> None:
    with st.container(border=True):
        st.markdown(f"**{channel.title}**　{_(KIND_TITLES[channel.kind])}")
        period = [clock.beijing_text(at) for at in (channel.opens_at, channel.closes_at) if at]
        facts = [_(STATE_TITLES[channel.state]), *period]
        if channel.daily_from and channel.daily_until:
            facts.append(
                _("每日{begin}至{end}可以开始").format(
                    begin=channel.daily_from, end=channel.daily_until
                )
            )
        st.caption("　".join(facts))
        if channel.kind is ChannelKind.OPEN:
            st.code(addresses.complete(channel.address), language=None)
            if "://" in channel.address:
                download.link(_("下载海报（含二维码）"), f"/files/surveys/poster/{channel.id}")
            else:
                st.caption(
                    _("海报印有二维码，须由管理员先设置本站网址（HENGPING_BASE_URL）才能生成。")
                )
        if channel.state is not ChannelState.CLOSED and st.button(
            _("关闭这个渠道"), key=f"close_channel_{channel.id}"
        ):
            with problem.shown():
                public_surveys.close_channel(actor, channel.id)
                st.rerun()


def _open(actor: Actor, survey: SurveyView) -> None:
    form = f"open_channel_{survey.id}"
    with st.form(done.form_key(form)):
        kind = st.radio(
            _("方式"), _OFFERED, format_func=lambda item: _(KIND_TITLES[item]), horizontal=True
        )
        title = st.text_input(_("渠道名称，例如“立案大厅海报”“律协短信”"))
        columns = st.columns(2)
        begins_on = columns[0].date_input(_("开始日期"), value=clock.today(), format="YYYY-MM-DD")
        ends_on = columns[1].date_input(
            _("截止日期（当日24时止，可不填）"), value=None, format="YYYY-MM-DD"
        )
        columns = st.columns(2)
        daily_from = columns[0].time_input(_("每日几点起可以开始（可不填）"), value=None)
        daily_until = columns[1].time_input(_("每日几点后不能开始（可不填）"), value=None)
        limit = st.number_input(_("总名额（0 为不限）"), 0, 1_000_000, 0)
        sent = st.form_submit_button(_("开放渠道"), type="primary")
    if not sent:
        return
    plan = ChannelPlan(
        kind=kind,
        title=title,
        opens_at=_moment(begins_on, time(0)) if isinstance(begins_on, date) else None,
        closes_at=_moment(ends_on, time(23, 59, 59)) if isinstance(ends_on, date) else None,
        daily_from=daily_from,
        daily_until=daily_until,
        quotas=(Quota("total", _("总名额"), int(limit)),) if limit else (),
    )
    with problem.shown():
        channel = public_surveys.open_channel(actor, survey.id, plan)
        done.say(_("渠道“{title}”已开放。").format(title=channel.title))
        done.empty(form)
        st.rerun()


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=clock.BEIJING)


def _make_anonymous(actor: Actor, survey: SurveyView) -> None:
    st.subheader(_("改为匿名"))
    st.write(_("改为匿名后，答卷与邀请名单的对应关系立即删除，任何人都不能恢复。"))
    if st.button(_("改为匿名"), key=f"anonymous_{survey.id}"):
        with problem.shown():
            public_surveys.make_anonymous(actor, survey.id)
            st.rerun()
