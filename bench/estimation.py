"""Means with standard errors in 40 subpopulations of one million rows, beside svy.

``python bench/estimation.py [rows]`` times ours; where svy is installed (a benchmark-only extra,
version 0.35.0) it times svy on the same table in the same process and compares the results.
Processor seconds are printed beside wall-clock seconds: a busy machine spoils the latter.
"""

import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from sampling.agreement import ratings
from sampling.estimation import mean
from sampling.krippendorff import krippendorff_alpha
from sampling.statistic import groups
from sampling.structure import survey_design

N_STRATA, N_DOMAINS = 160, 40


def table(rows: int) -> dict[str, np.ndarray]:
    """Return a generated sample with strata, subpopulations, weights and population sizes."""
    random = np.random.default_rng(20161231)
    stratum = random.integers(0, N_STRATA, rows)
    sizes = np.bincount(stratum, minlength=N_STRATA) * random.integers(5, 40, N_STRATA)
    return {
        "stratum": stratum,
        "domain": random.integers(0, N_DOMAINS, rows),
        "y": random.normal(50, 10, rows),
        "w": (sizes / np.bincount(stratum, minlength=N_STRATA))[stratum],
        "size": sizes[stratum].astype(float),
    }


Timed = tuple[float, float, np.ndarray, np.ndarray]


def ours(data: dict[str, np.ndarray]) -> Timed:
    """Build the design, estimate all subpopulations with their errors; return the seconds."""
    started, worked = time.perf_counter(), time.process_time()
    design = survey_design(data["w"], strata=data["stratum"], populations=data["size"])
    found = mean(design, data["y"], by=groups(data["domain"]))
    errors = found.standard_errors
    return (
        time.perf_counter() - started,
        time.process_time() - worked,
        found.theta,
        errors,
    )


def with_svy(data: dict[str, np.ndarray]) -> Timed:
    """Do the same with svy."""
    import polars  # noqa: PLC0415 -- a benchmark-only extra
    import svy  # noqa: PLC0415 -- a benchmark-only extra

    frame = polars.DataFrame(data)
    started, worked = time.perf_counter(), time.process_time()
    sample = svy.Sample(frame, svy.Design(stratum="stratum", wgt="w", pop_size="size"))
    found = sample.estimation.mean("y", by="domain")
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    result = found.to_polars().sort("domain")
    return seconds, work, result["est"].to_numpy(), result["se"].to_numpy()


def shown(name: str, runs: list[Timed]) -> tuple[float, float]:
    """Print and return the smallest wall-clock and processor seconds."""
    wall, work = min(run[0] for run in runs), min(run[1] for run in runs)
    print(f"{name}: best of {len(runs)}: {wall:.3f} s wall clock, {work:.3f} s processor")
    return wall, work


def main() -> None:
    """Print the best times, their ratio and how far the results differ."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    data = table(rows)
    runs = [ours(data) for _ in range(7)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    wall, work = shown("ours", runs)
    print(f"peak memory {memory:.2f} GB")
    try:
        found = [with_svy(data) for _ in range(3)]
    except ImportError:
        print("svy is not installed: no comparison")
    else:
        their_wall, their_work = shown("svy", found)
        print(
            f"svy / ours: {their_wall / wall:.0f} (wall clock), {their_work / work:.0f} (processor)"
        )
        for name, position in (("values", 2), ("standard errors", 3)):
            gap = np.max(np.abs(found[0][position] / runs[0][position] - 1))
            print(f"largest relative difference of {name}: {gap:.1e}")
    random = np.random.default_rng(5)
    truth = random.integers(1, 6, (100_000, 1))
    noisy = random.integers(1, 6, (100_000, 5))
    read = np.where(random.random((100_000, 5)) < 0.8, truth, noisy)
    worked = time.process_time()
    krippendorff_alpha(ratings(read), "ordinal")
    used = time.process_time() - worked
    print(f"Krippendorff, 100,000 units by 5 readers: {used:.2f} s processor")


if __name__ == "__main__":
    main()
