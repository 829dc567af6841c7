"""Many requests, one durable commit: the writer thread of a process.

Each job is acknowledged only after the commit that contains it. Leaves out what a job does
(`survey_store`).
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

_LOG = logging.getLogger("hengping.surveys")
_LARGEST_GROUP = 400


@dataclass
class Job:
    """One change that waits to be written, and the future of its result."""

    kind: str
    content: Any
    future: Future[Any] = field(default_factory=Future)


class GroupWriter:
    """Takes all waiting jobs together and writes them in one transaction."""

    def __init__(self, write: Callable[[Sequence[Job]], Sequence[Any]]) -> None:
        self._write = write
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, job: Job) -> Future[Any]:
        """Queue a job; the future is done when the job is durable."""
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(
                        target=self._run, name="survey-writer", daemon=True
                    )
                    self._thread.start()
        self._waiting.put(job)
        return job.future

    def close(self) -> None:
        """Write what waits and end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(None)
            thread.join(timeout=30)

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            if group:
                self._settle(group)

    def _next_group(self) -> list[Job] | None:
        """Wait for one job, then take all others that wait; ``None`` ends the thread."""
        group: list[Job] = []
        job = self._waiting.get()
        while job is not None:
            if job.future.set_running_or_notify_cancel():
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
            results = self._write(group)
        except Exception as error:
            if len(group) == 1:
                _LOG.exception("a survey submission could not be written")
                group[0].future.set_exception(error)
                return
            for job in group:
                self._settle([job])
            return
        for job, result in zip(group, results, strict=True):
            job.future.set_result(result)
