"""What a respondent is told beside a question."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import surveys
from surveys.answers import AnswerSet
from surveys.loader import load
from surveys.routing import Page
from surveys.schema import Questionnaire, QuestionType
from surveys.web import forms

LIBRARY = sorted((Path(surveys.__file__).parent / "library").glob("Q?.yaml"))


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
