"""The address that saves answers: whose request, whose file, what comes back."""

from __future__ import annotations

from typing import Any

import pytest
import review_round
from review_round import ReviewRound
from review_server import app
from starlette.testclient import TestClient

from evaluation.config import SESSION_COOKIE
from evaluation.domain.review import AnswerCode
from evaluation.services import access, assignments, reviews
from evaluation.storage.models.account import Account
from evaluation.storage.session import unit_of_work

HEADERS = {"x-hengping-form": "1"}


@pytest.fixture
def built(database: object) -> ReviewRound:
    made = review_round.build(n_files=6, n_courts=1, n_reviewers=3, n_firms=3)
    review_round.produce_everything(made)
    assignments.assign_round(made.chair, made.round_id)
    return made


def _client(built: ReviewRound, n: int) -> TestClient:
    with unit_of_work() as session:
        account = session.get_one(Account, built.reviewers[n].account_id)
        token = access._open_session(session, account)
    return TestClient(app, cookies={SESSION_COOKIE: token})


def _opened(built: ReviewRound) -> int:
    line = reviews.desk(built.reviewers[0], built.round_id)[0]
    reviews.attest(built.reviewers[0], line.attempt_id)
    reviews.open_form(built.reviewers[0], line.attempt_id)
    return line.attempt_id


def _answer(code: str, **more: str) -> dict[str, Any]:
    return {"answers": {"P1-01": {"code": code, **more}}}


def test_an_answer_is_saved_and_the_settled_state_comes_back(built: ReviewRound) -> None:
    attempt, client = _opened(built), _client(built, 0)
    said = client.post(f"/review/{attempt}/save", json=_answer("fail", page="7"), headers=HEADERS)
    assert said.status_code == 200
    assert said.json()["items"]["P1-01"]["answer"] == "fail"
    said = client.post(
        f"/review/{attempt}/save", json={"entries": {"circumstance:seized": False}}, headers=HEADERS
    )
    assert said.json()["items"]["P3-02"]["applies"] is False
    view = reviews.read_form(built.reviewers[0], attempt)
    assert view.answers["P1-01"].code is AnswerCode.FAIL
    assert client.get(f"/review/{attempt}/state").json()["revision"] == view.revision


def test_what_is_wrong_is_said_in_a_sentence(built: ReviewRound) -> None:
    attempt, client = _opened(built), _client(built, 0)
    for content in (
        _answer("na"),
        _answer("maybe"),
        {"answers": {"P1-01": 3}},
        {},
        {"entries": {"x": 1}},
    ):
        said = client.post(f"/review/{attempt}/save", json=content, headers=HEADERS)
        assert said.status_code == 422
        assert said.json()["problem"]
    for raw in (b"", b"[1]", b"{"):
        said = client.post(
            f"/review/{attempt}/save",
            content=raw,
            headers={**HEADERS, "content-type": "application/json"},
        )
        assert said.status_code == 400
    big = client.post(f"/review/{attempt}/save", json={"x": "y" * 70_000}, headers=HEADERS)
    assert big.status_code == 400


def test_a_request_that_is_not_from_the_form_is_refused(built: ReviewRound) -> None:
    attempt, client = _opened(built), _client(built, 0)
    address, content = f"/review/{attempt}/save", _answer("pass")
    assert client.post(address, json=content).status_code == 403
    foreign = {**HEADERS, "origin": "https://example.org"}
    assert client.post(address, json=content, headers=foreign).status_code == 403
    plain = {**HEADERS, "content-type": "text/plain"}
    assert client.post(address, content="{}", headers=plain).status_code == 403
    assert TestClient(app).post(address, json=content, headers=HEADERS).status_code == 401
    assert reviews.read_form(built.reviewers[0], attempt).answers == {}


def test_guessed_numbers_lead_nowhere(built: ReviewRound) -> None:
    attempt, other = _opened(built), _client(built, 1)
    for number in range(attempt + 12):
        own = {line.attempt_id for line in reviews.desk(built.reviewers[1], built.round_id)}
        if number in own:
            continue
        said = other.post(f"/review/{number}/save", json=_answer("pass"), headers=HEADERS)
        assert said.status_code == 404
        assert other.get(f"/review/{number}/state").status_code == 404


def test_packets_and_papers_ask_who_is_there(built: ReviewRound) -> None:
    _opened(built)
    own = _client(built, 0).get(f"/review/packet/{built.round_id}.xlsx")
    assert own.status_code == 200
    assert own.content[:2] == b"PK"
    nothing = _client(built, 1).get(f"/review/packet/{built.round_id}.xlsx")
    assert nothing.status_code == 422
    paper = _client(built, 0).get(f"/case-files/{built.round_id}/1/pull-list.pdf")
    assert paper.status_code == 403
