"""Total and grade from the points of the indicators, in exact decimal arithmetic.

Leaves out uncertainty (:mod:`evaluation.analysis.uncertainty`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from evaluation.domain.grading import Grading


@dataclass(frozen=True, slots=True)
class Total:
    """A weighted total of points.

    Attributes
    ----------
    points : Decimal or None
        Total in [0, 100], unrounded; ``None`` when data are missing and the rule blocks it.
    contributions : tuple of (str, Decimal)
        Points times weight over the sum of the weights used, by indicator; they add up to the
        total.
    missing : tuple of str
        Indicators without points.
    draft_points : Decimal or None
        Total over the indicators at hand, for drafts only, when data are missing.
    """

    points: Decimal | None
    contributions: tuple[tuple[str, Decimal], ...]
    missing: tuple[str, ...]
    draft_points: Decimal | None


def total(
    points: Mapping[str, Decimal | None],
    indicator_weights: Mapping[str, Decimal],
    missing_data: str = "block_final_allow_draft",
) -> Total:
    r"""Add up points by indicator weight under the rule for missing data.

    Parameters
    ----------
    points : mapping of str to Decimal or None
        Points of each indicator; ``None`` where there is no value.
    indicator_weights : mapping of str to Decimal
        Weight of each indicator, positive.
    missing_data : str
        ``block_final_allow_draft`` (default): no total, a draft over what is there. ``zero``: a
        missing indicator earns nothing. ``reweight_with_disclosure``: the others share its weight
        and ``missing`` discloses it.

    Returns
    -------
    Total
        Total with its contributions.

    Raises
    ------
    ValueError
        If the rule is unknown or no weight is positive.

    Notes
    -----
    :math:`S = \sum_k w_k s_k / \sum_k w_k`.

    Examples
    --------
    >>> weights = {"I1": Decimal(12), "I2": Decimal(8)}
    >>> total({"I1": Decimal(80), "I2": Decimal(90)}, weights).points
    Decimal('84')
    >>> total({"I1": Decimal(80), "I2": None}, weights).draft_points
    Decimal('80')
    """
    if missing_data not in ("block_final_allow_draft", "zero", "reweight_with_disclosure"):
        raise ValueError(f"unknown rule for missing data: {missing_data}")
    missing = tuple(code for code in indicator_weights if points.get(code) is None)
    known = {code: value for code in indicator_weights if (value := points.get(code)) is not None}
    if missing_data == "zero":
        known |= dict.fromkeys(missing, Decimal(0))
    used = sum((indicator_weights[code] for code in known), Decimal(0))
    if sum(indicator_weights.values(), Decimal(0)) <= 0:
        raise ValueError("the indicator weights add up to nothing")
    if used <= 0:
        return Total(None, (), missing, None)
    contributions = tuple(
        (code, value * indicator_weights[code] / used)
        for code, value in sorted(
            known.items(), key=lambda item: list(indicator_weights).index(item[0])
        )
    )
    score = sum((known[code] * indicator_weights[code] for code in known), Decimal(0)) / used
    if missing and missing_data == "block_final_allow_draft":
        return Total(None, contributions, missing, score)
    return Total(score, contributions, missing, None)


@dataclass(frozen=True, slots=True)
class Grade:
    """The band of a total.

    Attributes
    ----------
    code, name : str
        The band.
    graded_points : Decimal
        Points after the rounding rule, on which the band was decided.
    is_near_boundary : bool
        Whether a boundary lies within the margin.
    other_policies : tuple of (str, str)
        Boundary policies that give another band, with that band's code.
    """

    code: str
    name: str
    graded_points: Decimal
    is_near_boundary: bool
    other_policies: tuple[tuple[str, str], ...]


def grade(points: Decimal, grading: Grading, policy: str = "", rounding: str = "") -> Grade:
    """Find the band of a total under a boundary policy and a rounding rule.

    Parameters
    ----------
    points : Decimal
        Total in [0, 100].
    grading : Grading
        Bands, policies and margin of the framework.
    policy : str
        Code of the boundary policy; the default one when empty.
    rounding : str
        ``grade_on_2_decimals`` (half up), ``grade_on_integer`` or ``grade_on_unrounded``; the
        default one when empty.

    Returns
    -------
    Grade
        Band, rounded points, and whether another policy would decide otherwise.

    Raises
    ------
    KeyError
        If the policy is unknown.

    Examples
    --------
    >>> from evaluation.domain.grading import BoundaryPolicy, GradeBand
    >>> D = Decimal
    >>> low = GradeBand("fail", "不达标", "", D(0), D(70))
    >>> high = GradeBand("pass", "达标", "", D(70), D(80))
    >>> right = BoundaryPolicy("right_closed", "", ((D(70), "pass"),), "", "")
    >>> rules = Grading(
    ...     "", "", (low, high), (), (right,), "right_closed", "grade_on_2_decimals", (), D(1), ()
    ... )
    >>> grade(D("69.995"), rules).name
    '达标'
    """
    rule = rounding or grading.rounding
    graded = points
    if rule == "grade_on_2_decimals":
        graded = points.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    elif rule == "grade_on_integer":
        graded = points.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    chosen = grading.policy(policy)
    code = _band(graded, grading, chosen.code)
    edges = [band.lower for band in grading.bands if band.lower > 0]
    near = any(abs(graded - edge) <= grading.near_boundary for edge in edges)
    others = tuple(
        (other.code, _band(graded, grading, other.code))
        for other in grading.policies
        if other.code != chosen.code and _band(graded, grading, other.code) != code
    )
    name = next(band.name for band in grading.bands if band.code == code)
    return Grade(code, name, graded, near, others)


def _band(points: Decimal, grading: Grading, policy: str) -> str:
    decided = dict(grading.policy(policy).grade_at)
    if points in decided:
        return decided[points]
    bands = sorted(grading.bands, key=lambda band: band.lower)
    inside = [band for band in bands if band.lower < points or band.lower == bands[0].lower]
    settled = {boundary.score: boundary.result for boundary in grading.boundaries}
    if points in settled and settled[points]:
        return settled[points]
    return inside[-1].code
