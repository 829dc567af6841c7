"""The evidence matrix objective × method, and the verdict that a fixed rule proposes.

The rule proposes; the panel decides and may differ with reasons. Left out: where the numbers
come from (``evaluation.services.objectives``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from evaluation.domain.framework import Method, Verdict


class Support(IntEnum):
    """How far one method supports that an objective has been reached."""

    AGAINST = 0
    PARTLY = 1
    LARGELY = 2
    FULLY = 3


#: Lowest strength (0–100) for partly, largely, fully, by method. Proposed by this project: the
#: case review follows the 90 % of the national core indicators of 2018, points follow the grades.
THRESHOLDS: dict[Method, tuple[float, float, float]] = {
    Method.CASE_REVIEW: (65.0, 80.0, 90.0),
    Method.QUESTIONNAIRE: (50.0, 62.5, 75.0),
    Method.INTERVIEW: (40.0, 60.0, 75.0),
    Method.DOCUMENT: (50.0, 75.0, 90.0),
    Method.INDICATOR: (70.0, 80.0, 90.0),
}

#: Fewest observations before a method counts at all.
MINIMUM_OBSERVATIONS: dict[Method, int] = {
    Method.CASE_REVIEW: 30,
    Method.QUESTIONNAIRE: 30,
    Method.INTERVIEW: 3,
    Method.DOCUMENT: 1,
    Method.INDICATOR: 1,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one method says about one objective.

    Attributes
    ----------
    strength
        0 (nothing speaks for it) to 100; ``None`` when there is no evidence.
    n_observations
        Judgements, answers, statements, items or indicators behind it.
    support
        Level by :data:`THRESHOLDS`; ``None`` when there is too little evidence.
    """

    objective_id: str
    method: Method
    strength: float | None
    n_observations: int
    support: Support | None
    explanation: str = ""


def support_of(method: Method, strength: float | None, n_observations: int) -> Support | None:
    """Tell how far a strength supports an objective, or that there is too little evidence.

    Parameters
    ----------
    method : Method
        Method of evaluation; each has its own thresholds.
    strength : float or None
        Points in [0, 100].
    n_observations : int
        Observations behind the strength.

    Returns
    -------
    Support or None
        The level, ``None`` below :data:`MINIMUM_OBSERVATIONS` or without a strength.

    Notes
    -----
    A strength on a threshold reaches it. See :data:`THRESHOLDS` for the source of each.

    Examples
    --------
    >>> support_of(Method.CASE_REVIEW, 90.0, 400).name
    'FULLY'
    >>> support_of(Method.QUESTIONNAIRE, 62.4, 400).name
    'PARTLY'
    >>> support_of(Method.CASE_REVIEW, 95.0, 12) is None
    True
    """
    if strength is None or n_observations < MINIMUM_OBSERVATIONS[method]:
        return None
    reached = sum(strength >= threshold for threshold in THRESHOLDS[method])
    return Support(reached)


def proposed_verdict(required: Sequence[Method], cells: Sequence[Cell]) -> Verdict:
    """Propose a verdict on one objective from its row of the matrix.

    Parameters
    ----------
    required : sequence of Method
        Methods the framework asks for this objective.
    cells : sequence of Cell
        The row; cells of other methods are shown but not counted.

    Returns
    -------
    Verdict
        By the first rule that fits:

        1. fewer than two methods with enough evidence, or fewer than half of those required:
           insufficient evidence;
        2. no method below *largely* and at least half *fully*: achieved;
        3. no method *against* and a mean of at least *largely*: mostly achieved;
        4. a mean of at least *partly*: partly achieved;
        5. otherwise: not achieved.

    Notes
    -----
    The rule is proposed by this project, in the spirit of triangulation: one method alone never
    carries a verdict, and one method that speaks against blocks "achieved".

    References
    ----------
    Denzin, N. K. (1978). *The Research Act*, 2nd ed., McGraw-Hill, part 9 (triangulation).

    Examples
    --------
    >>> row = [
    ...     Cell("G1", Method.CASE_REVIEW, 92.0, 400, Support.FULLY),
    ...     Cell("G1", Method.QUESTIONNAIRE, 64.0, 900, Support.LARGELY),
    ... ]
    >>> proposed_verdict([Method.CASE_REVIEW, Method.QUESTIONNAIRE], row).value
    'achieved'
    >>> proposed_verdict([Method.CASE_REVIEW, Method.QUESTIONNAIRE], row[:1]).value
    'insufficient_evidence'
    """
    levels = [
        cell.support for cell in cells if cell.method in required and cell.support is not None
    ]
    if len(levels) < 2 or 2 * len(levels) < len(required):
        return Verdict.INSUFFICIENT_EVIDENCE
    lowest, mean = min(levels), sum(levels) / len(levels)
    if lowest >= Support.LARGELY and 2 * levels.count(Support.FULLY) >= len(levels):
        return Verdict.ACHIEVED
    if lowest > Support.AGAINST and mean >= Support.LARGELY:
        return Verdict.MOSTLY_ACHIEVED
    if mean >= Support.PARTLY:
        return Verdict.PARTLY_ACHIEVED
    return Verdict.NOT_ACHIEVED


def balance(directions: Sequence[int], strengths: Sequence[int]) -> float | None:
    """Return the share of affirming statements, weighted by their strength, 0 to 100.

    Parameters
    ----------
    directions : sequence of int
        −1, 0 or +1 for each coded statement; neutral ones count half on each side.
    strengths : sequence of int
        1 to 3 for each statement.

    Returns
    -------
    float or None
        ``100 · Σ s(d + 1)/2 / Σ s``; ``None`` without statements.

    Notes
    -----
    Statements come from people who were invited, not drawn: the balance orders evidence and is
    never an estimate for a population.

    Examples
    --------
    >>> balance([1, 1, -1], [3, 1, 1])
    80.0
    >>> balance([], []) is None
    True
    """
    total = sum(strengths)
    if not total:
        return None
    affirming = sum(s * (d + 1) / 2 for d, s in zip(directions, strengths, strict=True))
    return 100.0 * affirming / total
