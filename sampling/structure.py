"""How a sample was taken: sampling weights, strata, stages and population sizes, row by row.

Everything the variance needs and nothing about what was measured. Leaves out how units were
drawn (:mod:`sampling.selection`) and how weights came about (:mod:`sampling.weights`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.coding import coded
from sampling.errors import DesignError
from sampling.population import are_fractions, sampling_fractions

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
LonelyRule = Literal["fail", "certainty", "adjust", "average"]
LONELY_RULES: tuple[LonelyRule, ...] = ("fail", "certainty", "adjust", "average")


@dataclass(frozen=True)
class Stage:
    """One stage of sampling: which stratum and which unit every row belongs to.

    Attributes
    ----------
    stratum : ndarray of int, shape (n,)
        Stratum of each row, nested in the units of the stage above.
    unit : ndarray of int, shape (n,), or None
        Sampled unit of each row, nested in ``stratum``; ``None`` when every row is a unit.
    stratum_of_unit : ndarray of int, shape (U,)
        Stratum of each unit.
    n_sampled : ndarray of float, shape (H,)
        Sampled units per stratum.
    fraction : ndarray of float, shape (H,)
        Sampling fraction n/N of each stratum; 0 when the population is unknown or unlimited.
    multiplier : ndarray of float, shape (H,)
        Product of the sampling fractions of the stages above.
    labels : tuple of str
        Names of the strata for messages.
    """

    stratum: IntArray
    unit: IntArray | None
    stratum_of_unit: IntArray
    n_sampled: FloatArray
    fraction: FloatArray
    multiplier: FloatArray
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Calibration:
    """One calibration that the variance must respect: residuals on ``auxiliary``.

    Attributes
    ----------
    design_weights : ndarray, shape (n,)
        Sampling weights before the calibration.
    calibrated_weights : ndarray, shape (n,)
        Sampling weights after it.
    auxiliary : ndarray, shape (n, q)
        Auxiliary variables whose totals were met.
    """

    design_weights: FloatArray
    calibrated_weights: FloatArray
    auxiliary: FloatArray

    def residuals(self, z: FloatArray) -> FloatArray:
        """Replace weighted influence values by weighted residuals on the auxiliary variables."""
        w = self.calibrated_weights[:, None]
        u = np.divide(z, w, out=np.zeros_like(z), where=w > 0)
        d = np.where(self.calibrated_weights > 0, self.design_weights, 0.0)
        xd = self.auxiliary * d[:, None]
        slope = np.linalg.lstsq(self.auxiliary.T @ xd, xd.T @ u, rcond=None)[0]
        return np.asarray(z - w * (self.auxiliary @ slope))


@dataclass(frozen=True)
class SurveyDesign:
    """A sample as the estimators see it; make one with :func:`survey_design`.

    Attributes
    ----------
    sampling_weights : ndarray, shape (n,)
        Weight of each row: how many population units it stands for, at least 0.
    stages : tuple of Stage
        Stages of sampling, first stage first.
    lonely : {"fail", "certainty", "adjust", "average"}
        What to do with a stratum that has one sampled unit.
    calibrations : tuple of Calibration
        Calibrations applied to the weights, in order.
    lonely_in_domains : bool
        Whether ``adjust`` and ``average`` also apply where a subpopulation has one unit.
    """

    sampling_weights: FloatArray
    stages: tuple[Stage, ...]
    lonely: LonelyRule = "fail"
    calibrations: tuple[Calibration, ...] = field(default=())
    lonely_in_domains: bool = False

    @property
    def n_rows(self) -> int:
        """Rows of the sample."""
        return int(self.sampling_weights.size)

    def calibrated(self, calibration: Calibration) -> SurveyDesign:
        """Return the design with the calibrated weights, remembering how they came about."""
        return replace(
            self,
            sampling_weights=calibration.calibrated_weights,
            calibrations=(*self.calibrations, calibration),
        )

    def reweighted(self, sampling_weights: ArrayLike) -> SurveyDesign:
        """Return the design with other weights and the same structure (trimming, replicates)."""
        return replace(self, sampling_weights=checked_weights(sampling_weights, self.n_rows))


def survey_design(  # noqa: PLR0913 -- one argument for each word of a design
    sampling_weights: ArrayLike | None = None,
    *,
    strata: ArrayLike | Sequence[ArrayLike] | None = None,
    units: ArrayLike | Sequence[ArrayLike] | None = None,
    populations: ArrayLike | Sequence[ArrayLike] | None = None,
    n_rows: int | None = None,
    lonely: str = "fail",
    lonely_in_domains: bool = False,
) -> SurveyDesign:
    """Describe how a sample was taken, from one value per row and stage.

    Unit identifiers are read within their stratum and within the unit above, so the same
    number in two strata means two units.

    Parameters
    ----------
    sampling_weights : array_like of float, shape (n,), optional
        Sampling weights, at least 0. Without them the product of N/n over the stages is used
        when every stage has a population size, else 1. A row of weight 0 stays in the count of
        its stratum and carries nothing.
    strata : array_like or sequence of array_like, shape (n,) each, optional
        Stratum of each row, one array for each stage in order.
    units : array_like or sequence of array_like, shape (n,) each, optional
        Sampled unit of each row, one array for each stage in order; without it each row is one.
    populations : array_like or sequence of array_like, shape (n,) each, optional
        Units in the population of the row's stratum, one array for each stage, either all as
        counts or all as sampling fractions in (0, 1].
    n_rows : int, optional
        Number of rows when nothing else tells it.
    lonely : {"fail", "certainty", "adjust", "average"}
        Rule for a stratum with one sampled unit that is not a census: refuse; take it as
        certain (no variance); measure it from zero; give it the average variance of the others.
    lonely_in_domains : bool
        Apply ``adjust`` or ``average`` also to strata of which a subpopulation has one unit.

    Returns
    -------
    SurveyDesign
        The checked design.

    Raises
    ------
    DesignError
        If lengths differ, a stratum, unit, weight or population size is missing, negative or
        infinite, population sizes differ inside a stratum or are smaller than the sample.
        The message names the row or the stratum to mend.

    Examples
    --------
    >>> design = survey_design(strata=["a", "a", "b", "b"], populations=[4, 4, 10, 10])
    >>> design.sampling_weights.tolist()
    [2.0, 2.0, 5.0, 5.0]
    """
    strata_list, units_list = _columns(strata), _columns(units)
    population_list = _columns(populations)
    columns = [*strata_list, *units_list, *population_list]
    if sampling_weights is not None:
        columns.append(np.asarray(sampling_weights))
    lengths = {len(column) for column in columns} | ({n_rows} if n_rows is not None else set())
    if len(lengths) != 1:
        raise DesignError(
            f"columns of the design differ in length: {sorted(map(str, lengths))}; give one value"
            " per row in each",
            code="design_length",
        )
    n = int(lengths.pop())
    if n == 0:
        raise DesignError("the sample has no rows; nothing can be estimated", code="no_rows")
    rule = "certainty" if lonely == "remove" else lonely
    if rule not in LONELY_RULES:
        raise DesignError(
            f"lonely-unit rule {lonely!r} is unknown; choose one of {', '.join(LONELY_RULES)}",
            code="lonely_rule",
        )
    stages = _stages(n, strata_list, units_list, population_list)
    if sampling_weights is not None:
        weights = checked_weights(sampling_weights, n)
    else:
        weights = _weights_from_populations(n, stages, len(population_list))
    return SurveyDesign(weights, stages, rule, lonely_in_domains=lonely_in_domains)


def checked_weights(sampling_weights: ArrayLike, n: int) -> FloatArray:
    """Return weights as floats after refusing missing, infinite, negative or all-zero ones.

    Examples
    --------
    >>> checked_weights([1, 2.5], 2).tolist()
    [1.0, 2.5]
    """
    try:
        weights = np.asarray(sampling_weights, dtype=float)
    except (TypeError, ValueError) as error:
        raise DesignError(
            "sampling weights contain text; give numbers", code="weight_text"
        ) from error
    if weights.shape != (n,):
        raise DesignError(
            f"{weights.size} sampling weights for {n} rows; give one per row", code="design_length"
        )
    # A missing value makes both extremes NaN, which fails the comparison.
    if not (weights.min(initial=np.inf) >= 0 and weights.max(initial=0.0) < np.inf):
        wrong = ~(np.isfinite(weights) & (weights >= 0))
        row = int(np.flatnonzero(wrong)[0])
        raise DesignError(
            f"row {row + 1}: sampling weight {weights[row]} is missing, infinite or negative"
            f" ({int(wrong.sum())} rows); correct or remove these rows",
            code="weight_value",
            row=row + 1,
        )
    if not weights.max(initial=0.0) > 0:
        raise DesignError("all sampling weights are zero; give positive ones", code="weight_zero")
    return weights


def _columns(values: ArrayLike | Sequence[ArrayLike] | None) -> list[NDArray[Any]]:
    """One array per stage from a single column or a sequence of columns."""
    if values is None:
        return []
    if isinstance(values, (list, tuple)) and values and not np.isscalar(values[0]):
        return [_column(column) for column in values]
    return [_column(values)]


def _column(values: Any) -> NDArray[Any]:
    array = values.to_numpy() if hasattr(values, "to_numpy") else np.asarray(values)
    if array.ndim != 1:
        raise DesignError("a design column must be one-dimensional", code="design_length")
    return array


def _codes(values: NDArray[Any], what: str) -> tuple[IntArray, NDArray[Any]]:
    """Integer codes and distinct values; refuses missing values."""
    codes, distinct = coded(values)
    if codes.size and codes.min() < 0:
        row = int(np.flatnonzero(codes < 0)[0])
        raise DesignError(
            f"row {row + 1}: {what} is missing; fill it or remove the row",
            code="design_missing",
            row=row + 1,
        )
    return codes, distinct


def _nested(outer: IntArray, inner: IntArray, n_inner: int) -> IntArray:
    """Codes of inner groups within outer groups."""
    return coded(outer * np.int64(max(n_inner, 1)) + inner)[0]


def _stages(
    n: int,
    strata: list[NDArray[Any]],
    units: list[NDArray[Any]],
    populations: list[NDArray[Any]],
) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    n_stages = max(len(strata), len(units), len(populations), 1)
    if n_stages > max(len(units), 1):
        raise DesignError(
            f"{n_stages} stages of strata or population sizes but {len(units)} of units; name the"
            " sampled units of every stage in order",
            code="stages",
        )
    above: IntArray | None = None
    multiplier = np.broadcast_to(1.0, (n,))
    shares = are_fractions(populations)
    for position in range(n_stages):
        stage = _stage(
            above,
            strata[position] if position < len(strata) else None,
            units[position] if position < len(units) else None,
            populations[position] if position < len(populations) else None,
            (multiplier, shares, position + 1),
        )
        stages.append(stage)
        if stage.unit is None:
            break
        above = stage.unit
        multiplier = multiplier * stage.fraction[stage.stratum]
    return tuple(stages)


def _stage(
    above: IntArray | None,
    stratum_values: NDArray[Any] | None,
    unit_values: NDArray[Any] | None,
    population_values: NDArray[Any] | None,
    context: tuple[FloatArray, bool, int],
) -> Stage:
    multiplier, shares, number = context
    n = multiplier.size
    if stratum_values is None:
        stratum = np.zeros(n, dtype=np.int64) if above is None else above
        labels: tuple[str, ...] = ("all",) if above is None else ()
    else:
        stratum, distinct = _codes(stratum_values, f"stratum of stage {number}")
        labels = tuple(str(value) for value in distinct) if above is None else ()
        if above is not None:
            stratum = _nested(above, stratum, distinct.size)
    n_strata = int(stratum.max()) + 1
    unit: IntArray | None = None
    if unit_values is not None:
        codes, distinct = _codes(unit_values, f"unit of stage {number}")
        unit = _nested(stratum, codes, distinct.size) if n_strata > 1 else codes
    if unit is None or int(unit.max()) + 1 == n:
        unit, stratum_of_unit = None, stratum
    else:
        stratum_of_unit = np.empty(int(unit.max()) + 1, dtype=np.int64)
        stratum_of_unit[unit] = stratum
    n_sampled = np.bincount(stratum_of_unit, minlength=n_strata).astype(float)
    labels = labels or tuple(f"{number}:{code + 1}" for code in range(n_strata))
    fraction = sampling_fractions(population_values, stratum, n_sampled, labels, shares)
    above_multiplier = np.ones(n_strata)
    if number > 1:
        above_multiplier[stratum] = multiplier
    return Stage(stratum, unit, stratum_of_unit, n_sampled, fraction, above_multiplier, labels)


def _weights_from_populations(n: int, stages: tuple[Stage, ...], n_populations: int) -> FloatArray:
    weights = np.ones(n)
    if n_populations == 0:
        return weights
    if n_populations < len(stages):
        raise DesignError(
            "population sizes are given for some stages only, so weights cannot be derived; give"
            " sampling weights or population sizes of every stage",
            code="weight_unknown",
        )
    for stage in stages:
        weights = weights / stage.fraction[stage.stratum]
    return weights
