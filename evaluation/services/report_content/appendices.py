"""Appendices A to I."""

from __future__ import annotations

import re
from itertools import groupby

from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.domain.indicator import Anchors
from evaluation.domain.report import DECISION_TITLES
from evaluation.language import _
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.facts import Facts
from evaluation.services.report_content.findings import written
from evaluation.services.report_content.methods import INSTRUMENTS
from reports.document import Appendix, Block, Fact, Paragraph, Part, Parts, Row, Section, Table
from reports.tables import HIDDEN, body_row, group_row, number_column, text_column


def build(f: Facts) -> tuple[Appendix, ...]:
    """Write the nine appendices in their fixed order."""
    return (
        Appendix(_("指标口径"), (_definitions(f),), id="app-definitions", is_landscape=True),
        Appendix(_("案卷评查清单与逐项结果"), _checklist(f), id="app-checklist"),
        Appendix(_("问卷方法披露与频数"), _surveys(f), id="app-surveys"),
        Appendix(_("抽样记录（去标识）"), _draw(f), id="app-draw"),
        Appendix(_("证据目录"), _evidence(f), id="app-evidence"),
        Appendix(_("回避与质量控制统计"), _integrity(f), id="app-integrity"),
        Appendix(_("法院回应"), _replies(f), id="app-replies"),
        Appendix(_("术语"), (_glossary(f),), id="app-glossary"),
        Appendix(_("变更与勘误记录"), _changes(f), id="app-changes"),
    )


def _definitions(f: Facts) -> Table:
    rows = []
    sources = {
        "seed": _("方案原文"),
        "seed_named": _("方案点名规定"),
        "inferred": _("由文义推出"),
        "found": _("公开材料"),
        "recalled": _("行业通行"),
        "proposed": _("框架建议，待确认"),
    }
    for group in (f.data.framework.indicators, f.data.framework.auxiliary):
        scored = group is f.data.framework.indicators
        rows.append(group_row(_("计分指标") if scored else _("参考指标（不计入总分）")))
        for item in group:
            importance = item.indicator_weight
            rows.append(
                body_row(
                    plan_words(f"{item.id}\u2002{item.name}"),
                    plan_words(field_words(f, item.numerator_text)),
                    plan_words(field_words(f, item.denominator_text)),
                    plan_words(f"{importance.normalize():f}" if importance is not None else "—"),
                    _anchors(item.scored.anchors or item.anchors) if scored else "—",
                    sources.get(str(item.formula_origin.origin), str(item.formula_origin.origin)),
                )
            )
    return Table(
        id="definitions-table",
        caption=_("指标口径表"),
        columns=(
            text_column(_("指标"), 2),
            text_column(_("分子"), 3),
            text_column(_("分母"), 3),
            number_column(_("权重"), 0.7),
            text_column(_("计分锚点"), 1.9),
            text_column(_("公式来源"), 1.3),
        ),
        rows=tuple(rows),
        source=_("资料来源：评估框架。锚点依次对应零分、七十分、八十分、九十分和一百分。"),
    )


def field_words(f: Facts, text: str) -> str:
    """Put the Chinese name of a statistical field where a formula has its code."""
    names = {field.code: field.name for field in f.data.framework.data_fields}
    return re.sub(r"[a-z][a-z_]+", lambda found: names.get(found[0], found[0]), text)


def _anchors(anchors: Anchors | None) -> Part:
    if anchors is None:
        return "—"
    return plan_words("／".join(f"{value.normalize():f}" for value, _points in anchors.pairs))


def _checklist(f: Facts) -> tuple[Block, ...]:
    rows = []
    for part in f.data.framework.procedural_parts:
        items = [r for r in f.results.under("review.item") if _is_of_part(r.id, part.number)]
        if not items:
            continue
        rows.append(group_row(plan_words(f"{part.number}. {part.name}")))
        for item in items:
            is_shown = item.value is not None and item.status != "suppressed"
            rows.append(
                body_row(
                    plan_words(item.id.split(".")[2]),
                    plan_words(item.label.split("（")[0]),
                    f.number(item, "n_sampled") if item.n_sampled is not None else "—",
                    f.number(item) if is_shown else _no_rate(item),
                    f.interval_cell(item) if is_shown else "—",
                )
            )
    if not rows:
        return (Paragraph.of(_("本期未取得逐项评查结果。")),)
    table = Table(
        id="checklist-table",
        caption=_("逐项评查结果（全市推断）"),
        columns=(
            text_column(_("编号"), 0.9),
            text_column(_("评查项目"), 4.6),
            number_column(_("适用案卷"), 0.9),
            number_column(_("符合率"), 0.9),
            number_column(_("区间"), 1.4),
        ),
        rows=tuple(rows),
        source=_("资料来源：案卷评查。"),
        notes=(
            (
                _(
                    "注：答案分符合、不符合、不适用、案卷未见、未能核验五种；＊为适用案卷过少，不公布；"
                    "“不能判定”为未能核验的比例过高；“—”为没有适用案卷或无法计算。"
                ),
            ),
        ),
    )
    return (table,)


def _no_rate(item: ResultValue) -> str:
    """Say why an item has no rate: withheld, undecidable, or without a file it applies to."""
    if item.status == "suppressed":
        return HIDDEN
    is_open = item.status == "undecidable" or item.note.startswith(_("未能核验"))
    return _("不能判定") if is_open else "—"


def _is_of_part(result_id: str, number: int) -> bool:
    pieces = result_id.split(".")
    return (
        len(pieces) == 4
        and pieces[3] == "city"
        and pieces[2].removeprefix("P").split("-")[0] == str(number)
    )


def _surveys(f: Facts) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for code, name in INSTRUMENTS.items():
        responses = f.results.get(f"survey.{code}.responses")
        if responses is None:
            continue
        blocks.append(Section(name, _one_survey(f, code), id=f"app-{code}", is_numbered=True))
    if not blocks:
        return (Paragraph.of(_("本期未开展问卷调查或未取得结果。")),)
    return tuple(blocks)


def _one_survey(f: Facts, code: str) -> tuple[Block, ...]:
    responses = f.results[f"survey.{code}.responses"]
    index = f.results.get(f"survey.{code}.index")
    is_probability = index is not None and index.standard_error is not None
    rows: list[tuple[str, Part | Parts]] = [
        (_("组织者"), plan_words(f.data.edition.organisation)),
        (
            _("总体与抽样"),
            _("概率样本：由登记名单随机抽取")
            if is_probability
            else _("非概率样本：开放链接或配额，不能推断全体"),
        ),
        (_("方式"), _("网络问卷，另备纸质问卷")),
        (_("调查期间"), plan_words(_period(f))),
        (_("有效答卷"), f.number(responses)),
    ]
    rate = f.results.get(f"survey.{code}.response_rate_1")
    if rate is not None and rate.value is not None:
        rows.append((_("回收率（最低口径）"), f.number(rate)))
    rows.append(
        (_("精度"), f.with_interval(index) if is_probability else _("非概率样本，不报告误差范围"))
    )
    if index is not None:
        rows.append((_("样本与加权"), plan_words(index.method)))
    blocks: list[Block] = [Fact(tuple(rows))]
    items = [
        r
        for r in f.results.under(f"survey.{code}.item")
        if r.unit is ResultUnit.RATE and r.id.count(".") == 4
    ]
    if items:
        blocks.append(_frequencies(f, code, items))
    return tuple(blocks)


def _withheld(answers: list[ResultValue]) -> set[str]:
    """Return the answers to hide: small ones, and one more where a single one could be inferred."""
    hidden = {a.id for a in answers if a.status == "suppressed" or a.value is None}
    shown = [a for a in answers if a.id not in hidden]
    if len(hidden) == 1 and shown:
        hidden.add(min(shown, key=lambda a: (not a.numerator, a.numerator or 0)).id)
    return hidden


def _frequencies(f: Facts, code: str, items: list[ResultValue]) -> Table:
    rows: list[Row] = []
    for question, group in groupby(items, key=lambda item: item.id.rsplit(".", 2)[1]):
        answers = list(group)
        withheld = _withheld(answers)
        rows.append(group_row(plan_words(f"{question}\u2002{answers[0].label.partition('：')[0]}")))
        rows += [
            body_row(
                plan_words(_answer_of(item)),
                f.number(item, "numerator") if item.numerator is not None else "—",
                f.number(item),
            )
            for item in answers
            if item.id not in withheld
        ]
        small = "、".join(_answer_of(item) for item in answers if item.id in withheld)
        if small:
            rows.append(body_row(plan_words(small), "—", HIDDEN))
    return Table(
        id=f"frequencies-{code}",
        caption=_("{name}问卷频数").format(name=INSTRUMENTS[code]),
        columns=(
            text_column(_("题目与选项"), 5),
            number_column(_("人数")),
            number_column(_("比例")),
        ),
        rows=tuple(rows),
        source=_("资料来源：问卷调查。"),
        notes=((_("注：＊为小单元或为防止倒推而不公布，各题不公布的选项列在一行。"),),),
    )


def _answer_of(item: ResultValue) -> str:
    head, _colon, answer = item.label.partition("：")
    return answer or head


def _period(f: Facts) -> str:
    start, end = f.data.round.period_from, f.data.round.period_to
    return _("{year}年{month}月至{last_year}年{last_month}月").format(
        year=start.year, month=start.month, last_year=end.year, last_month=end.month
    )


def _draw(f: Facts) -> tuple[Block, ...]:
    texts = [r for r in f.results.under("draw") if r.text]
    counts = [
        r
        for r in f.results.under("draw")
        if r.value is not None and not r.id.startswith("draw.stratum")
    ]
    rows: list[tuple[str, Part | Parts]] = [(r.label or r.id, plan_words(r.text)) for r in texts]
    rows += [(r.label or r.id, f.number(r)) for r in counts]
    if not rows:
        return (Paragraph.of(_("本期未取得抽样记录。")),)
    return (
        Paragraph.of(
            _(
                "下列信息足以让任何人用公开脚本重做抽样。案卷以样本编号表示，编号与案号的对应关系封存，"
                "法院核对期满后销毁。"
            )
        ),
        Fact(tuple(rows)),
    )


def _evidence(f: Facts) -> tuple[Block, ...]:
    rows = []
    for group in f.data.framework.evidence.groups:
        rows.append(group_row(plan_words(group.name)))
        for item in group.items:
            result = f.results.get(f"evidence.item.{item.id}") or f.results.get(
                f"evidence.{item.id}"
            )
            is_there = result is not None and (result.value is not None or result.text)
            rows.append(
                body_row(
                    plan_words(item.id),
                    plan_words(item.name),
                    f.number(result) if is_there else _("未评"),
                )
            )
    table = Table(
        id="evidence-list",
        caption=_("证据项目录与评分"),
        columns=(
            text_column(_("编号"), 1),
            text_column(_("证据项"), 5.4),
            number_column(_("评分"), 0.8),
        ),
        rows=tuple(rows),
        source=_("资料来源：证据登记。"),
    )
    return (table,)


def _limits(f: Facts, result: ResultValue) -> Part:
    is_estimate = result.kind is ResultKind.ESTIMATE and result.value is not None
    return _("无法估计") if is_estimate and result.lower is None else f.interval_cell(result)


def _integrity(f: Facts) -> tuple[Block, ...]:
    results = [*f.under("recusal"), *f.under("review.recusal"), *f.under("review.agreement")]
    results += f.under("review.grade_agreement")
    if not results:
        return (Paragraph.of(_("本期未取得回避与一致性统计。")),)
    rows = [body_row(plan_words(r.label or r.id), f.number(r), _limits(f, r)) for r in results]
    table = Table(
        id="integrity-table",
        caption=_("回避与质量控制统计"),
        columns=(
            text_column(_("项目"), 4),
            number_column(_("数值")),
            number_column(_("区间"), 1.4),
        ),
        rows=tuple(rows),
        source=_("资料来源：回避登记、双人评查记录。"),
    )
    return (table,)


def _replies(f: Facts) -> tuple[Block, ...]:
    if not f.data.replies:
        return (Paragraph.of(_("送交核对的事实部分未收到法院异议，或核对尚未开始。")),)
    blocks: list[Block] = [
        Paragraph.of(_("法院对送交核对事实的异议原文照录，评估团逐项研究并说明理由。"))
    ]
    rows = [
        body_row(
            plan_words(reply.court_name),
            plan_words(reply.subject),
            plan_words(reply.objection),
            _(DECISION_TITLES[reply.decision]),
            written(reply.reason),
        )
        for reply in f.data.replies
    ]
    blocks.append(
        Table(
            id="reply-table",
            caption=_("法院异议与处理"),
            columns=(
                text_column(_("法院"), 1.5),
                text_column(_("事项"), 1.5),
                text_column(_("异议原文"), 3),
                text_column(_("处理"), 0.9),
                text_column(_("理由"), 2.4),
            ),
            rows=tuple(rows),
            source=_("资料来源：法院核对意见。"),
        )
    )
    return tuple(blocks)


def _glossary(f: Facts) -> Fact:
    rows: list[tuple[str, Part | Parts]] = [
        (
            definition.name,
            plan_words(f"{definition.quote or '；'.join(definition.conditions_all)}。"),
        )
        for definition in f.data.framework.definitions
    ]
    rows += [
        (_("终本"), _("终结本次执行程序的简称。")),
        (
            _("置信区间"),
            _(
                "由随机样本推断全体时的误差范围：同样的抽样反复进行，按此方法得到的区间大多数会包含真值。"
            ),
        ),
        (_("显著"), _("两期之差大于抽样误差所能解释的范围；未达显著的差异不能说是提高或下降。")),
        (_("百分点"), _("两个百分比相减的单位，与“百分之”不同。")),
        (_("试算"), _("权重未经确认时的计算结果，只供参考，不构成等次结论。")),
        (_("一致性系数"), _("扣除偶然一致后，两名评查员判断相同的程度，越接近一越一致。")),
    ]
    return Fact(tuple(rows))


def _changes(f: Facts) -> tuple[Block, ...]:
    if not f.data.corrections:
        return (
            Paragraph.of(
                _(
                    "本版发布时没有勘误。发布后的更正只以勘误形式另行公布，并载明日期，原版不予替换。"
                )
            ),
        )
    return tuple(Paragraph((plan_words(text),)) for text in f.data.corrections)
