"""Indicators from court statistics: numerator, denominator and value of each variant, exactly.

Leaves out points (:mod:`evaluation.analysis.scoring`) and sampling error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from evaluation.domain.indicator import Indicator, Variant


class Gap(StrEnum):
    """Why an indicator has no value."""

    MISSING_FIELDS = "missing_fields"
    ZERO_DENOMINATOR = "zero_denominator"
    NO_FORMULA = "no_formula"


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """One indicator in one variant.

    Attributes
    ----------
    indicator_id, variant : str
        Which indicator and which formula.
    numerator, denominator : int or None
        Field sums: files, items, days or fen.
    value : Decimal or None
        Rate in [0, 1] (more is possible for ratios of amounts) or days.
    gap : Gap or None
        Why there is no value.
    missing : tuple of str
        Codes of the fields that were not reported.
    """

    indicator_id: str
    variant: str
    numerator: int | None
    denominator: int | None
    value: Decimal | None
    gap: Gap | None = None
    missing: tuple[str, ...] = ()


def indicator_value(
    indicator: Indicator, fields: Mapping[str, int], variant: str = ""
) -> IndicatorValue:
    """Compute one indicator from the reported fields.

    Parameters
    ----------
    indicator : Indicator
        Definition with its variants.
    fields : mapping of str to int
        Reported values by field code; amounts in fen.
    variant : str
        Code of the variant; the default one when empty.

    Returns
    -------
    IndicatorValue
        Value with numerator and denominator, or the gap that prevents it.

    Raises
    ------
    KeyError
        If the indicator has no such variant.

    Notes
    -----
    value = numerator / denominator with 28 significant digits, unrounded.

    Examples
    --------
    >>> from evaluation.domain.indicator import Quantity
    >>> share = Variant("v", "", Quantity((("done", 1),)), Quantity((("due", 1),)), True, None)
    >>> variant_value("I1", share, {"done": 3, "due": 4}).value
    Decimal('0.75')
    """
    if not indicator.variants:
        return IndicatorValue(indicator.id, "", None, None, None, Gap.NO_FORMULA)
    return variant_value(indicator.id, indicator.variant(variant), fields)


def variant_value(indicator_id: str, variant: Variant, fields: Mapping[str, int]) -> IndicatorValue:
    """Compute one variant; see :func:`indicator_value`.

    Examples
    --------
    >>> from evaluation.domain.indicator import Quantity
    >>> share = Variant("v", "", Quantity((("done", 1),)), Quantity((("due", 1),)), True, None)
    >>> variant_value("I1", share, {"due": 4}).missing
    ('done',)
    """
    needed = dict.fromkeys((*variant.numerator.fields, *variant.denominator.fields))
    missing = tuple(code for code in needed if code not in fields)
    if missing:
        return IndicatorValue(
            indicator_id, variant.code, None, None, None, Gap.MISSING_FIELDS, missing
        )
    numerator = variant.numerator.evaluate(fields)
    denominator = variant.denominator.evaluate(fields)
    if denominator <= 0:
        return IndicatorValue(
            indicator_id, variant.code, numerator, denominator, None, Gap.ZERO_DENOMINATOR
        )
    value = Decimal(numerator) / Decimal(denominator)
    return IndicatorValue(indicator_id, variant.code, numerator, denominator, value)


def pooled(by_court: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add the fields of all courts; a field that any court left out is left out of the sum.

    Parameters
    ----------
    by_court : iterable of mapping
        Reported fields of each court.

    Returns
    -------
    dict
        Sums over the courts of the fields that every court reported.

    Examples
    --------
    >>> pooled([{"a": 1, "b": 2}, {"a": 3}])
    {'a': 4}
    """
    courts = list(by_court)
    if not courts:
        return {}
    shared = [code for code in courts[0] if all(code in fields for fields in courts)]
    return {code: sum(fields[code] for fields in courts) for code in shared}
