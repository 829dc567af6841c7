"""Section 五: the nine indicators of substance, one by one."""

from __future__ import annotations

from evaluation.analysis.results import ResultUnit, ResultValue
from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.indicator import Indicator, IndicatorGroup
from evaluation.language import _
from evaluation.services.report_content import by_court, conclusion, figure_text, scores
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts, join
from reports.document import (
    Block,
    Figure,
    MethodNote,
    Number,
    Paragraph,
    Part,
    Parts,
    Reference,
    Row,
    Section,
    Table,
)
from reports.figures import changes
from reports.tables import body_row, group_row, number_column, text_column, without_column

GROUPS: dict[IndicatorGroup, str] = {
    IndicatorGroup.FAIRNESS: _("公正指标"),
    IndicatorGroup.EFFICIENCY: _("效率指标"),
    IndicatorGroup.EFFECT: _("效果指标"),
}


def build(f: Facts) -> Section:
    """Write the section."""
    blocks: list[Block] = [
        Paragraph.of(
            _(
                "实体指标由公正、效率、效果三类九项组成，分子、分母与得分见{table}。比率一律同时列出分子和分母，"
                "变化按未舍入的数值计算。{trend}"
            ),
            {"table": Reference("indicator-table"), "trend": _trend_words(f)},
        ),
        _table(f) if f.previous else without_column(_table(f), 5),
    ]
    bars = conclusion.score_bars(f)
    if bars is not None:
        blocks.append(bars)
    slope = _slopes(f)
    if slope is not None:
        blocks.append(slope)
    for group, name in GROUPS.items():
        members = [i for i in f.data.framework.indicators if i.group is group]
        inner: list[Block] = []
        for indicator in members:
            inner += _one(f, indicator)
        inner += by_court.build(f, group, name, members)
        blocks.append(Section(name, tuple(inner), id=f"group-{group}"))
    blocks.append(Section(_("自报、复算与核验"), _three_ways(f), id="three-ways"))
    return Section(_("实体指标评估"), tuple(blocks), id="indicators")


def _trend_words(f: Facts) -> str:
    return {
        RoundKind.INITIAL: _("本期数值作为以后各期的基期。"),
        RoundKind.MIDTERM: _("本期与初期比较。"),
        RoundKind.FINAL: _("本期与以往各期比较，反映全过程的变化。"),
    }[f.kind]


def _table(f: Facts) -> Table:
    rows: list[Row] = []
    for group, name in GROUPS.items():
        rows.append(group_row(name))
        for indicator in f.data.framework.indicators:
            if indicator.group is not group:
                continue
            result = scores.indicator_result(f, indicator)
            score = scores.indicator_score(f, indicator)
            rows.append(
                body_row(
                    plan_words(f"{indicator.id}\u2002{indicator.name}"),
                    f.number(result, "numerator") if _has(result, "numerator") else "—",
                    f.number(result, "denominator") if _has(result, "denominator") else "—",
                    f.measured(result) if result is not None else "—",
                    f.interval_cell(result),
                    _change_cell(f, result),
                    f.number(score) if score is not None else "—",
                )
            )
    score_title = _("得分（试算）") if f.is_trial else _("得分")
    return Table(
        id="indicator-table",
        caption=_("九项实体指标：分子、分母、数值与得分（全市）"),
        columns=(
            text_column(_("指标"), 2.3),
            number_column(_("分子"), 1.2),
            number_column(_("分母"), 1.2),
            number_column(_("数值"), 1.0),
            number_column(_("区间"), 1.6),
            number_column(_("较上期"), 0.9),
            number_column(score_title, 1.1),
        ),
        rows=tuple(rows),
        source=_("资料来源：法院统计数据、案件登记复算与案卷评查。"),
        notes=(
            (
                _(
                    "注：比率“较上期”以百分点计；“—”表示该项没有或本期未取得；平均执行周期的分子为执行天数合计。"
                ),
            ),
        ),
    )


def _has(result: ResultValue | None, name: str) -> bool:
    return result is not None and getattr(result, name) is not None


def _change_cell(f: Facts, result: ResultValue | None) -> Part | Parts:
    if result is None or f.previous is None or result.value is None:
        return "—"
    facts, results = f.previous
    before = results.get(result.id)
    if before is None or before.value is None or not f.is_comparable(result.id):
        return "—"
    reference = f"{f.data.round.code}/{result.id}~{facts.code}/{before.id}"
    text = figure_text.difference_of(result, before, signed=True)
    return Number(text, reference, "signed_difference")


def _slopes(f: Facts) -> Figure | None:
    if not f.data.earlier:
        return None
    rounds = [(facts, results) for facts, results in f.data.earlier] + [(f.data.round, f.results)]
    rows, used, words = [], [], []
    for indicator in f.data.framework.indicators:
        key = f"indicator.{indicator.id}.city"
        chain = [results.get(key) for _facts, results in rounds]
        if any(r is None or r.value is None or r.unit is not ResultUnit.RATE for r in chain):
            continue
        values = [r for r in chain if r is not None]
        if len({r.kind for r in values}) > 1:
            continue  # a court's own figure in one round, the reviewed sample in another
        if max(r.value or 0 for r in values) < 0.3:
            continue
        texts = tuple(figure_text.figure_of(r) for r in values)
        change = f.change(values[-1])
        direction = 0
        if change is not None and change.is_significant is not False:
            direction = 1 if f.is_better(indicator.id, change.difference) else -1
        rows.append(
            changes.Slope(
                indicator.name, tuple(float(r.value or 0) for r in values), texts, direction
            )
        )
        used += [
            Number(text, f"{facts.code}/{key}")
            for text, (facts, _results) in zip(texts, rounds, strict=True)
        ]
        words.append(f"{indicator.name}：" + "，".join(texts))
    if not rows:
        return None
    caption = _("各期比率类指标的变化（全市）")
    return Figure(
        id="slopes",
        caption=caption,
        svg=changes.slopes(caption, [facts.name for facts, _results in rounds], rows),
        alternative="；".join(words) + "。",
        source=_("资料来源：各期封存结果。"),
        notes=((_("注：蓝色为向好、红色为变差，灰色为无显著变化；数值过小的比率不绘入。"),),),
        numbers=tuple(used),
    )


def _one(f: Facts, indicator: Indicator) -> list[Block]:
    result = scores.indicator_result(f, indicator)
    score = scores.indicator_score(f, indicator)
    blocks: list[Block] = []
    if result is None:
        blocks.append(
            Paragraph.of(
                _("{name}：本期未取得可用数据，不作评价，并列入局限。"),
                {"name": plan_words(indicator.name)},
            )
        )
        return blocks
    sentence: Parts = (
        plan_words(indicator.name),
        _("为"),
        *f.measured(result),
        *_ground_words(f, result),
        *_change_words(f, result),
    )
    if score is not None:
        trial = _("试算") if f.is_trial else _("计")
        sentence = (*sentence, _("，{trial}").format(trial=trial), f.number(score), _("分"))
    blocks.append(Paragraph((*sentence, "。")))
    blocks.append(
        MethodNote(
            _("口径"),
            (
                plan_words(
                    _("{plain}。{top}除以{bottom}。").format(
                        plain=indicator.plain,
                        top=indicator.numerator_text,
                        bottom=indicator.denominator_text,
                    )
                ),
                plan_words(f"{indicator.pitfalls}。" if indicator.pitfalls else ""),
            ),
        )
    )
    return blocks


def _ground_words(f: Facts, result: ResultValue) -> Parts:
    """Say in brackets what a rate is made of and how far it may err."""
    pieces: list[Parts] = []
    is_rate = result.unit is not ResultUnit.DAYS
    if result.numerator is not None and result.denominator is not None and is_rate:
        top, bottom = f.number(result, "numerator"), f.number(result, "denominator")
        pieces.append((_("分子"), top, _("，分母"), bottom))
    if result.lower is not None and result.upper is not None:
        pieces.append((f.number(result, "confidence_words"), f.number(result, "interval")))
    return ("（", *join(pieces, "；"), "）") if pieces else ()


def _change_words(f: Facts, result: ResultValue) -> Parts:
    change = f.change(result)
    if change is None or f.previous is None:
        return ()
    unit = _("天") if result.unit is ResultUnit.DAYS else ""
    name = plan_words(f.previous[0].name)
    return (_("，较"), name, *change.parts, unit if len(change.parts) > 1 else "")


def _three_ways(f: Facts) -> tuple[Block, ...]:
    rows = []
    for indicator in (*f.data.framework.indicators, *f.data.framework.auxiliary):
        stem = f"indicator.{indicator.id}.city"
        ways = [f.results.get(f"{stem}.{way}") for way in ("reported", "recomputed", "corrected")]
        if sum(way is not None and way.value is not None for way in ways) < 2:
            continue
        rows.append(
            body_row(
                plan_words(f"{indicator.id}\u2002{indicator.name}"),
                *(
                    f.number(way) if way is not None and way.value is not None else "—"
                    for way in ways
                ),
                f.interval_cell(ways[2]),
            )
        )
    if not rows:
        f.missing.setdefault("indicator.corrected", _("自报值的复算与核验") + "\t")
        return (
            Paragraph.of(
                _(
                    "本期未取得可与法院自报数并列的复算值或样本核验值，自报数未经独立核验，使用时应当注意。"
                )
            ),
        )
    return (
        Paragraph.of(
            _(
                "同一指标并列三个数：法院自报值、按案件登记逐案复算值、经随机样本核验校正值（{table}）。"
                "三者不一致的，以校正值及其区间为准，差异本身列为数据质量问题。"
            ),
            {"table": Reference("ways")},
        ),
        Table(
            id="ways",
            caption=_("自报值、复算值与核验校正值"),
            columns=(
                text_column(_("指标"), 2.4),
                number_column(_("自报值")),
                number_column(_("复算值")),
                number_column(_("校正值")),
                number_column(_("校正值区间"), 1.5),
            ),
            rows=tuple(rows),
            source=_("资料来源：法院统计报表、案件登记、案卷评查样本。"),
        ),
    )
