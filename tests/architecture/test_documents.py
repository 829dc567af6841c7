"""Documents keep up: decisions, glossary, commands, settings, links, changelog."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import pytest
from source_tree import PACKAGES, ROOT, project_files, text

import evaluation.domain
from evaluation.config import Settings

DECISION_PARTS = ("Context", "Decision", "Consequence", "Status")

#: Enumerations that no person sees → why
HIDDEN_ENUMERATIONS: dict[str, str] = {}


def _decisions() -> list[str]:
    return [n for n in project_files() if n.startswith("docs/decisions/") and n.endswith(".md")]


def test_decisions_are_numbered_once_and_complete() -> None:
    names = [Path(name).name for name in _decisions() if Path(name).name != "README.md"]
    assert [name for name in names if not re.match(r"\d{4}-[a-z0-9-]+\.md$", name)] == []
    numbers = [name[:4] for name in names]
    assert sorted(set(numbers)) == sorted(numbers)
    incomplete = [
        f"{name}: {part}"
        for name in _decisions()
        if not name.endswith("README.md")
        for part in DECISION_PARTS
        if not re.search(rf"(^#+\s*{part}|^\*\*{part}|^{part}s?:)", text(name), re.MULTILINE | re.I)
    ]
    assert incomplete == []


def _shown_enumerations() -> dict[str, type[StrEnum]]:
    found: dict[str, type[StrEnum]] = {}
    for module in pkgutil.iter_modules(evaluation.domain.__path__):
        namespace = vars(importlib.import_module(f"evaluation.domain.{module.name}"))
        for value in namespace.values():
            if not isinstance(value, type) or not issubclass(value, StrEnum):
                continue
            if value.__module__.startswith("evaluation.domain."):  # not what it imports
                found[value.__name__] = value
    return found


def test_glossary_has_every_value_that_a_person_sees() -> None:
    glossary = text("GLOSSARY.md")
    missing = [
        f"{name}.{member.value}"
        for name, enumeration in sorted(_shown_enumerations().items())
        if name not in HIDDEN_ENUMERATIONS
        for member in enumeration
        if f"`{member.value}`" not in glossary
    ]
    assert missing == []


def test_every_setting_has_a_heading() -> None:
    page = text("docs/settings.md")
    missing = [
        name
        for name in Settings.model_fields
        if not re.search(rf"^#+ `HENGPING_{name.upper()}`", page, re.MULTILINE)
    ]
    assert missing == []


def test_generated_pages_are_current(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "path", list(sys.path))  # the script adds to it
    spec.loader.exec_module(generate)
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    assert generate.main() == 0, "run ./run docs"


def test_links_inside_the_repository_lead_somewhere() -> None:
    broken = []
    for name in project_files():
        if not name.endswith(".md"):
            continue
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text(name)):
            if target.startswith(("http", "mailto:", "<")):
                continue
            if not (ROOT / name).parent.joinpath(target).exists():
                broken.append(f"{name}: {target}")
    assert broken == []


def test_changelog_tells_which_figures_move() -> None:
    changelog = text("CHANGELOG.md")
    releases = re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]
    assert releases
    assert [part.splitlines()[0] for part in releases if "### Numbers" not in part] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_say_what_they_are(package: str) -> None:
    assert importlib.import_module(package).__doc__


def test_readme_commands_exist() -> None:
    help_text = subprocess.run(  # noqa: S603 -- our own script
        [str(ROOT / "run"), "help"], capture_output=True, text=True, check=True
    ).stdout
    for name in ("README.md", "README.zh-CN.md"):
        for command in re.findall(r"^\./run ([a-z]+)", text(name), re.MULTILINE):
            assert f"./run {command}" in help_text or command in text("docs/commands.md"), command


def test_manual_index_leads_to_every_page() -> None:
    index = text("docs/manual/README.md")
    pages = [Path(name).name for name in project_files() if name.startswith("docs/manual/")]
    assert [name for name in pages if name != "README.md" and f"({name})" not in index] == []
