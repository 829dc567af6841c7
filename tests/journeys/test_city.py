"""Through a small city in a real browser: every page, the public draw, a review, a questionnaire,
a report. The tests run in this order; each leaves the city where the next one finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import browsing
import live_server
import pytest
import small_city
from small_city import SmallCity

from evaluation.domain.review import AttemptState
from evaluation.domain.roles import Role
from evaluation.services import draws, frames, reviews
from evaluation.ui.navigation import PAGES

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SEED = "04 11 17 23 29 31 蓝 08 武汉 2017-12-01"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCity]:
    # In a thread of its own: the browser keeps an event loop running in this one.
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(max_workers=1) as thread:
        directory = tmp_path_factory.mktemp("city")
        yield thread.submit(small_city.build, directory, patch).result()


@pytest.fixture(scope="module")
def address(city: SmallCity) -> Iterator[str]:
    with live_server.console(city.data_dir) as running:
        yield running


def _enter(page: Any, address: str, city: SmallCity, login_name: str) -> None:
    browsing.sign_in(page, address, login_name, city.password(login_name))


@pytest.mark.parametrize("viewport", [browsing.DESKTOP, browsing.PHONE], ids=["1440", "390"])
def test_every_page_of_the_chair(
    browser: Any, city: SmallCity, address: str, viewport: dict[str, int]
) -> None:
    wrong: dict[str, list[str]] = {}
    with browsing.visitor(browser, viewport) as (page, hosts):
        _enter(page, address, city, "zuzhang")
        for name in [page.name for page in PAGES if Role.CHAIR in page.roles]:
            browsing.open_page(page, address, name)
            page.locator(".demonstration").wait_for()
            found = browsing.faults(page)
            if found:
                wrong[name] = found
    assert wrong == {}
    assert hosts == set()


PUBLIC_PAGES = ["/open/", "/open/reports", "/open/draws", "/login"]


@pytest.mark.parametrize("viewport", [browsing.DESKTOP, browsing.PHONE], ids=["1440", "390"])
def test_public_pages_work_without_scripts(
    browser: Any, address: str, viewport: dict[str, int]
) -> None:
    wrong: dict[str, list[str]] = {}
    with browsing.visitor(browser, viewport, java_script_enabled=False) as (page, hosts):
        for path in PUBLIC_PAGES:
            answer = page.goto(address + path)
            found = browsing.still_faults(page)
            if answer.status != 200:
                found.append(f"status {answer.status}")
            if found:
                wrong[path] = found
    assert wrong == {}
    assert hosts == set()


def test_freeze_and_draw_in_the_projector_view(browser: Any, city: SmallCity, address: str) -> None:
    with browsing.visitor(browser, browsing.DESKTOP) as (page, hosts):
        _enter(page, address, city, "mishu")
        browsing.open_page(page, address, "draw")
        page.get_by_role("button", name="冻结抽样框").click()
        page.get_by_text("抽样框 SHA-256 哈希值", exact=True).wait_for(timeout=60_000)
        browsing.settle(page)
        frame = frames.list_frames(city.made.panel.secretary, city.midterm)[0]
        shown = re.sub(r"\s", "", browsing.visible_text(page))
        assert frame.sha256 in shown
        page.get_by_text("投影显示（大字）").click()
        browsing.settle(page)
        assert browsing.faults(page) == []
        page.get_by_label("种子（至少20个字符；只能输入一次）").fill(SEED)
        page.get_by_label(re.compile("在场见证人")).fill("公证员、媒体记者")
        page.get_by_text("种子是在哈希值公布之后当众给出的").click()
        page.get_by_role("button", name="抽样", exact=True).click()
        page.get_by_text("证书 SHA-256", exact=True).wait_for(timeout=60_000)
        browsing.settle(page)
        assert browsing.faults(page) == []
        assert hosts == set()
    drawn = draws.of_frame(city.made.panel.secretary, frame.id)
    assert drawn.seed == SEED


def test_review_form_by_keyboard(browser: Any, city: SmallCity, address: str) -> None:
    small_city.assign_files(city)
    reviewer = city.made.panel.reviewers[0]
    with browsing.visitor(browser, browsing.DESKTOP) as (page, hosts):
        _enter(page, address, city, "pingcha1")
        browsing.open_page(page, address, "my_reviews")
        page.get_by_role("button", name=re.compile("^继续评查")).click()
        page.get_by_text("逐案声明").wait_for()
        browsing.settle(page)
        page.get_by_text(re.compile("^本人确认对样本")).click()
        page.get_by_role("button", name="声明并打开案卷").click()
        form = page.locator(".rf")
        form.wait_for(timeout=30_000)
        form.focus()
        page.keyboard.press("]")  # from the header of the file to the first part with items
        for _item in range(3):
            page.keyboard.press("1")
            page.wait_for_timeout(200)
        form.locator(".item.done").nth(2).wait_for(timeout=20_000)
        page.get_by_text("已全部保存").wait_for(timeout=20_000)
        assert browsing.faults(page) == []
        open_line = next(
            line for line in reviews.desk(reviewer, city.midterm) if line.state is AttemptState.OPEN
        )
        assert open_line.n_answered >= 3
        page.reload()
        form.locator(".item.done").nth(2).wait_for(timeout=30_000)
        assert hosts == set()


def test_questionnaire_on_a_phone_without_scripts(
    browser: Any, city: SmallCity, address: str
) -> None:
    with browsing.visitor(browser, browsing.PHONE, java_script_enabled=False) as (page, hosts):
        page.goto(address + city.survey_path)
        assert browsing.still_faults(page) == []
        for box in page.locator('form input[type="checkbox"]').all():
            box.check()
        page.locator("form button.button").first.click()
        if page.get_by_role(
            "heading", name="请再点一次"
        ).count():  # whoever is quick is asked again
            page.wait_for_timeout(6000)
            page.get_by_role("button", name="开始填写").click()
        for _page in range(40):
            assert browsing.still_faults(page) == []
            if page.get_by_role("heading", name="核对答案").count():
                break
            _answer_page(page)
            page.locator('button[value="next"]').click()
        page.locator('button[value="submit"]').click()
        assert "回执码" in browsing.visible_text(page)
        assert page.locator(".code").inner_text().strip()
        assert browsing.still_faults(page) == []
        assert hosts == set()


def _answer_page(page: Any) -> None:
    """Choose the first option of every question that has some; leave free text empty."""
    done: set[str] = set()
    for box in page.locator("main input[type=radio]").all():
        name = str(box.get_attribute("name"))
        if name not in done:
            done.add(name)
            box.check()
    for box in page.locator("main fieldset input[type=checkbox]").all():
        name = str(box.get_attribute("name"))
        if name not in done:
            done.add(name)
            box.check()


def test_published_report_is_downloaded(
    browser: Any, city: SmallCity, address: str, tmp_path: Path
) -> None:
    with browsing.visitor(browser, browsing.PHONE) as (page, hosts):
        page.goto(f"{address}/open/reports")
        with page.expect_download() as waiting:
            page.locator('a[href$=".pdf"]').first.click()
        target = tmp_path / "report.pdf"
        waiting.value.save_as(target)
        assert target.read_bytes()[:5] == b"%PDF-"
        assert hosts == set()
