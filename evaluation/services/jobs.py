"""Long work off the request path: a job table, and one worker that takes from it.

A kind of job is a function registered with :func:`job`; it gets its arguments, the person who
asked, and a callback for progress. A job whose process died is found by its stale heartbeat.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select, update

from evaluation import clock
from evaluation.domain.roles import SYSTEM, Actor
from evaluation.errors import EvaluationError, NotFound
from evaluation.language import _
from evaluation.services.access import actor_of
from evaluation.storage.models.account import Account
from evaluation.storage.models.job import Job
from evaluation.storage.session import reading, unit_of_work

logger = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
JobFunction = Callable[[Actor, dict[str, Any], Progress], Any]

STALE_AFTER = timedelta(seconds=120)
_functions: dict[str, JobFunction] = {}
_wake = threading.Event()


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as a page shows it."""

    id: int
    kind: str
    state: JobState
    progress: float
    message: str
    result: Any
    created_at: datetime
    finished_at: datetime | None


def job(kind: str) -> Callable[[JobFunction], JobFunction]:
    """Register a function as the work behind a kind of job."""

    def register(function: JobFunction) -> JobFunction:
        _functions[kind] = function
        return function

    return register


def submit(actor: Actor, kind: str, arguments: dict[str, Any]) -> int:
    """Ask for a job and return its number; the service that calls this checked the role."""
    if kind not in _functions:
        raise NotFound(_("没有这种后台任务。"))
    with unit_of_work() as session:
        row = Job(
            kind=kind,
            arguments=arguments,
            account_id=actor.account_id,
            state=JobState.WAITING,
            progress=0.0,
            message=_("等待开始"),
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        number = row.id
    _wake.set()
    return number


def find(job_id: int) -> JobView | None:
    """Return a job, or ``None``."""
    with reading() as session:
        row = session.get(Job, job_id)
        return _view(row) if row else None


def latest(kind: str) -> JobView | None:
    """Return the newest job of a kind, or ``None``."""
    with reading() as session:
        row = session.scalar(select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(1))
        return _view(row) if row else None


def _view(row: Job) -> JobView:
    return JobView(
        id=row.id,
        kind=row.kind,
        state=JobState(row.state),
        progress=row.progress,
        message=row.message,
        result=row.result,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def run_next() -> bool:
    """Take the oldest waiting job (or one whose worker died) and do it; false when none waits."""
    taken = _take()
    if taken is None:
        return False
    job_id, kind, arguments, account_id = taken
    try:
        with _beating(job_id):
            result = _functions[kind](_actor(account_id), arguments, _reporter(job_id))
    except EvaluationError as error:
        _finish(job_id, JobState.FAILED, str(error), None)
    except Exception:
        logger.exception("job %s (%s) failed", job_id, kind)
        _finish(job_id, JobState.FAILED, _("任务没有完成，原因已记入日志，请重试。"), None)
    else:
        _finish(job_id, JobState.DONE, _("已完成"), result)
    return True


@contextmanager
def _beating(job_id: int) -> Iterator[None]:
    """Show that the worker lives, also while a long step reports no progress."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(STALE_AFTER.total_seconds() / 4):
            with unit_of_work() as session:
                session.execute(
                    update(Job).where(Job.id == job_id).values(heartbeat_at=clock.now())
                )

    thread = threading.Thread(target=beat, name=f"job-{job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _take() -> tuple[int, str, dict[str, Any], int] | None:
    now = clock.now()
    free = or_(
        Job.state == JobState.WAITING,
        (Job.state == JobState.RUNNING) & (Job.heartbeat_at < now - STALE_AFTER),
    )
    with unit_of_work() as session:
        row = session.scalar(
            select(Job)
            .where(free, Job.kind.in_(list(_functions)))
            .order_by(Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.state, row.started_at, row.heartbeat_at = JobState.RUNNING, now, now
        row.message = _("正在进行")
        return row.id, row.kind, dict(row.arguments), row.account_id


def _actor(account_id: int) -> Actor:
    if account_id == SYSTEM.account_id:
        return SYSTEM
    with reading() as session:
        account = session.get(Account, account_id)
        if account is None or not account.is_active:
            raise NotFound(_("提出任务的账户已停用。"))
        return actor_of(account)


def _reporter(job_id: int) -> Progress:
    def report(share: float, message: str) -> None:
        with unit_of_work() as session:
            session.execute(
                update(Job)
                .where(Job.id == job_id)
                .values(
                    progress=min(max(share, 0.0), 1.0),
                    message=message,
                    heartbeat_at=clock.now(),
                )
            )

    return report


def _finish(job_id: int, state: JobState, message: str, result: Any) -> None:
    with unit_of_work() as session:
        values: dict[str, Any] = {
            "state": state,
            "message": message,
            "result": result,
            "finished_at": clock.now(),
        }
        if state is JobState.DONE:
            values["progress"] = 1.0
        session.execute(update(Job).where(Job.id == job_id).values(**values))


def work(stop: threading.Event, *, idle_seconds: float = 2.0) -> None:
    """Do jobs until told to stop; the loop of ``evaluation worker`` and of the one-process app."""
    while not stop.is_set():
        try:
            busy = run_next()
        except Exception:
            logger.exception("the job table could not be read")
            busy = False
        if not busy:
            _wake.wait(idle_seconds)
            _wake.clear()


def start_worker_thread() -> threading.Event:
    """Start one worker in this process; setting the returned event ends it."""
    stop = threading.Event()
    threading.Thread(target=work, args=(stop,), name="jobs", daemon=True).start()
    return stop
