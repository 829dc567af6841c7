"""Twenty thousand requests that no browser would send: no 5xx, no trace, nothing echoed raw."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from survey_site import Site, begin, token

from evaluation.services.demo.respondents import Browser, Reply

MARK = "<q7z>\"'"
EVIL = st.sampled_from(
    [
        f"{MARK}<script>alert(1)</script>", "../../etc/passwd", "{{7*7}}", "${jndi:x}", "\x00",
        "%00", "'; DROP TABLE survey;--", "\ud83d\ude00" * 50, "-1", "1e999", "NaN", "९", "o",
        "9" * 400, "\r\nset-cookie: a=b", "javascript:alert(1)", "\u202e\u0000", "",
    ]
)  # fmt: skip
TEXTS = st.one_of(EVIL, st.text(max_size=40))
NAMES = st.one_of(
    st.sampled_from(
        [
            "form", "go", "check", "consent", "work", "website", "invitation", "code", "receipt",
            "language", "back", "file", "single", "single.other.o", "multi", "mat.a", "mat", "num",
            "day", "day.year", "day.month", "txt", "long", "rank.rank.a", "rank",
        ]
    ),
    TEXTS,
)  # fmt: skip
PATHS = st.sampled_from(
    [
        "/s/all", "/s/all/start", "/s/all/p/1", "/s/all/p/2", "/s/all/p/0", "/s/all/p/999999999",
        "/s/all/check", "/s/all/done", "/s/all/save", "/s/all/save/file", "/s/all/resume",
        "/s/all/resume/file", "/s/all/forget", "/s/all/withdraw", "/s/all/language", "/s/all/help",
        "/s/inv", "/s/inv/start", "/s/i/0123456789ABCDEFGHJKMNPQRS", "/s/static/survey.css",
        "/s/none", "/s/none/p/1", "/s/", "/s/all/p/x",
    ]
)  # fmt: skip
KINDS = st.sampled_from(
    [
        "application/x-www-form-urlencoded", "multipart/form-data",
        "multipart/form-data; boundary=x", "application/json", "", "text/plain; charset=\xff",
    ]
)  # fmt: skip
FIELDS = st.lists(st.tuples(NAMES, TEXTS), max_size=12)
BODIES = st.one_of(FIELDS, st.binary(max_size=200))
N_VISITORS = 8


class Fuzzer:
    """A site, a few visitors in the middle of a visit, and their genuine tokens."""

    def __init__(self) -> None:
        self.site = Site(work_size=50)
        self.loop = asyncio.new_event_loop()
        self.visitors: list[tuple[Browser, str]] = []
        for _n in range(N_VISITORS):
            browser, page = self.loop.run_until_complete(begin(self.site))
            self.visitors.append((browser, token(page)))
        self.n = 0

    def request(
        self, path: str, tail: str, method: str, body: Any, kind: str, visitor: int
    ) -> Reply:
        browser, genuine = self.visitors[visitor]
        if isinstance(body, list):
            pairs = [(n, genuine if n == "form" and len(v) > 10 else v) for n, v in body]
            raw = urlencode(pairs, errors="surrogatepass").encode()
        else:
            raw = body
        target = path + quote(tail, errors="surrogatepass") if tail else path
        self.n += 1
        send = browser._send(method, target, raw, kind)
        return self.loop.run_until_complete(send)


@pytest.fixture(scope="module")
def fuzzer() -> Any:
    made = Fuzzer()
    yield made
    made.loop.close()


def check(reply: Reply) -> None:
    assert reply.status < 500, (reply.status, reply.body[-500:])
    assert "Traceback" not in reply.body
    assert MARK not in reply.body
    assert "<script>alert" not in reply.body
    assert not re.search(r'(?:href|action)="javascript:', reply.body)
    location = reply.headers.get("location", "/s/")
    assert location.startswith("/s/")
    assert not location.startswith("//")
    assert "\n" not in location


def _fuzz(fuzzer: Fuzzer, examples: int) -> None:
    @settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(
        PATHS, st.one_of(st.just(""), TEXTS), st.sampled_from(["GET", "POST", "POST", "PUT"]),
        BODIES, KINDS, st.integers(0, N_VISITORS - 1),
    )  # fmt: skip
    def run(path: str, tail: str, method: str, body: Any, kind: str, visitor: int) -> None:
        check(fuzzer.request(path, tail, method, body, kind, visitor))

    run()


def test_strange_requests_break_nothing(fuzzer: Fuzzer) -> None:
    _fuzz(fuzzer, 300)


@pytest.mark.slow
def test_twenty_thousand_strange_requests_break_nothing(fuzzer: Fuzzer) -> None:
    _fuzz(fuzzer, 20_000)
    assert fuzzer.n >= 20_000
