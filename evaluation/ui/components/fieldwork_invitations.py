"""Parts of the fieldwork page: invite from a list, remind, record what became of the rest."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from evaluation import clock
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import invitations
from evaluation.services.public_surveys import ChannelView, SurveyView
from evaluation.ui.components import addresses, done, problem
from evaluation.ui.components.fieldwork_overview import DISPOSITION_TITLES
from surveys.exchange.tables import to_csv
from surveys.store import ChannelKind, ChannelState


def manage(actor: Actor, survey: SurveyView) -> None:
    """Work on the lists of the invited channels of a survey."""
    channels = [c for c in survey.channels if c.kind is ChannelKind.INVITED]
    if not channels:
        st.info(_("还没有邀请渠道，请先在“渠道”中开放一个。"))
        return
    by_id = {channel.id: channel for channel in channels}
    channel = by_id[
        st.selectbox(
            _("邀请渠道"),
            list(by_id),
            format_func=lambda channel_id: by_id[channel_id].title,
            key=f"invited_channel_{survey.id}",
        )
    ]
    if channel.state is not ChannelState.CLOSED:
        _invite(actor, channel)
    _open_ones(actor, channel)
    if channel.state is ChannelState.CLOSED:
        _forget(actor, channel)


def _invite(actor: Actor, channel: ChannelView) -> None:
    st.subheader(_("发出邀请"))
    place = st.empty()
    text, expires_on, sent = _invitation_form(place, channel)
    if not sent:
        return
    with problem.shown():
        issued = invitations.invite(actor, channel.id, text.splitlines(), expires_on=expires_on)
        done.empty(f"invite_{channel.id}")
        _invitation_form(place, channel)
        st.warning(
            _("以下{n}个链接只显示这一次，离开本页后无法找回。请立即下载并妥善保管。").format(
                n=len(issued)
            )
        )
        links = pd.DataFrame(
            {
                _("编号"): [item.label for item in issued],
                _("链接"): [addresses.complete(item.address) for item in issued],
            }
        )
        st.download_button(
            _("下载链接（CSV）"),
            to_csv(links),
            _("邀请链接.csv"),
            "text/csv",
            on_click="ignore",
        )
        st.dataframe(links, hide_index=True, width="stretch")


def _invitation_form(place: DeltaGenerator, channel: ChannelView) -> tuple[str, date, bool]:
    """Ask for the list; a list with a fault stays, after success the form is drawn anew."""
    with place.container(), st.form(done.form_key(f"invite_{channel.id}")):
        text = st.text_area(
            _("名单，每行一个编号或代称"),
            help=_("不要写姓名和电话。编号与联系方式的对照表由秘书另行保管。"),
            height=160,
        )
        expires_on = st.date_input(
            _("有效期至"), value=clock.today() + timedelta(days=30), format="YYYY-MM-DD"
        )
        sent = st.form_submit_button(_("生成邀请链接"), type="primary")
    return text, expires_on, sent


def _open_ones(actor: Actor, channel: ChannelView) -> None:
    st.subheader(_("未提交的邀请"))
    rows = invitations.list_open(actor, channel.id)
    if not rows:
        st.info(_("没有未提交的邀请。"))
        return
    st.caption(_("这里只说明哪些邀请还没有提交；已提交的邀请与答卷没有任何对应关系。"))
    event = st.dataframe(
        pd.DataFrame(
            {
                _("编号"): [row.label for row in rows],
                _("已开始"): [_("是") if row.is_begun else _("否") for row in rows],
                _("提醒次数"): [row.n_reminders for row in rows],
                _("登记结果"): [
                    _(DISPOSITION_TITLES[row.disposition]) if row.disposition else ""
                    for row in rows
                ],
                _("有效期至"): [
                    clock.date_text(row.expires_on) if row.expires_on else "" for row in rows
                ],
            }
        ),
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="multi-row",
        key=f"open_invitations_{channel.id}",
    )
    chosen = [rows[place].number for place in event["selection"]["rows"]]
    st.write(_("已选{n}个，先在表中勾选再办理。").format(n=len(chosen)))
    columns = st.columns(3, vertical_alignment="bottom")
    if columns[0].button(_("登记已提醒"), disabled=not chosen):
        with problem.shown():
            invitations.record_reminder(actor, channel.id, chosen)
            st.rerun()
    disposition = columns[1].selectbox(
        _("未答结果"),
        invitations.RECORDABLE,
        format_func=lambda item: _(DISPOSITION_TITLES[item]),
        key=f"disposition_{channel.id}",
    )
    if columns[1].button(_("登记未答结果"), disabled=not chosen):
        with problem.shown():
            invitations.record_disposition(actor, channel.id, chosen, disposition)
            st.rerun()
    if columns[2].button(_("收回邀请"), disabled=not chosen):
        with problem.shown():
            invitations.revoke(actor, channel.id, chosen)
            st.rerun()


def _forget(actor: Actor, channel: ChannelView) -> None:
    st.subheader(_("删除名单"))
    st.write(_("渠道关闭后三十日内应删除名单，回收率仍可计算。"))
    if st.button(_("删除名单"), key=f"forget_{channel.id}"):
        with problem.shown():
            invitations.forget_list(actor, channel.id)
            st.rerun()
