"""Every page opens on an empty installation for every role that has it, without a broken page."""

import pytest
from streamlit.testing.v1 import AppTest

from evaluation.domain.roles import Actor, Role
from evaluation.ui import navigation
from evaluation.ui import session as ui_session

CONSOLE = navigation.PAGES_DIRECTORY.parent / "shell" / "console.py"

#: Pages do not know the database; one kind is enough here.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_a_role_opens(sign_in, role):
    sign_in([role])
    app = AppTest.from_file(str(CONSOLE), default_timeout=30).run()
    faults = {}
    for page in navigation.PAGES:
        if role not in page.roles:
            continue
        app.switch_page(str(page.path)).run()
        shown = [error.value for error in [*app.exception, *app.error]]
        if shown or not app.title:
            faults[page.name] = shown or "no title"
    assert faults == {}


def test_console_without_a_session_asks_to_sign_in(database, monkeypatch):
    monkeypatch.setattr(ui_session, "read_token", lambda: None)
    app = AppTest.from_file(str(CONSOLE), default_timeout=30).run()
    assert [title.value for title in app.title] == ["请先登录"]


@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_exactly_its_pages(database, role):
    from_table = {page.name for page in navigation.PAGES if role in page.roles}
    shown = navigation.pages_for(Actor(1, "测试员", frozenset({role})))
    assert {page.name for pages in shown.values() for page in pages} == from_table
