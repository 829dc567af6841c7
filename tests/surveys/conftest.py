"""Fixture questionnaires by name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from surveys import loader
from surveys.schema import Questionnaire

VALID = Path(__file__).parents[1] / "data" / "questionnaires" / "valid"


@pytest.fixture
def questionnaire() -> Callable[[str], Questionnaire]:
    return lambda name: loader.load(VALID / f"{name}.yaml")
