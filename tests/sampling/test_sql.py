"""The SQL of docs/verify-a-draw.md gives the sample: DuckDB, PostgreSQL, what Spark reads."""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb
import pytest
import sqlalchemy

from sampling import freezing, selection
from sampling.design import equal
from sampling.frame import FrozenFrame, from_units

PAGE = Path(__file__).parents[2] / "docs" / "verify-a-draw.md"
STATEMENTS = dict(
    re.findall(r"```sql\n-- (\w+).*?\n(SELECT.*?);\n```", PAGE.read_text(), re.DOTALL)
)
#: An apostrophe, and identifiers that a guessing reader takes for numbers or quotes.
SEED = "dice '4 1 5 9 6 7 2' 8109384756"
UNITS = [(f"{number:05d}", "01" if number % 3 else "1") for number in range(300)]
UNITS += [(f'（2016）鄂"{number}",执', "乙 层") for number in range(90)]


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> FrozenFrame:
    return freezing.freeze(from_units(UNITS), tmp_path_factory.mktemp("sql") / "frame.csv")


@pytest.fixture(scope="module")
def expected(frozen: FrozenFrame) -> set[tuple[str, str, str]]:
    drawn = selection.draw(frozen, equal(frozen.stratum_sizes, 60), SEED)
    return {(unit.stratum, unit.unit_id, unit.ticket) for unit in drawn.sample}


def _statement(name: str) -> str:
    return STATEMENTS[name].replace("SEED", SEED.replace("'", "''"))


def test_duckdb(frozen, expected) -> None:
    statement = _statement("DuckDB").replace("frame.csv", str(frozen.path))
    assert set(duckdb.sql(statement).fetchall()) == expected


def test_spark_selects_the_same_when_duckdb_reads_it(frozen, expected) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE MACRO sha2(text, bits) AS sha256(text)")
        source = f"read_csv('{frozen.path}', all_varchar = true)"
        connection.execute(f"CREATE VIEW frame AS FROM {source}")  # our own file
        assert set(connection.execute(_statement("Spark")).fetchall()) == expected


def test_postgresql(frozen, expected) -> None:
    address = os.environ.get("HENGPING_TEST_POSTGRES_URL")
    if not address:
        pytest.skip("no PostgreSQL: ./run test starts one where it is installed")
    engine = sqlalchemy.create_engine(address)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE TEMPORARY TABLE frame (unit_id text, stratum text)")
            connection.execute(
                sqlalchemy.text("INSERT INTO frame VALUES (:unit, :stratum)"),
                [{"unit": unit, "stratum": stratum} for unit, stratum in UNITS],
            )
            found = connection.exec_driver_sql(_statement("PostgreSQL")).fetchall()
        assert {tuple(row) for row in found} == expected
    finally:
        engine.dispose()
