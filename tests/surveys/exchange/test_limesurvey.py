"""LimeSurvey files: the common subset comes in, the rest is named."""

import pytest

from surveys.checks import check, errors_only
from surveys.conditions import Condition, Group, Junction, Negation, Operator
from surveys.errors import QuestionnaireError
from surveys.exchange import limesurvey
from surveys.exchange.limesurvey_rules import RelevanceError, parse_relevance
from surveys.schema import QuestionType


def table(name: str, *rows: dict[str, str]) -> str:
    body = "".join(
        "<row>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in row.items()) + "</row>"
        for row in rows
    )
    return f"<{name}><rows>{body}</rows></{name}>"


def question(qid: str, kind: str, title: str, order: int, **more: str) -> dict[str, str]:
    return {
        "qid": qid, "parent_qid": "0", "gid": "1", "type": kind, "title": title,
        "question_order": str(order), "mandatory": "N", "other": "N", "relevance": "1", **more,
    }  # fmt: skip


def text(qid: str, words: str) -> dict[str, str]:
    return {"qid": qid, "question": words, "help": "", "language": "zh-Hans"}


SURVEY = (
    '<?xml version="1.0" encoding="UTF-8"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>'
    "<DBVersion>623</DBVersion><languages><language>zh-Hans</language></languages>"
    + table("surveys", {"sid": "777", "language": "zh-Hans"})
    + table(
        "surveys_languagesettings",
        {
            "surveyls_language": "zh-Hans",
            "surveyls_title": "<b>律师</b>问卷",
            "surveyls_welcometext": "<p>您好！</p><script>alert(1)</script>",
        },
    )
    + table("groups", {"gid": "1", "group_order": "0"})
    + table("group_l10ns", {"gid": "1", "group_name": "第一组", "language": "zh-Hans"})
    + table(
        "questions",
        question("11", "L", "Q1", 1, mandatory="Y", other="Y"),
        question("12", "M", "Q2", 2, relevance='((Q1.NAOK == "A1"))'),
        question("13", "F", "Q3", 3),
        question("14", "N", "Q4", 4),
        question("15", "T", "Q5", 5, relevance='Q2_SQ1.NAOK == "Y" and Q4.NAOK > 3'),
        question("16", ";", "Q6", 6),
        question("17", "X", "Q7", 7, relevance="count(that.Q2.NAOK) > 1"),
    )
    + table(
        "subquestions",
        {"qid": "21", "parent_qid": "12", "title": "SQ1", "question_order": "1"},
        {"qid": "22", "parent_qid": "12", "title": "SQ2", "question_order": "2"},
        {"qid": "23", "parent_qid": "13", "title": "SQ1", "question_order": "1"},
    )
    + table(
        "question_l10ns",
        *(text(f"1{n}", f"第{n}题") for n in range(1, 8)),
        text("21", "甲"),
        text("22", "乙"),
        text("23", "办理及时"),
    )
    + table(
        "answers",
        {"aid": "1", "qid": "11", "code": "A1", "sortorder": "1"},
        {"aid": "2", "qid": "11", "code": "A2", "sortorder": "2"},
        {"aid": "3", "qid": "13", "code": "1", "sortorder": "1"},
        {"aid": "4", "qid": "13", "code": "2", "sortorder": "2"},
    )
    + table(
        "answer_l10ns",
        *(
            {"aid": aid, "answer": words, "language": "zh-Hans"}
            for aid, words in (("1", "是"), ("2", "否"), ("3", "不同意"), ("4", "同意"))
        ),
    )
    + table(
        "question_attributes",
        {"qid": "12", "attribute": "exclude_all_others", "value": "SQ2"},
        {"qid": "14", "attribute": "max_num_value_n", "value": "50"},
        {"qid": "14", "attribute": "num_value_int_only", "value": "1"},
    )
    + table("quota", {"id": "1"})
    + "</document>"
)


def test_common_subset_comes_in_and_the_rest_is_named() -> None:
    imported = limesurvey.read(SURVEY.encode())
    asked = imported.questionnaire
    assert str(asked.title) == "律师问卷"
    assert str(asked.introduction) == "您好！"
    assert asked.languages == ("zh",)
    assert [(q.code, q.type.value) for q in asked.questions] == [
        ("Q1", "single"),
        ("Q2", "multiple"),
        ("Q3", "matrix"),
        ("Q4", "number"),
        ("Q5", "text"),
        ("Q7", "note"),
    ]
    assert [o.code for o in asked.question("Q1").options] == ["A1", "A2", "other"]
    assert asked.question("Q1").required
    assert [o.exclusive for o in asked.question("Q2").options] == [False, True]
    assert asked.question("Q2").show == Condition("Q1", Operator.EQUALS, "A1")
    assert asked.question("Q4").limits.maximum == 50
    assert asked.question("Q5").show == Group(
        Junction.ALL,
        (Condition("Q2", Operator.CONTAINS, "SQ1"), Condition("Q4", Operator.GREATER, 3)),
    )
    assert [(p.code, p.where) for p in imported.problems] == [
        ("type_unsupported", "Q6"),
        ("expression", "Q7"),
        ("quotas", "问卷"),
    ]
    assert errors_only(check(asked)) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<document/>",
        b"no xml",
        b'<!DOCTYPE x [<!ENTITY a "b">]><document>&a;</document>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><document/>',
    ],
)
def test_broken_or_hostile_files_are_refused_in_words(content: bytes) -> None:
    with pytest.raises(QuestionnaireError) as caught:
        limesurvey.read(content)
    assert caught.value.problems[0].remedy


TYPES = {"Q1": QuestionType.SINGLE, "Q2": QuestionType.MULTIPLE, "Q3": QuestionType.MATRIX}


@pytest.mark.parametrize(
    ("equation", "rule"),
    [
        ('Q1 == "A1"', Condition("Q1", Operator.EQUALS, "A1")),
        ('(Q1.NAOK != "A1")', Negation(Condition("Q1", Operator.EQUALS, "A1"))),
        ("is_empty(Q1.NAOK)", Condition("Q1", Operator.NOT_ANSWERED)),
        ('Q2_a.NAOK != "Y"', Negation(Condition("Q2", Operator.CONTAINS, "a"))),
        ('Q3_b.NAOK == "2"', Condition("Q3", Operator.EQUALS, "2", row="b")),
        ("!(Q1 ge 3)", Negation(Condition("Q1", Operator.AT_LEAST, 3))),
    ],
)
def test_equation_is_read(equation: str, rule: object) -> None:
    assert parse_relevance(equation, TYPES) == rule


@pytest.mark.parametrize("equation", ["Q9 == 1", "Q1 + 1 == 2", "Q1 ==", "(Q1 == 1", "strlen(Q1)"])
def test_equation_outside_the_subset_is_refused(equation: str) -> None:
    with pytest.raises(RelevanceError):
        parse_relevance(equation, TYPES)


def test_places_that_are_no_numbers_stand_first() -> None:
    odd = SURVEY.replace("<question_order><![CDATA[3]]>", "<question_order><![CDATA[abc]]>")
    assert odd != SURVEY
    codes = [question.code for question in limesurvey.read(odd.encode()).questionnaire.questions]
    assert codes[0] == "Q3"
