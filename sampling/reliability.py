"""Reliability of a scale of several items: Cronbach's alpha and McDonald's omega.

Leaves out the choice of items and agreement between readers (:mod:`sampling.agreement`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, stats

from sampling.errors import ConvergenceError, EstimationError
from sampling.estimate import Estimate
from sampling.structure import FloatArray

_MOST_GROUPS = 50


def cronbach_alpha(items: ArrayLike | pd.DataFrame, *, confidence: float = 0.95) -> Estimate:
    r"""Estimate Cronbach's alpha with the Feldt interval.

    Parameters
    ----------
    items : DataFrame or array_like, shape (n, k)
        Answers of ``n`` respondents to ``k`` items, all in the same direction; respondents with a
        missing answer are left out.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    Estimate
        Alpha; the standard error is half the width of the interval over the normal quantile.

    Raises
    ------
    EstimationError
        If there are fewer than two items, fewer than three complete respondents, or no variation.

    Notes
    -----
    :math:`\alpha=\frac{k}{k-1}\left(1-\frac{\sum s_j^2}{s_{sum}^2}\right)`; limits
    :math:`1-(1-\alpha)F_{n-1,(n-1)(k-1)}`.

    References
    ----------
    Cronbach, L. J. (1951). *Psychometrika* 16, 297–334. Feldt, L. S., Woodruff, D. J., Salih, F.
    A. (1987). *Applied Psychological Measurement* 11, 93–103.

    Examples
    --------
    >>> round(cronbach_alpha([[1, 2], [2, 2], [3, 4], [4, 4]]).value, 4)
    0.9412
    """
    x = _complete(items)
    n, k = x.shape
    value = _alpha(np.cov(x, rowvar=False))
    tail = (1 - confidence) / 2
    first, second = n - 1, (n - 1) * (k - 1)
    lower = 1 - (1 - value) * float(stats.f.ppf(1 - tail, first, second))
    upper = 1 - (1 - value) * float(stats.f.ppf(tail, first, second))
    error = (upper - lower) / (2 * float(stats.norm.ppf(1 - tail)))
    return Estimate(value, error, lower, upper, confidence, n, None, float(first), "alpha/feldt")


def alpha_if_dropped(items: ArrayLike | pd.DataFrame) -> FloatArray:
    """Return Cronbach's alpha of the scale without each item in turn.

    Parameters
    ----------
    items : DataFrame or array_like, shape (n, k)
        Answers; at least three items.

    Returns
    -------
    ndarray, shape (k,)
        Alpha without item ``j``.

    Examples
    --------
    >>> alpha_if_dropped([[1, 2, 1], [2, 2, 3], [3, 4, 2], [4, 4, 5]]).round(3).tolist()
    [0.64, 0.889, 0.941]
    """
    v = np.cov(_complete(items), rowvar=False)
    k = v.shape[0]
    if k < 3:
        raise EstimationError("dropping an item needs at least three items", code="few_items")
    others = [np.delete(np.arange(k), j) for j in range(k)]
    return np.array([_alpha(v[np.ix_(kept, kept)]) for kept in others])


def mcdonald_omega(items: ArrayLike | pd.DataFrame, *, confidence: float = 0.95) -> Estimate:
    r"""Estimate McDonald's omega total of one common factor by maximum likelihood.

    Parameters
    ----------
    items : DataFrame or array_like, shape (n, k)
        Answers of ``n`` respondents to ``k`` items (at least three); incomplete ones left out.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    Estimate
        Omega with a delete-a-group jackknife interval on the scale log(1 - omega).

    Raises
    ------
    EstimationError
        If there are fewer than three items or ten complete respondents.
    ConvergenceError
        If the factor model does not fit; look at the correlations of the items.

    Notes
    -----
    Standardised loadings :math:`l_j`:
    :math:`\omega=(\sum l_j)^2/\{(\sum l_j)^2+\sum(1-l_j^2)\}`.

    References
    ----------
    McDonald, R. P. (1999). *Test Theory*, chapter 6. Jöreskog, K. G. (1967). *Psychometrika* 32,
    443–482.

    Examples
    --------
    >>> rows = [[1, 2, 1], [2, 2, 3], [3, 4, 2], [4, 4, 5], [5, 5, 4]] * 3
    >>> round(mcdonald_omega(rows).value, 3)
    0.939
    """
    x = _complete(items)
    n, k = x.shape
    if k < 3 or n < 10:
        raise EstimationError(
            f"omega needs three items and ten complete respondents, found {k} and {n}",
            code="few_items",
        )
    value = _omega(factor_loadings(x))
    n_groups = min(n, _MOST_GROUPS)
    group = np.arange(n) % n_groups
    depth = np.array(
        [np.log(max(1 - _omega(factor_loadings(x[group != g])), 1e-12)) for g in range(n_groups)]
    )
    spread = float(((depth - depth.mean()) ** 2).sum() * (n_groups - 1) / n_groups) ** 0.5
    margin = float(stats.t.ppf(0.5 + confidence / 2, n_groups - 1)) * spread
    centre = np.log(max(1 - value, 1e-12))
    return Estimate(
        value,
        spread * (1 - value),
        float(1 - np.exp(centre + margin)),
        float(1 - np.exp(centre - margin)),
        confidence,
        n,
        None,
        float(n_groups - 1),
        "omega/jackknife",
    )


def factor_loadings(items: ArrayLike) -> FloatArray:
    """Return standardised loadings of one factor by maximum likelihood.

    Parameters
    ----------
    items : array_like, shape (n, k)
        Complete answers that vary in every item.

    Returns
    -------
    ndarray, shape (k,)
        Loadings, turned so that their sum is positive.

    Raises
    ------
    ConvergenceError
        If no maximum was found.

    References
    ----------
    Lawley, D. N., Maxwell, A. E. (1971). *Factor Analysis as a Statistical Method*, 2nd ed.

    Examples
    --------
    >>> rows = [[1, 2, 1], [2, 2, 3], [3, 4, 2], [4, 4, 5], [5, 5, 4]]
    >>> factor_loadings(rows).round(2).tolist()
    [1.0, 0.94, 0.8]
    """
    r = np.corrcoef(np.asarray(items, dtype=float), rowvar=False)
    k = r.shape[0]

    def loss(log_unique: FloatArray) -> tuple[float, FloatArray]:
        unique = np.exp(log_unique)
        root = np.sqrt(unique)
        values, vectors = np.linalg.eigh(r / np.outer(root, root))
        rest = values[:-1]
        rest = np.maximum(rest, 1e-12)
        value = float(-(np.log(rest) - rest).sum() - (k - 1))
        size = max(values[-1] - 1, 0.0)
        loading = root * vectors[:, -1] * np.sqrt(size)
        gradient = (np.diag(np.outer(loading, loading)) + unique - np.diag(r)) / unique
        return value, np.asarray(gradient)

    inverse = np.linalg.pinv(r)
    start = np.log(np.clip(0.5 / np.diag(inverse), 0.005, 0.995))
    found = optimize.minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(np.log(0.005), np.log(1.0))] * k,
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-10},
    )
    if not np.isfinite(found.fun):
        raise ConvergenceError("the one-factor model did not fit; look at the correlations")
    root = np.exp(found.x / 2)
    values, vectors = np.linalg.eigh(r / np.outer(root, root))
    loading = root * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))
    return np.asarray(loading if loading.sum() >= 0 else -loading)


def _omega(loadings: FloatArray) -> float:
    common = float(loadings.sum()) ** 2
    return float(common / (common + float((1 - loadings**2).sum())))


def _alpha(v: FloatArray) -> float:
    k = v.shape[0]
    total = float(v.sum())
    if total <= 0:
        raise EstimationError(
            "the sum of the items does not vary, so alpha is undefined", code="no_variance"
        )
    return float(k / (k - 1) * (1 - float(np.trace(v)) / total))


def _complete(items: ArrayLike | pd.DataFrame) -> FloatArray:
    try:
        x = np.asarray(items, dtype=float)
    except (TypeError, ValueError) as error:
        raise EstimationError("an item has text; give numbers", code="value_text") from error
    if x.ndim != 2 or x.shape[1] < 2:
        raise EstimationError("reliability needs at least two items", code="few_items")
    x = np.asarray(x[np.isfinite(x).all(axis=1)])
    if x.shape[0] < 3:
        raise EstimationError(
            f"reliability needs three complete respondents, found {x.shape[0]}", code="too_few"
        )
    return x
