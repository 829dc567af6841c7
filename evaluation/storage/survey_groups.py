"""Many requests, one transaction: a thread that does all jobs that wait, together.

A change is acknowledged only after the commit that contains it. Leaves out what a job does
(`survey_store` for changes, `survey_rows` for reading).
"""

from __future__ import annotations

import asyncio
import logging
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_LOG = logging.getLogger("hengping.surveys")
_LARGEST_GROUP = 400
_SWITCH_SECONDS = 0.0005
#: While many are writing, a little is waited for more of them, the longer the more there were:
#: a group costs about as much as ten changes. Nobody waits when it is quiet.
_GATHERING_SECONDS, _LONGEST_GATHERING = 0.002, 0.006


@dataclass(slots=True)
class Job:
    """One thing that waits to be done, and the future of its result."""

    kind: str
    content: Any
    future: asyncio.Future[Any]


class GroupThread:
    """Takes all waiting jobs together and does them in one transaction.

    If that fails, each is tried alone, so that a faulty one harms nobody else; not so when
    ``concerns_all`` says that the database itself is the reason: then all are told at once,
    instead of each waiting its turn for the same end.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Job]], Sequence[Any]],
        concerns_all: Callable[[Exception], bool] = lambda error: False,
        *,
        name: str = "survey-group",
    ) -> None:
        self._work = work
        self._concerns_all = concerns_all
        self._name = name
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    async def do(self, kind: str, content: Any) -> Any:
        """Do one job together with others; returns when the transaction is over."""
        if self._thread is None:
            self._start()
        job = Job(kind, content, asyncio.get_running_loop().create_future())
        self._waiting.put(job)
        return await job.future

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Do what waits and end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join(timeout=30)

    def _run(self) -> None:
        # Writing gives the interpreter away at every statement. With the usual 5 ms until a busy
        # event loop gives it back, a group would wait far longer than it works.
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_SECONDS))
        while (group := self._next_group()) is not None:
            if group:
                self._settle(group)
            if len(group) > 1:
                time.sleep(min(_GATHERING_SECONDS * len(group), _LONGEST_GATHERING))

    def _next_group(self) -> list[Job] | None:
        """Wait for one job, then take all others that wait; ``None`` ends the thread."""
        group: list[Job] = []
        job = self._waiting.get()
        while job is not None:
            if not job.future.cancelled():
                group.append(job)
            if len(group) >= _LARGEST_GROUP:
                return group
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                return group
        if group:
            self._waiting.put(None)
        return group or None

    def _settle(self, group: list[Job]) -> None:
        try:
            results = self._work(group)
        except Exception as error:
            if len(group) == 1 or self._concerns_all(error):
                _LOG.exception("%s: %s jobs failed", self._name, len(group))
                _tell(group, [error] * len(group))
                return
            for job in group:
                self._settle([job])
            return
        _tell(group, results)


def _tell(group: Sequence[Job], results: Sequence[Any]) -> None:
    """Wake the requests of a group, each event loop once."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for job, result in zip(group, results, strict=True):
        by_loop.setdefault(job.future.get_loop(), []).append((job.future, result))
    for loop, answers in by_loop.items():
        try:
            loop.call_soon_threadsafe(_wake, answers)
        except RuntimeError:
            _LOG.warning("%s jobs were done after their server had stopped", len(answers))


def _wake(answers: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, result in answers:
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
