"""Responses written in five formats read back equal; foreign tables come in."""

import io
import json
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest

from surveys import bulk, export, loader
from surveys.answers import Answer, AnswerSet, missing_kind
from surveys.codebook import variables
from surveys.errors import AnswersError
from surveys.exchange import foreign_tables, responses_in, tables
from surveys.exchange.tables import TableFormat
from surveys.routing import classified
from surveys.schema import Missing, Question, Questionnaire, QuestionType

DATA = Path(__file__).parents[2] / "data"
VALID = sorted((DATA / "questionnaires" / "valid").glob("*.yaml"))
TABLE_CASES = [loader.LIBRARY / "QA.yaml"] + [
    path
    for path in VALID
    if path.stem.startswith(("multiple", "matrix", "number", "date", "text", "ranking", "refusal"))
]


def random_answer(asked: Questionnaire, question: Question, chance: random.Random) -> Answer:
    codes = [option.code for option in asked.options_of(question)]
    if question.type in (QuestionType.SINGLE, QuestionType.LIKERT):
        code = chance.choice(codes)
        option = question.option(code)
        other = {code: "=1+1"} if option is not None and option.with_text else {}
        return Answer(code, missing_kind(asked, question, code), other)
    if question.type is QuestionType.MULTIPLE:
        exclusive = [option.code for option in question.options if option.exclusive]
        if exclusive and chance.random() < 0.3:
            chosen = (exclusive[0],)
        else:
            chosen = tuple(code for code in codes if code not in exclusive)[:2]
        return Answer(chosen, missing_kind(asked, question, chosen))
    if question.type is QuestionType.MATRIX:
        return Answer({row.code: chance.choice(codes) for row in question.rows})
    if question.type is QuestionType.RANKING:
        return Answer(tuple(chance.sample(codes, len(codes))))
    if question.type is QuestionType.NUMBER:
        return Answer(chance.randint(0, 9))
    return Answer("2016-05-01" if question.type is QuestionType.DATE else "-建议，“引号”\n换行")


def responses(asked: Questionnaire, n: int) -> list[dict[str, Any]]:
    chance = random.Random(7)  # noqa: S311 -- invented answers, nothing secret
    found = []
    for _ in range(n):
        given = {
            question.code: random_answer(asked, question, chance)
            for question in asked.questions
            if question.type is not QuestionType.NOTE and chance.random() < 0.85
        }
        found.append(classified(asked, AnswerSet(given)).to_json())
    return found


def expected(asked: Questionnaire, answers: dict[str, Any]) -> dict[str, Any]:
    """What a table can hold: kinds of missing of texts, dates and loose numbers are blank cells."""
    kept = {}
    for code, item in answers.items():
        question = asked.question(code)
        loose = question.type in (QuestionType.TEXT, QuestionType.DATE) or (
            question.type is QuestionType.NUMBER and not export.has_missing_codes(question)
        )
        if "value" in item or not loose:
            kept[code] = item
    return kept


@pytest.mark.parametrize("path", TABLE_CASES, ids=lambda path: path.stem)
def test_table_reads_back_equal_in_every_format(path: Path) -> None:
    asked = loader.load(path)
    rows = responses(asked, 12)
    table = export.frame(asked, rows)
    assert list(table.columns) == [variable.name for variable in variables(asked)]
    for kind in TableFormat:
        again = tables.read(tables.write(table, asked, kind), kind, asked)
        assert export.answers_of(asked, again) == [expected(asked, row) for row in rows], kind


def test_names_too_long_for_a_format_are_cut_and_found_again() -> None:
    long, row = "q" * 31, "r" * 30
    points = "points: [{code: 1, label: a}, {code: 2, label: b}]"
    matrix_rows = ", ".join(f"{{code: {row}{n:02}, label: r{n}}}" for n in range(1, 13))
    asked = loader.loads(
        f"""{{format: 1, code: LONG, title: t, scales: [{{code: two, title: s, {points}}}],
        sections: [{{code: s, title: s, questions: [
        {{code: {long}a, type: likert, scale: two, text: a}},
        {{code: {long}b, type: likert, scale: two, text: b}},
        {{code: {long}m, type: matrix, scale: two, text: m, rows: [{matrix_rows}]}}]}}]}}"""
    )
    rows = responses(asked, 6)
    table = export.frame(asked, rows)
    assert max(len(name) for name in table.columns) == 65
    for kind in TableFormat:
        again = tables.read(tables.write(table, asked, kind), kind, asked)
        assert list(again.columns) == list(table.columns), kind
        assert export.answers_of(asked, again) == rows, kind


def test_spss_file_carries_labels_and_missing_ranges(tmp_path: Path) -> None:
    asked = loader.load_library("QA")
    path = tmp_path / "qa.sav"
    path.write_bytes(tables.write(export.frame(asked, responses(asked, 5)), asked, TableFormat.SAV))
    _frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert meta.column_names_to_labels["QA12"] == "总的来说，您对这件案件的执行工作是否满意？"
    labels = meta.variable_value_labels["QA12"]
    assert (labels[5.0], labels[-5.0], labels[-2.0]) == (
        "非常满意",
        "不清楚或未经历",
        "不适用（按规则跳过）",
    )
    assert meta.missing_ranges["QA12"] == [{"lo": -6.0, "hi": -1.0}]


def test_stata_file_and_parquet_carry_labels_and_missing_codes(tmp_path: Path) -> None:
    asked = loader.load_library("QA")
    table = export.frame(asked, responses(asked, 5))
    path = tmp_path / "qa.dta"
    path.write_bytes(tables.write(table, asked, TableFormat.DTA))
    _frame, meta = pyreadstat.read_dta(str(path))
    assert meta.column_names_to_labels["QA12"] == "总的来说，您对这件案件的执行工作是否满意？"
    labels = meta.variable_value_labels["QA12"]
    assert (labels[5], labels[-5], labels[-1]) == ("非常满意", "不清楚或未经历", "未作答")
    schema = pq.read_schema(io.BytesIO(tables.write(table, asked, TableFormat.PARQUET)))
    described = schema.field("QA12").metadata
    assert described[b"value:5"].decode() == "非常满意"
    assert described[b"value:-2"].decode() == "不适用（按规则跳过）"


@pytest.mark.parametrize(("name", "n_valid"), [("public", 55), ("attorney", 46)])
def test_real_surveys_of_others_come_in(name: str, n_valid: int) -> None:
    folder = DATA / "responses"
    asked = loader.load(folder / f"il_{name}.yaml")
    content = (folder / f"il_{name}_survey_excerpt.csv").read_bytes()
    table = foreign_tables.read_file(content, "answers.csv")
    found = responses_in.answers_from(
        asked,
        table,
        responses_in.Reading(missing={"-99": Missing.DONT_KNOW, "99.0": Missing.DONT_KNOW}),
    )
    assert found.problems == []
    assert len(found.answers) == 60
    question = "q5_class_action_defend_public" if name == "public" else "q8_defend_public"
    assert sum(answers.get(question).is_substantive for answers in found.answers) >= n_valid
    data = export.frame(asked, found.answers)
    for kind in TableFormat:
        again = tables.read(tables.write(data, asked, kind), kind, asked)
        assert list(again.columns) == list(data.columns), kind
        assert again.shape == data.shape, kind


def test_foreign_cells_may_be_codes_labels_or_lists() -> None:
    asked = loader.load(
        DATA / "questionnaires" / "valid" / "multiple_with_exclusive_and_other.yaml"
    )
    content = "a,a_90_text\n执行通知书;90,调解书\n2,\n7,\n,\n".encode("gb18030")
    found = responses_in.answers_from(asked, foreign_tables.read_file(content, "x.csv"))
    assert [answers.get("a").value for answers in found.answers] == [
        ("1", "90"),
        ("2",),
        None,
        None,
    ]
    assert found.answers[0].get("a").other == {"90": "调解书"}
    assert [(p.where, p.code) for p in found.problems] == [("第4行“a”列", "unknown_option")]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"\xff\xfe\x00", "x.csv"), (b"PK", "x.xlsx"), (b"x", "x.sav"), (b"x", "x.exe")],
)
def test_unreadable_tables_are_refused_in_words(content: bytes, name: str) -> None:
    with pytest.raises(AnswersError) as caught:
        foreign_tables.read_file(content, name)
    assert caught.value.problems[0].remedy


def test_table_without_a_known_column_is_refused() -> None:
    asked = loader.load_library("QA")
    with pytest.raises(AnswersError) as caught:
        responses_in.answers_from(asked, foreign_tables.read_file(b"x,y\n1,2\n", "x.csv"))
    assert [problem.code for problem in caught.value.problems] == ["no_column"]


@pytest.mark.parametrize("path", TABLE_CASES, ids=lambda path: path.stem)
def test_texts_give_the_same_table_as_answers(path: Path, tmp_path: Path) -> None:
    asked = loader.load(path)
    rows: list[dict[str, Any]] = [*responses(asked, 40), {}]
    texts = [json.dumps(row, ensure_ascii=False) for row in rows]
    plain = export.frame(asked, rows)
    pd.testing.assert_frame_equal(bulk.frame_of_texts(asked, texts), plain)
    target = tmp_path / "answers.parquet"
    assert tables.stream_parquet(target, asked, texts) == len(rows)
    again = tables.read_labelled(target.read_bytes(), TableFormat.PARQUET)
    pd.testing.assert_frame_equal(again, plain)


def test_no_response_gives_an_empty_table_with_all_columns() -> None:
    asked = loader.load_library("QA")
    assert list(bulk.frame_of_texts(asked, []).columns) == list(export.frame(asked, []).columns)
