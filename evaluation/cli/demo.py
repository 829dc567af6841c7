"""``evaluation demo``: the demonstration city with its three reports, in a directory of its own."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from evaluation.config import settings
from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services.demo import city, story
from evaluation.services.demo.city import City

app = typer.Typer(add_completion=False)


@app.command(help=_("生成演示城市：三期评估的虚构数据，并写出三份报告。"))
def demo(
    data_dir: Annotated[Path | None, typer.Option(help=_("数据目录，须为空目录"))] = None,
    size: Annotated[str, typer.Option(help=_("full 为全城，small 为三个法院"))] = "full",
    join: Annotated[
        bool, typer.Option("--join", hidden=True, help=_("使用已建立的评估组长账户"))
    ] = False,
) -> None:
    chosen = story.SIZES.get(size)
    if chosen is None:
        raise InvalidInput(
            _("没有“{size}”这种规模。").format(size=size),
            remedy=_("可用的取值：{values}。").format(values="、".join(story.SIZES)),
        )
    if data_dir is not None:
        os.environ["HENGPING_DATA_DIR"] = str(data_dir)
        settings.cache_clear()
    directory = settings().data_dir
    directory.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()

    def show(share: float, text: str) -> None:
        typer.echo(f"{share:>5.0%}  {text}")

    chair = city.existing_chair() if join else None
    built = city.build(chosen, directory / "reports", show, chair)
    _tell(built, directory, time.monotonic() - began)


def _tell(built: City, directory: Path, seconds: float) -> None:
    for path in built.reports.values():
        typer.echo(_("报告：{path}").format(path=path))
    accounts = directory / "accounts.txt"
    lines = [f"{login}\t{name}\t{password}" for login, name, password in built.panel.passwords]
    descriptor = os.open(accounts, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    login, name, password = built.panel.passwords[0]
    if login == city.CHAIR_LOGIN:
        typer.echo(
            _("登录名 {login}（评估组长 {name}），密码 {password}").format(
                login=login, name=name, password=password
            )
        )
    typer.echo(_("其他账户见 {path}，仅供本机查看。").format(path=accounts))
    typer.echo(_("用时{n}秒。").format(n=round(seconds)))
