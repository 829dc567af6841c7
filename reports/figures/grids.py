"""Heat maps and the build-up of a score.

Each cell of a heat map carries its value in letters, so that colour is never the only sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.figures.canvas import (
    BLUE,
    FULL_WIDTH,
    GRID,
    INK,
    MUTE,
    NAVY,
    PALE,
    RULE,
    Canvas,
    label_width,
    wrap,
)

STEPS = ("#f3e3df", "#f0eee9", "#dbe7ef", "#a8c8dc", "#5f97bb", "#1f5f8b")
EMPTY = "#f6f7f9"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: how strong it is in [0, 1], and what stands in it."""

    strength: float | None
    written: str


def _colour(strength: float | None) -> str:
    if strength is None:
        return EMPTY
    return STEPS[min(len(STEPS) - 1, int(max(0.0, strength) * len(STEPS)))]


def heat_map(
    title: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, Sequence[Cell]]],
    *,
    row_height: float = 26.0,
) -> str:
    """Draw a table of shaded cells; an empty cell says that there is no evidence."""
    left = label_width([label for label, _cells in rows], 9, 168)
    step = (FULL_WIDTH - left) / max(1, len(columns))
    heads = [wrap(column, step - 6, 9) for column in columns]
    top = 8.0 + 11 * max((len(lines) for lines in heads), default=1)
    canvas = Canvas(FULL_WIDTH, top + row_height * len(rows) + 4, title)
    for number, lines in enumerate(heads):
        for k, line in enumerate(lines):
            y = top - 6 - 11 * (len(lines) - 1 - k)
            canvas.text(left + step * (number + 0.5), y, line, anchor="middle", is_bold=True)
    for r, (label, cells) in enumerate(rows):
        y = top + row_height * (r + 0.5)
        lines = wrap(label, left - 10, 9)[:2]
        for k, line in enumerate(lines):
            shift = 0 if len(lines) == 1 else (k - 0.5) * 10.5
            canvas.text(left - 8, y + shift, line, size=9 if len(lines) == 1 else 8.5, anchor="end")
        for c, cell in enumerate(cells):
            x = left + step * c
            canvas.rect(
                x + 1, y - row_height / 2 + 1, step - 2, row_height - 2, _colour(cell.strength)
            )
            dark = cell.strength is not None and cell.strength >= 4 / len(STEPS)
            canvas.text(
                x + step / 2,
                y,
                cell.written,
                size=8.5,
                fill="#fff" if dark else INK,
                anchor="middle",
            )
    return canvas.svg()


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a total: points gained out of points possible."""

    label: str
    gained: float
    possible: float
    written: str


def build_up(title: str, pieces: Sequence[Piece], total: tuple[str, float]) -> str:
    """Draw how a total grows indicator by indicator; the pale part is what was lost."""
    left = label_width([piece.label for piece in pieces] + [total[0]], 9.5, 130)
    right = FULL_WIDTH - 70
    row, top = 20.0, 6.0
    whole = sum(piece.possible for piece in pieces)
    bottom = top + row * (len(pieces) + 1)
    canvas = Canvas(FULL_WIDTH, bottom + 20, title)

    def place(points: float) -> float:
        return left + points / whole * (right - left)

    for tick in range(0, int(whole) + 1, 20):
        canvas.line((place(tick), top), (place(tick), bottom), GRID)
        canvas.text(place(tick), bottom + 9, str(tick), size=8.5, fill=MUTE, anchor="middle")
    start = 0.0
    for number, piece in enumerate(pieces):
        y = top + row * (number + 0.5)
        canvas.text(left - 8, y, piece.label, size=9.5, anchor="end")
        canvas.rect(place(start), y - 6, place(start + piece.gained) - place(start), 12, BLUE)
        x = place(start + piece.gained)
        canvas.rect(x, y - 6, place(start + piece.possible) - x, 12, PALE)
        canvas.text(FULL_WIDTH, y, piece.written, size=9, anchor="end")
        canvas.line((x, y + 6), (x, y + row - 6), RULE, 0.7, "2 2")
        start += piece.gained
    y = bottom - row / 2
    canvas.text(left - 8, y, total[0], size=9.5, anchor="end", is_bold=True)
    canvas.rect(place(0), y - 6, place(total[1]) - place(0), 12, NAVY)
    written = f"{total[1]:.2f}"
    canvas.text(FULL_WIDTH, y, written, size=9.5, anchor="end", is_bold=True)
    return canvas.svg()
