"""``evaluation draw``: freeze a frame and draw from it, offline, with a certificate."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services import offline_draws
from evaluation.services.offline_draws import FrameColumns, Sizes
from sampling.design import Method

app = typer.Typer(add_completion=False)


@app.command(help=_("冻结抽样框，或从中抽取样本；写出 sample.csv 和 certificate.json。"))
def draw(  # noqa: PLR0913 -- the options of the command
    frame: Annotated[Path, typer.Argument(help=_("名单文件：CSV、Parquet 或 XLSX"))],
    unit: Annotated[str, typer.Option(help=_("编号所在的列"))] = "unit_id",
    stratum: Annotated[str, typer.Option(help=_("分层所在的列；不分层则留空"))] = "stratum",
    per_stratum: Annotated[int, typer.Option(help=_("每层抽取的件数"))] = 0,
    size: Annotated[list[str] | None, typer.Option(help=_("某一层的件数，例如 江岸=30"))] = None,
    reserve: Annotated[int, typer.Option(help=_("每层备用的件数"))] = 0,
    seed: Annotated[str, typer.Option(help=_("当众给出的种子，至少20个字符"))] = "",
    given_at: Annotated[
        str, typer.Option(help=_("给出种子的时间，例如 2016-12-01T09:30+08:00"))
    ] = "",
    out: Annotated[Path | None, typer.Option(help=_("写出结果的目录"))] = None,
    method: Annotated[Method, typer.Option(help=_("抽样方法"))] = Method.STRATIFIED,
    cluster: Annotated[str, typer.Option(help=_("群所在的列（整群抽样）"))] = "",
    clusters: Annotated[int, typer.Option(help=_("每层抽取的群数"))] = 0,
    size_column: Annotated[str, typer.Option(help=_("规模所在的列（按规模抽样），整数"))] = "",
    collapse_duplicates: Annotated[bool, typer.Option(help=_("完全相同的行计为一件"))] = False,
    freeze_only: Annotated[bool, typer.Option(help=_("只冻结并给出哈希值，不抽样"))] = False,
) -> None:
    columns = FrameColumns(unit, stratum or None, cluster or None, size_column or None)
    if out is None:
        raise InvalidInput(_("没有指定写出结果的目录。"), remedy=_("请加上 --out 目录。"))
    if freeze_only:
        frozen = offline_draws.freeze(frame, columns, out, collapse_duplicates=collapse_duplicates)
        typer.echo(_("已冻结：{n}件，SHA-256 {hash}").format(n=frozen.n_units, hash=frozen.sha256))
        typer.echo(_("请先公布这个哈希值，再当众给出种子。"))
        return
    if not seed:
        raise InvalidInput(_("没有给出种子。"), remedy=_("请加上 --seed 种子，至少20个字符。"))
    sizes = Sizes(per_stratum, _by_stratum(size or []), reserve, clusters, method)
    result = offline_draws.draw(
        frame,
        columns,
        sizes,
        seed,
        out,
        seed_given_at=_moment(given_at),
        collapse_duplicates=collapse_duplicates,
    )
    for warning in result.warnings:
        typer.echo(_("提示：{text}").format(text=warning), err=True)
    for part in result.drawn.strata:
        text = _("{stratum}\t共{population}件\t抽取{sample}件\t备用{reserve}件").format(
            stratum=part.stratum,
            population=part.population_size,
            sample=part.sample_size,
            reserve=part.reserve_size,
        )
        typer.echo(text + (_("\t全部抽取") if part.is_census else ""))
    typer.echo(_("抽样框 SHA-256 {hash}").format(hash=result.frame_sha256))
    typer.echo(_("已写出 {path}").format(path=out / offline_draws.SAMPLE_NAME))
    typer.echo(_("已写出 {path}").format(path=out / offline_draws.CERTIFICATE_NAME))


def _by_stratum(entries: list[str]) -> dict[str, int]:
    sizes = {}
    for entry in entries:
        name, equals, number = entry.rpartition("=")
        if not equals or not number.strip().isdigit():
            raise InvalidInput(
                _("“{entry}”不是“层=件数”。").format(entry=entry), remedy=_("例如 --size 江岸=30。")
            )
        sizes[name.strip()] = int(number)
    return sizes


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            _("“{text}”不是时间。").format(text=text),
            remedy=_("例如 --given-at 2016-12-01T09:30+08:00。"),
        ) from error
    if moment.utcoffset() is None:
        raise InvalidInput(_("时间没有注明时区。"), remedy=_("请补充时区，例如 +08:00。"))
    return moment
