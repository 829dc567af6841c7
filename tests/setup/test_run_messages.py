"""``./run`` where something is missing: one clear sentence, Chinese first, exit code 1."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from source_tree import ROOT

#: What a POSIX system always has; no apt-get, no sudo, no Python.
ORDINARY = ["sh", "dirname", "cat", "cksum", "uname", "id", "rm", "head", "mkdir", "find", "grep"]
ORDINARY += ["sed", "tr", "sleep", "env"]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A directory with the project's own door, and a PATH of ordinary programs only."""
    project = tmp_path / "hengping"
    project.mkdir()
    for name in ("run", "uv.lock", "pyproject.toml"):
        shutil.copy2(ROOT / name, project / name)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ORDINARY:
        found = shutil.which(name)
        if found:
            (programs / name).symlink_to(found)
    return tmp_path


def _program(machine: Path, name: str, text: str) -> None:
    path = machine / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def _run(machine: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own script
        [str(machine / "hengping" / "run"), *arguments],
        env={"PATH": str(machine / "programs"), "HOME": str(machine), **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _ready(machine: Path) -> None:
    """Make the set-up look finished, with the Python of this test as the environment's."""
    project = machine / "hengping"
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(shutil.which("python3") or "python3")
    mark = subprocess.run(
        ["sh", "-c", "printf '%s\\n' \"$PWD\"; cat uv.lock pyproject.toml | cksum"],  # noqa: S607 -- sh from PATH
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (project / ".venv" / ".ready").write_text(mark, encoding="utf-8")


def test_python_too_old(machine: Path) -> None:
    _program(
        machine, "programs/python3", 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac'
    )
    done = _run(machine)
    assert done.returncode == 1
    assert "需要 Python 3.11、3.12 或 3.13；本机是：Python 3.9.2" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


def test_no_python_and_no_way_to_get_it(machine: Path) -> None:
    done = _run(machine, "test")
    assert done.returncode == 1
    assert "本机是：没有 Python / no Python" in done.stderr


def test_pango_cannot_be_installed(machine: Path) -> None:
    for name in ("bin/python", "tools/bin/uv", "bin/evaluation"):
        _program(
            machine,
            f"hengping/.venv/{name}",
            'case "$*" in *ctypes*) exit 1;; *) exit 0;; esac',
        )
    done = _run(machine)
    assert done.returncode == 1
    assert "生成 PDF 需要的 Pango 装不上" in done.stderr
    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in done.stderr


def test_packages_cannot_be_fetched(machine: Path) -> None:
    _program(machine, "hengping/.venv/bin/python", 'case "$*" in *"pip install"*) exit 1;; esac')
    _program(machine, "hengping/.venv/tools/bin/uv", "exit 1")
    done = _run(machine)
    assert done.returncode == 1
    assert "软件包安装失败" in done.stderr


def test_port_is_taken(machine: Path) -> None:
    _ready(machine)
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        port = str(occupied.getsockname()[1])
        done = _run(machine, HENGPING_PORT=port)
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stderr
    assert "HENGPING_PORT=8502 ./run" in done.stderr


def test_directory_is_read_only(machine: Path) -> None:
    project = machine / "hengping"
    if os.geteuid() == 0:
        mounts = f"mount --bind {project} {project} && mount -o remount,ro,bind {project}"
        inside = f"{mounts} && {project}/run"
        done = subprocess.run(  # noqa: S603 -- our own script
            ["unshare", "-m", "sh", "-c", inside],  # noqa: S607 -- unshare from PATH
            capture_output=True,
            text=True,
            check=False,
        )
        if "unshare" in done.stderr or "mount:" in done.stderr:
            pytest.skip("this machine does not let root make a private mount")
    else:
        project.chmod(0o555)
        done = _run(machine)
        project.chmod(0o755)
    assert done.returncode == 1
    assert f"目录不可写：{project}" in done.stderr


def test_help_needs_no_set_up(machine: Path) -> None:
    done = _run(machine, "help")
    assert done.returncode == 0
    for command in ("demo", "test", "check", "fix", "worker", "bench", "docs", "help"):
        assert f"./run {command}" in done.stdout


def test_a_ready_environment_starts_in_a_moment(machine: Path) -> None:
    _ready(machine)
    done = _run(machine, "setup")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
