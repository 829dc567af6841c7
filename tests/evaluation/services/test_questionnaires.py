"""The designer's services: library, drafts, publishing, trend items, files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.domain.questionnaire_version import VersionState
from evaluation.domain.roles import Actor, Role
from evaluation.errors import Conflict, InvalidInput, NotAllowed, WrongState
from evaluation.services import questionnaires
from evaluation.services.questionnaire_files import QuestionnaireFormat
from surveys import editing, loader
from surveys.schema import Text

DESIGNER = Actor(1, "设计", frozenset({Role.DESIGNER}))
LIAISON = Actor(2, "联络员", frozenset({Role.COURT_LIAISON}), court_code="0102")
SECRETARY = Actor(3, "秘书", frozenset({Role.SECRETARY}))

pytestmark = pytest.mark.usefixtures("database")


def test_library_questionnaire_becomes_a_draft_is_edited_and_published() -> None:
    version = questionnaires.create_from_library(DESIGNER, "QR")
    opened = questionnaires.open_version(SECRETARY, version)
    assert opened.is_editable
    assert opened.questionnaire == loader.load_library("QR")
    changed = editing.move_question(opened.questionnaire, "QR02", -1)
    assert questionnaires.save(DESIGNER, version, changed, opened.version.revision) == 2
    with pytest.raises(Conflict):
        questionnaires.save(DESIGNER, version, changed, 1)
    questionnaires.move(DESIGNER, version, VersionState.TESTING)
    questionnaires.move(DESIGNER, version, VersionState.PUBLISHED)
    published = questionnaires.open_version(DESIGNER, version)
    assert published.version.content_hash == loader.content_hash(changed)
    with pytest.raises(WrongState):
        questionnaires.save(DESIGNER, version, changed, 2)
    with pytest.raises(WrongState):
        questionnaires.move(DESIGNER, version, VersionState.DRAFT)
    questionnaires.move(DESIGNER, version, VersionState.CLOSED)


def test_trend_items_of_a_published_version_cannot_change() -> None:
    first = questionnaires.create_from_library(DESIGNER, "QA")
    questionnaires.move(DESIGNER, first, VersionState.PUBLISHED)
    second = questionnaires.new_draft(DESIGNER, first, "中期")
    opened = questionnaires.open_version(DESIGNER, second)
    assert opened.version.number == 2
    assert opened.fixed_questions == {"QA12", "QA13"}
    question = opened.questionnaire.question("QA12")
    reworded = replace(question, text=Text.of("您满意吗？"))
    with pytest.raises(InvalidInput) as caught:
        questionnaires.save(
            DESIGNER,
            second,
            editing.replace_question(opened.questionnaire, "QA12", reworded),
            opened.version.revision,
        )
    assert [fault.code for fault in caught.value.faults] == ["trend_changed"]
    other = replace(opened.questionnaire.question("QA15"), text=Text.of("您有什么建议？"))
    changed = editing.replace_question(opened.questionnaire, "QA15", other)
    questionnaires.save(DESIGNER, second, changed, opened.version.revision)
    assert [(c.where, c.what) for c in questionnaires.compare(DESIGNER, first, second)] == [
        ("题目 QA15", "题面")
    ]


def test_questionnaire_with_errors_is_not_published_and_every_error_is_named() -> None:
    version = questionnaires.create_blank(DESIGNER, "NEW", "新问卷")
    with pytest.raises(InvalidInput) as caught:
        questionnaires.move(DESIGNER, version, VersionState.PUBLISHED)
    assert {fault.code for fault in caught.value.faults} == {"empty", "empty_section"}
    assert questionnaires.open_version(DESIGNER, version).version.state is VersionState.DRAFT


def test_every_format_goes_out_and_comes_in_again() -> None:
    version = questionnaires.create_from_library(DESIGNER, "QP")
    for kind in (QuestionnaireFormat.YAML, QuestionnaireFormat.JSON, QuestionnaireFormat.XLSFORM):
        written = questionnaires.export(DESIGNER, version, kind)
        again, losses = questionnaires.import_file(DESIGNER, written.name, written.content)
        assert losses == ()
        assert questionnaires.open_version(DESIGNER, again).questionnaire == loader.load_library(
            "QP"
        )
    assert [view.number for view in questionnaires.list_versions(SECRETARY)] == [4, 3, 2, 1]


def test_broken_file_stores_nothing() -> None:
    for name, content in (("a.yaml", b"a: ["), ("a.xlsx", b"x"), ("a.lss", b"<"), ("a.doc", b"")):
        with pytest.raises(InvalidInput):
            questionnaires.import_file(DESIGNER, name, content)
    assert questionnaires.list_versions(DESIGNER) == []


def test_only_designers_edit_and_liaisons_see_nothing() -> None:
    with pytest.raises(NotAllowed):
        questionnaires.create_from_library(SECRETARY, "QA")
    with pytest.raises(NotAllowed):
        questionnaires.list_versions(LIAISON)
