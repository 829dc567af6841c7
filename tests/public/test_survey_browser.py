"""In a real browser: accessibility of every page, keyboard only, narrow and without scripts."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from survey_site import Site

pytestmark = pytest.mark.browser
AXE_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    site = Site(work_size=2000)
    site.clock.now = site.clock.now.replace(year=2099)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(site.app, port=port, log_level="error", lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/s/all"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, has_scripts = getattr(request, "param", (390, True))
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=has_scripts,
        bypass_csp=has_scripts,
    )
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


def fill_first_page(page: Any) -> None:
    page.check("#f-single-o")
    page.fill('[name="single.other.o"]', "某种情形")
    page.check('[name=multi][value="1"]')
    page.check('[name=lik][value="4"]')
    page.check('[name="mat.a"][value="2"]')
    page.check('[name="mat.b"][value="dk"]')


def fill_second_page(page: Any) -> None:
    page.fill("[name=num]", "12")
    for part, value in (("year", "2016"), ("month", "5"), ("day", "1")):
        page.fill(f'[name="day.{part}"]', value)
    for code, rank in (("a", "2"), ("b", "1"), ("c", "3")):
        page.select_option(f'[name="rank.rank.{code}"]', rank)


def press(page: Any, go: str) -> None:
    page.click(f"button[name=go][value={go}]")
    page.wait_for_load_state()


@pytest.mark.parametrize(
    "page",
    [
        (390, True),
        pytest.param((320, True), marks=pytest.mark.slow),
        pytest.param((1280, True), marks=pytest.mark.slow),
    ],
    indirect=True,
)
def test_every_page_and_question_type_has_no_accessibility_fault(page: Any, address: str) -> None:
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        result = Axe().run(page, options=AXE_RULES)
        faults = [
            f"{item['id']}: {node['html'][:120]}"
            for item in result.response["violations"]
            for node in item["nodes"]
        ]
        if faults:
            found[name] = faults

    page.goto(address)
    look("start")
    page.check("#consent")
    page.click("#go")
    page.wait_for_url("**/p/1")
    look("choices")
    press(page, "next")
    look("choices with faults")
    fill_first_page(page)
    press(page, "next")
    look("fields")
    press(page, "next")
    look("fields with faults")
    fill_second_page(page)
    press(page, "save")
    look("saved")
    page.goto(f"{address}/p/2")
    press(page, "next")
    look("check")
    press(page, "submit")
    look("done")
    for name in ("resume", "withdraw", "help", "nothing/here"):
        page.goto(f"{address}/{name}")
        look(name)
    assert found == {}


@pytest.mark.parametrize("page", [(320, False)], indirect=True)
def test_at_320_pixels_without_scripts_a_visit_succeeds_and_nothing_overflows(
    page: Any, address: str
) -> None:
    page.goto(address)
    page.check("#consent")
    page.click("#go")
    for fill in (fill_first_page, fill_second_page):
        box = page.locator("main").bounding_box()
        assert box["width"] <= 320
        fill(page)
        press(page, "next")
    press(page, "submit")
    assert "答卷已收到" in page.title()


@pytest.mark.parametrize("page", [(320, True), (640, True)], indirect=True)
def test_no_page_scrolls_sideways_at_320_pixels_at_200_percent_zoom_and_with_large_text(
    page: Any, address: str
) -> None:
    width = page.viewport_size["width"]  # 640 is what a window of 1280 has at 200 percent
    page.goto(address)
    page.check("#consent")
    page.click("#go")
    page.wait_for_url("**/p/1")
    for fill in (fill_first_page, fill_second_page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.add_style_tag(content="body{font-size:36px!important}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        fill(page)
        press(page, "next")


def test_the_keyboard_alone_is_enough(page: Any, address: str) -> None:
    page.goto(address)
    keyboard = page.keyboard
    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    while page.evaluate("document.activeElement.id") != "consent":
        keyboard.press("Tab")
    keyboard.press("Space")
    while page.evaluate("document.activeElement.id") != "go":
        keyboard.press("Tab")
    keyboard.press("Enter")
    page.wait_for_url("**/p/1")
    reached = set()
    for _step in range(40):
        keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || document.activeElement.value")
        reached.add(name)
        value = page.evaluate("document.activeElement.value")
        if name in ("single", "lik", "mat.a", "mat.b") or (name, value) == ("multi", "1"):
            keyboard.press("Space")
        elif page.evaluate("document.activeElement.name") == "go":
            keyboard.press("Enter")
            break
    page.wait_for_url("**/p/2")
    assert {"single", "multi", "lik", "mat.a", "mat.b"} <= reached
    typed = {"num": "12", "day.year": "2016", "day.month": "5", "day.day": "1"}
    typed |= {f"rank.rank.{code}": rank for code, rank in (("a", "2"), ("b", "1"), ("c", "3"))}
    while page.evaluate("document.activeElement.value") != "next":
        keyboard.press("Tab")
        keyboard.type(typed.pop(page.evaluate("document.activeElement.name"), ""))
    assert typed == {}
    keyboard.press("Enter")
    page.wait_for_url("**/check")
    while page.evaluate("document.activeElement.value") != "submit":
        keyboard.press("Tab")
    keyboard.press("Enter")
    page.wait_for_url("**/done")


def test_forced_colours_show_what_is_chosen_and_where_the_focus_is(
    browser: Any, address: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, forced_colors="active", bypass_csp=True
    )
    page = context.new_page()
    page.goto(address)
    page.check("#consent")
    page.click("#go")
    page.wait_for_url("**/p/1")
    fill_first_page(page)
    look = "element => getComputedStyle(element).outlineStyle"
    assert page.locator('label[for="f-lik-4"]').evaluate(look) != "none"
    assert page.locator('label[for="f-lik-3"]').evaluate(look) == "none"
    page.focus("#f-lik-3")
    assert page.locator('label[for="f-lik-3"]').evaluate(look) != "none"
    page.focus("button[value=next]")
    assert page.locator("button[value=next]").evaluate(look) != "none"
    result = Axe().run(page, options=AXE_RULES)
    assert [item["id"] for item in result.response["violations"]] == []
    context.close()


def test_the_summary_of_faults_takes_the_focus_and_leads_to_the_field(
    page: Any, address: str
) -> None:
    page.goto(address)
    page.check("#consent")
    page.click("#go")
    page.wait_for_url("**/p/1")
    press(page, "next")
    assert page.evaluate("document.activeElement.id") == "summary"
    page.click("#summary a >> nth=3")
    assert page.evaluate("document.activeElement.id") == "f-mat-a"


def test_scripts_only_help(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_function("document.getElementById('work').value !== ''")
    page.check("#consent")
    page.click("#go")
    page.wait_for_url("**/p/1")
    page.check('[name=multi][value="1"]')
    page.check('[name=multi][value="none"]')
    assert not page.is_checked('[name=multi][value="1"]')
    page.check('[name=multi][value="2"]')
    assert not page.is_checked('[name=multi][value="none"]')
    page.fill('[name="single.other.o"]', "写")
    assert page.is_checked("#f-single-o")


def test_nothing_is_asked_of_another_host(page: Any, address: str) -> None:
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(address)
    page.goto(f"{address}/help")
    assert hosts == {address.split("/")[2]}
