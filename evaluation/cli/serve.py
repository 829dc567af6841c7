"""``evaluation serve``: the public site alone, with any number of worker processes."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from evaluation.language import _
from evaluation.services import installation

app = typer.Typer(add_completion=False)


@app.command(help=_("启动公开网站（问卷、报告、抽样核验），不含工作台。"))
def serve(
    host: Annotated[str, typer.Option(help=_("监听地址"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=_("端口"))] = 8502,
    workers: Annotated[
        int, typer.Option(help=_("进程数；同时作答的人多时，每个处理器核心设一个"), min=1)
    ] = 1,
) -> None:
    installation.prepare()
    uvicorn.run(
        "evaluation.web.public:app",
        host=host,
        port=port,
        workers=workers,
        loop="asyncio",  # uvloop lets one newcomer in at a turn; here many arrive at once
        access_log=False,
    )
