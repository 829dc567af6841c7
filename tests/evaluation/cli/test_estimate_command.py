"""``evaluation estimate`` and ``evaluation agreement`` as a person uses them."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from evaluation.cli import agreement, estimate
from evaluation.errors import EvaluationError

SURVEY = Path(__file__).parents[2] / "data" / "reference" / "survey"
AGREEMENT = SURVEY.parent / "agreement"
STRATIFIED = ["--strata", "stype", "--weights", "pw", "--fpc", "fpc"]


def run(app, *arguments):
    result = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=True)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


def answers(file, *arguments):
    return json.loads(run(estimate.app, SURVEY / file, *arguments, "--json"))


def test_the_keys_are_those_of_the_contract():
    (found,) = answers("apistrat.csv", "--statistic", "mean", "--y", "api00", *STRATIFIED)
    assert list(found) == [
        "y",
        "by",
        "value",
        "standard_error",
        "lower",
        "upper",
        "degrees_of_freedom",
        "n_sampled",
    ]
    assert found["value"] == pytest.approx(662.287363159321, rel=1e-12)
    assert found["standard_error"] == pytest.approx(9.40894080278458, rel=1e-10)


def test_several_stages_with_counts_or_fractions(tmp_path):
    arguments = ["--statistic", "total", "--y", "enroll", "--by", "stype"]
    stages = ["--psu", "dnum", "--psu", "snum", "--fpc", "fpc1", "--fpc", "fpc2"]
    found = answers("apiclus2.csv", *arguments, *stages)
    assert [row["by"] for row in found] == [{"stype": "E"}, {"stype": "H"}, {"stype": "M"}]

    frame = pd.read_csv(SURVEY / "apiclus2.csv")
    frame["f1"] = 40 / frame["fpc1"]
    frame["f2"] = frame.groupby("dnum")["snum"].transform("nunique") / frame["fpc2"]
    frame.to_csv(tmp_path / "fractions.csv", index=False)
    stages = ["--psu", "dnum", "--psu", "snum", "--fpc", "f1", "--fpc", "f2"]
    again = json.loads(run(estimate.app, tmp_path / "fractions.csv", *arguments, *stages, "--json"))
    for one, two in zip(found, again, strict=True):
        assert one["standard_error"] == pytest.approx(two["standard_error"], rel=1e-9)
        assert one["value"] == pytest.approx(two["value"], rel=1e-9)


@pytest.mark.parametrize(
    "interval", ["wilson", "kg", "logit", "beta", "xlogit", "mean", "asin", "likelihood"]
)
def test_shares_with_every_interval(interval):
    (found,) = answers(
        "apistrat.csv",
        *["--statistic", "proportion", "--y", "sch.wide", "--level", "Yes"],
        *["--interval", interval, *STRATIFIED],
    )
    assert found["lower"] < found["value"] < found["upper"]


def test_subset_ratio_and_quantiles():
    condition = 'comp.imp == "Yes" & stype != "H"'
    (found,) = answers(
        "apistrat.csv", "--statistic", "mean", "--y", "api00", "--subset", condition, *STRATIFIED
    )
    assert found["n_sampled"] < 200
    (found,) = answers(
        "apistrat.csv", "--statistic", "ratio", "--y", "api.stu", "--x", "enroll", *STRATIFIED
    )
    assert found["value"] == pytest.approx(0.836956886940522, rel=1e-12)
    quantiles = ["--statistic", "quantile", "--y", "api00", "--prob", "0.25", "--prob", "0.9"]
    found = answers("apistrat.csv", *quantiles, "--by", "stype", *STRATIFIED)
    assert [row["prob"] for row in found] == [0.25, 0.9] * 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--y", "nothing"], "没有“nothing”列"),
        (["--y", "sch.wide"], "不是数字"),
        (["--y", "api00", "--subset", "foo == 1"], "foo"),
        (["--y", "api00", "--subset", "__import__('os').system('id')"], "条件"),
        (["--y", "api00", "--subset", "api00 > 5000"], "没有一行符合"),
        (["--y", "api00", "--weights", "stype"], "不是数字"),
        (["--y", "api00", "--strata", "cds"], "只有一个抽样单位"),
        (["--y", "api00", "--lonely", "guess"], "处理规则无效"),
    ],
)
def test_strange_requests_get_a_sentence(arguments, words):
    with pytest.raises(EvaluationError) as refused:
        run(estimate.app, SURVEY / "apistrat.csv", "--statistic", "mean", *arguments)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("y,w\n1,\n2,3\n", "权数"),
        ("y,w\n1,-2\n2,3\n", "权数"),
        ("y,w\n1,0\n2,0\n", "全部为零"),
        ("y,w\n1,x\n2,3\n", "不是数字"),
        ("", "CSV"),
    ],
)
def test_strange_tables_get_a_sentence(tmp_path, text, words):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError) as refused:
        run(estimate.app, path, "--statistic", "mean", "--y", "y", "--weights", "w")
    assert words in str(refused.value)


def test_agreement_of_the_published_example():
    found = json.loads(run(agreement.app, AGREEMENT / "x.raw12x4.csv", "--json"))
    values = {row["coefficient"]: row["value"] for row in found}
    assert values["krippendorff_nominal"] == pytest.approx(0.743, abs=5e-4)
    assert values["krippendorff_ordinal"] == pytest.approx(0.815, abs=5e-4)
    assert values["krippendorff_interval"] == pytest.approx(0.849, abs=5e-4)
    assert values["krippendorff_ratio"] == pytest.approx(0.797, abs=5e-4)
    assert values["gwet"] == pytest.approx(0.77544, abs=6e-6)
    assert "cohen" not in values


def test_agreement_of_one_category_has_no_coefficient(tmp_path):
    path = tmp_path / "same.csv"
    path.write_text("a,b\ny,y\ny,y\n", encoding="utf-8")
    found = json.loads(run(agreement.app, path, "--json"))
    values = {row["coefficient"]: row["value"] for row in found}
    assert values["percent"] == 1.0
    assert values["gwet"] is None


def test_full_agreement_says_that_no_interval_can_be_estimated(tmp_path):
    path = tmp_path / "full.csv"
    path.write_text("a,b\n" + "y,y\nn,n\n" * 20, encoding="utf-8")
    rows = {row["coefficient"]: row for row in json.loads(run(agreement.app, path, "--json"))}
    assert 0.85 < rows["percent"]["lower"] < 0.95
    assert rows["percent"]["upper"] == 1.0
    assert rows["gwet"]["value"] == pytest.approx(1.0)
    assert (rows["gwet"]["lower"], rows["gwet"]["note"]) == (None, "no_interval")
    assert "无法估计区间" in run(agreement.app, path)
