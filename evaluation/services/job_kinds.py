"""Makes every kind of background job known to this process."""

from __future__ import annotations


def register() -> None:
    """Import the services that register jobs; called by the worker and by the console's start."""
