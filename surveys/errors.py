"""Problems of questionnaires as data, and the one exception that carries them.

A problem says where, what and what to do. Problems are collected, never raised one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a questionnaire may be published with the problem."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: code for machines, place in words, what is wrong, what to do about it."""

    code: str
    where: str
    what: str
    remedy: str
    severity: Severity = Severity.ERROR
    question: str = ""
    """Code of the question concerned, so that a screen can link to it; empty for the whole."""

    def __str__(self) -> str:
        """Join place, fault and remedy into one readable line."""
        return f"[{self.code}] {self.where}：{self.what}{self.remedy}"


def errors_only(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that forbid publishing."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


class SurveysError(Exception):
    """Base of every exception this package raises on purpose."""


class QuestionnaireError(SurveysError):
    """A questionnaire, or a file that should contain one, cannot be used."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class AnswersError(SurveysError):
    """Answers or a table of responses cannot be read."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
