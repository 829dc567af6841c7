"""One published number with its uncertainty. Leaves out how it was computed: see ``method``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number estimated from a sample, with its interval, sizes and method.

    Rates are shares in [0, 1], never percentages.

    Attributes
    ----------
    value : float
        Point estimate, in the unit of the question.
    standard_error : float
        Square root of the estimated sampling variance, same unit as ``value``; 0 for a census.
    lower, upper : float
        Ends of the two-sided interval at level ``confidence``.
    confidence : float
        Two-sided confidence level, in (0, 1).
    n_sampled : int
        Units in the sample that the estimate rests on.
    n_population : float or None
        Units in the population (estimated by the sum of sampling weights when not known);
        ``None`` when it has no meaning.
    degrees_of_freedom : float
        Design degrees of freedom: PSUs minus strata. ``inf`` for a normal interval.
    method : str
        Short machine name of estimator and interval, for example ``"proportion/wilson"``.

    Examples
    --------
    >>> late = Estimate(0.24, 0.0545, 0.131, 0.349, 0.95, 65, 500, 63, "proportion/mean")
    >>> late.value
    0.24
    """

    value: float
    standard_error: float
    lower: float
    upper: float
    confidence: float
    n_sampled: int
    n_population: float | None
    degrees_of_freedom: float
    method: str
