"""Whole questionnaires per second, beside a bare Starlette handler doing the same insert.

``python bench/surveys.py [respondents] [concurrent]``. Each server runs in a process of its own on
SQLite with ``synchronous=FULL``; the load comes from this one. Server CPU is read from the
kernel, so that it means the same on a busy machine.

* ours: first page, begin, page, answers, check, hand in, receipt: seven requests, three commits;
* bare, same visit: a handler that answers the same seven requests with a fixed page and does the
  same three commits, each in its own transaction;
* bare, shortest: one fixed page and one insert.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

import uvicorn  # noqa: E402 -- the path comes first
from starlette.applications import Starlette  # noqa: E402 -- as above
from starlette.concurrency import run_in_threadpool  # noqa: E402 -- as above
from starlette.requests import Request  # noqa: E402 -- as above
from starlette.responses import HTMLResponse, RedirectResponse, Response  # noqa: E402 -- as above
from starlette.routing import Mount, Route  # noqa: E402 -- as above

N_QUESTIONS = 20
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
ANSWERS = [(f"q{n}", str(n % 5 + 1)) for n in range(1, N_QUESTIONS + 1)]
ANSWERS.append(("opinion", "希望办理进展能主动告知，不用反复打电话询问。"))


# ------------------------------------------------------------------ servers


def serve_ours(port: int) -> None:
    from evaluation.web.surveys import PublicSurveys  # noqa: PLC0415 -- only this server needs it

    app = Starlette(routes=[Mount("/s", PublicSurveys(unlimited=True))])
    uvicorn.run(app, port=port, log_level="error", access_log=False)


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


# ------------------------------------------------------------------ load


class Line:
    """One kept-open connection of one respondent."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def send(self, method: str, path: str, body: bytes = b"") -> str:
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        if body:
            head += "Content-Type: application/x-www-form-urlencoded\r\n"
        if self.cookie:
            head += f"Cookie: {self.cookie}\r\n"
        self.writer.write(head.encode() + b"\r\n" + body)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", answer)
        content = await self.reader.readexactly(int(length[1]) if length else 0)
        cookie = re.search(r"set-cookie: ([^;]+)", answer)
        if cookie:
            self.cookie = cookie[1]
        if answer[9:12] not in ("200", "303"):
            raise RuntimeError(answer[:200])
        return content.decode()


async def visit_ours(line: Line, start: str) -> None:
    line.cookie = ""

    def form(page: str, **fields: str) -> bytes:
        token = re.search(r'name="form" value="([^"]+)"', page)
        assert token, page[:300]
        answers = ANSWERS if fields.get("go") == "next" else []
        return urlencode([("form", token[1]), *fields.items(), *answers]).encode()

    await line.send("POST", f"{start}/start", form(await line.send("GET", start)))
    page = await line.send("GET", f"{start}/p/1")
    await line.send("POST", f"{start}/p/1", form(page, go="next"))
    page = await line.send("GET", f"{start}/check")
    await line.send("POST", f"{start}/check", form(page, go="submit"))
    assert "答卷已收到" in await line.send("GET", f"{start}/done")


async def visit_bare(line: Line, _start: str) -> None:
    body = urlencode(ANSWERS).encode()
    for path in ("start", "p", "check"):
        await line.send("GET", f"/{path}")
        await line.send("POST", f"/{path}", body)
    await line.send("GET", "/done")


async def visit_shortest(line: Line, _start: str) -> None:
    await line.send("GET", "/page")
    await line.send("POST", "/page", urlencode(ANSWERS).encode())


@dataclass
class Result:
    """Times of one run."""

    seconds: float = 0.0
    cpu: float = 0.0
    rss_mb: float = 0.0
    visits: list[float] = field(default_factory=list)


async def load(visit, port: int, start: str, n: int, n_parallel: int) -> list[float]:  # type: ignore[no-untyped-def]  # -- a bench
    times: list[float] = []
    left = n

    async def person() -> None:
        nonlocal left
        line = Line(port)
        await line.open()
        while left > 0:
            left -= 1
            begun = time.perf_counter()
            await visit(line, start)
            times.append(time.perf_counter() - begun)
        line.writer.close()

    await asyncio.gather(*(person() for _ in range(n_parallel)))
    return times


def cpu_seconds(pid: int) -> float:
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]  # -- a bench


def run(kind: str, visit, start: str, folder: Path, n: int, n_parallel: int) -> Result:  # type: ignore[no-untyped-def]  # -- as above
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, __file__, "--serve", kind, str(port), str(folder)])
    for _ in range(1200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    asyncio.run(load(visit, port, start, n_parallel, n_parallel))
    result, before = Result(), cpu_seconds(process.pid)
    begun = time.perf_counter()
    result.visits = asyncio.run(load(visit, port, start, n, n_parallel))
    result.seconds = time.perf_counter() - begun
    result.cpu = cpu_seconds(process.pid) - before
    result.rss_mb = rss_mb(process.pid)
    process.send_signal(signal.SIGTERM)
    process.wait()
    return result


def tell(name: str, result: Result) -> None:
    n = len(result.visits)
    times = sorted(result.visits)
    print(
        f"{name:22} {n / result.seconds:7.0f}/s   CPU {1000 * result.cpu / n:6.2f} ms each   "
        f"visit p50 {1000 * times[n // 2]:6.0f} ms  p99 {1000 * times[int(n * 0.99)]:6.0f} ms   "
        f"{result.rss_mb:5.0f} MB"
    )


def prepare(folder: Path) -> str:
    """Make the database with one open channel, and the fixed page of the bare handler."""
    from evaluation.domain.roles import SYSTEM  # noqa: PLC0415 -- after the settings
    from evaluation.services import installation, public_surveys  # noqa: PLC0415 -- as above
    from surveys.loader import loads  # noqa: PLC0415 -- as above
    from surveys.store import ChannelKind  # noqa: PLC0415 -- as above

    installation.prepare()
    plan = public_surveys.SurveyPlan(None, "评估团", "027-00000000")
    survey = public_surveys.publish(SYSTEM, loads(QUESTIONNAIRE), plan)
    channel = public_surveys.open_channel(
        SYSTEM, survey, public_surveys.ChannelPlan(ChannelKind.OPEN, "海报")
    )
    (folder / "page.html").write_bytes(b"<!doctype html>" + b"x" * 12_000)
    return f"/s/{channel.code}"


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    n_parallel = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["HENGPING_DATA_DIR"] = name
        start = prepare(folder)
        print(f"{n} questionnaires of {N_QUESTIONS + 1} questions, {n_parallel} at once, SQLite")
        for kind, label, visit in (
            ("ours", "ours", visit_ours),
            ("bare", "bare, same visit", visit_bare),
            ("bare", "bare, shortest", visit_shortest),
        ):
            (folder / "bare.sqlite3").unlink(missing_ok=True)
            tell(label, run(kind, visit, start, folder, n, n_parallel))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        if sys.argv[2] == "ours":
            serve_ours(int(sys.argv[3]))
        else:
            serve_bare(int(sys.argv[3]), Path(sys.argv[4]))
    else:
        main()
