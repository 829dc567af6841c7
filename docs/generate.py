"""Write the pages that are made from code: ``docs/commands.md`` and ``docs/settings.md``.

``--check`` writes nothing and fails when a page is out of date.
"""

from __future__ import annotations

import pkgutil
import re
import sys
from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import typer.main

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "support"))

import role_matrix

import evaluation.domain
import evaluation.ui.components
from evaluation.cli import COMMANDS
from evaluation.config import Settings

DOCS = Path(__file__).resolve().parent

SETTING_TEXTS = {
    "data_dir": "Directory of everything the installation keeps: the SQLite database, frozen "
    "registers, uploaded files, reports, the secret key. Back up this directory as a whole.",
    "database_url": "Address of the database. Empty means SQLite inside the data directory; "
    "`postgresql://user:password@host/name` means PostgreSQL.",
    "secret_key": "Secret from which cookies and form tokens are signed and protected data are "
    "encrypted. Empty means that one is made at first start and kept in the data directory, "
    "readable by its owner only. Several processes must share one.",
    "base_url": "Address under which people reach this installation, for links in QR posters and "
    "reports, for example `https://pinggu.example.cn`. Empty means the address of the request; "
    "posters with a QR code need it.",
    "session_hours": "How long a sign-in lasts, in hours.",
    "secure_cookies": "Send cookies over HTTPS only. Set it wherever HTTPS is used.",
    "language": "Catalogue of the console. `zh_CN` is the language of the source texts.",
}


def commands_page() -> str:
    """Return the reference of the command line."""
    lines = [
        "# 命令 · Commands",
        "",
        "Written by `./run docs` from the commands themselves. Each is `./run NAME …` or,",
        "inside the environment, `evaluation NAME …`.",
        "",
    ]
    for name, module, help_text in COMMANDS:
        lines += [f"## `{name}`", "", f"{help_text}。", ""]
        for path, command in _walk(name, typer.main.get_command(import_module(module).app)):
            lines += [f"### `evaluation {path}`", "", _sentence(command.help), ""]
            for parameter in command.params:
                if parameter.name not in {"help", "install_completion", "show_completion"}:
                    lines.append(_parameter_line(parameter))
            if lines[-1]:
                lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _walk(prefix: str, command: Any) -> list[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if not inner:
        return [(prefix.strip(), command)]
    return [pair for name, sub in inner.items() for pair in _walk(f"{prefix} {name}", sub)]


def _sentence(help_text: str | None) -> str:
    return re.sub(r"\s+", " ", (help_text or "").split("\f")[0]).strip()


def _parameter_line(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = f"`{(parameter.name or '').upper()}`"
    else:
        name = ", ".join(f"`{option}`" for option in [*parameter.opts, *parameter.secondary_opts])
    text = _sentence(getattr(parameter, "help", None))
    need = " Required." if parameter.required else ""
    return f"- {name}: {text}{need}".rstrip(": ")


def settings_page() -> str:
    """Return the reference of the settings."""
    lines = [
        "# Settings",
        "",
        "Written by `./run docs` from `evaluation.config`. All are environment variables; every",
        "default is safe on a public machine. `HENGPING_PORT` (8501) belongs to `./run` itself.",
        "",
    ]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = f"`{default}`" if str(default) else "empty"
        lines += [
            f"## `HENGPING_{name.upper()}`",
            "",
            f"{SETTING_TEXTS[name]} Default: {shown}.",
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


#: Values whose Chinese stands in a framework file and not in the program.
FROM_THE_FRAMEWORK = {
    "Direction": ("越高越好", "越低越好", "仅供参照"),
    "IndicatorUnit": ("比率", "每万件", "天", "分"),
    "Method": ("文献分析", "问卷调查", "案卷评查", "座谈访谈", "指标"),
    "Severity": ("A 严重", "B 一般", "C 瑕疵"),
    "SourceGrade": ("A 正式文件与系统数据", "B 内部台账与报表", "C 自述材料"),
    "Verdict": ("已实现", "基本实现", "部分实现", "未实现", "证据不足"),
}

Titles = dict[tuple[type[StrEnum], str], str]
GLOSSARY_MARKS = ("## Values that people see\n", "## Sources\n")


def glossary_page() -> str:
    """Return the glossary with its tables of enumerated values as the program shows them."""
    text = (DOCS.parent / "GLOSSARY.md").read_text(encoding="utf-8")
    before, rest = text.split(GLOSSARY_MARKS[0], 1)
    after = rest.split(GLOSSARY_MARKS[1], 1)[1]
    lines = ["", "Written by `./run docs` from the enumerations of `evaluation.domain`.", ""]
    lines += ["| enumeration | value | 中文 |", "|---|---|---|"]
    for name, (members, titles) in sorted(_enumerations().items()):
        for member in members:
            lines.append(f"| {name} | `{member.value}` | {_title(member, titles)} |")
    table = "\n".join([*lines, "", ""])
    return before + GLOSSARY_MARKS[0] + table + GLOSSARY_MARKS[1] + after


def _title(member: StrEnum, titles: Titles) -> str:
    known = titles.get((type(member), member.value), "")
    if not known and type(member).__name__ in FROM_THE_FRAMEWORK:
        known = FROM_THE_FRAMEWORK[type(member).__name__][list(type(member)).index(member)]
    return known


def _modules(package: ModuleType) -> list[str]:
    return [
        f"{package.__name__}.{module.name}" for module in pkgutil.iter_modules(package.__path__)
    ]


def _enumerations() -> dict[str, tuple[list[StrEnum], Titles]]:
    found: dict[str, tuple[list[StrEnum], Titles]] = {}
    titles: Titles = {}
    for module in [*_modules(evaluation.domain), *_modules(evaluation.ui.components)]:
        for value in vars(import_module(module)).values():
            if not module.startswith("evaluation.domain") and not isinstance(value, Mapping):
                continue
            if isinstance(value, type) and issubclass(value, StrEnum):
                if not value.__module__.startswith(evaluation.domain.__name__):
                    continue  # imported from the engines, which name their values themselves
                found[value.__name__] = (list(value), titles)
            elif isinstance(value, Mapping):
                for key, text in value.items():
                    if isinstance(key, StrEnum) and isinstance(text, str):
                        titles.setdefault((type(key), key.value), text)
    return found


def main() -> int:
    """Write the pages, or compare them."""
    stale = []
    pages = {
        "settings.md": settings_page,
        "../GLOSSARY.md": glossary_page,
        "roles.md": role_matrix.page,
        "commands.md": commands_page,
    }
    if "--check" in sys.argv:
        del pages["roles.md"]  # tests/architecture/test_roles.py compares it
    for name, make in pages.items():
        path = DOCS / name
        page = make()
        if path.exists() and path.read_text(encoding="utf-8") == page:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(page, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.stderr.write(f"out of date, run ./run docs: {', '.join(stale)}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
