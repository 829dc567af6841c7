"""Sampling weights step by step: base, nonresponse, trimming, with history and design effect.

Leaves out meeting known margins (:mod:`sampling.calibration`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sampling.errors import CalibrationError, EstimationError
from sampling.structure import FloatArray, checked_weights


@dataclass(frozen=True, slots=True)
class WeightStep:
    """One step in the making of sampling weights.

    Attributes
    ----------
    name : str
        What was done: ``base``, ``nonresponse``, ``trimming``, ``calibration`` …
    sampling_weights : ndarray, shape (n,)
        Weights after the step.
    detail : str
        Classes, bounds or margins used.
    """

    name: str
    sampling_weights: FloatArray
    detail: str = ""

    @property
    def total(self) -> float:
        """Sum of the weights: population units stood for."""
        return float(self.sampling_weights.sum())

    @property
    def design_effect(self) -> float:
        """Loss of precision from unequal weights; 1 when all are equal."""
        return weighting_design_effect(self.sampling_weights)


@dataclass(frozen=True, slots=True)
class WeightHistory:
    """Sampling weights with every step that led to them.

    Attributes
    ----------
    steps : tuple of WeightStep
        Steps in order; the last one holds the weights in force.

    Examples
    --------
    >>> history = WeightHistory(()).with_step("base", [10.0, 10.0], "N/n")
    >>> history = history.with_step("nonresponse", [20.0, 0.0], "one class")
    >>> history.sampling_weights.tolist(), [step.name for step in history.steps]
    ([20.0, 0.0], ['base', 'nonresponse'])
    """

    steps: tuple[WeightStep, ...]

    @property
    def sampling_weights(self) -> FloatArray:
        """Weights after the last step."""
        return self.steps[-1].sampling_weights

    def with_step(self, name: str, sampling_weights: ArrayLike, detail: str = "") -> WeightHistory:
        """Return the history with one more step."""
        array = np.asarray(sampling_weights, dtype=float)
        step = WeightStep(name, checked_weights(array, array.size), detail)
        return WeightHistory((*self.steps, step))

    def table(self) -> pd.DataFrame:
        """One row per step: sum, smallest, largest weight and design effect."""
        return pd.DataFrame(
            [
                {
                    "step": step.name,
                    "detail": step.detail,
                    "sum": step.total,
                    "smallest": float(step.sampling_weights.min()),
                    "largest": float(step.sampling_weights.max()),
                    "design_effect": step.design_effect,
                }
                for step in self.steps
            ]
        )


def base_weights(strata: ArrayLike, population_sizes: dict[object, float]) -> FloatArray:
    r"""Return base weights N_h / n_h of a stratified simple random sample.

    Parameters
    ----------
    strata : array_like, shape (n,)
        Stratum of each sampled unit.
    population_sizes : dict
        Units in the frame of each stratum.

    Returns
    -------
    ndarray, shape (n,)
        Base weights, at least 1.

    Raises
    ------
    EstimationError
        If a sampled stratum has no population size or fewer units than were sampled.

    Notes
    -----
    :math:`d_i = 1/\pi_i = N_h/n_h`.

    References
    ----------
    Särndal, C.-E., Swensson, B., Wretman, J. (1992). *Model Assisted Survey Sampling*, section 3.7.

    Examples
    --------
    >>> base_weights(["a", "a", "b"], {"a": 10, "b": 7}).tolist()
    [5.0, 5.0, 7.0]
    """
    codes, labels = pd.factorize(np.asarray(strata))
    counts = np.bincount(codes)
    weights = np.empty(counts.size)
    for h, label in enumerate(labels):
        size = population_sizes.get(label)
        if size is None or not size >= counts[h]:
            raise EstimationError(
                f"stratum {label!r}: {counts[h]} units sampled, population size {size}; give a size"
                " at least as large as the sample",
                code="population_small",
                stratum=str(label),
            )
        weights[h] = size / counts[h]
    return np.asarray(weights[codes])


def nonresponse_weights(
    sampling_weights: ArrayLike,
    answered: ArrayLike,
    classes: ArrayLike,
    *,
    smallest_class: int = 1,
) -> FloatArray:
    r"""Let those who answered stand for those who did not, class by class.

    Assumes that within a class answering does not depend on what would have been answered.

    Parameters
    ----------
    sampling_weights : array_like of float, shape (n,)
        Weights of all sampled units.
    answered : array_like of bool, shape (n,)
        Whether the unit answered (or the file could be reviewed).
    classes : array_like, shape (n,)
        Weighting class of each unit.
    smallest_class : int, default 1
        Fewest respondents that a class may have.

    Returns
    -------
    ndarray, shape (n,)
        Adjusted weights; 0 for units that did not answer. Sums are kept in each class.

    Raises
    ------
    CalibrationError
        If a class has fewer respondents than ``smallest_class``; merge it with another.

    Notes
    -----
    :math:`w_i = d_i \sum_c d / \sum_{c,\,answered} d`.

    References
    ----------
    Little, R. J. A. (1986). *International Statistical Review* 54, 139–157.

    Examples
    --------
    >>> nonresponse_weights([5, 5, 5], [True, False, True], [1, 1, 1]).tolist()
    [7.5, 0.0, 7.5]
    """
    yes = np.asarray(answered, dtype=bool)
    weights = checked_weights(sampling_weights, yes.size)
    codes, labels = pd.factorize(np.asarray(classes))
    kept = np.bincount(codes, weights * yes)
    number = np.bincount(codes, yes.astype(float))
    short = (number < max(smallest_class, 1)) | (kept <= 0)
    if short.any():
        names = [str(labels[c]) for c in np.flatnonzero(short)[:5]]
        raise CalibrationError(
            f"weighting classes with too few respondents: {', '.join(names)}; merge them",
            classes=names,
        )
    factor = np.bincount(codes, weights) / kept
    return np.asarray(np.where(yes, weights * factor[codes], 0.0))


def trimmed(
    sampling_weights: ArrayLike, lower: float, upper: float, *, strict: bool = True
) -> FloatArray:
    """Cut extreme weights and spread what was cut over the others, keeping the sum.

    Parameters
    ----------
    sampling_weights : array_like of float, shape (n,)
        Weights, all positive; zero weights stay zero and take no part.
    lower, upper : float
        Bounds for the trimmed weights.
    strict : bool, default True
        Repeat until no weight is outside the bounds.

    Returns
    -------
    ndarray, shape (n,)
        Trimmed weights with the same sum.

    Raises
    ------
    CalibrationError
        If the bounds leave no room: the mean weight must lie between them.

    References
    ----------
    Potter, F. J. (1990). *Proceedings of the Survey Research Methods Section, ASA*, 225–230.

    Examples
    --------
    >>> trimmed([1.0, 1.0, 1.0, 5.0], 0.5, 3.0).round(4).tolist()
    [1.6667, 1.6667, 1.6667, 3.0]
    """
    weights = np.array(checked_weights(sampling_weights, np.size(sampling_weights)))
    active = weights > 0
    average = weights[active].mean()
    if not lower <= average <= upper:
        raise CalibrationError(
            f"trimming bounds {lower:g} and {upper:g} do not enclose the mean weight {average:g};"
            " widen them"
        )
    current = weights[active]
    for _ in range(200):
        outside = (current < lower - 1e-12) | (current > upper + 1e-12)
        if not outside.any():
            break
        cut = np.clip(current, lower, upper)
        excess = float((current - cut).sum())
        free = ~outside
        if not free.any():
            current = np.full(current.size, average)
            break
        cut[free] += excess / free.sum()
        current = cut
        if not strict:
            break
    weights[active] = current
    return weights


def weighting_design_effect(sampling_weights: ArrayLike) -> float:
    r"""Return Kish's design effect of unequal weights.

    Parameters
    ----------
    sampling_weights : array_like of float, shape (n,)
        Weights; zeros do not count.

    Returns
    -------
    float
        At least 1.

    Notes
    -----
    :math:`n\sum w_i^2/(\sum w_i)^2`.

    References
    ----------
    Kish, L. (1992). *Journal of Official Statistics* 8, 183–200.

    Examples
    --------
    >>> weighting_design_effect([1.0, 1.0, 2.0])
    1.125
    """
    weights = np.asarray(sampling_weights, dtype=float)
    weights = weights[weights > 0]
    return float(weights.size * (weights**2).sum() / weights.sum() ** 2)
