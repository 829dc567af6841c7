"""Agreement between readers beyond chance, with missing readings and under sampling weights.

Every coefficient is a mean of per-subject values, so the same variance serves a simple sample and
any sampling design. Leaves out who was right: see :mod:`sampling.audit_correction`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sampling.errors import EstimationError
from sampling.estimate import Estimate
from sampling.intervals import ShareSample, share_interval
from sampling.statistic import t_quantiles
from sampling.structure import FloatArray, SurveyDesign
from sampling.variance import Influence, covariance, degrees_of_freedom

Metric = Literal["nominal", "ordinal", "interval", "ratio"]
CategoryWeights = Literal["identity", "linear", "quadratic", "ordinal"]
_NEEDS_TWO = ("percent", "cohen", "krippendorff")
COEFFICIENTS = ("percent", "cohen", "fleiss", "gwet", "brennan_prediger", "krippendorff")


@dataclass(frozen=True)
class Ratings:
    """Readings of the same subjects by several readers.

    Attributes
    ----------
    codes : ndarray of int, shape (n, r)
        Category of each reading; -1 where a reading is missing.
    categories : tuple
        Sorted category labels.
    """

    codes: np.ndarray
    categories: tuple[Any, ...]

    @property
    def counts(self) -> FloatArray:
        """Readings per subject and category, shape (n, q)."""
        n, q = self.codes.shape[0], len(self.categories)
        cell = np.arange(n)[:, None] * (q + 1) + self.codes + 1
        table = np.bincount(cell.ravel(), minlength=n * (q + 1)).reshape(n, q + 1)
        return table[:, 1:].astype(float)


def ratings(columns: ArrayLike | pd.DataFrame) -> Ratings:
    """Read a table of readings: one row per subject, one column per reader.

    Parameters
    ----------
    columns : DataFrame or array_like, shape (n, r)
        Category given by each reader; missing where the reader did not read.

    Returns
    -------
    Ratings
        Coded readings.

    Raises
    ------
    EstimationError
        If there are fewer than two readers or no subject was read twice.

    Examples
    --------
    >>> ratings([["y", "n"], ["y", None]]).counts.tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    frame = columns if isinstance(columns, pd.DataFrame) else pd.DataFrame(np.array(columns))
    if frame.shape[1] < 2:
        raise EstimationError("agreement needs at least two readers", code="one_reader")
    flat = frame.to_numpy(dtype=object).ravel().copy()
    flat[pd.isna(flat)] = None
    numeric = pd.to_numeric(pd.Series(flat), errors="coerce")
    present = np.array([value is not None for value in flat])
    values = numeric.to_numpy() if numeric[present].notna().all() else flat.astype(str)
    codes = np.full(flat.size, -1, dtype=np.int64)
    distinct, inverse = np.unique(values[present], return_inverse=True)
    codes[present] = inverse
    table = codes.reshape(frame.shape)
    if not ((table >= 0).sum(axis=1) >= 2).any():
        raise EstimationError(
            "no subject has two readings; agreement cannot be seen", code="no_double_reading"
        )
    return Ratings(table, tuple(distinct.tolist()))


def category_weights(categories: tuple[Any, ...], kind: str = "identity") -> FloatArray:
    """Return credit for near agreement between categories, 1 on the diagonal.

    Parameters
    ----------
    categories : tuple
        Category labels; numbers for ``linear`` and ``quadratic`` (else positions are taken).
    kind : {"identity", "linear", "quadratic", "ordinal"}
        Kind of credit; ``ordinal`` is that of Gwet, not the metric of Krippendorff.

    Returns
    -------
    ndarray, shape (q, q)
        Symmetric matrix with values in [0, 1].

    References
    ----------
    Gwet, K. L. (2014). *Handbook of Inter-Rater Reliability*, 4th ed., chapter 3.

    Examples
    --------
    >>> category_weights((1, 2, 3), "quadratic")[0].tolist()
    [1.0, 0.75, 0.0]
    """
    q = len(categories)
    if kind == "identity" or q == 1:
        return np.eye(q)
    numeric = all(isinstance(value, (int, float)) for value in categories)
    position = np.asarray(categories, dtype=float) if numeric else np.arange(q, dtype=float)
    gap = np.abs(position[:, None] - position[None, :])
    if kind == "linear":
        return np.asarray(1 - gap / gap.max())
    if kind == "quadratic":
        return np.asarray(1 - (gap / gap.max()) ** 2)
    if kind != "ordinal":
        raise EstimationError(
            f"credit {kind!r} is unknown; choose identity, linear, quadratic or ordinal",
            code="category_weights",
        )
    steps = np.abs(np.arange(q)[:, None] - np.arange(q)[None, :]) + 1
    pairs = steps * (steps - 1) / 2
    return np.asarray(1 - pairs / pairs.max())


@dataclass(frozen=True)
class Agreement:
    """A coefficient of agreement with its per-subject values.

    Attributes
    ----------
    coefficient : str
        Name of the coefficient.
    value : float
        1 for full agreement, 0 for what chance gives.
    observed, expected : float
        Observed and chance agreement.
    subject_values : ndarray, shape (n,)
        Per-subject values; their (weighted) mean is ``value``.
    estimate : Estimate
        Value with standard error and interval.
    """

    coefficient: str
    value: float
    observed: float
    expected: float
    subject_values: FloatArray
    estimate: Estimate


def agreement(
    readings: Ratings,
    coefficient: str = "gwet",
    *,
    weights: CategoryWeights | ArrayLike = "identity",
    design: SurveyDesign | None = None,
    confidence: float = 0.95,
) -> Agreement:
    r"""Compute one coefficient of agreement with its sampling error.

    Subjects are taken as a simple random sample from a large population, or as ``design`` says.

    Parameters
    ----------
    readings : Ratings
        Readings of ``n`` subjects.
    coefficient : str
        ``percent``, ``cohen`` (two readers), ``fleiss``, ``gwet`` (AC1, or AC2 with weights),
        ``brennan_prediger`` or ``krippendorff``.
    weights : str or array_like, shape (q, q)
        Credit for near agreement, see :func:`category_weights`.
    design : SurveyDesign, optional
        Sampling design of the subjects; one row per subject.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    Agreement
        Coefficient, observed and expected agreement, interval (cut at 1). Where no subject
        differs from another, ``percent`` has a Wilson interval; the others have a standard
        error of 0 and an interval without width, which says nothing about their error.

    Raises
    ------
    EstimationError
        If the coefficient is unknown, Cohen's kappa is asked of more than two readers, or all
        readings are one category, so that chance agreement is complete. Report the percentage.

    Notes
    -----
    :math:`\kappa = (p_a - p_e)/(1-p_e)`; per-subject values
    :math:`\kappa_i - 2(1-\kappa)(p_{e,i}-p_e)/(1-p_e)`. Gwet:
    :math:`p_e=\frac{T_w}{q(q-1)}\sum\pi_k(1-\pi_k)`; Fleiss: :math:`\sum w_{kl}\pi_k\pi_l`;
    Brennan–Prediger: :math:`T_w/q^2`.

    References
    ----------
    Gwet, K. L. (2014). *Handbook of Inter-Rater Reliability*, 4th ed., chapters 2–5. Fleiss, J.
    L., Cohen, J., Everitt, B. S. (1969). *Psychological Bulletin* 72, 323–327.

    Examples
    --------
    >>> table = ratings([["y", "y"], ["y", "n"], ["n", "n"], ["y", "y"]])
    >>> round(agreement(table, "gwet").value, 4)
    0.5294
    """
    if coefficient not in COEFFICIENTS:
        raise EstimationError(
            f"coefficient {coefficient!r} is unknown; choose one of {', '.join(COEFFICIENTS)}",
            code="coefficient",
        )
    credit = (
        category_weights(readings.categories, weights)
        if isinstance(weights, str)
        else np.asarray(weights, dtype=float)
    )
    n = readings.codes.shape[0]
    needed = 2 if coefficient in _NEEDS_TWO else 1
    read = (readings.codes >= 0).sum(axis=1) >= needed
    w = np.ones(n) if design is None else design.sampling_weights
    w = np.where(read, w, 0.0)
    function = _COEFFICIENTS[coefficient]
    value, observed, expected, subject = function(readings, credit, w)
    if design is None:
        kept = subject[read]
        size = kept.size
        v = float(((kept - value) ** 2).sum() / (size * max(size - 1, 1)))
        df = float(size - 1)
    else:
        z = np.where(read, w * (subject - value) / w.sum(), 0.0)
        v = float(covariance(design, Influence(z[:, None]))[0, 0])
        df = float(degrees_of_freedom(design, read)[0])
    margin = float(t_quantiles(confidence, df)) * v**0.5
    lower, upper = max(value - margin, -1.0), min(value + margin, 1.0)
    if coefficient == "percent" and v <= 0:
        known = design is not None and design.stages[0].fraction.any()
        big_n, kish = w.sum() if known else np.inf, float(w.sum() ** 2 / (w**2).sum())
        sample = ShareSample(value, 0.0, int(read.sum()), float(big_n), kish, df)
        lower, upper = share_interval(sample, confidence=confidence)
    estimate = Estimate(
        value,
        v**0.5,
        lower,
        upper,
        confidence,
        int(read.sum()),
        float(w.sum()) if design is not None else None,
        df,
        f"agreement/{coefficient}",
    )
    return Agreement(coefficient, value, observed, expected, subject, estimate)


_Parts = tuple[float, float, float, FloatArray]


def _observed(counts: FloatArray, credit: FloatArray, w: FloatArray) -> tuple[float, FloatArray]:
    """Weighted mean of per-subject agreement, and those values (0 for a single reading)."""
    number = counts.sum(axis=1)
    twice = number >= 2
    near = counts @ credit
    pairs = (counts * (near - 1)).sum(axis=1)
    values = np.divide(pairs, number * (number - 1), out=np.zeros_like(pairs), where=twice)
    return float((w * values)[twice].sum() / w[twice].sum()), values


def _chance(expected: float) -> float:
    if 1 - expected < 1e-12:
        raise EstimationError(
            "all readings are one category, so agreement beyond chance is undefined; report the"
            " percentage of agreement",
            code="one_category",
        )
    return 1 - expected


def _shares(counts: FloatArray, w: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean share of each category, and each subject's shares."""
    number = counts.sum(axis=1, keepdims=True)
    own = np.divide(counts, number, out=np.zeros_like(counts), where=number > 0)
    return np.asarray(w @ own / w.sum()), own


def _assembled(
    counts: FloatArray, credit: FloatArray, w: FloatArray, expected: float, own: FloatArray
) -> _Parts:
    """Coefficient and per-subject values from chance agreement and its per-subject parts."""
    observed, pa = _observed(counts, credit, w)
    room = _chance(expected)
    value = (observed - expected) / room
    twice = counts.sum(axis=1) >= 2
    inflation = w.sum() / w[twice].sum()
    subject = inflation * (pa - expected * twice) / room
    subject = subject - 2 * (1 - value) * (own - expected) / room
    return value, observed, expected, subject


def _percent(readings: Ratings, credit: FloatArray, w: FloatArray) -> _Parts:
    counts = readings.counts
    observed, pa = _observed(counts, credit, w)
    return observed, observed, 0.0, np.where(counts.sum(axis=1) >= 2, pa, observed)


def _gwet(readings: Ratings, credit: FloatArray, w: FloatArray) -> _Parts:
    counts = readings.counts
    q = counts.shape[1]
    if q == 1:
        _chance(1.0)
    shares, own = _shares(counts, w)
    factor = credit.sum() / (q * (q - 1))
    expected = float(factor * (shares * (1 - shares)).sum())
    return _assembled(counts, credit, w, expected, factor * (own @ (1 - shares)))


def _fleiss(readings: Ratings, credit: FloatArray, w: FloatArray) -> _Parts:
    counts = readings.counts
    shares, own = _shares(counts, w)
    expected = float(shares @ credit @ shares)
    return _assembled(counts, credit, w, expected, own @ ((credit + credit.T) @ shares) / 2)


def _brennan_prediger(readings: Ratings, credit: FloatArray, w: FloatArray) -> _Parts:
    counts = readings.counts
    expected = float(credit.sum() / counts.shape[1] ** 2)
    return _assembled(counts, credit, w, expected, np.full(counts.shape[0], expected))


def _krippendorff(readings: Ratings, credit: FloatArray, w: FloatArray) -> _Parts:
    counts = readings.counts
    number = counts.sum(axis=1)
    twice = number >= 2
    active = np.where(twice, w, 0.0)
    average = float((active * number).sum() / active.sum())
    correction = 1 / float((active / active[twice].mean() * number).sum())
    pairs = (counts * (counts @ credit - 1)).sum(axis=1)
    pa = np.divide(pairs, average * (number - 1), out=np.zeros_like(pairs), where=twice)
    raw = float((active * pa).sum() / active.sum())
    observed = (1 - correction) * raw + correction
    shares = active @ (counts / average) / active.sum()
    expected = float(shares @ credit @ shares)
    room = _chance(expected)
    value = (observed - expected) / room
    excess = (number - average) / average
    own = pa - raw * excess
    chance = counts @ ((credit + credit.T) @ shares) / (2 * average) - expected * excess
    plain = (raw - expected) / room  # the factor 1 - 1/n is left out, as in Gwet (2014)
    deviation = (own - raw) / room - 2 * (1 - plain) * (chance - expected) / room
    return value, observed, expected, value + np.where(twice, deviation, 0.0)


def _cohen(readings: Ratings, credit: FloatArray, w: FloatArray) -> _Parts:
    if readings.codes.shape[1] != 2:
        raise EstimationError(
            f"Cohen's kappa is for two readers, found {readings.codes.shape[1]}; use fleiss",
            code="two_readers",
        )
    first, second = readings.codes.T
    both = (first >= 0) & (second >= 0)
    active = np.where(both, w, 0.0)
    q = len(readings.categories)
    a, b = np.where(both, first, 0), np.where(both, second, 0)
    rows = np.bincount(a, active, q) / active.sum()
    columns = np.bincount(b, active, q) / active.sum()
    agree = credit[a, b]
    observed = float((active * agree).sum() / active.sum())
    expected = float(rows @ credit @ columns)
    room = _chance(expected)
    value = (observed - expected) / room
    own = (credit @ columns)[a] + (rows @ credit)[b]
    subject = (agree - expected) / room - (1 - value) * (own - 2 * expected) / room
    return value, observed, expected, np.where(both, subject, value)


_COEFFICIENTS: dict[str, Callable[[Ratings, FloatArray, FloatArray], _Parts]] = {
    "percent": _percent,
    "cohen": _cohen,
    "fleiss": _fleiss,
    "gwet": _gwet,
    "brennan_prediger": _brennan_prediger,
    "krippendorff": _krippendorff,
}
