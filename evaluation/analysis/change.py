"""Change of a result from one round to the next. Leaves out whether definitions are comparable."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from sampling.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Change:
    """Difference between two rounds.

    Attributes
    ----------
    difference : float
        Later minus earlier, in the unit of the values.
    standard_error : float
        0 when both are exact.
    lower, upper : float
        Interval of the difference.
    p_value : float or None
        Two-sided; ``None`` when both values are exact.
    independent_standard_error : float
        What the standard error would be without overlap, for comparison.
    """

    difference: float
    standard_error: float
    lower: float
    upper: float
    p_value: float | None
    independent_standard_error: float


def change(
    earlier: Estimate, later: Estimate, *, covariance: float = 0.0, confidence: float = 0.95
) -> Change:
    r"""Compare the estimates of two rounds.

    Parameters
    ----------
    earlier, later : Estimate
        Estimates of the same quantity.
    covariance : float
        Covariance of the two, from units read in both rounds; 0 for independent samples.
    confidence : float
        Two-sided level in (0, 1).

    Returns
    -------
    Change
        Difference with interval and p-value.

    Notes
    -----
    :math:`v = v_1 + v_2 - 2 c_{12}`, t with the smaller degrees of freedom.

    References
    ----------
    Kish, L. (1965). *Survey Sampling*, section 12.4.

    Examples
    --------
    >>> first = Estimate(0.60, 0.03, 0.54, 0.66, 0.95, 260, 14520, 250, "x")
    >>> second = Estimate(0.70, 0.03, 0.64, 0.76, 0.95, 260, 14520, 250, "x")
    >>> found = change(first, second)
    >>> round(found.difference, 2), round(found.standard_error, 4), round(found.p_value, 3)
    (0.1, 0.0424, 0.019)
    """
    difference = later.value - earlier.value
    separate = earlier.standard_error**2 + later.standard_error**2
    variance = max(separate - 2 * covariance, 0.0)
    error = variance**0.5
    df = max(min(earlier.degrees_of_freedom, later.degrees_of_freedom), 1.0)
    margin = float(stats.t.ppf(0.5 + confidence / 2, df)) * error
    p_value = None if error == 0 else float(2 * stats.t.sf(abs(difference) / error, df))
    return Change(
        difference, error, difference - margin, difference + margin, p_value, separate**0.5
    )
