"""How each method orders the units of a frame by their tickets, in one DuckDB statement per stage.

Stratified simple random, equal-probability clusters, and Pareto proportional to a measure of size.
Leaves out the second hashing, extension and certificates (:mod:`sampling.selection`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import duckdb

from sampling.design import Method, SampleDesign, StratumPlan, plan
from sampling.errors import DesignError, DrawError, FrameError
from sampling.frame import SamplingFrame, scan
from sampling.seed import ticket, uniform

# DuckDB's min_by keeps at most this many values per group; longer lists use a window instead.
_LARGEST_LIST = 100_000


class DrawnUnit(NamedTuple):
    """One unit of a draw: its place, its role, and the probability it had of being sampled."""

    unit_id: str
    stratum: str
    ticket: str
    rank: int
    role: str
    inclusion_probability: float
    cluster: str | None = None
    measure_of_size: int | None = None


def pareto_order(ticket_number: str, probability: float) -> float:
    """Return the Pareto ranking value of a unit; smaller is drawn earlier.

    Parameters
    ----------
    ticket_number : str
        Ticket of the unit.
    probability : float
        Target inclusion probability; 1 or more means the unit is certain.

    Returns
    -------
    float
        Odds of the ticket divided by odds of the probability; ``u - 1`` (below 0) if certain.

    Examples
    --------
    >>> pareto_order("8" + "0" * 63, 0.5) > 1 > pareto_order("7" + "0" * 63, 0.5)
    True
    """
    u = uniform(ticket_number)
    if probability >= 1.0:
        return u - 1.0
    return (u / (1.0 - u)) / (probability / (1.0 - probability))


Drawn = tuple[tuple[StratumPlan, ...], list[DrawnUnit]]


def draw_stratified(
    connection: duckdb.DuckDBPyConnection, frame: SamplingFrame, design: SampleDesign, seed: str
) -> Drawn:
    """Return the smallest tickets of each stratum.

    Examples
    --------
    >>> from sampling.design import equal
    >>> from sampling.frame import connect, from_units
    >>> frame = from_units([("a", "x"), ("b", "x")])
    >>> with connect() as connection:
    ...     strata, units = draw_stratified(connection, frame, equal(["x"], 1), "1" * 20)
    >>> strata[0].population_size, len(units)
    (2, 1)
    """
    longest = max(
        size + design.reserve_sizes.get(stratum, 0) for stratum, size in design.sample_sizes.items()
    )
    lists = _smallest(connection, scan(connection, frame), "stratum", longest, seed)
    strata = plan(design, {stratum: big_n for stratum, big_n, _ in lists})
    order = {stratum: units for stratum, _, units in lists}
    drawn = []
    for part in strata:
        n, probability = part.sample_size, part.sample_size / part.population_size
        drawn += [
            DrawnUnit(
                unit_id,
                part.stratum,
                ticket(seed, unit_id),
                rank,
                "sample" if rank <= n else "reserve",
                probability,
            )
            for rank, unit_id in enumerate(order[part.stratum][: n + part.reserve_size], start=1)
        ]
    return strata, drawn


def _smallest(
    connection: duckdb.DuckDBPyConnection, rows: str, group: str, longest: int, seed: str
) -> list[tuple[str, int, list[str]]]:
    """Return per group its size and the ``longest`` units with the smallest tickets, in order."""
    if longest < _LARGEST_LIST:
        query = (
            f"SELECT {group}, count(*), min_by(unit_id, sha256($1 || '|' || unit_id), {longest})"  # noqa: S608 -- fixed text, quoted source
            f" FROM {rows} GROUP BY {group}"
            if longest
            else f"SELECT {group}, count(*), [] FROM {rows} WHERE $1 <> '' GROUP BY {group}"  # noqa: S608 -- fixed text, quoted source
        )
    else:
        query = (
            "SELECT grouping_key, any_value(big_n),"  # noqa: S608 -- fixed text, quoted source
            f" list(unit_id ORDER BY ticket) FILTER (position <= {longest})"
            " FROM (SELECT *, count(*) OVER (PARTITION BY grouping_key) AS big_n,"
            " row_number() OVER (PARTITION BY grouping_key ORDER BY ticket) AS position"
            f" FROM (SELECT {group} AS grouping_key, unit_id,"
            f" sha256($1 || '|' || unit_id) AS ticket FROM {rows}))"
            " GROUP BY grouping_key"
        )
    return connection.execute(query, [seed]).fetchall()


def draw_cluster(
    connection: duckdb.DuckDBPyConnection, frame: SamplingFrame, design: SampleDesign, seed: str
) -> Drawn:
    """Return the smallest cluster tickets of each stratum, then unit tickets inside them.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from sampling.frame import connect
    >>> rows = {"unit_id": list("abcd"), "stratum": ["x"] * 4, "cluster": list("ppqq")}
    >>> frame = SamplingFrame(pa.table(rows), cluster="cluster")
    >>> design = SampleDesign({"x": 1}, method=Method.CLUSTER, cluster_sizes={"x": 1})
    >>> with connect() as connection:
    ...     strata, units = draw_cluster(connection, frame, design, "1" * 20)
    >>> units[0].inclusion_probability
    0.25
    """
    if not frame.cluster:
        raise DesignError("the frame has no cluster column", code="design_no_cluster_column")
    rows = scan(connection, frame)
    counts = connection.execute(
        f"SELECT stratum, cluster, count(*) FROM {rows} GROUP BY stratum, cluster"  # noqa: S608 -- quoted
    ).fetchall()
    clusters: dict[str, list[tuple[str, str, int]]] = {}
    for stratum, cluster, big_n in counts:
        clusters.setdefault(stratum, []).append((ticket(seed, cluster), cluster, big_n))
    stages = plan(
        replace(design, sample_sizes=design.cluster_sizes, reserve_sizes={}, method=Method.PARETO),
        {stratum: len(found) for stratum, found in clusters.items()},
    )
    chosen: list[tuple[StratumPlan, str]] = []
    for stage in stages:
        chosen += [
            (stage, cluster)
            for _, cluster, _ in sorted(clusters[stage.stratum])[: stage.sample_size]
        ]
    connection.execute("CREATE TEMP TABLE chosen (cluster VARCHAR)")
    connection.executemany("INSERT INTO chosen VALUES (?)", [[cluster] for _, cluster in chosen])
    longest = max(
        size + design.reserve_sizes.get(stratum, 0) for stratum, size in design.sample_sizes.items()
    )
    inside = f"(SELECT * FROM {rows} WHERE cluster IN (SELECT cluster FROM chosen))"  # noqa: S608 -- quoted
    found = {
        c: (n, units) for c, n, units in _smallest(connection, inside, "cluster", longest, seed)
    }
    drawn, strata = [], []
    for stage in stages:
        total = reserve = rank = 0
        for cluster in (name for part, name in chosen if part.stratum == stage.stratum):
            big_n, order = found[cluster]
            n = min(design.sample_sizes[stage.stratum], big_n)
            spare = min(design.reserve_sizes.get(stage.stratum, 0), big_n - n)
            probability = stage.sample_size / stage.population_size * n / big_n
            for position, unit_id in enumerate(order[: n + spare], start=1):
                rank += 1
                role = "sample" if position <= n else "reserve"
                number = ticket(seed, unit_id)
                drawn.append(
                    DrawnUnit(unit_id, stage.stratum, number, rank, role, probability, cluster)
                )
            total, reserve = total + n, reserve + spare
        population = sum(big_n for _, _, big_n in clusters[stage.stratum])
        strata.append(
            StratumPlan(stage.stratum, population, total, total, reserve, total == population)
        )
    return tuple(strata), drawn


def draw_pareto(
    connection: duckdb.DuckDBPyConnection, frame: SamplingFrame, design: SampleDesign, seed: str
) -> Drawn:
    """Return the units first in Pareto order, proportional to their measure of size.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from sampling.frame import connect
    >>> rows = {"unit_id": list("abcd"), "stratum": ["x"] * 4, "size": [1, 1, 1, 97]}
    >>> frame = SamplingFrame(pa.table(rows), measure_of_size="size")
    >>> design = SampleDesign({"x": 2}, method=Method.PARETO)
    >>> with connect() as connection:
    ...     strata, units = draw_pareto(connection, frame, design, "1" * 20)
    >>> units[0].unit_id, units[0].inclusion_probability
    ('d', 1.0)
    """
    if not frame.measure_of_size:
        raise DesignError("the frame has no measure of size", code="design_no_size_column")
    rows = scan(connection, frame)
    longest = max(design.sample_sizes.values())
    summary = connection.execute(
        "SELECT stratum, count(*), CAST(sum(measure_of_size) AS VARCHAR),"  # noqa: S608 -- quoted
        f" max(measure_of_size, {longest}), count(*) FILTER (measure_of_size > 0)"
        f" FROM {rows} GROUP BY stratum"
    ).fetchall()
    if any(positive < big_n for _, big_n, _, _, positive in summary):
        raise FrameError(
            "every measure of size must be a whole number above zero",
            code="frame_bad_size",
            count=sum(big_n - positive for _, big_n, _, _, positive in summary),
            examples="",
        )
    strata = plan(design, {stratum: big_n for stratum, big_n, _, _, _ in summary})
    largest = {stratum: (int(total), sizes) for stratum, _, total, sizes, _ in summary}
    connection.execute(
        "CREATE TEMP TABLE targets (stratum VARCHAR, certain_from HUGEINT, share DOUBLE)"
    )
    targets = {}
    for part in strata:
        total, sizes = largest[part.stratum]
        targets[part.stratum] = _certain(part, total, [int(size) for size in sizes])
        connection.execute(
            "INSERT INTO targets VALUES (?, ?, ?)", [part.stratum, *targets[part.stratum]]
        )
    spare = max(design.reserve_sizes.values(), default=0)
    found = connection.execute(
        "SELECT stratum, min_by({'unit_id': unit_id, 'size': CAST(measure_of_size AS VARCHAR)},"  # noqa: S608 -- quoted
        " CASE WHEN probability >= 1 THEN u - 1"
        " ELSE (u / (1 - u)) / (probability / (1 - probability)) END,"
        f" {longest + spare}) FROM (SELECT *,"
        " (CAST('0x' || substr(ticket, 1, 13) AS BIGINT) + 0.5::DOUBLE) / 4503599627370496 AS u,"
        " CASE WHEN measure_of_size >= certain_from THEN 1.0::DOUBLE"
        " ELSE CAST(measure_of_size AS DOUBLE) * share END AS probability"
        f" FROM (SELECT units.*, sha256($1 || '|' || unit_id) AS ticket FROM {rows} AS units)"
        " JOIN targets USING (stratum)) GROUP BY stratum",
        [seed],
    ).fetchall()
    order = dict(found)
    drawn: list[DrawnUnit] = []
    for part in strata:
        drawn += _in_pareto_order(part, order[part.stratum], targets[part.stratum], seed)
    return strata, drawn


def _in_pareto_order(
    part: StratumPlan, entries: list[dict[str, str]], target: tuple[int, float], seed: str
) -> list[DrawnUnit]:
    """Compute the order of the entries again without DuckDB, and return the units to keep."""
    certain_from, share = target
    chosen = []
    for entry in entries:
        size = int(entry["size"])
        probability = 1.0 if size >= certain_from else float(size) * share
        number = ticket(seed, entry["unit_id"])
        chosen.append((pareto_order(number, probability), entry["unit_id"], size, probability))
    if chosen != sorted(chosen):
        raise DrawError("two computations of the draw order disagree", code="draw_disagrees")
    kept = chosen[: part.sample_size + part.reserve_size]
    return [
        DrawnUnit(
            unit_id=unit_id,
            stratum=part.stratum,
            ticket=ticket(seed, unit_id),
            rank=rank,
            role="sample" if rank <= part.sample_size else "reserve",
            inclusion_probability=probability,
            measure_of_size=size,
        )
        for rank, (_, unit_id, size, probability) in enumerate(kept, start=1)
    ]


def _certain(part: StratumPlan, total: int, largest: list[int]) -> tuple[int, float]:
    """Return the size from which a unit is certain, and probability per unit of size below it."""
    n, remaining = part.sample_size, total
    certain_from = total + 1
    for size in largest[: part.sample_size]:
        if n * size < remaining:
            break
        certain_from, n, remaining = size, n - 1, remaining - size
    return certain_from, n / remaining if remaining else 0.0
