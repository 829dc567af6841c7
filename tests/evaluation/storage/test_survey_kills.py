"""Ten thousand people hand in while connections are cut and the server is killed ten times.

Nothing that was acknowledged may be lost, nobody may count twice, no quota may be overrun. Drafts
are put into the database beforehand, so that all requests are submissions.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import insert, select

from evaluation import clock
from evaluation.config import settings
from evaluation.domain.roles import SYSTEM
from evaluation.services import public_surveys
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from evaluation.storage.models.survey import SurveyDraft, SurveyLedger, SurveyResponse
from evaluation.storage.session import engine, reading
from evaluation.web.surveys import web_settings
from sampling.seed import generator
from surveys import access
from surveys.answers import Answer, AnswerSet
from surveys.loader import loads
from surveys.store import ChannelKind, Quota
from surveys.web.security import FormTokens
from surveys.web.session import Draft

SECRET = "kill test secret 0123456789abcdef"
ROOT = Path(__file__).parents[3]
QUESTIONNAIRE = loads("""
format: 1
code: KL
title: 压力测试
sections:
  - code: s
    title: 问题
    questions:
      - {code: mark, type: number, text: 编号？, required: true}
      - {code: word, type: text, length: long, text: 说明？}
""")
CUT_SHARE = 0.05
N_PARALLEL = 60


@dataclass
class Person:
    """One respondent with a finished draft."""

    number: int
    code: str
    body: bytes
    is_acknowledged: bool = False
    is_refused: bool = False


@dataclass
class Crowd:
    """Everybody, and what went wrong on the way."""

    port: int
    channel: str
    people: list[Person]
    n_cut: int = 0
    n_broken: int = 0
    statuses: dict[int, int] = field(default_factory=dict)


def make_people(channel: str, n: int) -> list[Person]:
    today = clock.today()
    tokens = FormTokens(web_settings(settings()))
    people, rows = [], []
    for number in range(n):
        code = access.new_resume_code()
        answers = AnswerSet({"mark": Answer(number), "word": Answer("意见" * 40)})
        draft = Draft(answers, "zh", int(time.time()) - 300, 2)
        content = {"channel": channel, "draft": draft.to_json()}
        rows.append(
            {
                "id": access.draft_id(code),
                "sealed": access.seal(access.draft_key(code), content),
                "expires_on": today.replace(year=today.year + 1),
            }
        )
        token = tokens.issue(channel, "check", access.draft_id(code), clock.now())
        body = urlencode({"form": token, "go": "submit"}).encode()
        people.append(Person(number, code, body))
    with engine().begin() as connection:
        connection.execute(insert(SurveyDraft), rows)
    return people


def quiet_port() -> int:
    """Find a free port that the kernel gives to no client.

    Ten thousand connections use up half of the ephemeral ports. Somebody who then calls a port of
    that range while the server is down may be given that very port to call from: he is connected
    with himself, waits a minute for his own answer, and keeps the server from coming back.
    """
    for port in range(20_000 + os.getpid() % 5_000, 32_000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                with suppress(OSError):
                    probe.bind(("127.0.0.1", port))
                    return port
    raise AssertionError("no free port")


class Server:
    """The public surveys in a process of their own, killed and started again."""

    def __init__(self, url: str, data_dir: Path, port: int) -> None:
        self.port = port
        environment = {
            **os.environ,
            "HENGPING_DATABASE_URL": url,
            "HENGPING_DATA_DIR": str(data_dir),
            "HENGPING_SECRET_KEY": SECRET,
            "PYTHONPATH": str(ROOT),
        }
        self.parent = subprocess.Popen(  # noqa: S603 -- our own script
            [sys.executable, str(ROOT / "tests" / "support" / "survey_server.py"), str(port)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.child = 0

    def start(self) -> None:
        assert self.parent.stdin
        assert self.parent.stdout
        self.parent.stdin.write("start\n")
        self.parent.stdin.flush()
        self.child = int(self.parent.stdout.readline())
        for _ in range(2400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        os.kill(self.child, signal.SIGKILL)
        while Path(f"/proc/{self.child}").exists():
            time.sleep(0.01)

    def close(self) -> None:
        self.kill()
        self.parent.communicate()


async def hand_in(crowd: Crowd, person: Person, is_cut: bool) -> None:
    """Send one submission; cut the line before the answer if told so."""
    head = (
        f"POST /s/{crowd.channel}/check HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"X-Forwarded-For: 10.{person.number >> 8 & 255}.{person.number & 255}.1\r\n"
        f"Cookie: hp_{crowd.channel}={person.code}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(person.body)}\r\n\r\n"
    ).encode()
    writer = None
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", crowd.port)
        writer.write(head + person.body)
        await writer.drain()
        if is_cut:
            crowd.n_cut += 1
            writer.transport.abort()
            return
        answer = await asyncio.wait_for(reader.read(), 60)
    except (TimeoutError, OSError):
        crowd.n_broken += 1
        await asyncio.sleep(0.1)
        return
    finally:
        if writer is not None:
            writer.close()
    if not answer:
        crowd.n_broken += 1
        return
    status = int(answer[9:12])
    crowd.statuses[status] = crowd.statuses.get(status, 0) + 1
    location = next((x for x in answer.split(b"\r\n") if x.lower().startswith(b"location:")), b"")
    if status == 303 and location.endswith(b"/done"):
        person.is_acknowledged = True
    elif status == 200 and "名额已满".encode() in answer:
        person.is_refused = True
    elif status == 200 and "请先开始填写".encode() in answer:
        person.is_refused = True  # the place was refused, the draft deleted, the answer cut off


async def everybody(crowd: Crowd, server: Server, n_kills: int) -> None:
    random = generator("who is cut off, and when the server dies")
    waiting = list(crowd.people)
    settled = 0

    async def worker() -> None:
        nonlocal settled
        while waiting:
            person = waiting.pop(0)
            await hand_in(crowd, person, bool(random.random() < CUT_SHARE))
            if person.is_acknowledged or person.is_refused:
                settled += 1
            else:
                waiting.append(person)

    async def killer() -> None:
        for kill in range(1, n_kills + 1):
            while settled < len(crowd.people) * kill / (n_kills + 1):
                await asyncio.sleep(0.02)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)

    await asyncio.gather(killer(), *(worker() for _ in range(N_PARALLEL)))


@pytest.mark.slow
def test_ten_thousand_hand_in_through_cuts_and_kills(
    database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    n, n_kills, limit = int(os.environ.get("HP_TEST_RESPONDENTS", "10000")), 10, 0.97
    monkeypatch.setenv("HENGPING_SECRET_KEY", SECRET)
    settings.cache_clear()
    survey = public_surveys.publish(SYSTEM, QUESTIONNAIRE, SurveyPlan(None, "评估团", "027"))
    quota = Quota("total", "总数", int(n * limit))
    channel = public_surveys.open_channel(
        SYSTEM, survey, ChannelPlan(ChannelKind.OPEN, "海报", quotas=(quota,))
    )
    port = quiet_port()
    crowd = Crowd(port, channel.code, make_people(channel.code, n))
    server = Server(database.url, database.data_dir, port)
    server.start()
    try:
        asyncio.run(everybody(crowd, server, n_kills))
    finally:
        server.close()
    public_surveys.close_survey(SYSTEM, survey)

    assert set(crowd.statuses) <= {200, 303}
    assert crowd.n_cut > n * CUT_SHARE / 2
    assert crowd.n_broken > 0
    with reading() as session:
        rows = session.execute(select(SurveyResponse.receipt_hash, SurveyResponse.answers)).all()
        ledger = session.scalars(select(SurveyLedger)).one()
    kept = {row[0]: row[1]["mark"]["value"] for row in rows}
    secret = settings().resolved_secret_key()
    receipts = {
        p.number: access.receipt_hash(access.receipt_code(secret, p.code)) for p in crowd.people
    }
    lost = [p.number for p in crowd.people if p.is_acknowledged and receipts[p.number] not in kept]
    assert lost == []
    assert all(receipts[number] == receipt for receipt, number in kept.items())
    assert len(set(kept.values())) == len(rows)
    assert len(rows) == quota.limit == ledger.taken["total"] == ledger.counts["accepted"]
    assert sum(p.is_acknowledged for p in crowd.people) == quota.limit
