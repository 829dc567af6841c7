"""Makes every kind of background job known to this process."""

from __future__ import annotations

from evaluation.services import publication

#: Modules whose import registers a kind of job.
MODULES = (publication,)


def register() -> None:
    """Import the services that register jobs; called by the worker and by the console's start."""
