"""Totals, means, proportions and ratios in every subpopulation at once.

Each function returns :class:`sampling.statistic.Statistics`: point values with the influence
values of all rows. Leaves out regression coefficients: design-based regression is out of scope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import EstimationError
from sampling.statistic import Groups, Statistics
from sampling.structure import FloatArray, IntArray, SurveyDesign
from sampling.variance import Influence, crossing, degrees_of_freedom


@dataclass(frozen=True)
class _Rows:
    """Rows inside the subpopulation with their weights; others carry weight zero."""

    weights: FloatArray
    inside: NDArray[np.bool_] | None
    block: IntArray | None
    n_blocks: int
    labels: tuple[Any, ...]
    cells: IntArray

    @cached_property
    def size(self) -> FloatArray:
        """Sum of the weights of each subpopulation."""
        return self._sums(self.weights)

    def sums(self, values: FloatArray) -> FloatArray:
        return self._sums(self.weights * values)

    def _sums(self, product: FloatArray) -> FloatArray:
        if self.block is None:
            return np.array([product.sum()])
        sums = np.bincount(self.block, product, minlength=self.n_blocks)
        return np.asarray(sums, dtype=np.float64)

    def spread(self, values: FloatArray) -> FloatArray:
        return values[0] if self.block is None else values[self.block]

    def counts(self) -> IntArray:
        if self.block is None:
            size = self.weights.size if self.inside is None else int(self.inside.sum())
            return np.array([size], dtype=np.int64)
        used = self.block if self.inside is None else self.block[self.inside]
        return np.bincount(used, minlength=self.n_blocks).astype(np.int64)


def _rows(
    design: SurveyDesign,
    measured: NDArray[np.bool_] | None,
    subpopulation: ArrayLike | None,
    by: Groups | None,
) -> _Rows:
    inside = measured
    if subpopulation is not None:
        mask = np.asarray(subpopulation)
        if mask.shape != (design.n_rows,) or mask.dtype != bool:
            raise EstimationError(
                "a subpopulation is one true or false per row", code="subpopulation"
            )
        inside = mask if inside is None else inside & mask
    if by is not None and by.codes.shape != (design.n_rows,):
        raise EstimationError("the grouping needs one value per row", code="group_length")
    weights = design.sampling_weights
    if inside is not None:
        weights = np.where(inside, weights, 0.0)
    if by is None:
        rows = _Rows(weights, inside, None, 1, ("all",), design.stages[0].stratum)
    else:
        cells = crossing(design.stages[0], by.codes, len(by.labels))
        rows = _Rows(weights, inside, by.codes, len(by.labels), by.labels, cells)
    empty = rows.size <= 0
    if empty.any():
        name = rows.labels[int(np.flatnonzero(empty)[0])]
        raise EstimationError(
            f"subpopulation {name!r} has no measured row with a positive sampling weight; leave it"
            " out or widen it",
            code="empty_subpopulation",
            subpopulation=str(name),
        )
    return rows


def _measured(design: SurveyDesign, *columns: ArrayLike) -> tuple[list[FloatArray], Any]:
    """Numeric columns with missing values set to zero, and the mask of complete rows or None."""
    values: list[FloatArray] = []
    complete: NDArray[np.bool_] | None = None
    for column in columns:
        try:
            array = np.asarray(column, dtype=float)
        except (TypeError, ValueError) as error:
            raise EstimationError(
                "a measured column contains text; give numbers", code="value_text"
            ) from error
        if array.shape != (design.n_rows,):
            raise EstimationError(
                f"{array.size} measured values for {design.n_rows} rows; give one per row",
                code="value_length",
            )
        if not np.isfinite(array.sum()):
            if np.isinf(array).any():
                row = int(np.flatnonzero(np.isinf(array))[0])
                raise EstimationError(
                    f"row {row + 1}: a measured value is infinite; correct it",
                    code="value_infinite",
                    row=row + 1,
                )
            known = ~np.isnan(array)
            array = np.where(known, array, 0.0)
            complete = known if complete is None else complete & known
        values.append(array)
    return values, complete


def _statistics(
    design: SurveyDesign, rows: _Rows, theta: FloatArray, z: FloatArray, statistic: str
) -> Statistics:
    return Statistics(
        design,
        theta,
        Influence(z[:, None], rows.block, rows.n_blocks, rows.inside, rows.cells),
        rows.labels,
        rows.counts(),
        rows.size,
        rows.size**2 / rows.sums(rows.weights),
        degrees_of_freedom(design, rows.inside, rows.block, rows.n_blocks, rows.cells),
        statistic,
    )


def total(
    design: SurveyDesign,
    y: ArrayLike,
    *,
    subpopulation: ArrayLike | None = None,
    by: Groups | None = None,
) -> Statistics:
    r"""Estimate population totals.

    Rows with a missing value (NaN) count as outside the subpopulation.

    Parameters
    ----------
    design : SurveyDesign
        How the sample was taken.
    y : array_like of float, shape (n,)
        Measured value of each row, in any unit.
    subpopulation : array_like of bool, shape (n,), optional
        Rows that belong to the subpopulation asked about.
    by : Groups, optional
        Subpopulations estimated at once, with their joint covariance.

    Returns
    -------
    Statistics
        One total per group, in the unit of ``y``.

    Raises
    ------
    EstimationError
        If ``y`` has text or infinite values, or a subpopulation has no measured row.

    Notes
    -----
    :math:`\hat Y = \sum_i w_i y_i`, influence values :math:`z_i = w_i y_i`.

    References
    ----------
    Horvitz, D. G., Thompson, D. J. (1952). *JASA* 47, 663–685.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> total(survey_design(populations=[10, 10]), [1.0, 3.0]).theta.tolist()
    [20.0]
    """
    (values,), complete = _measured(design, y)
    rows = _rows(design, complete, subpopulation, by)
    return _statistics(design, rows, rows.sums(values), rows.weights * values, "total")


def mean(
    design: SurveyDesign,
    y: ArrayLike,
    *,
    subpopulation: ArrayLike | None = None,
    by: Groups | None = None,
) -> Statistics:
    r"""Estimate population means (Hájek: weighted total over sum of weights).

    Parameters and errors are those of :func:`total`.

    Notes
    -----
    :math:`\bar y = \sum w_i y_i / \sum w_i`, influence values
    :math:`z_i = w_i (y_i - \bar y) / \sum w_i`.

    References
    ----------
    Hájek, J. (1971), in *Foundations of Statistical Inference*, p. 236. Särndal et al. (1992),
    section 5.7.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> heights = mean(survey_design([1.0, 3.0]), [1.0, 2.0])
    >>> heights.theta.tolist()
    [1.75]
    """
    (values,), complete = _measured(design, y)
    rows = _rows(design, complete, subpopulation, by)
    theta = rows.sums(values) / rows.size
    z = values - rows.spread(theta)
    z *= rows.weights
    z *= rows.spread(1 / rows.size)
    return _statistics(design, rows, theta, z, "mean")


def proportion(
    design: SurveyDesign,
    has: ArrayLike,
    *,
    subpopulation: ArrayLike | None = None,
    by: Groups | None = None,
) -> Statistics:
    """Estimate the share of units with an attribute; intervals in :mod:`sampling.intervals`.

    Parameters and errors are those of :func:`total`, with ``has`` 0, 1 or missing.

    Raises
    ------
    EstimationError
        If a value is neither 0 nor 1; say which value counts as having the attribute.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> proportion(survey_design(n_rows=4), [1, 0, 1, 1]).theta.tolist()
    [0.75]
    """
    (values,), _ = _measured(design, has)
    odd = (values != 0) & (values != 1)
    if odd.any():
        row = int(np.flatnonzero(odd)[0])
        raise EstimationError(
            f"row {row + 1}: {values[row]:g} is neither 0 nor 1; say which value has the attribute",
            code="attribute_value",
            row=row + 1,
        )
    found = mean(design, has, subpopulation=subpopulation, by=by)
    return replace(found, statistic="proportion")


def ratio(
    design: SurveyDesign,
    y: ArrayLike,
    x: ArrayLike,
    *,
    subpopulation: ArrayLike | None = None,
    by: Groups | None = None,
) -> Statistics:
    r"""Estimate a ratio of two totals, for example amount recovered over amount claimed.

    Parameters and errors are those of :func:`total`; a row needs both ``y`` and ``x``.

    Raises
    ------
    EstimationError
        If the total of ``x`` is zero in a subpopulation; a ratio does not exist there.

    Notes
    -----
    :math:`\hat R = \hat Y / \hat X`, influence values
    :math:`z_i = w_i (y_i - \hat R x_i) / \hat X`.

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., section 6.3.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> ratio(survey_design(n_rows=2), [1.0, 3.0], [2.0, 6.0]).theta.tolist()
    [0.5]
    """
    (values, base), complete = _measured(design, y, x)
    rows = _rows(design, complete, subpopulation, by)
    size = rows.sums(base)
    if (size == 0).any():
        name = rows.labels[int(np.flatnonzero(size == 0)[0])]
        raise EstimationError(
            f"the denominator is zero in subpopulation {name!r}; no ratio exists there",
            code="zero_denominator",
            subpopulation=str(name),
        )
    theta = rows.sums(values) / size
    z = rows.weights / rows.spread(size) * (values - rows.spread(theta) * base)
    return _statistics(design, rows, theta, z, "ratio")


def population_variance(
    design: SurveyDesign, y: ArrayLike, *, subpopulation: ArrayLike | None = None
) -> Statistics:
    r"""Estimate the variance of a measured value in the population.

    Parameters and errors are those of :func:`total`.

    Notes
    -----
    :math:`\hat S^2 = \frac{n}{n-1}\sum w_i (y_i-\bar y)^2/\sum w_i`.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> population_variance(survey_design(n_rows=3), [1.0, 2.0, 3.0]).theta.round(12).tolist()
    [1.0]
    """
    centre = mean(design, y, subpopulation=subpopulation)
    n = int(centre.n_sampled[0])
    if n < 2:
        raise EstimationError("a variance needs at least two measured rows", code="too_few")
    squares = (np.asarray(y, dtype=float) - centre.theta[0]) ** 2 * (n / (n - 1))
    return replace(mean(design, squares, subpopulation=subpopulation), statistic="variance")


def design_effect(design: SurveyDesign, y: ArrayLike) -> float:
    r"""Return the variance of the mean over that of a simple random sample of the same size.

    Notes
    -----
    The comparison sample is drawn without replacement:
    :math:`v_0 = (1 - n/\hat N)\,\hat S^2/n`.

    References
    ----------
    Kish, L. (1965). *Survey Sampling*, Wiley, section 8.2.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> design = survey_design(populations=[9, 9, 9])
    >>> round(design_effect(design, [1.0, 2.0, 4.0]), 12)
    1.0
    """
    found = mean(design, y)
    spread = population_variance(design, y).theta[0]
    n, size = float(found.n_sampled[0]), float(found.n_population[0])
    open_part = 1 - n / size if size > n else 1.0
    if spread == 0:
        return 1.0
    return float(found.covariance[0, 0] / (open_part * spread / n))
