"""One printed figure from one result: the same rule when a report is built and when it is checked.

A reference is ``[round/]result id`` and a part such as ``value`` or ``value.2`` (decimals). A
difference has two references joined by ``~``, later first.
"""

from __future__ import annotations

from collections.abc import Mapping

from evaluation.analysis.results import ResultKind, ResultSet, ResultUnit, ResultValue
from evaluation.errors import NotFound
from evaluation.language import _
from reports import numbers

COUNTED = frozenset(
    {ResultUnit.FILES, ResultUnit.PERSONS, ResultUnit.ITEMS, ResultUnit.MINUTES, ResultUnit.NONE}
)


def scaled(value: float, unit: ResultUnit, places: int | None = None) -> str:
    """Write a number in the way of its unit."""
    if unit is ResultUnit.RATE:
        small = abs(value) < 0.01 and value != 0
        return numbers.percent(value, places if places is not None else 2 if small else 1)
    if unit is ResultUnit.PER_10K:
        return numbers.per_ten_thousand(value, 2 if places is None else places)
    if unit is ResultUnit.FEN:
        return numbers.amount(value, 2 if places is None else places)
    if unit in {ResultUnit.POINTS, ResultUnit.COEFFICIENT}:
        return numbers.decimal(value, 2 if places is None else places)
    if unit in COUNTED and float(value).is_integer():
        return numbers.decimal(value, 0)
    return numbers.decimal(value, 1 if places is None else places)


def _of(result: ResultValue, name: str) -> float:
    value = getattr(result, name)
    if value is None:
        raise NotFound(_("结果“{id}”没有“{name}”这一项。").format(id=result.id, name=name))
    return float(value)


def figure_of(result: ResultValue, part: str = "value") -> str:
    """Write one part of one result."""
    name, _dot, places_text = part.partition(".")
    places = int(places_text) if places_text else None
    if name == "value" and result.kind is ResultKind.TEXT:
        return result.text
    if name == "interval":
        return numbers.interval(
            scaled(_of(result, "lower"), result.unit, places),
            scaled(_of(result, "upper"), result.unit, places),
        )
    if name == "confidence_words":
        return numbers.confidence_in_words(result.confidence or 0.95)
    if name in {"value", "lower", "upper", "standard_error"}:
        return scaled(_of(result, name), result.unit, places)
    if name == "confidence":
        return numbers.percent(_of(result, "confidence"), 0)
    if name in {"numerator", "denominator"} and result.unit is ResultUnit.RATE and places is None:
        return _count_or_amount(_of(result, name), result)
    if name.startswith("extra:"):
        return numbers.decimal(float(result.extra[name[6:]]), places or 0)
    return numbers.decimal(_of(result, name), places or 0)


def _count_or_amount(value: float, result: ResultValue) -> str:
    if result.extra.get("money"):
        return numbers.amount(value)
    return numbers.decimal(value, 0 if float(value).is_integer() else 1)


def difference_of(later: ResultValue, earlier: ResultValue, *, signed: bool = False) -> str:
    """Write the difference of two results from their unrounded values."""
    change = _of(later, "value") - _of(earlier, "value")
    if later.unit is ResultUnit.RATE:
        if signed:
            return f"{numbers.decimal(change * 100, 1, signed=True)}"
        return numbers.percentage_points(change)
    if later.unit is ResultUnit.PER_10K:
        size = numbers.decimal(
            change * 10_000 if signed else abs(change) * 10_000, 2, signed=signed
        )
        return size if signed else _("{size}个万分点").format(size=size)
    places = 2 if later.unit is ResultUnit.POINTS else 1
    return numbers.decimal(change if signed else abs(change), places, signed=signed)


def written(sets: Mapping[str, ResultSet], here: str, reference: str, part: str) -> str | None:
    """Write the figure behind a reference again, or ``None`` when it is not a result's figure."""

    def find(text: str) -> ResultValue:
        code, slash, result_id = text.partition("/")
        chosen = sets[code] if slash else sets[here]
        return chosen[result_id if slash else text]

    if reference.startswith("derived:"):
        return None
    if part == "sum":
        total = sum(_of(find(item), "value") for item in reference.split("+"))
        return numbers.decimal(total, 0)
    if part in {"difference", "signed_difference"}:
        later, _tilde, earlier = reference.partition("~")
        return difference_of(find(later), find(earlier), signed=part == "signed_difference")
    return figure_of(find(reference), part)
