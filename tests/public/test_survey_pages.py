"""The public pages over HTTP without scripts: a whole visit, and everything that can go wrong."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from survey_site import (
    COMPLETE,
    TOKEN,
    Site,
    answer,
    begin,
    complete,
    parsed,
    run,
    title,
    to_check,
    token,
)

from evaluation.services.demo.respondents import Browser, Reply
from surveys.store import ChannelState, OpeningHours, Quota

HTML_LIMIT_BYTES, SCRIPT_LIMIT_BYTES = 30_000, 15_000


# ------------------------------------------------------------------ the whole way


def test_a_visit_from_start_to_receipt(site: Site) -> None:
    async def visit() -> Reply:
        _browser, done = await complete(site)
        return done

    done = run(visit())
    assert title(done) == "答卷已收到 - 全部题型"
    (kept,) = site.store.responses.values()
    assert kept.answers["single"] == {"value": "o", "other": {"o": "某种情形"}}
    assert kept.answers["day"] == {"value": "2016-05-01"}
    assert kept.answers["rank"] == {"value": ["b", "a", "c"]}
    assert kept.answers["mat"] == {"value": {"a": "5", "b": "dk"}}
    assert site.store.drafts == {}


def test_every_page_is_valid_small_chinese_and_titled(site: Site) -> None:
    async def pages() -> list[Reply]:
        browser, first = await begin(site)
        seen = [await Browser(site.app).get("/s/all"), first]
        seen.append(await browser.post("/s/all/p/1", [("form", token(first)), ("go", "next")]))
        second = await answer(browser, first, 1)
        seen += [second, await answer(browser, second, 2, go="save")]
        seen += [await browser.get(f"/s/all/{p}") for p in ("resume", "withdraw", "help", "p/1")]
        seen.append(await browser.get("/s/all"))
        seen.append(await Browser(site.app).get("/s/nothing"))
        browser, check = await to_check(site)
        seen.append(check)
        seen.append((await complete(site))[1])
        return seen

    for reply in run(pages()):
        tree = parsed(reply)
        assert tree.get("lang") == "zh-CN"
        assert len(tree.findall(".//h1")) == 1
        assert len(tree.findall(".//title")) == 1
        assert not tree.findall(".//*[@style]")
        assert len(gzip.compress(reply.body.encode())) < HTML_LIMIT_BYTES
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), reply.body
        for field in [*tree.iter("input"), *tree.iter("textarea"), *tree.iter("select")]:
            if field.get("type") != "hidden":
                labels = [e for e in tree.iter("label") if e.get("for") == field.get("id")]
                assert labels, (title(reply), field.get("name"))
        described = [e.get("aria-describedby") for e in tree.iter() if e.get("aria-describedby")]
        assert all(name in ids for names in described for name in names.split())


def test_own_files_are_small_and_cached(site: Site) -> None:
    async def files() -> list[Reply]:
        browser = Browser(site.app)
        return [await browser.get(f"/s/static/survey.{kind}") for kind in ("css", "js")]

    for reply in run(files()):
        assert "immutable" in reply.headers["cache-control"]
        assert len(reply.body.encode()) < SCRIPT_LIMIT_BYTES
        assert "http://" not in reply.body
        assert "https://" not in reply.body


def test_headers_forbid_everything_foreign(site: Site) -> None:
    reply = run(Browser(site.app).get("/s/all"))
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert "unsafe" not in policy
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-content-type-options"] == "nosniff"


# ------------------------------------------------------------------ faults of input


def test_faults_are_summed_up_and_linked_to_their_fields(site: Site) -> None:
    async def visit() -> Reply:
        browser, page = await begin(site)
        fields = [("form", token(page)), ("go", "next"), ("multi", "1"), ("multi", "none")]
        return await browser.post("/s/all/p/1", [*fields, ("mat.a", "3")])

    reply = run(visit())
    tree = parsed(reply)
    summary = tree.find(".//*[@id='summary']")
    links = [(a.get("href"), a.text) for a in summary.iter("a")]
    assert links == [
        ("#f-single", "第1题：请选择一项。"),
        ("#f-multi", "第2题：“以上都没有”不能与其他选项同时选，请只保留其中之一。"),
        ("#f-lik", "第3题：请选择一项。"),
        ("#f-mat-b", "第4题“该采取的措施采取得及时”：请为这一行选择一项。"),
    ]
    for href, _text in links:
        assert tree.find(f".//*[@id='{href[1:]}']").tag == "input"
    assert title(reply).startswith("有问题：")
    assert 'name="mat.a" value="3" checked' in reply.body


def test_what_was_typed_is_shown_again_and_escaped(site: Site) -> None:
    async def visit() -> Reply:
        browser, page = await begin(site)
        page = await answer(browser, page, 1)
        evil = '"><script>alert(1)</script>'
        fields = [("form", token(page)), ("go", "next"), ("num", evil), ("txt", evil)]
        return await browser.post("/s/all/p/2", fields)

    reply = run(visit())
    parsed(reply)
    assert "<script>alert" not in reply.body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in reply.body


@pytest.mark.parametrize("go", ["next", "back", "save"])
def test_a_text_that_is_too_long_is_not_cut_but_comes_back_whole(site: Site, go: str) -> None:
    typed = "长" * 700

    async def visit() -> tuple[Reply, Reply]:
        browser, page = await begin(site)
        blank = await answer(browser, page, 1)
        fields = [("num", "12"), ("rank.rank.a", "1"), ("rank.rank.b", "2"), ("rank.rank.c", "3")]
        form = [("form", token(blank)), ("go", go), ("long", typed), *fields]
        return blank, await browser.post("/s/all/p/2", form)

    blank, reply = run(visit())
    field = parsed(blank).find(".//*[@id='f-long']")
    assert int(field.get("maxlength", "99999")) > len(typed)
    assert field.get("aria-describedby") == "f-long-limit"
    assert parsed(blank).find(".//*[@id='f-long-limit']").text == "最多500字。"
    links = [a.text for a in parsed(reply).find(".//*[@id='summary']").iter("a")]
    assert links == ["第8题：请缩短到500个字以内。"]
    assert parsed(reply).find(".//*[@id='f-long']").text == typed


def test_a_text_beside_an_option_is_not_cut_either(site: Site) -> None:
    typed = "另" * 250

    async def visit() -> tuple[Reply, Reply]:
        browser, page = await begin(site)
        given = [("single", "o"), ("single.other.o", typed), *COMPLETE[1][2:]]
        return page, await browser.post(
            "/s/all/p/1", [("form", token(page)), ("go", "next"), *given]
        )

    page, reply = run(visit())
    fields = [parsed(body).find(".//*[@id='f-single-other-o']") for body in (page, reply)]
    assert int(fields[0].get("maxlength", "99999")) > len(typed)
    assert fields[1].get("value") == typed
    assert "请缩短到200个字以内。" in reply.body


def test_dates_are_shown_in_words_and_their_limit_is_said_before(site: Site) -> None:
    async def visit() -> tuple[Reply, Reply]:
        browser, page = await begin(site)
        page = await answer(browser, page, 1)
        return page, await answer(browser, page, 2)

    page, check = run(visit())
    assert parsed(page).find(".//*[@id='f-day-limit']").text == "请填写不晚于今天的日期。"
    assert "2016年5月1日" in check.body
    assert "2016-05-01" not in check.body


def test_going_back_keeps_what_is_right(site: Site) -> None:
    async def visit() -> Reply:
        browser, page = await begin(site)
        page = await answer(browser, page, 1)
        fields = [("form", token(page)), ("go", "back"), ("txt", "留着"), ("num", "不是数")]
        await browser.post("/s/all/p/2", fields)
        return await browser.get("/s/all/p/2")

    reply = run(visit())
    assert 'value="留着"' in reply.body
    assert "不是数" not in reply.body


def test_consent_is_needed(site: Site) -> None:
    async def visit() -> Reply:
        browser = Browser(site.app)
        page = await browser.get("/s/all")
        return await browser.post("/s/all/start", [("form", token(page))])

    reply = run(visit())
    assert title(reply).startswith("有问题：")
    assert site.store.drafts == {}


def test_a_change_from_the_check_page_returns_to_it(site: Site) -> None:
    async def visit() -> Reply:
        browser, check = await to_check(site)
        assert "修改" in check.body
        page = await browser.get("/s/all/p/1?check=1")
        fields = [("form", token(page)), ("go", "next"), ("check", "1"), *COMPLETE[1]]
        return await browser.post("/s/all/p/1", fields)

    assert title(run(visit())).startswith("核对答案")


def test_pages_cannot_be_skipped(site: Site) -> None:
    async def visit() -> list[Reply]:
        browser, _page = await begin(site)
        return [await browser.get(f"/s/all/{p}") for p in ("p/2", "check", "p/99")]

    assert {title(reply) for reply in run(visit())} == {"选择题 第1页，共2页 - 全部题型"}


# ------------------------------------------------------------------ save, resume, withdraw


def test_resume_by_code_on_another_device(site: Site) -> None:
    async def visit() -> Reply:
        browser, page = await begin(site)
        saved = await answer(browser, page, 1, go="save")
        code = re.search(r'class="code"[^>]*>([0-9A-Z-]+)<', saved.body)
        assert code
        other = Browser(site.app)
        form = await other.get("/s/all/resume")
        wrong = await other.post("/s/all/resume", [("form", token(form)), ("code", "ABC")])
        assert title(wrong).startswith("有问题：")
        await other.post("/s/all/resume", [("form", token(form)), ("code", code[1].lower())])
        return await other.get("/s/all/p/1")

    assert 'id="f-single-o" name="single" value="o" checked' in run(visit()).body


def test_resume_by_file_even_when_the_server_forgot(site: Site) -> None:
    async def visit() -> Reply:
        browser, page = await begin(site)
        await answer(browser, page, 1)
        file = await browser.get("/s/all/save/file")
        assert file.headers["content-disposition"].startswith("attachment")
        assert "某种情形" not in file.body
        site.store.drafts.clear()
        other = Browser(site.app)
        form = await other.get("/s/all/resume")
        changed = file.body.replace("hengping-draft:", "hengping-draft:00")
        wrong = await upload(other, token(form), changed)
        assert title(wrong).startswith("有问题：")
        await upload(other, token(form), file.body)
        return await other.get("/s/all/p/1")

    assert 'value="某种情形"' in run(visit()).body


async def upload(browser: Browser, form_token: str, content: str) -> Reply:
    boundary = "x" * 20
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="form"\r\n\r\n{form_token}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.html"\r\n'
        f"Content-Type: text/html\r\n\r\n{content}\r\n--{boundary}--\r\n"
    ).encode()
    kind = f"multipart/form-data; boundary={boundary}"
    return await browser.send("POST", "/s/all/resume/file", body, kind)


def test_drafts_cannot_be_read_without_the_code(site: Site) -> None:
    async def visit() -> None:
        browser, page = await begin(site)
        await answer(browser, page, 1)

    run(visit())
    (sealed,) = site.store.drafts.values()
    assert "某种情形".encode() not in sealed
    assert len(sealed) % 1024 == (12 + 16) % 1024


def test_receipt_withdraws_the_response(site: Site) -> None:
    async def visit() -> list[Reply]:
        _browser, done = await complete(site)
        receipt = re.search(r'class="code"[^>]*>([0-9A-Z-]+)<', done.body)
        assert receipt
        other = Browser(site.app)
        form = await other.get("/s/all/withdraw")
        replies = []
        for code in ("0000-0000-0000-0000", receipt[1].lower(), receipt[1]):
            fields = [("form", token(form)), ("receipt", code)]
            replies.append(await other.post("/s/all/withdraw", fields))
        return replies

    wrong, right, again = run(visit())
    assert title(wrong).startswith("有问题：")
    assert "答卷已撤回" in right.body
    assert title(again).startswith("有问题：")
    assert site.store.responses == {}


def test_submitting_twice_stores_once(site: Site) -> None:
    async def visit() -> list[Reply]:
        browser, page = await to_check(site)
        form = [("form", token(page)), ("go", "submit")]
        return [await browser.post("/s/all/check", form) for _ in range(3)]

    assert {title(reply) for reply in run(visit())} == {"答卷已收到 - 全部题型"}
    assert len(site.store.responses) == 1


# ------------------------------------------------------------------ invitations, hours, quotas


def test_invitation_is_reserved_at_start_and_burned_at_submit(site: Site) -> None:
    async def visit() -> list[Reply]:
        replies = [(await begin(site, "inv"))[1]]
        replies.append(await Browser(site.app).get(f"/s/i/{TOKEN}"))
        replies.append((await complete(site, "inv"))[1])
        replies.append(await Browser(site.app).get(f"/s/i/{TOKEN.lower()}"))
        replies.append(await Browser(site.app).get("/s/i/ZZZZZZZZZZ"))
        replies.append(await Browser(site.app).get("/s/inv"))
        return replies

    begun, reserved, done, used, unknown, without = run(visit())
    assert title(begun).startswith("选择题")
    assert "这份邀请已经开始填写" in reserved.body
    assert title(done).startswith("答卷已收到")
    assert title(used).startswith("这份邀请已经用过")
    assert (unknown.status, without.status) == (404, 404)
    (kept,) = site.store.responses.values()
    assert kept.invitation_number is None


def test_two_begun_with_one_invitation_submit_once(site: Site) -> None:
    async def visit() -> list[Reply]:
        first, page_1 = await to_check(site, "inv")
        second, page_2 = await to_check(site, "inv")
        return [
            await browser.post("/s/inv/check", [("form", token(page)), ("go", "submit")])
            for browser, page in ((first, page_1), (second, page_2))
        ]

    done, used = run(visit())
    assert title(done).startswith("答卷已收到")
    assert title(used).startswith("这份邀请已经用过")
    assert len(site.store.responses) == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"state": ChannelState.CLOSED}, "问卷已经结束"),
        ({"state": ChannelState.PREPARED}, "问卷还没有开始"),
        ({"hours": OpeningHours(daily_from=time(22), daily_until=time(6))}, "现在不是填写时间"),
    ],
)
def test_a_channel_that_is_not_open_says_why(
    site: Site, change: dict[str, Any], expected: str
) -> None:
    site.store.replace_channel(replace(site.store.channels["all"], **change))
    assert title(run(Browser(site.app).get("/s/all"))).startswith(expected)


def test_who_began_in_time_may_finish_at_night_but_not_after_the_end(site: Site) -> None:
    async def visit() -> list[Reply]:
        browser, page = await to_check(site)
        night = OpeningHours(daily_from=time(22), daily_until=time(6))
        site.store.replace_channel(replace(site.store.channels["all"], hours=night))
        done = await browser.post("/s/all/check", [("form", token(page)), ("go", "submit")])
        site.store.replace_channel(replace(site.store.channels["all"], hours=OpeningHours()))
        browser, page = await to_check(site)
        over = OpeningHours(closes_at=site.clock.now - timedelta(hours=1))
        site.store.replace_channel(replace(site.store.channels["all"], hours=over))
        late = await browser.post("/s/all/check", [("form", token(page)), ("go", "submit")])
        return [done, late]

    done, late = run(visit())
    assert title(done).startswith("答卷已收到")
    assert title(late).startswith("问卷已经结束")


def test_a_full_quota_is_said_and_nothing_kept(site: Site) -> None:
    quotas = (Quota("all", "总数", 1),)
    site.store.replace_channel(replace(site.store.channels["all"], quotas=quotas))

    async def visit() -> list[Reply]:
        first, page_1 = await to_check(site)
        second, page_2 = await to_check(site)
        replies = [
            await browser.post("/s/all/check", [("form", token(page)), ("go", "submit")])
            for browser, page in ((first, page_1), (second, page_2))
        ]
        return [*replies, (await begin(site))[1]]

    done, full, not_begun = run(visit())
    assert title(done).startswith("答卷已收到")
    assert title(full).startswith("名额已满")
    assert title(not_begun).startswith("名额已满")
    assert len(site.store.responses) == 1


# ------------------------------------------------------------------ language


def test_language_switch_changes_questions_and_stays(site: Site) -> None:
    async def visit() -> Reply:
        browser, _page = await begin(site)
        return await browser.post("/s/all/language", [("language", "en"), ("back", "/all/p/1")])

    reply = run(visit())
    assert parsed(reply).get("lang") == "en"
    assert "Strongly disagree" in reply.body


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/all/../x", "\\x"])
def test_language_switch_leads_nowhere_else(site: Site, back: str) -> None:
    async def visit() -> Reply:
        browser = Browser(site.app)
        return await browser.post("/s/all/language", [("language", "en"), ("back", back)])

    assert "Every type" in title(run(visit()))
