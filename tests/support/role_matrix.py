"""Which role may call which service: found by asking, written to docs/roles.md.

Every public function of ``evaluation.services`` whose first parameter is ``actor`` is called once
as each role, with nothing else. Services check the role before they look at anything, so the
answer is ``NotAllowed`` or some other failure. There is no database behind these calls.

``python tests/support/role_matrix.py`` writes the page; a test compares it.
"""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from evaluation import services
from evaluation.domain.roles import Actor, Role
from evaluation.errors import NotAllowed

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "roles.md"

#: Services that need no role, with the reason.
FOR_EVERYONE: dict[str, str] = {
    "access.change_password": "one's own password",
    "installation.note_download": "called after the service that gave the file",
    "jobs.submit": "called by services that checked the role",
}


def service_functions() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every service that acts for a person, by module and name."""
    for info in pkgutil.walk_packages(services.__path__, "evaluation.services."):
        if ".demo" in info.name:
            continue
        module = importlib.import_module(info.name)
        for name, function in sorted(vars(module).items()):
            if name.startswith("_") or not inspect.isfunction(function):
                continue
            if function.__module__ != info.name:
                continue
            parameters = list(inspect.signature(function).parameters)
            if parameters and parameters[0] == "actor":
                yield f"{info.name.removeprefix('evaluation.services.')}.{name}", function


def is_refused(function: Callable[..., object], roles: frozenset[Role]) -> bool:
    """Call a service with nothing but a person; tell whether the role was refused."""
    keywords = {
        name: None
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is inspect.Parameter.empty
        and parameter.kind in {parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY}
        and name != "actor"
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = function(Actor(987_654_321, "测试员", roles), **keywords)
            if inspect.isgenerator(answer):
                next(answer, None)
    except NotAllowed:
        return True
    except Exception:
        return False
    return False


def matrix() -> dict[str, frozenset[Role]]:
    """Roles that each service lets pass."""
    return {
        name: frozenset(role for role in Role if not is_refused(function, frozenset({role})))
        for name, function in service_functions()
    }


def page() -> str:
    """The matrix as a page."""
    lines = [
        "# Who may call which service",
        "",
        "Found by calling every service as every role (`python tests/support/role_matrix.py`).",
        "A dot means that the role passes; what it then sees is limited further by the service.",
        "",
        "| service | " + " | ".join(Role) + " |",
        "| --- |" + " :-: |" * len(Role),
    ]
    for name, allowed in sorted(matrix().items()):
        cells = " | ".join("●" if role in allowed else "" for role in Role)
        lines.append(f"| `{name}` | {cells} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    os.environ["HENGPING_DATABASE_URL"] = "no-database-behind-these-calls://"
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")
