"""``./run check``: format, rules, types, imports, duplicates of code, architecture and documents.

Two at a time, since that is how many cores a small machine has. Prints what failed, in full.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SOURCES = ["evaluation", "surveys", "sampling", "reports", "streamlit_app.py"]

#: The long ones first, so that two cores end together.
CHECKS: dict[str, list[str]] = {
    "types (mypy)": [str(BIN / "mypy")],
    "duplicates (pylint)": [
        *(str(BIN / "pylint"), "--disable=all", "--enable=duplicate-code", "--score=n"),
        *SOURCES,
    ],
    "architecture and documents (pytest)": [
        *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", "not slow"),
        "tests/architecture",
    ],
    "imports (import-linter)": [str(BIN / "lint-imports")],
    "rules (ruff check)": [str(BIN / "ruff"), "check", "."],
    "format (ruff format)": [str(BIN / "ruff"), "format", "--check", "."],
}


def run_check(name: str) -> tuple[str, int, str, float]:
    """Run one check; return its name, exit code, output and duration in seconds."""
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 -- fixed programs of this environment
        CHECKS[name],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return name, done.returncode, done.stdout, time.monotonic() - started


def main() -> int:
    """Run all checks; return 1 if any failed."""
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, code, output, seconds in pool.map(run_check, CHECKS):
            mark = "ok  " if code == 0 else "FAIL"
            sys.stdout.write(f"{mark} {name}, {seconds:.0f} s\n")
            if code:
                failed.append(name)
                sys.stdout.write(output.rstrip() + "\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(CHECKS) - len(failed)} passed, {len(failed)} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
