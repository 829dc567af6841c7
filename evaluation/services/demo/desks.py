"""Two things at the same time in the story, in two processes: readers at their desks, respondents.

What comes of it is the same in one process or two; only the waiting is shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from multiprocessing import get_context
from typing import Any

from evaluation.domain.roles import Actor
from evaluation.errors import EvaluationError
from evaluation.language import _
from evaluation.services.demo import readings, voices
from evaluation.services.demo.people import Panel
from evaluation.services.demo.readings import ReviewWork
from evaluation.services.demo.story import RoundStory, Size
from evaluation.services.demo.story_clock import story_time

_CONFLICTS = 2
Progress = Callable[[float, str], None]


def read_all(work: ReviewWork, n_desks: int, moment: datetime, progress: Progress) -> None:
    """Let every reviewer read what is on the desk, half of them in a second process.

    Raises
    ------
    EvaluationError
        If the second process ends early; what it wrote until then is kept.
    """
    reviewers = work.panel.reviewers
    if n_desks == 1:
        readings.read_all(work, reviewers, _CONFLICTS, progress)
        return
    with _beside(_other_desk, work, reviewers[1::2], moment):
        readings.read_all(work, reviewers[::2], _CONFLICTS, progress)


@contextmanager
def fielding(
    panel: Panel, round_id: int, story: RoundStory, size: Size, moment: datetime
) -> Iterator[None]:
    """Field the questionnaires of the round while the block runs, or before it in one process.

    Raises
    ------
    EvaluationError
        If the second process ends early; what it wrote until then is kept.
    """
    if size.n_desks == 1:
        voices.field_round(panel, round_id, story, size, _say_nothing)
        yield
        return
    with _beside(_respondents, panel, round_id, story, size, moment):
        yield


@contextmanager
def _beside(work: Callable[..., None], *arguments: Any) -> Iterator[None]:
    # spawn: a forked child would share the database connections of this process
    other = get_context("spawn").Process(target=work, args=arguments, daemon=True)
    other.start()
    try:
        yield
        other.join()
    finally:
        if other.is_alive():
            other.terminate()
    if other.exitcode:
        raise EvaluationError(
            _("演示城市有一部分没有做完。"), remedy=_("请在空的数据目录中重新生成。")
        )


def _other_desk(work: ReviewWork, reviewers: Sequence[Actor], moment: datetime) -> None:
    with story_time(moment):
        readings.read_all(work, reviewers, 0, _say_nothing)


def _respondents(
    panel: Panel, round_id: int, story: RoundStory, size: Size, moment: datetime
) -> None:
    with story_time(moment):
        voices.field_round(panel, round_id, story, size, _say_nothing)


def _say_nothing(_share: float, _text: str) -> None:
    pass
