"""Respondents over HTTP: the same visits again and again on kept-open connections."""

from __future__ import annotations

import asyncio
import html
import os
import random
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

N_QUESTIONS = 20
ANSWERS = [(f"q{n}", str(n % 5 + 1)) for n in range(1, N_QUESTIONS + 1)]
OPINION = "希望办理进展能主动告知，不用反复打电话询问。"
ANSWERS.append(("opinion", OPINION))
_HIDDEN = re.compile(r'<input type="?hidden"? name="?([\w-]+)"? value="([^"]*)"')
_TOKEN = b'name="form" value="'
_RECEIVED = "答卷已收到".encode()


def _headers(answer: bytes, name: bytes) -> list[bytes]:
    """Find the values of a header; cheap, since the respondents share two cores with the server."""
    found, lower, place = [], answer.lower(), 0
    while (place := lower.find(b"\r\n" + name + b":", place)) >= 0:
        place += len(name) + 3
        found.append(answer[place : answer.index(b"\r\n", place)].strip())
    return found


class Line:
    """One kept-open connection of one respondent, with a jar for cookies and a stopwatch."""

    def __init__(self, port: int, pause: float, times: list[float]) -> None:
        self.port, self.pause, self.times = port, pause, times
        self.cookies: dict[str, str] = {}
        self.writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def send(self, method: str, path: str, fields: Sequence[tuple[str, str]] = ()) -> bytes:
        """Send one request after a pause for thought; follow no redirect."""
        if self.pause:
            await asyncio.sleep(random.uniform(0.5, 1.5) * self.pause)
        body = urlencode(fields).encode() if fields else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
        if method == "POST":
            head += "Content-Type: application/x-www-form-urlencoded\r\n"
            head += f"Content-Length: {len(body)}\r\n"
        if self.cookies:
            head += f"Cookie: {'; '.join(f'{k}={v}' for k, v in self.cookies.items())}\r\n"
        if self.writer is None or self.reader.at_eof():
            await self.open()
        begun = time.perf_counter()
        self.writer.write(head.encode() + b"\r\n" + body)
        answer = await self.reader.readuntil(b"\r\n\r\n")
        length = _headers(answer, b"content-length")
        content = await self.reader.readexactly(int(length[0]) if length else 0)
        if _headers(answer, b"transfer-encoding") == [b"chunked"]:
            content = await self._chunks()
        self.times.append(time.perf_counter() - begun)
        if b"close" in _headers(answer, b"connection"):
            self.writer.close()
            self.writer = None
        for cookie in _headers(answer, b"set-cookie"):
            name, _equals, value = cookie.decode().partition(";")[0].partition("=")
            self.cookies[name] = value
        self.status = int(answer[9:12])
        if self.status not in (200, 302, 303, 307):
            raise RuntimeError(f"{method} {path}: {answer!r}\n{content.decode()[-1500:]}")
        target = urlsplit((_headers(answer, b"location") or [b""])[0].decode())
        self.location = f"{target.path}?{target.query}".rstrip("?")
        return content

    async def _chunks(self) -> bytes:
        parts = []
        while size := int(await self.reader.readline(), 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readline()
        await self.reader.readline()
        return b"".join(parts)


Visit = Callable[[Line, str], Awaitable[None]]


def hidden(page: str) -> list[tuple[str, str]]:
    return [(name, html.unescape(value)) for name, value in _HIDDEN.findall(page)]


async def visit_ours(line: Line, start: str) -> None:
    """First page, begin, page, answers, check, hand in, receipt."""

    def token(page: bytes) -> tuple[str, str]:
        begin = page.index(_TOKEN) + len(_TOKEN)
        return "form", page[begin : page.index(b'"', begin)].decode()

    page = await line.send("GET", start)
    await line.send("POST", f"{start}/start", [token(page)])
    page = await line.send("GET", f"{start}/p/1")
    await line.send("POST", f"{start}/p/1", [token(page), ("go", "next"), *ANSWERS])
    page = await line.send("GET", f"{start}/check")
    await line.send("POST", f"{start}/check", [token(page), ("go", "submit")])
    assert _RECEIVED in await line.send("GET", f"{start}/done")


async def visit_bare(line: Line, _start: str) -> None:
    """Send the seven requests of ours to a handler that does nothing but insert."""
    for path in ("start", "p", "check"):
        await line.send("GET", f"/{path}")
        await line.send("POST", f"/{path}", ANSWERS)
    await line.send("GET", "/done")


async def visit_shortest(line: Line, _start: str) -> None:
    await line.send("GET", "/page")
    await line.send("POST", "/page", ANSWERS)


async def visit_django(line: Line, start: str) -> None:
    """Page, answers, confirmation: all that django-survey-and-report has."""
    page = (await line.send("GET", start)).decode()
    codes = re.findall(r'<(?:input type="radio"|textarea) name="(question_\d+)"', page)
    names = list(dict.fromkeys(codes))
    assert len(names) == len(ANSWERS), page[:2000]
    options = dict(re.findall(r'<input type="radio" name="(question_\d+)" value="(满意)"', page))
    token = next(pair for pair in hidden(page) if pair[0] == "csrfmiddlewaretoken")
    fields = [(name, options.get(name, OPINION)) for name in names]
    await line.send("POST", start, [token, *fields])
    assert line.location.startswith("/confirm/"), line.location
    await line.send("GET", line.location)


async def visit_otree(line: Line, starts: str) -> None:
    """Participant's link, page, answers, end: all that an oTree study of one page has."""
    links: list[str] = LINKS[starts]
    await line.send("GET", links.pop())
    address = line.location
    page = (await line.send("GET", address)).decode()
    await line.send("POST", address, [*hidden(page), *ANSWERS])
    assert line.status in (302, 303), line.status
    await line.send("GET", line.location)


LINKS: dict[str, list[str]] = {}


@dataclass
class Result:
    """Times and costs of one run."""

    seconds: float = 0.0
    cpu: float = 0.0
    rss_mb: float = 0.0
    n: int = 0
    requests: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.n / self.seconds

    def quantile(self, share: float) -> float:
        return sorted(self.requests)[int(len(self.requests) * share)]


async def load(
    visit: Visit, port: int, start: str, n: int, n_parallel: int, pause: float
) -> list[float]:
    """Let many respondents visit at the same time; return the time of every request."""
    times: list[float] = []
    left = n

    async def person() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            line = Line(port, pause, times)
            await line.open()
            await visit(line, start)
            if line.writer:
                line.writer.close()

    await asyncio.gather(*(person() for _ in range(n_parallel)))
    return times


def _group(leader: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getsid(int(entry.name)) == leader:
                    found.append(int(entry.name))
            except (ProcessLookupError, PermissionError):
                continue
    return found


def cpu_seconds(leader: int) -> float:
    """Processor seconds of a server with all its processes."""
    total = 0
    for pid in _group(leader):
        parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(parts[11]) + int(parts[12])
    return total / os.sysconf("SC_CLK_TCK")


def rss_mb(leader: int) -> float:
    """Peak memory of the largest process of a server."""
    peaks = []
    for pid in _group(leader):
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        peaks.append(int(found[1]) / 1024 if found else 0.0)
    return max(peaks)
