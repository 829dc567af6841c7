"""The report as data: no digit without a result, tables that fit, references that hold."""

import pytest

from reports import html
from reports.document import (
    Figure,
    Number,
    Paragraph,
    Reference,
    Row,
    Section,
    Strong,
    Table,
    Verbatim,
    compose,
    plain_text,
)
from reports.errors import LayoutError, ReportError, UnboundNumber
from reports.tables import body_row, cross_table, number_column, text_column


@pytest.mark.parametrize("text", ["共600份。", "占８成。", "第1章"])
def test_sentence_with_a_digit_is_refused(text):
    with pytest.raises(UnboundNumber):
        compose(text)


def test_digit_inside_emphasis_is_refused_too():
    with pytest.raises(UnboundNumber):
        compose("共{n}份。", {"n": "600"})


def test_numbers_and_quotations_carry_digits():
    parts = compose(
        "自{day}起评查{n}份。",
        {"day": Verbatim("2016年5月1日", "plan"), "n": Number("600", "review.files")},
    )
    assert plain_text(parts) == "自2016年5月1日起评查600份。"


def test_sentence_with_a_forgotten_field_is_refused():
    with pytest.raises(ReportError, match="缺少取值"):
        compose("共{n}份。", {})


def test_table_with_a_short_row_is_refused():
    with pytest.raises(ReportError, match="应为2格"):
        Table("t", "表", (text_column("甲"), number_column("乙")), (Row(("一",)),))


def test_reference_to_nothing_is_refused():
    with pytest.raises(LayoutError, match="不存在"):
        html.sheet("单", [Paragraph((Reference("nowhere"),))])


def test_two_tables_with_one_id_are_refused():
    table = Table("t", "表", (text_column("甲"),), (body_row("一"),))
    with pytest.raises(LayoutError, match="重复"):
        html.sheet("单", [table, table])


def test_foreign_text_is_escaped_everywhere():
    evil = '<script>alert("x")</script>'
    page = html.sheet(
        evil,
        [
            Paragraph((evil, Strong((evil,)), Number(evil, evil), Verbatim(evil, evil))),
            Table("t", evil, (text_column(evil),), (body_row(evil),), source=evil, unit=evil),
            Figure("f", evil, "<svg/>", evil),
        ],
        subtitle=evil,
        foot=evil,
        marks=[evil],
    )
    assert "<script" not in page
    assert page.count("&lt;script") >= 12


def test_sections_are_numbered_in_chinese_levels():
    from_one = Section("甲", (Section("乙", (Section("丙", ()),)),), id="a")
    numbering = html._Numbering()
    numbering._section(from_one, 1, "一、", 1)
    assert [(h.level, h.text) for h in numbering.headings] == [
        (1, "一、甲"),
        (2, "（一）乙"),
        (3, "1.丙"),
    ]


def test_cross_table_hides_small_cells_and_their_complements():
    cells = [[("a", 2), ("b", 30), ("c", 40)], [("d", 35), ("e", 31), ("f", 44)]]
    table = cross_table("表", (["甲", "乙"], ["一", "二", "三"]), cells, table_id="t")
    shown = [[plain_text(cell) for cell in row.cells] for row in table.rows]
    assert shown == [
        ["甲", "＊", "＊", "40", "72"],
        ["乙", "＊", "＊", "44", "110"],
        ["合计", "37", "61", "84", "182"],
    ]
    assert "防止" in plain_text(table.notes[0])
