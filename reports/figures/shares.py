"""Shares of a whole: diverging answer scales and stacked bars.

Percentages come closed to 100 from :func:`reports.numbers.largest_remainder`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.figures.canvas import (
    BLUE,
    FULL_WIDTH,
    GOLD,
    GREY,
    GRID,
    INK,
    MUTE,
    PALE,
    RED,
    Canvas,
    label_width,
    text_width,
    wrap,
)

#: From most negative to most positive; the middle of five is neutral.
DIVERGING = ("#b5402f", "#e2a08f", "#d9dde2", "#8fb8d3", "#1f5f8b")
QUALITATIVE = (BLUE, PALE, GOLD, RED, GREY, "#d9dde2")
_DARK = frozenset({BLUE, RED, GREY, GOLD})
_ROW = 25.0


@dataclass(frozen=True, slots=True)
class Split:
    """One bar: its label, the percentages of its parts in the order of the key, and its end."""

    label: str
    percentages: tuple[float, ...]
    written: str = ""


def _paint(canvas: Canvas, x: float, width: float, y: float, colour: str, value: float) -> None:
    canvas.rect(x, y - 8, width, 16, colour)
    text = f"{value:.0f}"
    if width > text_width(text, 8.5) + 4:
        fill = "#fff" if colour in _DARK else INK
        canvas.text(x + width / 2, y, text, size=8.5, fill=fill, anchor="middle")


def diverging(title: str, levels: Sequence[str], rows: Sequence[Split], closing: str) -> str:
    """Five-point answers about a middle line: negative to the left, positive to the right."""
    left = label_width([row.label for row in rows], 9.5, 150)
    right = FULL_WIDTH - 52
    top, bottom = 40.0, 40.0 + _ROW * len(rows)
    canvas = Canvas(FULL_WIDTH, bottom + 18, title)
    negative = max((sum(r.percentages[:2]) + r.percentages[2] / 2 for r in rows), default=0)
    positive = max((sum(r.percentages[3:]) + r.percentages[2] / 2 for r in rows), default=0)
    low, high = -max(negative, 10) - 2, max(positive, 10) + 2

    def place(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    canvas.legend(left, 8, list(zip(levels, DIVERGING, strict=True)))
    canvas.text(FULL_WIDTH, 28, closing, size=8.5, fill=MUTE, anchor="end")
    for tick in range(-100, 101, 25):
        if low <= tick <= high:
            strong = tick == 0
            canvas.line(
                (place(tick), top),
                (place(tick), bottom),
                MUTE if strong else GRID,
                0.8 if strong else 0.6,
            )
            canvas.text(
                place(tick), bottom + 9, f"{abs(tick)}%", size=8.5, fill=MUTE, anchor="middle"
            )
    for number, row in enumerate(rows):
        y = top + _ROW * (number + 0.5)
        _label(canvas, row.label, left, y)
        x = -(row.percentages[0] + row.percentages[1] + row.percentages[2] / 2)
        for value, colour in zip(row.percentages, DIVERGING, strict=True):
            _paint(canvas, place(x), place(x + value) - place(x), y, colour, value)
            x += value
        canvas.text(FULL_WIDTH, y, row.written, size=9, fill=BLUE, anchor="end", is_bold=True)
    return canvas.svg()


def _label(canvas: Canvas, label: str, left: float, y: float) -> None:
    lines = wrap(label, left - 10, 9)
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1][:-1]}…"]
    for number, line in enumerate(lines):
        shift = 0 if len(lines) == 1 else (number - 0.5) * 10.5
        canvas.text(left - 8, y + shift, line, size=9, anchor="end")


def stacked(title: str, key: Sequence[str], rows: Sequence[Split]) -> str:
    """Bars that each fill the whole width: what a total is made of."""
    left = label_width([row.label for row in rows], 9.5, 120)
    right = FULL_WIDTH - 46
    top = 24.0 + 14 * _legend_rows(key, FULL_WIDTH - left)
    canvas = Canvas(FULL_WIDTH, top + _ROW * len(rows) + 8, title)
    colours = QUALITATIVE[: len(key)]
    x, y = left, 8.0
    for name, colour in zip(key, colours, strict=True):
        width = 26.5 + text_width(name, 8.5)
        if x + width > FULL_WIDTH + 14:
            x, y = left, y + 14
        canvas.legend(x, y, [(name, colour)])
        x += width
    for number, row in enumerate(rows):
        y = top + _ROW * (number + 0.5) - 6
        _label(canvas, row.label, left, y)
        x = left
        for value, colour in zip(row.percentages, colours, strict=True):
            width = value / 100 * (right - left)
            _paint(canvas, x, width, y, colour, value)
            x += width
        canvas.text(FULL_WIDTH, y, row.written, size=8.5, fill=MUTE, anchor="end")
    return canvas.svg()


def _legend_rows(key: Sequence[str], room: float) -> int:
    rows, x = 0, 0.0
    for name in key:
        width = 26.5 + text_width(name, 8.5)
        if x + width > room + 14:
            rows, x = rows + 1, 0.0
        x += width
    return rows
