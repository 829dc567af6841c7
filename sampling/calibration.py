"""Weights that meet known population totals: post-stratification, raking, GREG, bounded.

The design remembers each calibration, so that the variance uses residuals. Leaves out nonresponse
classes and trimming (:mod:`sampling.weights`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from sampling.errors import CalibrationError
from sampling.statistic import Groups, groups
from sampling.structure import Calibration, FloatArray, SurveyDesign

Distance = Literal["linear", "raking", "logit"]


def post_stratified(
    design: SurveyDesign, cells: ArrayLike, population_sizes: Mapping[Any, float]
) -> SurveyDesign:
    r"""Scale weights so that each cell has its known population size.

    Parameters
    ----------
    design : SurveyDesign
        How the sample was taken.
    cells : array_like, shape (n,)
        Post-stratum of each row.
    population_sizes : mapping
        Known population size of each cell.

    Returns
    -------
    SurveyDesign
        The design with calibrated weights; rows of weight 0 keep 0.

    Raises
    ------
    CalibrationError
        If a cell of the sample has no known size, or a known cell has no sampled row; merge cells.

    Notes
    -----
    :math:`w_i = d_i N_c / \hat N_c`; variance from residuals about the cell means.

    References
    ----------
    Holt, D., Smith, T. M. F. (1979). *JRSS A* 142, 33–46.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> design = post_stratified(survey_design([1.0] * 3), ["a", "a", "b"], {"a": 6, "b": 5})
    >>> design.sampling_weights.tolist()
    [3.0, 3.0, 5.0]
    """
    by, targets = _margin(design, cells, population_sizes)
    found = np.bincount(by.codes, design.sampling_weights, len(by.labels))
    weights = design.sampling_weights * (targets / found)[by.codes]
    return design.calibrated(
        Calibration(design.sampling_weights, weights, _indicators(by.codes, len(by.labels)))
    )


def raked(
    design: SurveyDesign,
    margins: Sequence[ArrayLike],
    population_sizes: Sequence[Mapping[Any, float]],
    *,
    tolerance: float = 1e-12,
) -> SurveyDesign:
    """Adjust weights to several one-way margins at once (raking, iterative proportional fitting).

    Parameters
    ----------
    design : SurveyDesign
        How the sample was taken.
    margins : sequence of array_like, shape (n,) each
        Category of each row in each margin.
    population_sizes : sequence of mapping
        Known population size of each category, one mapping per margin.
    tolerance : float
        Largest relative departure from the margins at the end.

    Returns
    -------
    SurveyDesign
        The design with calibrated weights.

    Raises
    ------
    CalibrationError
        If the margins add up to different totals, a category is unknown or empty, or no weights
        meet the margins.

    References
    ----------
    Deming, W. E., Stephan, F. F. (1940). *Annals of Mathematical Statistics* 11, 427–444.
    Deville, J.-C., Särndal, C.-E., Sautory, O. (1993). *JASA* 88, 1013–1020.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> design = raked(
    ...     survey_design([1.0] * 4), [[0, 0, 1, 1], [0, 1, 0, 1]], [{0: 6, 1: 4}, {0: 5, 1: 5}]
    ... )
    >>> design.sampling_weights.round(6).tolist()
    [3.0, 3.0, 2.0, 2.0]
    """
    columns, totals = [], []
    for position, (column, sizes) in enumerate(zip(margins, population_sizes, strict=True)):
        by, targets = _margin(design, column, sizes)
        indicators = _indicators(by.codes, len(by.labels))
        columns.append(indicators if position == 0 else indicators[:, 1:])
        totals.append(targets if position == 0 else targets[1:])
        if abs(targets.sum() - sum(population_sizes[0].values())) > 1e-6 * targets.sum():
            raise CalibrationError(
                f"margin {position + 1} adds up to {targets.sum():g}, the first to"
                f" {sum(population_sizes[0].values()):g}; make them agree"
            )
    return calibrated(
        design,
        np.hstack(columns),
        np.concatenate(totals),
        distance="raking",
        tolerance=tolerance,
    )


def calibrated(
    design: SurveyDesign,
    auxiliary: ArrayLike,
    totals: ArrayLike,
    *,
    distance: Distance = "linear",
    bounds: tuple[float, float] | None = None,
    tolerance: float = 1e-12,
) -> SurveyDesign:
    r"""Calibrate weights to known totals of auxiliary variables.

    Parameters
    ----------
    design : SurveyDesign
        How the sample was taken.
    auxiliary : array_like of float, shape (n, q)
        Auxiliary variables, a column of ones among or within their span for a known size.
    totals : array_like of float, shape (q,)
        Known population totals.
    distance : {"linear", "raking", "logit"}
        ``linear`` is the generalised regression estimator, ``raking`` keeps weights positive,
        ``logit`` keeps the change of each weight within ``bounds``.
    bounds : tuple of float, optional
        Smallest and largest ratio of calibrated to design weight. With ``linear`` the ratios are
        cut at the bounds (truncated linear).
    tolerance : float
        Largest relative departure from the totals at the end.

    Returns
    -------
    SurveyDesign
        The design with calibrated weights.

    Raises
    ------
    CalibrationError
        If no weights meet the totals within the bounds; widen bounds or merge categories.

    Notes
    -----
    Solves :math:`\sum_i d_i F(x_i'\lambda) x_i = T` by Newton steps with halving;
    :math:`F(u) = 1+u`, :math:`e^u` or the bounded logit.

    References
    ----------
    Deville, J.-C., Särndal, C.-E. (1992). *JASA* 87, 376–382.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> x = [[1.0, 2.0], [1.0, 3.0], [1.0, 7.0]]
    >>> design = calibrated(survey_design([1.0] * 3), x, [3.0, 15.0])
    >>> bool(abs(design.sampling_weights @ x - [3.0, 15.0]).max() < 1e-9)
    True
    """
    x = np.asarray(auxiliary, dtype=float)
    target = np.asarray(totals, dtype=float)
    d = design.sampling_weights
    if x.ndim != 2 or x.shape != (d.size, target.size):
        raise CalibrationError(
            f"auxiliary variables of shape {x.shape} for {d.size} rows and {target.size} totals"
        )
    if not (np.isfinite(x[d > 0]).all() and np.isfinite(target).all()):
        raise CalibrationError("an auxiliary value or total is missing or infinite; complete it")
    if distance == "logit" and bounds is None:
        raise CalibrationError("logit calibration needs bounds, for example (0.5, 2)")
    if bounds is not None and not 0 <= bounds[0] < 1 < bounds[1]:
        raise CalibrationError(f"bounds {bounds} must enclose 1; for example (0.5, 2)")
    scale = np.maximum(np.abs(x).max(axis=0), 1e-300)
    ratios = _solved(x / scale, target / scale, d, (distance, bounds, tolerance))
    return design.calibrated(Calibration(d, d * ratios, x))


def _solved(
    x: FloatArray,
    target: FloatArray,
    d: FloatArray,
    options: tuple[Distance, tuple[float, float] | None, float],
) -> FloatArray:
    distance, bounds, tolerance = options
    coefficients = np.zeros(target.size)
    size = np.maximum(np.abs(target), np.abs(x * d[:, None]).sum(axis=0))

    def gap(c: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        ratio, slope = _ratio(x @ c, distance, bounds)
        return ratio, slope, np.asarray(target - x.T @ (d * ratio))

    ratio, slope, missing = gap(coefficients)
    for _ in range(100):
        if np.max(np.abs(missing) / size) <= tolerance:
            return ratio
        matrix = x.T @ (x * (d * slope)[:, None])
        step = np.linalg.lstsq(matrix, missing, rcond=1e-13)[0]
        for _ in range(40):
            trial = gap(coefficients + step)
            if np.linalg.norm(trial[2] / size) < np.linalg.norm(missing / size):
                break
            step = step / 2
        else:
            break
        coefficients = coefficients + step
        ratio, slope, missing = trial
    if np.max(np.abs(missing) / size) <= max(tolerance, 1e-10):
        return ratio
    raise CalibrationError(
        "no weights meet the totals"
        + (f" within the bounds {bounds}" if bounds else "")
        + f"; largest relative departure {np.max(np.abs(missing) / size):.2g}; widen the bounds,"
        " merge categories or correct the totals"
    )


def _ratio(
    u: FloatArray, distance: Distance, bounds: tuple[float, float] | None
) -> tuple[FloatArray, FloatArray]:
    """Ratio of calibrated to design weight and its slope at ``u``."""
    if distance == "linear":
        if bounds is None:
            return 1 + u, np.ones_like(u)
        cut = np.clip(1 + u, bounds[0], bounds[1])
        return cut, ((1 + u > bounds[0]) & (1 + u < bounds[1])).astype(float)
    if distance == "raking":
        grown = np.exp(np.clip(u, -500, 500))
        if bounds is None:
            return grown, grown
        cut = np.clip(grown, bounds[0], bounds[1])
        return cut, np.where(cut == grown, grown, 0.0)
    lower, upper = bounds if bounds is not None else (0.0, np.inf)
    rate = (upper - lower) / ((1 - lower) * (upper - 1))
    e = np.exp(np.clip(rate * u, -300, 300))
    below = upper - 1 + (1 - lower) * e
    value = (lower * (upper - 1) + upper * (1 - lower) * e) / below
    slope = rate * e * (upper - lower) * (1 - lower) * (upper - 1) / below**2
    return value, slope


def _margin(
    design: SurveyDesign, column: ArrayLike, sizes: Mapping[Any, float]
) -> tuple[Groups, FloatArray]:
    """Codes of a margin's categories with their known sizes; refuses gaps on either side."""
    by = groups(column)
    targets = np.array([float(sizes.get(label, np.nan)) for label in by.labels])
    unknown = [str(by.labels[k]) for k in np.flatnonzero(~(targets >= 0))]
    found = np.bincount(by.codes, design.sampling_weights, len(by.labels))
    absent = [str(key) for key, value in sizes.items() if value > 0 and key not in by.labels]
    empty = [str(by.labels[k]) for k in np.flatnonzero((found <= 0) & (targets > 0))]
    if unknown or absent or empty:
        raise CalibrationError(
            "categories do not fit the known sizes:"
            f" without known size {unknown}, without sampled rows {absent + empty};"
            " merge or correct them",
            unknown=unknown,
            empty=absent + empty,
        )
    return by, targets


def _indicators(codes: ArrayLike, n_cells: int) -> FloatArray:
    code = np.asarray(codes)
    indicators = np.zeros((code.size, n_cells))
    indicators[np.arange(code.size), code] = 1.0
    return indicators
