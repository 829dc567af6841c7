"""A PostgreSQL server for tests and measurements: own directory, own port, gone afterwards.

As a script it runs a command with ``HENGPING_TEST_POSTGRES_URL`` set:
``python tests/support/private_postgres.py pytest -m "not slow"``.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

URL_VARIABLE = "HENGPING_TEST_POSTGRES_URL"
MISSING = (
    "PostgreSQL is not installed: tests run on SQLite only "
    "(Debian: apt-get install postgresql; without root: any directory with initdb on PATH)"
)
_FOR_TESTS = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=64MB "
    "-c autovacuum=off -c wal_level=minimal -c max_wal_senders=0"
)


def find_binaries() -> Path | None:
    """Return the newest directory that holds initdb and postgres, or None."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )[::-1]
    candidates += [Path("/opt/homebrew/bin"), Path("/usr/local/pgsql/bin")]
    for directory in candidates:
        if (directory / "initdb").exists() and (directory / "postgres").exists():
            return directory
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unprivileged_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: as root, run it as somebody who is not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("running as root, and there is neither 'postgres' nor 'nobody'")


@contextmanager
def running_cluster(*, durable: bool = False) -> Iterator[str]:
    """Start a cluster and give its address; stop and delete it at the end.

    For tests nothing is made durable, which saves most of their time; a measurement asks for what
    an installation has.
    """
    binaries = find_binaries()
    if binaries is None:
        raise FileNotFoundError(MISSING)
    account = _unprivileged_account()
    person = {"user": account.pw_uid, "group": account.pw_gid} if account else {}
    directory = Path(tempfile.mkdtemp(prefix="hengping-postgres-"))
    if account:
        os.chown(directory, account.pw_uid, account.pw_gid)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC"}
    data = directory / "data"
    port = _free_port()

    def run(*command: str) -> None:
        done = subprocess.run(  # noqa: S603 -- fixed programs, no text from outside
            command,
            cwd=directory,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            **person,
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}\n{done.stderr}")

    options = f"-p {port} -h 127.0.0.1 -k {directory} -c max_connections=300"
    if not durable:
        options += f" {_FOR_TESTS}"
    try:
        run(
            str(binaries / "initdb"),
            *("-D", str(data), "-U", "hengping", "-A", "trust", "-E", "UTF8"),
            *("--locale=C.UTF-8", "--no-sync"),
        )
        log = str(directory / "log")
        run(
            *(str(binaries / "pg_ctl"), "-D", str(data), "-l", log, "-w", "-t", "60"),
            *("-o", options, "start"),
        )
        try:
            yield f"postgresql+psycopg://hengping@127.0.0.1:{port}/postgres"
        finally:
            run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run ``command`` beside a private server, or without one where none is installed."""
    if os.environ.get(URL_VARIABLE) or find_binaries() is None:
        if find_binaries() is None:
            sys.stderr.write(MISSING + "\n")
        return subprocess.run(command, check=False).returncode  # noqa: S603 -- from ./run
    with running_cluster() as url:
        sys.stderr.write("PostgreSQL for tests: started\n")
        environment = {**os.environ, URL_VARIABLE: url}
        return subprocess.run(  # noqa: S603 -- the command comes from ./run
            command, env=environment, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
