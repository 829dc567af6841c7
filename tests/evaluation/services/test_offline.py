"""Packets: out, back, twice, tampered, in conflict, somebody else's."""

from __future__ import annotations

import io

import pytest
import review_round
from openpyxl import load_workbook
from review_round import ReviewRound

from evaluation.domain.review import AnswerCode, ItemAnswer
from evaluation.errors import InvalidInput, NotFound, WrongState
from evaluation.services import assignments, offline, reviews


@pytest.fixture
def built(database: object) -> ReviewRound:
    made = review_round.build(n_files=6, n_courts=1, n_reviewers=3, n_firms=3)
    review_round.produce_everything(made)
    assignments.assign_round(made.chair, made.round_id)
    return made


def _row(sheet: object, code: str) -> int:
    return next(cell.row for cell in sheet["A"] if cell.value == code)  # type: ignore[index] -- openpyxl


def _bytes(book: object) -> bytes:
    stream = io.BytesIO()
    book.save(stream)  # type: ignore[attr-defined] -- openpyxl
    return stream.getvalue()


def _issued(built: ReviewRound) -> tuple[reviews.DeskLine, bytes]:
    actor = built.reviewers[0]
    with pytest.raises(WrongState):
        offline.issue(actor, built.round_id)
    line = reviews.desk(actor, built.round_id)[0]
    reviews.attest(actor, line.attempt_id)
    return line, offline.issue(actor, built.round_id)[1]


def test_a_packet_comes_back_once_and_a_second_time_changes_nothing(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    line, content = _issued(built)
    book = load_workbook(io.BytesIO(content))
    sheet = book[line.sample_number]
    assert sheet.protection.sheet
    assert not sheet.cell(_row(sheet, "P1-01"), 3).protection.locked
    assert sheet.cell(_row(sheet, "P1-01"), 2).protection.locked
    sheet.cell(_row(sheet, "P1-01"), 3).value = "不符合"
    sheet.cell(_row(sheet, "P1-01"), 5).value = "23"
    sheet.cell(_row(sheet, "P1-03"), 3).value = "不适用"
    sheet.cell(_row(sheet, "P1-03"), 4).value = "案件没有该情形"
    sheet.cell(_row(sheet, "assigned_on"), 3).value = "20160310"
    sheet.cell(_row(sheet, "claim_type"), 3).value = "金钱给付"
    sheet.cell(_row(sheet, "circumstance:seized"), 3).value = "没有"
    returned = _bytes(book)
    first = offline.take_back(actor, returned)
    assert (first.is_repeated, first.n_taken, first.conflicts) == (False, 5, [])
    view = reviews.read_form(actor, line.attempt_id)
    assert view.answers["P1-01"] == ItemAnswer(AnswerCode.FAIL, page="23")
    assert view.answers["P1-03"].na_reason == "no_fact"
    assert view.entries["assigned_on"] == "2016-03-10"
    assert view.entries["claim_type"] == "money"
    assert view.entries["circumstance:seized"] is False
    again = offline.take_back(actor, returned)
    assert again.is_repeated
    assert reviews.read_form(actor, line.attempt_id).revision == view.revision
    resaved = offline.take_back(actor, _bytes(load_workbook(io.BytesIO(returned))))
    assert (resaved.n_taken, resaved.conflicts) == (0, [])


def test_a_tampered_packet_is_refused_with_the_cell_named(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    line, content = _issued(built)
    book = load_workbook(io.BytesIO(content))
    sheet = book[line.sample_number]
    row = _row(sheet, "P2-01")
    sheet.cell(row, 2).value = "改过的项目"
    sheet.cell(_row(sheet, "P1-01"), 3).value = "符合"
    sheet.cell(_row(sheet, "P1-02"), 6).value = "=1+1"
    with pytest.raises(InvalidInput) as caught:
        offline.take_back(actor, _bytes(book))
    assert [fault.where for fault in caught.value.faults] == [
        f"{line.sample_number}!F{_row(sheet, 'P1-02')}",
        f"{line.sample_number}!B{row}",
    ]
    assert reviews.read_form(actor, line.attempt_id).answers == {}


def test_wrong_values_take_nothing_and_name_the_place(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    line, content = _issued(built)
    book = load_workbook(io.BytesIO(content))
    sheet = book[line.sample_number]
    sheet.cell(_row(sheet, "P1-01"), 3).value = "符合"
    sheet.cell(_row(sheet, "P1-02"), 3).value = "大概符合"
    sheet.cell(_row(sheet, "filed_on"), 3).value = "20161399"
    with pytest.raises(InvalidInput) as caught:
        offline.take_back(actor, _bytes(book))
    assert {fault.where for fault in caught.value.faults} == {
        f"{line.sample_number} P1-02",
        f"{line.sample_number} filed_on",
    }
    assert reviews.read_form(actor, line.attempt_id).answers == {}


def test_what_changed_on_both_sides_is_shown_and_decided(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    line, content = _issued(built)
    reviews.save_answer(actor, line.attempt_id, "P1-01", ItemAnswer(AnswerCode.PASS))
    reviews.save_answer(actor, line.attempt_id, "P1-02", ItemAnswer(AnswerCode.PASS))
    book = load_workbook(io.BytesIO(content))
    sheet = book[line.sample_number]
    for code in ("P1-01", "P1-02"):
        sheet.cell(_row(sheet, code), 3).value = "不符合"
    sheet.cell(_row(sheet, "P1-08"), 3).value = "符合"
    done = offline.take_back(actor, _bytes(book))
    assert done.n_taken == 1
    assert [(c.field, c.current, c.returned) for c in done.conflicts] == [
        ("P1-01", "符合", "不符合"),
        ("P1-02", "符合", "不符合"),
    ]
    assert reviews.read_form(actor, line.attempt_id).answers["P1-01"].code is AnswerCode.PASS
    offline.resolve(actor, done.return_id, 0, take_returned=True)
    offline.resolve(actor, done.return_id, 1, take_returned=False)
    answers = reviews.read_form(actor, line.attempt_id).answers
    assert [answers[code].code for code in ("P1-01", "P1-02")] == [
        AnswerCode.FAIL,
        AnswerCode.PASS,
    ]
    assert offline.open_conflicts(actor, built.round_id) == []
    with pytest.raises(NotFound):
        offline.resolve(actor, done.return_id, 0, take_returned=False)


def test_another_persons_packet_is_not_found(built: ReviewRound) -> None:
    _line, content = _issued(built)
    with pytest.raises(NotFound):
        offline.take_back(built.reviewers[1], content)


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused(built: ReviewRound, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        offline.take_back(built.reviewers[0], content)
