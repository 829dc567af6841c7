"""``evaluation agreement``: agreement between readers from a table of readings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, cast

import pandas as pd
import typer

from evaluation.cli import sample_table
from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services.estimation_faults import translated
from sampling.agreement import (
    COEFFICIENTS,
    Agreement,
    CategoryWeights,
    Metric,
    Ratings,
    agreement,
    ratings,
)
from sampling.errors import EstimationError, SamplingError
from sampling.krippendorff import krippendorff_alpha
from sampling.structure import SurveyDesign, survey_design

app = typer.Typer(add_completion=False)

_METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval", "ratio")


@app.command(
    help=_("计算评判一致性：百分比、科恩κ、弗莱斯κ、AC1/AC2、布伦南—普雷迪格、克里彭多夫α。")
)
def measure(  # noqa: PLR0913 -- each option is one word of the design
    data: Annotated[Path, typer.Argument(help=_("评判表：一行一件，一列一名评判人"))],
    raters: Annotated[list[str] | None, typer.Option(help=_("评判人列，默认全部列"))] = None,
    subject: Annotated[list[str] | None, typer.Option(help=_("不是评判的列，如件号"))] = None,
    credit: Annotated[
        str, typer.Option(help=_("相近类别的得分：identity、linear、quadratic、ordinal"))
    ] = "identity",
    weights: Annotated[str | None, typer.Option(help=_("抽样权数列"))] = None,
    strata: Annotated[str | None, typer.Option(help=_("分层列"))] = None,
    fpc: Annotated[str | None, typer.Option(help=_("总体件数或抽样比列"))] = None,
    confidence: Annotated[float, typer.Option(help=_("置信水平"))] = 0.95,
    as_json: Annotated[bool, typer.Option("--json", help=_("以JSON输出，保留全部精度"))] = False,
) -> None:
    frame = sample_table.read(data)
    apart = {name for name in [weights, strata, fpc, *(subject or [])] if name}
    names = raters or [str(name) for name in frame.columns if name not in apart]
    try:
        table = pd.DataFrame({name: sample_table.texts(frame, name) for name in names})
        readings = ratings(table)
        design = _design(frame, weights, strata, fpc)
        found = _coefficients(readings, credit, design, confidence)
    except SamplingError as error:
        raise translated(error, header_lines=1) from error
    _shown(found, as_json)


def _design(
    frame: pd.DataFrame, weights: str | None, strata: str | None, fpc: str | None
) -> SurveyDesign | None:
    if weights is None and strata is None and fpc is None:
        return None
    return survey_design(
        None if weights is None else sample_table.numbers(frame, weights),
        strata=None if strata is None else sample_table.texts(frame, strata),
        populations=None if fpc is None else sample_table.numbers(frame, fpc),
        n_rows=len(frame),
    )


def _coefficients(
    readings: Ratings, credit: str, design: SurveyDesign | None, confidence: float
) -> list[dict[str, Any]]:
    if credit not in ("identity", "linear", "quadratic", "ordinal"):
        raise InvalidInput(_("相近类别的得分只能是 identity、linear、quadratic 或 ordinal。"))
    weights = cast("CategoryWeights", credit)
    is_census = design is not None and bool((design.stages[0].fraction >= 1 - 1e-12).all())
    results: list[dict[str, Any]] = []
    for name in COEFFICIENTS:
        if name == "krippendorff" or (name == "cohen" and readings.codes.shape[1] != 2):
            continue
        try:
            found = agreement(readings, name, weights=weights, design=design, confidence=confidence)
        except EstimationError as error:
            if error.code != "one_category":
                raise
            results.append({"coefficient": name, "value": None, "note": "one_category"})
            continue
        results.append(_record(name, found, is_census))
    numeric = all(isinstance(value, (int, float)) for value in readings.categories)
    for metric in _METRICS if numeric else _METRICS[:2]:
        name = f"krippendorff_{metric}"
        try:
            alpha = krippendorff_alpha(readings, metric, design=design, confidence=confidence)
        except EstimationError as error:
            if error.code != "one_category":
                raise
            results.append({"coefficient": name, "value": None, "note": "one_category"})
            continue
        results.append(_record(name, alpha, is_census))
    return results


def _record(name: str, found: Agreement, is_census: bool) -> dict[str, Any]:
    record: dict[str, Any] = {
        "coefficient": name,
        "value": found.value,
        "standard_error": found.estimate.standard_error,
        "lower": found.estimate.lower,
        "upper": found.estimate.upper,
        "observed": found.observed,
        "expected": found.expected,
        "degrees_of_freedom": found.estimate.degrees_of_freedom,
        "n_sampled": found.estimate.n_sampled,
    }
    if name != "percent" and found.estimate.standard_error == 0 and not is_census:
        # No subject differs from another: the sample says nothing about the error.
        record |= {"standard_error": None, "lower": None, "upper": None, "note": "no_interval"}
    return record


def _shown(results: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(results, ensure_ascii=False, indent=2, allow_nan=False))
        return
    names = {
        "percent": _("一致百分比"),
        "cohen": _("科恩κ"),
        "fleiss": _("弗莱斯κ"),
        "gwet": _("AC1/AC2"),
        "brennan_prediger": _("布伦南—普雷迪格"),
        "krippendorff_nominal": _("克里彭多夫α（名义）"),
        "krippendorff_ordinal": _("克里彭多夫α（顺序）"),
        "krippendorff_interval": _("克里彭多夫α（等距）"),
        "krippendorff_ratio": _("克里彭多夫α（等比）"),
    }
    typer.echo("\t".join([_("系数"), _("值"), _("标准误"), _("区间"), _("件数")]))
    for row in results:
        if row["value"] is None:
            typer.echo(f"{names[row['coefficient']]}\t{_('全部同属一类，没有定义')}")
            continue
        if row["lower"] is None:
            numbers = [f"{row['value']:.4f}", "—", _("无法估计区间")]
        else:
            ends = f"{row['lower']:.4f}—{row['upper']:.4f}"
            numbers = [f"{row['value']:.4f}", f"{row['standard_error']:.4f}", ends]
        typer.echo("\t".join([names[row["coefficient"]], *numbers, str(row["n_sampled"])]))
