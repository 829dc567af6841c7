"""Results as a page writes them: value, interval, parts, never more digits than they bear."""

from __future__ import annotations

from evaluation.analysis.results import ResultSet, ResultUnit, ResultValue
from evaluation.language import _

SOURCE_NAMES = {
    "court_statistics": _("法院自报"),
    "register": _("登记逐案复算"),
    "case_review": _("案卷样本核验"),
}


def number(value: float | None, unit: ResultUnit) -> str:
    """Write one number in its unit."""
    if value is None:
        return "—"
    if unit is ResultUnit.RATE:
        return f"{value:.2%}"
    if unit is ResultUnit.PER_10K:
        return f"{value * 10_000:.2f}‱"
    if unit is ResultUnit.DAYS:
        return _("{days:.1f}天").format(days=value)
    if unit is ResultUnit.POINTS:
        return _("{points:.2f}分").format(points=value)
    return f"{value:,.0f}"


def value(result: ResultValue | None) -> str:
    """Write the value of a result, or why there is none."""
    if result is None:
        return "—"
    if result.value is None:
        return result.text or result.note or "—"
    return number(result.value, result.unit)


def interval(result: ResultValue | None) -> str:
    """Write the interval of a result; an exact figure has none."""
    if result is None or result.lower is None or result.upper is None or result.value is None:
        return "—"
    return f"{number(result.lower, result.unit)} — {number(result.upper, result.unit)}"


def part(result: ResultValue | None, name: str) -> str:
    """Write the numerator or denominator; amounts of money in ten thousand yuan."""
    amount = None if result is None else getattr(result, name)
    if result is None or amount is None:
        return "—"
    if result.id.endswith(".recovery") or result.id.startswith(("indicator.A2", "indicator.A4")):
        return _("{amount:,.2f}万元").format(amount=amount / 1_000_000)
    return f"{amount:,.0f}"


def trial(results: ResultSet) -> str:
    """Return the mark of trial weights, or nothing."""
    total = results.get("score.total.city")
    return _("（试算）") if total is not None and total.status == "trial" else ""


def source(result: ResultValue | None) -> str:
    """Name where the value comes from."""
    return "—" if result is None else SOURCE_NAMES.get(result.source, "—")


def signed(difference: float, unit: ResultUnit) -> str:
    """Write a difference with its sign; rates differ by percentage points."""
    if unit is ResultUnit.RATE:
        return _("{points:+.2f}个百分点").format(points=difference * 100)
    if unit is ResultUnit.PER_10K:
        return f"{difference * 10_000:+.2f}‱"
    return f"{difference:+.2f}"
