"""``evaluation worker``: do background jobs until stopped."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import typer

from evaluation.language import _
from evaluation.services import installation, job_kinds, jobs

app = typer.Typer(add_completion=False)


@app.command(help=_("办理后台任务，直到收到停止信号。"))
def worker() -> None:
    installation.prepare()
    job_kinds.register()
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    typer.echo(_("后台任务已启动，按 Ctrl+C 停止。"))
    jobs.work(stop)
