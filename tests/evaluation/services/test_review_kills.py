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
from typing import Any

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


class Servers:
    """One server after the other on the same port, each killed in its turn."""

    def __init__(self, port: int, url: str, data_dir: Path) -> None:
        environment = {
            **os.environ,
            "HENGPING_DATABASE_URL": url,
            "HENGPING_DATA_DIR": str(data_dir),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "support")]),
        }
        self.parent = subprocess.Popen(  # noqa: S603 -- our own server
            [sys.executable, str(ROOT / "tests" / "support" / "review_server.py"), str(port)],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self) -> int:
        """Start a server; return its process number."""
        assert self.parent.stdin is not None
        self.parent.stdin.write("\n")
        self.parent.stdin.flush()
        return int(self._line())

    def end(self) -> int:
        """Return how the server ended."""
        return int(self._line())

    def _line(self) -> str:
        assert self.parent.stdout is not None
        return self.parent.stdout.readline()

    def close(self) -> None:
        """Stop the process that starts servers."""
        self.parent.kill()
        self.parent.wait()
        for stream in (self.parent.stdin, self.parent.stdout):
            if stream is not None:
                stream.close()


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


class Killer:
    """Kills one server a moment after it was told to."""

    def __init__(self, number: int, delay: float) -> None:
        self.is_done = threading.Event()
        self._timer = threading.Timer(delay, self._kill, [number])
        self._timer.start()

    def _kill(self, number: int) -> None:
        os.kill(number, signal.SIGKILL)
        self.is_done.set()


def _items(view: reviews.FormView) -> list[str]:
    return [
        code
        for code, state in view.states.items()
        if not state.item.sub_volume
        and state.applies is not False
        and not state.item.time_limits
        and not state.item.all_of
    ]


@pytest.mark.slow
@pytest.mark.alone
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(database: Any) -> None:
    built = review_round.build(n_files=4, n_courts=1, n_reviewers=2, n_firms=2)
    review_round.produce_everything(built)
    assignments.assign_round(built.chair, built.round_id)
    actor = built.reviewers[0]
    attempt = reviews.desk(actor, built.round_id)[0].attempt_id
    reviews.attest(actor, attempt)
    items = _items(reviews.open_form(actor, attempt))
    with unit_of_work() as session:
        token = access._open_session(session, session.get_one(Account, actor.account_id))
    random = generator(f"{SEED}|kills")
    acknowledged: dict[str, str] = {}
    port, n_acknowledged = free_port(), 0
    servers = Servers(port, database.url, database.data_dir)
    try:
        for _kill in range(N_KILLS):
            number, killer = servers.start(), None
            delay = 0.05 + float(random.random()) * 0.4
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline and not (killer and killer.is_done.is_set()):
                item = items[int(random.integers(len(items)))]
                code = CODES[int(random.integers(3))]
                before = acknowledged.pop(item, None)
                if _send(port, attempt, token, item, code):
                    acknowledged[item] = code
                    n_acknowledged += 1
                    killer = killer or Killer(number, delay)
                elif killer is None:
                    if before is not None:
                        acknowledged[item] = before  # the server was not up yet
                    time.sleep(0.05)
            assert servers.end() == -signal.SIGKILL
    finally:
        servers.close()
    found = reviews.read_form(actor, attempt).answers
    print(f"{database.dialect}: {N_KILLS} kills, {n_acknowledged} answers acknowledged")  # noqa: T201 -- a measurement
    assert len(acknowledged) > 20
    assert {item: str(found[item].code) for item in acknowledged} == acknowledged
