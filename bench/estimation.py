"""Means with standard errors in 40 subpopulations of one million rows, beside svy and R survey.

``python bench/estimation.py [rows]`` times ours; where svy is installed (a benchmark-only extra,
version 0.35.0) it times svy on the same table in the same process, where Rscript and the R package
survey are, R on the same table in a process of its own, and compares the results. Processor
seconds are printed beside wall-clock seconds: a busy machine spoils the latter.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
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


R_PROGRAM = """
suppressPackageStartupMessages(library(survey))
read <- function(name) readBin(name, "double", n = file.size(name) / 8)
data <- as.data.frame(sapply(c("stratum", "domain", "y", "w", "size"), read, simplify = FALSE))
started <- proc.time()
design <- svydesign(ids = ~1, strata = ~stratum, weights = ~w, fpc = ~size, data = data)
built <- proc.time()
found <- svyby(~y, ~domain, design, svymean)
done <- proc.time()
spent <- function(from, to) c((to - from)[["elapsed"]], sum((to - from)[1:2]))
writeBin(c(spent(started, built), spent(built, done), coef(found), SE(found)), "found")
cat(R.version.string, "survey", as.character(packageVersion("survey")))
"""


def with_r(data: dict[str, np.ndarray]) -> tuple[str, Timed, Timed] | None:
    """Do the same with R survey: its name, seconds with the design, seconds without; or None."""
    program = shutil.which("Rscript")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as directory:
        for name, column in data.items():
            (Path(directory) / name).write_bytes(column.astype(float).tobytes())
        Path(directory, "program.R").write_text(R_PROGRAM, encoding="utf-8")
        ran = subprocess.run(
            [program, "program.R"], cwd=directory, capture_output=True, text=True, check=False
        )
        if ran.returncode:
            return None
        numbers = np.fromfile(Path(directory) / "found")
    (wall, work, more_wall, more_work), found = numbers[:4], numbers[4:].reshape(2, -1)
    whole = (wall + more_wall, work + more_work, found[0], found[1])
    return ran.stdout, whole, (more_wall, more_work, found[0], found[1])


def compared(name: str, ours: tuple[float, float], own: Timed, theirs: Timed) -> None:
    """Print how many times as long a peer takes, and how far the results differ."""
    wall, work = ours
    print(f"{name} / ours: {theirs[0] / wall:.0f} (wall clock), {theirs[1] / work:.0f} (processor)")
    for what, position in (("values", 2), ("standard errors", 3)):
        gap = np.max(np.abs(theirs[position] / own[position] - 1))
        print(f"largest relative difference of {what}: {gap:.1e}")


def shown(name: str, runs: list[Timed]) -> tuple[float, float]:
    """Print and return the smallest wall-clock and processor seconds."""
    wall, work = min(run[0] for run in runs), min(run[1] for run in runs)
    print(f"{name}: best of {len(runs)}: {wall:.3f} s wall clock, {work:.3f} s processor")
    return wall, work


def peers(data: dict[str, np.ndarray], ours_best: tuple[float, float], own: Timed) -> None:
    """Time svy and R where they are installed."""
    try:
        found = [with_svy(data) for _ in range(3)]
    except ImportError:
        print("svy is not installed: no comparison")
    else:
        wall, work = shown("svy", found)
        compared("svy", ours_best, own, (wall, work, *found[0][2:]))
    asked = with_r(data)
    if asked is None:
        print("Rscript with the package survey is not installed: no comparison with R")
        return
    name, whole, estimation = asked
    print(
        f"{name}: design and svyby {whole[0]:.1f} s, svyby alone {estimation[0]:.1f} s wall clock"
    )
    compared("R svydesign and svyby", ours_best, own, whole)
    print(f"R svyby alone / ours with design: {estimation[0] / ours_best[0]:.0f} (wall clock)")


def agreement_of_many() -> None:
    """Time Krippendorff's alpha on many units."""
    random = np.random.default_rng(5)
    truth = random.integers(1, 6, (100_000, 1))
    noisy = random.integers(1, 6, (100_000, 5))
    read = np.where(random.random((100_000, 5)) < 0.8, truth, noisy)
    started, worked = time.perf_counter(), time.process_time()
    krippendorff_alpha(ratings(read), "ordinal")
    wall, work = time.perf_counter() - started, time.process_time() - worked
    print(f"Krippendorff, 100,000 units by 5 readers: {wall:.2f} s, processor {work:.2f} s")


def main() -> None:
    """Print the best times, the ratios and how far the results differ."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    data = table(rows)
    runs = [ours(data) for _ in range(7)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    best = shown("ours", runs)
    print(f"peak memory {memory:.2f} GB")
    agreement_of_many()
    peers(data, best, runs[0])


if __name__ == "__main__":
    main()
