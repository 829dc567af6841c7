"""The designer's pages: a draft is opened, a question edited, a rule put together and apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.domain.roles import SYSTEM, Role
from evaluation.services import questionnaires
from evaluation.ui.components.rule_editor import node_of, rule_of
from surveys.conditions import Condition, Group, Junction, Negation, Operator
from surveys.loader import dump_yaml, load_library

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


def _press(app, label):
    next(button for button in app.button if button.label == label).click()
    return app.run()


def test_a_moved_version_stays_chosen_and_offers_its_next_steps(open_page) -> None:
    questionnaires.create_from_library(SYSTEM, "QA")
    moved = questionnaires.create_from_library(SYSTEM, "QR")
    app = open_page("questionnaires", Role.DESIGNER)
    app.selectbox(key="chosen_version").select_index(1).run()
    _press(app, "开始测试")
    assert not app.exception
    assert app.selectbox(key="chosen_version").value == moved
    assert "退回草稿" in [button.label for button in app.button]
    app.run()
    assert app.selectbox(key="chosen_version").value == moved


def test_a_new_questionnaire_is_confirmed_and_chosen_and_its_form_empty(open_page) -> None:
    questionnaires.create_from_library(SYSTEM, "QA")
    app = open_page("questionnaires", Role.DESIGNER)
    app.selectbox(key="chosen_version").select_index(0).run()
    for beginning, text in (("代码", "ZZ"), ("标题", "新问卷")):
        next(f for f in app.text_input if f.label.startswith(beginning)).set_value(text)
    _press(app, "新建")
    assert not app.exception
    assert [toast.value for toast in app.toast] == ["已新建空白问卷，请在“问卷”一栏打开。"]
    newest = next(view.id for view in questionnaires.list_versions(SYSTEM) if view.code == "ZZ")
    assert app.selectbox(key="chosen_version").value == newest
    assert next(f for f in app.text_input if f.label.startswith("代码")).value == ""
    app.run()
    assert not app.toast


def test_an_imported_draft_is_in_the_list_at_once(open_page) -> None:
    content = dump_yaml(replace(load_library("QA"), code="ZZ")).encode()
    app = open_page("questionnaires", Role.DESIGNER)
    app.file_uploader[0].upload("zz.yaml", content, "text/yaml").run()
    _press(app, "导入为草稿")
    assert not app.exception
    assert not app.error
    assert [toast.value for toast in app.toast] == ["已导入为草稿，请在“问卷”一栏打开。"]
    assert [option[:2] for option in app.selectbox(key="chosen_version").options] == ["ZZ"]
    assert "导入为草稿" not in [button.label for button in app.button]


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
