"""Tables, one file per aggregate. Importing this package makes every table known."""

from evaluation.storage.models import (
    account,
    court,
    evaluation_round,
    event,
    framework,
    job,
    member,
    stored_file,
)

__all__ = [
    "account",
    "court",
    "evaluation_round",
    "event",
    "framework",
    "job",
    "member",
    "stored_file",
]
