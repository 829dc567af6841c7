"""What every test stands on: a database of its own, a clock to set, one browser, no network."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import sqlalchemy
from private_postgres import MISSING, URL_VARIABLE, find_binaries, running_cluster

from evaluation import clock as application_clock
from evaluation.config import settings

if not Path("/etc/fonts/fonts.conf").exists():
    # a system without fonts: WeasyPrint warns when it is imported in the process of the tests
    _fonts = Path(__file__).parents[1] / "reports" / "fonts" / "fonts.conf"
    os.environ.setdefault("FONTCONFIG_FILE", str(_fonts))

hypothesis.settings.register_profile(
    "hengping", deadline=None, derandomize=True, database=None, print_blob=True
)
hypothesis.settings.load_profile("hengping")

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        if (found := shutil.which(name))
    ),
    None,
)
NO_CHROMIUM = "no Chromium on this machine (Debian: apt-get install chromium)"
NO_DRIVER = "Playwright's driver does not start (Debian: apt-get install libatomic1)"


def _no_browser() -> str:
    """Return why browser tests cannot run here, or nothing."""
    if CHROMIUM is None:
        return NO_CHROMIUM
    import playwright  # noqa: PLC0415 -- only browser tests pay for it

    node = Path(playwright.__file__).parent / "driver" / "node"
    try:
        subprocess.run([node, "--version"], check=True, capture_output=True, timeout=60)  # noqa: S603 -- the driver of this environment
    except (OSError, subprocess.SubprocessError):
        return NO_DRIVER
    return ""


# ------------------------------------------------------------------ collection


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last in each process, and say why where they cannot run.

    Playwright's synchronous interface leaves an event loop running in the thread, which tests
    that start a loop of their own would meet.
    """
    for_browser = [item for item in items if item.get_closest_marker("browser")]
    reason = _no_browser() if for_browser else ""
    for item in for_browser if reason else []:
        item.add_marker(pytest.mark.skip(reason=reason))
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


# ------------------------------------------------------------------ no network, no shared state


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket file
    host = str(address[0])
    return host in {"localhost", "::1", "0.0.0.0", "::", ""} or host.startswith("127.")  # noqa: S104 -- compared, not bound


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuse any connection that leaves this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            original = getattr(socket.socket, name)

            def guarded(self: socket.socket, address: Any, _original: Any = original) -> Any:
                if not _is_local(address):
                    raise AssertionError(f"a test tried to reach {address[0]}")
                return _original(self, address)

            patch.setattr(socket.socket, name, guarded)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests away from a real installation: data go to a directory that is thrown away.

    The database address is one that cannot be opened, so that a test which forgets the fixture
    ``database`` fails by name instead of writing somewhere.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("HENGPING_")]:
            if name != URL_VARIABLE:
                patch.delenv(name)
        patch.setenv("HENGPING_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.setenv("HENGPING_DATABASE_URL", "use-the-fixture-database://")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(autouse=True)
def _clock_goes_on() -> Iterator[None]:
    """Whatever a test did to the clock ends with the test."""
    yield
    application_clock.set_reader(None)


# ------------------------------------------------------------------ the clock


class FixedClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **duration: float) -> datetime:
        """Move on, for example ``advance(hours=2)``."""
        self.moment += timedelta(**duration)
        return self.moment


@pytest.fixture
def fixed_clock() -> FixedClock:
    """Stop the application's clock at 2019-03-01 09:00 in Beijing."""
    reader = FixedClock(datetime(2019, 3, 1, 1, 0, tzinfo=UTC))
    application_clock.set_reader(reader)
    return reader


# ------------------------------------------------------------------ databases


@dataclass(frozen=True)
class Database:
    """One migrated, empty database and the data directory that belongs to it."""

    dialect: str
    url: str
    data_dir: Path

    @property
    def engine(self) -> sqlalchemy.Engine:
        """The engine that the application uses in this test."""
        from evaluation.storage import session  # noqa: PLC0415 -- pure tests never load storage

        return session.engine()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from evaluation.storage import schema, session  # noqa: PLC0415 -- pure tests never load storage

    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    engine = session.make_engine(f"sqlite:///{path}")
    schema.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


class PostgresTemplate:
    """A migrated database of this test process, cloned for each test."""

    def __init__(self, server_url: str, worker: str) -> None:
        from evaluation.storage import schema, session  # noqa: PLC0415 -- pure tests never load storage

        self.server_url = sqlalchemy.make_url(server_url)
        self.worker = worker
        self.count = 0
        self.template = f"template_{worker}_{os.getpid()}"
        self._server = sqlalchemy.create_engine(
            self.server_url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool
        )
        self._say(f'CREATE DATABASE "{self.template}"')
        engine = session.make_engine(self._address(self.template))
        schema.upgrade(engine)
        engine.dispose()

    def _address(self, name: str) -> str:
        return self.server_url.set(database=name).render_as_string(hide_password=False)

    def _say(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.exec_driver_sql(statement)

    def clone(self) -> tuple[str, str]:
        """Make a fresh copy; return its name and address."""
        self.count += 1
        name = f"test_{self.worker}_{os.getpid()}_{self.count}"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}" STRATEGY file_copy')
        return name, self._address(name)

    def drop(self, name: str) -> None:
        """Delete a copy, whoever still looks at it."""
        self._say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def _postgres_template(worker_id: str) -> Iterator[PostgresTemplate]:
    with ExitStack() as stack:
        url = os.environ.get(URL_VARIABLE)
        if not url:
            if find_binaries() is None:
                pytest.skip(MISSING)
            url = stack.enter_context(running_cluster())
        template = PostgresTemplate(url, worker_id)
        yield template
        template.drop(template.template)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """Bind the application to an empty migrated database; each test runs on both kinds."""
    from evaluation.storage import session  # noqa: PLC0415 -- pure tests never load storage

    data_dir = tmp_path / "data"
    data_dir.mkdir()
    with ExitStack() as stack:
        if request.param == "sqlite":
            path = data_dir / "hengping.sqlite3"
            shutil.copyfile(request.getfixturevalue("_sqlite_template"), path)
            url = f"sqlite:///{path}"
        else:
            template: PostgresTemplate = request.getfixturevalue("_postgres_template")
            name, url = template.clone()
            stack.callback(template.drop, name)
        monkeypatch.setenv("HENGPING_DATA_DIR", str(data_dir))
        monkeypatch.setenv("HENGPING_DATABASE_URL", url)
        settings.cache_clear()
        session.configure(url)
        stack.callback(_forget_engine)
        stack.callback(settings.cache_clear)
        yield Database(request.param, url, data_dir)


def _forget_engine() -> None:
    session = sys.modules["evaluation.storage.session"]
    session.engine().dispose()
    session._engine = session._sessions = None


# ------------------------------------------------------------------ the browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The one Chromium of this test process. Tests open their own contexts in it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- only browser tests pay for it

    reason = _no_browser()
    if reason:
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield running
        running.close()
