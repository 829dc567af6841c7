"""How far sampling error moves the total, and how likely each grade is.

Leaves out uncertainty of weights and definitions (:mod:`evaluation.analysis.sensitivity`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from evaluation.domain.indicator import Anchors
from sampling.seed import generator

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class UncertainValue:
    """An indicator value with its sampling error.

    Attributes
    ----------
    value : float
        Rate, days or another unit of the anchors.
    standard_error : float
        0 for an exact count.
    degrees_of_freedom : float
        For the t distribution of the error.
    is_share : bool
        Whether the value is confined to [0, 1]; its error then lives on the log-odds scale.
    anchors : Anchors
        Values that earn 0, 70, 80, 90 and 100 points.
    indicator_weight : float
        Weight in the total.
    """

    value: float
    standard_error: float
    degrees_of_freedom: float
    is_share: bool
    anchors: Anchors
    indicator_weight: float


@dataclass(frozen=True, slots=True)
class TotalUncertainty:
    """Distribution of the total under sampling error.

    Attributes
    ----------
    standard_error : float
        Standard deviation of the simulated totals, points.
    lower, upper : float
        Ends of the interval, points.
    confidence : float
        Level of the interval.
    band_probabilities : tuple of (str, float)
        Probability of each band, adding up to 1.
    largest : float
        Largest of them; below 0.90 the grade is borderline.
    n_replicates : int
        Simulations.
    delta_standard_error : float
        First-order standard error for comparison, points.
    """

    standard_error: float
    lower: float
    upper: float
    confidence: float
    band_probabilities: tuple[tuple[str, float], ...]
    largest: float
    n_replicates: int
    delta_standard_error: float

    @property
    def is_borderline(self) -> bool:
        """Whether no band has a probability of at least 0.90."""
        return self.largest < 0.90


def total_uncertainty(
    values: Mapping[str, UncertainValue],
    edges: Sequence[tuple[str, float]],
    seed: str,
    *,
    confidence: float = 0.95,
    n_replicates: int = 20_000,
    correlation: FloatArray | None = None,
) -> TotalUncertainty:
    r"""Simulate the total under the sampling error of its indicators.

    Errors of different indicators are independent unless ``correlation`` says otherwise.

    Parameters
    ----------
    values : mapping of str to UncertainValue
        Indicators of the total.
    edges : sequence of (str, float)
        Code of each band and its lower edge, ascending; a total exactly on an edge has
        probability zero under simulation, so the boundary policy does not matter here, except
        that a total without sampling error is put into the band below its edge.
    seed : str
        Text that fixes the random numbers.
    confidence : float
        Level of the interval, in (0, 1).
    n_replicates : int
        Simulations.
    correlation : ndarray, shape (k, k), optional
        Correlation of the errors, in the order of ``values``.

    Returns
    -------
    TotalUncertainty
        Interval of the total and probability of each band.

    Raises
    ------
    ValueError
        If there is no indicator or the correlation has the wrong shape.

    Notes
    -----
    A share moves on the log-odds scale, :math:`\mathrm{logit}(p) + t_{df}\,s/(p(1-p))`, with p kept
    half an effective file away from 0 and 1; other values move linearly.

    References
    ----------
    Saisana, M., Saltelli, A., Tarantola, S. (2005). *JRSS A* 168, 307–323. OECD/JRC (2008).
    *Handbook on Constructing Composite Indicators*, step 7.

    Examples
    --------
    >>> from decimal import Decimal
    >>> rate = Anchors(*map(Decimal, ("0.50", "0.80", "0.88", "0.95", "1.00")))
    >>> found = total_uncertainty(
    ...     {"I1": UncertainValue(0.9, 0.0, 99, True, rate, 1.0)},
    ...     [("fail", 0), ("pass", 70), ("good", 80), ("excellent", 90)], "example of a seed text")
    >>> found.band_probabilities[2], found.standard_error
    (('good', 1.0), 0.0)
    """
    names = list(values)
    if not names:
        raise ValueError("a total needs at least one indicator")
    k = len(names)
    if correlation is not None and correlation.shape != (k, k):
        raise ValueError(f"correlation of shape {correlation.shape} for {k} indicators")
    items = [values[name] for name in names]
    weights = np.array([item.indicator_weight for item in items])
    weights = weights / weights.sum()
    random = generator(seed)
    normal = random.standard_normal((n_replicates, k))
    if correlation is not None:
        normal = normal @ np.linalg.cholesky(correlation + 1e-12 * np.eye(k)).T
    totals = np.zeros(n_replicates)
    delta = 0.0
    for position, item in enumerate(items):
        df = max(item.degrees_of_freedom, 1.0)
        divisor = np.sqrt(random.chisquare(df, n_replicates) / df) if item.standard_error else 1.0
        moved = _moved(item, normal[:, position] / divisor)
        totals += weights[position] * points(moved, item.anchors)
        step = max(item.standard_error * 1e-3, 1e-9)
        around = points(np.array([item.value - step, item.value + step]), item.anchors)
        slope = (around[1] - around[0]) / (2 * step)
        delta += float(weights[position] * slope * item.standard_error) ** 2
    tail = (1 - confidence) / 2
    lower, upper = np.quantile(totals, [tail, 1 - tail])
    bands = _band_probabilities(totals, edges)
    spread = float(totals.std())
    return TotalUncertainty(
        spread if spread > 1e-9 else 0.0,
        float(lower),
        float(upper),
        confidence,
        bands,
        max(share for _, share in bands),
        n_replicates,
        delta**0.5,
    )


def _moved(item: UncertainValue, t: FloatArray) -> FloatArray:
    if item.standard_error <= 0:
        return np.full(t.size, item.value)
    if not item.is_share:
        return np.asarray(item.value + item.standard_error * t)
    spread = max(item.value * (1 - item.value), 1e-12)
    size = max(spread / item.standard_error**2, 1.0)
    centre = min(max(item.value, 0.5 / size), 1 - 0.5 / size)
    slope = centre * (1 - centre)
    scale = max(item.standard_error, (slope / size) ** 0.5) / slope
    return np.asarray(1 / (1 + np.exp(-(np.log(centre / (1 - centre)) + scale * t))))


def points(values: FloatArray, anchors: Anchors) -> FloatArray:
    """Return anchored points of many values at once, in floating point.

    Examples
    --------
    >>> from decimal import Decimal
    >>> rate = Anchors(*map(Decimal, ("0.50", "0.80", "0.88", "0.95", "1.00")))
    >>> points(np.array([0.84, 2.0]), rate).round(9).tolist()
    [75.0, 100.0]
    """
    x = np.array([float(value) for value, _ in anchors.pairs])
    y = np.array([float(score) for _, score in anchors.pairs])
    if x[0] > x[-1]:
        return np.asarray(np.interp(-values, -x, y))
    return np.asarray(np.interp(values, x, y))


def _band_probabilities(
    totals: FloatArray, edges: Sequence[tuple[str, float]]
) -> tuple[tuple[str, float], ...]:
    cuts = np.array([edge for _, edge in edges[1:]])
    position = np.searchsorted(cuts, totals, side="left")
    shares = np.bincount(position, minlength=len(edges)) / totals.size
    return tuple((code, float(share)) for (code, _), share in zip(edges, shares, strict=True))


def band_probabilities(
    points_total: float, standard_error: float, df: float, edges: Sequence[tuple[str, float]]
) -> tuple[tuple[str, float], ...]:
    """Return band probabilities by the t distribution (delta method).

    Parameters
    ----------
    points_total, standard_error : float
        Total and its standard error, points.
    df : float
        Degrees of freedom.
    edges : sequence of (str, float)
        Code of each band and its lower edge, ascending.

    Returns
    -------
    tuple of (str, float)
        Probability of each band, adding up to 1.

    Examples
    --------
    >>> found = band_probabilities(75.0, 2.0, 100, [("fail", 0), ("pass", 70), ("good", 80)])
    >>> [round(share, 3) for _, share in found]
    [0.007, 0.986, 0.007]
    """
    cuts = [edge for _, edge in edges[1:]]
    if standard_error <= 0:
        below = [float(points_total <= cut) for cut in cuts]
    else:
        below = [float(stats.t.cdf((cut - points_total) / standard_error, df)) for cut in cuts]
    ends = [0.0, *below, 1.0]
    return tuple((code, ends[k + 1] - ends[k]) for k, (code, _) in enumerate(edges))
