"""Intervals for a share under a sampling design, finite at 0 and 1, and when to show them.

Leaves out means and totals, which take Student t intervals (:class:`sampling.statistic.Statistics`)
and exact limits for simple samples of one stratum (:mod:`sampling.attributes`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, cast

from scipy import optimize, stats

from sampling.errors import EstimationError
from sampling.estimate import Estimate
from sampling.statistic import Statistics, t_quantiles

#: Shares nearer to 0 or 1 than this are 0 or 1; an effective size is never smaller.
_EDGE = 1e-12
_LEAST_SIZE = 0.05
IntervalMethod = Literal["wilson", "kg", "logit", "xlogit", "beta", "mean", "asin", "likelihood"]


@dataclass(frozen=True, slots=True)
class ShareSample:
    """What an interval for a share needs to know about its sample.

    Attributes
    ----------
    share : float
        Estimated share, in [0, 1].
    variance : float
        Estimated sampling variance of ``share``.
    n_sampled : int
        Rows it rests on.
    n_population : float
        Population units they stand for; infinite where the population's size is not known.
    kish_size : float
        Effective size under unequal sampling weights.
    degrees_of_freedom : float
        First-stage units minus strata; below one counts as one.
    """

    share: float
    variance: float
    n_sampled: int
    n_population: float
    kish_size: float
    degrees_of_freedom: float

    @property
    def is_census(self) -> bool:
        """Whether the whole population was measured, so that nothing is uncertain."""
        return self.variance <= 0 and self.n_sampled >= self.n_population * (1 - 1e-9)

    def effective_size(self) -> float:
        """Sample size of a simple random sample with the same variance.

        ``p (1-p) / v``, at most ``n / (1-f)``; where no stratum varies, the Kish size over
        ``1-f``, because ``n`` itself would be too bold under unequal weights.
        """
        fraction = min(self.n_sampled / self.n_population, 1.0) if self.n_population > 0 else 0.0
        open_part = max(1 - fraction, 1e-12)
        spread = self.share * (1 - self.share)
        if self.variance <= 0 or spread <= 0:
            return self.kish_size / open_part
        return max(min(spread / self.variance, self.n_sampled / open_part), _LEAST_SIZE)


def share_interval(
    sample: ShareSample, *, method: IntervalMethod = "wilson", confidence: float = 0.95
) -> tuple[float, float]:
    r"""Return a two-sided interval for a share.

    Parameters
    ----------
    sample : ShareSample
        Estimated share with variance, sizes and degrees of freedom.
    method : str
        ``wilson`` (default): Wilson score with effective size and t quantile. ``kg``:
        Korn–Graubard with capped effective size, for legal findings. ``beta``: Korn–Graubard
        without the cap. ``logit`` and ``xlogit``: t interval on the log-odds. ``asin``: t
        interval on the arcsine scale. ``likelihood``: scaled profile likelihood. ``mean``: plain
        t interval, not cut at 0 and 1.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    tuple of float
        Lower and upper end. A census gives a single point. At shares of 0 and 1, and where no
        stratum varies, ``logit``, ``xlogit`` and ``asin`` have no width of their own and the
        Wilson interval is returned; ``beta`` becomes ``kg``.

    Raises
    ------
    EstimationError
        If the method is unknown or the level is outside (0, 1).

    Notes
    -----
    Wilson with :math:`n_e` effective files and :math:`t = t_{df}`:

    .. math::
        \frac{p + t^2/2n_e \pm t\sqrt{p(1-p)/n_e + t^2/4n_e^2}}{1 + t^2/n_e}.

    Korn–Graubard: :math:`n_e (t_{n-1}/t_{df})^2` files, :math:`x = n_e p`, limits from the beta
    quantiles with parameters :math:`(x, n_e-x+1)` and :math:`(x+1, n_e-x)`.

    References
    ----------
    Korn, E. L., Graubard, B. I. (1998). *Survey Methodology* 24, 193–201. Kott, P. S., Carr,
    D. A. (1997). *Journal of Official Statistics* 13, 1–9. Brown, L. D., Cai, T. T., DasGupta, A.
    (2001). *Statistical Science* 16, 101–133.

    Examples
    --------
    >>> perfect = ShareSample(1.0, 0.0, 60, 6000, 60.0, 59)
    >>> [round(end, 4) for end in share_interval(perfect)]
    [0.938, 1.0]
    """
    if method not in _METHODS:
        raise EstimationError(
            f"interval {method!r} is unknown; choose one of {', '.join(_METHODS)}",
            code="interval_method",
        )
    if sample.share < _EDGE or sample.share > 1 - _EDGE:
        sample = replace(sample, share=float(round(sample.share)))
    if sample.variance <= 1e-14 * sample.share * (1 - sample.share) / max(sample.n_sampled, 1):
        sample = replace(sample, variance=0.0)
    t = float(t_quantiles(confidence, sample.degrees_of_freedom))
    if sample.is_census:
        return sample.share, sample.share
    flat = sample.variance <= 0 or not 0 < sample.share < 1
    if flat and method in ("logit", "xlogit", "asin"):
        method = "wilson"
    return _METHODS[method](sample, t, confidence)


def _wilson(sample: ShareSample, t: float, confidence: float) -> tuple[float, float]:
    p, size = sample.share, sample.effective_size()
    centre = p + t * t / (2 * size)
    half = t * math.sqrt(p * (1 - p) / size + t * t / (4 * size * size))
    scale = 1 + t * t / size
    lower = 0.0 if p <= 0 else max(0.0, (centre - half) / scale)
    upper = 1.0 if p >= 1 else min(1.0, (centre + half) / scale)
    return lower, upper


def _beta_limits(p: float, size: float, confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    x = size * p
    lower = 0.0 if p <= 0 else float(stats.beta.ppf(tail, x, size - x + 1))
    upper = 1.0 if p >= 1 else float(stats.beta.ppf(1 - tail, x + 1, size - x))
    return lower, upper


def _t_adjustment(sample: ShareSample, t: float, confidence: float) -> float:
    return float((t_quantiles(confidence, max(sample.n_sampled - 1, 1)) / t) ** 2)


def _kg(sample: ShareSample, t: float, confidence: float) -> tuple[float, float]:
    size = sample.effective_size() * _t_adjustment(sample, t, confidence)
    return _beta_limits(sample.share, min(size, float(sample.n_sampled)), confidence)


def _beta(sample: ShareSample, t: float, confidence: float) -> tuple[float, float]:
    p = sample.share
    if sample.variance <= 0 or not 0 < p < 1:
        return _kg(sample, t, confidence)
    size = p * (1 - p) / sample.variance * _t_adjustment(sample, t, confidence)
    return _beta_limits(p, max(size, _LEAST_SIZE), confidence)


def _logit(sample: ShareSample, t: float, confidence: float) -> tuple[float, float]:
    p = sample.share
    centre = math.log(p / (1 - p))
    half = t * math.sqrt(sample.variance) / (p * (1 - p))
    return _inverse_logit(centre - half), _inverse_logit(centre + half)


def _inverse_logit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _asin(sample: ShareSample, t: float, confidence: float) -> tuple[float, float]:
    p = sample.share
    centre = math.asin(math.sqrt(p))
    half = t * math.sqrt(sample.variance) / (2 * math.sqrt(p * (1 - p)))
    lower, upper = max(0.0, centre - half), min(math.pi / 2, centre + half)
    return math.sin(lower) ** 2, math.sin(upper) ** 2


def _mean(sample: ShareSample, t: float, confidence: float) -> tuple[float, float]:
    half = t * math.sqrt(sample.variance)
    return sample.share - half, sample.share + half


def _likelihood(sample: ShareSample, t: float, confidence: float) -> tuple[float, float]:
    p = sample.share
    flat = sample.variance <= 0 or not 0 < p < 1
    size = sample.effective_size() if flat else max(p * (1 - p) / sample.variance, _LEAST_SIZE)

    def excess(q: float) -> float:
        loss = 0.0
        if p > 0:
            loss += p * math.log(p / q)
        if p < 1:
            loss += (1 - p) * math.log((1 - p) / (1 - q))
        return 2 * size * loss - t * t

    edge = 1e-14
    lower = 0.0 if p <= 0 else float(optimize.brentq(excess, edge, min(p, 1 - edge), xtol=1e-15))
    upper = 1.0 if p >= 1 else float(optimize.brentq(excess, max(p, edge), 1 - edge, xtol=1e-15))
    return lower, upper


_METHODS: dict[str, Callable[[ShareSample, float, float], tuple[float, float]]] = {
    "wilson": _wilson,
    "kg": _kg,
    "logit": _logit,
    "xlogit": _logit,
    "beta": _beta,
    "mean": _mean,
    "asin": _asin,
    "likelihood": _likelihood,
}


def share_estimates(
    found: Statistics, *, method: str = "wilson", confidence: float = 0.95
) -> list[Estimate]:
    """Return estimated shares with intervals, one per subpopulation.

    Parameters
    ----------
    found : Statistics
        Result of :func:`sampling.estimation.proportion`.
    method : str
        Interval method, see :func:`share_interval`.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    list of Estimate
        Shares in [0, 1].

    Examples
    --------
    >>> from sampling.estimation import proportion
    >>> from sampling.structure import survey_design
    >>> found = proportion(survey_design(populations=[100] * 4), [1, 1, 1, 0])
    >>> share = share_estimates(found)[0]
    >>> round(share.lower, 2), round(share.upper, 2)
    (0.13, 0.98)

    Where nobody said how large the population is, a sample of ones is not a census:

    >>> perfect = proportion(survey_design(n_rows=60), [1] * 60)
    >>> round(share_estimates(perfect)[0].lower, 3)
    0.937
    """
    results = []
    for k in range(found.theta.size):
        standard_error = float(found.standard_errors[k])
        share = min(max(float(found.theta[k]), 0.0), 1.0)
        sample = ShareSample(
            share,
            standard_error**2,
            int(found.n_sampled[k]),
            float(found.known_population[k]),
            float(found.kish_size[k]),
            float(found.degrees_of_freedom[k]),
        )
        lower, upper = share_interval(
            sample, method=cast("IntervalMethod", method), confidence=confidence
        )
        results.append(
            Estimate(
                share,
                standard_error,
                lower,
                upper,
                confidence,
                sample.n_sampled,
                float(found.n_population[k]),
                sample.degrees_of_freedom,
                f"{found.statistic}/{method}",
            )
        )
    return results


@dataclass(frozen=True, slots=True)
class PresentationStandard:
    """When a share is too uncertain to print, as data with its source.

    Attributes
    ----------
    smallest_size : float
        Suppress below this nominal or effective sample size.
    narrow_width : float
        Interval width up to which a share is always shown.
    wide_width : float
        Interval width from which a share is never shown.
    relative_width : float
        Suppress when width over share exceeds this (share of the attribute and its complement).
    few_degrees_of_freedom : float
        Flag for review below this.
    source : str
        Where the rule comes from.
    """

    smallest_size: float = 30
    narrow_width: float = 0.05
    wide_width: float = 0.30
    relative_width: float = 1.30
    few_degrees_of_freedom: float = 8
    source: str = (
        "Parker, J. D., et al. (2017). National Center for Health Statistics Data Presentation"
        " Standards for Proportions. Vital and Health Statistics 2(175)."
    )


@dataclass(frozen=True, slots=True)
class Presentation:
    """Whether a share may be printed, and the reasons against it.

    Attributes
    ----------
    suppressed : bool
        True when the share must not be printed.
    reasons : tuple of str
        Codes: ``small_sample``, ``wide_interval``, ``wide_relative``.
    flags : tuple of str
        Codes that ask for a second look: ``few_degrees_of_freedom``, ``no_events``.
    """

    suppressed: bool
    reasons: tuple[str, ...]
    flags: tuple[str, ...]


def presentation(
    share: Estimate,
    effective_size: float,
    *,
    standard: PresentationStandard | None = None,
) -> Presentation:
    """Apply the presentation standard to an estimated share.

    Parameters
    ----------
    share : Estimate
        Estimated share with its interval.
    effective_size : float
        Effective sample size, see :meth:`ShareSample.effective_size`.
    standard : PresentationStandard, optional
        The rule; the default is that of the United States National Center for Health Statistics.

    Returns
    -------
    Presentation
        Verdict with reasons.

    References
    ----------
    Parker et al. (2017), Vital and Health Statistics 2(175), figure 1.

    Examples
    --------
    >>> few = Estimate(0.5, 0.2, 0.1, 0.9, 0.95, 8, 100, 7, "proportion/wilson")
    >>> presentation(few, 8).reasons
    ('small_sample', 'wide_interval')
    """
    rule = standard or PresentationStandard()
    width = share.upper - share.lower
    reasons = []
    if min(share.n_sampled, effective_size) < rule.smallest_size:
        reasons.append("small_sample")
    if width >= rule.wide_width:
        reasons.append("wide_interval")
    elif (
        width > rule.narrow_width and share.value > 0 and width > rule.relative_width * share.value
    ):
        reasons.append("wide_relative")
    flags = []
    if share.degrees_of_freedom < rule.few_degrees_of_freedom:
        flags.append("few_degrees_of_freedom")
    if share.value in (0.0, 1.0):
        flags.append("no_events")
    return Presentation(bool(reasons), tuple(reasons), tuple(flags))
