"""Court statistics and results with data: what a chair sees, and what is saved."""

import pytest
from streamlit.testing.v1 import AppTest

from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.roles import Role
from evaluation.services import court_statistics
from evaluation.services.results import freeze
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.session import unit_of_work
from evaluation.ui import navigation
from tests.support import statistics_round as made

CONSOLE = navigation.PAGES_DIRECTORY.parent / "shell" / "console.py"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _open(name):
    app = AppTest.from_file(str(CONSOLE), default_timeout=120).run()
    return app.switch_page(str(navigation.PAGES_DIRECTORY / f"{name}.py")).run()


def test_results_show_total_grade_and_the_trial_mark_and_can_be_kept(sign_in):
    sign_in([Role.CHAIR])
    round_id = made.open_round()
    made.fill(round_id)
    with unit_of_work() as session:
        session.get(EvaluationRound, round_id).state = RoundState.FROZEN
    app = _open("results")
    assert not app.exception
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["全市总分（试算）"] == "81.63"
    assert metrics["等次（试算）"] == "良好"
    assert any("试算" in warning.value for warning in app.warning)
    button = next(button for button in app.button if button.label == "计算并保存结果")
    button.click().run()
    assert not app.exception
    assert len(freeze.list_frozen(made.CHAIR, round_id)) == 1


def test_an_impossible_figure_is_refused_on_the_page(sign_in):
    sign_in([Role.SECRETARY])
    round_id = made.open_round()
    app = _open("court_statistics")
    assert not app.exception
    fields = {field.label: field for field in app.text_input}
    fields["结案总数（三（三）口径）（件）"].set_value("10")
    fields["执行完毕结案数（件）"].set_value("8")
    fields["部分执行到位后结案数（件）"].set_value("5")
    next(button for button in app.button if button.label == "保存").click().run()
    assert any("不能接受" in error.value for error in app.error)
    assert court_statistics.list_returns(made.CHAIR, round_id) == []
