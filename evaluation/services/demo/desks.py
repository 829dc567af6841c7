"""Reviewers at their desks at the same time: half of them in a second process.

What they read and find is the same in one process or two; only the waiting is shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from multiprocessing import get_context

from evaluation.domain.roles import Actor
from evaluation.errors import EvaluationError
from evaluation.language import _
from evaluation.services.demo import readings
from evaluation.services.demo.readings import ReviewWork
from evaluation.services.demo.story_clock import story_time

_CONFLICTS = 2


def read_all(
    work: ReviewWork, n_desks: int, moment: datetime, progress: Callable[[float, str], None]
) -> None:
    """Let every reviewer read what is on the desk, in one process or in two.

    Raises
    ------
    EvaluationError
        If the second process ends early; what it wrote until then is kept.
    """
    reviewers = work.panel.reviewers
    if n_desks == 1:
        readings.read_all(work, reviewers, _CONFLICTS, progress)
        return
    # spawn: a forked child would share the database connections of this process
    other = get_context("spawn").Process(
        target=_other_desk, args=(work, reviewers[1::2], moment), daemon=True
    )
    other.start()
    try:
        readings.read_all(work, reviewers[::2], _CONFLICTS, progress)
        other.join()
    finally:
        if other.is_alive():
            other.terminate()
    if other.exitcode:
        raise EvaluationError(
            _("演示城市的案卷评查没有做完。"), remedy=_("请在空的数据目录中重新生成。")
        )


def _other_desk(work: ReviewWork, reviewers: Sequence[Actor], moment: datetime) -> None:
    with story_time(moment):
        readings.read_all(work, reviewers, 0, _say_nothing)


def _say_nothing(_share: float, _text: str) -> None:
    pass
