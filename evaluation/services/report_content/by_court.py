"""The courts beside each other: one figure for each group of indicators, never a ranking."""

from __future__ import annotations

from collections.abc import Sequence

from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.domain.indicator import Indicator, IndicatorGroup
from evaluation.language import _
from evaluation.services.report_content import scores
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts, join
from reports import numbers
from reports.document import Block, Figure, Number, Paragraph, Parts, Reference
from reports.figures import panels
from reports.figures.intervals import Axis, Estimated


def build(
    f: Facts, group: IndicatorGroup, group_name: str, members: Sequence[Indicator]
) -> list[Block]:
    """Write the sentence and the figure of one group; nothing when no court reported."""
    shown = [one for one in members if len(scores.court_results(f, one.id)) > 1]
    if not shown:
        return []
    key = f"courts-{group}"
    return [_sentence(f, shown, key), _figure(f, group_name, shown, key)]


def _sentence(f: Facts, shown: Sequence[Indicator], key: str) -> Paragraph:
    parts = join([_spread(f, indicator) for indicator in shown], "；")
    return Paragraph(
        (
            _("分院看（"),
            Reference(key),
            _("），{kind}").format(kind=_kind_words(f, shown)),
            *parts,
            "。",
        )
    )


def _kind_words(f: Facts, shown: Sequence[Indicator]) -> str:
    kinds = {one.kind for i in shown for one in scores.court_results(f, i.id)}
    return _("各院自报数值：") if kinds == {ResultKind.REPORTED} else _("各院数值：")


def _spread(f: Facts, indicator: Indicator) -> Parts:
    courts = scores.court_results(f, indicator.id)
    low = min(courts, key=lambda one: one.value or 0)
    high = max(courts, key=lambda one: one.value or 0)
    if low.value == high.value:
        return (plan_words(indicator.name), _("均为"), *f.measured(low))
    return (plan_words(indicator.name), *f.measured(low), _("至"), *f.measured(high))


def _figure(f: Facts, group_name: str, shown: Sequence[Indicator], key: str) -> Figure:
    codes = sorted({_code(one) for i in shown for one in scores.court_results(f, i.id)})
    used: list[Number] = []
    columns = [_panel(f, indicator, codes, used) for indicator in shown]
    labels = [f.court_name(code) for code in codes]
    has_intervals = any(
        row is not None and row.lower is not None for column in columns for row in column.rows
    )
    has_whole = any(column.whole is not None for column in columns)
    caption = _("各院{group}").format(group=group_name)
    note = _("注：按法院顺序排列，不作排名；各栏刻度不同。") + (
        _("横线为置信区间，区间相互重叠的法院之间不宜比较高低。")
        if has_intervals
        else _("数值为精确统计数，无抽样误差。")
    )
    return Figure(
        id=key,
        caption=caption,
        svg=panels.panels(caption, labels, columns, _("全市") if has_whole else ""),
        alternative="；".join(
            label
            + "，".join(
                f"{column.title}{row.written}"
                for column in columns
                if (row := column.rows[number]) is not None
            )
            for number, label in enumerate(labels)
        )
        + "。",
        source=_("资料来源：法院统计数据。"),
        notes=((note,),),
        numbers=tuple(used),
    )


def _code(result: ResultValue) -> str:
    return result.id.rsplit(".", 1)[1]


def _panel(
    f: Facts, indicator: Indicator, codes: Sequence[str], used: list[Number]
) -> panels.Panel:
    found = {_code(one): one for one in scores.court_results(f, indicator.id)}
    rows: list[Estimated | None] = []
    for code in codes:
        one = found.get(code)
        number = f.number(one) if one is not None else None
        if one is None or not isinstance(number, Number):
            rows.append(None)
            continue
        used.append(number)
        rows.append(
            Estimated(f.court_name(code), float(one.value or 0), number.text, one.lower, one.upper)
        )
    results = list(found.values())
    unit = results[0].unit
    title = (
        _("{name}（天）").format(name=indicator.name) if unit is ResultUnit.DAYS else indicator.name
    )
    whole = _whole(f, indicator, results)
    return panels.Panel(title, _axis([row for row in rows if row], unit, whole), rows, whole)


def _whole(f: Facts, indicator: Indicator, courts: Sequence[ResultValue]) -> float | None:
    """Return the value of the city when it is of the same kind as those of the courts."""
    city = scores.indicator_result(f, indicator)
    if city is None or city.value is None or {one.kind for one in courts} != {city.kind}:
        return None
    return float(city.value)


def _axis(rows: Sequence[Estimated], unit: ResultUnit, whole: float | None) -> Axis:
    places = [row.value for row in rows] + [whole if whole is not None else rows[0].value]
    low = min([*places, *(row.lower for row in rows if row.lower is not None)])
    high = max([*places, *(row.upper for row in rows if row.upper is not None)])
    pad = (high - low) * 0.08 or max(abs(high) * 0.1, 1e-6)
    top = 1.0 if unit is ResultUnit.RATE else high + pad
    return Axis(max(0.0, low - pad), min(high + pad, top), lambda value: numbers.decimal(value, 1))
