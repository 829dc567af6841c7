"""The page where a reader repeats any draw: the three methods in a real browser."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from evaluation.web import public
from sampling import certificate, freezing, selection
from sampling.design import Method, equal
from sampling.frame import from_units
from tests.sampling.test_stand_alone import MOMENT, SEED, frozen_with, proof_of


@pytest.fixture
def address(database: object) -> Iterator[str]:
    if database.dialect != "sqlite":
        pytest.skip("pages do not know the database")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(public.app, port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def _files(method: Method, folder: Path) -> certificate.Certificate:
    if method is not Method.STRATIFIED:
        proof = proof_of(method, frozen_with(method, folder))
    else:
        units = [(f"{number:04d}", "甲" if number % 3 else "乙") for number in range(200)]
        frozen = freezing.freeze(from_units(units), folder / "frame.csv")
        drawn = selection.draw(frozen, equal("甲乙", 9, reserve_size=2), SEED)
        proof = certificate.issue(drawn, frozen, certificate.Ceremony(MOMENT, MOMENT, MOMENT))
    (folder / "certificate.json").write_text(certificate.dump(proof), encoding="utf-8")
    header, *lines = (folder / "frame.csv").read_text(encoding="utf-8").splitlines()
    (folder / "shuffled.csv").write_text("\r\n".join([header, *lines[::-1]]), encoding="utf-8")
    return proof


def _answer(page, certificate_file: Path, frame: Path) -> str:
    page.set_input_files("#certificate-file", str(certificate_file))
    page.set_input_files("#frame-file", str(frame))
    page.evaluate("document.getElementById('whole-result').textContent = ''")
    page.click("#check-whole")
    page.wait_for_selector("#whole-result p")
    return str(page.inner_text("#whole-result"))


@pytest.mark.browser
@pytest.mark.parametrize("method", list(Method))
def test_every_method_repeats_in_the_browser(address, browser, method, tmp_path: Path) -> None:
    proof = _files(method, tmp_path)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    try:
        page = context.new_page()
        page.goto(f"{address}/open/draws/check")
        text = _answer(page, tmp_path / "certificate.json", tmp_path / "shuffled.csv")
        assert f"完全一致，件数：{len(proof['units'])}" in text
        assert "名单与冻结时一致" in text
        assert "✗" not in text
        published = certificate.dump(certificate.public(proof))
        (tmp_path / "published.json").write_text(published, encoding="utf-8")
        text = _answer(page, tmp_path / "published.json", tmp_path / "shuffled.csv")
        assert f"完全一致，件数：{len(proof['units'])}" in text
        proof["units"][2]["ticket"] = "0" * 64
        (tmp_path / "wrong.json").write_text(json.dumps(proof), encoding="utf-8")
        text = _answer(page, tmp_path / "wrong.json", tmp_path / "frame.csv")
        assert "重做的结果与证书不同，处数：1" in text
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    finally:
        context.close()
