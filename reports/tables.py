"""Tables made from rows of values: units, notes, hidden cells.

Leaves out looks (:mod:`reports.html`) and the choice of what to hide (:mod:`reports.disclosure`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports.disclosure import MINIMUM_CELL, suppress
from reports.document import Align, Column, Number, Part, Parts, Row, RowKind, Table
from reports.language import _
from reports.numbers import decimal

#: What stands in a cell whose number is withheld, and in one that has none.
HIDDEN = "＊"
NONE = "—"


def text_column(title: str, width: float = 2.0) -> Column:
    """Make a column of words, flush left."""
    return Column(title, Align.LEFT, width)


def number_column(title: str, width: float = 1.0) -> Column:
    """Make a column of figures, flush right."""
    return Column(title, Align.RIGHT, width)


def centred_column(title: str, width: float = 1.0) -> Column:
    """Make a column of short marks, centred."""
    return Column(title, Align.CENTRE, width)


def group_row(title: Part | Parts) -> Row:
    """Make a row that heads a group."""
    return Row((title,), RowKind.GROUP)


def total_row(*cells: Part | Parts) -> Row:
    """Make the closing row."""
    return Row(cells, RowKind.TOTAL)


def body_row(*cells: Part | Parts) -> Row:
    """Make an ordinary row."""
    return Row(cells)


def without_column(table: Table, position: int) -> Table:
    """Leave out a column that has nothing to say.

    >>> table = Table("t", "试", (text_column("甲"), number_column("乙")), (body_row("一", "—"),))
    >>> without_column(table, 1).rows[0].cells
    ('一',)
    """
    return replace(
        table,
        columns=table.columns[:position] + table.columns[position + 1 :],
        rows=tuple(
            row
            if row.kind is RowKind.GROUP
            else replace(row, cells=row.cells[:position] + row.cells[position + 1 :])
            for row in table.rows
        ),
    )


def cross_table(
    caption: str,
    labels: tuple[Sequence[str], Sequence[str]],
    counts: Sequence[Sequence[tuple[str, int]]],
    *,
    table_id: str,
    minimum: int = MINIMUM_CELL,
) -> Table:
    """Make a table of counts with totals, small cells hidden so that no total betrays them.

    ``labels`` are those of the rows and of the columns; ``counts`` holds a result id and a count
    for each cell.

    >>> cells = [[("a", 3), ("b", 20)], [("c", 40), ("d", 50)]]
    >>> table = cross_table("试", (["甲", "乙"], ["是", "否"]), cells, table_id="t")
    >>> [cell if isinstance(cell, str) else cell.text for cell in table.rows[0].cells]
    ['甲', '＊', '＊', '23']
    """
    row_labels, column_labels = labels
    shown = suppress([[n for _id, n in row] for row in counts], minimum=minimum)
    rows = []
    for label, row, visible in zip(row_labels, counts, shown, strict=True):
        cells: list[Part | Parts] = [label]
        for (result_id, _n), value in zip(row, visible, strict=True):
            cells.append(HIDDEN if value is None else Number(decimal(value, 0), result_id))
        cells.append(_sum(list(row)))
        rows.append(Row(tuple(cells)))
    totals = [_sum([row[c] for row in counts]) for c in range(len(column_labels))]
    whole = _sum([cell for row in counts for cell in row])
    rows.append(Row((_("合计"), *totals, whole), RowKind.TOTAL))
    is_hidden = any(value is None for row in shown for value in row)
    note = _("注：＊为防止识别个人而不公布的单元，含为防止倒推而一并隐去的单元。")
    return Table(
        id=table_id,
        caption=caption,
        columns=(
            text_column(""),
            *(number_column(label) for label in column_labels),
            number_column(_("合计")),
        ),
        rows=tuple(rows),
        notes=((note,),) if is_hidden else (),
    )


def _sum(cells: Sequence[tuple[str, int]]) -> Number:
    ids = "+".join(result_id for result_id, _n in cells)
    return Number(decimal(sum(n for _id, n in cells), 0), ids, "sum")
