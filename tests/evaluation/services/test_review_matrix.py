"""Everything there is, asked by a reviewer with guessed numbers: nothing of others comes back.

Every public service and every mounted address is tried; what is added later is tried as well.
"""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import review_matrix
from review_matrix import MarkedRound, foreign_state, seen
from role_matrix import service_functions
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from evaluation.config import SESSION_COOKIE
from evaluation.domain.case_file import FrameError
from evaluation.domain.recusal import FindingStatus, Level
from evaluation.domain.review import AnswerCode, ItemAnswer
from evaluation.errors import EvaluationError
from evaluation.services import access, review_submission, reviews
from evaluation.storage.models.account import Account
from evaluation.storage.session import unit_of_work
from evaluation.web.routes import routes

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

#: What is passed for parameters that are no numbers of rows.
OTHERS: dict[str, list[Any]] = {
    "answer": [ItemAnswer(AnswerCode.FAIL)],
    "answers": [{"P1-02": ItemAnswer(AnswerCode.FAIL)}],
    "code": ["x"],
    "error": [FrameError.DUPLICATE],
    "item_code": ["P1-01"],
    "kind": ["pull-list", "receipt"],
    "level": [Level.C],
    "note": ["一个说明"],
    "position": [0],
    "reason": ["一个足够长的理由"],
    "return_id": [1],
    "seniors": [[]],
    "status": [FindingStatus.WAIVED],
    "step": ["request"],
    "take_returned": [True],
    "values": [{"claim_type": "act"}],
    "entries": [{"claim_type": "act"}],
}
#: Ends the asker's own reading, which later calls need; tried apart, on readings of others only.
LAST = ("review_submission.report_conflict", "review_submission.submit")
NUMBER = re.compile(r"\{(\w+)(?::int)?\}")


@pytest.fixture
def marked(database: object) -> MarkedRound:
    return review_matrix.build()


def _arguments(function: Callable[..., object], marked: MarkedRound) -> Iterator[dict[str, object]]:
    names = [
        name
        for name, one in inspect.signature(function).parameters.items()
        if one.default is inspect.Parameter.empty and name != "actor"
    ]
    known = {**OTHERS, **marked.numbers, "content": [marked.foreign_packet]}
    default = [1] if len(names) < 3 else [None]
    choices = [known.get(name, default if name.endswith("_id") else [None]) for name in names]
    for values in itertools.islice(itertools.product(*choices), 400):
        yield dict(zip(names, values, strict=True))


def _answer(function: Callable[..., object], marked: MarkedRound, values: dict) -> object:
    try:
        found = function(marked.asker, **values)
        return list(found) if inspect.isgenerator(found) else found
    except EvaluationError as refusal:
        return f"{refusal}{refusal.faults}"
    except Exception:
        return None  # nonsense arguments of other areas fail in their own ways


def test_no_service_tells_a_reviewer_what_others_wrote(marked: MarkedRound) -> None:
    before, n_calls, told = foreign_state(marked.asker), 0, set()
    leaks: dict[str, set[str]] = {}
    for name, function in service_functions():
        if name in LAST or name.startswith(("backup.", "jobs.")):
            continue
        for values in _arguments(function, marked):
            found = _answer(function, marked, values)
            n_calls += 1
            told |= seen(found, marked.allowed)
            if leaked := seen(found, marked.forbidden):
                leaks.setdefault(name, set()).update(leaked)
    assert leaks == {}
    assert n_calls > 500
    assert told  # one's own marks are found, so marks would be found
    for attempt_id in before:
        for call in (
            lambda n=attempt_id: review_submission.submit(marked.asker, n),
            lambda n=attempt_id: review_submission.report_conflict(
                marked.asker, n, Level.A, "有关"
            ),
        ):
            with pytest.raises(EvaluationError):
                call()
    after = foreign_state(marked.asker)
    assert {number: after[number] for number in before} == before


def _client(marked: MarkedRound, app: Starlette) -> TestClient:
    with unit_of_work() as session:
        account = session.get_one(Account, marked.asker.account_id)
        token = access._open_session(session, account)
    return TestClient(
        app, cookies={SESSION_COOKIE: token}, raise_server_exceptions=False, follow_redirects=False
    )


def _addresses(path: str, marked: MarkedRound) -> Iterator[str]:
    kinds = ["pull-list", "labels", "receipt", "pdf", "html", "xlsx", "csv", "json"]
    names = NUMBER.findall(path)
    choices = [kinds if name == "kind" else marked.numbers.get(name, [1, 2]) for name in names]
    for values in itertools.product(*choices):
        address = path
        for name, value in zip(names, values, strict=True):
            address = re.sub(rf"\{{{name}(:int)?\}}", str(value), address)
        yield address


def test_no_address_tells_a_reviewer_what_others_wrote(marked: MarkedRound) -> None:
    before = foreign_state(marked.asker)
    client = _client(marked, Starlette(routes=routes()))
    leaks, asked, told = set(), 0, set()
    for route in routes():
        if not isinstance(route, Route) or route.path in ("/logout", "/start"):
            continue
        for address in _addresses(route.path, marked):
            if "GET" in (route.methods or ()):
                said = client.get(address)
            else:
                said = client.post(
                    address,
                    json={"entries": {"claim_type": "act"}, "answers": {"P1-02": {"code": "fail"}}},
                    headers={"x-hengping-form": "1"},
                )
            asked += 1
            told |= seen(said.content, marked.allowed)
            if seen(said.content, marked.forbidden):
                leaks.add(address)
            if address.startswith("/case-files/"):
                assert said.status_code == 403
    assert leaks == set()
    assert asked > 60
    assert told
    after = foreign_state(marked.asker)
    assert {number: after[number] for number in before} == before
    own = {line.attempt_id for line in reviews.desk(marked.asker, marked.built.round_id)}
    for number in set(marked.numbers["attempt_id"]) - own:  # the recused one among them
        assert client.get(f"/review/{number}/state").status_code == 404
    assert client.get(f"/review/packet/{marked.built.round_id}.xlsx").status_code == 200
