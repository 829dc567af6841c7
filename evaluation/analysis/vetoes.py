"""Vetoes: minimums that would fail the whole evaluation. Off unless the panel switches them on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evaluation.analysis.milestones import Attainment, ThresholdResult
from evaluation.domain.grading import Vetoes, VetoRule


@dataclass(frozen=True, slots=True)
class VetoResult:
    """One veto rule with what was found.

    Attributes
    ----------
    rule : VetoRule
        The minimum and its indicator.
    result : ThresholdResult or None
        Comparison; ``None`` when the indicator has no value.
    is_triggered : bool
        True only when vetoes are on and the minimum is certainly missed.
    """

    rule: VetoRule
    result: ThresholdResult | None
    is_triggered: bool


def veto_results(
    vetoes: Vetoes, found: Mapping[str, ThresholdResult], *, is_enabled: bool
) -> tuple[VetoResult, ...]:
    """Apply the veto rules of a framework.

    Parameters
    ----------
    vetoes : Vetoes
        Rules of the framework.
    found : mapping of str to ThresholdResult
        Comparison with the minimum for each indicator that has a value.
    is_enabled : bool
        Whether the panel switched vetoes on for the round.

    Returns
    -------
    tuple of VetoResult
        One per rule. An undecidable minimum never triggers a veto.

    Examples
    --------
    >>> from decimal import Decimal
    >>> rule = VetoRule("A5", Decimal("0.9"), "终本合格率")
    >>> missed = ThresholdResult(Attainment.NOT_MET, Decimal("0.8"), Decimal("0.9"))
    >>> veto_results(Vetoes(False, "", (rule,)), {"A5": missed}, is_enabled=True)[0].is_triggered
    True
    """
    results = []
    for rule in vetoes.rules:
        result = found.get(rule.indicator)
        missed = result is not None and result.attainment is Attainment.NOT_MET
        results.append(VetoResult(rule, result, is_enabled and missed))
    return tuple(results)
