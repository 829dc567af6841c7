"""A report as one HTML document, the same for screen and print.

The text is escaped by Jinja; only what this module itself wraps is markup.  Leaves out page
making (:mod:`reports.pdf`) and every choice of words.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from reports.document import (
    Align,
    Appendix,
    Block,
    Fact,
    Figure,
    Note,
    Number,
    Part,
    Parts,
    Reference,
    Report,
    RowKind,
    Section,
    Strong,
    Table,
    Verbatim,
    plain_text,
)
from reports.errors import LayoutError
from reports.language import _

_HERE = Path(__file__).parent
_CHINESE = "零一二三四五六七八九十"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def chinese_number(number: int) -> str:
    """Write a section number in Chinese.

    >>> chinese_number(4), chinese_number(10), chinese_number(14), chinese_number(20)
    ('四', '十', '十四', '二十')
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_CHINESE[tens]}十"
    return head + (_CHINESE[ones] if ones else "")


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the contents."""

    level: int
    anchor: str
    text: str


@dataclass
class _Numbering:
    """Numbers of sections, tables and figures, given out in reading order."""

    headings: list[Heading] = field(default_factory=list)
    tables: list[tuple[str, str]] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    titles: dict[int, tuple[str, str]] = field(default_factory=dict)

    def read(self, report: Report) -> None:
        """Walk through the report once and number everything."""
        self._section(report.summary, 1, "", 0)
        count = 0
        for section in report.sections:
            count += section.is_numbered
            self._section(section, 1, f"{chinese_number(count)}、", count)
        for number, appendix in enumerate(report.appendices):
            letter = chr(ord("A") + number)
            self._title(
                appendix,
                1,
                _("附录{letter}\u2002{title}").format(letter=letter, title=appendix.title),
            )
            self._blocks(appendix.blocks, 1)

    def read_blocks(self, blocks: Sequence[Block]) -> None:
        """Give numbers to the blocks of a sheet without sections of its own."""
        self._blocks(tuple(blocks), 1)

    def _section(self, section: Section, level: int, prefix: str, _count: int) -> None:
        self._title(section, level, f"{prefix if section.is_numbered else ''}{section.title}")
        self._blocks(section.blocks, level)

    def _title(self, item: Section | Appendix, level: int, text: str) -> None:
        anchor = item.id or f"s{len(self.headings)}"
        self.headings.append(Heading(level, anchor, text))
        self.labels[anchor] = _short_label(text)
        self.titles[id(item)] = (anchor, text)

    def _blocks(self, blocks: tuple[Block, ...], level: int) -> None:
        count = 0
        for block in blocks:
            if isinstance(block, Section):
                count += block.is_numbered
                number = f"（{chinese_number(count)}）" if level == 1 else f"{count}."
                self._section(block, level + 1, number, count)
            elif isinstance(block, Table):
                self._captioned(self.tables, block.id, block.caption, _("表"))
            elif isinstance(block, Figure):
                self._captioned(self.figures, block.id, block.caption, _("图"))

    def _captioned(self, kept: list[tuple[str, str]], key: str, caption: str, word: str) -> None:
        if key in self.labels:
            raise LayoutError(_("图表编号重复：{key}。").format(key=key))
        label = f"{word}{len(kept) + 1}"
        self.labels[key] = label
        kept.append((key, f"{label}\u2002{caption}"))


def _short_label(heading: str) -> str:
    """Name a section in running text: 第八部分, 附录A, or its title.

    >>> _short_label("八、具体措施落实评估"), _short_label("摘要")
    ('第八部分', '“摘要”')
    """
    number, mark, _rest = heading.partition("、")
    if mark and len(number) <= 2:
        return _("第{number}部分").format(number=number)
    return heading.split("\u2002")[0] if "\u2002" in heading else f"“{heading}”"


def _is_short(section: Section | Appendix) -> bool:
    """Tell whether a chapter may follow on the page of the one before."""
    blocks = section.blocks
    rows = sum(len(block.rows) for block in blocks if isinstance(block, Table | Fact))
    return len(blocks) <= 4 and rows <= 12 and not any(isinstance(b, Section) for b in blocks)


class _Writer:
    """Turns blocks into markup with one numbering."""

    def __init__(self, numbering: _Numbering) -> None:
        self._numbering = numbering

    def parts(self, parts: Part | Parts) -> Markup:
        """Write the parts of a text."""
        if isinstance(parts, tuple):
            return Markup("").join(self.parts(part) for part in parts)
        if isinstance(parts, Number):
            words = "n words" if _HAN.search(parts.text) else "n"
            return Markup('<span class="{}" data-result="{}">{}</span>').format(
                words, parts.result_id, parts.text
            )
        if isinstance(parts, Verbatim):
            return escape(parts.text)
        if isinstance(parts, Strong):
            return Markup("<strong>{}</strong>").format(self.parts(parts.parts))
        if isinstance(parts, Note):
            return Markup('<span class="fn">{}</span>').format(self.parts(parts.parts))
        if isinstance(parts, Reference):
            return self._reference(parts)
        return escape(parts)

    def _reference(self, reference: Reference) -> Markup:
        label = self._numbering.labels.get(reference.target)
        if label is None:
            raise LayoutError(
                _("正文引用了不存在的图表或章节：{target}。").format(target=reference.target),
                remedy=_("请检查编号。"),
            )
        kind = "x pg" if reference.with_page else "x"
        return Markup('<a class="{}" href="#{}">{}</a>').format(kind, reference.target, label)

    def block(self, block: Block, level: int = 1) -> Markup:
        """Write one block through its template."""
        if isinstance(block, Section):
            return self.section(block, level + 1)
        name = type(block).__name__.lower()
        context: dict[str, object] = {"block": block, "parts": self.parts, "Align": Align}
        if isinstance(block, Table):
            total = sum(column.width for column in block.columns)
            context["widths"] = [f"{column.width / total:.2%}" for column in block.columns]
            context["RowKind"] = RowKind
        if isinstance(block, Table | Figure):
            context["label"] = self._numbering.labels[block.id]
        if isinstance(block, Figure):
            context["image"] = base64.b64encode(block.svg.encode()).decode()
        macro = getattr(_ENVIRONMENT.get_template("blocks.html.j2").make_module(context), name)
        return Markup(macro())  # noqa: S704 -- the template escaped it

    def section(self, section: Section | Appendix, level: int = 1) -> Markup:
        """Write a section with its heading."""
        anchor, text = self._numbering.titles[id(section)]
        inner = Markup("").join(self.block(block, level) for block in section.blocks)
        kind = "chapter" if level == 1 else "part"
        wide = " wide" if section.is_landscape else " short" if _is_short(section) else ""
        return Markup('<section class="{}{}"><h{} id="{}">{}</h{}>{}</section>').format(
            kind, wide, level + 1, anchor, text, level + 1, inner
        )


def _style(name: str) -> Markup:
    return Markup((_HERE / "styles" / name).read_text(encoding="utf-8"))  # noqa: S704 -- our file


def document(report: Report) -> str:
    """Return the whole report as HTML.

    Raises
    ------
    LayoutError
        If a reference points at nothing, or two tables or figures share an id.
    """
    numbering = _Numbering()
    numbering.read(report)
    writer = _Writer(numbering)
    return _ENVIRONMENT.get_template("report.html.j2").render(
        report=report,
        style=_style("report.css"),
        headings=numbering.headings,
        tables=numbering.tables,
        figures=numbering.figures,
        summary=writer.section(report.summary),
        sections=[writer.section(section) for section in report.sections],
        appendices=[writer.section(appendix) for appendix in report.appendices],
        parts=writer.parts,
        block=writer.block,
        description=plain_text(tuple(report.summary.title)) if report.summary.title else "",
    )


def sheet(
    title: str,
    blocks: Sequence[Block],
    *,
    subtitle: str = "",
    foot: str = "",
    marks: Sequence[str] = (),
    style: str = "",
) -> str:
    """Return a short official paper (certificate, list, receipt, poster) as HTML.

    ``foot`` stands at the foot of every page, ``marks`` (演示数据) in its head; ``style`` is CSS
    added last, for another page size or larger type.
    """
    numbering = _Numbering()
    numbering.read_blocks(blocks)
    writer = _Writer(numbering)
    return _ENVIRONMENT.get_template("sheet.html.j2").render(
        title=title,
        subtitle=subtitle,
        foot=foot,
        marks=marks,
        body=[writer.block(block) for block in blocks],
        style=_style("sheet.css"),
        more_style=Markup(style),  # noqa: S704 -- CSS of the calling module, never a user's
    )


def picture(data: bytes, media_type: str, alternative: str, *, width: str = "40mm") -> Markup:
    """Return an image (a QR code) for hand-written HTML; the renderer reads no files."""
    return Markup('<img alt="{}" style="width:{}" src="data:{};base64,{}">').format(
        alternative, width, media_type, base64.b64encode(data).decode()
    )
