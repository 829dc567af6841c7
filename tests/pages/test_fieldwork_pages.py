"""Fieldwork and paper entry with real surveys: counts, channels, invitations, double keying."""

import pytest

from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.roles import SYSTEM, Role
from evaluation.services import frameworks, invitations, public_surveys, rounds
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from surveys.loader import load_library
from surveys.store import ChannelKind

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
