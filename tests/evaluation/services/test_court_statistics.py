"""Court statistics, indicators, scores and frozen results through the services."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest

from evaluation.analysis.results import ResultKind, ResultSet
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.roles import Actor, Role
from evaluation.errors import InvalidInput, NotAllowed, NotFound, WrongState
from evaluation.services import court_statistics, rounds
from evaluation.services.court_return_reader import ReturnDraft
from evaluation.services.results import freeze
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.session import reading, unit_of_work
from tests.support import statistics_round as made

pytestmark = pytest.mark.usefixtures("database")


def _draft(**changes: str) -> ReturnDraft:
    first, last = made.whole_year()
    return ReturnDraft("0102", first, last, made.figures(0) | changes, where="江岸区")


def test_an_impossible_value_is_refused_with_its_rule_and_nothing_is_saved() -> None:
    round_id = made.open_round()
    with pytest.raises(InvalidInput) as refused:
        court_statistics.save_return(
            made.SECRETARY, round_id, _draft(closed_completed="999", disclosure_items_done="999999")
        )
    assert {fault.code for fault in refused.value.faults} >= {"completed_in_closed", "disclosure"}
    assert "执行完毕" in str(refused.value.faults[0])
    assert court_statistics.list_returns(made.CHAIR, round_id) == []


def test_a_suspicious_value_is_taken_and_flagged() -> None:
    round_id = made.open_round()
    flags = court_statistics.save_return(
        made.SECRETARY, round_id, _draft(acts_revoked_or_changed="0")
    )
    assert [flag.code for flag in flags] == ["zero_revocation"]
    (view,) = court_statistics.list_returns(made.CHAIR, round_id)
    assert view.figures["applied_amount_closed"] == 1000 * 86000 * 100
    assert view.flags[0].code == "zero_revocation"


def test_a_figure_that_is_no_count_is_refused() -> None:
    round_id = made.open_round()
    for text in ("-3", "12.5", "很多", "1e99", "nan", "inf"):
        with pytest.raises(InvalidInput):
            court_statistics.save_return(made.SECRETARY, round_id, _draft(filed_cases=text))


def test_a_liaison_reports_the_own_court_only() -> None:
    round_id = made.open_round()
    own = Actor(9, "联络员", frozenset({Role.COURT_LIAISON}), court_code="0102")
    court_statistics.save_return(own, round_id, _draft())
    other = Actor(10, "联络员", frozenset({Role.COURT_LIAISON}), court_code="0103")
    with pytest.raises(NotAllowed):
        court_statistics.save_return(other, round_id, _draft())
    assert court_statistics.list_returns(other, round_id) == []
    with pytest.raises(NotAllowed):
        court_statistics.save_return(made.ANALYST, round_id, _draft())


def test_a_workbook_made_from_the_template_is_taken_whole_or_not_at_all() -> None:
    round_id = made.open_round()
    book = openpyxl.load_workbook(io.BytesIO(court_statistics.template(made.SECRETARY, round_id)))
    sheet = book.worksheets[0]
    framework = rounds.framework_of(made.CHAIR, round_id)
    codes = [field.code for field in framework.data_fields]
    for row in range(2, sheet.max_row + 1):
        for column, code in enumerate(codes, start=5):
            sheet.cell(row, column).value = made.figures(row).get(code)
    good = io.BytesIO()
    book.save(good)
    n_courts = sheet.max_row - 1
    sheet.cell(3, 5 + codes.index("closed_completed")).value = "99999"
    sheet.cell(4, 5 + codes.index("filed_cases")).value = "很多"
    bad = io.BytesIO()
    book.save(bad)
    with pytest.raises(InvalidInput) as refused:
        court_statistics.import_returns(made.SECRETARY, round_id, bad.getvalue(), "统计.xlsx")
    assert len(refused.value.faults) >= 2
    assert court_statistics.list_returns(made.CHAIR, round_id) == []
    court_statistics.import_returns(made.SECRETARY, round_id, good.getvalue(), "统计.xlsx")
    assert len(court_statistics.list_returns(made.CHAIR, round_id)) == n_courts
    court_statistics.import_returns(made.SECRETARY, round_id, good.getvalue(), "统计.xlsx")
    assert len(court_statistics.list_returns(made.CHAIR, round_id)) == n_courts


def test_wrong_tables_name_every_fault() -> None:
    round_id = made.open_round()
    content = "法院代码,结案总数（件）,神秘列\n0102,5,1\n".encode()
    with pytest.raises(InvalidInput) as refused:
        court_statistics.import_returns(made.SECRETARY, round_id, content, "a.csv")
    assert "神秘列" in str(refused.value.faults[0])
    content = "法院代码,期间起,结案总数（件）\n0999,2016-01-01,5\n0102,2016-13-01,5\n".encode()
    with pytest.raises(InvalidInput) as refused:
        court_statistics.import_returns(made.SECRETARY, round_id, content, "a.csv")
    assert [fault.code for fault in refused.value.faults] == ["court", "date"]


def test_results_are_frozen_with_indicators_total_grade_and_milestones() -> None:
    round_id = made.open_round()
    made.fill(round_id)
    with pytest.raises(WrongState):
        freeze.freeze(made.CHAIR, round_id)
    with unit_of_work() as session:
        row = session.get(EvaluationRound, round_id)
        assert row is not None
        row.state = RoundState.FROZEN
    view = freeze.freeze(made.ANALYST, round_id)
    found = freeze.results_in_force(made.CHAIR, round_id)
    assert found.sha256 == view.sha256
    assert ResultSet.from_json(found.to_json()).sha256 == view.sha256
    i7 = found["indicator.I7.city"]
    assert i7.kind is ResultKind.REPORTED
    assert i7.numerator is not None
    assert i7.denominator is not None
    assert i7.value == pytest.approx(i7.numerator / i7.denominator)
    total = found["score.total.city"]
    parts = sum(value.value or 0 for value in found.under("score.contribution"))
    assert total.value == pytest.approx(parts)
    assert total.status == "trial"
    assert found["score.grade.city"].status == "trial"
    chances = found.under("score.grade_probability.city")
    assert sum(one.value or 0 for one in chances) == pytest.approx(1)
    assert found["milestone.M1.completion.verdict"].text == "达到"
    assert found["milestone.M1.recovery.verdict"].text == "达到"
    assert len(found.under("sensitivity")) == 13
    assert found["veto.A10"].text == "未达到"
    assert len(found.under("score.total.court")) == len(
        rounds.list_round_courts(made.CHAIR, round_id)
    )
    json.loads(found.to_json(), parse_constant=lambda text: pytest.fail(text))


def test_a_missing_court_blocks_the_total_and_says_so() -> None:
    round_id = made.open_round()
    court_statistics.save_return(made.SECRETARY, round_id, _draft())
    found = freeze.preview(made.CHAIR, round_id)
    assert found["score.total.city"].value is None
    assert "缺" in found["score.total.city"].note
    assert "score.grade.city" not in found
    assert found["indicator.I7.court.0102"].value is not None


def test_an_observer_sees_results_only_when_sealed() -> None:
    round_id = made.open_round()
    made.fill(round_id)
    with unit_of_work() as session:
        row = session.get(EvaluationRound, round_id)
        assert row is not None
        row.state = RoundState.FROZEN
    freeze.freeze(made.CHAIR, round_id)
    with pytest.raises(NotFound):
        freeze.results_in_force(made.OBSERVER, round_id)
    with unit_of_work() as session:
        row = session.get(EvaluationRound, round_id)
        assert row is not None
        row.state = RoundState.SEALED
    assert len(freeze.results_in_force(made.OBSERVER, round_id)) > 50
    with reading() as session:
        assert freeze.stored_results(session, round_id) is not None
