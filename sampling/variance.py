"""One variance for every statistic: from weighted influence values to a covariance matrix.

An estimator hands over ``(theta, Z)``; everything else is here and in matrix products. Leaves out
replicate methods (:mod:`sampling.replicates`) and intervals (:mod:`sampling.intervals`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sampling.errors import LonelyUnitError
from sampling.structure import FloatArray, IntArray, LonelyRule, Stage, SurveyDesign

_DENSE_CELLS = 4_000_000


@dataclass(frozen=True)
class Influence:
    """Weighted influence values, dense or one block of columns per subpopulation.

    Attributes
    ----------
    z : ndarray, shape (n, p)
        Weighted influence value of each row for each of ``p`` statistics.
    block : ndarray of int, shape (n,), or None
        Subpopulation of each row when the same ``p`` statistics are taken in each of them;
        column ``j * n_blocks + block[i]`` is the only non-zero one for row ``i`` and statistic
        ``j``. Rows outside all of them have ``z`` = 0 and any block.
    n_blocks : int
        Number of subpopulations.
    """

    z: FloatArray
    block: IntArray | None = None
    n_blocks: int = 1

    @property
    def n_columns(self) -> int:
        """Number of statistics, subpopulations counted."""
        return int(self.z.shape[1]) * self.n_blocks

    def dense(self) -> FloatArray:
        """All columns written out, shape (n, n_columns)."""
        if self.block is None:
            return self.z
        n, p = self.z.shape
        wide = np.zeros((n, p, self.n_blocks))
        wide[np.arange(n), :, self.block] = self.z
        return wide.reshape(n, p * self.n_blocks)


def covariance(design: SurveyDesign, influence: Influence) -> FloatArray:
    r"""Return the sampling covariance matrix of statistics given by their influence values.

    Parameters
    ----------
    design : SurveyDesign
        How the sample was taken.
    influence : Influence
        Weighted influence values of ``k`` statistics.

    Returns
    -------
    ndarray, shape (k, k)
        Covariance matrix with the finite population correction at each stage.

    Raises
    ------
    LonelyUnitError
        If a stratum that is not a census has one sampled unit and the rule is ``"fail"``;
        merge it with a neighbour or choose a rule.

    Notes
    -----
    With unit totals :math:`z_{hi}` and :math:`f_h = n_h / N_h`,

    .. math::
        V = \sum_h (1-f_h)\frac{n_h}{n_h-1}\sum_i (z_{hi}-\bar z_h)(z_{hi}-\bar z_h)'
            + \sum_h f_h \sum_i V_2(z_{hi}),

    where :math:`V_2` is the same with the units of the next stage. Units without rows in a
    subpopulation count as zeros.

    References
    ----------
    Särndal, C.-E., Swensson, B., Wretman, J. (1992). *Model Assisted Survey Sampling*, Springer,
    sections 4.3 and 5.5. Binder, D. A. (1983). *International Statistical Review* 51, 279–292.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> design = survey_design([5.0, 5.0], populations=[10, 10])
    >>> covariance(design, Influence(np.array([[5.0], [15.0]])))
    array([[80.]])
    """
    if design.calibrations:
        z = influence.dense()
        for calibration in reversed(design.calibrations):
            z = calibration.residuals(z)
        influence = Influence(z)
    total = np.zeros((influence.n_columns, influence.n_columns))
    for stage in design.stages:
        if stage.multiplier.any():
            total += _stage_covariance(stage, influence, design.lonely)
    diagonal = np.einsum("ii->i", total)
    np.maximum(diagonal, 0.0, out=diagonal)
    return total


def _scales(stage: Stage, lonely: LonelyRule) -> tuple[FloatArray, NDArray[np.bool_], float]:
    """Scale of squares per stratum, whether to centre it, and a factor for the whole stage."""
    n, f = stage.n_sampled, stage.fraction
    open_part = np.where(f >= 1 - 1e-12, 0.0, 1 - f) * stage.multiplier
    scale = open_part * np.divide(n, n - 1, out=np.ones_like(n), where=n > 1)
    single = (n == 1) & (open_part > 0)
    if not single.any():
        return scale, np.ones(n.size, dtype=bool), 1.0
    if lonely == "fail":
        names = [stage.labels[h] for h in np.flatnonzero(single)[:5]]
        raise LonelyUnitError(
            f"{int(single.sum())} strata have one sampled unit ({', '.join(names)}); merge each"
            " with a neighbour or choose the rule certainty, adjust or average",
            strata=names,
        )
    if lonely == "adjust":
        return scale, ~single, 1.0
    factor = 1.0
    if lonely == "average":
        if single.all():
            raise LonelyUnitError(
                "every stratum has one sampled unit, so there is no average; merge strata"
            )
        factor = n.size / float(n.size - single.sum())
    return np.where(single, 0.0, scale), np.ones(n.size, dtype=bool), factor


def _stage_covariance(stage: Stage, influence: Influence, lonely: LonelyRule) -> FloatArray:
    scale, centred, factor = _scales(stage, lonely)
    if influence.block is None:
        result = _dense_covariance(stage, _unit_totals(stage, influence.z), scale, centred)
    elif stage.unit is None:
        result = _element_covariance(stage, influence, scale, centred)
    else:
        n_units = stage.stratum_of_unit.size
        if n_units * influence.n_columns <= _DENSE_CELLS:
            totals = _block_totals(stage.unit, n_units, influence)
            result = _dense_covariance(stage, totals, scale, centred)
        else:
            result = _sparse_covariance(stage, influence, scale, centred)
    return result * factor if factor != 1.0 else result


def _unit_totals(stage: Stage, z: FloatArray) -> FloatArray:
    if stage.unit is None:
        return z
    n_units = stage.stratum_of_unit.size
    return np.column_stack(
        [np.bincount(stage.unit, z[:, j], minlength=n_units) for j in range(z.shape[1])]
    )


def _block_totals(group: IntArray, n_groups: int, influence: Influence) -> FloatArray:
    """Sum the influence values by group and subpopulation, shape (n_groups, n_columns)."""
    if influence.block is None:
        columns = [np.bincount(group, z, minlength=n_groups)[:, None] for z in influence.z.T]
        return np.hstack(columns)
    cell = group * np.int64(influence.n_blocks) + influence.block
    size = n_groups * influence.n_blocks
    parts = [np.bincount(cell, z, minlength=size).reshape(n_groups, -1) for z in influence.z.T]
    return np.hstack(parts)


def _dense_covariance(
    stage: Stage, totals: FloatArray, scale: FloatArray, centred: NDArray[np.bool_]
) -> FloatArray:
    stratum = stage.stratum_of_unit
    sums = np.column_stack(
        [np.bincount(stratum, column, minlength=scale.size) for column in totals.T]
    )
    means = np.where(centred[:, None], sums / stage.n_sampled[:, None], 0.0)
    deviations = totals - means[stratum]
    return np.asarray((deviations * scale[stratum][:, None]).T @ deviations)


def _element_covariance(
    stage: Stage, influence: Influence, scale: FloatArray, centred: NDArray[np.bool_]
) -> FloatArray:
    """Rows are the units: squares by subpopulation in one pass, minus the stratum means."""
    assert influence.block is not None  # noqa: S101 -- narrowed by the caller
    p, n_blocks = influence.z.shape[1], influence.n_blocks
    sums = _block_totals(stage.stratum, scale.size, influence)
    minus = np.where(centred, scale / stage.n_sampled, 0.0)
    result = -np.asarray((sums * minus[:, None]).T @ sums)
    row_scale = scale[stage.stratum]
    for j in range(p):
        scaled = row_scale * influence.z[:, j]
        for k in range(j, p):
            squares = np.bincount(influence.block, scaled * influence.z[:, k], minlength=n_blocks)
            left = np.arange(n_blocks) + j * n_blocks
            right = np.arange(n_blocks) + k * n_blocks
            result[left, right] += squares
            if k != j:
                result[right, left] += squares
    return result


def _sparse_covariance(
    stage: Stage, influence: Influence, scale: FloatArray, centred: NDArray[np.bool_]
) -> FloatArray:
    assert influence.block is not None  # noqa: S101 -- narrowed by the caller
    assert stage.unit is not None  # noqa: S101 -- narrowed by the caller
    n, p = influence.z.shape
    columns = (np.arange(p)[None, :] * influence.n_blocks + influence.block[:, None]).ravel()
    rows = np.repeat(stage.unit, p)
    shape = (stage.stratum_of_unit.size, influence.n_columns)
    totals = sparse.coo_array((influence.z.ravel(), (rows, columns)), shape=shape).tocsr()
    sums = _block_totals(stage.stratum, scale.size, influence)
    minus = np.where(centred, scale / stage.n_sampled, 0.0)
    scaled = totals.multiply(scale[stage.stratum_of_unit][:, None]).tocsr()
    squares = (totals.T @ scaled).toarray()
    return np.asarray(squares - (sums * minus[:, None]).T @ sums)


def degrees_of_freedom(
    design: SurveyDesign,
    inside: NDArray[np.bool_] | None = None,
    block: IntArray | None = None,
    n_blocks: int = 1,
) -> FloatArray:
    """Count first-stage units minus strata, among rows inside each subpopulation.

    Parameters
    ----------
    design : SurveyDesign
        How the sample was taken.
    inside : ndarray of bool, shape (n,), optional
        Rows that count; rows of weight zero never do.
    block : ndarray of int, shape (n,), optional
        Subpopulation of each row.
    n_blocks : int
        Number of subpopulations.

    Returns
    -------
    ndarray, shape (n_blocks,)
        Degrees of freedom, at least 0.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> degrees_of_freedom(survey_design(strata=[1, 1, 2, 2, 2])).tolist()
    [3.0]
    """
    stage = design.stages[0]
    counted = design.sampling_weights > 0
    if inside is not None:
        counted = counted & inside
    groups = np.zeros(design.n_rows, dtype=np.int64) if block is None else block
    stratum, units = stage.stratum, stage.unit
    if not counted.all():
        groups, stratum = groups[counted], stratum[counted]
        units = units[counted] if units is not None else None
    cells = np.bincount(
        groups * np.int64(stage.n_sampled.size) + stratum,
        minlength=n_blocks * stage.n_sampled.size,
    )
    n_strata = np.count_nonzero(cells.reshape(n_blocks, -1), axis=1)
    if units is None:
        n_units = cells.reshape(n_blocks, -1).sum(axis=1)
    else:
        pairs = np.unique(groups * np.int64(stage.stratum_of_unit.size) + units)
        n_units = np.bincount(pairs // stage.stratum_of_unit.size, minlength=n_blocks)
    return np.asarray(np.maximum(n_units - n_strata, 0), dtype=np.float64)
