"""Every module that adds a gate to a round's moves; importing this one makes all gates known."""

from evaluation.services import objectives, review_closing
from evaluation.services.results import freeze

__all__ = ["freeze", "objectives", "review_closing"]
