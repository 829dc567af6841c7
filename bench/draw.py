"""A draw from many rows in 160 strata, beside a bare DuckDB scan and Rivest's consistent_sampler.

``python bench/draw.py [rows]`` (default one million) writes a Parquet file of that many case
numbers to a temporary directory, draws sixty per stratum in a process of its own (so that peak
memory is its own), and scans the same file computing SHA-256 only. consistent_sampler 1.0.10 is a
benchmark-only extra (``bench/requirements.txt``); where it is installed, it draws from the same
identifiers, at most one million of them.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from sampling.design import equal  # noqa: E402 -- found only after the path is set
from sampling.frame import SamplingFrame  # noqa: E402 -- found only after the path is set
from sampling.selection import draw  # noqa: E402 -- found only after the path is set

SEED = "41596728109384756012"
N_STRATA = 160


def write_register(path: Path, rows: int) -> None:
    """Write identifiers of 20 bytes in 160 unequal strata."""
    duckdb.sql(
        "COPY (SELECT printf('(%d)C%04dE%08d', 2016 + i % 7, i % 3500, i) AS unit_id,"
        f" CAST(CAST(floor({N_STRATA} * pow((i * 2654435761 % 1000003) / 1000003.0, 1.5)) AS INT)"
        " AS VARCHAR) AS stratum"
        f" FROM range({rows}) AS numbers(i)) TO '{path}' (FORMAT parquet)"
    )


def spent(wall: float, processor: float, drawn: int = 0) -> None:
    """Print what this process used, for :func:`main`."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps([time.perf_counter() - wall, time.process_time() - processor, peak, drawn]))


def ours(path: Path) -> None:
    """Draw, and hash what was drawn a second time."""
    design = equal([str(number) for number in range(N_STRATA)], 60)
    wall, processor = time.perf_counter(), time.process_time()
    drawn = draw(SamplingFrame(path, is_canonical=True), design, SEED)
    spent(wall, processor, len(drawn.sample))


def bare_scan(path: Path) -> None:
    """Hash every identifier of the file and keep one number."""
    wall, processor = time.perf_counter(), time.process_time()
    connection = duckdb.connect(config={"threads": "2"})
    connection.execute(
        f"SELECT max(sha256('{SEED}|' || unit_id)), max(stratum) FROM read_parquet('{path}')"
    ).fetchall()
    spent(wall, processor)


def peer(path: Path) -> None:
    """Draw with consistent_sampler, stratum by stratum, from at most a million identifiers."""
    from consistent_sampler import sampler  # noqa: PLC0415 -- a benchmark-only extra

    rows = duckdb.sql(
        f"SELECT stratum, list(unit_id) FROM (FROM read_parquet('{path}') LIMIT 1000000)"
        " GROUP BY stratum"
    ).fetchall()
    wall, processor = time.perf_counter(), time.process_time()
    total = sum(len(list(sampler(units, seed=SEED, take=60, output="id"))) for _s, units in rows)
    spent(wall, processor, total)


PARTS = {"ours": ours, "bare scan": bare_scan, "consistent_sampler": peer}
Spent = tuple[float, float, float, int]


def measured(names: list[str], path: Path, repeats: int) -> dict[str, Spent]:
    """Run the parts in turn, each in a process of its own; print and return each one's best.

    In turn, so that a machine that is busy for a while is busy for all of them.
    """
    runs: dict[str, list[Spent]] = {name: [] for name in names}
    for name in names * repeats:
        command = [sys.executable, __file__, name, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name}: not measured ({done.stderr.strip().splitlines()[-1]})")
            continue
        runs[name].append(json.loads(done.stdout))
    found = {}
    for name, own in runs.items():
        if not own:
            continue
        wall, work, peak = (kind(run[k] for run in own) for k, kind in enumerate((min, min, max)))
        found[name] = (wall, work, peak, own[0][3])
        print(
            f"{name}, best of {repeats}: {wall:.2f} s wall clock, {work:.2f} s processor,"
            f" peak {peak:.2f} GB" + (f", {own[0][3]} drawn" if own[0][3] else "")
        )
    return found


def main() -> None:
    """Run each part on one file and print the ratios."""
    if len(sys.argv) == 3 and sys.argv[1] in PARTS:
        PARTS[sys.argv[1]](Path(sys.argv[2]))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "register.parquet"
        write_register(path, rows)
        print(f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB")
        names = ["ours", "bare scan"] + ["consistent_sampler"] * (rows <= 1_000_000)
        found = measured(names, path, 5 if rows <= 1_000_000 else 3)
    own = found["ours"]
    if "bare scan" in found:
        wall, work = (own[k] / found["bare scan"][k] for k in (0, 1))
        print(f"ours / bare scan: {wall:.1f} (wall clock), {work:.1f} (processor)")
    if "consistent_sampler" in found:
        wall, work = (found["consistent_sampler"][k] / own[k] for k in (0, 1))
        print(f"consistent_sampler / ours: {wall:.1f} (wall clock), {work:.1f} (processor)")


if __name__ == "__main__":
    main()
