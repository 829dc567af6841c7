"""XLSForm: what we write converts without a warning and comes back; foreign forms never crash."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from pyxform.xls2xform import convert

from surveys import loader
from surveys.checks import check, errors_only
from surveys.conditions import Condition, Group, Junction, Negation, Operator, Reference, Today
from surveys.errors import QuestionnaireError
from surveys.exchange import xlsform_in, xlsform_out, xpath, xpath_out
from surveys.schema import Questionnaire, QuestionType

VALID = sorted((Path(__file__).parents[2] / "data" / "questionnaires" / "valid").glob("*.yaml"))
LIBRARY = [loader.LIBRARY / f"{code}.yaml" for code in loader.library_codes()]


@pytest.mark.parametrize("path", [*LIBRARY, *VALID], ids=lambda path: path.stem)
def test_written_form_converts_without_warning_and_comes_back_whole(path: Path) -> None:
    questionnaire = loader.load(path)
    form = xlsform_out.write(questionnaire)
    assert list(convert(form.content, validate=False, file_type=".xlsx").warnings) == []
    imported = xlsform_in.read(form.content)
    assert imported.questionnaire == questionnaire
    assert imported.problems == []


def workbook(survey: list[list[str]], choices: list[list[str]] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in survey:
        sheet.append(row)
    if choices:
        other = book.create_sheet("choices")
        for row in choices:
            other.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


YES_NO = [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]]


def test_edited_cell_wins_over_the_extra_column() -> None:
    form = xlsform_out.write(loader.load_library("QA"))
    book = load_workbook(io.BytesIO(form.content))
    sheet = book["survey"]
    header = [cell.value for cell in sheet[1]]
    column = header.index("relevant") + 1
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, header.index("name") + 1).value == "QA08":
            sheet.cell(row, column).value = "${QA03} = '1'"
    buffer = io.BytesIO()
    book.save(buffer)
    changed = xlsform_in.read(buffer.getvalue()).questionnaire
    assert changed.question("QA08").show == Condition("QA03", Operator.EQUALS, "1")
    assert changed.question("QA08").tags == loader.load_library("QA").question("QA08").tags


def test_foreign_form_is_taken_over_with_losses_named_by_cell() -> None:
    content = workbook(
        [
            ["type", "name", "label", "relevant", "constraint", "calculation", "media::image"],
            ["start", "start", "", "", "", "", ""],
            ["begin group", "g", "Group", "", "", "", ""],
            ["select_one yn", "heard", "Heard of it?", "", "", "", "a.png"],
            ["integer", "n-cases", "How many?", "${heard} = 'yes'", ". >= 0 and . < 100", "", ""],
            ["geopoint", "where", "Where?", "", "", "", ""],
            ["text", "why", "Why?", "${where} != ''", "", "", ""],
            ["begin repeat", "r", "Again", "", "", "", ""],
            ["text", "inside", "Inside", "", "", "", ""],
            ["end repeat", "", "", "", "", "", ""],
            ["calculate", "c", "", "", "", "1 + 1", ""],
            ["end group", "", "", "", "", "", ""],
        ],
        YES_NO,
    )
    imported = xlsform_in.read(content)
    questionnaire = imported.questionnaire
    assert [(q.code, q.type.value) for q in questionnaire.questions] == [
        ("heard", "single"),
        ("n_cases", "number"),
        ("why", "text"),
    ]
    number = questionnaire.question("n_cases")
    assert number.show == Condition("heard", Operator.EQUALS, "yes")
    assert number.limits.minimum == 0
    assert number.validations[0].rule == Condition("n_cases", Operator.LESS, 100)
    named = {(p.code, p.where.split()[-1]) for p in imported.problems if p.code != "pyxform"}
    assert named == {
        ("metadata", "A2"),
        ("column_unused", "G4"),
        ("code_changed", "B5"),
        ("type_unsupported", "A6"),
        ("expression", "D7"),
        ("repeat", "A8"),
        ("type_unsupported", "A11"),
    }


def test_table_list_of_numbers_becomes_a_matrix() -> None:
    content = workbook(
        [
            ["type", "name", "label", "appearance"],
            ["begin_group", "s", "Section", ""],
            ["begin_group", "m", "How much do you agree?", "table-list"],
            ["select_one five", "m_a", "Fast", ""],
            ["select_one five", "m_b", "Fair", ""],
            ["end_group", "", "", ""],
            ["end_group", "", "", ""],
        ],
        [["list_name", "name", "label"], *[["five", str(n), f"point {n}"] for n in range(1, 6)]],
    )
    questionnaire = xlsform_in.read(content).questionnaire
    matrix = questionnaire.question("m")
    assert matrix.type is QuestionType.MATRIX
    assert [row.code for row in matrix.rows] == ["a", "b"]
    assert errors_only(check(questionnaire)) == []


@pytest.mark.parametrize(
    "rows",
    [
        [["type", "name", "label"], ["end group", "", ""], ["text", "a", "A"]],
        [["type", "name", "label"], ["begin group", "g", "G"], ["text", "a", "A"]],
        [["type", "name", "label"], ["select_one nowhere", "a", "A"], ["text", "b", "B"]],
        [["type", "name"], ["text", "a"], ["select_multiple yn or_other", "b"]],
        [["Type", "Name", "Label::English"], ["TEXT", "a", "A"], ["Select one from yn", "b", "B"]],
        [["type", "name", "label"], ["text", "a", "${b} {c} $"], ["range", "r", "R"]],
        [["type", "name", "label"], ["select_one_from_file x.csv", "f", "F"], ["text", "a", "A"]],
        [
            ["type", "name", "label:english"],
            ["select one from yn or specify other", "a", "A"],
            ["begin loop over yn", "loop", ""],
            ["integer", "n", "How many %(label)s?"],
            ["end loop", "", ""],
        ],
        [["TYPE", "NAME", "LABEL::EN"], ["select_one_external yn", "x", "X"], ["note", "a", "A"]],
    ],
)
def test_strange_forms_import_or_say_why(rows: list[list[str]]) -> None:
    imported = xlsform_in.read(workbook(rows, YES_NO))
    assert imported.questionnaire.questions
    assert all(problem.where and problem.remedy for problem in imported.problems)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 broken", b"not a workbook", workbook([["type"]]), workbook([["a"], ["b"]])],
)
def test_what_is_no_form_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(QuestionnaireError) as caught:
        xlsform_in.read(content)
    assert all(problem.remedy for problem in caught.value.problems)


FIELDS = {
    "one": xpath.Field("one", QuestionType.SINGLE),
    "many": xpath.Field("many", QuestionType.MULTIPLE),
    "n": xpath.Field("n", QuestionType.NUMBER),
    "d": xpath.Field("d", QuestionType.DATE),
    "t": xpath.Field("t", QuestionType.TEXT),
    "m_a": xpath.Field("m", QuestionType.MATRIX, "a"),
}
N_AT_LEAST_2 = Condition("n", Operator.AT_LEAST, 2)
EXPRESSIONS = [
    ("${one} = 'a'", Condition("one", Operator.EQUALS, "a")),
    ("${one}=1", Condition("one", Operator.EQUALS, "1")),
    ("'a' = ${one}", Condition("one", Operator.EQUALS, "a")),
    ("${one} != 'a'", Negation(Condition("one", Operator.EQUALS, "a"))),
    ("selected(${one}, 'a')", Condition("one", Operator.EQUALS, "a")),
    ("selected(${many}, 'a')", Condition("many", Operator.CONTAINS, "a")),
    ("not(selected(${many}, 'a'))", Negation(Condition("many", Operator.CONTAINS, "a"))),
    ("${n} >= 2", N_AT_LEAST_2),
    ("2 <= ${n}", N_AT_LEAST_2),
    ("${n} > -1.5", Condition("n", Operator.GREATER, -1.5)),
    ("${d} <= today()", Condition("d", Operator.AT_MOST, Today())),
    ("${d} > date('2016-05-01')", Condition("d", Operator.GREATER, "2016-05-01")),
    ("${n} < ${m_a}", Condition("n", Operator.LESS, Reference("m", "a"))),
    ("${t} != ''", Condition("t", Operator.ANSWERED)),
    ("${t} = ''", Condition("t", Operator.NOT_ANSWERED)),
    ("count-selected(${many}) > 2", Condition("many", Operator.COUNT_AT_LEAST, 3)),
    ("string-length(${t}) > 0", Condition("t", Operator.LENGTH_AT_LEAST, 1)),
    ("regex(${t}, '[0-9]{6}')", Condition("t", Operator.MATCHES, "[0-9]{6}")),
    ("true()", xpath.TRUE),
    (
        "(${n} >= 2 and ${one} = 'a') or ${t} != ''",
        Group(
            Junction.ANY,
            (
                Group(Junction.ALL, (N_AT_LEAST_2, Condition("one", Operator.EQUALS, "a"))),
                Condition("t", Operator.ANSWERED),
            ),
        ),
    ),
]


@pytest.mark.parametrize(("text", "rule"), EXPRESSIONS)
def test_expression_is_read(text: str, rule: object) -> None:
    assert xpath.parse(text, FIELDS.get) == rule


@pytest.mark.parametrize(
    "text",
    [
        "${n} + 1 > 2", "if(${n} > 1, 1, 2) = 1", "${unknown} = 1", "${n} >", "${n}", "(${n} > 1",
        "position(..) = 1", "${n} > 1 ${n}", "'a' = 'b'", ". > 1", "${n} div 2 = 1", "§", "",
        "pulldata('x', 'y', 'z', ${n}) = 1", "not" + "(" * 60 + "${n} > 1" + ")" * 60,
    ],
)  # fmt: skip
def test_expression_outside_the_subset_is_refused_in_words(text: str) -> None:
    with pytest.raises(xpath.XPathError) as caught:
        xpath.parse(text, FIELDS.get)
    assert str(caught.value).endswith("。")


def test_written_expression_reads_back_to_the_same_rule() -> None:
    questionnaire = _questionnaire()
    for rule in (
        Condition("one", Operator.EQUALS, "a"),
        Condition("many", Operator.CONTAINS, "a"),
        N_AT_LEAST_2,
        Condition("d", Operator.AT_MOST, Today()),
        Negation(Condition("one", Operator.EQUALS, "a")),
        Group(Junction.ALL, (N_AT_LEAST_2, Condition("t", Operator.ANSWERED))),
    ):
        text = xpath_out.write(questionnaire, rule)
        assert xpath.parse(text, FIELDS.get) == rule


def _questionnaire() -> Questionnaire:
    return loader.loads(
        """{format: 1, code: Q, title: t, sections: [{code: s, title: s, questions: [
        {code: one, type: single, text: t, options: [{code: a, label: a}, {code: b, label: b}]},
        {code: many, type: multiple, text: t, options: [{code: a, label: a}, {code: b, label: b}]},
        {code: n, type: number, text: t}, {code: d, type: date, text: t},
        {code: t, type: text, text: t}]}]}"""
    )
