"""What a respondent is told beside a question."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import surveys
from surveys.answers import Answer, AnswerSet
from surveys.loader import load
from surveys.piping import answer_in_words
from surveys.routing import Page
from surveys.schema import Questionnaire, QuestionType
from surveys.web import forms

LIBRARY = sorted((Path(surveys.__file__).parent / "library").glob("Q?.yaml"))
VALID = Path(__file__).parents[1] / "data" / "questionnaires" / "valid"


def _told(questionnaire: Questionnaire, code: str) -> list[str]:
    person = forms.Respondent(questionnaire, AnswerSet({}), "zh-CN", "key", date(2017, 1, 9))
    (view,) = forms.page_views(person, Page(code, "", (code,)), 1)
    return [words for words in (view.hint, view.constraint) if words]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_question_with_several_answers_says_so_once(path: Path) -> None:
    questionnaire = load(path)
    several = [q.code for q in questionnaire.questions if q.type is QuestionType.MULTIPLE]
    for code in several:
        told = _told(questionnaire, code)
        assert sum("可多选" in words for words in told) == 1, (code, told)


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("text_short_and_long", "a", []),
        ("text_short_and_long", "b", ["最多300字。"]),
        ("date_not_in_future", "a", ["请填写不早于2016年1月1日、不晚于今天的日期。"]),
    ],
)
def test_a_limit_is_said_before_it_is_passed(name: str, code: str, said: list[str]) -> None:
    assert _told(load(VALID / f"{name}.yaml"), code) == said


def test_a_date_is_said_in_the_language_of_the_page() -> None:
    asked = load(VALID / "date_not_in_future.yaml")
    answers = AnswerSet({"a": Answer("2017-02-20")})
    words = [answer_in_words(asked, asked.question("a"), answers, code) for code in ("zh", "en")]
    assert words == ["2017年2月20日", "2017-02-20"]
