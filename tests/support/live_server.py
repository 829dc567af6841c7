"""The real application in its own process, on a free port, for tests that look from outside."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from source_tree import ROOT

START_SECONDS = 180


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path) -> dict[str, str]:
    """Return this process's environment with its own data directory and no other setting."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HENGPING_")}
    return {**kept, "HENGPING_DATA_DIR": str(data_dir), "PYTHONWARNINGS": "default"}


@contextmanager
def running(command: list[str], data_dir: Path, port: int) -> Iterator[str]:
    """Start a server, wait until it answers, give its address; stop it at the end."""
    data_dir.mkdir(parents=True, exist_ok=True)
    log = data_dir / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 -- our own server
            command, cwd=ROOT, env=environment(data_dir), stdout=output, stderr=output
        )
        try:
            _wait(process, f"http://127.0.0.1:{port}/healthz", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 -- our own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the server did not start:\n" + log.read_text(errors="replace")[-4000:])


@contextmanager
def console(data_dir: Path) -> Iterator[str]:
    """Run console and public site in one process, as ``./run`` does."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    options += ["--server.headless", "true", "--server.fileWatcherType", "none"]
    with running([*command, *options], data_dir, port) as address:
        yield address


@contextmanager
def public_site(data_dir: Path) -> Iterator[str]:
    """Run the public site alone under uvicorn, as in a larger installation."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "evaluation.web.public:app"]
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    with running([*command, *options], data_dir, port) as address:
        yield address
