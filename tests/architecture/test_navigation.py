"""The list of pages and the files of pages are the same thing; every page asks who is there."""

from __future__ import annotations

import ast

from source_tree import python_files, text, tree

from evaluation.domain.roles import Role
from evaluation.ui.navigation import PAGES, PAGES_DIRECTORY, SECTIONS

CURRENT_ACTOR = "session.current_actor()"


def test_every_page_has_a_file_and_every_file_a_page() -> None:
    files = {path.stem for path in PAGES_DIRECTORY.glob("*.py") if path.stem != "__init__"}
    assert {page.name for page in PAGES} == files


def test_names_titles_and_sections_are_used_once_and_known() -> None:
    assert len({page.name for page in PAGES}) == len(PAGES)
    assert len({page.title for page in PAGES}) == len(PAGES)
    assert {page.section for page in PAGES} <= set(SECTIONS)


def test_every_page_is_open_to_somebody_and_the_chair_sees_all() -> None:
    assert [page.name for page in PAGES if not page.roles] == []
    assert [page.name for page in PAGES if not page.roles <= frozenset(Role)] == []


def test_every_page_starts_from_the_person_signed_in() -> None:
    without = [
        name
        for name in python_files("evaluation/ui/pages/")
        if not name.endswith("__init__.py") and CURRENT_ACTOR not in text(name)
    ]
    assert without == []


def test_pages_never_compare_roles() -> None:
    """Services decide; a page may hide what a role cannot use, with ``actor.has``."""
    deciding = [
        f"{name}:{node.lineno}"
        for name in python_files("evaluation/ui/")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Compare)
        and getattr(node.left, "id", getattr(node.left, "attr", "")) == "role"
        and isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.Is)
    ]
    assert deciding == []
