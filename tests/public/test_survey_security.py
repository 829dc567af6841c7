"""What keeps strangers out: origin, tokens, size, pace, honeypot, proof of work."""

from __future__ import annotations

import html
import json
import re

import pytest
from altcha import v1 as altcha
from survey_site import Site, begin, parsed, run, title, token

from evaluation.services.demo.respondents import Browser, Reply
from surveys.web.settings import Allowance, RateLimits, WebSettings

PLENTY, FEW = Allowance(1_000_000, 1.0), Allowance(2, 3600)


def test_a_form_of_another_site_is_refused(site: Site) -> None:
    async def visit() -> list[Reply]:
        browser, page = await begin(site)
        form = [("form", token(page)), ("go", "next")]
        replies = []
        for header in (("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")):
            browser.extra_headers = [header]
            replies.append(await browser.post("/s/all/p/1", form))
        browser.extra_headers = [("origin", "http://hengping.test")]
        replies.append(await browser.post("/s/all/p/1", form))
        return replies

    assert [reply.status for reply in run(visit())] == [403, 403, 200]


@pytest.mark.parametrize("forged", ["", "x", "1.2", "99999999999999.ab", "1462248000.é"])
def test_a_form_without_a_genuine_token_is_refused(site: Site, forged: str) -> None:
    async def visit() -> Reply:
        browser, _page = await begin(site)
        return await browser.post("/s/all/p/1", [("form", forged), ("go", "next")])

    reply = run(visit())
    assert reply.status == 400
    assert title(reply).startswith("没有收到有效的内容")


def test_the_token_of_another_draft_is_refused(site: Site) -> None:
    async def visit() -> Reply:
        _first, page = await begin(site)
        second, _page = await begin(site)
        return await second.post("/s/all/p/1", [("form", token(page)), ("go", "next")])

    assert run(visit()).status == 400


def test_an_old_form_is_refused_with_the_reason(site: Site) -> None:
    async def visit() -> Reply:
        browser, page = await begin(site)
        site.clock.advance(hours=25)
        return await browser.post("/s/all/p/1", [("form", token(page)), ("go", "next")])

    assert title(run(visit())).startswith("页面已过期")


@pytest.mark.parametrize("declares_size", [True, False])
def test_a_large_body_is_refused_before_it_is_read(site: Site, declares_size: bool) -> None:
    async def visit() -> Reply:
        browser, _page = await begin(site)
        browser.declares_size = declares_size
        return await browser.send("POST", "/s/all/p/1", b"a=" + b"x" * 300_000)

    reply = run(visit())
    assert reply.status == 413
    assert ("all", "too_large") in site.events


def test_too_many_fields_are_refused(site: Site) -> None:
    async def visit() -> Reply:
        browser, _page = await begin(site)
        return await browser.send("POST", "/s/all/p/1", b"&".join([b"a=1"] * 5000))

    assert run(visit()).status == 400


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data"])
def test_other_kinds_of_bodies_are_refused(site: Site, kind: str) -> None:
    async def visit() -> Reply:
        browser, _page = await begin(site)
        return await browser.send("POST", "/s/all/p/1", b"{}", kind)

    assert run(visit()).status == 415


def test_who_fills_the_hidden_field_is_refused(site: Site) -> None:
    async def visit() -> Reply:
        browser = Browser(site.app)
        page = await browser.get("/s/all")
        fields = [("form", token(page)), ("consent", "yes"), ("website", "http://spam.example")]
        return await browser.post("/s/all/start", fields)

    assert run(visit()).status == 400
    assert ("all", "honeypot") in site.events


def _work(page: Reply) -> str:
    def data(name: str) -> str:
        found = re.search(rf'data-{name}="([^"]*)"', page.body)
        assert found
        return html.unescape(found[1])

    solution = altcha.solve_challenge(data("challenge"), data("salt"), "SHA-256", int(data("max")))
    assert solution is not None
    payload = {
        "algorithm": "SHA-256",
        "challenge": data("challenge"),
        "number": solution.number,
        "salt": data("salt"),
        "signature": data("signature"),
    }
    return altcha.Payload(**payload).to_base64()


def test_work_counts_once_and_without_it_one_waits_instead_of_being_shut_out(
    make_site: type[Site],
) -> None:
    site = make_site(work_size=500, seconds_to_read=5.0)
    site.clock.now = site.clock.now.replace(year=2099)

    async def start(work: str, wait: float = 0.0) -> Reply:
        browser = Browser(site.app)
        page = await browser.get("/s/all")
        if work == "solve":
            work = _work(page)
            start.last = work  # type: ignore[attr-defined]  # -- set on a function for the test
        site.clock.advance(seconds=wait)
        fields = [("form", token(page)), ("consent", "yes"), ("work", work)]
        return await browser.post("/s/all/start", fields)

    async def visit() -> list[Reply]:
        first = await start("solve")
        return [
            first,
            await start(start.last),  # type: ignore[attr-defined]  # -- set on a function for the test
            await start("bm90IGpzb24="),
            await start(""),
            await start("", wait=6),
        ]

    titles = [title(reply)[:6] for reply in run(visit())]
    assert titles == ["选择题 第1", "请再点一次“", "请再点一次“", "请再点一次“", "选择题 第1"]
    assert [event for _code, event in site.events] == ["bad_work", "bad_work", "no_work", "no_work"]


def test_who_is_too_quick_without_scripts_is_told_why_and_how_long_to_wait(
    make_site: type[Site],
) -> None:
    site = make_site(seconds_to_read=5.0)

    async def visit() -> list[Reply]:
        browser = Browser(site.app)
        page = await browser.get("/s/all")
        replies = []
        for wait in (2, 0, 3):
            site.clock.advance(seconds=wait)
            form = [("form", token(page)), ("consent", "yes")]
            page = await browser.post("/s/all/start", form)
            replies.append(page)
        return replies

    first, again, begun = run(visit())
    for reply in (first, again):
        assert "请等3秒钟再点“开始填写”" in reply.body
        assert "没有完成防止自动程序刷票的检查" in reply.body
        assert parsed(reply).find(".//*[@id='consent-title']") is not None
        assert "请先阅读。" in reply.body
    assert title(begun).startswith("选择题")


def test_too_many_starts_from_one_network_are_slowed_not_others(make_site: type[Site]) -> None:
    site = make_site(rates=RateLimits(PLENTY, FEW, PLENTY, PLENTY))

    async def start(address: str) -> Reply:
        browser = Browser(site.app, address=address)
        page = await browser.get("/s/all")
        return await browser.post("/s/all/start", [("form", token(page)), ("consent", "yes")])

    async def visit() -> list[int]:
        addresses = ["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.2"]
        addresses += ["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2::3"]
        replies = [await start(address) for address in addresses]
        assert int(replies[2].headers["retry-after"]) > 0
        return [reply.status for reply in replies]

    assert run(visit()) == [200, 200, 429, 200, 200, 200, 429]


def test_codes_cannot_be_guessed_quickly(make_site: type[Site]) -> None:
    site = make_site(rates=RateLimits(PLENTY, PLENTY, PLENTY, FEW))

    async def visit() -> list[int]:
        browser = Browser(site.app)
        form = token(await browser.get("/s/all/withdraw"))
        replies = [
            await browser.post("/s/all/withdraw", [("form", form), ("receipt", str(n))])
            for n in range(3)
        ]
        replies += [await browser.get("/s/i/ABCDEF")]
        return [reply.status for reply in replies]

    assert run(visit()) == [200, 200, 429, 429]


def test_a_failing_store_shows_no_trace(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    async def fails(*_arguments: object) -> None:
        raise RuntimeError(json.dumps({"secret": "answers"}))

    site.store.load_draft = fails  # type: ignore[assignment]  # -- a store that fails

    async def visit() -> Reply:
        browser = Browser(site.app, cookies={"hp_all": "0" * 20})
        return await browser.get("/s/all/p/1")

    reply = run(visit())
    assert reply.status == 503
    assert "Traceback" not in reply.body
    assert "answers" not in reply.body


def test_a_short_secret_is_refused(site: Site) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        WebSettings(secret=b"short", now=site.clock)
