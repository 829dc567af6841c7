"""Arranging, recording and confirming forums and interviews."""

from __future__ import annotations

import streamlit as st

from evaluation import clock
from evaluation.domain.interview import (
    CAPACITY_TITLES,
    CONSENT_TITLES,
    KIND_TITLES,
    Capacity,
    Consent,
    InterviewState,
    Pseudonym,
    SessionKind,
)
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import interviews, rounds
from evaluation.services.interviews import Attendance, InterviewPlan, InterviewView, Minutes
from evaluation.services.rounds import RoundView
from evaluation.ui.components import problem, table

FEWEST_ROWS = 4


def attendance_text(view: InterviewView) -> str:
    """Return attendance in one cell."""
    return "；".join(
        f"{_(CAPACITY_TITLES[item.capacity])} {item.n_present}/{item.n_invited}"
        for item in view.attendance
    )


def _title(view: InterviewView) -> str:
    return f"{view.code}　{view.guide_name}　{clock.date_text(view.held_on)}"


def guides(actor: Actor, chosen: RoundView) -> None:
    """Show the guides with their questions."""
    for guide in interviews.guides(actor, chosen.id):
        kind = _(KIND_TITLES[SessionKind(guide.kind)])
        with st.expander(f"{guide.id}　{guide.name}（{kind}）"):
            for number, question in enumerate(guide.questions, start=1):
                st.write(f"{number}. {question}")
            st.caption(_("编码到：{targets}").format(targets="、".join(guide.informs)))


def plan(actor: Actor, chosen: RoundView) -> None:
    """Arrange a session."""
    options = [None, *rounds.list_round_courts(actor, chosen.id)]
    with st.form("plan_interview"):
        guide = st.selectbox(
            _("提纲"),
            interviews.guides(actor, chosen.id),
            format_func=lambda item: f"{item.id}　{item.name}",
        )
        court = st.selectbox(
            _("法院"), options, format_func=lambda item: item.name if item else _("不限于一个法院")
        )
        held_on = st.date_input(_("日期"), clock.today(), format="YYYY-MM-DD")
        place = st.text_input(_("地点"))
        submitted = st.form_submit_button(_("安排"))
    if submitted and guide is not None:
        with problem.shown():
            interviews.plan(
                actor,
                chosen.id,
                InterviewPlan(guide.id, held_on, place, court.id if court else None),
            )
            st.rerun()


def record(actor: Actor, views: list[InterviewView]) -> None:
    """Write the minutes of a session, then record the read-back."""
    open_views = [view for view in views if view.state is not InterviewState.CONFIRMED]
    view = st.selectbox(
        _("场次"), open_views, format_func=_title, index=None, placeholder=_("请选择场次")
    )
    if view is None:
        st.caption(_("已核对的记录不再修改。"))
        return
    _minutes(actor, view)
    if view.state is InterviewState.RECORDED:
        _confirmation(actor, view)


def _minutes(actor: Actor, view: InterviewView) -> None:
    known = {item.capacity: item for item in view.attendance}
    with st.form(f"minutes_{view.id}"):
        people = st.data_editor(
            [
                {
                    _("类别"): _(CAPACITY_TITLES[capacity]),
                    _("邀请"): known[capacity].n_invited if capacity in known else 0,
                    _("到场"): known[capacity].n_present if capacity in known else 0,
                }
                for capacity in Capacity
            ],
            disabled=[_("类别")],
            hide_index=True,
            width=420,
        )
        left, right = st.columns(2)
        minutes = left.number_input(_("时长（分钟）"), 0, 600, view.duration_minutes or 90)
        consent = right.selectbox(
            _("参加人同意"),
            [*Consent],
            index=[*Consent].index(view.consent),
            format_func=_consent_title,
        )
        recording = left.checkbox(_("经同意录音"), value=view.recording_agreed)
        present = right.checkbox(_("有法院人员在场"), value=view.court_staff_present)
        text = st.text_area(
            _("记录（逐条写明发言人类别，不写姓名、案号、证件号）"),
            interviews.get_record(actor, view.id),
            height=280,
        )
        st.caption(_("记录中出现的姓名请在下表写出代称，保存时自动替换，姓名不入库。"))
        names = st.data_editor(
            [{_("发言中的称呼"): "", _("代称"): ""} for _row in range(FEWEST_ROWS)],
            num_rows="fixed",
            hide_index=True,
            width=420,
        )
        submitted = st.form_submit_button(_("保存记录"))
    if submitted:
        attendance = tuple(
            Attendance(capacity, _number(row[_("邀请")]), _number(row[_("到场")]))
            for capacity, row in zip(Capacity, people, strict=True)
            if row[_("邀请")] or row[_("到场")]
        )
        pseudonyms = tuple(
            Pseudonym(str(row[_("发言中的称呼")]), str(row[_("代称")]))
            for row in names
            if str(row[_("发言中的称呼")] or "").strip()
        )
        with problem.shown():
            interviews.record(
                actor,
                view.id,
                Minutes(attendance, int(minutes), consent, recording, present, text, pseudonyms),
            )
            st.rerun()


def _confirmation(actor: Actor, view: InterviewView) -> None:
    st.subheader(_("回传核对"))
    with st.form(f"confirm_{view.id}"):
        note = st.text_input(_("核对情况（谁核对、有无更正）"))
        deleted = st.checkbox(
            _("录音已在文字核对后删除"), disabled=not view.recording_agreed, value=False
        )
        submitted = st.form_submit_button(_("登记核对，记录不再修改"))
    if submitted:
        with problem.shown():
            interviews.confirm(actor, view.id, note, audio_deleted=deleted)
            st.rerun()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _consent_title(consent: Consent) -> str:
    return _(CONSENT_TITLES[consent])


def sessions_table(views: list[InterviewView]) -> None:
    """Show what was agreed and deleted, for the method disclosure."""
    table.show(
        [
            {
                _("编号"): view.code,
                _("同意"): _consent_title(view.consent),
                _("录音"): _("有") if view.recording_agreed else _("无"),
                _("录音删除"): clock.date_text(view.audio_deleted_on)
                if view.audio_deleted_on
                else "",
                _("核对"): clock.date_text(view.read_back_on) if view.read_back_on else "",
            }
            for view in views
        ]
    )
