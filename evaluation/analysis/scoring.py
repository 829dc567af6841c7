"""Points from 0 to 100 for one indicator, by six methods, in exact decimal arithmetic.

Leaves out weights and totals (:mod:`evaluation.analysis.composite`).
"""

from __future__ import annotations

from decimal import Decimal

from evaluation.domain.indicator import Anchors, Direction

ZERO, FULL = Decimal(0), Decimal(100)


def anchored_points(value: Decimal, anchors: Anchors) -> Decimal:
    r"""Interpolate linearly between the anchors of 0, 70, 80, 90 and 100 points.

    Works in both directions: anchors run from worst to best, upwards or downwards.

    Parameters
    ----------
    value : Decimal
        Indicator value in the unit of the anchors.
    anchors : Anchors
        Values that earn 0, 70, 80, 90 and 100 points, strictly monotone.

    Returns
    -------
    Decimal
        Points in [0, 100], unrounded; values beyond the outer anchors are cut.

    Raises
    ------
    ValueError
        If the anchors are not strictly monotone; correct them in the framework.

    Notes
    -----
    Between :math:`(x_a, a)` and :math:`(x_b, b)` the points are
    :math:`a + (b-a)(x-x_a)/(x_b-x_a)`.

    Examples
    --------
    >>> rate = Anchors(*map(Decimal, ("0.50", "0.80", "0.88", "0.95", "1.00")))
    >>> anchored_points(Decimal("0.84"), rate)
    Decimal('75')
    >>> days = Anchors(*map(Decimal, ("270", "180", "150", "120", "90")))
    >>> anchored_points(Decimal("165"), days)
    Decimal('75')
    """
    pairs = anchors.pairs
    steps = [after[0] - before[0] for before, after in zip(pairs, pairs[1:], strict=False)]
    if not (all(step > 0 for step in steps) or all(step < 0 for step in steps)):
        raise ValueError("anchors must rise or fall strictly from 0 to 100 points")
    sign = 1 if steps[0] > 0 else -1
    if sign * value <= sign * pairs[0][0]:
        return ZERO
    for (x_a, a), (x_b, b) in zip(pairs, pairs[1:], strict=False):
        if sign * value <= sign * x_b:
            points = a + (b - a) * (value - x_a) / (x_b - x_a)
            return _tidy(points)
    return FULL


def target_ratio_points(value: Decimal, target: Decimal, direction: Direction) -> Decimal:
    """Give the share of the target that was reached, at most 100.

    Parameters
    ----------
    value, target : Decimal
        Indicator value and target in the same unit; the target is positive.
    direction : Direction
        Whether more is better.

    Returns
    -------
    Decimal
        ``100 * value / target`` or, for a lower-is-better indicator, ``100 * target / value``
        with 100 at value 0.

    Raises
    ------
    ValueError
        If the target is not positive.

    Examples
    --------
    >>> target_ratio_points(Decimal("0.72"), Decimal("0.9"), Direction.HIGHER)
    Decimal('80')
    """
    if target <= 0:
        raise ValueError("the target must be positive")
    if direction is Direction.LOWER:
        return FULL if value <= 0 else _cut(FULL * target / value)
    return _cut(FULL * value / target)


def threshold_points(value: Decimal, target: Decimal, direction: Direction) -> Decimal:
    """Give 100 points when the target is reached, else none; the target itself counts.

    Parameters
    ----------
    value, target : Decimal
        Indicator value and target in the same unit.
    direction : Direction
        Whether more is better.

    Returns
    -------
    Decimal
        0 or 100.

    Examples
    --------
    >>> threshold_points(Decimal("0.9"), Decimal("0.9"), Direction.HIGHER)
    Decimal('100')
    """
    reached = value <= target if direction is Direction.LOWER else value >= target
    return FULL if reached else ZERO


def deduction_points(
    value: Decimal, allowed: Decimal, points_per_unit: Decimal, direction: Direction
) -> Decimal:
    """Start at 100 and take points for each unit on the wrong side of what is allowed.

    Parameters
    ----------
    value, allowed : Decimal
        Indicator value and the value that costs nothing.
    points_per_unit : Decimal
        Points taken per unit of departure.
    direction : Direction
        Whether more is better.

    Returns
    -------
    Decimal
        At least 0.

    Examples
    --------
    >>> deduction_points(Decimal(3), Decimal(1), Decimal(10), Direction.LOWER)
    Decimal('80')
    """
    departure = value - allowed if direction is Direction.LOWER else allowed - value
    return _cut(FULL - points_per_unit * max(departure, ZERO))


def improvement_points(value: Decimal, baseline: Decimal, target: Decimal) -> Decimal:
    """Give the share of the way from the baseline to the target that was covered.

    Parameters
    ----------
    value, baseline, target : Decimal
        Present value, value of the base period and target, in the same unit.

    Returns
    -------
    Decimal
        0 at or behind the baseline, 100 at or beyond the target.

    Raises
    ------
    ValueError
        If baseline and target are equal.

    Examples
    --------
    >>> improvement_points(Decimal(150), Decimal(200), Decimal(100))
    Decimal('50')
    """
    if baseline == target:
        raise ValueError("baseline and target are equal, so there is no way to cover")
    return _cut(FULL * (value - baseline) / (target - baseline))


def manual_points(points: Decimal, reason: str, confirmations: int) -> Decimal:
    """Take points given by the panel, with a written reason and two confirmations.

    Parameters
    ----------
    points : Decimal
        Points in [0, 100].
    reason : str
        Written reason, at least five characters.
    confirmations : int
        Members who confirmed; at least two.

    Returns
    -------
    Decimal
        The points.

    Raises
    ------
    ValueError
        If points are out of range, the reason is missing or fewer than two confirmed.

    Examples
    --------
    >>> manual_points(Decimal(85), "依据两份会议记录", 2)
    Decimal('85')
    """
    if not ZERO <= points <= FULL:
        raise ValueError("points must lie between 0 and 100")
    if len(reason.strip()) < 5 or confirmations < 2:
        raise ValueError("points given by hand need a reason and two confirmations")
    return points


def _cut(points: Decimal) -> Decimal:
    return _tidy(min(max(points, ZERO), FULL))


def _tidy(points: Decimal) -> Decimal:
    """Write whole points without decimals or exponent."""
    whole = points.quantize(Decimal(1))
    return whole if whole == points else points
