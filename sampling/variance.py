"""One variance for every statistic: from weighted influence values to a covariance matrix.

An estimator hands over ``(theta, Z)``; everything else is here and in matrix products. Leaves out
replicate methods (:mod:`sampling.replicates`) and intervals (:mod:`sampling.intervals`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sampling.coding import coded
from sampling.errors import LonelyUnitError
from sampling.structure import FloatArray, IntArray, Stage, SurveyDesign

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
    inside : ndarray of bool, shape (n,), or None
        Rows that lie in any of the subpopulations; ``None`` when all do. Only strata with one
        sampled unit ask for it.
    cells : ndarray of int, shape (n,), or None
        First-stage stratum and subpopulation of each row, see :func:`crossing`, where they are
        known already; found again where not.
    """

    z: FloatArray
    block: IntArray | None = None
    n_blocks: int = 1
    inside: NDArray[np.bool_] | None = None
    cells: IntArray | None = None

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


def crossing(stage: Stage, block: IntArray | None, n_blocks: int) -> IntArray:
    """Return the cell, stratum * n_blocks + block, that each row lies in, shape (n,).

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> stage = survey_design(strata=[0, 0, 1]).stages[0]
    >>> crossing(stage, np.array([0, 1, 1]), 2).tolist()
    [0, 1, 3]
    """
    if block is None:
        return stage.stratum
    cells = stage.stratum * np.int64(n_blocks)
    cells += block
    return cells


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
    subpopulation count as zeros. A stratum with one sampled unit concerns only the
    subpopulations that have rows in it: ``fail`` refuses, ``certainty`` gives no variance,
    ``adjust`` measures from zero, ``average`` gives it the mean variance of the other strata
    of the subpopulation (measured from zero where there is no other). With
    ``lonely_in_domains`` the last two also apply to strata of which a subpopulation has one
    unit.

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
            total += _stage_covariance(stage, influence, design)
    diagonal = np.einsum("ii->i", total)
    np.maximum(diagonal, 0.0, out=diagonal)
    return total


@dataclass(frozen=True)
class _Scales:
    """How the squares of one stage are weighed.

    ``by_stratum`` multiplies the squares of each stratum; ``uncentred`` marks the cells of
    stratum and subpopulation that are measured from zero; ``left_out`` those whose squares are
    replaced by the average of the others, with ``factor`` for each subpopulation.
    """

    by_stratum: FloatArray
    uncentred: NDArray[np.bool_] | None = None
    left_out: NDArray[np.bool_] | None = None
    factor: FloatArray | None = None


def _scales(stage: Stage, influence: Influence, design: SurveyDesign) -> _Scales:
    n, f = stage.n_sampled, stage.fraction
    open_part = np.where(f >= 1 - 1e-12, 0.0, 1 - f) * stage.multiplier
    scale = open_part * np.divide(n, n - 1, out=np.ones_like(n), where=n > 1)
    single = (n == 1) & (open_part > 0)
    if design.lonely == "certainty":
        return _Scales(np.where(single, 0.0, scale))
    in_domains = design.lonely_in_domains and design.lonely != "fail"
    if not single.any() and not in_domains:
        return _Scales(scale)
    units = _units_inside(stage, influence)
    touched = units > 0
    lonely = touched & single[:, None]
    if design.lonely == "fail":
        _refuse(stage, lonely.any(axis=1))
        return _Scales(scale)
    if in_domains:
        lonely |= (units == 1) & (open_part > 0)[:, None]
    if design.lonely == "adjust":
        return _Scales(scale, uncentred=lonely)
    if single.all():
        raise LonelyUnitError(
            "every stratum has one sampled unit, so there is no average; merge strata"
        )
    n_strata, n_lonely = touched.sum(axis=0), lonely.sum(axis=0)
    alone = n_lonely == n_strata
    factor = np.where(alone, 1.0, n_strata / np.where(alone, 1.0, n_strata - n_lonely))
    return _Scales(scale, lonely & alone, lonely & ~alone, factor)


def _refuse(stage: Stage, single: NDArray[np.bool_]) -> None:
    if single.any():
        names = [stage.labels[h] for h in np.flatnonzero(single)[:5]]
        raise LonelyUnitError(
            f"{int(single.sum())} strata have one sampled unit ({', '.join(names)}); merge each"
            " with a neighbour or choose the rule certainty, adjust or average",
            strata=names,
        )


def _units_inside(stage: Stage, influence: Influence) -> IntArray:
    """Count the sampled units with rows in each subpopulation, shape (H, n_blocks)."""
    n_strata, n_blocks = stage.n_sampled.size, influence.n_blocks
    block = np.zeros(stage.stratum.size, np.int64) if influence.block is None else influence.block
    unit = stage.stratum if stage.unit is None else stage.unit
    pairs = unit * np.int64(n_blocks) + block
    if influence.inside is not None:
        pairs = pairs[influence.inside]
    if stage.unit is not None:
        pairs = np.unique(pairs)
        pairs = stage.stratum_of_unit[pairs // n_blocks] * n_blocks + pairs % n_blocks
    cells = np.bincount(pairs, minlength=n_strata * n_blocks)
    return cells.reshape(n_strata, n_blocks).astype(np.int64)


def _stage_covariance(stage: Stage, influence: Influence, design: SurveyDesign) -> FloatArray:
    scales = _scales(stage, influence, design)
    if scales.left_out is not None and scales.left_out.any():
        block = 0 if influence.block is None else influence.block
        kept = ~scales.left_out[stage.stratum, block]
        influence = replace(influence, z=influence.z * kept[:, None])
    uncentred = scales.uncentred
    if uncentred is not None:
        uncentred = np.tile(uncentred, influence.n_columns // influence.n_blocks)
    if influence.block is None:
        totals = _unit_totals(stage, influence.z)
        result = _dense_covariance(stage, totals, scales.by_stratum, uncentred)
    elif stage.unit is None:
        if influence.cells is None or stage is not design.stages[0]:
            cells = crossing(stage, influence.block, influence.n_blocks)
            influence = replace(influence, cells=cells)
        result = _element_covariance(stage, influence, scales.by_stratum, uncentred)
    else:
        n_units = stage.stratum_of_unit.size
        if n_units * influence.n_columns <= _DENSE_CELLS:
            totals = _block_totals(stage.unit, n_units, influence)
            result = _dense_covariance(stage, totals, scales.by_stratum, uncentred)
        else:
            result = _sparse_covariance(stage, influence, scales.by_stratum, uncentred)
    if scales.factor is None:
        return result
    root = np.sqrt(np.tile(scales.factor, influence.n_columns // influence.n_blocks))
    return np.asarray(result * root[:, None] * root)


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
    stage: Stage, totals: FloatArray, scale: FloatArray, uncentred: NDArray[np.bool_] | None
) -> FloatArray:
    stratum = stage.stratum_of_unit
    sums = np.column_stack(
        [np.bincount(stratum, column, minlength=scale.size) for column in totals.T]
    )
    means = sums / stage.n_sampled[:, None]
    if uncentred is not None:
        means[uncentred] = 0.0
    deviations = totals - means[stratum]
    return np.asarray((deviations * scale[stratum][:, None]).T @ deviations)


def _element_covariance(
    stage: Stage,
    influence: Influence,
    scale: FloatArray,
    uncentred: NDArray[np.bool_] | None,
) -> FloatArray:
    """Rows are the units: squares summed by cell, weighed by stratum, minus the stratum means."""
    assert influence.cells is not None  # noqa: S101 -- narrowed by the caller
    p, n_blocks = influence.z.shape[1], influence.n_blocks
    sums = np.hstack([_by_cell(influence, scale.size, z) for z in influence.z.T])
    result = -_means_part(stage, sums, scale, uncentred)
    for j in range(p):
        for k in range(j, p):
            products = influence.z[:, j] * influence.z[:, k]
            squares = scale @ _by_cell(influence, scale.size, products)
            left = np.arange(n_blocks) + j * n_blocks
            right = np.arange(n_blocks) + k * n_blocks
            result[left, right] += squares
            if k != j:
                result[right, left] += squares
    return result


def _by_cell(influence: Influence, n_strata: int, values: FloatArray) -> FloatArray:
    assert influence.cells is not None  # noqa: S101 -- narrowed by the caller
    sums = np.bincount(influence.cells, values, minlength=n_strata * influence.n_blocks)
    return np.asarray(sums, dtype=np.float64).reshape(n_strata, influence.n_blocks)


def _sparse_covariance(
    stage: Stage,
    influence: Influence,
    scale: FloatArray,
    uncentred: NDArray[np.bool_] | None,
) -> FloatArray:
    assert influence.block is not None  # noqa: S101 -- narrowed by the caller
    assert stage.unit is not None  # noqa: S101 -- narrowed by the caller
    n, p = influence.z.shape
    columns = (np.arange(p)[None, :] * influence.n_blocks + influence.block[:, None]).ravel()
    rows = np.repeat(stage.unit, p)
    shape = (stage.stratum_of_unit.size, influence.n_columns)
    totals = sparse.coo_array((influence.z.ravel(), (rows, columns)), shape=shape).tocsr()
    sums = _block_totals(stage.stratum, scale.size, influence)
    scaled = totals.multiply(scale[stage.stratum_of_unit][:, None]).tocsr()
    squares = (totals.T @ scaled).toarray()
    return np.asarray(squares - _means_part(stage, sums, scale, uncentred))


def _means_part(
    stage: Stage, sums: FloatArray, scale: FloatArray, uncentred: NDArray[np.bool_] | None
) -> FloatArray:
    """Return what centring takes away; a product of two uncentred columns keeps everything."""
    minus = (scale / stage.n_sampled)[:, None]
    part = (sums * minus).T @ sums
    if uncentred is not None:
        flat = np.where(uncentred, sums, 0.0)
        part -= (flat * minus).T @ flat
    return np.asarray(part)


def degrees_of_freedom(
    design: SurveyDesign,
    inside: NDArray[np.bool_] | None = None,
    block: IntArray | None = None,
    n_blocks: int = 1,
    cells: IntArray | None = None,
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
    cells : ndarray of int, shape (n,), optional
        :func:`crossing` of the first-stage strata and ``block``, where it is known already.

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
    stage, units = design.stages[0], design.stages[0].unit
    if cells is None:
        cells = crossing(stage, block, n_blocks)
    if inside is not None or not design.sampling_weights.min() > 0:
        counted = design.sampling_weights > 0
        if inside is not None:
            counted &= inside
        cells, units = cells[counted], units if units is None else units[counted]
    rows = np.bincount(cells, minlength=stage.n_sampled.size * n_blocks).reshape(-1, n_blocks)
    n_strata = np.count_nonzero(rows, axis=0)
    if units is None:
        n_units = rows.sum(axis=0)
    else:
        _, pairs = coded(units * np.int64(n_blocks) + cells % n_blocks)
        n_units = np.bincount(pairs % n_blocks, minlength=n_blocks)
    return np.asarray(np.maximum(n_units - n_strata, 0), dtype=np.float64)
