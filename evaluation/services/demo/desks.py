"""Two things at the same time in the story, in two processes: readers at their desks, respondents.

What comes of it is the same in one process or two; only the waiting is shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from multiprocessing import get_context
from typing import Any, Self

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


class Desks:
    """Who works beside this process: nobody, or one more process for the whole story."""

    def __init__(self, n_desks: int) -> None:
        self._beside: ProcessPoolExecutor | None = None
        if n_desks > 1:
            # spawn: a forked child would share the database connections of this process
            self._beside = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
            self._beside.submit(_say_nothing, 0, "")  # it imports what it needs meanwhile

    def __enter__(self) -> Self:
        """Give the desks to whoever tells the story."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Send the second process home."""
        if self._beside is not None:
            self._beside.shutdown(cancel_futures=True)

    def read_all(self, work: ReviewWork, moment: datetime, progress: Progress) -> None:
        """Let every reviewer read what is on the desk, half of them in the second process.

        Raises
        ------
        EvaluationError
            If the second process fails; what it wrote until then is kept.
        """
        reviewers = work.panel.reviewers
        if self._beside is None:
            readings.read_all(work, reviewers, _CONFLICTS, progress)
            return
        with _meanwhile(self._beside, _other_desk, work, reviewers[1::2], moment):
            readings.read_all(work, reviewers[::2], _CONFLICTS, progress)

    @contextmanager
    def fielding(
        self, panel: Panel, round_id: int, story: RoundStory, size: Size, moment: datetime
    ) -> Iterator[None]:
        """Field the questionnaires of the round while the block runs, or before it in one process.

        Raises
        ------
        EvaluationError
            If the second process fails; what it wrote until then is kept.
        """
        if self._beside is None:
            voices.field_round(panel, round_id, story, size, _say_nothing)
            yield
            return
        with _meanwhile(self._beside, _respondents, panel, round_id, story, size, moment):
            yield


@contextmanager
def _meanwhile(
    beside: ProcessPoolExecutor, work: Callable[..., None], *arguments: Any
) -> Iterator[None]:
    running = beside.submit(work, *arguments)
    yield
    try:
        running.result()
    except Exception as error:
        raise EvaluationError(
            _("演示城市有一部分没有做完。"), remedy=_("请在空的数据目录中重新生成。")
        ) from error


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
