"""The engine of this process and its unit of work: one transaction, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from evaluation.config import settings

#: Nobody waits for another's lock longer than with SQLite, and a process that hangs in the middle
#: of a transaction loses it instead of holding up everybody else.
POSTGRES_LIMITS = {"lock_timeout": "30s", "idle_in_transaction_session_timeout": "10min"}

_lock = Lock()
_engine: Engine | None = None
_sessions: sessionmaker[Session] | None = None


def normalised_url(url: str) -> str:
    """Name the driver: ``postgresql://`` becomes ``postgresql+psycopg://``."""
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def make_engine(url: str) -> Engine:
    """Make an engine for SQLite (WAL, durable, foreign keys on) or PostgreSQL."""
    address = normalised_url(url)
    if not address.startswith("sqlite"):
        return _make_postgres_engine(address)
    database = make_url(address).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
        # The driver must not open transactions by itself: a writer takes its lock at BEGIN
        # IMMEDIATE, so two writers wait for each other instead of failing half-way.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=30000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        reading = options.get("hengping_read_only", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _make_postgres_engine(address: str) -> Engine:
    engine = create_engine(address, pool_pre_ping=True, pool_size=10, max_overflow=20)

    @event.listens_for(engine, "connect")
    def limit(connection: Any, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for name, limit in POSTGRES_LIMITS.items():
            cursor.execute(f"SET {name} = '{limit}'")
        cursor.close()
        connection.commit()

    return engine


def configure(url: str | None = None) -> Engine:
    """Bind this process to a database; called again, it moves to another one."""
    global _engine, _sessions
    with _lock:
        if _engine is not None:
            _engine.dispose()
        _engine = make_engine(url or settings().resolved_database_url())
        _sessions = sessionmaker(_engine, expire_on_commit=False, autoflush=True)
        return _engine


def engine() -> Engine:
    """Return the engine of this process, made at first use."""
    return _engine if _engine is not None else configure()


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Give a session whose changes are saved together at the end, or not at all."""
    if _sessions is None:
        configure()
    if _sessions is None:  # pragma: no cover -- configure() always sets it
        raise RuntimeError("no database configured")
    with _sessions() as session, session.begin():
        yield session


@contextmanager
def reading() -> Iterator[Session]:
    """Give a session for reading only: it takes no write lock and keeps nothing."""
    with engine().connect().execution_options(hengping_read_only=True) as connection:
        session = Session(connection, expire_on_commit=False, autoflush=False)
        try:
            yield session
        finally:
            session.close()
