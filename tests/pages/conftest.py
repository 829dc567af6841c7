"""The console in Streamlit's own test runner, signed in as whom the test says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from evaluation.domain.roles import SYSTEM, Role
from evaluation.services import access
from evaluation.ui import navigation
from evaluation.ui import session as ui_session

CONSOLE = Path(navigation.__file__).parent / "shell" / "console.py"
PASSWORD = "pages need words 7"

OpenPage = Callable[..., AppTest]


@pytest.fixture
def sign_in(database, monkeypatch) -> Callable[[Iterable[Role]], None]:
    """Sign in as a new account with these roles."""
    made: dict[frozenset[Role], str] = {}

    def as_roles(roles: Iterable[Role]) -> None:
        chosen = frozenset(roles)
        if chosen not in made:
            name = "user-" + "-".join(sorted(chosen))
            access.create_account(SYSTEM, name, "测试员", PASSWORD, roles=chosen)
            made[chosen] = access.sign_in(name, PASSWORD)
        monkeypatch.setattr(ui_session, "read_token", lambda: made[chosen])

    return as_roles


@pytest.fixture
def open_page(sign_in) -> OpenPage:
    """Open one page of the console with these roles and run it."""

    def run(name: str, *roles: Role) -> AppTest:
        sign_in(roles)
        app = AppTest.from_file(str(CONSOLE), default_timeout=30).run()
        return app.switch_page(str(navigation.PAGES_DIRECTORY / f"{name}.py")).run()

    return run
