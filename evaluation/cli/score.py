"""``evaluation score``: indicators, points, total and grade of a round."""

from __future__ import annotations

from typing import Annotated

import typer

from evaluation.analysis.results import ResultSet, ResultUnit, ResultValue
from evaluation.cli.stats import round_id_of
from evaluation.domain.roles import SYSTEM
from evaluation.language import _
from evaluation.services import installation
from evaluation.services.results import freeze

app = typer.Typer(add_completion=False)


@app.command(help=_("计算一期评估的指标、得分、总分与等次；--freeze 保存为冻结结果。"))
def score(
    round_code: Annotated[str, typer.Option("--round", help=_("评估期次代码，如 initial"))],
    keep: Annotated[bool, typer.Option("--freeze", help=_("保存为冻结结果"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("输出全部结果的JSON"))] = False,
) -> None:
    installation.prepare()
    round_id = round_id_of(round_code)
    if keep:
        view = freeze.freeze(SYSTEM, round_id)
        typer.echo(_("已保存第{n}次结果，SHA-256：{sha}").format(n=view.number, sha=view.sha256))
        results = freeze.results_in_force(SYSTEM, round_id)
    else:
        results = freeze.preview(SYSTEM, round_id)
    if as_json:
        typer.echo(results.to_json())
        return
    _shown(results)


def _shown(results: ResultSet) -> None:
    for value in results.under("indicator"):
        if value.id.count(".") == 2 and value.id.endswith(".city"):
            points = results.get(f"score.{value.id.split('.')[1]}.city")
            typer.echo("\t".join([value.label, _number(value), _number(points) if points else ""]))
    total = results.get("score.total.city")
    grade = results.get("score.grade.city")
    trial = _("（试算）") if total is not None and total.status == "trial" else ""
    if total is not None:
        typer.echo(f"{total.label}{trial}\t{_number(total)}\t{total.note}")
    if grade is not None:
        typer.echo(f"{grade.label}{trial}\t{grade.text}")


def _number(value: ResultValue) -> str:
    if value.value is None:
        return value.note or "—"
    if value.unit in (ResultUnit.RATE, ResultUnit.PER_10K):
        return f"{value.value:.4%}"
    return f"{value.value:.2f}"
