"""Pages of report texts, replies and editions: the writing calls the service, faults are shown."""

from datetime import date

import pytest
from edition_draft import draft_edition
from streamlit.testing.v1 import AppTest

from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.report import NarrativeKind
from evaluation.domain.roles import SYSTEM, Role
from evaluation.services import access, courts, frameworks, imprint, narratives, replies, rounds
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.session import unit_of_work
from evaluation.ui import navigation
from evaluation.ui import session as ui_session

CONSOLE = navigation.PAGES_DIRECTORY.parent / "shell" / "console.py"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def _open(name):
    app = AppTest.from_file(str(CONSOLE), default_timeout=30).run()
    return app.switch_page(str(navigation.PAGES_DIRECTORY / f"{name}.py")).run()


def _analyst():
    return access.create_account(
        SYSTEM, "analyst", "分析员", "pages need words 8", roles=[Role.ANALYST]
    )


@pytest.fixture
def frozen_round(database):
    version = frameworks.install_bundled(SYSTEM)
    courts.install_bundled(SYSTEM)
    period = (date(2016, 1, 1), date(2016, 12, 31))
    round_id = rounds.create_round(SYSTEM, RoundKind.INITIAL, version, period=period)
    with unit_of_work() as session:
        session.get(EvaluationRound, round_id).state = RoundState.FROZEN
    return round_id


def test_conclusion_is_saved_and_a_typed_figure_is_not(frozen_round, sign_in):
    sign_in([Role.CHAIR])
    app = _open("report_narrative")
    kind = NarrativeKind.CONCLUSION
    title = next(w for w in app.text_input if "结论句" in w.label)
    title.input("执结水平为86.1%。")
    app = app.button[0].click().run()
    assert any("没有保存" in error.value for error in app.error)
    assert narratives.list_entries(SYSTEM, frozen_round) == []

    title = next(w for w in app.text_input if "结论句" in w.label)
    title.input("执结水平上升。")
    app = app.button[0].click().run()
    assert not app.exception
    assert [(e.kind, e.title) for e in narratives.list_entries(SYSTEM, frozen_round)] == [
        (kind, "执结水平上升。")
    ]


def test_liaison_sends_an_objection(frozen_round, monkeypatch):
    court = courts.list_courts(SYSTEM)[0]
    words = "pages need words 7"
    access.create_account(
        SYSTEM, "liaison", "联络员", words, roles=[Role.COURT_LIAISON], court_code=court.code
    )
    token = access.sign_in("liaison", words)
    monkeypatch.setattr(ui_session, "read_token", lambda: token)
    app = _open("report_replies")
    assert not app.exception
    assert "送审稿还没有送交法院核对。" in [info.value for info in app.info]
    assert not app.text_area
    replies.send_draft(SYSTEM, draft_edition(_analyst(), frozen_round), replies.earliest_deadline())
    app = _open("report_replies")
    app.text_input[0].input("表四")
    app.text_area[0].input("样本中有一件已经撤回。")
    app = app.button[0].click().run()
    assert [r.objection for r in replies.list_replies(SYSTEM, frozen_round)] == [
        "样本中有一件已经撤回。"
    ]


def test_reports_page_says_that_there_is_none(frozen_round, sign_in):
    sign_in([Role.OBSERVER])
    app = _open("reports")
    assert not app.exception
    assert "这一期还没有生成报告。" in [info.value for info in app.info]


def test_chair_writes_the_imprint_and_sends_a_draft_to_the_courts(frozen_round, sign_in):
    sign_in([Role.CHAIR])
    app = _open("reports")
    for field, words in zip(app.text_input, ("评估团", "", "律师协会"), strict=True):
        field.input(words)
    app = next(b for b in app.button if b.label == "保存").click().run()
    assert any("没有保存" in error.value for error in app.error)
    app.text_input[1].input("秘书处")
    app = next(b for b in app.button if b.label == "保存").click().run()
    assert not app.exception
    assert imprint.imprint_of(SYSTEM) == imprint.Imprint("评估团", "秘书处", "律师协会")

    draft = draft_edition(_analyst(), frozen_round)
    app = _open("report_replies")
    app = next(b for b in app.button if b.label == "送交最新送审稿").click().run()
    assert not app.exception
    window = replies.window_of(SYSTEM, frozen_round)
    assert (window.edition_id, window.until) == (draft, replies.earliest_deadline())
