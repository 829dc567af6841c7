"""A small SVG writer: shapes, text measured with the report's own font, colours.

Leaves out what is drawn.  Colours keep a contrast of at least 3 : 1 against white where they carry
meaning, and no chart relies on colour alone.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path

from fontTools.ttLib import TTFont

FONT_FAMILY = "Hengping Hei"
INK, MUTE, RULE, GRID, WASH = "#1d2733", "#5b6773", "#aab4be", "#e3e7ec", "#f1f4f7"
BLUE, NAVY, RED, GREY, GOLD, PALE = (
    "#1f5f8b",
    "#14324d",
    "#b5402f",
    "#7b8794",
    "#a9781c",
    "#bcd3e3",
)
FULL_WIDTH = 470.0  # points: the width of the type area, 156 mm, less a hair

_FONTS = Path(__file__).parent.parent / "fonts"


@lru_cache(maxsize=2)
def _metrics(is_bold: bool) -> tuple[dict[int, str], dict[str, tuple[int, int]], int]:
    path = _FONTS / f"hei-{'bold' if is_bold else 'regular'}.otf"
    with TTFont(path, lazy=True) as font:
        return dict(font.getBestCmap()), dict(font["hmtx"].metrics), font["head"].unitsPerEm


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, is_bold: bool = False) -> float:
    """Width of a text in points, from the font that will print it."""
    glyphs, advances, units = _metrics(is_bold)
    total = sum(advances[glyphs[ord(c)]][0] if ord(c) in glyphs else units for c in text)
    return total * size / units


def wrap(text: str, width: float, size: float) -> list[str]:
    """Break a Chinese label into lines that fit."""
    lines = [""]
    for character in text:
        if lines[-1] and text_width(lines[-1] + character, size) > width:
            lines.append("")
        lines[-1] += character
    return lines


class Canvas:
    """Collects shapes; ``svg()`` gives the text of the file."""

    def __init__(self, width: float, height: float, title: str) -> None:
        self.width, self.height = width, height
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
            f'width="{width:g}pt" height="{height:g}pt" font-family="{FONT_FAMILY}">'
            f"<title>{escape(title)}</title>"
        ]

    def text(  # noqa: PLR0913 -- the attributes of an SVG text
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 9,
        fill: str = INK,
        anchor: str = "start",
        is_bold: bool = False,
    ) -> None:
        """Write a text centred on the height ``y``."""
        bold = ' font-weight="700"' if is_bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y + size * 0.36:.1f}" font-size="{size:g}" fill="{fill}" '
            f'text-anchor="{anchor}"{bold}>{escape(text)}</text>'
        )

    def rect(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Fill a rectangle; a negative width grows to the left."""
        left = min(x, x + width)
        self._parts.append(
            f'<rect x="{left:.1f}" y="{y:.1f}" width="{abs(width):.1f}" '
            f'height="{height:.1f}" fill="{fill}"/>'
        )

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: str = GRID,
        width: float = 0.6,
        dash: str = "",
    ) -> None:
        """Draw a line."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
            f'stroke="{colour}" stroke-width="{width:g}"{dashes}/>'
        )

    def dot(self, x: float, y: float, radius: float, fill: str, stroke: str = "none") -> None:
        """Draw a filled circle."""
        self._parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" stroke="{stroke}"/>'
        )

    def diamond(self, x: float, y: float, radius: float, fill: str) -> None:
        """Draw a diamond: the sign for a target."""
        r = radius
        self._parts.append(
            f'<path d="M{x:.1f} {y - r:.1f}L{x + r:.1f} {y:.1f}L{x:.1f} {y + r:.1f}'
            f'L{x - r:.1f} {y:.1f}Z" fill="{fill}"/>'
        )

    def whisker(self, lower: float, upper: float, y: float, colour: str = INK) -> None:
        """Draw a horizontal interval with its two ends."""
        self.line((lower, y), (upper, y), colour, 1.3)
        for x in (lower, upper):
            self.line((x, y - 3), (x, y + 3), colour, 1.1)

    def legend(self, x: float, y: float, items: list[tuple[str, str]]) -> None:
        """Write a key above the drawing."""
        for name, colour in items:
            self.rect(x, y - 4.2, 8.4, 8.4, colour)
            self.text(x + 12.5, y, name, size=8.5, fill=MUTE)
            x += 12.5 + text_width(name, 8.5) + 14

    def svg(self) -> str:
        """Return the finished drawing."""
        return "".join(self._parts) + "</svg>"


def nice_step(span: float) -> float:
    """Distance of grid lines: 1, 2 or 5 times a power of ten, about five lines."""
    power = 1.0
    rough = max(span, 1e-9) / 5
    while power > rough:
        power /= 10
    while power * 10 <= rough:
        power *= 10
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)


def ticks(low: float, high: float) -> list[float]:
    """Grid values from at or below ``low`` to at or above ``high``."""
    step = nice_step(high - low)
    first = int(low // step)
    values = [first * step]
    while values[-1] < high - 1e-9:
        values.append((first + len(values)) * step)
    return values


def label_width(labels: list[str], size: float, limit: float) -> float:
    """Room for the longest label, within a limit."""
    return min(limit, max((text_width(label, size) for label in labels), default=0.0)) + 10
