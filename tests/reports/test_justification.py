"""What may stretch in a line, and where a line may break; and that other versions are refused."""

import pytest
import weasyprint

from reports.errors import LayoutError
from reports.pdf import versions
from reports.pdf.justification import STRETCHABLE, break_at_quotes, gaps


@pytest.mark.parametrize(
    ("text", "expected"),
    [("中文", 1.0), ("中", 0.0), ("abc", 0.0), ("a b", 1.0), ("第12期", 1.0), ("", 0.0)],
)
def test_gaps_are_counted_as_pango_spreads_them(text, expected):
    assert gaps(text) == expected


def test_digits_and_latin_words_stay_whole():
    assert [run[0] for run in STRETCHABLE.finditer("为86.1%，较PDF提高")] == ["为", "，较", "提高"]


def test_dash_does_not_open_up():
    assert "—" not in "".join(run[0] for run in STRETCHABLE.finditer("八十—九十"))


def test_break_is_allowed_beside_quotes_but_not_inside_marks():
    assert break_at_quotes("称“甲”者") == "称\u200b“甲”\u200b者"
    assert break_at_quotes("（“甲”）") == "（“甲”）"
    assert break_at_quotes('<p title="甲“乙”丙">') == '<p title="甲“乙”丙">'


def test_other_version_is_refused(monkeypatch):
    versions.check_versions()
    monkeypatch.setattr(weasyprint, "__version__", "71.0")
    with pytest.raises(LayoutError, match="版本不符"):
        versions.check_versions()
