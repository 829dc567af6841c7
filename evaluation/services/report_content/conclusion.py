"""Section 四: the overall conclusion; how far it goes depends on the round."""

from __future__ import annotations

from evaluation.analysis.results import ResultValue
from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.report import NarrativeKind
from evaluation.language import _
from evaluation.services.report_content import scores, verdicts
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts
from reports import numbers
from reports.document import (
    Block,
    Figure,
    Finding,
    Findings,
    Number,
    Paragraph,
    ParagraphStyle,
    Part,
    Reference,
    Section,
    Table,
)
from reports.figures import grids, intervals
from reports.tables import body_row, centred_column, group_row, number_column, text_column


def build(f: Facts) -> Section:
    """Write the section."""
    blocks: list[Block] = [Paragraph.of(opening(f), style=ParagraphStyle.LEAD)]
    written = f.narrative(NarrativeKind.CONCLUSION)
    if written:
        blocks.append(Findings(tuple(Finding(f.bind(e.title), f.bind(e.body)) for e in written)))
    blocks.append(Section(_("实体指标得分"), _score_blocks(f), id="score"))
    blocks.append(Section(_("里程碑对照"), _milestones(f), id="milestones"))
    blocks.append(Section(_("五项目标的证据与判断"), verdicts.blocks(f), id="objectives"))
    return Section(_("总体结论"), tuple(blocks), id="conclusion")


def opening(f: Facts) -> str:
    """Say what kind of conclusion this round may draw."""
    return {
        RoundKind.INITIAL: _(
            "本期为初期评估，只确立基期、检验数据，不对“基本解决执行难”是否实现作出判断。"
        ),
        RoundKind.MIDTERM: _(
            "本期为中期评估，判断工作进度，指出漏洞，不对目标是否最终实现作出判断。"
        ),
        RoundKind.FINAL: _("本期为终期评估，对照五项目标逐项作出判断，并说明每项判断的证据等级。"),
    }[f.kind]


def _score_blocks(f: Facts) -> tuple[Block, ...]:
    total = scores.total_score(f)
    blocks: list[Block] = []
    if f.is_trial:
        blocks.append(
            Paragraph.of(
                _(
                    "《行动方案》所附实体指标的权重和计算方式未取得，本报告以试算权重计算，全市总分试算为{total}分。"
                    "权重未经附件或评估团决定确认之前，不作等次结论。"
                ),
                {"total": f.number(total)},
                ParagraphStyle.CALLOUT,
            )
        )
    else:
        blocks.append(
            Paragraph.of(
                _("全市实体指标总分为{total}分，等次为{grade}（{policy}）。"),
                {
                    "total": f.number(total),
                    "grade": f.number(scores.grade(f)),
                    "policy": plan_words(_policy_name(f)),
                },
            )
        )
    probabilities = f.under("score.grade_probability.city") or f.under("grade.probability")
    if probabilities:
        blocks.append(_grade_probability(f, probabilities))
    pieces = _pieces(f)
    if pieces and total is not None and total.value is not None:
        blocks.append(_build_up(f, pieces, float(total.value)))
    return tuple(blocks)


def _policy_name(f: Facts) -> str:
    chosen = f.data.round.settings.boundary_policy
    for policy in f.data.framework.grading.policies:
        if policy.code == chosen:
            return policy.name
    return chosen


def _grade_probability(f: Facts, probabilities: list[ResultValue]) -> Paragraph:
    listed: list[Part] = []
    order = [band.code for band in f.data.framework.grading.bands]
    known = [r for r in probabilities if r.id.rsplit(".", 1)[1] in order]
    for result in sorted(known, key=lambda r: order.index(r.id.rsplit(".", 1)[1])):
        name = result.label.rsplit("：", 1)[-1]
        listed += ["、" if listed else "", plan_words(name), f.number(result, "value.2")]
    prefix = _("按抽样误差反复模拟，") + (_("试算") if f.is_trial else "")
    return Paragraph((prefix, _("总分落入各档的机会为："), *listed, "。"))


def _pieces(f: Facts) -> list[tuple[str, float, float, Number]]:
    pieces = []
    for indicator in f.data.framework.indicators:
        result = scores.indicator_score(f, indicator)
        possible = float(indicator.indicator_weight or 0)
        if result is None or result.value is None or possible <= 0:
            continue
        number = f.number(result)
        if isinstance(number, Number):
            pieces.append((indicator.name, float(result.value) * possible / 100, possible, number))
    return pieces


def _build_up(f: Facts, pieces: list[tuple[str, float, float, Number]], total: float) -> Figure:
    drawn = [
        grids.Piece(name, gained, possible, _("{points}分").format(points=number.text))
        for name, gained, possible, number in pieces
    ]
    words = "；".join(
        _("{name}{points}分").format(name=name, points=number.text)
        for name, _gained, _possible, number in pieces
    )
    mark = _("（试算）") if f.is_trial else ""
    caption = _("九项指标对总分的贡献") + mark
    return Figure(
        id="build-up",
        caption=caption,
        svg=grids.build_up(caption, drawn, (_("总分"), total)),
        alternative=_("各项单项得分为：{words}；总分{total}分。").format(
            words=words, total=numbers.decimal(total, 2)
        ),
        source=_("资料来源：法院统计数据经核验后计分。"),
        notes=(
            (
                _(
                    "注：条形长度为该项对总分的贡献（单项得分乘以权重），浅色为失分；右侧为单项得分，满分为百分制。"
                ),
            ),
        ),
        numbers=tuple(number for _n, _g, _p, number in pieces),
    )


def _milestones(f: Facts) -> tuple[Block, ...]:
    shown = [m for m in f.data.framework.milestones if _is_due(f, m.round)]
    rows = []
    for milestone in shown:
        rows.append(group_row(plan_words(month_words(milestone.due))))
        for line in scores.milestone_lines(f, milestone):
            is_current = milestone.round == str(f.kind)
            result = line.result if is_current else _result_of_round(f, milestone.round, line)
            rows.append(
                body_row(
                    line.name,
                    plan_words(_("{rate}以上").format(rate=f"{line.target:.0%}")),
                    _number_of_round(f, milestone.round, result),
                    f.interval_cell(result) if is_current else "—",
                    scores.milestone_state(
                        scores.MilestoneLine(
                            line.milestone,
                            line.name,
                            line.target,
                            result,
                            line.verdict if is_current else None,
                        )
                    ),
                )
            )
    current = f.data.framework.milestone_of(str(f.kind))
    blocks: list[Block] = [_milestone_sentence(f)]
    blocks.append(
        Table(
            id="milestone-table",
            caption=_("里程碑对照表"),
            columns=(
                text_column(_("项目"), 2.6),
                centred_column(_("方案要求"), 1.1),
                number_column(_("实际值")),
                number_column(_("区间"), 1.4),
                centred_column(_("判断"), 1.3),
            ),
            rows=tuple(rows),
            source=_("资料来源：法院统计数据；“以上”含本数。"),
            notes=(
                (_("注：区间为经案卷样本校正或推断时的置信区间；法院自报的精确统计数无区间。"),),
            ),
        )
    )
    if current is not None and current.also:
        words = "；".join(current.also)
        blocks.append(
            Paragraph.of(
                _("同一时点另有要求：{also}。落实情况见{section}。"),
                {"also": plan_words(words), "section": Reference("measures")},
            )
        )
    vetoes = [r for r in f.under("veto") if r.text]
    if vetoes:
        blocks += _vetoes(f, vetoes)
    return tuple(blocks)


def _vetoes(f: Facts, results: list[ResultValue]) -> list[Block]:
    rows = []
    for result in results:
        minimum = float(result.extra.get("minimum", 0))
        value = f.results.get(
            f"indicator.{result.id.split('.')[1]}.city.corrected"
        ) or f.results.get(f"indicator.{result.id.split('.')[1]}.city")
        rows.append(
            body_row(
                plan_words(result.label),
                plan_words(_("{rate}以上").format(rate=f"{minimum:.0%}")),
                f.with_interval(value if value is not None and value.value is not None else None),
                f.number(result),
                plan_words(result.note or "—"),
            )
        )
    return [
        Paragraph.of(
            _(
                "全国法院同期评估另设若干底线指标，本报告一并对照（{table}），是否作为否决项由评估团决定。"
            ),
            {"table": Reference("vetoes")},
        ),
        Table(
            id="vetoes",
            caption=_("底线指标对照"),
            columns=(
                text_column(_("指标"), 2.2),
                centred_column(_("底线"), 0.9),
                number_column(_("实际值及区间"), 2.4),
                centred_column(_("判断"), 1.2),
                text_column(_("说明"), 1.8),
            ),
            rows=tuple(rows),
            source=_("资料来源：评估框架与本期结果。"),
        ),
    ]


def month_words(due: str) -> str:
    """Write ``2016-12`` as a month."""
    year, month = due.split("-")[:2]
    return _("{year}年{month}月").format(year=year, month=int(month))


def _is_due(f: Facts, round_kind: str) -> bool:
    order = [str(kind) for kind in RoundKind]
    return round_kind in order and order.index(round_kind) <= order.index(str(f.kind))


def _result_of_round(f: Facts, kind: str, line: scores.MilestoneLine) -> ResultValue | None:
    for facts, results in f.data.earlier:
        if str(facts.kind) != kind:
            continue
        stem = f"milestone.{line.milestone.id}"
        for key in ("completion", "recovery", "A1", "A2"):
            found = results.get(f"{stem}.{key}")
            same = key in {"completion", "A1"}
            is_completion = line.name.startswith(_("执行完毕"))
            if found is not None and found.value is not None and same == is_completion:
                return found
        return results.get(
            "indicator.A1.city" if line.name.startswith(_("执行完毕")) else "indicator.A2.city"
        )
    return None


def _number_of_round(f: Facts, kind: str, result: ResultValue | None) -> Part:
    number = f.number(result)
    if isinstance(number, Number) and kind != str(f.kind):
        code = next(facts.code for facts, _r in f.data.earlier if str(facts.kind) == kind)
        return Number(number.text, f"{code}/{number.result_id}", number.part)
    return number if isinstance(number, Number) else "—"


def _milestone_sentence(f: Facts) -> Paragraph:
    current = f.data.framework.milestone_of(str(f.kind))
    if current is None:
        return Paragraph.of(_("本期没有对应的里程碑。"))
    pieces: list[Part] = []
    for line in scores.milestone_lines(f, current):
        state = scores.milestone_state(line)
        target = plan_words(f"{line.target:.0%}")
        if pieces:
            pieces.append("；")
        pieces += [
            line.name,
            _("为"),
            *f.with_interval(line.result),
            _("，对照"),
            target,
            _("以上的要求，"),
            state,
        ]
    return Paragraph((*pieces, _("（"), Reference("milestone-table"), _("）。")))


def score_bars(f: Facts) -> Figure | None:
    """Draw the points of the nine indicators as bars."""
    rows, used = [], []
    for indicator in f.data.framework.indicators:
        result = scores.indicator_score(f, indicator)
        number = f.number(result)
        if result is None or result.value is None or not isinstance(number, Number):
            continue
        used.append(number)
        rows.append(
            intervals.Estimated(
                indicator.name,
                float(result.value),
                number.text,
                result.lower,
                result.upper,
                ""
                if result.lower is None or result.upper is None
                else numbers.interval(
                    numbers.decimal(result.lower, 1), numbers.decimal(result.upper, 1)
                ),
            )
        )
    if not rows:
        return None
    caption = _("九项实体指标得分") + (_("（试算）") if f.is_trial else "")
    return Figure(
        id="score-bars",
        caption=caption,
        svg=intervals.bars(
            caption, rows, intervals.Axis(0, 100, lambda v: f"{v:.0f}", _("得分（百分制）"))
        ),
        alternative="；".join(
            _("{name}{points}分").format(name=row.label, points=row.written) for row in rows
        )
        + "。",
        source=_("资料来源：法院统计数据经核验后计分。"),
        numbers=tuple(used),
    )
