"""Parts of the page of case files: counts, pull list with steps, faults of the frame."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from evaluation.clock import beijing_text
from evaluation.domain.case_file import (
    FILE_STATE_TITLES,
    FRAME_ERROR_TITLES,
    FileState,
    FrameError,
)
from evaluation.domain.roles import Actor, Role
from evaluation.language import N_, _
from evaluation.services import case_files, frame_errors
from evaluation.services.case_files import FileView
from evaluation.services.courts import CourtView
from evaluation.ui.components import download, problem

STEPS = {
    "request": N_("登记调取"),
    "produce": N_("登记提供"),
    "return": N_("登记归还"),
    "request_again": N_("再次调取"),
    "not_produced": N_("登记未提供"),
}
LIAISON_STEPS = ("produce", "not_produced")


def counts(actor: Actor, round_id: int) -> None:
    """Show how many files are where, and how long retrieval took."""
    found = case_files.counts(actor, round_id)
    columns = st.columns(len(FileState))
    for column, state in zip(columns, FileState, strict=True):
        column.metric(_(FILE_STATE_TITLES[state]), found.by_state[state])
    if found.by_bucket:
        words = "　".join(f"{name} {number}" for name, number in found.by_bucket.items())
        st.caption(_("从调取到提供的用时：{words}").format(words=words))


def pull_list(actor: Actor, round_id: int, court: CourtView) -> None:
    """Show a court's list in draw order and let steps be recorded for chosen lines."""
    state = st.selectbox(
        _("案卷状态"),
        list(FileState),
        index=None,
        format_func=lambda one: _(FILE_STATE_TITLES[one]),
        placeholder=_("全部状态"),
        width=240,
    )
    key = f"pull_after_{round_id}_{court.id}_{state}"
    after = st.session_state.get(key, "")
    lines = case_files.pull_list(actor, round_id, court.id, state=state, after=after)
    if not lines:
        st.info(_("没有符合的案卷。"))
        st.session_state.pop(key, None)
        return
    chosen = st.dataframe(
        table(lines),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key=f"pull_{round_id}_{court.id}_{state}_{after}",
        width="stretch",
        height=min(560, 40 + 36 * len(lines)),
    )
    picked = [lines[row].id for row in chosen.selection.rows]
    _turn(lines, key, after)
    steps(actor, round_id, picked)


def table(lines: Sequence[FileView]) -> pd.DataFrame:
    """Return the pull list as a table."""
    return pd.DataFrame(
        [
            {
                _("样本编号"): line.sample_number,
                _("案号"): line.unit_id,
                _("抽签号"): line.ticket[:12],
                _("层内序号"): line.draw_rank,
                _("状态"): _(FILE_STATE_TITLES[line.state]),
                _("调取"): beijing_text(line.requested_at) if line.requested_at else "",
                _("用时（分）"): _plain(line.retrieval_minutes),
                _("说明"): line.note,
            }
            for line in lines
        ]
    )


def _turn(lines: Sequence[FileView], key: str, after: str) -> None:
    left, right, _rest = st.columns([1, 1, 4])
    if after and left.button(_("回到第一页")):
        st.session_state.pop(key, None)
        st.rerun()
    if len(lines) == case_files.PAGE_SIZE and right.button(_("下一页")):
        st.session_state[key] = lines[-1].ticket
        st.rerun()


def steps(actor: Actor, round_id: int, picked: Sequence[int]) -> None:
    """Offer the steps for the chosen lines."""
    handles = actor.has(Role.SECRETARY, Role.CHAIR)
    offered = STEPS if handles else {name: STEPS[name] for name in LIAISON_STEPS}
    st.caption(_("已选{n}份。勾选左侧方框后登记。").format(n=len(picked)))
    note = st.text_input(_("说明（未提供的必填）"), key="step_note")
    columns = st.columns(len(offered))
    for column, (step, title) in zip(columns, offered.items(), strict=True):
        if column.button(_(title), disabled=not picked, key=f"step_{step}", width="stretch"):
            with problem.shown():
                number = case_files.register(actor, round_id, picked, step, note=note)
                st.toast(_("已登记{n}份。").format(n=number))
                st.rerun()
    if actor.has(Role.CHAIR) and len(picked) == 1:
        frame_error(actor, picked[0])


def frame_error(actor: Actor, case_file_id: int) -> None:
    """Let the chair take a unit out that should never have been in the frame."""
    with st.expander(_("名册差错：剔除并用同一抽样的下一序号替补")), st.form("frame_error"):
        st.write(_("仅限不应列入名册的案件。法院未提供的案卷是评估发现，不得替补。"))
        error = st.radio(
            _("差错种类"), list(FrameError), format_func=lambda one: _(FRAME_ERROR_TITLES[one])
        )
        reason = st.text_input(_("依据"))
        if st.form_submit_button(_("批准替补")):
            with problem.shown():
                kind = FrameError(error or FrameError.NOT_ENFORCEMENT)
                number = frame_errors.record(actor, case_file_id, kind, reason)
                st.success(_("已剔除；替补样本：{number}。").format(number=number or _("无")))


def prints(round_id: int, court: CourtView) -> None:
    """Link to the printable lists of a court."""
    for name, title in (
        ("pull-list", _("调卷清单（PDF）")),
        ("labels", _("案卷标签（PDF）")),
        ("receipt", _("案卷交接单（PDF）")),
    ):
        download.link(title, f"/case-files/{round_id}/{court.id}/{name}.pdf")


def _plain(number: int | None) -> str:
    return "" if number is None else str(number)
