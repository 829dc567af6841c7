"""Variance by repetition: delete-one-unit jackknife and Rao–Wu rescaling bootstrap.

For statistics whose influence values are not at hand. Leaves out balanced half-samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sampling.errors import EstimationError, LonelyUnitError
from sampling.seed import generator
from sampling.structure import FloatArray, SurveyDesign
from sampling.variance import degrees_of_freedom


@dataclass(frozen=True)
class Replicates:
    """Replicate weights with the scale of each replicate.

    Attributes
    ----------
    design : SurveyDesign
        Design of the full sample.
    weights : ndarray, shape (R, n)
        Sampling weights of each replicate.
    scales : ndarray, shape (R,)
        Factor of each squared deviation.
    method : str
        Name of the method.
    """

    design: SurveyDesign
    weights: FloatArray
    scales: FloatArray
    method: str

    @property
    def degrees_of_freedom(self) -> float:
        """First-stage units minus strata."""
        return float(degrees_of_freedom(self.design)[0])

    def covariance(
        self, statistic: Callable[[FloatArray], ArrayLike]
    ) -> tuple[FloatArray, FloatArray]:
        r"""Return the statistic of the full sample and its replicate covariance matrix.

        Parameters
        ----------
        statistic : callable
            Maps sampling weights of shape (n,) to one or several numbers.

        Returns
        -------
        tuple of ndarray
            Values, shape (k,), and covariance matrix, shape (k, k).

        Raises
        ------
        EstimationError
            If the statistic is not finite for some replicate.

        Notes
        -----
        :math:`V = \sum_r c_r (\theta_r-\bar\theta)(\theta_r-\bar\theta)'` about the mean of the
        replicates.
        """
        full = np.atleast_1d(np.asarray(statistic(self.design.sampling_weights), dtype=float))
        repeated = np.array(
            [np.atleast_1d(np.asarray(statistic(w), dtype=float)) for w in self.weights]
        )
        if not np.isfinite(repeated).all():
            raise EstimationError(
                "the statistic is not finite for some replicate; use linearisation instead",
                code="replicate_value",
            )
        deviations = repeated - repeated[self.scales > 0].mean(axis=0)
        return full, np.asarray((deviations * self.scales[:, None]).T @ deviations)


def jackknife(design: SurveyDesign) -> Replicates:
    r"""Make delete-one-unit replicates (JK1 for one stratum, JKn for several).

    Parameters
    ----------
    design : SurveyDesign
        Design without calibrations; only the first stage is repeated.

    Returns
    -------
    Replicates
        One replicate per first-stage unit.

    Raises
    ------
    LonelyUnitError
        If a stratum has one unit; merge strata first.

    Notes
    -----
    Replicate :math:`hi` multiplies the weights of the other units of stratum :math:`h` by
    :math:`n_h/(n_h-1)`; scale :math:`(1-f_h)(n_h-1)/n_h`.

    References
    ----------
    Wolter, K. M. (2007). *Introduction to Variance Estimation*, 2nd ed., chapter 4.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> jack = jackknife(survey_design([1.0, 1.0, 1.0]))
    >>> value, v = jack.covariance(lambda w: (w @ [1.0, 2.0, 3.0]) / w.sum())
    >>> float(value[0]), round(float(v[0, 0]), 12)
    (2.0, 0.333333333333)
    """
    stage = design.stages[0]
    _refuse_single(design)
    n_units = stage.stratum_of_unit.size
    unit = np.arange(design.n_rows) if stage.unit is None else stage.unit
    n = stage.n_sampled
    weights = np.repeat(design.sampling_weights[None, :], n_units, axis=0)
    for deleted in range(n_units):
        h = stage.stratum_of_unit[deleted]
        weights[deleted, stage.stratum == h] *= n[h] / (n[h] - 1)
        weights[deleted, unit == deleted] = 0.0
    scales = ((1 - stage.fraction) * (n - 1) / n)[stage.stratum_of_unit]
    return Replicates(design, weights, scales, "jackknife")


def rao_wu_bootstrap(design: SurveyDesign, n_replicates: int, seed: str) -> Replicates:
    r"""Make Rao–Wu rescaling bootstrap replicates.

    Parameters
    ----------
    design : SurveyDesign
        Design of one or more stages; the first stage is repeated with its correction.
    n_replicates : int
        Number of replicates, for example 1,000.
    seed : str
        Text that fixes the random numbers, see :func:`sampling.seed.generator`.

    Returns
    -------
    Replicates
        Replicates with equal scales 1/R.

    Raises
    ------
    LonelyUnitError
        If a stratum has one unit; merge strata first.

    Notes
    -----
    In each stratum :math:`m_h=n_h-1` units are drawn with replacement; with :math:`r_{hi}` times
    drawn the weight factor is
    :math:`1-\lambda_h+\lambda_h\frac{n_h}{m_h}r_{hi}`,
    :math:`\lambda_h=\sqrt{m_h(1-f_h)/(n_h-1)}`.

    References
    ----------
    Rao, J. N. K., Wu, C. F. J. (1988). *JASA* 83, 231–241. Rao, J. N. K., Wu, C. F. J., Yue, K.
    (1992). *Survey Methodology* 18, 209–217.

    Examples
    --------
    >>> from sampling.structure import survey_design
    >>> boot = rao_wu_bootstrap(survey_design([1.0] * 5), 4, "example of a bootstrap seed")
    >>> boot.weights.shape
    (4, 5)
    """
    stage = design.stages[0]
    _refuse_single(design)
    random = generator(seed)
    n_units = stage.stratum_of_unit.size
    factors = np.ones((n_replicates, n_units))
    for h in range(stage.n_sampled.size):
        members = np.flatnonzero(stage.stratum_of_unit == h)
        n, m = members.size, members.size - 1
        if n == 1 or stage.fraction[h] >= 1:
            continue
        drawn = random.multinomial(m, np.full(n, 1 / n), size=n_replicates)
        share = np.sqrt(1 - stage.fraction[h])
        factors[:, members] = 1 - share + share * (n / m) * drawn
    by_row = factors if stage.unit is None else factors[:, stage.unit]
    return Replicates(
        design,
        by_row * design.sampling_weights,
        np.full(n_replicates, 1 / n_replicates),
        "rao_wu_bootstrap",
    )


def _refuse_single(design: SurveyDesign) -> None:
    stage = design.stages[0]
    single = (stage.n_sampled == 1) & (stage.fraction < 1)
    if single.any():
        names = [stage.labels[h] for h in np.flatnonzero(single)[:5]]
        raise LonelyUnitError(
            f"strata with one sampled unit cannot be repeated: {', '.join(names)}; merge them",
            strata=names,
        )
