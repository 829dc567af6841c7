"""Several quantities side by side over the same rows: one dot in each panel, one label for all.

Leaves out any ranking: rows are drawn in the order given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.figures.canvas import (
    BLUE,
    FULL_WIDTH,
    GRID,
    INK,
    MUTE,
    NAVY,
    RULE,
    Canvas,
    label_width,
    text_width,
    wrap,
)
from reports.figures.intervals import Axis, Estimated

_STEP, _TOP, _GAP = 15.5, 30.0, 14.0
_Place = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Panel:
    """One quantity: title, axis, a value or nothing for each row, the value of all together."""

    title: str
    axis: Axis
    rows: Sequence[Estimated | None]
    whole: float | None = None


def panels(title: str, labels: Sequence[str], columns: Sequence[Panel], whole: str = "") -> str:
    """Draw the panels; ``whole`` names the dashed line, the value of all rows together."""
    left = label_width(list(labels), 9, 105)
    height = _TOP + _STEP * len(labels) + (26 if whole else 6)
    canvas = Canvas(FULL_WIDTH, height, title)
    bottom = _TOP + _STEP * len(labels)
    for number, label in enumerate(labels):
        y = _TOP + _STEP * (number + 0.5)
        line = wrap(label, left - 8, 9)[0]
        canvas.text(left - 8, y, line, size=9, anchor="end")
        if number:
            canvas.line((left, y - _STEP / 2), (FULL_WIDTH, y - _STEP / 2), GRID, 0.4)
    width = (FULL_WIDTH - left) / len(columns)
    for number, column in enumerate(columns):
        _panel(canvas, column, left + number * width, width - _GAP)
    if whole:
        y = bottom + 14
        canvas.line((left, y), (left + 16, y), NAVY, 0.9, "3 2")
        canvas.text(left + 21, y, whole, size=8.5, fill=MUTE)
    return canvas.svg()


def _panel(canvas: Canvas, column: Panel, left: float, width: float) -> None:
    bottom = _TOP + _STEP * len(column.rows)
    figures = [row.written for row in column.rows if row is not None]
    room = max((text_width(text, 8.5, True) for text in figures), default=0.0)
    right = left + width - room - 8
    span = column.axis.high - column.axis.low

    def place(value: float) -> float:
        inside = min(max(value, column.axis.low), column.axis.high) - column.axis.low
        return left + 4 + inside / span * (right - left - 8)

    lines = wrap(column.title, width, 9)[:2]
    for number, line in enumerate(lines):
        canvas.text(left, 8 + number * 11 + (5.5 if len(lines) == 1 else 0), line, size=9)
    canvas.line((left, _TOP), (left, bottom), RULE, 0.8)
    if column.whole is not None:
        x = place(column.whole)
        canvas.line((x, _TOP), (x, bottom), NAVY, 0.9, "3 2")
    for number, row in enumerate(column.rows):
        if row is not None:
            _dot(canvas, row, _TOP + _STEP * (number + 0.5), place, left + width)


def _dot(canvas: Canvas, row: Estimated, y: float, place: _Place, end: float) -> None:
    if row.lower is not None and row.upper is not None:
        canvas.line((place(row.lower), y), (place(row.upper), y), BLUE, 1.6)
    canvas.dot(place(row.value), y, 3.2, BLUE)
    canvas.text(end, y, row.written, size=8.5, fill=INK, anchor="end", is_bold=True)
