"""Population sizes given row by row, as counts or as sampling fractions. Leaves out weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sampling.errors import DesignError


def are_fractions(populations: list[NDArray[Any]]) -> bool:
    """Whether population columns are sampling fractions (all at most 1) rather than counts.

    Examples
    --------
    >>> are_fractions([np.array([0.5, 0.1])]), are_fractions([np.array([10, 20])])
    (True, False)
    """
    if not populations:
        return False
    extremes = [_extremes(column) for column in populations]
    smallest = min(low for low, _ in extremes)
    largest = max(high for _, high in extremes)
    if largest > 1 > smallest:
        raise DesignError(
            "population sizes mix counts and fractions; give all stages as counts (at least 1) or"
            " all as sampling fractions (at most 1)",
            code="population_mixed",
        )
    return largest <= 1


def _extremes(values: NDArray[Any]) -> tuple[float, float]:
    """Smallest and largest size, after refusing what is no size."""
    try:
        column = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise DesignError(
            "a population size is not a number; correct the column", code="population_text"
        ) from error
    smallest = float(column.min(initial=np.inf))
    if not smallest > 0:  # a missing value makes it NaN
        row = int(np.flatnonzero(~(column > 0))[0])
        raise DesignError(
            f"row {row + 1}: population size {column[row]} must be a positive number",
            code="population_value",
            row=row + 1,
        )
    return smallest, float(column.max(initial=0.0))


def sampling_fractions(
    values: NDArray[Any] | None,
    stratum: NDArray[np.int64],
    n_sampled: NDArray[np.float64],
    labels: tuple[str, ...],
    shares: bool,
) -> NDArray[np.float64]:
    """Return the sampling fraction of each stratum; 0 when no population size is given.

    Examples
    --------
    >>> stratum, n = np.array([0, 0, 1]), np.array([2.0, 1.0])
    >>> sampling_fractions(np.array([4, 4, 10]), stratum, n, ("a", "b"), False).tolist()
    [0.5, 0.1]
    """
    if values is None:
        return np.zeros(n_sampled.size)
    column = np.asarray(values, dtype=float)
    by_stratum = np.empty(n_sampled.size)
    by_stratum[stratum] = column
    uneven = column != by_stratum[stratum]
    if uneven.any():
        h = int(stratum[np.flatnonzero(uneven)[0]])
        raise DesignError(
            f"stratum {labels[h]}: population size differs between rows; give one size per stratum",
            code="population_uneven",
            stratum=labels[h],
        )
    if shares:
        return by_stratum
    over = n_sampled > by_stratum * (1 + 1e-9)
    if over.any():
        h = int(np.flatnonzero(over)[0])
        raise DesignError(
            f"stratum {labels[h]}: {int(n_sampled[h])} units sampled from {by_stratum[h]:g};"
            " correct the population size or remove repeated units",
            code="population_small",
            stratum=labels[h],
        )
    return np.asarray(n_sampled / by_stratum)
