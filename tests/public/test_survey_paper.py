"""The questionnaire on paper says what the pages say."""

from __future__ import annotations

import re
from dataclasses import replace

import html5lib
from survey_site import EVERY_TYPE

from surveys.loader import load
from surveys.schema import Questionnaire, Text
from surveys.web.paper import render_paper


def _hints(html: str) -> list[str]:
    return re.findall(r'<p class="hint">(.*?)</p>', html)


def _asked() -> Questionnaire:
    return load(EVERY_TYPE)


def test_paper_gives_the_instructions_of_the_pages() -> None:
    html = render_paper(_asked())
    html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert _hints(html)[1:] == [
        "提示文字",
        "可多选，最多2项。",
        "请填写0至500之间的数字。",
        "请填写不晚于今天的日期。",
        "最多500字。",
        "请排出先后，1 表示最重要。",
        "在横线上填写名次。",
    ]


def test_paper_in_english_gives_them_in_english() -> None:
    assert "Choose all that apply, at most 2." in _hints(render_paper(_asked(), language="en"))


def test_paper_says_once_what_the_author_wrote_too() -> None:
    asked = _asked()
    section = asked.sections[0]
    questions = tuple(
        replace(question, hint=Text.of("可多选，最多2项")) if question.code == "multi" else question
        for question in section.questions
    )
    changed = replace(asked, sections=(replace(section, questions=questions), *asked.sections[1:]))
    assert render_paper(changed).count("可多选，最多2项") == 1


def test_paper_marks_the_option_that_excludes_the_others() -> None:
    html = render_paper(_asked())
    assert html.count("（选此项就不选其他项）") == 1
    assert re.search(r"以上都没有 <span[^>]*>\[none\]</span> （选此项就不选其他项）", html)


def test_paper_says_how_long_answers_are_kept_where_it_asks_for_consent() -> None:
    html = render_paper(_asked(), retention="评估结束后两年")
    at = html.index("保存期限：评估结束后两年")
    assert html.index("第二段。") < at < html.index("我已阅读并自愿参加")
    assert "保存期限" not in render_paper(_asked())


def test_columns_of_points_are_equally_wide() -> None:
    assert re.search(r"table \{[^}]*table-layout: fixed", render_paper(_asked()))
