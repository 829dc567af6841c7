"""Tables of others: nothing shifted, nothing faulty kept, every fault on its own line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from surveys import export, loader
from surveys.errors import AnswersError
from surveys.exchange import foreign_tables, responses_in, tables
from surveys.exchange.responses_in import Responses
from surveys.exchange.tables import TableFormat

ASKED = loader.loads(
    """{format: 1, code: T, title: t, sections: [{code: s, title: s, questions: [
    {code: N, type: number, text: n, limits: {minimum: 0, maximum: 100}},
    {code: M, type: multiple, text: m, limits: {max_choices: 1}, options: [
      {code: '1', label: a}, {code: '2', label: b}, {code: '9', label: c, with_text: true}]},
    {code: D, type: date, text: d},
    {code: T, type: text, text: t, limits: {max_length: 5}}]}]}"""
)


def read(text: str) -> Responses:
    return responses_in.answers_from(ASKED, foreign_tables.read_file(text.encode(), "x.csv"))


def values(found: Responses, code: str) -> list[object]:
    return [answers.get(code).value for answers in found.answers]


def test_a_comma_at_the_end_of_each_row_shifts_nothing() -> None:
    found = read("N,M,T\n1,2,a,\n3,1,b,\n")
    assert (values(found, "N"), values(found, "T")) == ([1, 3], ["a", "b"])
    assert found.problems == []


def test_a_row_with_more_cells_than_names_is_refused_with_its_line() -> None:
    with pytest.raises(AnswersError) as caught:
        read('N,T\n1,"a\nb"\n2,b,c\n')
    assert "第4行有3格，第一行的列名只有2个。" in str(caught.value.problems[0].what)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_separator_and_encoding_are_found(separator: str, encoding: str) -> None:
    text = f"N{separator}T\n7{separator}好\n"
    table = foreign_tables.read_file(text.encode(encoding), "x.csv")
    found = responses_in.answers_from(ASKED, table)
    assert (values(found, "N"), values(found, "T")) == ([7], ["好"])


def test_blank_lines_are_no_responses_and_lines_are_counted_with_them() -> None:
    found = read("N,T\n1,a\n\n\n999,b\n\n")
    assert len(found.answers) == 2
    assert [problem.where for problem in found.problems] == ["第5行“N”列"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [("-5,,,", "N"), ("101,,,", "N"), ("2.5,,,", "N"), (",1;2,,", "M"), (",1;7,,", "M"),
     (",,2016-02-30,", "D"), (",,,abcdef", "T")],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_stays_empty(cells: str, code: str) -> None:
    found = read(f"N,M,D,T\n{cells}\n")
    assert values(found, code) == [None]
    assert [problem.question for problem in found.problems] == [code]
    frame = export.frame(ASKED, [answers.to_json() for answers in found.answers])
    assert frame["N"].iloc[0] in (-1, None) or pd.isna(frame["N"].iloc[0])


def test_a_text_beside_an_option_that_was_not_chosen_is_reported() -> None:
    found = read("N,M,M_9_text\n1,,只写了\n")
    assert [problem.where for problem in found.problems] == ["第2行“M_9_text”列"]


@pytest.mark.parametrize("ending", ["xlsx", "parquet", "sav", "dta"])
def test_days_that_a_file_holds_as_days_come_in(ending: str, tmp_path: Path) -> None:
    table = pd.DataFrame({"N": [1.0, 2.0], "D": pd.to_datetime(["2016-05-01", None])})
    path = tmp_path / f"x.{ending}"
    if ending == "xlsx":
        table.to_excel(path, index=False)
    elif ending == "parquet":
        table.to_parquet(path)
    else:
        (pyreadstat.write_sav if ending == "sav" else pyreadstat.write_dta)(table, str(path))
    found = responses_in.answers_from(ASKED, foreign_tables.read_file(path.read_bytes(), path.name))
    assert found.problems == []
    assert values(found, "D") == ["2016-05-01", None]


def test_cells_are_written_as_a_table_of_texts_would() -> None:
    cells = [None, float("nan"), pd.NaT, 3.0, 2.5, date(2016, 5, 1), True, "007"]
    written = ["", "", "", "3", "2.5", "2016-05-01", "True", "007"]
    assert [foreign_tables.as_text(cell) for cell in cells] == written


def test_columns_of_the_same_name_keep_apart() -> None:
    table = foreign_tables.read_file(b"N,N,,\n1,2,3,\n", "x.csv")
    assert list(table.columns) == ["N", "N（第2列）", "（第3列）"]


def test_reserved_words_and_names_that_differ_in_case_are_written_and_read_back() -> None:
    codes = ["ALL", "if", "Q1", "q1", "str5"]
    questions = ", ".join(f"{{code: {code}, type: number, text: t}}" for code in codes)
    asked = loader.loads(
        "{format: 1, code: R, title: t, sections: [{code: s, title: s, questions: ["
        f"{questions}]}}]}}"
    )
    rows = [{code: {"value": place} for place, code in enumerate(codes)}]
    table = export.frame(asked, rows)
    for kind in (TableFormat.SAV, TableFormat.DTA):
        written = tables.write(table, asked, kind)
        raw = tables.read_labelled(written, kind)
        assert len({str(name).upper() for name in raw.columns}) == len(codes), kind
        assert export.answers_of(asked, tables.read(written, kind, asked)) == rows, kind


def test_codes_with_many_digits_are_written_in_every_format() -> None:
    asked = loader.loads(
        """{format: 1, code: H, title: t, sections: [{code: s, title: s, questions: [
        {code: a, type: single, text: a, options: [
          {code: '99999999999', label: x}, {code: '2147483640', label: y}]}]}]}"""
    )
    rows = [{"a": {"value": "2147483640"}}]
    table = export.frame(asked, rows)
    for kind in TableFormat:
        again = tables.read(tables.write(table, asked, kind), kind, asked)
        assert export.answers_of(asked, again) == rows, kind


def test_an_empty_file_says_that_names_are_missing() -> None:
    with pytest.raises(AnswersError) as caught:
        foreign_tables.read_file(b"", "x.csv")
    assert "第一行没有列名" in caught.value.problems[0].what
