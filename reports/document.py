"""A report as plain data: sections of paragraphs, tables, figures and findings.

Every figure in it is a :class:`Number` that names the result behind it; free text may not hold a
digit (:func:`compose` refuses it) unless it is quoted from a named document (:class:`Verbatim`).
Leaves out how it looks (:mod:`reports.html`) and where a number came from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reports.errors import ReportError, UnboundNumber
from reports.language import _

_DIGIT = re.compile(r"[0-9０-９]")
_FIELD = re.compile(r"\{([a-z_][a-z_0-9]*)\}")


@dataclass(frozen=True, slots=True)
class Number:
    """A printed figure and the result it was written from."""

    text: str
    result_id: str
    part: str = "value"


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Words taken over from a named source: a date, a section number, the text of the plan."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Strong:
    """The words that carry a paragraph."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A pointer to a table, a figure or a section by its id; printed as its number."""

    target: str
    with_page: bool = False


Part = str | Number | Verbatim | Strong | Note | Reference
Parts = tuple[Part, ...]


def compose(template: str, values: Mapping[str, Part | Parts] | None = None) -> Parts:
    """Put numbers and references into a sentence: ``compose("共评查{n}份。", {"n": number})``.

    Raises
    ------
    UnboundNumber
        If the sentence itself holds a digit: give the figure as a :class:`Number`, or quote it
        as :class:`Verbatim` with its source.
    ReportError
        If a field of the sentence got no value.

    Examples
    --------
    >>> compose("共评查{n}份。", {"n": Number("600", "review.files")})
    ('共评查', Number(text='600', result_id='review.files', part='value'), '份。')
    """
    parts: list[Part] = []
    position = 0
    for found in _FIELD.finditer(template):
        parts.append(template[position : found.start()])
        position = found.end()
        if values is None or found[1] not in values:
            raise ReportError(_("句子缺少取值：{name}。").format(name=found[1]), where=template)
        value = values[found[1]]
        parts.extend(value if isinstance(value, tuple) else (value,))
    parts.append(template[position:])
    for part in parts:
        if isinstance(part, str) and _DIGIT.search(part):
            raise UnboundNumber(
                _("正文中有未绑定结果的数字：“{text}”。").format(text=part),
                remedy=_("请改为引用结果编号，或注明所引文件。"),
            )
    return tuple(part for part in parts if part != "")


def plain_text(parts: Part | Parts) -> str:
    """Return the words of a text without marks, references as nothing."""
    if isinstance(parts, str):
        return parts
    if isinstance(parts, Number | Verbatim):
        return parts.text
    if isinstance(parts, Strong):
        return "".join(plain_text(part) for part in parts.parts)
    if isinstance(parts, tuple):
        return "".join(plain_text(part) for part in parts)
    return ""


class ParagraphStyle(StrEnum):
    """How a paragraph stands on the page."""

    BODY = "body"
    LEAD = "lead"
    QUOTE = "quote"
    CALLOUT = "callout"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    parts: Parts
    style: ParagraphStyle = ParagraphStyle.BODY

    @classmethod
    def of(
        cls,
        template: str,
        values: Mapping[str, Part | Parts] | None = None,
        style: ParagraphStyle = ParagraphStyle.BODY,
    ) -> Paragraph:
        """Compose a paragraph from a sentence and its numbers."""
        return cls(compose(template, values), style)

    @classmethod
    def plain(cls, text: str, style: ParagraphStyle = ParagraphStyle.BODY) -> Paragraph:
        """Make a paragraph of text written elsewhere (a sheet, a court's reply), digits and all."""
        return cls((Verbatim(text, "as written"),), style)


@dataclass(frozen=True, slots=True)
class Finding:
    """A numbered conclusion, problem or recommendation: the point first, then its grounds."""

    title: Parts
    body: Parts = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """A list of findings."""

    items: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One large number at a glance."""

    number: Part
    unit: str
    caption: Parts


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A row of large numbers."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A list of terms and their values: imprint, certificate, disclosure."""

    rows: tuple[tuple[str, Part | Parts], ...]


class Align(StrEnum):
    """Alignment of a column."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` is its share of the table, relative to the others."""

    title: str
    align: Align = Align.LEFT
    width: float = 1.0


class RowKind(StrEnum):
    """What a row is."""

    BODY = "body"
    GROUP = "group"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Row:
    """A row; a group row has one cell that spans the table."""

    cells: tuple[Part | Parts, ...]
    kind: RowKind = RowKind.BODY


@dataclass(frozen=True, slots=True)
class Table:
    """A three-line table; its caption stands above, unit at the upper right, notes below."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unit: str = ""
    source: str = ""
    notes: tuple[Parts, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a table whose rows do not fit its columns.

        Raises
        ------
        ReportError
            If a row has too few or too many cells: give one cell for each column.
        """
        for row in self.rows:
            wanted = 1 if row.kind is RowKind.GROUP else len(self.columns)
            if len(row.cells) != wanted:
                raise ReportError(
                    _("表“{caption}”有一行为{found}格，应为{wanted}格。").format(
                        caption=self.caption, found=len(row.cells), wanted=wanted
                    )
                )


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its words: caption below, alternative text made from the data."""

    id: str
    caption: str
    svg: str
    alternative: str
    source: str = ""
    notes: tuple[Parts, ...] = ()
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True, slots=True)
class MethodNote:
    """How something was done, in small type beside the result."""

    title: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class Source:
    """A document that the report rests on."""

    title: str
    number: str = ""
    dated: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """A list of documents."""

    items: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section; the level follows from where it stands, the number from its order."""

    title: str
    blocks: tuple[Block, ...]
    id: str = ""
    is_numbered: bool = True
    is_landscape: bool = False


Block = Paragraph | Findings | KeyFigures | Fact | Table | Figure | MethodNote | Sources | Section


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page."""

    title: tuple[str, ...]
    subtitle: str
    organisation: str
    date: str
    number: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imprint:
    """The page of statements and versions behind the cover."""

    statements: tuple[Paragraph, ...]
    facts: Fact


@dataclass(frozen=True, slots=True)
class Appendix:
    """An appendix; its letter follows from its order."""

    title: str
    blocks: tuple[Block, ...]
    id: str = ""
    is_landscape: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report."""

    cover: Cover
    imprint: Imprint
    summary: Section
    sections: tuple[Section, ...]
    appendices: tuple[Appendix, ...] = ()
    running_title: str = ""
    #: Words that stand in the head of every page: 演示数据, 试算, 征求意见稿.
    marks: tuple[str, ...] = ()
    fingerprint: str = ""
    dated_on: str = ""
    keywords: tuple[str, ...] = field(default=())

    @property
    def title(self) -> str:
        """The title in one line."""
        return "".join(self.cover.title)
