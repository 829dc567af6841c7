"""Many rows in one statement.

A driver that sends rows one by one gives the interpreter away at each; beside a busy event loop a
hundred rows then wait a hundred times. A statement with all rows is sent once, and its text is made
once for each number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, delete

_ROWS_AT_ONCE, _KEYS_AT_ONCE = 100, 500
_Row = Mapping[str, Any]


def insert_rows(connection: Connection, table: Table, rows: Sequence[_Row]) -> None:
    """Insert rows, all with the same columns."""
    _write(connection, table, rows, replaces=False)


def replace_rows(connection: Connection, table: Table, rows: Sequence[_Row]) -> None:
    """Insert rows, or take their values for the row with the same primary key."""
    _write(connection, table, rows, replaces=True)


def delete_keys(connection: Connection, table: Table, keys: Sequence[str]) -> None:
    """Delete rows by their keys, many in one statement."""
    for begin in range(0, len(keys), _KEYS_AT_ONCE):
        part = list(keys[begin : begin + _KEYS_AT_ONCE])
        connection.execute(delete(table).where(table.c.id.in_(part)))


def _write(connection: Connection, table: Table, rows: Sequence[_Row], *, replaces: bool) -> None:
    if not rows:
        return
    columns = tuple(rows[0])
    adapt = _adapters(table, columns, connection.dialect)
    for begin in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[begin : begin + _ROWS_AT_ONCE]
        text = _statement(table, columns, len(part), connection.dialect, replaces)
        connection.exec_driver_sql(text, tuple(_values(part, columns, adapt)))


def _values(
    rows: Sequence[_Row], columns: Sequence[str], adapt: Sequence[Callable[[Any], Any] | None]
) -> Iterator[Any]:
    for row in rows:
        for name, change in zip(columns, adapt, strict=True):
            yield row[name] if change is None else change(row[name])


@lru_cache(maxsize=64)
def _adapters(
    table: Table, columns: tuple[str, ...], dialect: Dialect
) -> tuple[Callable[[Any], Any] | None, ...]:
    """Return for each column what turns its values into what the driver takes."""
    types = (table.c[name].type.dialect_impl(dialect) for name in columns)
    return tuple(kind.bind_processor(dialect) for kind in types)


@lru_cache(maxsize=1000)
def _statement(
    table: Table, columns: tuple[str, ...], n_rows: int, dialect: Dialect, replaces: bool
) -> str:
    name = dialect.identifier_preparer
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    row = f"({', '.join([mark] * len(columns))})"
    names = [name.quote(column) for column in columns]
    text = (
        f"INSERT INTO {name.format_table(table)} ({', '.join(names)}) "  # noqa: S608 -- our own names
        f"VALUES {', '.join([row] * n_rows)}"
    )
    if not replaces:
        return text
    keys = [name.quote(column.name) for column in table.primary_key]
    changes = ", ".join(f"{column} = excluded.{column}" for column in names if column not in keys)
    return f"{text} ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"
