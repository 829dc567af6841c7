"""Comparisons across courts in the manner of composite-index practice, as a check on the scores.

The official points come from fixed anchors (:mod:`evaluation.analysis.scoring`); these methods make
a value depend on the other courts and serve sensitivity analysis only. Leaves out weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
Method = Literal["minmax", "zscore", "rank", "borda", "dist2max", "fracmax", "prank", "scaled"]
Mean = Literal["arithmetic", "geometric", "harmonic"]


def normalised(
    values: ArrayLike, method: Method, *, direction: int = 1, scale: tuple[float, float] = (0, 100)
) -> FloatArray:
    r"""Normalise one indicator across units.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        Values of the units; missing ones (NaN) stay missing.
    method : str
        ``minmax`` and ``scaled`` map to ``scale``; ``zscore`` to mean 0 and standard deviation 1;
        ``rank`` counts from 1 with ties at the smallest; ``borda`` is rank minus 1; ``dist2max``
        is 1 minus the distance to the best over the range; ``fracmax`` is the share of the best;
        ``prank`` is the percentile rank.
    direction : {1, -1}
        -1 when less is better: values change sign first.
    scale : tuple of float
        Ends of the ``minmax`` scale.

    Returns
    -------
    ndarray, shape (n,)
        Normalised values.

    Raises
    ------
    ValueError
        If the method is unknown or all values are equal where a range is needed.

    References
    ----------
    OECD/JRC (2008). *Handbook on Constructing Composite Indicators*, step 5. Becker, W., et al.
    (2022). *Journal of Open Source Software* 7(78), 4567 (COINr).

    Examples
    --------
    >>> normalised([1.0, 2.0, 3.0], "minmax").tolist()
    [0.0, 50.0, 100.0]
    >>> normalised([1.0, 2.0, 3.0], "rank", direction=-1).tolist()
    [3.0, 2.0, 1.0]
    """
    x = np.asarray(values, dtype=float) * direction
    known = x[~np.isnan(x)]
    if method in ("rank", "borda", "prank"):
        ranks = np.array([np.nan if np.isnan(v) else float((known < v).sum()) for v in x])
        if method == "rank":
            return ranks + 1
        return ranks if method == "borda" else ranks / (known.size - 1)
    if method == "scaled":
        return x
    if method == "fracmax":
        return np.asarray(x / known.max())
    spread = float(known.max() - known.min()) if known.size else 0.0
    if spread == 0:
        raise ValueError("all values are equal, so there is no scale between them")
    if method == "minmax":
        return np.asarray(scale[0] + (x - known.min()) / spread * (scale[1] - scale[0]))
    if method == "dist2max":
        return np.asarray(1 - (known.max() - x) / spread)
    if method == "zscore":
        return np.asarray((x - known.mean()) / known.std(ddof=1))
    raise ValueError(f"unknown method {method}")


def goalposts(
    values: ArrayLike, lower: float, upper: float, top: float, *, direction: int = 1
) -> FloatArray:
    """Map values to [0, top] between two fixed posts, cut at the posts.

    Parameters
    ----------
    values : array_like of float
        Values; missing ones stay missing.
    lower, upper : float
        Posts fixed beforehand, ``lower < upper``.
    top : float
        Value at the better post.
    direction : {1, -1}
        -1 when less is better.

    Returns
    -------
    ndarray
        Values in [0, top].

    Examples
    --------
    >>> goalposts([12, 50, 105], 10, 90, 100, direction=-1).tolist()
    [97.5, 50.0, 0.0]
    """
    x = np.asarray(values, dtype=float)
    share = np.clip((x - lower) / (upper - lower), 0, 1)
    return np.asarray(top * (share if direction > 0 else 1 - share))


def distance_to_target(values: ArrayLike, target: float) -> FloatArray:
    """Give the share of the way from the smallest value to a target, at most 1.

    Parameters
    ----------
    values : array_like of float
        Values where more is better; missing ones stay missing.
    target : float
        Target above the smallest value.

    Returns
    -------
    ndarray
        Values in [0, 1].

    Examples
    --------
    >>> distance_to_target([0, 40, 90], 80).tolist()
    [0.0, 0.5, 1.0]
    """
    x = np.asarray(values, dtype=float)
    smallest = np.nanmin(x)
    return np.asarray(np.minimum(1 - (target - x) / (target - smallest), 1))


def aggregated(values: ArrayLike, weights: Sequence[float], mean: Mean) -> FloatArray:
    r"""Combine indicators of each unit by a weighted mean, over those that are present.

    Parameters
    ----------
    values : array_like of float, shape (n, k)
        Normalised values; missing ones are left out of their unit's mean.
    weights : sequence of float, shape (k,)
        Indicator weights.
    mean : {"arithmetic", "geometric", "harmonic"}
        Kind of mean; the last two need positive values.

    Returns
    -------
    ndarray, shape (n,)
        Combined values, missing where nothing is present.

    Notes
    -----
    The geometric mean is :math:`\exp(\sum w\ln x/\sum w)`, the harmonic
    :math:`\sum w/\sum(w/x)`; they lie below the arithmetic mean the more, the more uneven the
    values are.

    Examples
    --------
    >>> aggregated([[1.0, 4.0]], [1, 1], "geometric").round(6).tolist()
    [2.0]
    """
    x = np.asarray(values, dtype=float)
    w = np.where(np.isnan(x), 0.0, np.asarray(weights, dtype=float))
    size = w.sum(axis=1)
    filled = np.where(np.isnan(x), 1.0, x)
    if mean != "arithmetic" and (filled <= 0).any():
        raise ValueError(f"the {mean} mean needs positive values")
    total = np.where(size > 0, size, np.nan)
    if mean == "arithmetic":
        return np.asarray((w * np.where(np.isnan(x), 0.0, x)).sum(axis=1) / total)
    if mean == "geometric":
        return np.asarray(np.exp((w * np.log(filled)).sum(axis=1) / total))
    return np.asarray(total / (w / filled).sum(axis=1))
