"""Twenty times the server dies while a reviewer writes: nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import review_round
from live_server import free_port
from review_round import SEED
from source_tree import ROOT

from evaluation.config import SESSION_COOKIE
from evaluation.services import access, assignments, reviews
from evaluation.storage.models.account import Account
from evaluation.storage.session import unit_of_work
from sampling.seed import generator

N_KILLS = 20
CODES = ("pass", "fail", "nf")


def _start(port: int, url: str, data_dir: Path) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")])
    environment = {
        **os.environ,
        "HENGPING_DATABASE_URL": url,
        "HENGPING_DATA_DIR": str(data_dir),
        "PYTHONPATH": paths,
    }
    command = [sys.executable, "-m", "uvicorn", "review_server:app", "--port", str(port)]
    return subprocess.Popen(  # noqa: S603 -- our own server
        [*command, "--log-level", "error"], env=environment, cwd=ROOT
    )


def _send(port: int, attempt: int, token: str, item: str, code: str) -> bool:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/review/{attempt}/save",
        data=json.dumps({"answers": {item: {"code": code}}}).encode(),
        headers={
            "content-type": "application/json",
            "x-hengping-form": "1",
            "cookie": f"{SESSION_COOKIE}={token}",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 -- our own
            return bool(json.load(answer)["items"][item]["answer"] == code)
    except (urllib.error.URLError, OSError, ValueError):
        return False


@pytest.mark.soak
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(database: object) -> None:
    built = review_round.build(n_files=4, n_courts=1, n_reviewers=2, n_firms=2)
    review_round.produce_everything(built)
    assignments.assign_round(built.chair, built.round_id)
    actor = built.reviewers[0]
    attempt = reviews.desk(actor, built.round_id)[0].attempt_id
    reviews.attest(actor, attempt)
    view = reviews.open_form(actor, attempt)
    items = [
        code
        for code, state in view.states.items()
        if not state.item.sub_volume
        and state.applies is not False
        and not state.item.time_limits
        and not state.item.all_of
    ]
    with unit_of_work() as session:
        token = access._open_session(session, session.get_one(Account, actor.account_id))
    random = generator(f"{SEED}|kills")
    acknowledged: dict[str, str] = {}
    sent = 0
    port = free_port()
    for _kill in range(N_KILLS):
        server = _start(port, database.url, database.data_dir)  # type: ignore[attr-defined] -- fixture
        delay = 0.05 + float(random.random()) * 0.4
        killer: threading.Timer | None = None
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and server.poll() is None:
            item = items[int(random.integers(len(items)))]
            code = CODES[int(random.integers(3))]
            sent += 1
            before = acknowledged.pop(item, None)
            if _send(port, attempt, token, item, code):
                acknowledged[item] = code
                if killer is None:
                    killer = threading.Timer(delay, server.send_signal, [signal.SIGKILL])
                    killer.start()
            elif before is not None and killer is None:
                acknowledged[item] = before  # the server was not up yet
                time.sleep(0.1)
            elif killer is None:
                time.sleep(0.1)
        if server.poll() is None:
            server.kill()
        assert server.wait(60) == -signal.SIGKILL
        assert killer is not None
    found = reviews.read_form(actor, attempt).answers
    assert len(acknowledged) > 20
    assert {item: str(found[item].code) for item in acknowledged} == acknowledged
