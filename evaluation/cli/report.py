"""``evaluation report``: the report of a round as a file, for schedulers and auditors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evaluation.domain.roles import SYSTEM
from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.services import editions, installation, publication, rounds

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command(help=_("生成一期评估的报告并写成 PDF（送审稿；已发布的取发布稿）。"))
def report(
    code: Annotated[str, typer.Argument(metavar="ROUND", help=_("期次代码，如 initial"))],
    out: Annotated[Path, typer.Option(help=_("写到哪个文件"))] = Path("report.pdf"),
    rebuild: Annotated[bool, typer.Option(help=_("即使已发布也重新生成送审稿"))] = False,
) -> None:
    installation.prepare()
    found = next((view for view in rounds.list_rounds(SYSTEM) if view.code == code), None)
    if found is None:
        raise NotFound(
            _("没有代码为“{code}”的评估期次。").format(code=code),
            remedy=_("可用的代码：{codes}。").format(
                codes="、".join(view.code for view in rounds.list_rounds(SYSTEM)) or _("无")
            ),
        )
    done = [one for one in editions.list_editions(SYSTEM, found.id) if one.published_at]
    if done and not rebuild:
        edition_id = done[0].id
    else:
        edition_id = publication.build_draft(SYSTEM, found.id, _tell)
    _name, content = editions.file_of(SYSTEM, edition_id)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
    typer.echo(_("已写入 {path}（{n} KB）").format(path=out, n=len(content) // 1024))


def _tell(share: float, text: str) -> None:
    if text:
        typer.echo(f"{share:4.0%}  {text}")
