"""Errors that a person will read.

    EvaluationError            where, what, what to do
    ├── NotAllowed             the role may not do this
    ├── NotFound               the thing asked for does not exist, or not for this person
    ├── WrongState             the thing exists but is not in the state for this step
    ├── InvalidInput           what was entered cannot be taken; carries every fault
    └── Conflict               somebody else changed it, or it was done already

Each text has three parts: where (`where`), what is wrong (`what`), what to do (`remedy`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an input: where it stands, what is wrong, what to do."""

    where: str
    what: str
    remedy: str
    code: str = ""

    def __str__(self) -> str:
        """Return one sentence for a list of faults."""
        place = f"{self.where}：" if self.where else ""
        remedy = self.remedy if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class EvaluationError(Exception):
    """Base of every error whose text is meant for people."""

    def __init__(
        self, what: str, *, where: str = "", remedy: str = "", faults: Sequence[Fault] = ()
    ) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        self.faults = tuple(faults)
        super().__init__(what)

    def __str__(self) -> str:
        """Return where, what and what to do in one line."""
        place = f"{self.where}：" if self.where else ""
        return f"{place}{self.what}{self.remedy}"


class NotAllowed(EvaluationError):
    """The person signed in may not do this."""


class NotFound(EvaluationError):
    """The thing asked for does not exist, or is not for this person."""


class WrongState(EvaluationError):
    """The thing is not in the state that this step needs."""


class InvalidInput(EvaluationError):
    """What was entered cannot be taken; ``faults`` names every place."""


class Conflict(EvaluationError):
    """It was changed by somebody else, or was done already."""
