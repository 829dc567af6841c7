"""The designer's pages: a draft is opened, a question edited, a rule put together and apart."""

from __future__ import annotations

import pytest

from evaluation.domain.roles import SYSTEM, Role
from evaluation.services import questionnaires
from evaluation.ui.components.rule_editor import node_of, rule_of
from surveys.conditions import Condition, Group, Junction, Negation, Operator

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ONE = Condition("a", Operator.EQUALS, "1")
TWO = Condition("b", Operator.ANSWERED)


@pytest.mark.parametrize(
    "rule",
    [
        ONE,
        Negation(ONE),
        Group(Junction.ANY, (ONE, TWO)),
        Negation(Group(Junction.ALL, (ONE, TWO))),
        Group(Junction.ALL, (ONE, Group(Junction.ANY, (Negation(TWO), ONE)))),
        None,
    ],
)
def test_rule_comes_back_from_its_menus(database, rule) -> None:
    assert rule_of(node_of(rule)) == rule


def test_designer_edits_a_question_of_a_draft(open_page) -> None:
    version = questionnaires.create_from_library(SYSTEM, "QR")
    app = open_page("questionnaire_editor", Role.DESIGNER)
    app.query_params["version"] = str(version)
    app.run()
    assert not app.exception
    assert app.title[0].value == "人大代表、政协委员问卷"
    hint = next(field for field in app.text_input if field.label.startswith("提示"))
    hint.set_value("只选一项")
    next(button for button in app.button if button.label == "保存这道题").click()
    app.run()
    assert not app.exception
    opened = questionnaires.open_version(SYSTEM, version)
    assert str(opened.questionnaire.question("QR01").hint) == "只选一项"
    assert opened.version.revision == 2


def test_list_shows_versions_and_takes_from_the_library(open_page) -> None:
    questionnaires.create_from_library(SYSTEM, "QA")
    app = open_page("questionnaires", Role.DESIGNER)
    assert not app.exception
    next(button for button in app.button if button.label == "取用为草稿").click()
    app.run()
    assert not app.exception
    assert len(questionnaires.list_versions(SYSTEM)) == 2


def test_designer_names_a_contradiction_from_menus(open_page) -> None:
    version = questionnaires.create_from_library(SYSTEM, "QR")
    app = open_page("questionnaire_editor", Role.DESIGNER)
    app.query_params["version"] = str(version)
    app.run()
    add = next(
        button
        for button in app.button
        if str(button.key).startswith("contradiction_new") and str(button.key).endswith("_add")
    )
    add.click()
    app.run()
    app.text_input(key="contradiction_new_message").set_value("说没有参加，又说见证过").run()
    next(button for button in app.button if button.label == "添加这条矛盾").click()
    app.run()
    assert not app.exception
    (found,) = questionnaires.open_version(SYSTEM, version).questionnaire.contradictions
    assert str(found.message) == "说没有参加，又说见证过"
    next(button for button in app.button if button.key == "contradiction_drop_0").click()
    app.run()
    assert questionnaires.open_version(SYSTEM, version).questionnaire.contradictions == ()
