"""One questionnaire with every kind of fault at once: all are named in one pass, with place and
remedy; and what may not be published is not."""

from __future__ import annotations

from surveys import loader
from surveys.checks import check, errors_only
from surveys.errors import Severity

BEFORE = loader.loads(
    """
format: 1
code: T
title: 测试问卷
sections:
- code: s1
  title: 第一部分
  questions:
  - {code: t, type: single, text: 您满意吗？, tags: {trend: true},
     options: [{code: 1, label: 满意}, {code: 2, label: 不满意}]}
"""
)
EVERYTHING = loader.loads(
    """
format: 1
code: T
title: {zh: 测试问卷, en: Test}
languages: [zh, en]
consent: {text: {zh: 自愿参加, en: Voluntary}, checkbox: {zh: 同意, en: I agree}}
scales:
- code: five
  title: {zh: 程度, en: Degree}
  points: [{code: 1, label: {zh: 低, en: low}}, {code: 2, label: {zh: 高, en: high}}]
  dont_know: {code: 98, label: {zh: 不清楚, en: unknown}, missing: dont_know}
sections:
- code: s1
  title: {zh: 第一部分, en: Part one}
  questions:
  - {code: t, type: single, text: {zh: 您满意了吗？, en: Satisfied}, tags: {trend: true},
     options: [{code: 1, label: {zh: 满意, en: a}}, {code: 2, label: {zh: 不满意, en: b}}]}
  - {code: a, type: single, text: {zh: 办结了吗？, en: Closed}, show: {question: z, equals: 1},
     options: [{code: 1, label: {zh: 是, en: a}}, {code: 1, label: {zh: 否, en: b}}]}
  - {code: a, type: text, text: {zh: 代码重复, en: Again}}
  - {code: c, type: text, text: {zh: 自相矛盾, en: Never},
     show: {all: [{question: t, equals: 1}, {question: t, equals: 2}]}}
  - {code: d, type: number, text: {zh: 多少件？, en: How many}, required: true,
     end_when: {question: d, at_least: 0}, limits: {minimum: 0}}
  - {code: e, type: text, text: {zh: 走不到, en: Out of reach}}
  - {code: f, type: text, text: {zh: 难道法院没有尽力吗？, en: Leading}}
  - {code: g, type: likert, scale: five, text: {zh: 法院态度和效率, en: Two at once}}
  - {code: h, type: text, text: {zh: 没有译文}}
  - {code: i, type: text, text: {zh: 不存在的题, en: Unknown},
     show: {question: nowhere, answered: true}}
  - {code: z, type: single, text: {zh: 最后, en: Last},
     options: [{code: 1, label: {zh: 是, en: a}}, {code: 2, label: {zh: 否, en: b}}]}
"""
)
EXPECTED = {
    ("trend_changed", "t"),
    ("later_reference", "a"),
    ("duplicate_option", "a"),
    ("contradiction", "c"),
    ("unreachable", "e"),
    ("leading", "f"),
    ("double_barrelled", "g"),
    ("missing_translation", "h"),
    ("unknown_reference", "i"),
    ("duplicate_question", ""),
}


def test_every_kind_of_fault_is_named_in_one_pass_with_place_and_remedy() -> None:
    problems = check(EVERYTHING, BEFORE)
    found = {(problem.code, problem.question) for problem in problems}
    assert found >= EXPECTED
    for problem in problems:
        assert problem.where
        assert problem.what
        assert problem.remedy
    by_code = {problem.code: problem for problem in problems}
    assert by_code["later_reference"].where == "部分“第一部分”第2题 a"
    assert by_code["contradiction"].where == "部分“第一部分”第4题 c"


def test_wording_only_warns_and_the_rest_forbids_publishing() -> None:
    problems = check(EVERYTHING, BEFORE)
    warned = {problem.code for problem in problems if problem.severity is Severity.WARNING}
    assert {"leading", "double_barrelled"} <= warned
    errors = {problem.code for problem in errors_only(problems)}
    assert errors >= {code for code, _question in EXPECTED} - warned
    severities = [problem.severity for problem in problems]
    assert severities == sorted(severities, key=lambda item: item is not Severity.ERROR)
