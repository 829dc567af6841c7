"""Section 八: how the measures of the plan were carried out, from documents."""

from __future__ import annotations

from evaluation.analysis.results import ResultUnit, ResultValue
from evaluation.language import _
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts
from reports.document import Block, Figure, Number, Paragraph, Reference, Section, Table
from reports.figures import grids
from reports.tables import body_row, group_row, number_column, text_column


def build(f: Facts) -> Section:
    """Write the section."""
    rate = f.first(
        "indicator.A13.city",
        "evidence.completion",
        "evidence.implemented.city",
        label=_("措施落实率"),
    )
    blocks: list[Block] = [
        Paragraph.of(
            _(
                "据文献分析，{n}项适用证据项中，已证实落实的占{rate}。证据来源分A、B、C三级，只有C级来源的不得评为已落实。"
            ),
            {
                "n": f.number(rate, "denominator")
                if rate is not None and rate.denominator is not None
                else _("各"),
                "rate": f.with_interval(rate),
            },
        )
    ]
    figure = _heat(f)
    if figure is not None:
        blocks += [
            Paragraph.of(
                _("各类措施的落实程度见{figure}。"), {"figure": Reference("measure-heat")}
            ),
            figure,
        ]
    table = _table(f)
    if table is not None:
        blocks.append(table)
    return Section(_("具体措施落实评估"), tuple(blocks), id="measures")


def _result_of(f: Facts, code: str) -> ResultValue | None:
    for key in (f"evidence.group.{code}.mean", f"evidence.group.{code}", f"evidence.{code}.mean"):
        result = f.results.get(key)
        if result is not None and result.value is not None:
            return result
    return None


def _strength(result: ResultValue) -> float:
    value = float(result.value or 0)
    if result.unit is ResultUnit.RATE:
        return value
    return value / (3 if value <= 3 and result.unit is not ResultUnit.INDEX else 100)


def _heat(f: Facts) -> Figure | None:
    rows, used, words = [], [], []
    earlier = [(facts, results) for facts, results in f.data.earlier]
    columns = [facts.name for facts, _r in earlier] + [f.data.round.name]
    for group in f.data.framework.evidence.groups:
        result = _result_of(f, group.code)
        number = f.number(result)
        if result is None or not isinstance(number, Number):
            continue
        cells = []
        for _facts, results in earlier:
            before = results.get(result.id)
            is_there = before is not None and before.value is not None
            cells.append(
                grids.Cell(_strength(before), f"{_plain(before)}")
                if is_there and before
                else grids.Cell(None, "—")
            )
        cells.append(grids.Cell(_strength(result), number.text))
        used.append(number)
        words.append(f"{group.name}{number.text}")
        rows.append((group.name, cells))
    if not rows:
        f.get("evidence.group", _("分组证据评分"))
        return None
    caption = _("措施落实评分热力图")
    return Figure(
        id="measure-heat",
        caption=caption,
        svg=grids.heat_map(caption, columns, rows, row_height=21),
        alternative="；".join(words) + "。",
        source=_("资料来源：证据项评分。"),
        notes=((_("注：数值为该组证据项的平均评分或落实率，颜色越深落实越充分。"),),),
        numbers=tuple(used),
    )


def _plain(result: ResultValue) -> str:
    from_text = result.value or 0.0
    return f"{from_text:.1%}" if result.unit is ResultUnit.RATE else f"{from_text:.2f}"


def _table(f: Facts) -> Table | None:
    rows = []
    for group in f.data.framework.evidence.groups:
        stem = f"evidence.group.{group.code}"
        implemented = f.results.get(f"{stem}.implemented")
        applicable = f.results.get(f"{stem}.applicable")
        missing = f.results.get(f"{stem}.no_evidence") or f.results.get(f"{stem}.unrated")
        if implemented is None and applicable is None:
            continue
        rows.append(
            body_row(
                plan_words(group.name),
                f.number(applicable) if applicable is not None else "—",
                f.number(implemented) if implemented is not None else "—",
                f.number(missing) if missing is not None and missing.value is not None else "—",
            )
        )
    if not rows:
        return None
    return Table(
        id="evidence-table",
        caption=_("证据清单汇总"),
        columns=(
            text_column(_("措施组"), 4),
            number_column(_("适用证据项"), 1.2),
            number_column(_("已证实"), 1),
            number_column(_("未见证据"), 1),
        ),
        rows=(group_row(_("按《行动方案》章节")), *rows),
        unit=_("单位：项"),
        source=_("资料来源：证据登记与双人评分。"),
    )
