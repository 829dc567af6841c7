"""``evaluation user``: accounts from a terminal on the server."""

from __future__ import annotations

from typing import Annotated

import typer

from evaluation.domain.roles import SYSTEM, Role
from evaluation.language import _
from evaluation.services import access, installation

app = typer.Typer(add_completion=False, no_args_is_help=True)

Password = Annotated[
    str, typer.Option(prompt=_("密码"), confirmation_prompt=_("再次输入密码"), hide_input=True)
]


@app.command("add", help=_("建立账户。"))
def add(
    login_name: Annotated[str, typer.Argument(help=_("登录名"))],
    display_name: Annotated[str, typer.Argument(help=_("姓名"))],
    role: Annotated[list[Role], typer.Option(help=_("岗位，可多次给出"))],
    password: Password,
) -> None:
    installation.prepare()
    access.create_account(SYSTEM, login_name, display_name, password, roles=role)
    typer.echo(_("账户已建立。"))


@app.command("password", help=_("重设密码，并结束该账户的全部登录。"))
def password(
    login_name: Annotated[str, typer.Argument(help=_("登录名"))], password: Password
) -> None:
    installation.prepare()
    accounts = {account.login_name: account.id for account in access.list_accounts(SYSTEM)}
    if login_name not in accounts:
        typer.echo(_("没有登录名为“{name}”的账户。").format(name=login_name), err=True)
        raise typer.Exit(1)
    access.reset_password(SYSTEM, accounts[login_name], password)
    typer.echo(_("密码已重设。"))


@app.command("list", help=_("列出账户。"))
def list_accounts() -> None:
    installation.prepare()
    for account in access.list_accounts(SYSTEM):
        state = _("启用") if account.is_active else _("停用")
        roles = ",".join(account.roles)
        typer.echo(f"{account.login_name}\t{account.display_name}\t{roles}\t{state}")
