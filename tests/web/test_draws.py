"""Draws in public: what pages show, what they never show, and a draw repeated in a real browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
import register_round
import uvicorn
from register_round import SEED, RegisterRound
from starlette.testclient import TestClient

from evaluation.services import draws, frames
from evaluation.web import public


@pytest.fixture
def built(database: object) -> RegisterRound:
    if database.dialect != "sqlite":
        pytest.skip("pages do not know the database")
    return register_round.build()


@pytest.fixture
def client(built: RegisterRound) -> Iterator[TestClient]:
    with TestClient(public.app) as running:
        yield running


def test_pages_before_freezing_after_freezing_and_after_the_draw(
    built: RegisterRound, client: TestClient
) -> None:
    assert "还没有冻结的名单" in client.get("/open/draws").text
    frame = register_round.frozen(built)
    page = client.get("/open/draws")
    assert frame.sha256 in page.text
    assert "尚未给出" in page.text
    drawn = draws.draw(built.secretary, frame.id, SEED, witnesses=["公证员"])
    for address in ("/open/draws", f"/open/draws/{drawn.id}", "/open/draws/check"):
        page = client.get(address)
        assert page.status_code == 200
        html5lib.HTMLParser(strict=True).parse(page.text)
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "执" not in page.text.replace("（2016）鄂0102执123号", "").replace("执行", "")
    detail = client.get(f"/open/draws/{drawn.id}").text
    assert SEED in detail
    assert "公证员" in detail


def test_the_public_certificate_has_no_identifiers(
    built: RegisterRound, client: TestClient
) -> None:
    drawn = register_round.drawn(built)
    proof = client.get(f"/open/draws/{drawn.id}/certificate.json").json()
    assert len(proof["units"]) == 18
    assert not any("unit_id" in unit for unit in proof["units"])
    assert client.get("/open/draws/99").status_code == 404
    assert client.get("/open/draws/99/certificate.json").status_code == 404


def test_the_stand_alone_program_is_there(client: TestClient) -> None:
    script = client.get("/open/draws/verify_draw.py")
    assert script.status_code == 200
    assert len(script.text.splitlines()) <= 40


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1440])
def test_the_browser_repeats_the_draw(
    built: RegisterRound, browser, tmp_path: Path, width: int
) -> None:
    drawn = register_round.drawn(built)
    name, content = frames.frame_file(built.secretary, drawn.frame_id)
    whole, changed = tmp_path / name, tmp_path / "changed.csv"
    lines = content.decode().splitlines()
    whole.write_text("\n".join([lines[0], *lines[:0:-1]]) + "\r\n", encoding="utf-8")
    changed.write_text("\n".join([*lines[:-1], lines[-1] + "x"]), encoding="utf-8")
    sampled = draws.list_units(built.secretary, drawn.id)[0]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    config = uvicorn.Config(public.app, port=port, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    try:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/open/draws/{drawn.id}")
        page.set_input_files("#frame-file", str(whole))
        page.click("#check-whole")
        page.wait_for_selector("#whole-result p")
        text = page.inner_text("#whole-result")
        assert "名单与冻结时一致" in text
        assert "完全一致，件数：18" in text
        assert "✗" not in text
        page.fill("#unit", sampled.unit_id)
        page.click("#check-one")
        page.wait_for_selector("#one-result p")
        assert "在样本中" in page.inner_text("#one-result")
        assert sampled.ticket in page.inner_text("#one-result")
        page.set_input_files("#frame-file", str(changed))
        page.click("#check-whole")
        page.wait_for_selector("#whole-result p.bad")
        assert "名单与冻结时不一致" in page.inner_text("#whole-result")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        context.close()
        server.should_exit = True
        thread.join(10)
