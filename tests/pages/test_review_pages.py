"""Pages of case review: what a chair sees of a round under way, what a reviewer never sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import review_matrix
from review_matrix import MarkedRound
from streamlit.testing.v1 import AppTest

from evaluation.domain.roles import Actor, Role
from evaluation.services import access
from evaluation.storage.models.account import Account
from evaluation.storage.session import unit_of_work
from evaluation.ui import navigation
from evaluation.ui import session as ui_session

CONSOLE = navigation.PAGES_DIRECTORY.parent / "shell" / "console.py"
OF_THE_CHAIR = (
    "case_files",
    "assignments",
    "recusals",
    "adjudication",
    "agreement",
    "review_results",
)

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def marked(database: object) -> MarkedRound:
    return review_matrix.build()


@pytest.fixture
def console_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Actor], AppTest]:
    def opened(actor: Actor) -> AppTest:
        with unit_of_work() as session:
            account = session.get_one(Account, actor.account_id)
            token = access._open_session(session, account)
        monkeypatch.setattr(ui_session, "read_token", lambda: token)
        return AppTest.from_file(str(CONSOLE), default_timeout=60).run()

    return opened


def _page(app: AppTest, name: str) -> AppTest:
    return app.switch_page(str(navigation.PAGES_DIRECTORY / f"{name}.py")).run()


def _marks_shown(app: AppTest, marks: set[str]) -> set[str]:
    text = repr(app) + "".join(str(table.value.to_dict()) for table in [*app.table, *app.dataframe])
    return {one for one in marks if one in text}


def test_a_chair_sees_a_round_under_way(
    marked: MarkedRound, console_of: Callable[[Actor], AppTest]
) -> None:
    app = console_of(marked.built.chair)
    for name in OF_THE_CHAIR:
        _page(app, name)
        assert [box.value for box in [*app.exception, *app.error]] == [], name
        assert app.title


def test_a_reviewer_sees_nothing_of_others_on_any_page(
    marked: MarkedRound, console_of: Callable[[Actor], AppTest]
) -> None:
    app = console_of(marked.asker)
    shown: set[str] = set()
    for page in navigation.PAGES:
        if Role.REVIEWER not in page.roles:
            continue
        _page(app, page.name)
        assert not app.exception, page.name
        assert _marks_shown(app, marked.forbidden) == set(), page.name
    _page(app, "review_form")
    for number in marked.numbers["attempt_id"]:
        app.query_params["attempt"] = str(number)
        app.run()
        shown |= _marks_shown(app, marked.allowed)
        assert _marks_shown(app, marked.forbidden) == set(), number
    assert shown  # one's own marks are found, so marks would be found
