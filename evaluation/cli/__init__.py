"""Command line: the same services from a terminal, for schedulers and auditors.

Each command lives in its own module and is imported when it is asked for, so that a small
command starts quickly. A module offers ``app``, a :class:`typer.Typer`.
"""

from __future__ import annotations

import importlib
import os
import sys

import typer

from evaluation.cli import usage
from evaluation.errors import EvaluationError
from evaluation.language import N_, _
from reports.errors import ReportError
from sampling.errors import SamplingError
from surveys.errors import SurveysError

#: Errors of the libraries: their text is meant for people too.
_LIBRARY_ERRORS = (ReportError, SamplingError, SurveysError)

#: Command, module, one-line help; in the order of ``evaluation --help``.
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("init", "evaluation.cli.init", N_("建立或升级数据库，建立第一个账户")),
    ("user", "evaluation.cli.user", N_("建立账户、重设密码")),
    ("serve", "evaluation.cli.serve", N_("启动公开网站")),
    ("worker", "evaluation.cli.worker", N_("办理后台任务")),
    ("doctor", "evaluation.cli.doctor", N_("检查本机环境与数据库")),
    ("backup", "evaluation.cli.backup", N_("备份数据库与文件")),
    ("restore", "evaluation.cli.restore", N_("从备份恢复")),
    ("register", "evaluation.cli.register", N_("导入案件登记")),
    ("draw", "evaluation.cli.draw", N_("从抽样框抽取样本")),
    ("plan", "evaluation.cli.plan", N_("计算样本量与分配")),
    ("estimate", "evaluation.cli.estimate", N_("按抽样设计估计")),
    ("agreement", "evaluation.cli.agreement", N_("计算评判一致性")),
    ("survey", "evaluation.cli.survey", N_("检查、导入、导出问卷")),
    ("stats", "evaluation.cli.stats", N_("导入法院统计数据")),
    ("score", "evaluation.cli.score", N_("计算指标得分")),
    ("report", "evaluation.cli.report", N_("生成评估报告")),
    ("verify", "evaluation.cli.verify", N_("核验抽样、报告与操作留痕")),
    ("demo", "evaluation.cli.demo", N_("生成演示城市")),
)


def main() -> None:
    """Run the command line; an error of ours is one sentence and exit code 1."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in {"--help", "-h", "help"}:
        print_commands()
        return
    modules = {name: module for name, module, _help in COMMANDS}
    if arguments[0] not in modules:
        typer.echo(_("没有“{name}”这个命令。").format(name=arguments[0]), err=True)
        print_commands()
        sys.exit(2)
    app = importlib.import_module(modules[arguments[0]]).app
    name = f"evaluation {arguments[0]}"
    try:
        code = app(args=arguments[1:], prog_name=name, standalone_mode=False)
    except EvaluationError as error:
        print_error(error)
        sys.exit(1)
    except typer.Abort:
        sys.exit(130)
    except Exception as error:
        if not usage.is_usage_error(error):
            _say_unforeseen(error)
            sys.exit(1)
        typer.echo(usage.text_of(error), err=True)
        typer.echo(_("各参数的说明见：{name} --help").format(name=name), err=True)
        sys.exit(2)
    if isinstance(code, int) and code:
        sys.exit(code)


def _say_unforeseen(error: Exception) -> None:
    """Say in one sentence what nobody foresaw; the trace goes to those who ask for it."""
    if os.environ.get("HENGPING_TRACE"):
        raise error
    if isinstance(error, _LIBRARY_ERRORS):
        typer.echo(str(error), err=True)
        return
    typer.echo(
        _("没有完成：程序内部出错（{kind}：{text}）。").format(
            kind=type(error).__name__, text=" ".join(str(error).split())[:200]
        ),
        err=True,
    )
    typer.echo(
        _("请把这句话连同所用命令报告给维护人；加 HENGPING_TRACE=1 重做可得全部细节。"), err=True
    )


def print_commands() -> None:
    """List the commands."""
    typer.echo(_("衡评：第三方评估工作台的命令行。用法：evaluation 命令 [参数]"))
    width = max(len(name) for name, _module, _help in COMMANDS)
    for name, _module, text in COMMANDS:
        typer.echo(f"  {name.ljust(width)}  {_(text)}")
    typer.echo(_("各命令的参数见：evaluation 命令 --help"))


def print_error(error: EvaluationError) -> None:
    """Write an error and each of its faults to the terminal."""
    typer.echo(str(error), err=True)
    for fault in error.faults[:50]:
        typer.echo(f"  {fault}", err=True)
    hidden = len(error.faults) - 50
    if hidden > 0:
        typer.echo(_("  另有{n}处问题未列出。").format(n=hidden), err=True)
