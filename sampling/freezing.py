"""Checking a frame for every fault in one pass, and freezing it as a canonical file with a hash.

The frozen form is that of rule ``hp-draw-1``. Leaves out how columns are read
(:mod:`sampling.frame`) and when a frame may be frozen (:mod:`sampling.certificate`).
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from sampling.errors import ChangedFrameError, FrameError
from sampling.frame import (
    CANONICAL_COLUMNS,
    FULL_WIDTH,
    HALF_WIDTH,
    FrozenFrame,
    SamplingFrame,
    connect,
    literal,
    require_columns,
    scan,
    source_column,
    source_name,
    unreadable,
)

_EXAMPLES = 5


@dataclass(frozen=True)
class FrameProblem:
    """One kind of fault of a frame: how often it occurs, a few examples, and whether it blocks."""

    code: str
    message: str
    count: int
    examples: tuple[str, ...]
    is_fatal: bool


@dataclass(frozen=True)
class FrameReport:
    """What was found before freezing: sizes and every fault in one pass."""

    n_rows: int
    n_units: int
    stratum_sizes: Mapping[str, int]
    problems: tuple[FrameProblem, ...]

    @property
    def fatal(self) -> tuple[FrameProblem, ...]:
        """Faults that prevent freezing."""
        return tuple(problem for problem in self.problems if problem.is_fatal)


def canonical_line(values: Iterable[str]) -> str:
    r"""Return one row of the canonical file, without its line end.

    A value is quoted only if it contains a comma or a quotation mark, which is then doubled
    (RFC 4180).

    Examples
    --------
    >>> canonical_line(["（2016）鄂0102执123号", "江岸"])
    '（2016）鄂0102执123号,江岸'
    >>> canonical_line(['a,"b', "x"])
    '"a,""b",x'
    """
    return ",".join(
        '"' + value.replace('"', '""') + '"' if "," in value or '"' in value else value
        for value in values
    )


def inspect(frame: SamplingFrame) -> FrameReport:
    """Return every fault of a frame in one pass, and the size of each stratum.

    Identical rows, repeated identifiers, identifiers that differ only in width or letter case,
    blank identifiers or strata, and identifiers with line breaks are reported with examples.
    Look-alikes are reported but do not block: they are different identifiers to the rule.

    Raises
    ------
    FrameError
        If the file cannot be read as a table.

    Examples
    --------
    >>> from sampling.frame import from_units
    >>> report = inspect(from_units([("A1", "x"), ("a1", "x"), ("b", "y")]))
    >>> [(problem.code, problem.is_fatal) for problem in report.problems]
    [('frame_lookalikes', False)]
    """
    with connect() as connection:
        require_columns(connection, frame)
        rows = scan(connection, frame)
        try:
            connection.execute(f"CREATE TEMP VIEW units AS SELECT * FROM {rows}")  # noqa: S608 -- quoted
            sizes = connection.execute(
                "SELECT stratum, count(*), count(DISTINCT unit_id) FROM units"
                " GROUP BY stratum ORDER BY stratum"
            ).fetchall()
        except duckdb.Error as error:
            raise unreadable(frame, error) from error
        problems = tuple(_problems(connection, frame))
    n_rows = sum(size for _, size, _ in sizes)
    if n_rows == 0:
        raise FrameError("the frame has no rows", code="frame_empty", path=source_name(frame))
    return FrameReport(
        n_rows=n_rows,
        n_units=sum(units for _, _, units in sizes),
        stratum_sizes={stratum: units for stratum, _, units in sizes},
        problems=problems,
    )


def freeze(
    frame: SamplingFrame, path: Path | str, *, collapse_duplicates: bool = False
) -> FrozenFrame:
    r"""Write the canonical file of a frame and return it with its SHA-256.

    Parameters
    ----------
    frame : SamplingFrame
        Frame to freeze; the order of its rows does not matter.
    path : Path or str
        Where the canonical CSV is written. It is replaced only when everything holds.
    collapse_duplicates : bool, default False
        Count identical rows once. Repeated identifiers with different strata are always refused.

    Returns
    -------
    FrozenFrame
        Its ``sha256`` is what must be published before anybody gives a seed.

    Raises
    ------
    FrameError
        If the frame has a fault that blocks; the message names all of them.

    Notes
    -----
    UTF-8 without byte order mark, header ``unit_id,stratum`` (then ``cluster`` and
    ``measure_of_size`` if used), rows sorted by the bytes of ``unit_id``, lines ended by ``\n``.

    Examples
    --------
    >>> import tempfile
    >>> from sampling.frame import from_units
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     frozen = freeze(from_units([("b", "x"), ("a", "x")]), Path(folder) / "frame.csv")
    ...     frozen.path.read_text()
    'unit_id,stratum\na,x\nb,x\n'
    """
    report = inspect(frame)
    blocking = [
        problem
        for problem in report.fatal
        if not (collapse_duplicates and problem.code == "frame_repeated_rows")
    ]
    if blocking:
        raise FrameError(
            "; ".join(f"{problem.message}: {_shown(problem.examples)}" for problem in blocking),
            code=blocking[0].code,
            problems=tuple(blocking),
            count=blocking[0].count,
            examples=_shown(blocking[0].examples),
        )
    target = Path(path)
    partial = target.with_name(target.name + ".partial")
    digest = hashlib.sha256()
    with connect(memory_limit="1GB") as connection, partial.open("wb") as file:
        connection.execute(f"SET temp_directory = {literal(str(target.parent))}")
        for block in _canonical_blocks(connection, frame, is_distinct=not collapse_duplicates):
            digest.update(block)
            file.write(block)
    partial.replace(target)
    return FrozenFrame(
        path=target,
        sha256=digest.hexdigest(),
        n_units=report.n_units,
        stratum_sizes=dict(report.stratum_sizes),
        columns=frame.columns,
        source_columns={
            name: column
            for name in frame.columns
            if (column := source_column(frame, name)) is not None
        },
    )


def open_frozen(path: Path | str, *, sha256: str | None = None) -> FrozenFrame:
    """Return a canonical file that was frozen earlier, checked against its published hash.

    Raises
    ------
    ChangedFrameError
        If the bytes no longer have the published SHA-256. Restore the frozen file.
    FrameError
        If the header is not that of a canonical frame.

    Examples
    --------
    >>> import tempfile
    >>> from sampling.frame import from_units
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     frozen = freeze(from_units([("a", "x")]), Path(folder) / "frame.csv")
    ...     open_frozen(frozen.path, sha256=frozen.sha256).n_units
    1
    """
    digest = hash_file(path)
    if sha256 is not None and digest != sha256:
        raise ChangedFrameError(
            f"the frame has SHA-256 {digest}, frozen was {sha256}", found=digest, frozen=sha256
        )
    with Path(path).open(encoding="utf-8", newline="") as file:
        header = tuple(next(csv.reader(io.StringIO(file.readline())), ()))
    if header != tuple(name for name in CANONICAL_COLUMNS if name in header):
        raise FrameError("not a canonical frame file", code="frame_not_canonical", path=str(path))
    frozen = FrozenFrame(Path(path), digest, 0, {}, header, {name: name for name in header})
    report = inspect(frozen.frame)
    return FrozenFrame(
        frozen.path, digest, report.n_units, report.stratum_sizes, header, frozen.source_columns
    )


def hash_file(path: Path | str) -> str:
    """Return the SHA-256 of a file as lowercase hexadecimal digits.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "empty"
    ...     _ = path.write_bytes(b"")
    ...     hash_file(path)[:16]
    'e3b0c44298fc1c14'
    """
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _shown(examples: Iterable[str]) -> str:
    return "、".join(examples)


def _problems(
    connection: duckdb.DuckDBPyConnection, frame: SamplingFrame
) -> Iterator[FrameProblem]:
    for code, message, is_fatal, query in _checks(frame):
        found = connection.execute(
            f"SELECT count(*), min(found, {_EXAMPLES}) FROM ({query})"  # noqa: S608 -- fixed text
        ).fetchone()
        if found is not None and found[0]:
            yield FrameProblem(code, message, found[0], tuple(found[1] or ()), is_fatal)


def _checks(frame: SamplingFrame) -> list[tuple[str, str, bool, str]]:
    columns = ", ".join(frame.columns)
    checks = [
        (
            "frame_blank_unit",
            "units without identifier",
            True,
            "SELECT stratum AS found FROM units WHERE unit_id = ''",
        ),
        (
            "frame_blank_stratum",
            "units without stratum",
            True,
            "SELECT unit_id AS found FROM units WHERE stratum = ''",
        ),
        (
            "frame_control_character",
            "identifiers or strata with line breaks or control characters",
            True,
            "SELECT unit_id AS found FROM units"
            " WHERE regexp_matches(unit_id || stratum,"
            " '[\\x00-\\x1f\\x7f\\x{85}\\x{2028}\\x{2029}]')",
        ),
        (
            "frame_repeated_rows",
            "identical rows",
            True,
            f"SELECT unit_id AS found FROM units WHERE unit_id <> '' GROUP BY {columns}"  # noqa: S608 -- fixed
            " HAVING count(*) > 1",
        ),
        (
            "frame_repeated_units",
            "identifiers that occur with different strata, clusters or sizes",
            True,
            "SELECT unit_id AS found FROM (SELECT DISTINCT * FROM units) WHERE unit_id <> ''"
            " GROUP BY unit_id HAVING count(*) > 1",
        ),
        (
            "frame_lookalikes",
            "identifiers that differ only in width or letter case",
            False,
            "SELECT string_agg(DISTINCT unit_id, ' ≈ ' ORDER BY unit_id) AS found FROM units"  # noqa: S608 -- fixed
            f" GROUP BY lower(translate(unit_id, {literal(FULL_WIDTH)}, {literal(HALF_WIDTH)}))"
            " HAVING count(DISTINCT unit_id) > 1",
        ),
    ]
    return checks + _checks_of_clusters_and_sizes(frame)


def _checks_of_clusters_and_sizes(frame: SamplingFrame) -> list[tuple[str, str, bool, str]]:
    checks = []
    if frame.cluster:
        checks.append(
            (
                "frame_blank_cluster",
                "units without cluster",
                True,
                "SELECT unit_id AS found FROM units WHERE cluster = ''",
            )
        )
        checks.append(
            (
                "frame_split_cluster",
                "clusters that lie in more than one stratum",
                True,
                "SELECT cluster AS found FROM units GROUP BY cluster"
                " HAVING count(DISTINCT stratum) > 1",
            )
        )
    if frame.measure_of_size:
        checks.append(
            (
                "frame_bad_size",
                "units whose measure of size is not a whole number above zero",
                True,
                "SELECT unit_id AS found FROM units"
                " WHERE measure_of_size IS NULL OR measure_of_size <= 0",
            )
        )
    return checks


def _canonical_blocks(
    connection: duckdb.DuckDBPyConnection, frame: SamplingFrame, *, is_distinct: bool
) -> Iterator[bytes]:
    quoted = [
        f"CASE WHEN contains({name}, ',') OR contains({name}, '\"')"
        f" THEN '\"' || replace({name}, '\"', '\"\"') || '\"' ELSE {name} END"
        if name != "measure_of_size"
        else f"CAST({name} AS VARCHAR)"
        for name in frame.columns
    ]
    yield (canonical_line(frame.columns) + "\n").encode()
    rows = scan(connection, frame)
    reader = connection.sql(
        f"SELECT {' || chr(44) || '.join(quoted)} AS line"  # noqa: S608 -- quoted
        f" FROM (SELECT {'' if is_distinct else 'DISTINCT'} * FROM {rows}) ORDER BY unit_id"
    ).to_arrow_reader(100_000)
    for batch in reader or ():
        lines = batch.column("line").to_pylist()
        if lines:
            yield ("\n".join(lines) + "\n").encode()
