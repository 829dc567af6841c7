"""The writer of groups: a faulty change harms nobody else, a faulty database is told at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from evaluation.storage.session import POSTGRES_LIMITS
from evaluation.storage.survey_groups import GroupWriter, Job
from evaluation.storage.survey_store import is_trouble_of_the_database


async def _all(writer: GroupWriter, contents: Sequence[Any]) -> list[Any]:
    jobs = (writer.do("save", content) for content in contents)
    return await asyncio.gather(*jobs, return_exceptions=True)


def test_a_faulty_change_harms_nobody_else() -> None:
    def write(jobs: Sequence[Job]) -> list[int]:
        return [10 // job.content for job in jobs]

    writer = GroupWriter(write)
    results = asyncio.run(_all(writer, [1, 0, 5, 2]))
    writer.close()
    assert [results[0], results[2], results[3]] == [10, 2, 5]
    assert isinstance(results[1], ZeroDivisionError)


def test_trouble_of_the_database_is_told_to_all_without_trying_each() -> None:
    attempts: list[int] = []

    def write(jobs: Sequence[Job]) -> list[Any]:
        attempts.append(len(jobs))
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    writer = GroupWriter(write, is_trouble_of_the_database)
    results = asyncio.run(_all(writer, range(30)))
    writer.close()
    assert all(isinstance(result, OperationalError) for result in results)
    assert sum(attempts) == 30


@pytest.mark.parametrize(
    ("error", "is_trouble"),
    [
        (DatabaseError("", {}, Exception({"C": "55P03", "M": "lock timeout"})), True),
        (DatabaseError("", {}, Exception({"C": "40P01", "M": "deadlock detected"})), True),
        (DatabaseError("", {}, Exception({"C": "57P01", "M": "terminated"})), True),
        (DatabaseError("", {}, Exception({"C": "23505", "M": "duplicate key"})), False),
        (PoolTimeout("no connection"), True),
        (ValueError("a bug of ours"), False),
    ],
)
def test_trouble_of_the_database_is_told_from_faults_of_a_change(
    error: Exception, is_trouble: bool
) -> None:
    assert is_trouble_of_the_database(error) is is_trouble


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_nobody_waits_long_for_a_lock_on_postgresql(database: Any) -> None:
    with database.engine.connect() as connection:
        found = {name: connection.scalar(text(f"SHOW {name}")) for name in POSTGRES_LIMITS}
    assert found == POSTGRES_LIMITS
