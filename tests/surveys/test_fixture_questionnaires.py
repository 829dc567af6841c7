"""Every fixture under valid/ is clean; every one under invalid/ shows the fault it is named for."""

from pathlib import Path

import pytest

from surveys import loader
from surveys.checks import check
from surveys.errors import QuestionnaireError

FIXTURES = Path(__file__).parents[1] / "data" / "questionnaires"
VALID = sorted((FIXTURES / "valid").glob("*.yaml"))
INVALID = sorted((FIXTURES / "invalid").glob("*.yaml"))


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_questionnaire_has_no_problem(path: Path) -> None:
    assert check(loader.load(path)) == []


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_questionnaire_survives_yaml_and_json(path: Path) -> None:
    questionnaire = loader.load(path)
    assert loader.loads(loader.dump_yaml(questionnaire)) == questionnaire
    assert loader.loads(loader.dump_json(questionnaire)) == questionnaire


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_questionnaire_shows_its_fault(path: Path) -> None:
    _hash, _expect, code, severity = path.read_text("utf-8").splitlines()[0].split()
    try:
        problems = check(loader.load(path))
    except QuestionnaireError as error:
        problems = list(error.problems)
    assert {(problem.code, problem.severity.value) for problem in problems} == {(code, severity)}
    for problem in problems:
        assert problem.where
        assert problem.what.endswith(("。", "？", "）", "}", ">")) or problem.code in (
            "markup",
            "untidy",
        )
        assert problem.remedy.endswith("。")


@pytest.mark.parametrize("code", loader.library_codes())
def test_library_has_no_error_and_survives_a_round_trip(code: str) -> None:
    questionnaire = loader.load_library(code)
    problems = check(questionnaire)
    assert [problem.code for problem in problems if problem.code != "double_barrelled"] == []
    assert loader.loads(loader.dump_yaml(questionnaire)) == questionnaire
    assert questionnaire.consent is not None


def test_library_holds_eight_instruments_with_105_items() -> None:
    sizes = {code: len(loader.load_library(code).questions) for code in loader.library_codes()}
    assert sizes == {
        "QA": 15,
        "QC": 13,
        "QD": 13,
        "QL": 15,
        "QO": 14,
        "QP": 13,
        "QR": 10,
        "QU": 12,
    }
    assert sum(sizes.values()) == 105
    for code in sizes:
        codes = [question.code for question in loader.load_library(code).questions]
        assert codes == [f"{code}{place:02d}" for place in range(1, sizes[code] + 1)]
