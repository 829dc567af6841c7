"""All faults of a questionnaire in one pass, each with its place and its remedy.

Errors forbid publishing; warnings ask a person to look. Shape (names of fields, kinds of values)
was already judged when the questionnaire was read.
"""

from surveys.checks.logic import check_logic
from surveys.checks.structure import check_structure
from surveys.checks.trend import check_trend
from surveys.checks.wording import check_translations, check_wording
from surveys.errors import Problem, Severity, errors_only
from surveys.schema import Questionnaire

__all__ = ["check", "check_trend", "errors_only"]


def check(questionnaire: Questionnaire, previous: Questionnaire | None = None) -> list[Problem]:
    """List every problem; with ``previous``, changed trend items too."""
    problems = check_structure(questionnaire)
    problems += check_logic(questionnaire)
    problems += check_translations(questionnaire)
    problems += check_wording(questionnaire)
    if previous is not None:
        problems += check_trend(previous, questionnaire)
    places = {question.code: n for n, question in enumerate(questionnaire.questions)}
    return sorted(
        problems,
        key=lambda problem: (
            problem.severity is not Severity.ERROR,
            places.get(problem.question, -1),
        ),
    )
