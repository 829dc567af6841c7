"""Fixtures of the public pages."""

from __future__ import annotations

import pytest
from survey_site import Site


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def make_site() -> type[Site]:
    return Site
