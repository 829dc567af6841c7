"""``evaluation plan``: sample sizes and their spread over strata, from a terminal."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services import planning
from evaluation.services.planning import AllocationRule
from sampling.size import FieldSize

app = typer.Typer(add_completion=False, no_args_is_help=True)

Confidence = Annotated[float, typer.Option(help=_("置信水平，0到1"))]
Population = Annotated[int | None, typer.Option(min=1, help=_("总体件数；不填为很大"))]
DesignEffect = Annotated[float, typer.Option(help=_("设计效应"))]
ResponseRate = Annotated[float, typer.Option(help=_("预计应答率，0到1"))]
AsJson = Annotated[bool, typer.Option("--json", help=_("输出 JSON"))]


@app.command("proportion", help=_("估计一个比例所需的样本量。"))
def proportion(  # noqa: PLR0913 -- the options of the command
    half_width: Annotated[float, typer.Option(help=_("允许误差（区间半宽），例如0.03"))],
    rate: Annotated[float, typer.Option(help=_("预计比例，不清楚时取0.5"))] = 0.5,
    population: Population = None,
    confidence: Confidence = 0.95,
    deff: DesignEffect = 1.0,
    response_rate: ResponseRate = 1.0,
    as_json: AsJson = False,
) -> None:
    found = planning.proportion(
        rate,
        half_width,
        confidence=confidence,
        population_size=population,
        design_effect=deff,
        response_rate=response_rate,
    )
    _show_field(found, as_json)


@app.command("mean", help=_("估计一个平均数所需的样本量。"))
def mean(  # noqa: PLR0913 -- the options of the command
    half_width: Annotated[float, typer.Option(help=_("允许误差（区间半宽）"))],
    standard_deviation: Annotated[float, typer.Option(help=_("预计标准差"))],
    population: Population = None,
    confidence: Confidence = 0.95,
    deff: DesignEffect = 1.0,
    response_rate: ResponseRate = 1.0,
    as_json: AsJson = False,
) -> None:
    found = planning.mean(
        standard_deviation,
        half_width,
        confidence=confidence,
        population_size=population,
        design_effect=deff,
        response_rate=response_rate,
    )
    _show_field(found, as_json)


@app.command("change", help=_("查明两期之间比例变化所需的每期样本量。"))
def change(  # noqa: PLR0913 -- the options of the command
    first: Annotated[float, typer.Option(help=_("前一期的预计比例"))],
    second: Annotated[float, typer.Option(help=_("后一期的预计比例"))],
    both: Annotated[float | None, typer.Option(help=_("两期都符合的预计比例"))] = None,
    overlap: Annotated[float, typer.Option(help=_("两期相同样本的份额，0到1"))] = 0.0,
    population: Population = None,
    confidence: Confidence = 0.95,
    power: Annotated[float, typer.Option(help=_("把握度，0到1"))] = 0.80,
    deff: DesignEffect = 1.0,
    response_rate: ResponseRate = 1.0,
    as_json: AsJson = False,
) -> None:
    found = planning.change(
        first,
        second,
        both_rate=both,
        overlap=overlap,
        confidence=confidence,
        wanted_power=power,
        population_size=population,
        design_effect=deff,
        response_rate=response_rate,
    )
    if as_json:
        _show({"per_round": found.completed, **asdict(found)}, "", as_json)
        return
    typer.echo(_("每期："), nl=False)
    _show_field(found, as_json)


@app.command("difference", help=_("查明两组（如两个法院）比例不同所需的样本量。"))
def difference(  # noqa: PLR0913 -- the options of the command
    first: Annotated[float, typer.Option(help=_("第一组的预计比例"))],
    second: Annotated[float, typer.Option(help=_("第二组的预计比例"))],
    ratio: Annotated[float, typer.Option(help=_("第一组与第二组样本量之比"))] = 1.0,
    first_population: Population = None,
    second_population: Population = None,
    confidence: Confidence = 0.95,
    power: Annotated[float, typer.Option(help=_("把握度，0到1"))] = 0.80,
    deff: DesignEffect = 1.0,
    response_rate: ResponseRate = 1.0,
    as_json: AsJson = False,
) -> None:
    groups = planning.difference(
        first,
        second,
        size_ratio=ratio,
        confidence=confidence,
        wanted_power=power,
        population_sizes=(first_population, second_population),
        design_effect=deff,
        response_rate=response_rate,
    )
    if as_json:
        _show({"first": asdict(groups[0]), "second": asdict(groups[1])}, "", as_json)
        return
    for name, found in zip((_("第一组："), _("第二组：")), groups, strict=True):
        typer.echo(name, nl=False)
        _show_field(found, as_json)


@app.command("discovery", help=_("零差错抽查：多少件没有差错才能排除某一差错率。"))
def discovery(
    tolerable: Annotated[float, typer.Option(help=_("要排除的差错率"))],
    population: Population = None,
    accepted: Annotated[int, typer.Option(min=0, help=_("允许发现的差错件数"))] = 0,
    confidence: Confidence = 0.95,
    as_json: AsJson = False,
) -> None:
    found = planning.discovery(
        tolerable, confidence=confidence, population_size=population, accepted=accepted
    )
    _show({"sample_size": found}, _("须抽查{n}件").format(n=found), as_json)


@app.command("threshold", help=_("证明比例不低于某一标准（如90%）所需的样本量。"))
def threshold(
    limit: Annotated[float, typer.Option(help=_("标准，例如0.9"))],
    expected: Annotated[float, typer.Option(help=_("预计的真实比例，须高于标准"))],
    population: Annotated[int, typer.Option(min=1, help=_("总体件数"))],
    confidence: Confidence = 0.95,
    power: Annotated[float, typer.Option(help=_("把握度，0到1"))] = 0.80,
    as_json: AsJson = False,
) -> None:
    found = planning.threshold(
        limit,
        expected,
        population_size=population,
        confidence=confidence,
        wanted_power=power,
    )
    if found is None:
        raise InvalidInput(
            _("即使全部检查也不能作出判断。"), remedy=_("请合并评估范围，或改为描述性结论。")
        )
    text = _("须抽取{n}件，其中至少{fewest}件符合（把握度{power:.0%}）").format(
        n=found.sample_size, fewest=found.fewest_conforming, power=found.power
    )
    _show(asdict(found), text, as_json)


@app.command(
    "allocate", help=_("把样本分配到各层。分层表的列：stratum,N[,S|rate][,cost][,M1,S1,…]。")
)
def allocate(  # noqa: PLR0913 -- the options of the command
    strata: Annotated[Path, typer.Argument(help=_("分层表，CSV"))],
    total: Annotated[int, typer.Option(help=_("总样本量；按成本分配时为总成本"))] = 0,
    rule: Annotated[AllocationRule, typer.Option(help=_("分配规则"))] = AllocationRule.PROPORTIONAL,
    limit: Annotated[
        list[float] | None, typer.Option("--cv", help=_("各指标允许的变异系数，依次给出"))
    ] = None,
    minimum: Annotated[int, typer.Option("--min", min=0, help=_("每层下限"))] = 2,
    cap: Annotated[int | None, typer.Option(min=1, help=_("每层上限"))] = None,
    exponent: Annotated[float, typer.Option(help=_("幂分配的指数"))] = 0.5,
    as_json: AsJson = False,
) -> None:
    if not strata.is_file():
        raise InvalidInput(
            _("没有文件“{path}”。").format(path=strata), remedy=_("请核对文件名和目录。")
        )
    table = planning.read_strata(strata.read_text(encoding="utf-8-sig"))
    if rule is AllocationRule.BETHEL:
        outcome = planning.meet_limits(table, limit or [], minimum=minimum, cap=cap)
    else:
        outcome = planning.spread(table, total, rule, minimum=minimum, cap=cap, exponent=exponent)
    lines = [f"{row.name}\t{row.population_size}\t{row.sample_size}" for row in outcome.strata]
    lines.append(_("合计\t{n}件").format(n=outcome.total))
    _show(asdict(outcome), "\n".join(lines), as_json)


def _show_field(found: FieldSize, as_json: bool) -> None:
    text = _("须完成{completed}件，须抽取（邀请）{invited}件").format(
        completed=found.completed, invited=found.invited
    )
    if not found.is_reachable:
        text += _("；总体件数不够")
    _show(asdict(found), text, as_json)


def _show(data: dict[str, Any], text: str, as_json: bool) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False) if as_json else text)
