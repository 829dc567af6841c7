"""The three reports: how they differ, where their figures come from, what they must not say."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sample_report import report_input, results_of

import evaluation.services.report_content as package
from evaluation.analysis.results import ResultKind, ResultSet, ResultUnit, ResultValue
from evaluation.domain.evaluation_round import RoundKind
from evaluation.domain.grading import WeightsStatus
from evaluation.services.report_content import figure_text
from evaluation.services.report_content.build import build
from reports import disclosure, html
from reports.document import Figure, Section, plain_text
from reports.traversal import blocks, parts, unbound_numbers


@pytest.fixture(scope="module")
def built():
    return {kind: build(report_input(kind)) for kind in RoundKind}


def _words(one):
    return "".join(plain_text(part) for part in parts(one.report))


def _titles(one):
    return [block.title for block in blocks(one.report) if isinstance(block, Section)]


def test_sections_of_each_round(built):
    counts = {kind: len(one.report.sections) for kind, one in built.items()}
    assert counts == {RoundKind.INITIAL: 13, RoundKind.MIDTERM: 14, RoundKind.FINAL: 14}
    assert "上期建议整改情况" not in _titles(built[RoundKind.INITIAL])
    assert "存在问题及原因（漏洞清单）" in _titles(built[RoundKind.MIDTERM])
    assert "对策建议（长效机制）" in _titles(built[RoundKind.FINAL])
    assert [len(one.report.appendices) for one in built.values()] == [9, 9, 9]


def test_initial_report_gives_no_verdict(built):
    words = _words(built[RoundKind.INITIAL])
    assert "不对“基本解决执行难”是否实现作出判断" in words
    assert not re.search("(已|基本|部分)实现", words.replace("是否实现", ""))
    assert "五项目标终期判断" not in html.document(built[RoundKind.INITIAL].report)
    assert "五项目标终期判断" in html.document(built[RoundKind.FINAL].report)


@pytest.mark.parametrize("kind", list(RoundKind))
def test_every_figure_is_the_frozen_result(built, kind):
    data = report_input(kind)
    sets = {facts.code: results for facts, results in data.earlier} | {kind: data.results}
    one = built[kind]
    assert unbound_numbers(one.report) == []
    assert len(one.figures) > 500
    for figure in one.figures:
        if figure["result"].startswith("derived:"):
            key = figure["result"].removeprefix("derived:")
            assert figure["text"] == f"{one.derived[key]:,}"
        else:
            again = figure_text.written(sets, str(kind), figure["result"], figure["part"])
            assert again == figure["text"], figure


def test_trial_weights_give_no_grade(built):
    one = built[RoundKind.FINAL]
    assert one.report.marks == ("演示数据", "试算")
    assert "score.grade.city" not in {figure["result"] for figure in one.figures}
    assert "不作等次结论" in _words(one)


def test_confirmed_weights_give_a_grade():
    data = report_input(RoundKind.FINAL, is_demonstration=False)
    scoring = replace(data.framework.scoring, weights_status=WeightsStatus.PANEL_DECISION)
    one = build(replace(data, framework=replace(data.framework, scoring=scoring)))
    assert one.report.marks == ()
    assert "score.grade.city" in {figure["result"] for figure in one.figures}


def test_ambiguities_of_the_plan_are_disclosed(built):
    words = _words(built[RoundKind.INITIAL])
    for issue in ("实体指标附件缺失", "80分同时落在", "标的金额到位率的分母", "程序规范没有分值"):
        assert issue in words


def test_report_without_results_says_what_is_missing():
    one = build(report_input(RoundKind.MIDTERM, results=ResultSet([], meta={})))
    words = _words(one)
    assert words.count("本期未取得") > 5
    assert {"indicator.I1.city", "score.total.city", "draw.frame"} <= set(one.missing)
    assert "本期未取得的数据" in _titles(one)
    html.document(one.report)


@pytest.mark.parametrize(
    "prefix", ["survey.", "review.", "interview.", "evidence.", "sensitivity."]
)
def test_report_holds_without_one_method(prefix):
    full = results_of(RoundKind.FINAL)
    kept = ResultSet([r for r in full if not r.id.startswith(prefix)], meta=full.meta)
    one = build(report_input(RoundKind.FINAL, results=kept))
    assert any(key.startswith(prefix[:-1]) for key in one.missing)
    html.document(one.report)


def test_significance_chooses_the_word(built):
    one = built[RoundKind.MIDTERM]
    words = _words(one)
    assert "无显著变化" in words or "抽样误差范围内" in words
    assert "较初期评估提高" in words


def test_no_person_and_no_case_in_any_report(built):
    for one in built.values():
        assert [leak for leak in disclosure.scan(_words(one)) if leak.kind != "name"] == []


def test_same_input_gives_the_same_page(built):
    again = build(report_input(RoundKind.INITIAL))
    assert html.document(again.report) == html.document(built[RoundKind.INITIAL].report)


def test_no_sentence_in_the_source_holds_a_digit():
    """Only quoted titles of documents and placeholders may; figures come from results."""
    quoted = re.compile(r"\{[^}]*\}|《[^》]*》|〔\d+〕\d+号|自2016年12月1日起")
    faults = []
    for path in Path(package.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_"):
                continue
            text = "".join(a.value for a in node.args if isinstance(a, ast.Constant))
            if re.search(r"[0-9０-９]", quoted.sub("", text)):
                faults.append(f"{path.name}: {text}")
    assert faults == []


def test_a_difference_of_rates_per_ten_thousand_is_in_that_unit():
    now = ResultValue("indicator.I3.city", ResultKind.REPORTED, 2 / 5280, ResultUnit.PER_10K)
    before = replace(now, value=1 / 5280)
    assert figure_text.difference_of(before, now) == "1.89个万分点"
    assert figure_text.difference_of(before, now, signed=True) == "−1.89"
    assert figure_text.figure_of(before) == "1.89‱"


def test_courts_stand_side_by_side_in_one_figure_for_each_group(built):
    figures = {one.id: one for one in blocks(built[RoundKind.FINAL].report) if type(one) is Figure}
    found = [figures[key] for key in figures if key.startswith("courts-")]
    assert [one.id for one in found] == ["courts-fairness", "courts-efficiency", "courts-effect"]
    for figure in found:
        assert "不作排名" in plain_text(figure.notes[0])
        assert all(number.text in figure.svg for number in figure.numbers)
