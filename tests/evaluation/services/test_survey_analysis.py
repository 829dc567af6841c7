"""From stored responses to figures: bases apart, small cells withheld, results collected."""

from __future__ import annotations

import pytest

from evaluation.domain.roles import SYSTEM, Actor, Role
from evaluation.errors import InvalidInput, NotAllowed, NotFound
from evaluation.services import (
    courts,
    frameworks,
    open_texts,
    public_surveys,
    rounds,
    survey_analysis,
)
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from evaluation.services.results import surveys as survey_results
from evaluation.services.survey_data import Basis
from evaluation.storage.session import reading
from surveys.exchange.tables import TableFormat
from surveys.loader import load_library
from surveys.store import ChannelKind
from tests.support.stored_responses import store

ANALYST = Actor(5, "分析", frozenset({Role.ANALYST}))
SECRETARY = Actor(3, "秘书", frozenset({Role.SECRETARY}))

pytestmark = pytest.mark.usefixtures("database")


def _survey(round_id: int, kind: ChannelKind, levels: list[str], survey_id: int = 0) -> int:
    asked = load_library("QA")
    survey = survey_id or public_surveys.publish(
        SYSTEM, asked, SurveyPlan(round_id, "评估团", "电话", minimum_cell=5)
    )
    channel = public_surveys.open_channel(SYSTEM, survey, ChannelPlan(kind, kind.value))
    store(survey, channel.id, [_given(place, level) for place, level in enumerate(levels)])
    return survey


def _given(place: int, level: str) -> dict[str, object]:
    rated = {"value": level} if level != "98" else {"value": "98", "missing": "dont_know"}
    return {
        "QA12": rated,
        "QA14": {"value": "1" if place % 2 else "2"},
        "QA15": {"value": f"希望加快发放案款{place}"},
    }


@pytest.fixture
def round_ids(database: object) -> list[int]:
    version = frameworks.install_bundled(SYSTEM)
    courts.install_bundled(SYSTEM)
    return rounds.create_standard_rounds(SYSTEM, version)


def test_index_keeps_dont_know_apart_and_open_links_without_interval(round_ids: list[int]) -> None:
    survey = _survey(round_ids[0], ChannelKind.INVITED, ["5"] * 10 + ["3"] * 10 + ["98"] * 5)
    _survey(round_ids[0], ChannelKind.OPEN, ["1"] * 8, survey)
    figures = survey_analysis.figures(ANALYST, survey)
    assert figures is not None
    assert (figures.basis, figures.bases) == (Basis.INVITED, (Basis.INVITED, Basis.OPEN))
    item = figures.index.questions["QA12"]
    assert (item.value, item.n_valid, item.n_dont_know) == (75.0, 20, 5)
    assert item.estimate is not None
    assert item.estimate.lower < 75.0 < item.estimate.upper
    other = survey_analysis.figures(ANALYST, survey, Basis.OPEN)
    assert other is not None
    assert other.index.questions["QA12"].value == 0.0
    assert other.index.estimate is None


def test_too_few_invited_responses_do_not_hide_those_of_the_open_link(
    round_ids: list[int],
) -> None:
    survey = _survey(round_ids[0], ChannelKind.OPEN, ["5"] * 8)
    _survey(round_ids[0], ChannelKind.INVITED, ["1"] * 4, survey)
    found = survey_analysis.sources(ANALYST, survey)
    assert (found.bases, found.first) == ((Basis.INVITED, Basis.OPEN), Basis.OPEN)
    figures = survey_analysis.figures(ANALYST, survey)
    assert figures is not None
    assert (figures.basis, figures.n) == (Basis.OPEN, 8)
    assert survey_analysis.figures(ANALYST, survey, Basis.INVITED) is None
    assert survey_analysis.cross(ANALYST, survey, "QA14", "QA12").table.n == 8
    with pytest.raises(NotFound, match="邀请名单"):
        survey_analysis.cross(ANALYST, survey, "QA14", "QA12", Basis.INVITED)
    with pytest.raises(NotAllowed):
        survey_analysis.sources(SECRETARY, survey)
    with reading() as session:
        reported = {value.id: value for value in survey_results.collect(session, round_ids[0])}
    assert reported["survey.QA.responses"].value == 4
    assert "survey.QA.index" not in reported
    assert reported["survey.QA.open.responses"].value == 8


def test_nothing_is_shown_below_the_minimum(round_ids: list[int]) -> None:
    survey = _survey(round_ids[0], ChannelKind.INVITED, ["5"] * 4)
    assert survey_analysis.figures(ANALYST, survey) is None
    with reading() as session:
        assert survey_results.collect(session, round_ids[0]) == []


def test_small_cells_are_withheld_and_roles_kept(round_ids: list[int]) -> None:
    survey = _survey(round_ids[0], ChannelKind.INVITED, ["5"] * 20 + ["3"] * 14 + ["1"] * 2)
    figures = survey_analysis.figures(ANALYST, survey)
    assert figures is not None
    shown = next(item for item in figures.answers if item.variable.name == "QA12")
    assert {row.code: row.count for row in shown.rows} == {"1+2+3": 16, "4": 0, "5": 20, "98": 0}
    crossed = survey_analysis.cross(ANALYST, survey, "QA14", "QA12")
    assert crossed.table.n == 36
    assert all(row[0] is None for row in crossed.table.counts[:2])
    with pytest.raises(NotAllowed):
        survey_analysis.figures(SECRETARY, survey)


def test_change_between_rounds_is_tested_with_corrected_p_values(round_ids: list[int]) -> None:
    first = _survey(round_ids[0], ChannelKind.INVITED, ["2", "3", "2", "3"] * 10)
    second = _survey(round_ids[1], ChannelKind.INVITED, ["4", "5", "4", "5"] * 10)
    rows = survey_analysis.changes_since(ANALYST, second, first)
    assert [row.key for row in rows] == ["", "QA12"]
    assert rows[1].difference == pytest.approx(50.0)
    assert rows[1].p_value <= rows[1].p_benjamini_hochberg <= rows[1].p_holm < 0.001
    assert survey_analysis.earlier_surveys(ANALYST, second)[0][0] == first


def test_margins_move_the_index_and_need_a_source(round_ids: list[int]) -> None:
    survey = _survey(round_ids[0], ChannelKind.INVITED, ["5", "1"] * 20)
    with pytest.raises(InvalidInput):
        survey_analysis.set_margins(ANALYST, survey, {"QA14": {"1": 10, "2": 30}}, "")
    survey_analysis.set_margins(ANALYST, survey, {"QA14": {"1": 10, "2": 30}}, "统计年鉴2016")
    figures = survey_analysis.figures(ANALYST, survey)
    assert figures is not None
    assert figures.index.questions["QA12"].value == pytest.approx(75.0)
    with pytest.raises(InvalidInput):
        survey_analysis.set_margins(ANALYST, survey, {"QA99": {"1": 1}}, "统计年鉴2016")
    with_banks = {"QA14": {"1": 40, "2": 40, "3": 20}}
    survey_analysis.set_margins(ANALYST, survey, with_banks, "案件登记2016")
    figures = survey_analysis.figures(ANALYST, survey)
    assert figures is not None
    assert "“金融机构经办人”没有受访者" in figures.weighting


def test_results_are_collected_with_the_ids_that_reports_read(round_ids: list[int]) -> None:
    survey = _survey(round_ids[0], ChannelKind.INVITED, ["5"] * 20 + ["4"] * 20)
    _survey(round_ids[0], ChannelKind.OPEN, ["1"] * 8, survey)
    with reading() as session:
        found = {value.id: value for value in survey_results.collect(session, round_ids[0])}
    assert found["survey.QA.responses"].value == 40
    assert found["survey.QA.index"].value == pytest.approx(87.5)
    assert found["survey.QA.index"].lower is not None
    assert found["survey.QA.item.QA12.5"].value == pytest.approx(0.5)
    assert found["survey.QA.item.QA12.5"].numerator == 20
    assert found["survey.QA.item.QA12.index"].extra["informs"] == ["A12", "五（三）"]
    assert found["survey.QA.open.index"].lower is None
    assert found["survey.responses"].value == 40


def test_open_texts_are_searched_and_coded(round_ids: list[int]) -> None:
    survey = _survey(round_ids[0], ChannelKind.INVITED, ["5"] * 12)
    code = open_texts.add_code(ANALYST, survey, "QA15", "加快发放案款")
    found = open_texts.list_texts(ANALYST, survey, "QA15", "案款 11")
    assert [item.text for item in found] == ["希望加快发放案款11"]
    open_texts.code_text(ANALYST, survey, found[0].response_id, "QA15", [code])
    assert [(c.label, c.n) for c in open_texts.list_codes(ANALYST, survey, "QA15")] == [
        ("加快发放案款", 1)
    ]
    open_texts.code_text(ANALYST, survey, found[0].response_id, "QA15", [])
    assert open_texts.list_codes(ANALYST, survey, "QA15")[0].n == 0
    with pytest.raises(NotAllowed):
        open_texts.list_texts(SECRETARY, survey, "QA15")


def test_downloads_in_every_format(round_ids: list[int]) -> None:
    survey = _survey(round_ids[0], ChannelKind.INVITED, ["5"] * 12)
    for kind in (TableFormat.CSV, TableFormat.SAV, None):
        name, content = survey_analysis.download(ANALYST, survey, kind)
        assert name.startswith("QA.")
        assert len(content) > 200
