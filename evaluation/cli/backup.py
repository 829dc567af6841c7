"""``evaluation backup``: see :mod:`evaluation.services.backup`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evaluation.domain.roles import SYSTEM
from evaluation.language import _
from evaluation.services import backup as service

app = typer.Typer(add_completion=False)


@app.command(help=_("把数据库和全部文件写入一个备份文件。"))
def backup(
    file: Annotated[Path, typer.Argument(help=_("备份文件（如 hengping-20181205.tar.gz）"))],
) -> None:
    typer.echo(_("备份完成，共{n}个文件。").format(n=service.write(SYSTEM, file)))
