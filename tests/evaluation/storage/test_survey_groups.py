"""The writer of groups: a faulty change harms nobody else, a faulty database is told at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from evaluation import clock
from evaluation.storage.session import POSTGRES_LIMITS
from evaluation.storage.survey_groups import GroupThread, Job
from evaluation.storage.survey_mixing import Mixer
from evaluation.storage.survey_rows import GroupedRows
from evaluation.storage.survey_store import is_trouble_of_the_database


async def _all(writer: GroupThread, contents: Sequence[Any]) -> list[Any]:
    jobs = (writer.do("save", content) for content in contents)
    return await asyncio.gather(*jobs, return_exceptions=True)


def test_a_faulty_change_harms_nobody_else() -> None:
    def write(jobs: Sequence[Job]) -> list[int]:
        return [10 // job.content for job in jobs]

    writer = GroupThread(write)
    results = asyncio.run(_all(writer, [1, 0, 5, 2]))
    writer.close()
    assert [results[0], results[2], results[3]] == [10, 2, 5]
    assert isinstance(results[1], ZeroDivisionError)


def test_trouble_of_the_database_is_told_to_all_without_trying_each() -> None:
    attempts: list[int] = []

    def write(jobs: Sequence[Job]) -> list[Any]:
        attempts.append(len(jobs))
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    writer = GroupThread(write, is_trouble_of_the_database)
    results = asyncio.run(_all(writer, range(30)))
    writer.close()
    assert all(isinstance(result, OperationalError) for result in results)
    assert sum(attempts) == 30


@pytest.mark.parametrize(
    ("state", "is_trouble"),
    [
        ("08006", True),  # connection_failure
        ("40001", True),  # serialization_failure
        ("40P01", True),  # deadlock_detected
        ("53300", True),  # too_many_connections
        ("55P03", True),  # lock_not_available
        ("57P01", True),  # admin_shutdown
        ("22001", False),  # string_data_right_truncation
        ("23505", False),  # unique_violation
    ],
)
def test_trouble_of_postgresql_is_told_from_faults_of_a_change(
    state: str, is_trouble: bool
) -> None:
    reason = psycopg.errors.lookup(state)("as the driver raises it")
    error = DBAPIError.instance("INSERT", {}, reason, psycopg.Error)
    assert is_trouble_of_the_database(error) is is_trouble


def test_other_errors_are_faults_of_a_change_unless_no_connection_is_free() -> None:
    assert is_trouble_of_the_database(PoolTimeout("no connection"))
    assert not is_trouble_of_the_database(ValueError("a bug of ours"))


def test_a_database_out_of_reach_is_told_to_all_readers_at_once() -> None:
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    attempts: list[object] = []
    event.listen(nowhere, "do_connect", lambda *arguments: attempts.append(arguments))
    rows = GroupedRows(nowhere, Mixer(b"0" * 32), clock.today)

    async def read() -> list[Any]:
        waiting = (rows.draft(str(n)) for n in range(40))
        return await asyncio.gather(*waiting, return_exceptions=True)

    found = asyncio.run(read())
    rows.close()
    assert [type(error) for error in found] == [OperationalError] * 40
    assert 1 <= len(attempts) < 40


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_nobody_waits_long_for_a_lock_on_postgresql(database: Any) -> None:
    with database.engine.connect() as connection:
        found = {name: connection.scalar(text(f"SHOW {name}")) for name in POSTGRES_LIMITS}
    assert found == POSTGRES_LIMITS
