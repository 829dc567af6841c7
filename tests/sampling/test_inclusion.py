"""Every case has the chance it was promised: 400 public seeds on the real New York register."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pytest

from sampling import freezing, selection
from sampling.design import Method, SampleDesign, equal
from sampling.frame import SamplingFrame
from sampling.seed import generator, ticket

ROOT = Path(__file__).parents[2]
FIGURES = ROOT / "docs" / "methods" / "inclusion.json"


@pytest.mark.slow
def test_inclusion_frequencies_on_the_new_york_register(tmp_path: Path) -> None:
    path = tmp_path / "frame.csv"
    content = gzip.decompress((ROOT / "tests/data/frames/new_york.csv.gz").read_bytes())
    path.write_bytes(content)
    frozen = freezing.open_frozen(path)
    design = equal(frozen.stratum_sizes, 60)
    counts: dict[str, dict[str, int]] = {stratum: {} for stratum in frozen.stratum_sizes}
    for number in range(400):
        drawn = selection.draw(frozen, design, f"public seed of draw {number:04d}")
        for unit in drawn.sample:
            counts[unit.stratum][unit.unit_id] = counts[unit.stratum].get(unit.unit_id, 0) + 1
    found = {}
    for stratum, big_n in frozen.stratum_sizes.items():
        probability = 60 / big_n
        seen = np.array([*counts[stratum].values(), *[0] * (big_n - len(counts[stratum]))])
        expected = 400 * probability
        # Counts of one draw are negatively correlated: sum over units is fixed, so N-1 degrees.
        chi_square = ((seen - expected) ** 2).sum() / (expected * (1 - probability))
        degrees = big_n - 1
        scaled = chi_square * (big_n - 1) / big_n
        z = float((scaled - degrees) / np.sqrt(2 * degrees))
        found[stratum] = {"population_size": big_n, "z": round(z, 2)}
        assert abs(z) < 3, (stratum, z)
    if os.environ.get("WRITE_FIGURES"):
        FIGURES.write_text(json.dumps(found, indent=1) + "\n")


@pytest.mark.slow
def test_pareto_inclusion_is_proportional_to_size(tmp_path: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415 -- only this simulation builds a table

    stream = generator("sizes for the Pareto simulation")
    sizes = np.ceil(stream.lognormal(3, 1, 80)).astype(int)
    table = pa.table(
        {
            "unit_id": [f"u{n}" for n in range(80)],
            "stratum": ["a"] * 80,
            "measure_of_size": sizes,
        }
    )
    frame = SamplingFrame(table, measure_of_size="measure_of_size")
    design = SampleDesign({"a": 12}, method=Method.PARETO)
    counts = np.zeros(80)
    target = np.zeros(80)
    n_draws = 600
    for number in range(n_draws):
        drawn = selection.draw(frame, design, f"public seed of Pareto draw {number:05d}")
        for unit in drawn.sample:
            at = int(unit.unit_id[1:])
            counts[at] += 1
            target[at] = unit.inclusion_probability
    seen = target > 0
    error = np.sqrt(target[seen] * (1 - target[seen]) / n_draws)
    z = (counts[seen] / n_draws - target[seen])[error > 0] / error[error > 0]
    assert abs(z).max() < 4.5
    assert (z**2).mean() < 1.6


def test_tickets_are_uniform() -> None:
    """First hexadecimal digit of forty thousand tickets: chi-square with 15 degrees of freedom."""
    digits = np.bincount(
        [int(ticket("public seed of a uniformity test", str(n))[0], 16) for n in range(40_000)],
        minlength=16,
    )
    chi_square = ((digits - 2500) ** 2 / 2500).sum()
    assert chi_square < 37.7  # 99.9th percentile
