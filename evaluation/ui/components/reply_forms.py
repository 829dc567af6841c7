"""Forms of the court's replies."""

from __future__ import annotations

import streamlit as st

from evaluation.clock import date_text
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.report import DECISION_TITLES, EditionState, ReplyDecision
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import editions, replies, rounds
from evaluation.services.replies import ReplyView, ReplyWindow
from evaluation.services.rounds import RoundView
from evaluation.ui.components import download, problem


def window(actor: Actor, round_: RoundView) -> ReplyWindow | None:
    """Show the draft that lies before the courts, and until when."""
    found = replies.window_of(actor, round_.id)
    if found is None:
        st.info(_("送审稿还没有送交法院核对。"))
        return None
    words = _("核对期限：{day}，已届满。") if found.is_over else _("核对期限：至{day}。")
    st.write(words.format(day=date_text(found.until)))
    download.link(_("下载送交核对的稿件（PDF）"), f"/files/reports/{found.edition_id}.pdf")
    return found


def send(actor: Actor, round_: RoundView) -> None:
    """Lay the newest draft before the courts."""
    if round_.state is RoundState.PUBLISHED:
        return
    found = editions.list_editions(actor, round_.id)
    draft = next((one for one in found if one.state is EditionState.DRAFT), None)
    if draft is None or draft.reply_until is not None:
        return
    st.header(_("送交法院核对"))
    earliest = replies.earliest_deadline()
    with st.form("send_draft"):
        until = st.date_input(
            _("核对期限（不少于十个工作日，遇法定节假日顺延）"), value=earliest, min_value=earliest
        )
        sent = st.form_submit_button(_("送交最新送审稿"))
    if sent:
        with problem.shown():
            replies.send_draft(actor, draft.id, until)
            st.rerun()


def submit(actor: Actor, round_: RoundView) -> None:
    """Enter an objection; a liaison for the own court, the secretary for any."""
    st.header(_("提出意见"))
    courts = rounds.list_round_courts(actor, round_.id)
    if not actor.has(Role.SECRETARY):
        courts = [court for court in courts if court.code == actor.court_code]
    if not courts:
        st.info(_("您的账户没有对应的参评法院。"))
        return
    with st.form("reply", clear_on_submit=True):
        court = st.selectbox(_("法院"), courts, format_func=lambda one: one.name)
        subject = st.text_input(_("对哪一处事实（章节或表号）"))
        objection = st.text_area(_("意见与依据"))
        sent = st.form_submit_button(_("提交意见"))
    if sent:
        with problem.shown():
            replies.submit(actor, round_.id, court.code, subject, objection)
            st.rerun()


def decide(actor: Actor, pending: list[ReplyView]) -> None:
    """Decide on one objection."""
    st.header(_("处理意见"))
    with st.form("decide", clear_on_submit=True):
        reply = st.selectbox(
            _("意见"), pending, format_func=lambda one: f"{one.court_name}：{one.subject}"
        )
        decision = st.radio(
            _("处理"),
            [one for one in ReplyDecision if one is not ReplyDecision.PENDING],
            format_func=lambda one: _(DECISION_TITLES[one]),
            horizontal=True,
        )
        reason = st.text_area(_("理由"))
        saved = st.form_submit_button(_("保存处理"))
    if saved:
        with problem.shown():
            replies.decide(actor, reply.id, decision, reason)
            st.rerun()
