"""Agreement of two readings of the same files, for many items at once, with intervals.

Point values equal those of :mod:`sampling.agreement`; here they are computed from tables of pairs,
so that thousands of bootstrap samples cost one matrix product. Leaves out who was right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.agreement import category_weights
from sampling.intervals import ShareSample, share_interval
from sampling.seed import generator

Floats = NDArray[np.float64]
Coefficients = Callable[[ArrayLike], dict[str, Floats]]
_NO_SPREAD = 1e-12


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Agreement on one item, part or pair of reviewers.

    Attributes
    ----------
    n_files, n_readings
        Files read twice, and pairs of answers compared (more than files for a part).
    prevalence
        Share of 符合 among all answers of both readers, in [0, 1].
    values, lower, upper
        Coefficient by name; ``None`` where chance agreement is complete and it does not exist.
        Limits are also ``None`` where nothing can be said of them: one file, or files that do
        not differ at all in a coefficient other than ``percent``.
    """

    n_files: int
    n_readings: int
    prevalence: float
    values: dict[str, float | None]
    lower: dict[str, float | None]
    upper: dict[str, float | None]


def pair_tables(first: ArrayLike, second: ArrayLike, n_categories: int) -> Floats:
    """Count pairs of answers per file.

    Parameters
    ----------
    first, second : array_like of int, shape (n, k)
        Category of each answer to ``k`` items, from 0; -1 where there is none.
    n_categories : int
        Number of categories ``q``.

    Returns
    -------
    ndarray, shape (n, q, q)
        Pairs of each file by first and second answer; pairs with a missing side are left out.

    Examples
    --------
    >>> pair_tables([[0, 1]], [[0, 0]], 2).tolist()
    [[[1.0, 0.0], [1.0, 0.0]]]
    """
    a, b = np.atleast_2d(np.asarray(first)), np.atleast_2d(np.asarray(second))
    n, q = a.shape[0], n_categories
    both = (a >= 0) & (b >= 0)
    cell = np.arange(n)[:, None] * q * q + np.where(both, a * q + b, 0)
    counts = np.bincount(cell[both], minlength=n * q * q)
    return counts.reshape(n, q, q).astype(float)


def coefficients(tables: ArrayLike) -> dict[str, Floats]:
    r"""Compute four coefficients from one or many tables of pairs.

    Parameters
    ----------
    tables : array_like, shape (..., q, q)
        Pairs by first and second answer.

    Returns
    -------
    dict of ndarray, shape (...)
        ``percent``; ``kappa`` (Cohen); ``ac1`` (Gwet); ``alpha`` (Krippendorff, nominal). NaN
        where chance agreement is complete.

    Notes
    -----
    With :math:`p_a` the diagonal share, :math:`r_k, c_k` the margins and
    :math:`\pi_k = (r_k+c_k)/2`: Cohen :math:`p_e=\sum r_k c_k`; Gwet
    :math:`p_e=\sum\pi_k(1-\pi_k)/(q'-1)` over the :math:`q'` categories that occur; Krippendorff
    :math:`\alpha = 1-(1-p_a)/\sum_{k\neq l} \pi_k\pi_l \cdot (m-1)/m` with :math:`m` answers.

    References
    ----------
    Gwet, K. L. (2014). *Handbook of Inter-Rater Reliability*, 4th ed., chapters 2–3. Krippendorff,
    K. (2013). *Content Analysis*, 3rd ed., chapter 12.

    Examples
    --------
    >>> found = coefficients([[40, 9], [6, 45]])
    >>> round(float(found["kappa"]), 4), round(float(found["ac1"]), 4)
    (0.6995, 0.7007)
    """
    counts = np.asarray(tables, dtype=float)
    total = counts.sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = counts / total[..., None, None]
        percent = np.trace(shares, axis1=-2, axis2=-1)
        rows, columns = shares.sum(axis=-1), shares.sum(axis=-2)
        mean = (rows + columns) / 2
        kappa_chance = (rows * columns).sum(axis=-1)
        used = (mean > 0).sum(axis=-1)
        gwet_chance = (mean * (1 - mean)).sum(axis=-1) / np.maximum(used - 1, 1)
        answers = 2 * total
        expected_disagreement = (1 - (mean**2).sum(axis=-1)) * answers / (answers - 1)
        kappa = (percent - kappa_chance) / _room(1 - kappa_chance)
        alpha = 1 - (1 - percent) / _room(expected_disagreement)
        ac1 = np.where(used > 1, (percent - gwet_chance) / _room(1 - gwet_chance), np.nan)
    return {"percent": percent, "kappa": kappa, "ac1": ac1, "alpha": alpha}


def ordinal_coefficients(tables: ArrayLike) -> dict[str, Floats]:
    r"""Compute coefficients that give credit for near agreement on an ordered scale.

    Parameters
    ----------
    tables : array_like, shape (..., q, q)
        Pairs by first and second answer; categories in the order of the scale.

    Returns
    -------
    dict of ndarray, shape (...)
        ``percent`` (exact agreement); ``ac2`` (Gwet, ordinal credit over the whole scale);
        ``alpha`` (Krippendorff, ordinal metric). NaN where chance agreement is complete.

    Notes
    -----
    Gwet :math:`p_a=\sum w_{kl}p_{kl}`, :math:`p_e=\frac{T_w}{q(q-1)}\sum\pi_k(1-\pi_k)`;
    Krippendorff :math:`\delta_{ck}=\sum_{g=c}^{k}n_g-(n_c+n_k)/2` and
    :math:`\alpha=1-(m-1)\sum o_{ck}\delta^2_{ck}/\sum n_cn_k\delta^2_{ck}`, with :math:`m`
    answers.

    References
    ----------
    Gwet, K. L. (2014). *Handbook of Inter-Rater Reliability*, 4th ed., chapter 3. Krippendorff,
    K. (2019). *Content Analysis*, 4th ed., chapter 12.

    Examples
    --------
    >>> found = ordinal_coefficients([[20, 3, 0], [2, 10, 1], [0, 1, 5]])
    >>> round(float(found["ac2"]), 4), round(float(found["alpha"]), 4)
    (0.8747, 0.8212)
    """
    counts = np.asarray(tables, dtype=float)
    q = counts.shape[-1]
    credit = category_weights(tuple(range(q)), "ordinal")
    total = counts.sum(axis=(-2, -1))
    answers = 2 * total
    sizes = counts.sum(axis=-1) + counts.sum(axis=-2)
    middle = np.cumsum(sizes, axis=-1) - sizes / 2
    gap = (middle[..., :, None] - middle[..., None, :]) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = counts / total[..., None, None]
        mean = sizes / answers[..., None]
        observed = (shares * credit).sum(axis=(-2, -1))
        chance = credit.sum() / (q * (q - 1)) * (mean * (1 - mean)).sum(axis=-1)
        used = (mean > 0).sum(axis=-1)
        ac2 = np.where(used > 1, (observed - chance) / _room(1 - chance), np.nan)
        seen = 2 * (counts * gap).sum(axis=(-2, -1))
        expected = (sizes[..., :, None] * sizes[..., None, :] * gap).sum(axis=(-2, -1))
        alpha = 1 - (answers - 1) * seen / _room(expected)
    percent = np.trace(shares, axis1=-2, axis2=-1)
    return {"percent": percent, "ac2": ac2, "alpha": alpha}


def _room(values: Floats) -> Floats:
    return np.where(values > 1e-12, values, np.nan)


def pair_agreement(
    tables: Floats,
    *,
    seed: str,
    n_replicates: int = 1000,
    confidence: float = 0.95,
    compute: Coefficients = coefficients,
) -> PairAgreement:
    r"""Compute agreement with intervals; files are what varies, not single answers.

    ``percent`` has a Wilson interval with effective size, so that it has a width at 0 and 1 too.
    The other coefficients have percentile bootstrap intervals; where all bootstrap samples give
    the same value, the sample says nothing about its error, and there are no limits.

    Parameters
    ----------
    tables : ndarray, shape (n, q, q)
        Pairs of each file from :func:`pair_tables`; the first category is 符合.
    seed : str
        Text that fixes the bootstrap samples.
    n_replicates : int
        Bootstrap samples.
    confidence : float
        Two-sided level in (0, 1).
    compute : callable
        :func:`coefficients`, or :func:`ordinal_coefficients` for an ordered scale.

    Returns
    -------
    PairAgreement
        Values and limits in [-1, 1]; a coefficient that does not exist is ``None``.

    Notes
    -----
    With :math:`a_i` pairs that agree among the :math:`m_i` pairs of file :math:`i`,
    :math:`p=\sum a_i/\sum m_i` and
    :math:`v=\frac{n}{n-1}\sum(a_i-p\,m_i)^2/(\sum m_i)^2`; where no file departs from
    :math:`p`, the effective size is :math:`(\sum m_i)^2/\sum m_i^2`.

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., section 3.12 (rates of clusters).
    Efron, B., Tibshirani, R. (1993). *An Introduction to the Bootstrap*, chapter 13.

    Examples
    --------
    >>> tables = pair_tables([[0], [0], [1], [0]], [[0], [1], [1], [0]], 2)
    >>> round(pair_agreement(tables, seed="an example").values["ac1"], 4)
    0.5294
    """
    has_pairs = tables.sum(axis=(1, 2)) > 0
    kept = tables[has_pairs]
    n, q = kept.shape[0], tables.shape[-1]
    total = kept.sum(axis=0)
    empty: dict[str, float | None] = dict.fromkeys(compute(np.ones((q, q))))
    if n == 0:
        return PairAgreement(0, 0, 0.0, empty, dict(empty), dict(empty))
    share = float((total.sum(axis=0)[0] + total.sum(axis=1)[0]) / (2 * total.sum()))
    values = {name: _number(value) for name, value in compute(total).items()}
    lower, upper = dict(empty), dict(empty)
    if n >= 2:
        draws = generator(f"{seed}|bootstrap").multinomial(n, np.full(n, 1 / n), n_replicates)
        replicates = compute((draws @ kept.reshape(n, q * q)).reshape(-1, q, q))
        tail = (1 - confidence) / 2
        for name, found in replicates.items():
            known = found[np.isfinite(found)]
            value = values[name]
            if known.size == 0 or value is None or np.ptp(known) < _NO_SPREAD:
                continue
            lower[name] = min(float(np.quantile(known, tail)), value)
            upper[name] = max(float(np.quantile(known, 1 - tail)), value)
        lower["percent"], upper["percent"] = _percent_limits(kept, confidence)
    return PairAgreement(n, int(total.sum()), share, values, lower, upper)


def _percent_limits(tables: Floats, confidence: float) -> tuple[float, float]:
    """Wilson interval of the share of agreeing pairs, each file a cluster of its pairs."""
    pairs = tables.sum(axis=(1, 2))
    agreeing = np.trace(tables, axis1=1, axis2=2)
    n, total = pairs.size, pairs.sum()
    share = float(agreeing.sum() / total)
    variance = n / (n - 1) * float(((agreeing - share * pairs) ** 2).sum() / total**2)
    kish = float(total**2 / (pairs**2).sum())
    sample = ShareSample(share, variance, int(total), np.inf, kish, n - 1.0)
    lower, upper = share_interval(sample, confidence=confidence)
    return min(lower, share), max(upper, share)


def _number(value: Floats) -> float | None:
    return float(value) if np.isfinite(value) else None
