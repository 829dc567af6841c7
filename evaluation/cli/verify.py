"""``evaluation verify``: check from outside what the panel published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evaluation.language import _
from evaluation.services import offline_draws
from evaluation.services.offline_draws import FrameColumns
from evaluation.services.report_verification import verify_pdf

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback(help=_("核验抽样、报告与操作留痕。"))
def verify() -> None:
    """Group the checks."""


@app.command("draw", help=_("按证书和名单重做一次抽样，逐件核对；不一致时退出码为1。"))
def draw(
    certificate: Annotated[Path, typer.Argument(help=_("抽样证书 certificate.json"))],
    frame: Annotated[Path, typer.Option(help=_("名单文件"))],
    unit: Annotated[str, typer.Option(help=_("编号所在的列；不填则用证书记载的列名"))] = "",
    stratum: Annotated[str, typer.Option(help=_("分层所在的列"))] = "",
) -> None:
    columns = FrameColumns(unit, stratum or None) if unit else None
    departures = offline_draws.verify(certificate, frame, columns)
    if departures:
        typer.echo(_("核验不一致："), err=True)
        for departure in departures[:50]:
            typer.echo(f"  {departure}", err=True)
        raise typer.Exit(1)
    proof = offline_draws.summary(certificate)
    n_sample = sum(part["sample_size"] for part in proof["strata"])
    typer.echo(
        _("核验一致：抽样框{n}件，样本{sample}件，种子“{seed}”。").format(
            n=proof["frame"]["n_units"], sample=n_sample, seed=proof["seed"]["text"]
        )
    )


@app.command("report", help=_("用报告内嵌的证据包重算其中每个数字；不一致时退出码为1。"))
def report(file: Annotated[Path, typer.Argument(help=_("报告 PDF 文件"))]) -> None:
    if not file.is_file():
        typer.echo(_("找不到文件 {path}。").format(path=file), err=True)
        raise typer.Exit(1)
    found = verify_pdf(file.read_bytes())
    typer.echo(f"SHA-256  {found.pdf_sha256}")
    if found.is_demonstration:
        typer.echo(_("注意：这是演示数据的报告。"))
    typer.echo(
        _(
            "数字{n}处：由结果重算一致{same}处，清点数{derived}处；在正文中找到{shown}处，图中{drawn}处。"
        ).format(
            n=found.n_figures,
            same=found.n_recomputed,
            derived=found.n_derived,
            shown=found.n_in_text,
            drawn=found.n_in_chart,
        )
    )
    if found.faults:
        typer.echo(_("核验不一致："), err=True)
        for fault in found.faults[:50]:
            typer.echo(f"  {fault}", err=True)
        raise typer.Exit(1)
    typer.echo(_("核验一致。"))
