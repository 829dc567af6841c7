"""Packets: out, back, twice, tampered, in conflict, somebody else's."""

from __future__ import annotations

import io
import zipfile

import pytest
import review_round
from openpyxl import Workbook, load_workbook
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


LOCKED = {
    "A1": "别的样本",
    "B1": "HP-0-0000000000",
    "C1": "旁注",
    "D3": "理由",
    "A5": "debtor_type_x",
    "D5": "写在锁定的单元格里",
    "H40": "旁边的一列",
    "B300": "表下面的一行",
    "AZ9": "很远的一列",
    "A9999": "很远的一行",
}


def test_every_locked_cell_is_watched(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    line, content = _issued(built)
    name = line.sample_number
    for where, text in LOCKED.items():
        book = load_workbook(io.BytesIO(content))
        book[name][where].value = text
        book[name].cell(_row(book[name], "P1-01"), 3).value = "符合"
        with pytest.raises(InvalidInput) as caught:
            offline.take_back(actor, _bytes(book))
        named = [fault.where for fault in caught.value.faults]
        assert f"{name}!{where}" in named or where in ("AZ9", "A9999")
        assert all(place.startswith(f"{name}!") for place in named)
    assert reviews.read_form(actor, line.attempt_id).answers == {}


def test_sheets_added_renamed_and_explanations_changed_are_refused(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    line, content = _issued(built)
    for change in ("add", "rename", "explain", "beside"):
        book = load_workbook(io.BytesIO(content))
        if change == "add":
            book.create_sheet("另一张")
        elif change == "rename":
            book[line.sample_number].title = "改名"
        else:
            book["说明"]["A4" if change == "explain" else "C2"].value = "改过的说明"
        with pytest.raises(InvalidInput) as caught:
            offline.take_back(actor, _bytes(book))
        assert caught.value.faults[0].where in {"工作表", "说明!A4", "说明!C2"}


def _period(sheet: object, n: int, *texts: str) -> None:
    for column, text in enumerate(texts, start=3):
        sheet.cell(_row(sheet, f"excluded_periods:{n}"), column).value = text  # type: ignore[attr-defined] -- openpyxl


def test_periods_that_do_not_count_go_out_and_come_back(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    line = reviews.desk(actor, built.round_id)[0]
    reviews.attest(actor, line.attempt_id)
    reviews.open_form(actor, line.attempt_id)
    online = {"start": "2016-03-01", "end": "2016-04-01", "reason": "settlement", "page": "12"}
    reviews.save_entries(actor, line.attempt_id, {"excluded_periods": [online]})
    content = offline.issue(actor, built.round_id)[1]
    book = load_workbook(io.BytesIO(content))
    sheet = book[line.sample_number]
    row = _row(sheet, "excluded_periods:1")
    assert [sheet.cell(row, column).value for column in range(3, 7)] == [
        "2016-03-01",
        "2016-04-01",
        "12",
        "达成执行和解",
    ]
    rules = {
        (str(cell), rule.type, rule.formula1)
        for rule in sheet.data_validations.dataValidation
        for cell in rule.sqref.ranges
    }
    assert any(f"F{row}" in cells and "达成执行和解" in text for cells, _kind, text in rules)
    assert any(f"C{row}" in cells and kind == "textLength" for cells, kind, _text in rules)
    _period(sheet, 4, "20160501", "2016-5-20", "30", "审计、评估")  # rows between stay empty
    done = offline.take_back(actor, _bytes(book))
    assert (done.n_taken, done.conflicts) == (1, [])
    second = {
        "start": "2016-05-01",
        "end": "2016-05-20",
        "reason": "audit_or_appraisal",
        "page": "30",
    }
    assert reviews.read_form(actor, line.attempt_id).entries["excluded_periods"] == [online, second]
    revision = reviews.read_form(actor, line.attempt_id).revision
    assert offline.take_back(actor, _bytes(load_workbook(io.BytesIO(_bytes(book))))).n_taken == 0
    assert reviews.read_form(actor, line.attempt_id).revision == revision


def test_wrong_periods_name_the_cell(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    line, content = _issued(built)
    book = load_workbook(io.BytesIO(content))
    sheet = book[line.sample_number]
    _period(sheet, 1, "20160501", "20160401", "", "审计、评估")
    _period(sheet, 2, "五月一日", "20160520", "", "休假")
    _period(sheet, 3, "18990101", "20160520", "", "审计、评估")
    with pytest.raises(InvalidInput) as caught:
        offline.take_back(actor, _bytes(book))
    one, two = (_row(sheet, f"excluded_periods:{n}") for n in (1, 2))
    name = line.sample_number
    assert {fault.where for fault in caught.value.faults} == {
        f"{name}!D{one}",
        f"{name}!C{two}",
        f"{name}!F{two}",
    }
    assert "excluded_periods" not in reviews.read_form(actor, line.attempt_id).entries
    _period(sheet, 1, "20160301", "20160401", "", "审计、评估")
    _period(sheet, 2, "", "", "", "")
    with pytest.raises(InvalidInput) as caught:
        offline.take_back(actor, _bytes(book))
    assert [fault.where for fault in caught.value.faults] == [f"{name}!C{one}"]


def test_periods_changed_on_both_sides_are_shown_field_by_field(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    line, content = _issued(built)
    online = {"start": "2016-03-01", "end": "2016-04-01", "reason": "settlement", "page": "12"}
    reviews.save_entries(actor, line.attempt_id, {"excluded_periods": [online]})
    book = load_workbook(io.BytesIO(content))
    _period(book[line.sample_number], 1, "20160301", "20160415", "12", "达成执行和解")
    done = offline.take_back(actor, _bytes(book))
    conflict = done.conflicts[0]
    assert (done.n_taken, conflict.title) == (0, "不计入办案期限的期间")
    assert [(f.title, f.current, f.returned) for f in conflict.fields if f.differs] == [
        ("第1段 截止日", "2016-04-01", "2016-04-15")
    ]
    assert reviews.read_form(actor, line.attempt_id).entries["excluded_periods"] == [online]
    offline.resolve(actor, done.return_id, 0, take_returned=True)
    assert reviews.read_form(actor, line.attempt_id).entries["excluded_periods"] == [
        {**online, "end": "2016-04-15"}
    ]


def test_the_particular_of_an_item_comes_back(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    line, content = _issued(built)
    checklist = reviews.read_form(actor, line.attempt_id).checklist
    item = next(item for item in checklist.items() if item.options and not item.sub_volume)
    book = load_workbook(io.BytesIO(content))
    sheet = book[line.sample_number]
    row = _row(sheet, item.code)
    sheet.cell(row, 3).value, sheet.cell(row, 7).value = "符合", item.options[0]
    assert not sheet.cell(row, 7).protection.locked
    assert offline.take_back(actor, _bytes(book)).n_taken == 1
    answer = reviews.read_form(actor, line.attempt_id).answers[item.code]
    assert answer == ItemAnswer(AnswerCode.PASS, option=item.options[0])


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
        f"{line.sample_number}!C{_row(sheet, 'P1-02')}",
        f"{line.sample_number}!C{_row(sheet, 'filed_on')}",
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
    assert [
        (c.unit, f.title, f.issued, f.current, f.returned) for c in done.conflicts for f in c.fields
    ] == [
        ("P1-01", "答案", "", "符合", "不符合"),
        ("P1-02", "答案", "", "符合", "不符合"),
    ]
    assert done.conflicts[0].title.startswith("P1-01 是否审查")
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


def _with_part(content: bytes, name: str, body: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return stream.getvalue()


def test_macros_bombs_and_other_workbooks_are_refused(built: ReviewRound) -> None:
    actor = built.reviewers[0]
    line, content = _issued(built)
    other = Workbook()
    other.active["A1"] = "别的工作簿"
    for bad in (
        _with_part(content, "xl/vbaProject.bin", b"macro"),
        _with_part(content, "xl/media/zero.bin", bytes(60_000_000)),
        _bytes(other),
        content + bytes(20_000_001),
    ):
        with pytest.raises(InvalidInput):
            offline.take_back(actor, bad)
    foreign = load_workbook(io.BytesIO(content))
    foreign["说明"]["A2"].value = "编号：HP-1-0000000000"
    with pytest.raises(NotFound):
        offline.take_back(actor, _bytes(foreign))
    assert reviews.read_form(actor, line.attempt_id).answers == {}


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused(built: ReviewRound, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        offline.take_back(built.reviewers[0], content)
