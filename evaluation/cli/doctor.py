"""``evaluation doctor``: what this machine has, where the database stands."""

from __future__ import annotations

import platform
import shutil

import typer

from evaluation.config import settings
from evaluation.language import _
from evaluation.services import installation

app = typer.Typer(add_completion=False)


@app.command(help=_("检查本机环境与数据库；有问题时退出码为1。"))
def doctor() -> None:
    problems = 0
    typer.echo(f"Python {platform.python_version()}")
    for tool, purpose in (("pdftotext", _("核对报告文字")), ("chromium", _("浏览器测试"))):
        state = (
            _("有")
            if shutil.which(tool)
            else _("没有（{purpose}时才需要）").format(purpose=purpose)
        )
        typer.echo(f"{tool}\t{state}")
    free = shutil.disk_usage(settings().data_dir if settings().data_dir.exists() else ".").free
    typer.echo(_("可用磁盘空间\t{n} GB").format(n=free // 10**9))
    if installation.is_current():
        typer.echo(_("数据库\t最新结构"))
    else:
        problems += 1
        typer.echo(_("数据库\t尚未建立或需要升级，请运行 evaluation init"))
    if problems == 0:
        total, broken = installation.check_trail_as_system()
        if broken is None:
            typer.echo(_("操作留痕\t{n}条，前后相连").format(n=total))
        else:
            problems += 1
            typer.echo(_("操作留痕\t第{n}条起对不上").format(n=broken.sequence))
    raise typer.Exit(1 if problems else 0)
