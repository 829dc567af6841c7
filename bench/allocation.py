"""Bethel–Chromy allocation over thousands of strata under many limits at once.

``python bench/allocation.py [strata] [limits]`` (default 3,500 and 20), sizes, means and spreads
invented; the whole sizes are checked against every limit.
"""

import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from sampling.bethel import StratumMoments, bethel


def main() -> None:
    """Print seconds, total and the gap to the least possible cost."""
    n_strata = int(sys.argv[1]) if len(sys.argv) > 1 else 3500
    n_limits = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    random = np.random.default_rng(20161231)
    sizes = np.ceil(random.lognormal(6, 1, n_strata))
    means = random.uniform(10, 100, (n_strata, n_limits))
    spreads = means * random.uniform(0.2, 1.5, (n_strata, n_limits))
    limits = random.uniform(0.002, 0.006, n_limits)
    started, worked = time.perf_counter(), time.process_time()
    found = bethel(StratumMoments(sizes, means, spreads), limits, minimum=2)
    wall, work = time.perf_counter() - started, time.process_time() - worked
    share = float((found.coefficients / limits).max())
    print(
        f"{n_strata:,} strata, {n_limits} limits: {wall:.2f} s, processor {work:.2f} s;"
        f" {int(found.whole_sizes.sum()):,} units, {found.whole_cost / found.lower_bound - 1:.2%}"
        f" above the least possible; the tightest limit is used to {share:.2%}"
    )


if __name__ == "__main__":
    main()
