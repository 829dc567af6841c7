"""Tables, one file per aggregate. Importing this package makes every table known."""

from evaluation.storage.models import (
    account,
    case_file,
    court,
    draw,
    evaluation_round,
    event,
    evidence,
    frame,
    framework,
    interview,
    job,
    member,
    objective,
    recusal,
    review,
    stored_file,
)

__all__ = [
    "account",
    "case_file",
    "court",
    "draw",
    "evaluation_round",
    "event",
    "evidence",
    "frame",
    "framework",
    "interview",
    "job",
    "member",
    "objective",
    "recusal",
    "review",
    "stored_file",
]
