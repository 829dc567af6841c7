"""The demonstration city: its words are clean, and a small one runs from plan to three reports."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.analysis.court_value_rules import Severity, breaches
from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.framework_loader import load_bundled
from evaluation.domain.report import BOUND, NarrativeKind
from evaluation.domain.roles import SYSTEM
from evaluation.services import editions, installation, narratives, objectives, rounds
from evaluation.services.demo import city, figures, story, words
from evaluation.services.demo.register import RegisterPlan, invent
from evaluation.services.report_verification import verify_pdf

FRAMEWORK = load_bundled()


@pytest.mark.parametrize("kind", list(RoundKind))
def test_words_bind_every_figure_and_name_nobody(kind: RoundKind) -> None:
    for entry in words.entries(kind):
        assert narratives.check(entry) == []
    kinds = {entry.kind for entry in words.entries(kind)}
    assert {NarrativeKind.CONCLUSION, NarrativeKind.PROBLEM, NarrativeKind.RECOMMENDATION} <= kinds


def test_bound_figures_are_known_kinds_of_results() -> None:
    indicators = {item.id for item in (*FRAMEWORK.indicators, *FRAMEWORK.auxiliary)}
    for kind in RoundKind:
        for entry in words.entries(kind):
            for key in BOUND.findall(entry.body):
                area, name, _place = key.split(".", 2)
                assert area in {"indicator", "review"}
                assert area == "review" or name in indicators


def test_each_guide_has_people_who_speak() -> None:
    objectives_and_more = (
        {item.id for item in FRAMEWORK.objectives}
        | {item.id for item in (*FRAMEWORK.indicators, *FRAMEWORK.auxiliary)}
        | {item.code for item in FRAMEWORK.difficulties_four}
    )
    for guide in FRAMEWORK.guides:
        capacity, n_invited, lines = words.session_of(guide.id)
        assert capacity in guide.capacities
        assert n_invited > 0
        assert {line.target for line in lines} <= objectives_and_more


def test_invented_court_figures_keep_every_rule() -> None:
    for one in story.ROUNDS:
        cases = invent(
            RegisterPlan(story.SEED, one.year, [("0102", "甲院", "鄂0102", 80)], 0.7, 0.8)
        )
        (draft,) = figures.returns(cases, one)
        numbers = {
            key: round(float(value) * (100 if "amount" in key or "value" in key else 1))
            for key, value in draft.figures.items()
        }
        wrong = [item for item in breaches(numbers) if item.severity is Severity.IMPOSSIBLE]
        assert wrong == []
        assert set(numbers) <= {item.code for item in FRAMEWORK.data_fields}


@pytest.mark.slow
def test_small_city_from_plan_to_three_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HENGPING_DATABASE_URL", "")
    command = [
        sys.executable,
        "-c",
        "from evaluation.cli import main; main()",
        "demo",
        "--size",
        "small",
        "--data-dir",
        str(tmp_path / "city"),
    ]
    done = subprocess.run(  # noqa: S603 -- this program itself
        command, capture_output=True, text=True, check=False, timeout=1200
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for kind in RoundKind:
        found = verify_pdf((tmp_path / "city" / "reports" / f"{kind}.pdf").read_bytes())
        assert found.faults == ()


@pytest.mark.slow
def test_one_round_leaves_everything_in_its_place(database: object, tmp_path: Path) -> None:
    size = dataclasses.replace(story.SMALL, rounds=(RoundKind.INITIAL,))
    made = city.build(size, tmp_path / "reports", lambda _share, _text: None)
    assert installation.is_demonstration()
    round_id = made.round_ids[RoundKind.INITIAL]
    assert rounds.get_round(SYSTEM, round_id).state is RoundState.PUBLISHED
    assert installation.check_trail(SYSTEM)[1] is None
    assert len(editions.list_published()) == 1
    matrix = objectives.list_standings(SYSTEM, round_id)
    assert all(len(row.cells) >= 3 for row in matrix)
