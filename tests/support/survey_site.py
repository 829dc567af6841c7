"""The public pages over a store in memory, and a visit that answers every question."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import html5lib
from starlette.applications import Starlette
from starlette.routing import Mount

from evaluation.services.demo.respondents import Browser, Reply
from surveys import access
from surveys.loader import load
from surveys.store import Channel, ChannelKind, MemoryStore
from surveys.web.app import create_app
from surveys.web.settings import Allowance, RateLimits, WebSettings

EVERY_TYPE = Path(__file__).parents[1] / "data" / "questionnaires" / "pages" / "every_type.yaml"
TOKEN = "0123456789ABCDEFGHJKMNPQRS"
PLENTY = Allowance(1_000_000, 1.0)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime(2016, 5, 3, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class Site:
    """Store, clock, settings and application of one test."""

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        self.events: list[tuple[str, str]] = []
        questionnaire = load(EVERY_TYPE)
        open_channel = Channel(
            1, "all", "海报", ChannelKind.OPEN, questionnaire, "0" * 64,
            organiser="评估团", contact="027-00000000", is_demonstration=True,
        )  # fmt: skip
        invited = Channel(2, "inv", "名单", ChannelKind.INVITED, questionnaire, "0" * 64)
        self.store = MemoryStore(open_channel, invited)
        self.store.invite(access.invitation_hash(TOKEN), "inv", 0)
        chosen = {
            "seconds_to_read": 0.0,
            "rates": RateLimits(PLENTY, PLENTY, PLENTY, PLENTY),
        } | settings
        self.settings = WebSettings(
            secret=b"secret of a test, long enough",
            now=self.clock,
            on_event=lambda code, event: self.events.append((code, event)),
            **chosen,
        )
        self.app = Starlette(routes=[Mount("/s", create_app(self.store, self.settings))])


COMPLETE = {
    1: [
        ("single", "o"), ("single.other.o", "某种情形"), ("multi", "1"), ("multi", "2"),
        ("lik", "4"), ("mat.a", "5"), ("mat.b", "dk"),
    ],
    2: [
        ("num", "12"), ("day.year", "2016"), ("day.month", "5"), ("day.day", "1"),
        ("txt", "短"), ("long", "长"), ("rank.rank.a", "2"), ("rank.rank.b", "1"),
        ("rank.rank.c", "3"),
    ],
}  # fmt: skip


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def parsed(reply: Reply) -> Any:
    """Parse a page strictly: any fault of HTML fails."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(reply.body)


def token(reply: Reply) -> str:
    found = re.search(r'name="form" value="([^"]+)"', reply.body)
    assert found, reply.body[:2000]
    return found[1]


def title(reply: Reply) -> str:
    return str(parsed(reply).find(".//title").text)


async def begin(site: Site, code: str = "all") -> tuple[Browser, Reply]:
    browser = Browser(site.app)
    page = await browser.get("/s/i/" + TOKEN if code == "inv" else f"/s/{code}")
    fields = [("form", token(page)), ("consent", "yes")]
    if code == "inv":
        fields.append(("invitation", TOKEN))
    return browser, await browser.post(f"/s/{code}/start", fields)


async def answer(browser: Browser, page: Reply, n: int, code: str = "all", **more: str) -> Reply:
    fields = [("form", token(page)), ("go", more.get("go", "next")), *COMPLETE[n]]
    return await browser.post(f"/s/{code}/p/{n}", fields)


async def to_check(site: Site, code: str = "all") -> tuple[Browser, Reply]:
    browser, page = await begin(site, code)
    page = await answer(browser, page, 1, code)
    return browser, await answer(browser, page, 2, code)


async def complete(site: Site, code: str = "all") -> tuple[Browser, Reply]:
    browser, page = await to_check(site, code)
    form = [("form", token(page)), ("go", "submit")]
    return browser, await browser.post(f"/s/{code}/check", form)
