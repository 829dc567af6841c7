"""``evaluation estimate``: design-based estimates from a table, for analysts and auditors."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer
from numpy.typing import NDArray

from evaluation.analysis.row_filter import FilterError, rows_where
from evaluation.cli import notes, sample_table
from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services.estimation_faults import filter_fault, translated
from sampling.errors import SamplingError
from sampling.estimate import Estimate
from sampling.estimation import mean, proportion, ratio, total
from sampling.intervals import share_estimates
from sampling.quantiles import quantile
from sampling.statistic import Groups, Statistics, groups
from sampling.structure import SurveyDesign, survey_design

app = typer.Typer(add_completion=False)


class StatisticName(StrEnum):
    """What to estimate."""

    MEAN = "mean"
    TOTAL = "total"
    PROPORTION = "proportion"
    RATIO = "ratio"
    QUANTILE = "quantile"


class IntervalName(StrEnum):
    """How to form the interval of a share."""

    WILSON = "wilson"
    KG = "kg"
    LOGIT = "logit"
    BETA = "beta"
    XLOGIT = "xlogit"
    MEAN = "mean"
    ASIN = "asin"
    LIKELIHOOD = "likelihood"


_WITH_INTERVALS = {StatisticName.PROPORTION, StatisticName.QUANTILE}


@dataclass(frozen=True)
class _Question:
    statistic: StatisticName
    y: str
    x: str | None
    level: str | None
    interval: str | None
    probabilities: list[float]
    confidence: float


@app.command(help=_("按抽样设计估计均值、总数、比例、比率或分位数，并给出区间。"))
def estimate(  # noqa: PLR0913 -- each option is one word of the design
    data: Annotated[Path, typer.Argument(help=_("数据表，CSV 或 Parquet，第一行为列名"))],
    statistic: Annotated[StatisticName, typer.Option(help=_("要估计的量"))],
    y: Annotated[list[str], typer.Option(help=_("被估计的列，可多次给出"))],
    x: Annotated[str | None, typer.Option(help=_("比率的分母列"))] = None,
    strata: Annotated[list[str] | None, typer.Option(help=_("分层列，按阶段依次给出"))] = None,
    psu: Annotated[list[str] | None, typer.Option(help=_("抽样单位列，按阶段依次给出"))] = None,
    fpc: Annotated[
        list[str] | None, typer.Option(help=_("总体件数或抽样比列，按阶段依次给出"))
    ] = None,
    weights: Annotated[str | None, typer.Option(help=_("抽样权数列"))] = None,
    by: Annotated[list[str] | None, typer.Option(help=_("分组列，可多次给出"))] = None,
    subset: Annotated[str | None, typer.Option(help=_('子总体条件，如 court == "0102"'))] = None,
    interval: Annotated[IntervalName | None, typer.Option(help=_("比例或分位数的区间"))] = None,
    prob: Annotated[list[float] | None, typer.Option(help=_("分位点，可多次给出"))] = None,
    level: Annotated[str | None, typer.Option(help=_("比例中算“是”的取值"))] = None,
    lonely: Annotated[
        str, typer.Option(help=_("单一单位层：fail、certainty、adjust、average"))
    ] = "fail",
    lonely_in_domains: Annotated[
        bool,
        typer.Option("--lonely-in-domains", help=_("子总体中只剩一个单位的层，也按上述规则处理")),
    ] = False,
    confidence: Annotated[float, typer.Option(help=_("置信水平"))] = 0.95,
    as_json: Annotated[bool, typer.Option("--json", help=_("以JSON输出，保留全部精度"))] = False,
) -> None:
    frame = sample_table.read(data)
    if statistic is StatisticName.RATIO and x is None:
        raise InvalidInput(_("比率需要分母列。"), remedy=_("请用 --x 指明。"))
    if interval not in {None, IntervalName.MEAN} and statistic not in _WITH_INTERVALS:
        raise InvalidInput(
            _("均值、总数和比率只用t区间，不能另选区间。"), remedy=_("请去掉 --interval。")
        )
    notes.lookalikes(frame, [*(strata or []), *(psu or []), *(by or [])])
    question = _Question(
        statistic, "", x, level, interval.value if interval else None, prob or [0.5], confidence
    )
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is named below
            design = replace(
                _design(frame, weights, (strata or [], psu or [], fpc or []), lonely),
                lonely_in_domains=lonely_in_domains,
            )
            inside = _inside(frame, subset)
            results = [
                row
                for name in y
                for row in _answers(frame, design, inside, by or [], replace(question, y=name))
            ]
    except SamplingError as error:
        raise translated(error, header_lines=1) from error
    except FilterError as error:
        raise filter_fault(error) from error
    _shown(results, as_json)


def _inside(frame: pd.DataFrame, subset: str | None) -> NDArray[np.bool_] | None:
    if subset is None:
        return None
    inside = rows_where(sample_table.cleaned(frame), subset)
    if not inside.any():
        raise InvalidInput(_("没有一行符合子总体条件。"), remedy=_("请核对 --subset。"))
    return inside


def _design(
    frame: pd.DataFrame,
    weights: str | None,
    stages: tuple[list[str], list[str], list[str]],
    lonely: str,
) -> SurveyDesign:
    strata, units, populations = stages
    return survey_design(
        None if weights is None else sample_table.numbers(frame, weights),
        strata=[sample_table.texts(frame, name) for name in strata] or None,
        units=[sample_table.texts(frame, name) for name in units] or None,
        populations=[sample_table.numbers(frame, name) for name in populations] or None,
        n_rows=len(frame),
        lonely=lonely,
    )


def _answers(
    frame: pd.DataFrame,
    design: SurveyDesign,
    inside: NDArray[np.bool_] | None,
    by: list[str],
    question: _Question,
) -> list[dict[str, Any]]:
    columns, known = _measured(frame, question)
    if inside is not None:
        known = known & inside
    known = known & (design.sampling_weights > 0)
    grouping, labels = _grouping(frame, by, known)
    if question.statistic is StatisticName.QUANTILE:
        return _quantiles(design, columns[0], grouping, labels, known, question)
    found = _statistics(design, columns, question.statistic, known, grouping)
    if question.statistic is StatisticName.PROPORTION:
        estimates = share_estimates(
            found, method=question.interval or "wilson", confidence=question.confidence
        )
    else:
        estimates = found.estimates(question.confidence)
    return [
        _record(question, label, estimate)
        for label, estimate in zip(labels, estimates, strict=True)
    ]


def _measured(
    frame: pd.DataFrame, question: _Question
) -> tuple[list[NDArray[np.float64]], NDArray[np.bool_]]:
    if question.statistic is StatisticName.PROPORTION:
        columns = [sample_table.truths(frame, question.y, question.level)]
        if question.level is not None and not (columns[0] == 1).any():
            notes.say(
                _("“{name}”列中没有取值“{level}”，比例为零。").format(
                    name=question.y, level=question.level
                )
            )
    else:
        columns = [sample_table.numbers(frame, question.y)]
        if question.statistic is StatisticName.RATIO and question.x is not None:
            columns.append(sample_table.numbers(frame, question.x))
    known = np.asarray(~np.isnan(np.vstack(columns)).any(axis=0), dtype=np.bool_)
    return columns, known


def _grouping(
    frame: pd.DataFrame, by: list[str], known: NDArray[np.bool_]
) -> tuple[Groups | None, list[dict[str, str]]]:
    """Form groups of the rows that count; rows outside join the first group with weight zero."""
    if not by:
        return None, [{}]
    columns = [sample_table.texts(frame, name) for name in by]
    for name, column in zip(by, columns, strict=True):
        empty = known & np.array([value is None for value in column])
        if empty.any():
            row = int(np.flatnonzero(empty)[0])
            raise InvalidInput(
                _("第{row}行的分组列“{name}”为空。").format(row=row + 2, name=name),
                remedy=_("请补全，或用 --subset 排除。"),
            )
    if not known.any():
        raise InvalidInput(_("没有可用的数据行。"), remedy=_("请核对列与条件。"))
    inner = groups(*[column[known].astype(str) for column in columns])
    codes = np.zeros(len(frame), dtype=np.int64)
    codes[known] = inner.codes
    keys = [label if isinstance(label, tuple) else (label,) for label in inner.labels]
    labels = [dict(zip(by, map(str, key), strict=True)) for key in keys]
    return Groups(codes, inner.labels), labels


def _statistics(
    design: SurveyDesign,
    columns: list[NDArray[np.float64]],
    statistic: StatisticName,
    known: NDArray[np.bool_],
    grouping: Groups | None,
) -> Statistics:
    if statistic is StatisticName.RATIO:
        return ratio(design, columns[0], columns[1], subpopulation=known, by=grouping)
    function = {
        StatisticName.MEAN: mean,
        StatisticName.TOTAL: total,
        StatisticName.PROPORTION: proportion,
    }[statistic]
    return function(design, columns[0], subpopulation=known, by=grouping)


def _quantiles(
    design: SurveyDesign,
    values: NDArray[np.float64],
    grouping: Groups | None,
    labels: list[dict[str, str]],
    known: NDArray[np.bool_],
    question: _Question,
) -> list[dict[str, Any]]:
    results = []
    for code, label in enumerate(labels):
        rows = known if grouping is None else known & (grouping.codes == code)
        found = quantile(
            design,
            values,
            question.probabilities,
            subpopulation=rows,
            interval=question.interval or "mean",
            confidence=question.confidence,
        )
        results += [
            _record(question, label, estimate) | {"prob": probability}
            for probability, estimate in zip(question.probabilities, found, strict=True)
        ]
    return results


def _record(question: _Question, label: dict[str, str], estimate: Estimate) -> dict[str, Any]:
    numbers = (estimate.value, estimate.standard_error, estimate.lower, estimate.upper)
    if not all(map(math.isfinite, numbers)):
        raise InvalidInput(
            _("“{name}”列的数值过大，算不出有限的结果。").format(name=question.y),
            remedy=_("请更正该列，或换用较大的单位。"),
        )
    record: dict[str, Any] = {"y": question.y}
    if question.statistic is StatisticName.RATIO:
        record["x"] = question.x
    if question.level is not None:
        record["level"] = question.level
    return record | {
        "by": label,
        "value": estimate.value,
        "standard_error": estimate.standard_error,
        "lower": estimate.lower,
        "upper": estimate.upper,
        "degrees_of_freedom": estimate.degrees_of_freedom,
        "n_sampled": estimate.n_sampled,
    }


def _shown(results: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(results, ensure_ascii=False, indent=2, allow_nan=False))
        return
    typer.echo("\t".join([_("列"), _("分组"), _("估计值"), _("标准误"), _("区间"), _("件数")]))
    for row in results:
        group = "；".join(f"{key}={value}" for key, value in row["by"].items()) or _("全部")
        name = row["y"] + (f"@{row['prob']:g}" if "prob" in row else "")
        ends = f"{row['lower']:.6g}—{row['upper']:.6g}"
        numbers = [f"{row['value']:.6g}", f"{row['standard_error']:.4g}", ends]
        typer.echo("\t".join([name, group, *numbers, str(row["n_sampled"])]))
