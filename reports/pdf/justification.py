"""Chinese lines that end flush: what WeasyPrint 70 leaves out of ``text-align: justify``.

WeasyPrint stretches spaces only, and Chinese has none.  Here the slack of a line is spread evenly
between Han characters and full-width marks; digits and Latin words stay whole.  Pango also allows
no break beside a curly quote; a zero-width space there allows the right one.

Depends on the insides of WeasyPrint 70.0 (:mod:`reports.pdf.versions` refuses others).  Leaves out
hanging punctuation and vertical text.
"""

from __future__ import annotations

import re
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

# Han, kana, CJK marks, full-width forms.  Not the dashes and ellipses: they must not open up.
HAN = (
    "\u2e80-\u2fdf\u3001-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
)
# A zero-width space stays inside its run, and so does a curly quote between two of them: cutting a
# run there would undo the shared space of adjacent marks (OpenType feature chws).
_WITHIN = HAN + "\u200b"
STRETCHABLE = re.compile(
    f"(?!\u200b+(?![{_WITHIN}]))"
    f"(?:[{_WITHIN}]|(?<=[{_WITHIN}])[\u2018-\u201d]|[\u2018-\u201d](?=[{_WITHIN}])"
    f"|(?<=[\u2018-\u201d])[\u2018-\u201d])+"
)
#: A looser gap than this share of the font size looks worse than a ragged end.
LOOSEST_GAP = 0.25

_AFTER_CLOSING = re.compile(f"”(?=[{HAN}“])(?![，。、；：？！）》】])")
_BEFORE_OPENING = re.compile(f"(?<=[{HAN}”])(?<![（《【])“")


def break_at_quotes(html: str) -> str:
    """Allow a line break before an opening and after a closing curly quote, in text only."""
    pieces = re.split(r"(<style.*?</style>|<[^>]*>)", html, flags=re.DOTALL)
    return "".join(
        piece
        if piece.startswith("<")
        else _BEFORE_OPENING.sub("\u200b“", _AFTER_CLOSING.sub("”\u200b", piece))
        for piece in pieces
    )


def gaps(text: str) -> float:
    """Count the places that may open up, the way Pango spreads letter spacing.

    Pango puts half of the spacing on each side of a character and trims the two ends of a line.
    """
    if not text:
        return 0.0
    runs = list(STRETCHABLE.finditer(text))
    total = float(sum(len(run[0]) for run in runs))
    total -= 0.5 * any(run.start() == 0 for run in runs)
    total -= 0.5 * any(run.end() == len(text) for run in runs)
    return total + text.count(" ") + text.count("\u00a0")


def _text(box: Any) -> str:
    if isinstance(box, boxes.TextBox):
        return str(box.text)
    return "".join(_text(child) for child in getattr(box, "children", ()))


def _count_gaps(box: Any) -> float:
    if isinstance(box, boxes.TextBox):
        return gaps(box.text)
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        return sum(_count_gaps(child) for child in box.children)
    return 0


def _justify_line(context: Any, line: Any, extra_width: float) -> None:
    count = _count_gaps(line)
    if not count:
        return
    too_loose = extra_width / count > LOOSEST_GAP * line.style["font_size"]
    if too_loose and STRETCHABLE.search(_text(line)):
        return
    inline.add_word_spacing(context, line, extra_width / count, 0)


def _add_letter_spacing(layout: Any) -> None:
    """Spread the justification over the Han runs of one text, beside WeasyPrint's own spaces."""
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    base = layout.style["letter_spacing"]
    units = int((layout.justification_spacing + (0 if base == "normal" else base)) * TO_UNITS)
    for run in STRETCHABLE.finditer(layout.text):
        attribute = pango.pango_attr_letter_spacing_new(units)
        attribute.start_index = len(layout.text[: run.start()].encode())
        attribute.end_index = attribute.start_index + len(run[0].encode())
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(layout.layout, attributes)


def install() -> None:
    """Put the three functions into WeasyPrint, once."""
    if inline.justify_line is _justify_line:
        return
    inline.count_expandable_spaces = _count_gaps
    inline.justify_line = _justify_line
    set_text = line_break.Layout.set_text

    def set_text_justified(layout: Any, text: str, justify: bool = False) -> None:
        set_text(layout, text, justify)
        if justify and layout.justification_spacing and STRETCHABLE.search(layout.text):
            _add_letter_spacing(layout)

    line_break.Layout.set_text = set_text_justified
