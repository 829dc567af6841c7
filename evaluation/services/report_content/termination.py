"""Section 七: terminated rounds, and the line between difficulty and impossibility."""

from __future__ import annotations

from evaluation.analysis.results import ResultValue
from evaluation.language import _
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts
from reports import numbers
from reports.document import Block, Figure, Number, Paragraph, Reference, Section, Table
from reports.figures import shares
from reports.tables import body_row, number_column, text_column


def build(f: Facts) -> Section:
    """Write the section."""
    qualified = f.first(
        "indicator.A5.city", "review.terminated.qualified.city", label=_("终本合格率")
    )
    share = f.first("indicator.A8.city", label=_("终本率"))
    resumed = f.first("indicator.A9.city", label=_("恢复执行率"))
    blocks: list[Block] = [
        Paragraph.of(
            _(
                "终本案件占结案总数的{share}。据评查，终本合格率为{qualified}；终本后发现财产并恢复执行的比例为{resumed}。"
                "法院所作“无财产”的认定本身是评查对象，评查员依据案卷独立判断，与法院认定不一致的逐件列入统计。"
            ),
            {
                "share": f.with_interval(share),
                "qualified": f.with_interval(qualified),
                "resumed": f.with_interval(resumed),
            },
        )
    ]
    figure = _classes(f)
    if figure is not None:
        blocks += [
            Paragraph.of(
                _("按《行动方案》的界定，未能执行到位的案件分为执行难与执行不能（{figure}）。"),
                {"figure": Reference("classes")},
            ),
            figure,
        ]
    blocks += _disagreement(f)
    return Section(_("终本与“执行难／执行不能”专题"), tuple(blocks), id="termination")


def _classes(f: Facts) -> Figure | None:
    found = [r for r in f.under("review.class") if r.id.endswith(".city") and r.value is not None]
    if len(found) < 2:
        return None
    numbers_used = [n for n in (f.number(r) for r in found) if isinstance(n, Number)]
    closed = numbers.largest_remainder([float(r.value or 0) for r in found], 1)
    rows = []
    for facts, results in f.data.earlier:
        earlier = [results.get(r.id) for r in found]
        if all(r is not None and r.value is not None for r in earlier):
            values = numbers.largest_remainder([float(r.value or 0) for r in earlier if r], 1)
            rows.append(shares.Split(facts.name, tuple(float(v) for v in values)))
    rows.append(shares.Split(f.data.round.name, tuple(float(v) for v in closed)))
    caption = _("案件分类：执行到位、执行难与执行不能")
    names = [_short(r) for r in found]
    return Figure(
        id="classes",
        caption=caption,
        svg=shares.stacked(caption, names, rows),
        alternative="；".join(
            f"{name}{n.text}" for name, n in zip(names, numbers_used, strict=True)
        )
        + "。",
        source=_("资料来源：案卷评查。"),
        notes=((_("注：条内数字为百分比，按最大余数法取整，合计为百分之百。"),),),
        numbers=tuple(numbers_used),
    )


def _short(result: ResultValue) -> str:
    return result.label.split("（")[0].split("：")[-1].removesuffix(_("占比"))


def _disagreement(f: Facts) -> list[Block]:
    cells = f.under("review.label")
    found = {r.id: r for r in cells if r.id.endswith(".city") or r.id.count(".") == 3}
    rate = f.results.get("review.label.disagreement") or f.results.get(
        "review.label.disagreement.city"
    )
    blocks: list[Block] = []
    if rate is not None and rate.value is not None:
        blocks.append(
            Paragraph.of(
                _("评查认定与法院“有无财产”认定不一致的案卷占{rate}。"),
                {"rate": f.with_interval(rate)},
            )
        )
    table = _label_table(f, found)
    if table is not None:
        blocks.append(table)
    if not blocks:
        f.get("review.label.disagreement", _("法院认定与评查认定的交叉比较"))
        blocks.append(Paragraph.of(_("本期未取得法院认定与评查认定的交叉结果。")))
    return [Section(_("法院认定与评查认定"), tuple(blocks), id="labels")]


def _label_table(f: Facts, found: dict[str, ResultValue]) -> Table | None:
    names = {"property": _("有财产"), "no_property": _("无财产")}
    grid = [
        [found.get(f"review.label.{court}.{reviewer}") for reviewer in names] for court in names
    ]
    if any(cell is None for line in grid for cell in line):
        return None
    # counts of files of the whole city say nothing of a person: nothing is held back here
    rows = [
        body_row(
            _("法院认定：{name}").format(name=name),
            *(f.number(cell) if cell is not None else "—" for cell in line),
        )
        for name, line in zip(names.values(), grid, strict=True)
    ]
    return Table(
        id="label-table",
        caption=_("法院认定与评查认定交叉表"),
        columns=(
            text_column(_("认定"), 2),
            number_column(_("评查认定：有财产"), 1.4),
            number_column(_("评查认定：无财产"), 1.4),
        ),
        rows=tuple(rows),
        unit=_("单位：件"),
        source=_("资料来源：案件登记的法院认定与案卷评查。"),
        notes=(
            (plan_words(_("注：样本件数，未加权；法院未标记和评查员无法判断的案卷不在表内。")),),
        ),
    )
