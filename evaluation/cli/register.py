"""``evaluation register``: look at a register file and take it in, from a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from evaluation.domain import register_mapping
from evaluation.domain.register import FIELD_TITLES
from evaluation.domain.register_mapping import BUNDLED, RegisterMapping
from evaluation.domain.roles import SYSTEM
from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services import installation, register_mappings, registers, rounds

app = typer.Typer(add_completion=False, no_args_is_help=True)

File = Annotated[Path, typer.Argument(help=_("登记表文件：XLSX、CSV 或 Parquet"))]
MappingName = Annotated[
    str, typer.Option("--mapping", help=_("对应方案：wuhan、new_york、已保存的名称，或 JSON 文件"))
]


@app.command("preview", help=_("显示文件的列、识别出的当事人信息列和推断的对应关系。"))
def preview(file: File) -> None:
    found = registers.preview(SYSTEM, _content(file), file.name)
    typer.echo(_("共{n}行").format(n=found.n_rows))
    if found.personal_columns:
        typer.echo(_("不收录的列：{names}").format(names="、".join(found.personal_columns)))
    for meaning, column in found.suggested.columns.items():
        typer.echo(f"{_(FIELD_TITLES[meaning])}\t{column}")


@app.command("import", help=_("把登记表导入一期评估；有一行不合格就不导入任何内容。"))
def import_register(
    file: File,
    round_code: Annotated[str, typer.Option("--round", help=_("评估期次的代码，例如 initial"))],
    name: Annotated[str, typer.Option(help=_("登记表名称"))] = "",
    mapping: MappingName = "",
) -> None:
    installation.prepare()
    content = _content(file)
    chosen = {view.code: view for view in rounds.list_rounds(SYSTEM)}
    if round_code not in chosen:
        raise InvalidInput(
            _("没有代码为“{code}”的评估期次。").format(code=round_code),
            remedy=_("现有期次：{codes}。").format(codes="、".join(chosen) or _("无")),
        )
    view = registers.import_register(
        SYSTEM,
        chosen[round_code].id,
        name or file.stem,
        (content, file.name),
        _mapping(mapping, content, file.name),
    )
    typer.echo(
        _("已导入{n}件（原表{total}行，重复未计{duplicates}行）。").format(
            n=view.n_rows, total=view.n_source_rows, duplicates=view.n_duplicates
        )
    )
    typer.echo(_("未收录的列：{names}").format(names="、".join(view.left_out_columns) or _("无")))
    for note in view.notes:
        typer.echo(_("说明：{text}（{n}处）").format(text=note.text.rstrip("。"), n=note.count))


def _content(file: Path) -> bytes:
    if not file.is_file():
        raise InvalidInput(
            _("没有文件“{path}”。").format(path=file), remedy=_("请核对文件名和目录。")
        )
    return file.read_bytes()


def _mapping(name: str, content: bytes, file_name: str) -> RegisterMapping:
    if not name:
        return registers.preview(SYSTEM, content, file_name).suggested
    if name in BUNDLED:
        return BUNDLED[name][1]
    path = Path(name)
    if path.suffix == ".json" and path.is_file():
        try:
            return register_mapping.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidInput(
                _("对应方案文件“{path}”有误。").format(path=name),
                remedy=_("请参照文档改正后重试。"),
            ) from error
    saved = {entry.name: entry.mapping for entry in register_mappings.list_mappings(SYSTEM)}
    if name in saved:
        return saved[name]
    raise InvalidInput(
        _("没有名为“{name}”的对应方案。").format(name=name),
        remedy=_("可用的有：{names}。").format(names="、".join([*BUNDLED, *saved])),
    )
