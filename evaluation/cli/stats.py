"""``evaluation stats``: court statistics from a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evaluation.domain.roles import SYSTEM
from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services import court_statistics, installation, rounds

app = typer.Typer(add_completion=False, no_args_is_help=True)

RoundOption = Annotated[str, typer.Option("--round", help=_("评估期次代码，如 initial"))]


def round_id_of(code: str) -> int:
    """Return the id of a round by its code, or say which codes there are."""
    codes = {view.code: view.id for view in rounds.list_rounds(SYSTEM)}
    if code not in codes:
        raise InvalidInput(
            _("没有代码为“{code}”的评估期次。").format(code=code),
            remedy=_("现有：{codes}。").format(codes="、".join(codes) or _("无")),
        )
    return codes[code]


@app.command("import", help=_("导入各法院的统计数据（XLSX 或 CSV，一院一行）。"))
def import_file(
    path: Annotated[Path, typer.Argument(help=_("数据文件"))], round_code: RoundOption
) -> None:
    installation.prepare()
    if not path.is_file():
        raise InvalidInput(_("找不到文件“{name}”。").format(name=path.name))
    flags = court_statistics.import_returns(
        SYSTEM, round_id_of(round_code), path.read_bytes(), path.name
    )
    typer.echo(_("已导入。"))
    for flag in flags:
        typer.echo(_("请核对　{court}：{text}").format(court=flag.court, text=flag.text))


@app.command("template", help=_("写出填报模板。"))
def template(
    path: Annotated[Path, typer.Argument(help=_("要写的 XLSX 文件"))], round_code: RoundOption
) -> None:
    installation.prepare()
    path.write_bytes(court_statistics.template(SYSTEM, round_id_of(round_code)))
    typer.echo(_("已写出：{name}").format(name=path.name))
