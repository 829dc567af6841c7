"""Whole questionnaires per second: ours, bare Starlette, django-survey-and-report and oTree.

``python bench/surveys.py [respondents] [concurrent]``. One questionnaire: 20 single choices and a
text on one page. The unit is a whole visit, with every request its server needs for one:

* ours, seven requests, three durable commits: first page, begin, page, answers, check, hand in,
  receipt;
* bare, same visit: a Starlette handler that answers the same seven requests with a fixed page and
  makes the same three commits, each in a transaction of its own;
* bare, shortest: one fixed page and one insert;
* django-survey-and-report, three requests: page, answers, confirmation; under gunicorn;
* oTree, four requests: participant's link, page, answers, end; under its own server.

Each server has one worker process, its own SQLite database (``synchronous=FULL``; oTree's is in
memory), and is asked by this process, so that together they use two cores; ours is measured with
two worker processes as well, on SQLite and, where PostgreSQL is installed, on a durable server of
its own, which then share the two cores with the respondents. First everybody sends as fast as the
server answers; then 200 respondents pause about a second before every request, as people who read
would (and much faster than they do), and the 99th percentile of ours is taken.
Processor time is read from the kernel and means the same on a busy machine.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

import _survey_peers as peers  # noqa: E402 -- the path comes first
import uvicorn  # noqa: E402 -- as above
import uvloop  # noqa: E402 -- as above
from _survey_load import (  # noqa: E402 -- as above
    N_QUESTIONS,
    Result,
    Visit,
    cpu_seconds,
    load,
    rss_mb,
    visit_bare,
    visit_django,
    visit_otree,
    visit_ours,
    visit_shortest,
)
from starlette.applications import Starlette  # noqa: E402 -- as above
from starlette.concurrency import run_in_threadpool  # noqa: E402 -- as above
from starlette.requests import Request  # noqa: E402 -- as above
from starlette.responses import HTMLResponse, RedirectResponse, Response  # noqa: E402 -- as above
from starlette.routing import Route  # noqa: E402 -- as above

from tests.support.private_postgres import find_binaries, running_cluster  # noqa: E402 -- as above

PAUSE_SECONDS = 1.0
QUESTIONNAIRE = "\n".join(
    [
        "format: 1",
        "code: BENCH",
        "title: 公众问卷",
        "sections:",
        "  - code: s",
        "    title: 您的看法",
        "    questions:",
        *(
            f"      - {{code: q{n}, type: single, text: 您对执行工作第{n}项是否满意？, "
            'options: [{code: "1", label: 很不满意}, {code: "2", label: 不满意}, '
            '{code: "3", label: 一般}, {code: "4", label: 满意}, {code: "5", label: 很满意}]}'
            for n in range(1, N_QUESTIONS + 1)
        ),
        "      - {code: opinion, type: text, length: long, text: 其他意见}",
    ]
)


# ------------------------------------------------------------------ servers


def serve_bare(port: int, folder: Path) -> None:
    page = (folder / "page.html").read_bytes()
    database = str(folder / "bare.sqlite3")

    def write(body: bytes) -> None:
        with sqlite3.connect(database, timeout=60) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("INSERT INTO answer(body) VALUES (?)", (body,))
        connection.close()

    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("DROP TABLE IF EXISTS answer")
        connection.execute("CREATE TABLE answer (id INTEGER PRIMARY KEY, body BLOB)")

    async def show(_request: Request) -> Response:
        return HTMLResponse(page)

    async def take(request: Request) -> Response:
        async with request.form() as form:
            body = urlencode([(k, v) for k, v in form.items() if isinstance(v, str)]).encode()
        await run_in_threadpool(write, body)
        return RedirectResponse("/done", 303)

    app = Starlette(
        routes=[
            Route("/{rest:path}", show, methods=["GET"]),
            Route("/{rest:path}", take, methods=["POST"]),
        ]
    )
    uvicorn.run(app, port=port, log_level="error", access_log=False)


# ------------------------------------------------------------------ measuring


class Running:
    """A server in a process group of its own, while it is measured."""

    def __init__(
        self, command: list[str], port: int, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.port = port
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(1200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"{command} does not answer")

    def measure(
        self, visit: Visit, start: str, n: int, n_parallel: int, pause: float = 0.0
    ) -> Result:
        """Warm up with a tenth, then measure."""
        uvloop.run(load(visit, self.port, start, max(n // 10, 1), n_parallel, 0.0))
        leader, result = self.process.pid, Result(n=n)
        before, begun = cpu_seconds(leader), time.perf_counter()
        result.requests = uvloop.run(load(visit, self.port, start, n, n_parallel, pause))
        result.seconds = time.perf_counter() - begun
        result.cpu = cpu_seconds(leader) - before
        result.rss_mb = rss_mb(leader)
        return result

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_error: object) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tell(name: str, result: Result) -> None:
    p50, p99 = (1000 * result.quantile(share) for share in (0.5, 0.99))
    print(
        f"{name:40} {result.per_second:7.1f}/s  {1000 * result.cpu / result.n:7.2f} ms of processor"
        f"  request p50 {p50:5.0f} ms, p99 {p99:5.0f} ms  {result.rss_mb:4.0f} MB",
        flush=True,
    )


def prepare(folder: Path) -> str:
    """Make the database with one open channel, and the fixed page of the bare handler."""
    from evaluation.domain.roles import SYSTEM  # noqa: PLC0415 -- after the settings
    from evaluation.services import installation, public_surveys  # noqa: PLC0415 -- as above
    from surveys.loader import loads  # noqa: PLC0415 -- as above
    from surveys.store import ChannelKind  # noqa: PLC0415 -- as above

    folder.mkdir(parents=True, exist_ok=True)
    installation.prepare()
    plan = public_surveys.SurveyPlan(None, "评估团", "027-00000000")
    survey = public_surveys.publish(SYSTEM, loads(QUESTIONNAIRE), plan)
    channel = public_surveys.open_channel(
        SYSTEM, survey, public_surveys.ChannelPlan(ChannelKind.OPEN, "海报")
    )
    (folder / "page.html").write_bytes(b"<!doctype html>" + b"x" * 12_000)
    return f"/s/{channel.code}"


def own(kind: str, folder: Path) -> Running:
    port = free_port()
    command = [sys.executable, __file__, "--serve", kind, str(port), str(folder)]
    return Running(command, port, folder, os.environ)


def ours(folder: Path, n_workers: int) -> Running:
    """Serve the public pages as ``evaluation serve --workers`` does, without limits of pace."""
    port = free_port()
    command = [
        sys.executable, "-m", "uvicorn", "_survey_server:app", f"--port={port}",
        f"--workers={n_workers}", "--loop=asyncio", "--log-level=error", "--no-access-log",
    ]  # fmt: skip
    path = os.pathsep.join((str(HERE.parent), str(HERE)))
    return Running(command, port, folder, {**os.environ, "PYTHONPATH": path})


def measure_ours(folder: Path, n: int, n_parallel: int) -> Result:
    """Measure ours on SQLite with two workers and with one; return the latter."""
    os.environ["HENGPING_DATA_DIR"] = str(folder)
    start = prepare(folder)
    measure_with_and_without_pause("ours, two workers", folder, start, 2, 2 * n, n_parallel)
    return measure_with_and_without_pause("ours", folder, start, 1, n, n_parallel)


def measure_with_and_without_pause(
    name: str, folder: Path, start: str, n_workers: int, n: int, n_parallel: int
) -> Result:
    with ours(folder, n_workers) as server:
        fast = server.measure(visit_ours, start, n, n_parallel)
        tell(name, fast)
        n_paced = n // n_workers // 2
        paced = server.measure(visit_ours, start, n_paced, n_parallel, PAUSE_SECONDS)
        tell(f"{name}, who pause", paced)
    return fast


def measure_postgres(folder: Path, n: int, n_parallel: int) -> None:
    """Measure ours on a PostgreSQL of its own, as durable as an installation's."""
    with running_cluster(durable=True) as url:
        os.environ |= {"HENGPING_DATA_DIR": str(folder), "HENGPING_DATABASE_URL": url}
        program = [sys.executable, __file__, "--prepare", str(folder)]
        start = subprocess.run(program, check=True, capture_output=True, text=True).stdout.strip()
        name = "ours, two workers, PostgreSQL"
        measure_with_and_without_pause(name, folder, start, 2, n, n_parallel)
    del os.environ["HENGPING_DATABASE_URL"]


def measure_bare(folder: Path, n: int, n_parallel: int) -> Result:
    results = []
    for label, visit in (
        ("bare Starlette, same visit", visit_bare),
        ("bare Starlette, shortest", visit_shortest),
    ):
        with own("bare", folder) as server:
            results.append(server.measure(visit, "", n, n_parallel))
        tell(label, results[-1])
    return results[0]


def measure_django(folder: Path, n: int, n_parallel: int) -> Result | None:
    peer = peers.environment("django", "django-survey-and-report==1.5.0", "django<6", "gunicorn")
    if peer is None:
        return None
    start = peers.make_django(peer, folder)
    port = free_port()
    command, variables = peers.django_command(peer, port), peers.django_environment()
    with Running(command, port, folder, variables) as server:
        result = server.measure(visit_django, start, n, n_parallel)
    tell("django-survey-and-report", result)
    return result


def measure_otree(folder: Path, n: int, n_parallel: int) -> Result | None:
    peer = peers.environment("otree", "otree==6.0.15")
    if peer is None:
        return None
    peers.make_otree(folder)
    port = free_port()
    command, variables = peers.otree_command(peer, port), peers.otree_environment(peer)
    with Running(command, port, folder, variables) as server:
        links = peers.otree_links(port, n + n // 10 + n_parallel)
        result = server.measure(visit_otree, links, n, n_parallel)
    tell("oTree", result)
    return result


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    n_parallel = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{N_QUESTIONS + 1} questions, {n_parallel} respondents at once, SQLite", flush=True)
        ours = measure_ours(folder, n, n_parallel)
        if find_binaries() is None:
            print("PostgreSQL is not installed")
        else:
            measure_postgres(folder / "postgres", n, n_parallel)
        bare = measure_bare(folder, n, n_parallel)
        fewer, n_fewer = max(n // 10, 50), min(n_parallel, 50)
        found = {
            "bare Starlette": bare,
            "django-survey-and-report": measure_django(folder / "django", fewer, n_fewer),
            "oTree": measure_otree(folder / "otree", fewer, n_fewer),
        }
    for peer, result in found.items():
        if result is None:
            print(f"{peer} could not be installed")
            continue
        cpu = (result.cpu / result.n) / (ours.cpu / ours.n)
        print(
            f"ours beside {peer}: {ours.per_second / result.per_second:.2f} times the rate, "
            f"{1 / cpu:.2f} times the processor time"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve_bare(int(sys.argv[3]), Path(sys.argv[4]))
    elif sys.argv[1:2] == ["--prepare"]:
        print(prepare(Path(sys.argv[2])))
    else:
        main()
