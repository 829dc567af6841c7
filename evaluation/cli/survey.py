"""Check, import and export questionnaires and responses from a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services import instrument_forms, questionnaire_codebook
from evaluation.services import questionnaire_files as files
from surveys.checks import errors_only
from surveys.errors import Problem, Severity
from surveys.exchange.tables import TableFormat
from surveys.schema import Missing, Questionnaire

app = typer.Typer(no_args_is_help=True, help=_("检查、导入、导出问卷和答卷"))

Source = Annotated[Path, typer.Argument(help=_("问卷文件：.yaml、.json、.xlsx、.xls、.lss、.lsq"))]
Answered = tuple[Questionnaire, files.ReadResponses]
_MOST_SHOWN = 50
Target = Annotated[Path, typer.Argument(help=_("写到哪个文件；后缀决定格式"))]


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            _("打不开文件。"), where=str(path), remedy=_("请检查路径和权限。")
        ) from error


def _read_sound(source: Path) -> Questionnaire:
    """Read a questionnaire that answers can be read with; one with errors is refused."""
    read = files.read_questionnaire(source.name, _read_bytes(source))
    errors = errors_only(list(read.problems))
    if errors:
        raise files.refusal(errors, _("问卷有错误，不能用来读答卷。"))
    return read.questionnaire


def _read_answers(source: Path, table: Path, missing: list[str] | None) -> Answered:
    """Read a questionnaire and a table of responses; say what could not be read."""
    questionnaire = _read_sound(source)
    found = files.read_responses(
        questionnaire, table.name, _read_bytes(table), missing=_missing(missing or [])
    )
    _print(found.problems[:_MOST_SHOWN])
    if len(found.problems) > _MOST_SHOWN:
        typer.echo(
            _("以上是前{shown}处，共{all}处读不懂。").format(
                shown=_MOST_SHOWN, all=len(found.problems)
            )
        )
    return questionnaire, found


def _print(problems: Iterable[Problem]) -> None:
    words = {Severity.ERROR: _("错误"), Severity.WARNING: _("提醒")}
    for problem in problems:
        typer.echo(f"{words[problem.severity]}　{problem.where}：{problem.what}{problem.remedy}")


@app.command(help=_("检查一份问卷：一次列出所有问题，各注明位置和处理办法。"))
def check(source: Source) -> None:
    """List every problem of a questionnaire."""
    read = files.read_questionnaire(source.name, _read_bytes(source))
    _print((*read.losses, *read.problems))
    errors = errors_only(list(read.problems))
    typer.echo(
        _(
            "{code} {title}：{sections}个部分，{questions}道题；{errors}处错误，{warnings}处提醒。"
        ).format(
            code=read.questionnaire.code,
            title=read.questionnaire.title,
            sections=len(read.questionnaire.sections),
            questions=len(read.questionnaire.questions),
            errors=len(errors),
            warnings=len(read.problems) + len(read.losses) - len(errors),
        )
    )
    if errors:
        raise typer.Exit(1)


@app.command("import", help=_("把 XLSForm 或 LimeSurvey 问卷转为本系统格式（.yaml 或 .json）。"))
def import_(source: Source, target: Target) -> None:
    """Turn a foreign questionnaire into our format."""
    read = files.read_questionnaire(source.name, _read_bytes(source))
    _print((*read.losses, *read.problems))
    _write(target, files.write_questionnaire(read.questionnaire, _native(target)).content)


@app.command("export", help=_("把问卷写成 XLSForm（.xlsx）、.yaml、.json 或 DDI 编码本（.xml）。"))
def export(source: Source, target: Target) -> None:
    """Write a questionnaire in another format."""
    read = files.read_questionnaire(source.name, _read_bytes(source))
    written = files.write_questionnaire(read.questionnaire, _format(target))
    _print((*read.losses, *errors_only(list(read.problems)), *written.losses))
    _write(target, written.content)


@app.command(help=_("把案卷评查表、证据评分表或访谈提纲写成问卷格式，或写成纸质表（.pdf）。"))
def instrument(
    name: Annotated[
        str, typer.Argument(help=_("review（案卷评查）、evidence（证据评分）或提纲代码如 FG1"))
    ],
    target: Target,
) -> None:
    """Write one of the panel's own instruments as a questionnaire."""
    form = instrument_forms.form_of(name)
    if target.suffix.lower() == ".pdf":
        _write(target, instrument_forms.paper_of(form))
        return
    written = files.write_questionnaire(form, _format(target))
    _print(written.losses)
    _write(target, written.content)


@app.command(help=_("写编码本（.pdf）：变量、选项的数值、缺失代码、显示条件。"))
def codebook(source: Source, target: Target) -> None:
    """Write the codebook of a questionnaire as PDF."""
    read = files.read_questionnaire(source.name, _read_bytes(source))
    if target.suffix.lower() != ".pdf":
        raise InvalidInput(_("编码本只能写成 .pdf。"), remedy=_("DDI 编码本（.xml）请用 export。"))
    _write(target, questionnaire_codebook.pdf_of(read.questionnaire))


@app.command(help=_("用问卷读入别处的答卷表，写成带标签的数据文件。"))
def responses(
    source: Source,
    table: Annotated[Path, typer.Argument(help=_("答卷表：.csv、.xlsx、.parquet、.sav、.dta"))],
    target: Annotated[
        Path, typer.Argument(help=_("写到哪个文件：.csv、.xlsx、.parquet、.sav、.dta、.xml"))
    ],
    missing: Annotated[
        list[str] | None, typer.Option(help=_("缺失代码，例如 -99=dont_know；可多次使用"))
    ] = None,
) -> None:
    """Read a foreign table of responses and write it with labels."""
    questionnaire, found = _read_answers(source, table, missing)
    if found.unused_columns:
        typer.echo(_("没有用到的列：{names}").format(names="、".join(found.unused_columns)))
    ending = target.suffix.lower().lstrip(".")
    kind = None if ending == "xml" else _table_format(ending)
    _write(target, files.write_responses(questionnaire, found.answers, kind))
    counts = Counter(code for answers in found.answers for code in answers)
    typer.echo(
        _("读入{n}份答卷，{cells}处读不懂；作答最少的题有{least}份。").format(
            n=len(found.answers),
            cells=len(found.problems),
            least=min(counts.values(), default=0),
        )
    )


@app.command(help=_("用问卷和答卷表计算指数；别处的数据没有抽样设计，不给误差范围。"))
def index(
    source: Source,
    table: Annotated[Path, typer.Argument(help=_("答卷表：.csv、.xlsx、.parquet、.sav、.dta"))],
    missing: Annotated[
        list[str] | None, typer.Option(help=_("缺失代码，例如 -99=dont_know；可多次使用"))
    ] = None,
) -> None:
    """Compute the indices of a foreign table of responses."""
    questionnaire, found = _read_answers(source, table, missing)
    for line in files.index_lines(questionnaire, found.answers):
        typer.echo(line)


@app.command(help=_("用问卷和答卷表做交叉表；人数过少的格不显示。"))
def cross(
    source: Source,
    table: Annotated[Path, typer.Argument(help=_("答卷表：.csv、.xlsx、.parquet、.sav、.dta"))],
    row: Annotated[str, typer.Argument(help=_("行的题目代码"))],
    column: Annotated[str, typer.Argument(help=_("列的题目代码"))],
    missing: Annotated[
        list[str] | None, typer.Option(help=_("缺失代码，例如 -99=dont_know；可多次使用"))
    ] = None,
) -> None:
    """Cross two questions of a foreign table of responses."""
    questionnaire, found = _read_answers(source, table, missing)
    for line in files.cross_lines(questionnaire, found.answers, row, column):
        typer.echo(line)


def _missing(pairs: list[str]) -> dict[str, Missing]:
    found = {}
    for pair in pairs:
        text, _equals, kind = pair.partition("=")
        if not text or kind not in list(Missing):
            raise InvalidInput(
                _("缺失代码“{pair}”写法不对。").format(pair=pair),
                remedy=_("请写成“代码=种类”，种类可用：{kinds}。").format(
                    kinds="、".join(item.value for item in Missing)
                ),
            )
        found[text] = Missing(kind)
    return found


def _format(target: Path) -> files.QuestionnaireFormat:
    ending = target.suffix.lower().lstrip(".").replace("yml", "yaml")
    try:
        return files.QuestionnaireFormat(ending)
    except ValueError as error:
        raise InvalidInput(
            _("不能写成“.{ending}”。").format(ending=ending),
            remedy=_("可用的后缀：.yaml、.json、.xlsx、.xml。"),
        ) from error


def _native(target: Path) -> files.QuestionnaireFormat:
    kind = _format(target)
    if kind not in (files.QuestionnaireFormat.YAML, files.QuestionnaireFormat.JSON):
        raise InvalidInput(
            _("导入的结果只能写成 .yaml 或 .json。"), remedy=_("写成其他格式请用 export。")
        )
    return kind


def _table_format(ending: str) -> TableFormat:
    try:
        return TableFormat(ending)
    except ValueError as error:
        raise InvalidInput(
            _("不能写成“.{ending}”。").format(ending=ending),
            remedy=_("可用的后缀：.csv、.xlsx、.parquet、.sav、.dta、.xml。"),
        ) from error


def _write(target: Path, content: bytes) -> None:
    try:
        target.write_bytes(content)
    except OSError as error:
        raise InvalidInput(
            _("写不了文件。"), where=str(target), remedy=_("请检查目录是否存在、是否有权限。")
        ) from error
    typer.echo(_("已写入 {path}。").format(path=target))
