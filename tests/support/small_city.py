"""A small demonstration city for journeys: one round published, the next one under way."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import pytest

from evaluation.config import settings
from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.register_mapping import BUNDLED
from evaluation.services import (
    courts,
    frames,
    public_surveys,
    registers,
    round_moves,
    rounds,
    survey_sources,
)
from evaluation.services.demo import city, people, readings
from evaluation.services.demo.register import RegisterPlan, as_xlsx, invent
from evaluation.services.demo.story import ROUNDS, SEED, SMALL
from evaluation.services.public_surveys import ChannelPlan, SurveyPlan
from evaluation.services.survey_sources import SurveySource
from evaluation.storage import session
from sampling.design import equal
from surveys.store import ChannelKind

MIDTERM = next(story for story in ROUNDS if story.kind is RoundKind.MIDTERM)


@dataclass
class SmallCity:
    """Where the city is kept and who lives in it."""

    data_dir: Path
    made: city.City
    labels: dict[str, str]
    survey_path: str = ""

    @property
    def midterm(self) -> int:
        """The round in the middle of work."""
        return self.made.round_ids[RoundKind.MIDTERM]

    def password(self, login_name: str) -> str:
        """Return the password that was made for somebody."""
        return next(word for login, _name, word in self.made.panel.passwords if login == login_name)


def build(data_dir: Path, patch: pytest.MonkeyPatch) -> SmallCity:
    """Build the city in a directory and leave this process bound to it."""
    patch.setenv("HENGPING_DATA_DIR", str(data_dir))
    patch.setenv("HENGPING_DATABASE_URL", "")
    settings.cache_clear()
    session.configure()
    size = dataclasses.replace(SMALL, rounds=(RoundKind.INITIAL,))
    made = city.build(size, data_dir / "reports", lambda _share, _text: None)
    labels = _open_midterm(made)
    found = SmallCity(data_dir, made, labels)
    found.survey_path = _open_survey(found)
    return found


def _open_midterm(made: city.City) -> dict[str, str]:
    """Open the next round up to a planned frame: what is left is done in the browser."""
    panel, round_id = made.panel, made.round_ids[RoundKind.MIDTERM]
    people.undertake(panel, round_id, courts.list_courts(panel.chair), 1)
    round_moves.move(panel.chair, round_id, RoundState.OPEN)
    plan = RegisterPlan(
        seed=SEED,
        year=MIDTERM.year,
        courts=[
            (court.code, court.name, court.case_mark, 60)
            for court in rounds.list_round_courts(panel.chair, round_id)
        ],
    )
    cases = invent(plan)
    register = registers.import_register(
        panel.secretary,
        round_id,
        "中期执行案件登记",
        (as_xlsx(cases), "register.xlsx"),
        BUNDLED["wuhan"][1],
    )
    frame = frames.plan(panel.secretary, register.id, "中期案卷评查", frames.FrameCriteria())
    frames.set_design(panel.secretary, frame.id, equal(frame.stratum_sizes, 4, reserve_size=2))
    return {case.case_number: "yes" if case.property_label == "有" else "no" for case in cases}


def _open_survey(found: SmallCity) -> str:
    panel = found.made.panel
    survey_id = survey_sources.publish_source(
        panel.analyst,
        SurveySource(None, "QP", "社会公众问卷"),
        SurveyPlan(found.midterm, "第三方评估团（演示）", "027-00000000"),
    )
    channel = public_surveys.open_channel(
        panel.secretary, survey_id, ChannelPlan(ChannelKind.OPEN, "法院大厅")
    )
    return f"/s/{channel.code}"


def assign_files(found: SmallCity) -> None:
    """Fetch the drawn files and assign them, as the secretary and the chair would."""
    readings.prepare(found.made.panel, found.midterm, MIDTERM, found.labels)
