"""The way of a drawn file through the court's storeroom: asked for, produced, given back.

A file that is not produced is a finding, never a substitution; only a fault of the frame (not an
enforcement case, drawn twice) lets the next rank of the same draw take its place.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from evaluation.errors import WrongState
from evaluation.language import N_, _


class FileState(StrEnum):
    """Where a drawn file is."""

    LISTED = "listed"
    REQUESTED = "requested"
    PRODUCED = "produced"
    RETURNED = "returned"
    NOT_PRODUCED = "not_produced"
    FRAME_ERROR = "frame_error"


FILE_STATE_TITLES = {
    FileState.LISTED: N_("待调取"),
    FileState.REQUESTED: N_("已调取"),
    FileState.PRODUCED: N_("已提供"),
    FileState.RETURNED: N_("已归还"),
    FileState.NOT_PRODUCED: N_("未提供"),
    FileState.FRAME_ERROR: N_("名册差错"),
}


class FrameError(StrEnum):
    """Why a drawn unit should never have been in the frame."""

    NOT_ENFORCEMENT = "not_enforcement"
    OUTSIDE_PERIOD = "outside_period"
    DUPLICATE = "duplicate"
    OTHER_COURT = "other_court"


FRAME_ERROR_TITLES = {
    FrameError.NOT_ENFORCEMENT: N_("不是执行案件"),
    FrameError.OUTSIDE_PERIOD: N_("不在评估期间"),
    FrameError.DUPLICATE: N_("与另一样本是同一案件"),
    FrameError.OTHER_COURT: N_("不属于该院案件"),
}

_STEPS: dict[str, tuple[frozenset[FileState], FileState]] = {
    "request": (frozenset({FileState.LISTED}), FileState.REQUESTED),
    "produce": (frozenset({FileState.REQUESTED, FileState.NOT_PRODUCED}), FileState.PRODUCED),
    "return": (frozenset({FileState.PRODUCED}), FileState.RETURNED),
    "request_again": (frozenset({FileState.RETURNED}), FileState.REQUESTED),
    "not_produced": (frozenset({FileState.REQUESTED}), FileState.NOT_PRODUCED),
    "frame_error": (
        frozenset({FileState.LISTED, FileState.REQUESTED, FileState.PRODUCED}),
        FileState.FRAME_ERROR,
    ),
}

#: Upper ends of the retrieval buckets, minutes; what took longer falls into the last one.
RETRIEVAL_BUCKETS = ((30, N_("30分钟以内")), (60, N_("1小时以内")), (240, N_("4小时以内")))


def next_state(state: FileState, step: str) -> FileState:
    """Return the state after a step of the storeroom.

    Raises
    ------
    WrongState
        If the step does not follow from where the file is.
    """
    allowed, target = _STEPS[step]
    if state not in allowed:
        raise WrongState(
            _("该案卷当前为“{state}”，不能登记这一步。").format(state=_(FILE_STATE_TITLES[state])),
            remedy=_("请按调取、提供、归还的顺序登记。"),
        )
    return target


def minutes_between(start: datetime, end: datetime) -> int:
    """Return whole minutes from request to production, never negative."""
    return max(0, int((end - start).total_seconds() // 60))


def retrieval_bucket(minutes: int) -> str:
    """Return the bucket of a retrieval time."""
    for limit, title in RETRIEVAL_BUCKETS:
        if minutes <= limit:
            return _(title)
    return _("4小时以上")
