"""Level E: panel members and their firms are not invited to a survey that excludes them."""

from __future__ import annotations

from datetime import date

import pytest

from evaluation import clock
from evaluation.domain.member import Background
from evaluation.domain.roles import SYSTEM
from evaluation.errors import InvalidInput
from evaluation.services import invitations, public_surveys
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from evaluation.storage.models.member import Member
from evaluation.storage.session import unit_of_work
from surveys.loader import load_library
from surveys.store import ChannelKind

pytestmark = pytest.mark.usefixtures("database")


def channel(code: str) -> int:
    survey = public_surveys.publish(
        SYSTEM, load_library(code), SurveyPlan(None, "评估团", "027-00000000")
    )
    plan = ChannelPlan(ChannelKind.INVITED, "名册")
    return public_surveys.open_channel(SYSTEM, survey, plan).id


@pytest.fixture
def panel(database: object) -> None:
    people = [
        ("周明远", Background.LAWYER, "湖北江汉律师事务所", "14201201010000001", True),
        ("钱学文", Background.SCHOLAR, "江城大学法学院", "", True),
        ("吴旧人", Background.LAWYER, "湖北旧所律师事务所", "14201201010000002", False),
    ]
    with unit_of_work() as session:
        for name, background, organisation, licence, is_active in people:
            session.add(
                Member(
                    name=name,
                    background=background,
                    organisation=organisation,
                    licence_number=licence,
                    former_organisations=[],
                    account_id=None,
                    is_active=is_active,
                    joined_on=date(2016, 5, 1),
                    left_on=None if is_active else date(2016, 9, 1),
                    created_at=clock.now(),
                )
            )


@pytest.mark.usefixtures("panel")
def test_lines_that_point_to_the_panel_are_refused_as_a_whole() -> None:
    lawyers = channel("QL")
    lines = [
        "L001",
        "周明远，江岸",
        "L003　湖北江汉律师事务所",
        "14201201010000001",
        "钱学文",
        "L006 江城大学法学院",
        "周明远之外的人",
        "吴旧人 湖北旧所律师事务所",
    ]
    with pytest.raises(InvalidInput) as caught:
        invitations.invite(SYSTEM, lawyers, lines)
    assert [fault.where for fault in caught.value.faults] == ["第2行", "第3行", "第4行", "第5行"]
    assert invitations.list_open(SYSTEM, lawyers) == []
    kept = [line for place, line in enumerate(lines) if place not in (1, 2, 3, 4)]
    assert len(invitations.invite(SYSTEM, lawyers, kept)) == 4


@pytest.mark.usefixtures("panel")
def test_other_surveys_are_open_to_everybody() -> None:
    assert len(invitations.invite(SYSTEM, channel("QA"), ["周明远", "湖北江汉律师事务所"])) == 2
