"""Fieldwork and paper entry with real surveys: counts, channels, invitations, double keying."""

import pytest

from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.roles import SYSTEM, Role
from evaluation.services import frameworks, invitations, public_surveys, rounds
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from evaluation.services.survey_data import Basis
from evaluation.services.survey_sources import list_sources
from surveys.loader import load_library
from surveys.store import ChannelKind
from tests.support.stored_responses import store

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def survey(database):
    version = frameworks.install_bundled(SYSTEM)
    round_id = rounds.create_round(SYSTEM, RoundKind.INITIAL, version)
    survey_id = public_surveys.publish(
        SYSTEM, load_library("QL"), SurveyPlan(round_id, "评估团", "027-00000000")
    )
    for kind in (ChannelKind.OPEN, ChannelKind.INVITED, ChannelKind.PAPER):
        channel = public_surveys.open_channel(SYSTEM, survey_id, ChannelPlan(kind, kind.value))
        if kind is ChannelKind.INVITED:
            invitations.invite(SYSTEM, channel.id, [f"L{n:03d}" for n in range(20)])
    return survey_id


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.ANALYST, Role.OBSERVER, Role.CHAIR])
def test_fieldwork_shows_a_survey_to_each_role(survey, open_page, role):
    app = open_page("fieldwork", role)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == "问卷回收"
    rates = next(table.value for table in app.table if "比率" in table.value.columns)
    # Nobody was reached yet, so RR5, RR6 and COOP1 have nobody in their base.
    assert list(rates["比率"]) == ["RR1", "RR2", "RR3", "RR4", "REF1", "CON1"]


def test_paper_is_keyed_by_two_people(survey, open_page):
    app = open_page("paper_entry", Role.SECRETARY)
    assert not app.exception
    app.text_input(key="paper_serial_0").set_value("001")
    app.text_input(key="0_QL01").set_value("12")
    app.button[0].click().run()
    assert [note.value for note in app.success] == ["编号001已录入第一遍。"]
    app = open_page("paper_entry", Role.INTERVIEWER)
    app.text_input(key="paper_serial_0").set_value("001")
    app.text_input(key="0_QL01").set_value("13")
    app.button[0].click().run()
    assert [note.value for note in app.success] == ["编号001已录入第二遍。"]
    assert any("第一遍：12" in radio.options for radio in app.radio)


def _press(app, label):
    next(button for button in app.button if button.label == label).click()
    return app.run()


def _labelled(widgets, beginning):
    return next(widget for widget in widgets if widget.label.startswith(beginning))


def test_a_channel_opened_or_closed_is_shown_at_once(survey, open_page):
    app = open_page("fieldwork", Role.SECRETARY)
    _labelled(app.text_input, "渠道名称").set_value("律协短信")
    _press(app, "开放渠道")
    assert not app.exception
    assert any("律协短信" in text.value for text in app.markdown)
    assert [toast.value for toast in app.toast] == ["渠道“律协短信”已开放。"]
    assert _labelled(app.text_input, "渠道名称").value == ""
    n_open = sum(button.label == "关闭这个渠道" for button in app.button)
    _press(app, "关闭这个渠道")
    assert sum(button.label == "关闭这个渠道" for button in app.button) == n_open - 1
    assert not app.toast


def test_a_closed_invited_channel_takes_no_more_invitations(survey, open_page):
    app = open_page("fieldwork", Role.SECRETARY)
    channel = next(
        one
        for one in public_surveys.get_survey(SYSTEM, survey).channels
        if one.kind is ChannelKind.INVITED
    )
    app.button(key=f"close_channel_{channel.id}").click().run()
    labels = [button.label for button in app.button]
    assert "生成邀请链接" not in labels
    assert "删除名单" in labels


def test_a_list_with_a_fault_stays_and_a_good_one_goes(survey, open_page):
    app = open_page("fieldwork", Role.SECRETARY)
    _labelled(app.text_area, "名单").set_value("N1\nN2\nN1")
    _press(app, "生成邀请链接")
    assert [error.value for error in app.error] == ["名单不能使用。"]
    assert any("第1、3行" in table.value.to_string() for table in app.table)
    assert _labelled(app.text_area, "名单").value == "N1\nN2\nN1"
    _labelled(app.text_area, "名单").set_value("N1\nN2")
    _press(app, "生成邀请链接")
    assert not app.error
    assert any("以下2个链接" in note.value for note in app.warning)
    assert _labelled(app.text_area, "名单").value == ""
    _labelled(app.text_area, "名单").set_value("N3")
    _press(app, "生成邀请链接")
    assert any("以下1个链接" in note.value for note in app.warning)


def test_a_published_survey_is_confirmed_and_chosen(survey, open_page):
    app = open_page("fieldwork", Role.SECRETARY)
    _labelled(app.text_input, "调查单位").set_value("评估团")
    _labelled(app.text_input, "咨询").set_value("027-00000000")
    source = next(one for one in list_sources(SYSTEM) if one.library_code == "QL")
    _labelled(app.selectbox, "问卷").set_value(source)
    _press(app, "发布调查")
    assert not app.exception
    assert [toast.value for toast in app.toast] == ["调查已发布，请在“渠道”中开放渠道。"]
    newest = public_surveys.list_surveys(SYSTEM)[0].id
    assert newest != survey
    assert app.selectbox(key="fieldwork_survey").value == newest
    assert len(set(app.selectbox(key="fieldwork_survey").options)) == 2
    assert _labelled(app.text_input, "调查单位").value == ""
    app.selectbox(key="fieldwork_survey").select_index(1).run()
    assert app.selectbox(key="fieldwork_survey").value == survey


def _answer(survey_id, channel, n):
    store(survey_id, channel.id, [{"QL01": {"value": 3}}] * n)


def test_analysis_offers_the_source_of_responses_before_the_minimum_decides(survey, open_page):
    by_kind = {one.kind: one for one in public_surveys.get_survey(SYSTEM, survey).channels}
    _answer(survey, by_kind[ChannelKind.OPEN], 12)
    _answer(survey, by_kind[ChannelKind.INVITED], 3)
    app = open_page("survey_analysis", Role.ANALYST)
    assert not app.exception
    switch = app.segmented_control[0]
    assert switch.label == "答卷来源"
    assert switch.value is Basis.OPEN
    assert any(metric.value == "12" for metric in app.metric)
    switch.set_value(Basis.INVITED).run()
    assert not app.exception
    assert [note.value for note in app.info] == [
        "“邀请名单或随机抽样（概率样本）”不足10份，暂不显示结果。"
    ]
    assert app.segmented_control[0].value is Basis.INVITED
