"""The five objectives: how strong the evidence is, and what the panel decided."""

from __future__ import annotations

from evaluation.analysis.results import ResultUnit, ResultValue
from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.framework import Objective
from evaluation.language import _
from evaluation.services.report_content import scores
from evaluation.services.report_content.background import plan_words
from evaluation.services.report_content.design import METHOD_NAMES
from evaluation.services.report_content.facts import Facts
from reports.document import (
    Block,
    Figure,
    Number,
    Paragraph,
    Part,
    Parts,
    Reference,
    Table,
    Verbatim,
)
from reports.figures import grids
from reports.tables import body_row, centred_column, text_column


def blocks(f: Facts) -> tuple[Block, ...]:
    """Write what stands under the third heading of the conclusion."""
    objectives = f.data.framework.objectives
    found: list[Block] = []
    if f.kind is RoundKind.INITIAL:
        found.append(
            Paragraph.of(
                _("本期只列示各目标现有证据的强弱（{figure}），作为以后各期比较的起点。"),
                {"figure": Reference("heat")},
            )
        )
    else:
        found.append(
            Paragraph.of(
                _("各目标的证据强弱见{figure}，判断见{table}。判断用语限于：{scale}。"),
                {
                    "figure": Reference("heat"),
                    "table": Reference("verdicts"),
                    "scale": plan_words("、".join(c.name for c in f.data.framework.verdicts)),
                },
            )
        )
    found.append(_heat(f, objectives))
    if f.kind is not RoundKind.INITIAL:
        found.append(_verdicts(f, objectives))
    return tuple(found)


def _heat(f: Facts, objectives: tuple[Objective, ...]) -> Figure:
    methods = list(METHOD_NAMES)
    rows, words, used = [], [], []
    for objective in objectives:
        cells = []
        for method in methods:
            result = f.results.get(f"objective.{objective.id}.{method}") or f.results.get(
                f"objective.{objective.id}.method.{method}"
            )
            cell, number = _cell(f, result)
            cells.append(cell)
            if number is not None:
                used.append(number)
                words.append(
                    _("{objective}的{method}为{value}").format(
                        objective=objective.short, method=METHOD_NAMES[method], value=cell.written
                    )
                )
        rows.append((f"{objective.id}\u2002{objective.short}", cells))
    caption = _("目标—证据热力图")
    return Figure(
        id="heat",
        caption=caption,
        svg=grids.heat_map(caption, [METHOD_NAMES[m] for m in methods], rows, row_height=30),
        alternative="；".join(words) + "。" if words else _("本期尚无分目标的证据汇总。"),
        source=_("资料来源：证据汇总。"),
        notes=(
            (
                _(
                    "注：数值为该方法下支持目标实现的证据强度，百分制，越高越支持；空格表示没有这一方法的证据。"
                ),
            ),
        ),
        numbers=tuple(used),
    )


def _cell(f: Facts, result: ResultValue | None) -> tuple[grids.Cell, Number | None]:
    if result is None or (result.value is None and not result.text):
        return grids.Cell(None, "—"), None
    number = f.number(result)
    if not isinstance(number, Number):
        return grids.Cell(None, "—"), None
    value = float(result.value or 0)
    strength = value if result.unit is ResultUnit.RATE else value / 100
    return grids.Cell(strength, number.text), number


def _verdicts(f: Facts, objectives: tuple[Objective, ...]) -> Table:
    rows = []
    for objective in objectives:
        result = scores.verdict_of(f, objective)
        name = f.number(result) if result is not None else _("未判断")
        votes = _votes(f, objective.id)
        reason = result.note if result is not None else ""
        rows.append(
            body_row(
                plan_words(f"{objective.id}\u2002{objective.short}"),
                name,
                votes,
                Verbatim(reason, "panel") if reason else "—",
            )
        )
    title = _("五项目标进度判断") if f.kind is RoundKind.MIDTERM else _("五项目标终期判断")
    return Table(
        id="verdicts",
        caption=title,
        columns=(
            text_column(_("目标"), 2.2),
            centred_column(_("判断"), 1.1),
            centred_column(_("表决"), 1.2),
            text_column(_("理由"), 3.2),
        ),
        rows=tuple(rows),
        source=_("资料来源：评估团表决记录；少数意见载于附录。"),
    )


def _votes(f: Facts, objective_id: str) -> Part | Parts:
    agreed = f.results.get(f"objective.{objective_id}.votes_for") or f.results.get(
        f"objective.{objective_id}.votes.for"
    )
    cast = f.results.get(f"objective.{objective_id}.votes_cast") or f.results.get(
        f"objective.{objective_id}.votes.cast"
    )
    if agreed is None or cast is None:
        return "—"
    return (f.number(agreed), "／", f.number(cast))
