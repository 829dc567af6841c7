"""Thirty reviewers at once: how fast the page answers a click while all of them work.

``python bench/review.py [reviewers] [seconds] [pause]``. The real application runs in a process of
its own on SQLite, console and saving address together. Each reviewer opens a file over the
console's socket once in ten minutes, and answers item after item through the address that the
form uses, with a pause of ``pause`` seconds on average between two answers (6.6 seconds are 91
items in ten minutes). A click is answered when the settled state of the whole form is back, which
is what the form draws.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

FOLDER = Path(tempfile.mkdtemp())
os.environ["HENGPING_DATA_DIR"] = str(FOLDER)
os.environ.pop("HENGPING_DATABASE_URL", None)

import review_round  # noqa: E402 -- the path and the data directory come first
import websockets  # noqa: E402 -- as above
from live_server import console  # noqa: E402 -- as above
from streamlit.proto.BackMsg_pb2 import BackMsg  # noqa: E402 -- as above
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg  # noqa: E402 -- as above

from evaluation.config import SESSION_COOKIE  # noqa: E402 -- as above
from evaluation.services import access, assignments, reviews  # noqa: E402 -- as above
from evaluation.storage import schema, session  # noqa: E402 -- as above
from evaluation.storage.models.account import Account  # noqa: E402 -- as above
from evaluation.storage.session import unit_of_work  # noqa: E402 -- as above

CODES = ("pass", "fail", "nf")
TARGET_MS = 300.0
FILE_SECONDS = 600.0


def build(n_reviewers: int) -> tuple[list[tuple[str, list[int]]], list[str]]:
    """Build a round with open files; return token and attempts of each reviewer, and items."""
    schema.upgrade(session.engine())
    built = review_round.build(2 * n_reviewers, 6, n_reviewers, 20, "0.1")
    review_round.produce_everything(built)
    assignments.assign_round(built.chair, built.round_id)
    people, items = [], []
    for actor in built.reviewers:
        numbers = []
        for line in reviews.desk(actor, built.round_id)[:2]:
            reviews.attest(actor, line.attempt_id)
            view = reviews.open_form(actor, line.attempt_id)
            reviews.save_entries(actor, line.attempt_id, review_round.all_entries(view))
            numbers.append(line.attempt_id)
        items = [
            code
            for code, state in view.states.items()
            if not state.item.sub_volume and not state.item.time_limits and not state.item.all_of
        ]
        with unit_of_work() as unit:
            token = access._open_session(unit, unit.get_one(Account, actor.account_id))
        people.append((token, numbers))
    return people, items


class Reviewer:
    """One person with a connection that is kept open."""

    def __init__(self, port: int, token: str, numbers: list[int], items: list[str]) -> None:
        self.port, self.cookie = port, f"{SESSION_COOKIE}={token}"
        self.numbers, self.items = numbers, items
        self.clicks: list[float] = []
        self.opened: list[float] = []
        self.failures = 0

    async def open_page(self, number: int) -> None:
        """Open a file as the console does: a socket, one run of the page."""
        begun = time.perf_counter()
        address = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        headers = {"Cookie": self.cookie, "Origin": f"http://127.0.0.1:{self.port}"}
        async with websockets.connect(
            address, additional_headers=headers, subprotocols=["streamlit"], max_size=None
        ) as socket:
            ask = BackMsg()
            ask.rerun_script.query_string = f"attempt={number}"
            ask.rerun_script.page_name = "review_form"
            await socket.send(ask.SerializeToString())
            async for raw in socket:
                message = ForwardMsg.FromString(raw)
                if message.WhichOneof("type") == "script_finished":
                    break
        self.opened.append(time.perf_counter() - begun)

    async def work(self, until: float, pause: float, rng: random.Random) -> None:
        """Answer one file, and open the next if its turn falls into the time measured."""
        await asyncio.sleep(rng.random() * pause)
        await self._connect()
        turn = time.perf_counter() + rng.random() * FILE_SECONDS
        number = self.numbers[0]
        while time.perf_counter() < until:
            await asyncio.sleep(rng.expovariate(1 / pause))
            if time.perf_counter() > turn:
                turn, number = until + 1, self.numbers[-1]
                await self.open_page(number)
            await self._click(number, rng)
        self.writer.close()

    async def _connect(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)

    async def _send(self, request: bytes) -> str:
        self.writer.write(request)
        return (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()

    async def _click(self, number: int, rng: random.Random) -> None:
        answer = {"answers": {rng.choice(self.items): {"code": rng.choice(CODES)}}}
        body = json.dumps(answer).encode()
        head = (
            f"POST /review/{number}/save HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Cookie: {self.cookie}\r\nContent-Type: application/json\r\nX-Hengping-Form: 1\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        begun = time.perf_counter()
        try:
            answer_head = await self._send(head.encode() + body)
        except (ConnectionError, asyncio.IncompleteReadError):
            await self._connect()  # the server closes a connection that rests; browsers try again
            answer_head = await self._send(head.encode() + body)
        length = int(answer_head.split("content-length:")[1].split("\r\n")[0])
        await self.reader.readexactly(length)
        self.clicks.append(time.perf_counter() - begun)
        self.failures += " 200 " not in answer_head.split("\r\n")[0]


def server_seconds() -> float:
    """Return the processor time of the server, from the kernel."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    ticks = 0
    for child in children:
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def quantile(values: list[float], share: float) -> float:
    """Return a quantile in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def measure(
    port: int, people: list[tuple[str, list[int]]], items: list[str], plan: tuple[float, float]
) -> list[Reviewer]:
    """Let everybody work for the planned seconds."""
    seconds, pause = plan
    crowd = [Reviewer(port, token, numbers, items) for token, numbers in people]
    until = time.perf_counter() + seconds
    await asyncio.gather(*(one.work(until, pause, random.Random(n)) for n, one in enumerate(crowd)))
    return crowd


def main() -> None:
    """Build, run, print."""
    given = [float(text) for text in sys.argv[1:]]
    n_reviewers = int(given[0]) if given else 30
    seconds = given[1] if len(given) > 1 else 120.0
    pause = given[2] if len(given) > 2 else 6.6
    people, items = build(n_reviewers)
    with console(FOLDER) as address:
        port = int(address.rpartition(":")[2])
        warm = Reviewer(port, *people[0], items)
        asyncio.run(warm.open_page(people[0][1][0]))
        before = server_seconds()
        crowd = asyncio.run(measure(port, people, items, (seconds, pause)))
        used = server_seconds() - before
    clicks = [value for one in crowd for value in one.clicks]
    opened = [value for one in crowd for value in one.opened]
    failures = sum(one.failures for one in crowd)
    late = sum(1000 * value > TARGET_MS for value in clicks)
    print(f"{n_reviewers} reviewers, {seconds:g} s, a click every {pause:g} s each")
    for name, values in (("click", clicks), ("opening a file", opened)):
        shown = "  ".join(
            f"p{share * 100:g} {quantile(values, share):.0f}" for share in (0.5, 0.95, 0.99)
        )
        print(f"{name}: {len(values)} times, ms: {shown}  most {1000 * max(values):.0f}")
    load = os.getloadavg()[0]
    print(f"processor time of the server: {used:.1f} s, {100 * used / seconds:.0f} % of one core")
    print(f"over {TARGET_MS:g} ms: {late} of {len(clicks)}; refused: {failures}; load {load:.1f}")


if __name__ == "__main__":
    main()
