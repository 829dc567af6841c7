"""What changed and when: slopes between rounds, and the phases of the plan.

Colour marks a tested change only; everything else stays grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.figures.canvas import (
    BLUE,
    FULL_WIDTH,
    GREY,
    GRID,
    INK,
    MUTE,
    NAVY,
    PALE,
    RED,
    Canvas,
    text_width,
    wrap,
)


@dataclass(frozen=True, slots=True)
class Slope:
    """One line over the rounds; ``direction`` is +1, −1 for a tested change, 0 otherwise."""

    label: str
    values: tuple[float, ...]
    written: tuple[str, ...]
    direction: int = 0


def _spread(positions: list[float], gap: float) -> list[float]:
    """Move labels apart so that none covers another, keeping their middle."""
    order = sorted(range(len(positions)), key=lambda k: positions[k])
    moved = list(positions)
    for before, after in zip(order, order[1:], strict=False):
        moved[after] = max(moved[after], moved[before] + gap)
    shift = sum(moved) / len(moved) - sum(positions) / len(positions)
    return [position - shift for position in moved]


def slopes(title: str, rounds: Sequence[str], rows: Sequence[Slope]) -> str:
    """Lines from round to round with the values at both ends."""
    height = max(150.0, 30 + 17.0 * len(rows) + 40)
    top, bottom = 34.0, height - 14
    low = min(min(row.values) for row in rows)
    high = max(max(row.values) for row in rows)
    span = (high - low) or 1.0
    left_texts = [f"{row.label}\u2002{row.written[0]}" for row in rows]
    right_texts = [f"{row.written[-1]}\u2002{row.label}" for row in rows]
    left = max(text_width(text, 9) for text in left_texts) + 14
    right = FULL_WIDTH - max(text_width(text, 9, True) for text in right_texts) - 14
    canvas = Canvas(FULL_WIDTH, height, title)

    def place(value: float) -> float:
        return top + (high - value) / span * (bottom - top)

    step = (right - left) / (len(rounds) - 1)
    for number, name in enumerate(rounds):
        x = left + step * number
        canvas.text(x, 9, name, size=9.5, anchor="middle", is_bold=True)
        canvas.line((x, 19), (x, height - 4), GRID)
    starts = _spread([place(row.values[0]) for row in rows], 13)
    ends = _spread([place(row.values[-1]) for row in rows], 13)
    for number, row in enumerate(rows):
        colour = {1: BLUE, -1: RED, 0: GREY}[row.direction]
        points = [(left + step * k, place(v)) for k, v in enumerate(row.values)]
        for start, end in zip(points, points[1:], strict=False):
            canvas.line(start, end, colour, 2 if row.direction else 1.4)
        for x, y in points:
            canvas.dot(x, y, 3.4, colour)
        for k in range(1, len(points) - 1):
            others = [place(other.values[k]) for other in rows if other is not row]
            if all(abs(points[k][1] - y) >= 12 for y in others):
                x, y = points[k]
                canvas.text(x, y - 9, row.written[k], size=8, fill=MUTE, anchor="middle")
        canvas.text(left - 9, starts[number], left_texts[number], anchor="end")
        canvas.text(
            right + 9,
            ends[number],
            right_texts[number],
            fill=colour if row.direction else INK,
            is_bold=bool(row.direction),
        )
    return canvas.svg()


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the plan: months counted from the start, and what happens at its end."""

    label: str
    start: int
    end: int
    written: str
    event: str = ""
    is_current: bool = False


def timeline(title: str, years: Sequence[tuple[str, int]], phases: Sequence[Phase]) -> str:
    """Phases as bars over a line of years; the phase of this report is dark."""
    left, right, top, row = 96.0, FULL_WIDTH - 6, 24.0, 30.0
    last = max(phase.end for phase in phases)
    canvas = Canvas(FULL_WIDTH, top + row * len(phases) + 6, title)

    def place(month: float) -> float:
        return left + month / last * (right - left)

    for name, month in years:
        canvas.line((place(month), 16), (place(month), top + row * len(phases)), GRID)
        canvas.text(place(month) + 4, 8, name, size=9, fill=MUTE)
    for number, phase in enumerate(phases):
        y = top + row * (number + 0.5)
        canvas.text(left - 8, y, phase.label, size=9.5, anchor="end", is_bold=phase.is_current)
        x, width = place(phase.start), place(phase.end) - place(phase.start)
        canvas.rect(x, y - 8, width, 16, NAVY if phase.is_current else PALE)
        text = f"{phase.written}\u2002{phase.event}" if phase.event else phase.written
        if text_width(text, 8.5) + 10 < width:
            canvas.text(x + 6, y, text, size=8.5, fill="#fff" if phase.is_current else INK)
        elif x + width + text_width(text, 8.5) + 8 < right:
            canvas.text(x + width + 6, y, text, size=8.5)
        else:  # the line of a year must not cross the words
            canvas.rect(x - 4, y - 6, -text_width(text, 8.5) - 4, 12, "#fff")
            canvas.text(x - 6, y, text, size=8.5, anchor="end")
    return canvas.svg()


def wrapped(label: str, width: float, size: float = 9) -> list[str]:
    """Break a label into at most two lines."""
    return wrap(label, width, size)[:2]
