"""Files, functions and pages stay small enough to be read; each exception says why."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from source_tree import PACKAGES, ROOT, project_files, python_files, text, tree

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_PAGE_LINES = 80
MAX_FILE_BYTES = 1_500_000

#: file → reason
LONG_FILES: dict[str, str] = {}

#: "file::function" → reason
LONG_FUNCTIONS: dict[str, str] = {}

#: Directory whose large files are expected → reason
LARGE_FILES = {
    "reports/fonts/": "the three Chinese families are shipped, so that every PDF is alike"
}

SOURCES = tuple(f"{package}/" for package in PACKAGES)
MIGRATIONS = "evaluation/storage/migrations/versions/"


def test_files_are_at_most_400_lines() -> None:
    long = {
        name: lines
        for name in python_files(*SOURCES, "streamlit_app.py", "bench/", "docs/")
        if not name.startswith(MIGRATIONS)
        and (lines := len(text(name).splitlines())) > MAX_FILE_LINES
        and name not in LONG_FILES
    }
    assert long == {}


def _functions(module: ast.Module, prefix: str = "") -> Iterator[tuple[str, ast.AST, int]]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                lines -= (first.end_lineno or first.lineno) - first.lineno + 1
            yield node.name, node, lines


def test_functions_are_at_most_60_lines_without_docstring() -> None:
    long = {
        f"{name}::{function}": lines
        for name in python_files(*SOURCES)
        if not name.startswith(MIGRATIONS)
        for function, _node, lines in _functions(tree(name))
        if lines > MAX_FUNCTION_LINES and f"{name}::{function}" not in LONG_FUNCTIONS
    }
    assert long == {}


def test_pages_are_at_most_80_lines() -> None:
    long = {
        name: lines
        for name in python_files("evaluation/ui/pages/")
        if (lines := len(text(name).splitlines())) > MAX_PAGE_LINES
    }
    assert long == {}


def test_no_file_is_heavier_than_1_5_megabytes() -> None:
    heavy = {
        name: size
        for name in project_files()
        if (size := (ROOT / name).stat().st_size) > MAX_FILE_BYTES
        and not name.startswith(tuple(LARGE_FILES))
    }
    assert heavy == {}


def test_every_exception_is_still_needed() -> None:
    gone = [name for name in LONG_FILES if len(text(name).splitlines()) <= MAX_FILE_LINES]
    long_functions = {
        f"{name}::{function}"
        for name in python_files(*SOURCES)
        for function, _node, lines in _functions(tree(name))
        if lines > MAX_FUNCTION_LINES
    }
    gone += [name for name in LONG_FUNCTIONS if name not in long_functions]
    assert gone == []
