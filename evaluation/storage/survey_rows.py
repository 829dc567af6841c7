"""Single rows by their keys, for requests: a sealed draft, whether a receipt is known.

SQLite answers at once, on the event loop. PostgreSQL is asked from a thread, for all requests that
wait at the same time together.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, bindparam, select
from sqlalchemy.pool import PoolProxiedConnection

from evaluation.storage.survey_groups import GroupThread, Job
from evaluation.storage.survey_mixing import Mixer
from evaluation.storage.survey_writing import DRAFT, known_receipts

_DRAFT_OF_SQLITE = "SELECT sealed FROM survey_draft WHERE id = ? AND expires_on >= ?"
_RECEIPT_OF_SQLITE = (
    "SELECT 1 FROM survey_inbox WHERE id = ? "
    "UNION ALL SELECT 1 FROM survey_response WHERE receipt_hash = ?"
)
_DRAFTS = select(DRAFT.c.id, DRAFT.c.sealed).where(
    DRAFT.c.id.in_(bindparam("ids", expanding=True)), DRAFT.c.expires_on >= bindparam("today")
)


class Rows(Protocol):
    """Reads single rows by key."""

    async def draft(self, draft_id: str) -> bytes | None:
        """Find a sealed draft that has not expired."""

    async def has_receipt(self, receipt_hash: str) -> bool:
        """Tell whether a response is kept, in the inbox or among the others."""

    def close(self) -> None:
        """Let go of the database."""


def rows_of(engine: Engine, mixer: Mixer, today: Callable[[], date]) -> Rows:
    """Return the way of reading that suits the database."""
    kind = DirectRows if engine.dialect.name == "sqlite" else GroupedRows
    return kind(engine, mixer, today)


class DirectRows:
    """Reads from SQLite, some 20 microseconds a row, without a thread.

    Readers never wait in WAL mode, so this does not hold up the event loop; a thread and a
    transaction would cost ten times as much as the reading.
    """

    def __init__(self, engine: Engine, mixer: Mixer, today: Callable[[], date]) -> None:
        self._engine = engine
        self._mixer = mixer
        self._today = today
        self._lock = threading.Lock()
        self._connection: PoolProxiedConnection | None = None

    async def draft(self, draft_id: str) -> bytes | None:
        """Find a sealed draft that has not expired."""
        rows = self._read(_DRAFT_OF_SQLITE, (draft_id, self._today().isoformat()))
        return bytes(rows[0][0]) if rows else None

    async def has_receipt(self, receipt_hash: str) -> bool:
        """Tell whether a response is kept, in the inbox or among the others."""
        keys = (self._mixer.inbox_id(receipt_hash), receipt_hash)
        return bool(self._read(_RECEIPT_OF_SQLITE, keys))

    def _read(self, statement: str, parameters: tuple[str, ...]) -> list[tuple[Any, ...]]:
        with self._lock:
            if self._connection is None:
                self._connection = self._engine.raw_connection()
            cursor = self._connection.cursor()
            try:
                cursor.execute(statement, parameters)
                return list(cursor.fetchall())
            finally:
                cursor.close()

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


class GroupedRows:
    """Reads from PostgreSQL, with one statement for all who wait: each costs a way and back."""

    def __init__(self, engine: Engine, mixer: Mixer, today: Callable[[], date]) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._mixer = mixer
        self._today = today
        self._thread = GroupThread(self._find, _concerns_all, name="survey-reader")

    async def draft(self, draft_id: str) -> bytes | None:
        """Find a sealed draft that has not expired."""
        found: bytes | None = await self._thread.do("draft", draft_id)
        return found

    async def has_receipt(self, receipt_hash: str) -> bool:
        """Tell whether a response is kept, in the inbox or among the others."""
        is_known: bool = await self._thread.do("receipt", receipt_hash)
        return is_known

    def close(self) -> None:
        """Let go of the database."""
        self._thread.close()

    def _find(self, jobs: Sequence[Job]) -> list[Any]:
        drafts = [job.content for job in jobs if job.kind == "draft"]
        receipts = [job.content for job in jobs if job.kind == "receipt"]
        with self._engine.connect() as connection:
            found = self._drafts(connection, drafts) if drafts else {}
            known = known_receipts(connection, self._mixer, receipts) if receipts else set()
        return [
            found.get(job.content) if job.kind == "draft" else job.content in known for job in jobs
        ]

    def _drafts(self, connection: Connection, ids: Sequence[str]) -> dict[str, bytes]:
        rows = connection.execute(_DRAFTS, {"ids": ids, "today": self._today()})
        return {row[0]: bytes(row[1]) for row in rows}


def _concerns_all(_error: Exception) -> bool:
    """No key is at fault when reading fails: nobody waits for the others to fail again."""
    return True
