"""The project's own files, read once: paths, texts, syntax trees. For tests/architecture."""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("evaluation", "surveys", "sampling", "reports")
_LEFT_OUT = {".git", ".venv", "__pycache__", "data", "build", "dist", "node_modules"}


@cache
def project_files() -> tuple[str, ...]:
    """Return every file of the project, relative to its root, sorted.

    Git knows best (files ignored or not yet added are not the project's); without git or its
    directory, for example in an unpacked archive, every file counts that is not a product of work.
    """
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607 -- git from PATH, on purpose
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")
        return tuple(sorted(name for name in listed if name and (ROOT / name).is_file()))
    except (OSError, subprocess.CalledProcessError):
        return tuple(sorted(_walk()))


def _walk() -> Iterator[str]:
    for directory, names, files in os.walk(ROOT):
        here = Path(directory).relative_to(ROOT)
        names[:] = [
            name
            for name in names
            if name not in _LEFT_OUT - ({"data"} if here.parts else set())
            and not name.endswith((".egg-info", "_cache"))
            and name != ".hypothesis"
        ]
        for name in files:
            if not name.endswith((".pyc", ".sqlite3")):
                yield str(here / name) if here.parts else name


def python_files(*prefixes: str) -> list[str]:
    """Return the Python files below any of ``prefixes`` (all without one)."""
    return [
        name
        for name in project_files()
        if name.endswith(".py") and (not prefixes or name.startswith(prefixes))
    ]


@cache
def text(name: str) -> str:
    """Return a file's text."""
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree(name: str) -> ast.Module:
    """Return a Python file's syntax tree."""
    return ast.parse(text(name), filename=name)


def text_files() -> list[str]:
    """Return the files that hold text."""
    return [name for name in project_files() if _is_text(name)]


@cache
def _is_text(name: str) -> bool:
    chunk = (ROOT / name).read_bytes()[:4096]
    return b"\0" not in chunk


def docstring_nodes(module: ast.Module) -> set[int]:
    """Return the ids of the constants that are docstrings."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found
