"""A secretary, a reviewer and an adjudicator at work in a real browser.

The secretary assigns and prints, the reviewer reads a file from declaration to handing in by keys
alone, the adjudicator settles what two readers disagree on.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
import review_round
from browsing import DESKTOP, settle, visitor
from live_server import console
from review_round import ReviewRound
from sqlalchemy import select

from evaluation.config import SESSION_COOKIE
from evaluation.domain.review import AnswerCode, ItemAnswer, Reading
from evaluation.domain.roles import Actor
from evaluation.services import (
    access,
    adjudication_pairs,
    review_attempts,
    review_submission,
    reviews,
)
from evaluation.storage.models.account import Account
from evaluation.storage.models.review import ReviewAttempt
from evaluation.storage.session import reading, unit_of_work

pytestmark = [pytest.mark.slow, pytest.mark.browser]

#: Keys and choices that a practised reader needs for a file; a person presses one in two seconds.
MOST_KEYS = 250


def _cookie(actor: Actor, address: str) -> dict[str, str]:
    with unit_of_work() as session:
        token = access._open_session(session, session.get_one(Account, actor.account_id))
    return {"name": SESSION_COOKIE, "value": token, "url": address}


def _open(page: Any, address: str, actor: Actor, name: str) -> None:
    page.set_default_timeout(120_000)
    page.context.add_cookies([_cookie(actor, address)])
    page.goto(f"{address}/{name}")
    page.wait_for_selector("h1")
    settle(page)


def _saved(page: Any) -> None:
    page.locator(".rf .saved").filter(has_text="已全部保存").wait_for()


class Keyboard:
    """The page's keyboard, counting what is pressed."""

    def __init__(self, page: Any) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str, times: int = 1) -> None:
        for _time in range(times):
            self.page.keyboard.press(key)
            self.pressed += 1


#: How often the arrow goes down in each choice of the header, to the option that is meant.
HEADER_STEPS = (1, 1, 1, 1, 1, 2)


def _fill_by_keyboard(page: Any) -> int:
    """Fill a whole file by keys alone; return how many were pressed."""
    form, keys = page.locator(".rf"), Keyboard(page)
    keys.press("f")  # to the first field of the part
    for number, steps in enumerate(HEADER_STEPS):
        if number:
            keys.press("Tab")
        keys.press("ArrowDown", steps)
    keys.press("Escape")
    for _part in range(10):
        keys.press("]")
        keys.press("x")
        _saved(page)
        for _step in range(40):
            if form.locator('nav button[aria-current="true"] .done').count():
                break
            now = form.locator(".item.now")
            keys.press("5" if now.get_by_text("副卷").count() else "1")
            _saved(page)
    return keys.pressed


def test_secretary_reviewer_and_adjudicator(database: Any, browser: Any) -> None:
    if database.dialect != "sqlite":
        pytest.skip("the console of this test stands on SQLite")
    built = review_round.build(n_files=4, n_courts=1, n_reviewers=4, n_firms=4, double_share="1")
    review_round.produce_everything(built)
    with console(database.data_dir) as address:
        with visitor(browser, DESKTOP) as (page, _hosts):
            _secretary_assigns_and_prints(page, address, built)
        with visitor(browser, DESKTOP) as (page, _hosts):
            _reviewer_reads_a_file(page, address, built)
        adjudicator, case_file_id = _dispute(built)
        with visitor(browser, DESKTOP) as (page, _hosts):
            _adjudicator_settles_it(page, address, built, adjudicator)
    _three_records_stand(case_file_id)


def _secretary_assigns_and_prints(page: Any, address: str, built: ReviewRound) -> None:
    _open(page, address, built.secretary, "assignments")
    page.get_by_role("button", name="比对回避并分派").click()
    page.get_by_text("新分派8份次").wait_for()
    page.get_by_text("湖北第1律师事务所").first.wait_for()
    _open(page, address, built.secretary, "case_files")
    link = page.get_by_role("link", name="调卷清单（PDF）")
    link.wait_for()
    paper = page.request.get(address + str(link.get_attribute("href")))
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
    _open(page, address, built.secretary, "review_form")
    assert page.get_by_text("执行依据类型").count() == 0


def _reviewer_reads_a_file(page: Any, address: str, built: ReviewRound) -> None:
    actor = built.reviewers[0]
    _open(page, address, actor, "my_reviews")
    page.get_by_role("button", name="继续评查").click()
    page.get_by_text("本人确认对样本").click()
    settle(page)
    page.get_by_role("button", name="声明并打开案卷").click()
    page.locator(".rf .bar").wait_for()
    _answer_without_network(page, actor, built.round_id)
    begun = time.monotonic()
    pressed = _fill_by_keyboard(page)
    took = time.monotonic() - begun
    print(f"a whole file: {pressed} keys, {took:.0f} s")  # noqa: T201 -- a measurement
    assert pressed <= MOST_KEYS
    assert took < 600
    page.reload()  # a closed tab loses nothing
    page.locator(".rf .bar").get_by_text("已填完，可以提交").wait_for()
    page.get_by_role("button", name="提交评查").click()
    page.get_by_text("法院的认定").wait_for()
    states = [str(line.state) for line in reviews.desk(actor, built.round_id)]
    assert states.count("submitted") == 1


def _answer_without_network(page: Any, actor: Actor, round_id: int) -> None:
    """An answer given while the network is down is kept and sent when it is back."""
    line = next(line for line in reviews.desk(actor, round_id) if str(line.state) == "open")
    page.keyboard.press("]")
    page.context.set_offline(True)
    page.keyboard.press("1")
    page.locator(".rf .saved").filter(has_text="正在重试").wait_for()
    assert "P1-01" not in reviews.read_form(actor, line.attempt_id).answers
    page.context.set_offline(False)
    _saved(page)
    assert reviews.read_form(actor, line.attempt_id).answers["P1-01"].code is AnswerCode.PASS
    page.keyboard.press("[")


def _dispute(built: ReviewRound) -> tuple[Actor, int]:
    """Let the others read the rest, one of them differently; appoint who settles one file."""
    for n, actor in enumerate(built.reviewers):
        for line in reviews.desk(actor, built.round_id):
            if str(line.state) != "submitted":
                reviews.attest(actor, line.attempt_id)
                review_round.fill(actor, line.attempt_id, submit=False)
                if n == 1:
                    wrong = ItemAnswer(AnswerCode.FAIL, page="3")
                    reviews.save_answer(actor, line.attempt_id, "P1-01", wrong)
                review_submission.submit(actor, line.attempt_id)
    people = {actor.account_id: actor for actor in [*built.reviewers, built.chair]}
    for pair in adjudication_pairs.list_pairs(built.chair, built.round_id):
        if pair.n_disputed:
            eligible = adjudication_pairs.eligible_adjudicators(built.chair, pair.case_file_id)
            chosen = people[eligible[0][0]]
            adjudication_pairs.appoint(built.chair, pair.case_file_id, chosen.account_id)
            return chosen, pair.case_file_id
    raise AssertionError("nobody disagreed")


def _adjudicator_settles_it(page: Any, address: str, built: ReviewRound, actor: Actor) -> None:
    _open(page, address, actor, "adjudication")
    page.get_by_role("button", name="声明没有利害关系并打开").click()
    page.get_by_role("radiogroup", name="裁定").first.wait_for()
    settle(page)
    for number in range(page.get_by_role("radiogroup", name="裁定").count()):
        group = page.get_by_role("radiogroup", name="裁定").nth(number)
        group.get_by_text("案卷未见", exact=True).click()
        settle(page)
    page.get_by_role("button", name="提交裁定").click()
    for _second in range(120):
        own = adjudication_pairs.own_adjudications(actor, built.round_id)
        if [str(pair.state) for pair in own] == ["submitted"]:
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"the adjudication was not handed in: {own}")


def _three_records_stand(case_file_id: int) -> None:
    with reading() as session:
        rows = session.scalars(
            select(ReviewAttempt).where(
                ReviewAttempt.case_file_id == case_file_id, ReviewAttempt.is_live.is_(True)
            )
        ).all()
        codes = {
            row.reading: review_attempts.answers_in(session, row.id)["P1-01"].code for row in rows
        }
    assert codes.pop(Reading.ADJUDICATION) is AnswerCode.NOT_IN_FILE
    assert set(codes.values()) == {AnswerCode.PASS, AnswerCode.FAIL}
