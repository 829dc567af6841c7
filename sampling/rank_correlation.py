"""Spearman's rank correlation of two answers of the same respondents, with its interval.

Leaves out correlations under a complex design: the interval is for independent respondents.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from sampling.errors import EstimationError
from sampling.estimate import Estimate


def rank_correlation(first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    r"""Estimate Spearman's rank correlation with the Bonett–Wright interval.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Two values of each of ``n`` respondents, larger ones meaning more; equal values share
        their mean rank. Respondents for whom one is missing are left out.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    Estimate
        Correlation in [-1, 1]; the standard error is half the width of the interval over the
        normal quantile.

    Raises
    ------
    EstimationError
        If fewer than ten respondents gave both, if one of the two does not vary, or if the ranks
        agree perfectly, so that no interval can be estimated. Ask more people.

    Notes
    -----
    :math:`\tanh(\operatorname{artanh} r \pm z\sqrt{(1+r^2/2)/(n-3)})`.

    References
    ----------
    Bonett, D. G., Wright, T. A. (2000). Sample size requirements for estimating Pearson, Kendall
    and Spearman correlations. *Psychometrika* 65, 23–28.

    Examples
    --------
    >>> found = rank_correlation([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [2, 1, 4, 3, 6, 5, 8, 7, 10, 9])
    >>> round(found.value, 4), round(found.lower, 3), round(found.upper, 3)
    (0.9394, 0.688, 0.99)
    """
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if x.shape != y.shape or x.ndim != 1:
        raise EstimationError(
            f"give two values for each respondent, found shapes {x.shape} and {y.shape}",
            code="shape",
        )
    both = ~(np.isnan(x) | np.isnan(y))
    x, y, n = x[both], y[both], int(both.sum())
    if n < 10:
        raise EstimationError(f"a rank correlation needs ten respondents, found {n}", code="few")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise EstimationError("one of the two values is the same for all", code="no_variation")
    r = float(np.corrcoef(stats.rankdata(x), stats.rankdata(y))[0, 1])
    if abs(r) > 1 - 1e-12:
        raise EstimationError("the ranks agree perfectly", code="no_variation")
    z = float(stats.norm.ppf((1 + confidence) / 2))
    half = z * np.sqrt((1 + r**2 / 2) / (n - 3))
    lower, upper = (float(np.tanh(np.arctanh(r) + sign * half)) for sign in (-1, 1))
    error = (upper - lower) / (2 * z)
    return Estimate(
        r, error, lower, upper, confidence, n, None, float("inf"), "spearman/bonett-wright"
    )
