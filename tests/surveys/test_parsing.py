"""What a respondent typed or ticked becomes an answer, or a sentence that says what to do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from surveys import parsing
from surveys.answers import Answer, AnswerSet
from surveys.schema import Missing, Questionnaire, Text

Named = Callable[[str], Questionnaire]
TODAY = date(2018, 6, 30)

TABLE: list[tuple[str, str, dict[str, list[str]], Any, list[str]]] = [
    ("single_choice", "a", {"a": ["1"]}, "1", []),
    ("single_choice", "a", {}, None, []),
    ("single_choice", "a", {"a": ["9"]}, None, ["unknown_option"]),
    ("single_choice", "a", {"a": ["1", "2"]}, None, ["single_only"]),
    ("multiple_with_exclusive_and_other", "a", {"a": ["2", "1"]}, ("1", "2"), []),
    ("multiple_with_exclusive_and_other", "a", {"a": ["0"]}, ("0",), []),
    ("multiple_with_exclusive_and_other", "a", {"a": ["0", "1"]}, ("1", "0"), ["exclusive"]),
    ("multiple_with_most_and_least", "a", {"a": ["1"]}, ("1",), ["too_few"]),
    ("multiple_with_most_and_least", "a", {"a": list("1234")}, tuple("1234"), ["too_many"]),
    ("number_with_limits", "a", {"a": [" １２ "]}, 12, []),
    ("number_with_limits", "a", {"a": ["1,000"]}, 1000, ["too_large"]),
    ("number_with_limits", "a", {"a": ["-1"]}, -1, ["too_small"]),
    ("number_with_limits", "a", {"a": ["2.5"]}, 2.5, ["not_whole"]),
    ("number_with_limits", "a", {"a": ["十二"]}, None, ["not_a_number"]),
    ("number_with_limits", "a", {"a": ["1e3"]}, None, ["not_a_number"]),
    ("number_with_limits", "a", {"a": ["nan"]}, None, ["not_a_number"]),
    ("number_with_decimals", "a", {"a": ["2.5"]}, 2.5, []),
    ("number_with_decimals", "a", {"a": ["2.55"]}, 2.55, ["decimals"]),
    ("date_not_in_future", "a", {"a": ["2016年5月1日"]}, "2016-05-01", []),
    ("date_not_in_future", "a", {"a": ["2016/5/1"]}, "2016-05-01", []),
    (
        "date_not_in_future",
        "a",
        {"a.year": ["2017"], "a.month": ["2"], "a.day": ["9"]},
        "2017-02-09",
        [],
    ),
    ("date_not_in_future", "a", {"a": ["2017-02-30"]}, None, ["not_a_date"]),
    ("date_not_in_future", "a", {"a.year": ["2017"]}, None, ["not_a_date"]),
    ("date_not_in_future", "a", {"a": ["2018-07-01"]}, "2018-07-01", ["too_late"]),
    ("date_not_in_future", "a", {"a": ["2015-12-31"]}, "2015-12-31", ["too_early"]),
    ("text_short_and_long", "a", {"a": ["  快\r\n慢\x00 "]}, "快 慢", []),
    ("text_short_and_long", "b", {"b": ["一\r\n二"]}, "一\n二", []),
    ("text_short_and_long", "b", {"b": ["字" * 301]}, "字" * 301, ["too_long"]),
    ("ranking_all", "a", {f"a.rank.{c}": [n] for c, n in ("p3", "q1", "r2")}, tuple("qrp"), []),
    ("ranking_all", "a", {"a.rank.p": ["1"], "a.rank.q": ["1"]}, tuple("pq"), ["rank_twice"]),
    ("ranking_all", "a", {"a.rank.p": ["1"], "a.rank.q": ["3"]}, tuple("pq"), ["rank_gap"]),
    ("ranking_all", "a", {"a.rank.p": ["9"]}, None, ["rank_number"]),
    ("ranking_all", "a", {"a.rank.p": ["1"]}, ("p",), ["too_few"]),
    ("ranking_top_two", "a", {"a.rank.p": ["2"], "a.rank.r": ["1"]}, ("r", "p"), []),
    ("matrix_with_reversed_row", "a", {"a.x": ["1"]}, {"x": "1"}, []),
    (
        "matrix_with_reversed_row",
        "a",
        {"a.x": ["7"], "a.y": ["98"]},
        {"y": "98"},
        ["unknown_option"],
    ),
    ("note_before_question", "n", {"n": ["x"]}, None, []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code", "raw", "value", "faults"), TABLE)
def test_input_becomes_answer(
    questionnaire: Named,
    name: str,
    code: str,
    raw: dict[str, list[str]],
    value: Any,
    faults: list[str],
) -> None:
    asked = questionnaire(name)
    parsed = parsing.parse(asked, asked.question(code), raw, today=TODAY)
    assert parsed.answer.value == value
    assert [problem.code for problem in parsed.problems] == faults


def test_answers_come_back_from_their_own_form_fields(questionnaire: Named) -> None:
    for name, code, raw, _value, faults in TABLE:
        asked = questionnaire(name)
        question = asked.question(code)
        answer = parsing.parse(asked, question, raw, today=TODAY).answer
        if not faults:
            again = parsing.raw_of(question, answer)
            assert parsing.parse(asked, question, again, today=TODAY).answer == answer


def test_missing_kind_comes_from_the_option_chosen(questionnaire: Named) -> None:
    asked = questionnaire("refusal_and_not_applicable")
    kinds = {
        code: parsing.parse(asked, asked.question("a"), {"a": [code]}).answer.missing
        for code in ("1", "96", "97")
    }
    assert kinds == {"1": None, "96": Missing.NOT_APPLICABLE, "97": Missing.REFUSED}


def test_required_question_says_so_in_its_own_words(questionnaire: Named) -> None:
    asked = questionnaire("custom_messages")
    question = asked.question("a")
    empty = parsing.parse(asked, question, {"a": [""]})
    assert [(p.field, p.message) for p in empty.problems] == [("a", "请告诉我们件数。")]
    low = parsing.parse(asked, question, {"a": ["0"]})
    assert [p.message for p in low.problems] == ["至少一件。"]


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("ranking_all", {"a.rank.p": ["1"], "a.rank.q": ["2"]}, "请给3项排出名次。"),
        ("ranking_top_two", {"a.rank.p": ["1"]}, "请给2项排出名次。"),
        ("multiple_with_most_and_least", {"a": ["1"]}, "请至少选择2项。"),
        (
            "date_not_in_future",
            {"a.year": ["2017"], "a.month": ["2"]},
            "请填写真实存在的日期（年、月、日都要填）。",
        ),
        ("date_not_in_future", {"a": ["2017-02-30"]}, "请填写真实存在的日期，例如 2016-05-01。"),
    ],
)
def test_a_fault_says_what_to_do_in_the_fields_at_hand(
    questionnaire: Named, name: str, raw: dict[str, list[str]], said: str
) -> None:
    asked = questionnaire(name)
    parsed = parsing.parse(asked, asked.question("a"), raw, today=TODAY)
    assert [problem.message for problem in parsed.problems] == [said]


def test_own_words_for_too_few_hold_for_a_ranking_too(questionnaire: Named) -> None:
    asked = questionnaire("ranking_all")
    own = replace(asked.question("a"), messages={"too_few": Text.of("请排出{limit}项。")})
    parsed = parsing.parse(asked, own, {"a.rank.p": ["1"]}, today=TODAY)
    assert [problem.message for problem in parsed.problems] == ["请排出3项。"]


def test_text_beside_an_option_is_kept_only_when_it_is_chosen(questionnaire: Named) -> None:
    asked = questionnaire("multiple_with_exclusive_and_other")
    raw = {"a": ["90"], "a.other.90": ["调解书"]}
    assert parsing.parse(asked, asked.question("a"), raw).answer.other == {"90": "调解书"}
    raw["a"] = ["1"]
    assert parsing.parse(asked, asked.question("a"), raw).answer.other == {}


def test_answer_set_survives_json() -> None:
    answers = AnswerSet(
        {
            "a": Answer("90", other={"90": "文本"}),
            "b": Answer(("1", "2")),
            "c": Answer({"x": "1"}),
            "d": Answer(2.5),
            "e": Answer(missing=Missing.NOT_REACHED),
        }
    )
    assert AnswerSet.from_json(answers.to_json()) == answers
