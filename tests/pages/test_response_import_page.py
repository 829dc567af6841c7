"""A table of another system is led through the page: columns, check, problems, import."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.questionnaire_version import VersionState
from evaluation.domain.roles import SYSTEM, Role
from evaluation.services import frameworks, questionnaires, rounds
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.session import unit_of_work

RESPONSES = Path(__file__).parents[1] / "data" / "responses"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def open_round(database) -> int:
    version = frameworks.install_bundled(SYSTEM)
    created = rounds.create_round(SYSTEM, RoundKind.INITIAL, version)
    with unit_of_work() as session:
        session.get_one(EvaluationRound, created).state = RoundState.OPEN
    name = "il_attorney.yaml"
    asked, _losses = questionnaires.import_file(SYSTEM, name, (RESPONSES / name).read_bytes())
    questionnaires.move(SYSTEM, asked, VersionState.PUBLISHED)
    return created


def press(app, label: str) -> None:
    next(button for button in app.button if button.label.startswith(label)).click()
    app.run()
    assert not app.exception


def test_analyst_imports_a_table_and_takes_it_back(open_round, open_page) -> None:
    app = open_page("response_import", Role.ANALYST)
    assert app.title[0].value == "外来答卷导入"
    content = (RESPONSES / "il_attorney_survey_excerpt.csv").read_bytes()
    app.file_uploader[0].upload("答卷.csv", content, "text/csv").run()
    assert not app.exception
    press(app, "检查全部答卷")
    assert [note.value for note in app.success] == ["每一格都读得懂，可以导入。"]
    press(app, "导入全部60份")
    assert "没有写明答卷的来源" in app.error[0].value
    app.text_input(key="import_source").set_value("律协，网上调查").run()
    press(app, "导入全部60份")
    assert app.success[0].value.startswith("已导入60份答卷")
    app.text_input(key="remove_reason").set_value("重复导入").run()
    press(app, "撤销导入")
    assert app.success[0].value.startswith("已撤销")


def test_unreadable_cells_are_listed_and_nothing_can_be_imported(open_round, open_page) -> None:
    app = open_page("response_import", Role.ANALYST)
    content = (RESPONSES / "il_attorney_survey_excerpt.csv").read_bytes()
    broken = content.replace(b",partner", b",boss")
    app.file_uploader[0].upload("答卷.csv", broken, "text/csv").run()
    press(app, "检查全部答卷")
    assert "有读不懂的格" in app.error[0].value
    assert not any(button.label.startswith("导入全部") for button in app.button)
