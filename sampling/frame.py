"""The sampling frame: the list that a sample is drawn from, and how its columns are read.

Leaves out checking and freezing (:mod:`sampling.freezing`) and registers with their case facts
(dates, amounts): a frame has identifiers, strata and, if the design needs them, a cluster or a
measure of size.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from sampling.errors import FrameError

RULE = "hp-draw-1"
CANONICAL_COLUMNS = ("unit_id", "stratum", "cluster", "measure_of_size")
TRIM_CHARACTERS = (
    " \t\n\r\x0b\x0c\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)
FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F)) + " "


@dataclass(frozen=True)
class SamplingFrame:
    """A list of units in a CSV or Parquet file, or an Arrow table, with the meaning of its columns.

    ``is_canonical`` says that the values are normalised already, so that a draw may skip that.
    """

    source: Path | pa.Table
    unit: str = "unit_id"
    stratum: str | None = "stratum"
    cluster: str | None = None
    measure_of_size: str | None = None
    is_canonical: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Canonical names of the columns this frame has, in canonical order."""
        present = {"unit_id", "stratum"}
        present |= {"cluster"} if self.cluster else set()
        present |= {"measure_of_size"} if self.measure_of_size else set()
        return tuple(name for name in CANONICAL_COLUMNS if name in present)


@dataclass(frozen=True)
class FrozenFrame:
    """A canonical frame file whose SHA-256 can be published before the seed exists."""

    path: Path
    sha256: str
    n_units: int
    stratum_sizes: Mapping[str, int]
    columns: tuple[str, ...]
    source_columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def frame(self) -> SamplingFrame:
        """The same file as a frame that can be drawn from."""
        return SamplingFrame(
            self.path,
            cluster="cluster" if "cluster" in self.columns else None,
            measure_of_size="measure_of_size" if "measure_of_size" in self.columns else None,
            is_canonical=True,
        )


def normalise(text: str) -> str:
    """Return an identifier as the frame stores it: trimmed and in Unicode normal form C.

    Full-width brackets and letter case stay as the court writes them.

    Examples
    --------
    >>> normalise("\u3000（2016）鄂0102执123号 ")
    '（2016）鄂0102执123号'
    """
    return unicodedata.normalize("NFC", text).strip(TRIM_CHARACTERS)


def lookalike_key(text: str) -> str:
    """Return a text in which width and letter case no longer differ.

    Examples
    --------
    >>> lookalike_key("（2016）鄂A号") == lookalike_key("(2016)鄂ａ号")
    True
    """
    return text.translate(str.maketrans(FULL_WIDTH, HALF_WIDTH)).lower()


def from_units(units: Iterable[tuple[str, str]]) -> SamplingFrame:
    """Return a frame from pairs of identifier and stratum held in memory.

    Examples
    --------
    >>> from_units([("a", "x"), ("b", "y")]).source.num_rows
    2
    """
    rows = list(units)
    table = pa.table(
        {
            "unit_id": pa.array([unit for unit, _ in rows], pa.string()),
            "stratum": pa.array([stratum for _, stratum in rows], pa.string()),
        }
    )
    return SamplingFrame(table)


def load(
    path: Path | str,
    *,
    unit: str = "unit_id",
    stratum: str | None = "stratum",
    cluster: str | None = None,
    measure_of_size: str | None = None,
) -> SamplingFrame:
    r"""Return the frame in a CSV (UTF-8) or Parquet file; the rows stay on disk.

    Parameters
    ----------
    path : Path or str
        File ending in ``.parquet`` or, for anything else, read as CSV with a header line.
    unit, stratum, cluster, measure_of_size : str, optional
        Column names. Without ``stratum`` every unit is in one stratum called ``all``.

    Returns
    -------
    SamplingFrame
        Only the columns are checked; see :func:`sampling.freezing.inspect` for the rows.

    Raises
    ------
    FrameError
        If the file is missing, empty, not readable as a table, or lacks a named column.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "list.csv"
    ...     _ = path.write_text("case,court\n（2016）鄂0102执1号,江岸\n", encoding="utf-8")
    ...     load(path, unit="case", stratum="court").columns
    ('unit_id', 'stratum')
    """
    frame = SamplingFrame(Path(path), unit, stratum, cluster, measure_of_size)
    if not Path(path).is_file():
        raise FrameError(f"there is no file {path}", code="frame_missing_file", path=str(path))
    if Path(path).stat().st_size == 0:
        raise FrameError(f"the file {path} is empty", code="frame_empty", path=str(path))
    with connect() as connection:
        require_columns(connection, frame)
    return frame


def connect(*, memory_limit: str | None = None) -> duckdb.DuckDBPyConnection:
    """Return a private in-memory DuckDB session that loads nothing from the network.

    Examples
    --------
    >>> with connect() as connection:
    ...     connection.execute("SELECT 1 + 1").fetchall()
    [(2,)]
    """
    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "threads": "2"}
    )
    connection.execute("SET preserve_insertion_order = false")
    if memory_limit:
        connection.execute(f"SET memory_limit = {literal(memory_limit)}")
    return connection


def scan(connection: duckdb.DuckDBPyConnection, frame: SamplingFrame) -> str:
    """Return a SQL expression for the frame's rows with canonical column names.

    Examples
    --------
    >>> with connect() as connection:
    ...     rows = scan(connection, from_units([(" a ", "x")]))
    ...     connection.execute(f"SELECT * FROM {rows}").fetchall()
    [('a', 'x')]
    """
    parts = []
    for name in frame.columns:
        column = source_column(frame, name)
        if column is None:
            parts.append(f"'all' AS {name}")
            continue
        value = f"CAST({_identifier(column)} AS VARCHAR)"
        if name == "measure_of_size":
            value = f"TRY_CAST({value} AS HUGEINT)"
        elif not frame.is_canonical:
            value = f"coalesce(trim(nfc_normalize({value}), {literal(TRIM_CHARACTERS)}), '')"
        parts.append(f"{value} AS {name}")
    # The table expression and column names are quoted above; nothing comes from outside unquoted.
    return f"(SELECT {', '.join(parts)} FROM {_table(connection, frame)})"  # noqa: S608 -- quoted


def literal(text: str) -> str:
    """Return a text as a SQL string.

    Examples
    --------
    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def source_name(frame: SamplingFrame) -> str:
    """Return the short name of a frame for messages.

    Examples
    --------
    >>> source_name(SamplingFrame(Path("lists/2016.csv")))
    '2016.csv'
    """
    return frame.source.name if isinstance(frame.source, Path) else "table"


def source_column(frame: SamplingFrame, canonical: str) -> str | None:
    """Return the column that stands for a canonical name, or None.

    Examples
    --------
    >>> source_column(SamplingFrame(Path("2016.csv"), unit="case"), "unit_id")
    'case'
    """
    return {
        "unit_id": frame.unit,
        "stratum": frame.stratum,
        "cluster": frame.cluster,
        "measure_of_size": frame.measure_of_size,
    }[canonical]


def _table(connection: duckdb.DuckDBPyConnection, frame: SamplingFrame) -> str:
    if not isinstance(frame.source, Path):
        connection.register("frame_table", frame.source)
        return "frame_table"
    path = literal(str(frame.source))
    if frame.source.suffix.lower() in {".parquet", ".pq"}:
        return f"read_parquet({path})"
    return (
        f"read_csv({path}, all_varchar = true, header = true, delim = ',',"
        " quote = '\"', escape = '\"')"
    )


def unreadable(frame: SamplingFrame, error: duckdb.Error) -> FrameError:
    """Return the error for a source that DuckDB cannot read.

    Examples
    --------
    >>> unreadable(SamplingFrame(Path("2016.csv")), duckdb.Error("no table")).code
    'frame_unreadable'
    """
    first_line = str(error).splitlines()[0]
    return FrameError(
        f"{source_name(frame)} cannot be read as a table: {first_line}",
        code="frame_unreadable",
        path=source_name(frame),
        reason=first_line,
    )


def require_columns(connection: duckdb.DuckDBPyConnection, frame: SamplingFrame) -> None:
    """Raise FrameError if the source cannot be read or lacks a named column.

    Examples
    --------
    >>> with connect() as connection:
    ...     require_columns(connection, from_units([("a", "x")]))
    """
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {_table(connection, frame)}")  # noqa: S608 -- quoted
        present = [row[0] for row in described.fetchall()]
    except duckdb.Error as error:
        raise unreadable(frame, error) from error
    for name in frame.columns:
        column = source_column(frame, name)
        if column is not None and column not in present:
            raise FrameError(
                f"there is no column {column}; there are {', '.join(present)}",
                code="frame_missing_column",
                column=column,
                present="、".join(present),
            )
