"""A new installation in a real browser: first account, sign out, sign in, every page empty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import browsing
import live_server
import pytest

from evaluation.ui.navigation import PAGES

LOGIN, PASSWORD = "zuzhang", "first-start-2018"


@pytest.mark.browser
def test_first_account_signs_in_and_sees_the_console(browser: Any, tmp_path: Path) -> None:
    with (
        live_server.console(tmp_path / "data") as address,
        browsing.visitor(browser, browsing.DESKTOP) as (page, hosts),
    ):
        page.goto(address)
        assert page.url.endswith("/start")
        assert browsing.faults(page) == []
        browsing.make_first_account(page, address, LOGIN, PASSWORD)
        assert "王评估 · 评估组长" in browsing.visible_text(page)
        assert browsing.faults(page) == []
        page.goto(f"{address}/logout")
        page.fill("#login_name", LOGIN)
        page.fill("#password", "wrong-password")
        page.click('button[type="submit"]')
        assert "登录名或密码" in browsing.visible_text(page)
        browsing.sign_in(page, address, LOGIN, PASSWORD)
        assert hosts == set()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("viewport", [browsing.DESKTOP, browsing.PHONE], ids=["1440", "390"])
def test_every_page_opens_on_an_empty_installation(
    browser: Any, tmp_path: Path, viewport: dict[str, int]
) -> None:
    wrong: dict[str, list[str]] = {}
    with (
        live_server.console(tmp_path / "data") as address,
        browsing.visitor(browser, viewport) as (page, hosts),
    ):
        browsing.make_first_account(page, address, LOGIN, PASSWORD)
        for name in [page.name for page in PAGES]:
            browsing.open_page(page, address, name)
            found = browsing.faults(page)
            if found:
                wrong[name] = found
        assert hosts == set()
    assert wrong == {}
