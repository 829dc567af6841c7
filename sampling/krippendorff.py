"""Krippendorff's alpha with its four metrics of difference, for readings with gaps.

Leaves out weights for near agreement of other coefficients (:mod:`sampling.agreement`).
"""

from __future__ import annotations

import numpy as np

from sampling.agreement import Agreement, Metric, Ratings
from sampling.agreement import agreement as _agreement
from sampling.errors import EstimationError
from sampling.structure import FloatArray, SurveyDesign

_MOST_CATEGORIES = 2000


def difference_metric(
    categories: tuple[object, ...], sizes: FloatArray, metric: Metric
) -> FloatArray:
    r"""Return squared differences between categories.

    Parameters
    ----------
    categories : tuple
        Sorted labels; numbers for ``interval`` and ``ratio``.
    sizes : ndarray, shape (q,)
        Pairable readings in each category (used by ``ordinal``).
    metric : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement.

    Returns
    -------
    ndarray, shape (q, q)
        :math:`\delta^2`, 0 on the diagonal.

    Raises
    ------
    EstimationError
        If labels are not numbers for ``interval`` or ``ratio``.

    References
    ----------
    Krippendorff, K. (2019). *Content Analysis*, 4th ed., chapter 12.

    Examples
    --------
    >>> difference_metric((1, 2, 4), np.ones(3), "interval")[0].tolist()
    [0.0, 1.0, 9.0]
    """
    q = len(categories)
    if metric == "nominal":
        return 1.0 - np.eye(q)
    if metric == "ordinal":
        cumulative = np.cumsum(sizes) - sizes / 2
        return np.asarray((cumulative[:, None] - cumulative[None, :]) ** 2)
    if not all(isinstance(value, (int, float)) for value in categories):
        raise EstimationError(
            f"the {metric} metric needs numbers as categories; use nominal or ordinal",
            code="metric",
        )
    values = np.asarray(categories, dtype=float)
    gap = values[:, None] - values[None, :]
    if metric == "interval":
        return np.asarray(gap**2)
    total = values[:, None] + values[None, :]
    return np.asarray(np.divide(gap, total, out=np.zeros_like(gap), where=total != 0) ** 2)


def krippendorff_alpha(
    readings: Ratings,
    metric: Metric = "nominal",
    *,
    design: SurveyDesign | None = None,
    confidence: float = 0.95,
) -> Agreement:
    r"""Compute Krippendorff's alpha with standard error.

    Parameters
    ----------
    readings : Ratings
        Readings of ``n`` subjects; gaps are allowed, single readings do not count.
    metric : {"nominal", "ordinal", "interval", "ratio"}
        Level of measurement.
    design : SurveyDesign, optional
        Sampling design of the subjects.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    Agreement
        Alpha with interval; the standard error takes the metric as given.

    Raises
    ------
    EstimationError
        If all readings are one category or there are more than 2,000 categories.

    Notes
    -----
    :math:`\alpha = 1 - D_o/D_e` from the coincidence matrix with :math:`n-1`; computed as an
    agreement coefficient with credit :math:`1-\delta^2/\max\delta^2`, which is the same number.

    References
    ----------
    Hayes, A. F., Krippendorff, K. (2007). *Communication Methods and Measures* 1, 77–89. Gwet, K.
    L. (2014), chapter 2, for the standard error.

    Examples
    --------
    >>> from sampling.agreement import ratings
    >>> round(krippendorff_alpha(ratings([[1, 1], [2, 2], [1, 2], [1, 1]])).value, 4)
    0.5333
    """
    if len(readings.categories) > _MOST_CATEGORIES:
        raise EstimationError(
            f"{len(readings.categories)} distinct readings; group them into at most"
            f" {_MOST_CATEGORIES} categories",
            code="many_categories",
        )
    counts = readings.counts
    twice = counts.sum(axis=1) >= 2
    w = np.ones(twice.size) if design is None else design.sampling_weights
    squares = difference_metric(readings.categories, (w * twice) @ counts, metric)
    largest = float(squares.max())
    if largest <= 0:
        raise EstimationError(
            "all readings are one category, so alpha is undefined; report the percentage",
            code="one_category",
        )
    return _agreement(
        readings,
        "krippendorff",
        weights=1 - squares / largest,
        design=design,
        confidence=confidence,
    )
