"""Bars and dots with their confidence intervals.

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
    RED,
    RULE,
    Canvas,
    label_width,
    ticks,
    wrap,
)
from reports.language import _


@dataclass(frozen=True, slots=True)
class Estimated:
    """One row: a label, a value, its interval, the written value, and what colour it carries."""

    label: str
    value: float
    written: str
    lower: float | None = None
    upper: float | None = None
    written_interval: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """Range and lettering of the horizontal axis."""

    low: float
    high: float
    write: Callable[[float], str]
    title: str = ""


def _row_height(rows: Sequence[Estimated]) -> float:
    """Rows stand closer when there are many, so that a chart stays beside its words."""
    return 21.0 if len(rows) <= 10 else 16.0


def _frame(
    title: str, rows: Sequence[Estimated], axis: Axis, top: float
) -> tuple[Canvas, float, float, Callable[[float], float]]:
    left = label_width([row.label for row in rows], 9.5, 130)
    right = FULL_WIDTH - 118
    step = _row_height(rows)
    height = top + step * len(rows) + (34 if axis.title else 22)
    canvas = Canvas(FULL_WIDTH, height, title)
    span = axis.high - axis.low

    def place(value: float) -> float:
        return left + (min(max(value, axis.low), axis.high) - axis.low) / span * (right - left)

    bottom = top + step * len(rows)
    for tick in ticks(axis.low, axis.high):
        if axis.low - 1e-9 <= tick <= axis.high + 1e-9:
            canvas.line((place(tick), top), (place(tick), bottom), GRID)
            canvas.text(
                place(tick), bottom + 9, axis.write(tick), size=8.5, fill=MUTE, anchor="middle"
            )
    if axis.title:
        canvas.text(
            (left + right) / 2, bottom + 24, axis.title, size=8.5, fill=MUTE, anchor="middle"
        )
    return canvas, left, right, place


def _label(canvas: Canvas, row: Estimated, left: float, y: float) -> None:
    lines = wrap(row.label, left - 10, 9.5)[:2]
    for number, line in enumerate(lines):
        shift = 0 if len(lines) == 1 else (number - 0.5) * 10.5
        size = 9.5 if len(lines) == 1 else 8.5
        canvas.text(left - 8, y + shift, line, size=size, anchor="end")


def _written(canvas: Canvas, row: Estimated, right: float, y: float) -> None:
    canvas.text(right + 42, y, row.written, size=9, anchor="end", is_bold=True)
    if row.written_interval:
        canvas.text(right + 47, y, row.written_interval, size=8, fill=MUTE)


def bars(
    title: str, rows: Sequence[Estimated], axis: Axis, targets: Sequence[float | None] = ()
) -> str:
    """Horizontal bars with intervals; a diamond marks the target of a row."""
    has_targets = any(target is not None for target in targets)
    top = 22.0 if has_targets else 6.0
    canvas, left, right, place = _frame(title, rows, axis, top)
    step = _row_height(rows)
    if has_targets:
        canvas.diamond(left + 4, 7, 4, RED)
        canvas.text(left + 13, 7, _("目标值"), size=8.5, fill=MUTE)
    for number, row in enumerate(rows):
        y = top + step * (number + 0.5)
        _label(canvas, row, left, y)
        canvas.rect(place(axis.low), y - 6, place(row.value) - place(axis.low), 12, BLUE)
        if row.lower is not None and row.upper is not None:
            canvas.whisker(place(row.lower), place(row.upper), y, INK)
        if has_targets and (target := targets[number]) is not None:
            canvas.diamond(place(target), y, 4, RED)
        _written(canvas, row, right, y)
    canvas.line((left, top), (left, top + step * len(rows)), RULE, 0.8)
    return canvas.svg()


def dots(title: str, rows: Sequence[Estimated], axis: Axis) -> str:
    """Dots with intervals."""
    top = 6.0
    canvas, left, right, place = _frame(title, rows, axis, top)
    step = _row_height(rows)
    for number, row in enumerate(rows):
        y = top + step * (number + 0.5)
        _label(canvas, row, left, y)
        if row.lower is not None and row.upper is not None:
            canvas.line((place(row.lower), y), (place(row.upper), y), BLUE, 1.8)
        canvas.dot(place(row.value), y, 3.6, BLUE)
        _written(canvas, row, right, y)
    return canvas.svg()
