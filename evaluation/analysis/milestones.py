"""Whether a promised level was reached: met, not met, or undecidable at this sample size.

Also serves vetoes. Leaves out what follows from the answer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scipy import stats


class Attainment(StrEnum):
    """Answer to a threshold under sampling error."""

    MET = "met"
    NOT_MET = "not_met"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True, slots=True)
class ThresholdResult:
    """Comparison of a value with a promised minimum.

    Attributes
    ----------
    attainment : Attainment
        The answer.
    value, minimum : Decimal
        What was found and what was promised.
    size_that_decides : int or None
        Reviewed files that would decide if the value stayed as it is; ``None`` when decided, or
        when the value lies on the threshold and no size decides.
    """

    attainment: Attainment
    value: Decimal
    minimum: Decimal
    size_that_decides: int | None = None


def exact_threshold(value: Decimal, minimum: Decimal, *, inclusive: bool = True) -> ThresholdResult:
    """Compare an exact value with a minimum.

    Parameters
    ----------
    value, minimum : Decimal
        Rates in the same unit.
    inclusive : bool
        Whether the minimum itself counts as reached ("以上" includes the number).

    Returns
    -------
    ThresholdResult
        Met or not met.

    Examples
    --------
    >>> exact_threshold(Decimal("0.70"), Decimal("0.70")).attainment
    <Attainment.MET: 'met'>
    """
    reached = value >= minimum if inclusive else value > minimum
    return ThresholdResult(Attainment.MET if reached else Attainment.NOT_MET, value, minimum)


def sampled_threshold(  # noqa: PLR0913 -- estimate, interval and the terms of the decision
    value: float,
    lower: float,
    upper: float,
    n_sampled: int,
    minimum: Decimal,
    *,
    confidence: float = 0.95,
    n_population: float | None = None,
) -> ThresholdResult:
    r"""Compare an estimated share with a minimum.

    Parameters
    ----------
    value, lower, upper : float
        Estimated share with its interval.
    n_sampled : int
        Reviewed files.
    minimum : Decimal
        Promised minimum, in (0, 1).
    confidence : float
        Level of the interval.
    n_population : float, optional
        Files in the population, for the size that would decide.

    Returns
    -------
    ThresholdResult
        Met when the whole interval is at or above the minimum, not met when it is wholly below.

    Notes
    -----
    The size that decides scales the present one by the squared ratio of half-width to distance,
    with the finite population correction:
    :math:`n' = n_0/(1+n_0/N)`, :math:`n_0 = p(1-p)(z/d)^2\,\mathit{deff}`.

    Examples
    --------
    >>> found = sampled_threshold(0.87, 0.84, 0.91, 400, Decimal("0.90"))
    >>> found.attainment, found.size_that_decides
    (<Attainment.UNDECIDABLE: 'undecidable'>, 545)
    """
    limit = float(minimum)
    exact = Decimal(repr(value))
    if lower >= limit:
        return ThresholdResult(Attainment.MET, exact, minimum)
    if upper < limit:
        return ThresholdResult(Attainment.NOT_MET, exact, minimum)
    distance = abs(value - limit)
    size: int | None = None
    if distance > 1e-9:
        half = max((upper - lower) / 2, 1e-12)
        z = float(stats.norm.ppf(0.5 + confidence / 2))
        open_part = 1.0
        if n_population is not None and n_population > n_sampled:
            open_part = 1 - n_sampled / n_population
        unlimited = n_sampled / open_part * (half / distance) ** 2
        size = math.ceil(unlimited)
        if n_population is not None:
            size = math.ceil(unlimited / (1 + unlimited / n_population))
            size = min(size, math.ceil(n_population))
        size = max(size, math.ceil(z * z))
    return ThresholdResult(Attainment.UNDECIDABLE, exact, minimum, size)
