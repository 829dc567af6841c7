"""Given answers, the respondent meets these questions, on these pages."""

from collections.abc import Callable
from datetime import date

import pytest

from surveys import loader, routing
from surveys.answers import Answer, AnswerSet
from surveys.conditions import Condition, Operator, Reference, Today
from surveys.paths import explore
from surveys.piping import piped
from surveys.rules import OPERATORS, evaluate
from surveys.schema import Questionnaire

Named = Callable[[str], Questionnaire]


def answers(**given: object) -> AnswerSet:
    return AnswerSet({code: Answer(value) for code, value in given.items()})  # type: ignore[arg-type]  # -- test data


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, ["a", "b"]),
        ({"a": "1"}, ["a", "b", "c"]),
        ({"a": "1", "b": 181}, ["a", "b", "c"]),
        ({"a": "1", "b": 180}, ["a", "b"]),
        ({"a": "2", "b": 181}, ["a", "b"]),
    ],
)
def test_all_any_not(questionnaire: Named, given: dict[str, object], shown: list[str]) -> None:
    path = routing.path(questionnaire("show_rule_all_any_not"), answers(**given))
    assert list(path) == shown


def test_answer_off_the_path_opens_nothing() -> None:
    asked = loader.loads(
        """{format: 1, code: Q, title: t, sections: [{code: s, title: s, questions: [
        {code: a, type: number, text: t},
        {code: b, type: number, text: t, show: {question: a, equals: 1}},
        {code: c, type: number, text: t, show: {question: b, equals: 1}}]}]}"""
    )
    assert routing.path(asked, answers(a=1, b=1)) == ("a", "b", "c")
    assert routing.path(asked, answers(a=2, b=1)) == ("a",)
    assert routing.classified(asked, answers(a=2, b=1)).to_json() == {
        "a": {"value": 2},
        "b": {"missing": "not_applicable"},
        "c": {"missing": "not_applicable"},
    }


def test_screening_question_ends_the_way(questionnaire: Named) -> None:
    asked = questionnaire("screening_ends")
    assert routing.find_path(asked, answers(a=0)) == routing.Path(("a",), "a")
    assert routing.find_path(asked, answers(a=3)) == routing.Path(("a", "b"), None)


def test_page_breaks_stand_before_dependent_questions(questionnaire: Named) -> None:
    assert routing.page_breaks(questionnaire("dependent_questions_on_one_section")) == (
        ("a",),
        ("b", "c"),
    )
    assert routing.page_breaks(questionnaire("one_question_a_page")) == (("a",), ("n", "b"))
    assert routing.page_breaks(questionnaire("piping")) == (("a",), ("b",))
    assert routing.page_breaks(questionnaire("screening_ends")) == (("a",), ("b",))


def test_pages_without_a_shown_question_are_left_out(questionnaire: Named) -> None:
    asked = questionnaire("show_rule_on_section")
    pages = routing.find_pages(asked, answers(a="2"))
    assert [(page.key, page.questions, page.opens_section) for page in pages] == [
        ("a", ("a",), True),
        ("c", ("c",), True),
    ]


def test_option_order_is_stable_for_one_respondent_and_keeps_the_tail(questionnaire: Named) -> None:
    question = questionnaire("random_options_with_fixed_tail").question("a")
    orders = {
        tuple(o.code for o in routing.option_order(question, question.options, f"r{n}"))
        for n in range(200)
    }
    assert len(orders) == 6
    assert {order[3:] for order in orders} == {("90", "98")}
    assert routing.option_order(question, question.options, "r1") == routing.option_order(
        question, question.options, "r1"
    )


def test_piping_says_what_was_answered(questionnaire: Named) -> None:
    asked = questionnaire("piping")
    text = str(asked.question("b").text)
    assert piped(asked, text, answers(a="1"), "zh") == "您对江岸法院有什么建议？"
    other = AnswerSet({"a": Answer("90", other={"90": "<b>汉阳</b>"})})
    assert piped(asked, text, other, "zh") == "您对<b>汉阳</b>法院有什么建议？"
    assert piped(asked, text, AnswerSet(), "zh") == "您对……法院有什么建议？"


OPERATOR_TABLE: list[tuple[object, Operator, object, bool]] = [
    ("1", Operator.EQUALS, 1, True),
    (2.0, Operator.EQUALS, "2", True),
    ("1", Operator.NOT_EQUALS, "1", False),
    (3, Operator.LESS, 4, True),
    (4, Operator.AT_MOST, 4, True),
    (4, Operator.GREATER, 4, False),
    ("2016-05-01", Operator.LESS, "2016-05-02", True),
    ("2016-05-01", Operator.AT_LEAST, "2016-05-01", True),
    ("abc", Operator.LESS, 5, False),
    ("2", Operator.ANY_OF, ("1", "2"), True),
    ("3", Operator.NONE_OF, ("1", "2"), True),
    (("1", "3"), Operator.CONTAINS, "3", True),
    (("1", "3"), Operator.CONTAINS, ("1", "3"), True),
    (("1", "3"), Operator.CONTAINS, ("1", "2"), False),
    (("1", "3"), Operator.NOT_CONTAINS, "2", True),
    (("1", "3"), Operator.ANY_OF, ("2", "3"), True),
    (("1", "3"), Operator.COUNT_EQUALS, 2, True),
    (("1", "3"), Operator.COUNT_AT_LEAST, 3, False),
    (("1", "3"), Operator.COUNT_AT_MOST, 2, True),
    ("430000", Operator.MATCHES, r"\d{6}", True),
    ("4300", Operator.MATCHES, r"\d{6}", False),
    ("x", Operator.MATCHES, "(", False),
    ("字字", Operator.LENGTH_AT_LEAST, 2, True),
    ("字字", Operator.LENGTH_AT_MOST, 1, False),
]


@pytest.mark.parametrize(("left", "operator", "right", "holds"), OPERATOR_TABLE)
def test_operator(left: object, operator: Operator, right: object, holds: bool) -> None:
    rule = Condition("q", operator, right)  # type: ignore[arg-type]  # -- test data
    assert evaluate(rule, answers(q=left)) is holds
    assert evaluate(rule, AnswerSet()) is False


def test_every_operator_has_a_row_in_the_table() -> None:
    assert {operator for _left, operator, _right, _holds in OPERATOR_TABLE} == set(OPERATORS)


def test_today_and_other_answers_as_the_right_side() -> None:
    past = Condition("d", Operator.AT_MOST, Today())
    assert evaluate(past, answers(d="2018-01-01"), today=date(2018, 1, 1))
    assert not evaluate(past, answers(d="2018-01-02"), today=date(2018, 1, 1))
    less = Condition("m", Operator.LESS, Reference("n", "x"), row="y")
    assert evaluate(less, answers(m={"y": "1"}, n={"x": "2"}))


def test_explorer_finds_ends_and_lengths() -> None:
    found = explore(loader.load_library("QL"))
    assert found.is_complete
    assert found.deciding == ("QL01", "QL03")
    assert {(way.questions[-1], way.ended_by) for way in found.endings} == {
        ("QL01", "QL01"),
        ("QL15", None),
    }
    assert found.shortest.questions == ("QL01",)
    assert len(found.longest.questions) == 15


@pytest.mark.parametrize("code", loader.library_codes())
def test_explorer_agrees_with_brute_force(code: str) -> None:
    asked = loader.load_library(code)
    reached = set()
    firsts = {q.code: [o.code for o in asked.options_of(q)] for q in asked.questions}
    for question in asked.questions:
        for option in firsts[question.code] or ["0", "3"]:
            given = answers(**{question.code: int(option) if not firsts[question.code] else option})
            reached |= set(routing.path(asked, given))
    assert reached == explore(asked).reachable
