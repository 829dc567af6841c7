"""``evaluation restore``: see :mod:`evaluation.services.backup`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evaluation.domain.roles import SYSTEM
from evaluation.language import _
from evaluation.services import backup as service

app = typer.Typer(add_completion=False)


@app.command(help=_("把备份恢复到空的数据目录。"))
def restore(file: Annotated[Path, typer.Argument(help=_("备份文件"))]) -> None:
    typer.echo(_("恢复完成，共{n}个文件。").format(n=service.restore(SYSTEM, file)))
