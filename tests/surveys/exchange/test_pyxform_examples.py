"""pyxform's own example workbooks import, or say what is not supported; none crashes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from surveys import loader
from surveys.checks import check
from surveys.errors import QuestionnaireError
from surveys.exchange import xlsform_in
from surveys.schema import QuestionType

FOLDER = Path(__file__).parents[2] / "data" / "xlsforms"
EXAMPLES: dict[str, dict[str, list[list[Any]]]] = json.loads(
    (FOLDER / "pyxform_examples.json").read_text("utf-8")
)
WITHOUT_A_QUESTION = {
    "another_loop.xls",
    "cascading_select_test.xls",
    "default_time_demo.xls",
    "gps.xls",
    "group_names_must_be_unique.xls",
    "hidden.xls",
    "include_json.xls",
    "old_cascades.xls",
    "repeat_date_test.xls",
    "simple_loop.xls",
    "tutorial.xls",
}
"""Nothing in these is a question of ours: loops, places, times, calculations, files."""


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    book = Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_imports_or_says_what_is_not_supported(name: str) -> None:
    try:
        found = xlsform_in.read(workbook(EXAMPLES[name]))
    except QuestionnaireError as error:
        assert name in WITHOUT_A_QUESTION
        problems = list(error.problems)
        assert "empty" in [problem.code for problem in problems]
    else:
        assert name not in WITHOUT_A_QUESTION
        problems = found.problems
        assert loader.loads(loader.dump_yaml(found.questionnaire)) == found.questionnaire
        check(found.questionnaire)
    assert all(problem.where and problem.what and problem.remedy for problem in problems)


def test_no_row_of_an_example_vanishes_silently() -> None:
    """Every row of the widest example is a question, a section, or named in the losses."""
    sheets = EXAMPLES["widgets.xls"]
    found = xlsform_in.read(workbook(sheets))
    codes = {question.code for question in found.questionnaire.questions}
    said = {problem.where for problem in found.problems}
    header = [str(cell).strip() for cell in sheets["survey"][0]]
    for number, row in enumerate(sheets["survey"][1:], 2):
        cells = dict(zip(header, row, strict=False))
        if not cells.get("type") or str(cells["type"]).startswith(("begin", "end")):
            continue
        assert cells["name"] in codes or any(f"{number}" in where for where in said), cells


def test_old_excel_workbook_is_read() -> None:
    found = xlsform_in.read((FOLDER / "yes_or_no_question.xls").read_bytes())
    (question,) = found.questionnaire.questions
    assert question.type is QuestionType.SINGLE
    assert len(question.options) == 2


@pytest.mark.parametrize(
    "content", [b"", b"junk", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600]
)
def test_damaged_workbook_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(QuestionnaireError) as caught:
        xlsform_in.read(content)
    assert [problem.code for problem in caught.value.problems] == ["unreadable"]
