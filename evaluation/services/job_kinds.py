"""Makes every kind of background job known to this process."""

from __future__ import annotations

from evaluation.services import publication
from evaluation.services.demo import job as demonstration

#: Modules whose import registers a kind of job.
MODULES = (publication, demonstration)


def register() -> None:
    """Import the services that register jobs; called by the worker and by the console's start."""
