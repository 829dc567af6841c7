"""Statistics of one sample with their joint covariance, and what follows from them.

``(theta, Z)`` made handy: contrasts, changes, composites and any smooth function are matrix
products. Leaves out the estimators themselves (:mod:`sampling.estimation`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from sampling.coding import coded
from sampling.errors import EstimationError
from sampling.estimate import Estimate
from sampling.structure import FloatArray, IntArray, SurveyDesign
from sampling.variance import Influence, covariance, degrees_of_freedom


@dataclass(frozen=True)
class Groups:
    """Subpopulations that do not overlap: a code per row and a label per code.

    Attributes
    ----------
    codes : ndarray of int, shape (n,)
        Subpopulation of each row.
    labels : tuple
        Label of each subpopulation, in sorted order; a tuple of values for several columns.
    """

    codes: IntArray
    labels: tuple[Any, ...]


def groups(*columns: ArrayLike) -> Groups:
    """Form subpopulations from the distinct combinations of one or more columns.

    Parameters
    ----------
    columns : array_like, shape (n,) each
        Values of any sortable kind without missing ones.

    Returns
    -------
    Groups
        Codes in the sorted order of the labels.

    Raises
    ------
    EstimationError
        If a value is missing; fill it or leave the row out.

    Examples
    --------
    >>> groups(["b", "a", "b"]).labels
    ('a', 'b')
    """
    ranked: list[IntArray] = []
    values: list[NDArray[Any]] = []
    for column in columns:
        codes, distinct = coded(np.asarray(column))
        if codes.min(initial=0) < 0:
            row = int(np.flatnonzero(codes < 0)[0])
            raise EstimationError(
                f"row {row + 1}: the grouping column is empty; fill it or leave the row out",
                code="group_missing",
                row=row + 1,
            )
        order = np.argsort(np.asarray(distinct))
        if (np.diff(order) != 1).any():
            rank = np.empty(order.size, dtype=np.int64)
            rank[order] = np.arange(order.size)
            codes, distinct = rank[codes], distinct[order]
        ranked.append(codes)
        values.append(distinct)
    if len(ranked) == 1:
        return Groups(ranked[0], tuple(values[0].tolist()))
    joint = np.zeros(ranked[0].size, dtype=np.int64)
    for codes, distinct in zip(ranked, values, strict=True):
        joint = joint * distinct.size + codes
    present, dense = np.unique(joint, return_inverse=True)
    labels = []
    for code in present.tolist():
        label = []
        for distinct in reversed(values):
            code, position = divmod(code, distinct.size)
            label.append(distinct[position].item())
        labels.append(tuple(reversed(label)))
    return Groups(dense.astype(np.int64), tuple(labels))


@dataclass(frozen=True)
class Statistics:
    """Point values with the influence values that give their joint covariance.

    Attributes
    ----------
    design : SurveyDesign
        How the sample was taken.
    theta : ndarray, shape (k,)
        Point values.
    influence : Influence
        Weighted influence values of all rows.
    labels : tuple
        One label per value.
    n_sampled : ndarray of int, shape (k,)
        Rows that each value rests on.
    n_population : ndarray, shape (k,)
        Population units that these rows stand for: the sum of their sampling weights.
    kish_size : ndarray, shape (k,)
        Effective sample size under unequal weights, (sum w)^2 / sum w^2.
    degrees_of_freedom : ndarray, shape (k,)
        First-stage units minus strata, among these rows.
    statistic : str
        Name of the estimator.
    """

    design: SurveyDesign
    theta: FloatArray
    influence: Influence
    labels: tuple[Any, ...]
    n_sampled: IntArray
    n_population: FloatArray
    kish_size: FloatArray
    degrees_of_freedom: FloatArray
    statistic: str

    @cached_property
    def covariance(self) -> FloatArray:
        """Joint sampling covariance matrix, shape (k, k)."""
        return covariance(self.design, self.influence)

    @property
    def known_population(self) -> FloatArray:
        """Population units behind each value, infinite where the design has no population sizes.

        Sampling weights alone do not tell a census from a sample of a large population: they may
        be scaled, or all be 1.
        """
        if self.design.stages[0].fraction.any():
            return self.n_population
        return np.full(self.theta.size, np.inf)

    @property
    def standard_errors(self) -> FloatArray:
        """Standard error of each value, shape (k,)."""
        return np.asarray(np.sqrt(np.diagonal(self.covariance)))

    def estimates(self, confidence: float = 0.95) -> list[Estimate]:
        """Return each value with its Student t interval; see :mod:`sampling.intervals` for shares.

        With fewer than one degree of freedom the interval uses one.
        """
        quantiles = t_quantiles(confidence, self.degrees_of_freedom)
        margins = quantiles * self.standard_errors
        return [
            Estimate(
                float(self.theta[k]),
                float(self.standard_errors[k]),
                float(self.theta[k] - margins[k]),
                float(self.theta[k] + margins[k]),
                confidence,
                int(self.n_sampled[k]),
                float(self.n_population[k]),
                float(self.degrees_of_freedom[k]),
                f"{self.statistic}/t",
            )
            for k in range(self.theta.size)
        ]

    def linear(self, matrix: ArrayLike, labels: Sequence[Any] | None = None) -> Statistics:
        """Return linear combinations ``matrix @ theta``: contrasts, differences, composites.

        Examples
        --------
        >>> from sampling.estimation import mean
        >>> from sampling.structure import survey_design
        >>> design = survey_design([2.0] * 4)
        >>> both = mean(design, [1.0, 2.0, 3.0, 4.0], by=groups([1, 1, 2, 2]))
        >>> both.linear([[-1, 1]]).theta.tolist()
        [2.0]
        """
        gradient = np.atleast_2d(np.asarray(matrix, dtype=float))
        return self._derived(gradient @ self.theta, gradient, labels, f"linear({self.statistic})")

    def smooth(
        self,
        function: Callable[[FloatArray], ArrayLike],
        gradient: ArrayLike | None = None,
        labels: Sequence[Any] | None = None,
    ) -> Statistics:
        """Return a smooth function of the values with its delta-method influence values.

        Parameters
        ----------
        function : callable
            Maps an array of shape (k,) to a number or an array of shape (m,).
        gradient : array_like, shape (m, k), optional
            Derivatives at ``theta``; central differences are taken when it is not given.
        labels : sequence, optional
            Names of the ``m`` results.

        Returns
        -------
        Statistics
            The ``m`` results.
        """
        value = np.atleast_1d(np.asarray(function(self.theta), dtype=float))
        if gradient is None:
            slopes = np.empty((value.size, self.theta.size))
            for k in range(self.theta.size):
                step = np.zeros(self.theta.size)
                step[k] = 6e-6 * max(abs(self.theta[k]), 1e-3)
                ahead = np.atleast_1d(np.asarray(function(self.theta + step), dtype=float))
                behind = np.atleast_1d(np.asarray(function(self.theta - step), dtype=float))
                slopes[:, k] = (ahead - behind) / (2 * step[k])
        else:
            slopes = np.atleast_2d(np.asarray(gradient, dtype=float))
        if not (np.isfinite(value).all() and np.isfinite(slopes).all()):
            raise EstimationError(
                "the function or its derivative is not finite at the estimates; restate it",
                code="function_value",
            )
        return self._derived(value, slopes, labels, f"smooth({self.statistic})")

    def _derived(
        self, value: FloatArray, gradient: FloatArray, labels: Sequence[Any] | None, name: str
    ) -> Statistics:
        used = np.abs(gradient) > 0
        return Statistics(
            self.design,
            value,
            Influence(self.influence.dense() @ gradient.T, inside=self.influence.inside),
            tuple(labels) if labels is not None else tuple(range(value.size)),
            np.array([int(self.n_sampled[row].sum()) for row in used], dtype=np.int64),
            np.array([float(self.n_population[row].sum()) for row in used]),
            np.array([float(self.kish_size[row].sum()) for row in used]),
            np.full(value.size, degrees_of_freedom(self.design)[0]),
            name,
        )


def stacked(parts: Sequence[Statistics]) -> Statistics:
    """Put statistics of the same design side by side, keeping the covariance between them.

    Raises
    ------
    EstimationError
        If the parts come from different designs; estimate all from one design.

    Examples
    --------
    >>> from sampling.estimation import mean, total
    >>> from sampling.structure import survey_design
    >>> design = survey_design([2.0] * 3)
    >>> both = stacked([mean(design, [1.0, 2.0, 6.0]), total(design, [1.0, 0.0, 1.0])])
    >>> both.covariance.round(2).tolist()
    [[2.33, 1.0], [1.0, 4.0]]
    """
    if any(part.design is not parts[0].design for part in parts):
        raise EstimationError(
            "statistics of different designs have no joint covariance; use one design",
            code="design_differs",
        )
    return Statistics(
        parts[0].design,
        np.concatenate([part.theta for part in parts]),
        Influence(np.hstack([part.influence.dense() for part in parts]), inside=_any_inside(parts)),
        tuple(label for part in parts for label in part.labels),
        np.concatenate([part.n_sampled for part in parts]),
        np.concatenate([part.n_population for part in parts]),
        np.concatenate([part.kish_size for part in parts]),
        np.concatenate([part.degrees_of_freedom for part in parts]),
        "+".join(dict.fromkeys(part.statistic for part in parts)),
    )


def _any_inside(parts: Sequence[Statistics]) -> NDArray[np.bool_] | None:
    inside = None
    for part in parts:
        if part.influence.inside is None:
            return None
        inside = part.influence.inside if inside is None else inside | part.influence.inside
    return inside


def t_quantiles(confidence: float, df: ArrayLike) -> FloatArray:
    """Return upper Student t quantiles for two-sided intervals; below one df counts as one.

    Examples
    --------
    >>> t_quantiles(0.95, [4]).round(4).tolist()
    [2.7764]
    """
    if not 0 < confidence < 1:
        raise EstimationError(
            f"confidence must lie between 0 and 1, got {confidence}", code="confidence"
        )
    freedom = np.maximum(np.asarray(df, dtype=float), 1.0)
    return np.asarray(stats.t.ppf(0.5 + confidence / 2, freedom))
