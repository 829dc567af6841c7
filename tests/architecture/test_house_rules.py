"""Rules that no linter knows: the one door, names, reasons, test folders, no machine of ours."""

from __future__ import annotations

import ast
import re

from source_tree import PACKAGES, project_files, python_files, text, text_files, tree

SOURCES = tuple(f"{package}/" for package in PACKAGES)
VAGUE_MODULES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}

#: (file, name) → why a bare `weight` is right there
BARE_WEIGHTS: dict[tuple[str, str], str] = {}


def test_the_door_imports_only_streamlit_and_the_web_package() -> None:
    module = tree("streamlit_app.py")
    imported = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    strange = {
        name
        for name in imported
        if name not in {"__future__", "streamlit"}
        and not name.startswith(("evaluation.web", "streamlit."))
    }
    assert strange == set()
    assert len(text("streamlit_app.py").splitlines()) < 40


def test_exceptions_to_the_linters_carry_a_code_and_a_reason() -> None:
    comment = re.compile(r"#\s*(noqa|type:\s*ignore)(?P<rest>.*)", re.IGNORECASE)
    bare = []
    for name in python_files():
        if name == "tests/architecture/test_house_rules.py":
            continue
        for number, line in enumerate(text(name).splitlines(), 1):
            found = comment.search(line)
            if not found:
                continue
            rest = found["rest"]
            has_code = re.match(r":\s*[A-Z]+\d+|\[[a-z-]+", rest.strip()) or rest.startswith("[")
            if not has_code or " -- " not in rest:
                bare.append(f"{name}:{number}")
    assert bare == []


def test_no_bare_weight_among_names() -> None:
    """There are two kinds: sampling weights and indicator weights. A name says which."""
    bare = []
    for name in python_files(*SOURCES):
        for node in ast.walk(tree(name)):
            used = None
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                used = node.id
            elif isinstance(node, ast.arg):
                used = node.arg
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                used = node.target.id
            if used == "weight" and (name, used) not in BARE_WEIGHTS:
                bare.append(f"{name}:{getattr(node, 'lineno', 0)}")
    assert bare == []


def test_module_names_say_what_they_hold() -> None:
    vague = [
        name
        for name in python_files(*SOURCES, "tests/")
        if VAGUE_MODULES & set(name.removesuffix(".py").split("/"))
        or re.search(r"_(new|old|v\d)\.py$", name)
    ]
    assert vague == []


def test_no_init_file_below_tests() -> None:
    """Such a file would make the test folder shadow the package of the same name."""
    assert [
        n for n in project_files() if n.startswith("tests/") and n.endswith("__init__.py")
    ] == []


def test_no_marks_left_to_settle() -> None:
    mark = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b|\\bNotImplemented" + "Error\\b")
    left = [
        f"{name}:{number}"
        for name in python_files(*SOURCES, "bench/", "tests/", "docs/", "streamlit_app.py")
        for number, line in enumerate(text(name).splitlines(), 1)
        if mark.search(line)
    ]
    assert left == []


def test_no_path_of_any_particular_machine() -> None:
    # written in pieces, so that this file does not find itself
    words = [
        "/wor" + "k/",
        "/far" + "m/",
        ".lib" + "rary/",
        "/t" + "mp/hp",
        "/root/" + ".pyenv",
        "/opt/" + "wheels",
        "farm" + "-studio",
        "farm" + "-bench",
        "issues" + " show",
        "deb.debian" + ".org",
    ]
    found = [
        f"{name}: {word}"
        for name in text_files()
        if name != "uv.lock"
        for word in words
        if word in text(name)
    ]
    assert found == []


def test_time_comes_from_the_clock_only() -> None:
    """Time comes from evaluation.clock; a direct call would escape the tests' fixed clock."""
    direct = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")
    found = [
        f"{name}:{number}"
        for name in python_files("evaluation/")
        if name != "evaluation/clock.py"
        for number, line in enumerate(text(name).splitlines(), 1)
        if direct.search(line) and "-- " not in line
    ]
    assert found == []
