"""Walks through a report: every block, every part, every bound number, every stray digit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reports.document import (
    Appendix,
    Block,
    Fact,
    Figure,
    Findings,
    KeyFigures,
    MethodNote,
    Note,
    Number,
    Paragraph,
    Part,
    Parts,
    Report,
    Section,
    Strong,
    Table,
)

_DIGIT = re.compile(r"[0-9０-９]")


def _parts_of(block: Block | Appendix) -> Iterator[Part | Parts]:
    if isinstance(block, Paragraph | MethodNote):
        yield block.parts
    elif isinstance(block, Findings):
        for finding in block.items:
            yield from (finding.title, finding.body)
    elif isinstance(block, KeyFigures):
        for figure in block.items:
            yield from (figure.number, figure.caption)
    elif isinstance(block, Fact):
        yield from (value for _term, value in block.rows)
    elif isinstance(block, Table):
        for row in block.rows:
            yield from row.cells
        yield from block.notes
    elif isinstance(block, Figure):
        yield from block.numbers
        yield from block.notes


def blocks(report: Report) -> Iterator[Block]:
    """Go through every block of a report in reading order, sections before what they hold."""

    def walk(items: tuple[Block, ...]) -> Iterator[Block]:
        for item in items:
            yield item
            if isinstance(item, Section):
                yield from walk(item.blocks)

    yield from report.imprint.statements
    yield report.imprint.facts
    yield from walk((report.summary, *report.sections))
    for appendix in report.appendices:
        yield from walk(appendix.blocks)


def parts(report: Report) -> Iterator[Part]:
    """Go through every part of every text, nested parts too."""

    def flat(item: Part | Parts) -> Iterator[Part]:
        if isinstance(item, tuple):
            for part in item:
                yield from flat(part)
            return
        yield item
        if isinstance(item, Strong | Note):
            yield from flat(item.parts)

    for block in blocks(report):
        for item in _parts_of(block):
            yield from flat(item)


def numbers(report: Report) -> list[Number]:
    """Return every bound number of a report, in reading order."""
    return [part for part in parts(report) if isinstance(part, Number)]


def unbound_numbers(report: Report) -> list[str]:
    """Return every piece of free text that holds a digit; a finished report has none."""
    return [part for part in parts(report) if isinstance(part, str) and _DIGIT.search(part)]
