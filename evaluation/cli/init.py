"""``evaluation init``: database and first account without a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from evaluation.language import _
from evaluation.services import access, installation

app = typer.Typer(add_completion=False)


@app.command(help=_("建立或升级数据库；给出登录名时并建立评估组长账户。"))
def init(
    login_name: Annotated[str, typer.Option(help=_("评估组长登录名"))] = "",
    display_name: Annotated[str, typer.Option(help=_("评估组长姓名"))] = "",
) -> None:
    installation.prepare()
    typer.echo(_("数据库已是最新结构。"))
    if login_name:
        password = typer.prompt(_("密码"), hide_input=True, confirmation_prompt=True)
        access.create_first_account(login_name, display_name or login_name, password)
        typer.echo(_("评估组长账户已建立。"))
