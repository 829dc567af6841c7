"""A reviewer, an adjudicator and the secretary at work in a real browser."""

from __future__ import annotations

import time
from typing import Any

import pytest
import review_round
from browsing import DESKTOP, settle, visitor
from live_server import console
from review_round import ReviewRound

from evaluation.config import SESSION_COOKIE
from evaluation.domain.review import AnswerCode, ItemAnswer
from evaluation.domain.roles import Actor
from evaluation.services import access, adjudication_pairs, assignments, review_submission, reviews
from evaluation.storage.models.account import Account
from evaluation.storage.session import unit_of_work

pytestmark = [pytest.mark.soak, pytest.mark.browser]


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


def _fill_by_keyboard(page: Any) -> None:
    form = page.locator(".rf")
    for label, value in (
        ("执行依据类型", "civil_judgment"),
        ("被执行人类型", "natural_person"),
        ("标的类型", "money"),
        ("评查员认定有无财产可供执行", "yes"),
        ("定性", "completed"),
        ("是否经批准延长期限", "no"),
    ):
        form.locator("label.f").filter(has_text=label).locator("select").select_option(value)
    page.keyboard.press("Escape")
    for _part in range(10):
        page.keyboard.press("]")
        page.keyboard.press("x")
        _saved(page)
        for _step in range(40):
            if form.locator('nav button[aria-current="true"] .done').count():
                break
            now = form.locator(".item.now")
            page.keyboard.press("5" if now.get_by_text("副卷").count() else "1")
            page.wait_for_timeout(20)
            _saved(page)


def test_reviewer_secretary_and_adjudicator(database: Any, browser: Any) -> None:
    if database.dialect != "sqlite":
        pytest.skip("the console of this test stands on SQLite")
    built = review_round.build(n_files=4, n_courts=1, n_reviewers=4, n_firms=4, double_share="1")
    review_round.produce_everything(built)
    assignments.assign_round(built.chair, built.round_id)
    with console(database.data_dir) as address:
        with visitor(browser, DESKTOP) as (page, _hosts):
            _secretary_sees_the_lists(page, address, built)
        with visitor(browser, DESKTOP) as (page, _hosts):
            _reviewer_reads_a_file(page, address, built)
        with visitor(browser, DESKTOP) as (page, _hosts):
            _chair_settles_a_dispute(page, address, built)


def _secretary_sees_the_lists(page: Any, address: str, built: ReviewRound) -> None:
    _open(page, address, built.secretary, "case_files")
    page.get_by_text("调卷清单（PDF）").wait_for()
    _open(page, address, built.secretary, "assignments")
    page.get_by_text("湖北第1律师事务所").first.wait_for()
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
    begun = time.monotonic()
    _fill_by_keyboard(page)
    assert time.monotonic() - begun < 600
    page.reload()  # a closed tab loses nothing
    page.locator(".rf .bar").get_by_text("已填完，可以提交").wait_for()
    page.get_by_role("button", name="提交评查").click()
    page.get_by_text("法院的认定").wait_for()
    states = [str(line.state) for line in reviews.desk(actor, built.round_id)]
    assert states.count("submitted") == 1


def _chair_settles_a_dispute(page: Any, address: str, built: ReviewRound) -> None:
    for n, actor in enumerate(built.reviewers):
        for line in reviews.desk(actor, built.round_id):
            if str(line.state) != "submitted":
                reviews.attest(actor, line.attempt_id)
                review_round.fill(actor, line.attempt_id, submit=False)
                if n == 1:
                    wrong = ItemAnswer(AnswerCode.FAIL, page="3")
                    reviews.save_answer(actor, line.attempt_id, "P1-01", wrong)
                review_submission.submit(actor, line.attempt_id)
    disputed = [
        pair
        for pair in adjudication_pairs.list_pairs(built.chair, built.round_id)
        if pair.n_disputed
    ]
    adjudication_pairs.appoint(built.chair, disputed[0].case_file_id, built.chair.account_id)
    _open(page, address, built.chair, "adjudication")
    page.get_by_role("button", name="声明没有利害关系并打开").click()
    page.get_by_role("radiogroup", name="裁定").first.wait_for()
    settle(page)
    for group in page.get_by_role("radiogroup", name="裁定").all():
        group.locator("label", has_text="符合").first.click()
        settle(page)
    page.get_by_role("button", name="提交裁定").click()
    for _second in range(120):
        own = adjudication_pairs.own_adjudications(built.chair, built.round_id)
        if [str(pair.state) for pair in own] == ["submitted"]:
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"the adjudication was not handed in: {own}")
