"""The clock of the demonstration: it stands where the story stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from evaluation import clock


class StoryClock:
    """A clock that stands at a moment of the story and goes on second by second when read."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """Return the moment, a little later each time, so that order is kept."""
        self.moment += timedelta(milliseconds=1)
        return self.moment

    def go_to(self, moment: datetime) -> None:
        """Move on; the story never goes back."""
        self.moment = max(self.moment, moment)


@contextmanager
def story_time(moment: datetime) -> Iterator[StoryClock]:
    """Set the clock of this process to a moment of the story; bring the real one back after."""
    reader = StoryClock(moment)
    clock.set_reader(reader)
    try:
        yield reader
    finally:
        clock.set_reader(None)
