"""The menu of rounds: each choice counts, and it is kept on the next page."""

import pytest

from evaluation.domain.roles import SYSTEM, Role
from evaluation.services import courts, frameworks, rounds
from evaluation.ui import navigation

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_every_choice_of_a_round_counts_and_is_kept_on_other_pages(database, open_page):
    courts.install_bundled(SYSTEM)
    made = rounds.create_standard_rounds(SYSTEM, frameworks.install_bundled(SYSTEM))
    app = open_page("fieldwork", Role.SECRETARY)
    for wanted in (made[1], made[2], made[0], made[2]):
        app.selectbox(key="round_menu").set_value(wanted).run()
        assert app.selectbox(key="round_menu").value == wanted
    for name in ("my_account", "paper_entry"):
        app.switch_page(str(navigation.PAGES_DIRECTORY / f"{name}.py")).run()
        assert not app.exception
    assert app.selectbox(key="round_menu").value == made[2]
