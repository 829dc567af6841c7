"""Papers of the storeroom: pull list in draw order, labels for the files, receipt for hand-over.

They carry case numbers, because the court fetches by them; they go to the secretary, the chair
and the court's own liaison, and never into a report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from evaluation import clock
from evaluation.clock import beijing_text
from evaluation.domain.case_file import FILE_STATE_TITLES, FileState
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.services import case_files, rounds
from evaluation.services.case_files import FileView
from evaluation.services.installation import is_demonstration_in
from evaluation.storage.session import reading
from reports import html, pdf
from reports.document import Align, Block, Column, Fact, Paragraph, Row, Table, Verbatim

MOST_LINES = 5000
_LANDSCAPE = "@page { size: A4 landscape; }"


def paper(actor: Actor, round_id: int, court_id: int, kind: str) -> tuple[str, bytes]:
    """Return file name and PDF of one paper: ``pull-list``, ``labels`` or ``receipt``.

    Raises
    ------
    NotFound
        If there is no such paper, or nothing to print.
    """
    require(actor, Role.SECRETARY, Role.CHAIR, Role.COURT_LIAISON)
    builder = _BUILDERS.get(kind)
    if builder is None:
        raise NotFound(_("没有这种清单。"), remedy=_("请从“调卷”页下载。"))
    lines = case_files.pull_list(actor, round_id, court_id, limit=MOST_LINES)
    lines = [line for line in lines if line.state is not FileState.FRAME_ERROR]
    if not lines:
        raise NotFound(_("该院没有抽中的案卷。"), remedy=_("请先完成抽样。"))
    view = rounds.get_round(actor, round_id)
    with reading() as session:
        marks = [_("演示数据")] if is_demonstration_in(session) else []
    content = builder(lines, view.name, marks)
    return f"{kind}-{round_id}-{court_id}.pdf", pdf.render(content)


def _said(text: str) -> Verbatim:
    return Verbatim(text, _("调卷清单"))


def _pull_list(lines: Sequence[FileView], round_name: str, marks: list[str]) -> str:
    table = Table(
        id="pull-list",
        caption=_("调卷清单（按抽签号排列）"),
        columns=(
            Column(_("次序"), Align.RIGHT, 0.5),
            Column(_("样本编号"), width=1),
            Column(_("案号"), width=2.2),
            Column(_("抽签号"), width=1.5),
            Column(_("层内序号"), Align.RIGHT, 0.7),
            Column(_("状态"), width=0.8),
            Column(_("调取时间"), width=1),
            Column(_("提供时间"), width=1),
            Column(_("经手人"), width=0.9),
        ),
        rows=tuple(
            Row(
                (
                    _said(str(number)),
                    _said(line.sample_number),
                    _said(line.unit_id),
                    _said(line.ticket[:16]),
                    _said(str(line.draw_rank)),
                    _(FILE_STATE_TITLES[line.state]),
                    " ",
                    " ",
                    " ",
                )
            )
            for number, line in enumerate(lines, start=1)
        ),
    )
    blocks: tuple[Block, ...] = (
        Paragraph.plain(
            _(
                "请按次序提供下列案卷的正卷。案卷由公开抽样产生，次序和范围不得改变；"
                "确实不能提供的，请书面说明，评估团如实记载，不用其他案卷代替。"
            )
        ),
        table,
    )
    return html.sheet(
        _("调卷清单"),
        blocks,
        subtitle=f"{round_name}　{lines[0].court}",
        foot=_("打印时间 {moment}").format(moment=beijing_text(clock.now())),
        marks=marks,
        style=_LANDSCAPE,
    )


def _receipt(lines: Sequence[FileView], round_name: str, marks: list[str]) -> str:
    handed = [line for line in lines if line.produced_at is not None]
    missing = [line for line in lines if line.state is FileState.NOT_PRODUCED]
    rows = tuple(
        Row(
            (
                _said(line.sample_number),
                _said(line.unit_id),
                _said(beijing_text(line.produced_at) if line.produced_at else "—"),
                _said(beijing_text(line.returned_at) if line.returned_at else "—"),
            )
        )
        for line in handed
    )
    table = Table(
        id="receipt",
        caption=_("交接明细"),
        columns=(
            Column(_("样本编号"), width=1),
            Column(_("案号"), width=2),
            Column(_("提供时间"), width=1.4),
            Column(_("归还时间"), width=1.4),
        ),
        rows=rows or (Row((_("尚未提供案卷"), "—", "—", "—")),),
    )
    names = "、".join(line.sample_number for line in missing) or _("无")
    sign = _("________________　　年　　月　　日")
    blocks: tuple[Block, ...] = (
        Paragraph.plain(
            _("本单载明提供{n}份，未提供{m}份（{names}）。").format(
                n=len(handed), m=len(missing), names=names
            )
        ),
        table,
        Fact(((_("法院经手人"), _said(sign)), (_("评估团经手人"), _said(sign)))),
    )
    return html.sheet(
        _("案卷交接单"),
        blocks,
        subtitle=f"{round_name}　{lines[0].court}",
        foot=_("一式两份，法院和评估团各执一份。"),
        marks=marks,
    )


_LABEL_STYLE = """
@page { size: A4; margin: 12mm; @bottom-center { content: none; } }
body { margin: 0; font-family: "Hengping Hei", sans-serif; }
h1 { font-size: 11pt; margin: 0 0 4mm; }
ul { list-style: none; margin: 0; padding: 0; }
li { display: inline-block; width: 58mm; height: 33mm; border: 0.4pt solid #555; padding: 3mm;
  margin: 0 1.5mm 3mm 0; box-sizing: border-box; vertical-align: top; break-inside: avoid; }
.n { font-size: 17pt; font-weight: bold; } .c { font-size: 9pt; } .t { font-size: 7.5pt; }
"""


def _labels(lines: Sequence[FileView], round_name: str, marks: list[str]) -> str:
    heading = escape(_("案卷标签") + f"　{round_name}　{lines[0].court}　{'　'.join(marks)}")
    cells = "".join(
        f'<li><div class="n">{escape(line.sample_number)}</div>'
        f'<div class="c">{escape(line.court)}　{escape(line.unit_id)}</div>'
        f'<div class="t">{escape(_("抽签号"))} {line.ticket[:16]}</div></li>'
        for line in lines
    )
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{heading}</title>'
        f"<style>{_LABEL_STYLE}</style></head><body><h1>{heading}</h1><ul>{cells}</ul></body></html>"
    )


_BUILDERS: dict[str, Callable[[Sequence[FileView], str, list[str]], str]] = {
    "pull-list": _pull_list,
    "labels": _labels,
    "receipt": _receipt,
}
