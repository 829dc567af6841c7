"""A running job on a page: progress while it runs, its outcome when it ended."""

from __future__ import annotations

import streamlit as st

from evaluation.language import _
from evaluation.services import jobs


@st.fragment(run_every=1.0)
def _watch(job_id: int) -> None:
    view = jobs.find(job_id)
    if view is None:
        return
    if view.state in {jobs.JobState.WAITING, jobs.JobState.RUNNING}:
        st.progress(view.progress, text=view.message)
        return
    st.rerun()


def show(kind: str) -> jobs.JobView | None:
    """Show the newest job of a kind; returns it once it has ended."""
    view = jobs.latest(kind)
    if view is None:
        return None
    if view.state in {jobs.JobState.WAITING, jobs.JobState.RUNNING}:
        _watch(view.id)
        return None
    if view.state is jobs.JobState.FAILED:
        st.error(_("任务没有完成：{reason}").format(reason=view.message))
    return view
