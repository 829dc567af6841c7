"""Strange tables through the command line: a sentence and an exit code, or a documented rule."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

from evaluation import cli

PLAIN = "y,w,s,p,g,f\n1,2,a,1,x,10\n3,2,a,2,y,10\n5,3,b,3,x,20\n2,3,b,4,y,20\n"
MEAN = ("--statistic", "mean", "--y", "y")
SHARE = ("--statistic", "proportion", "--y", "y")


@pytest.fixture
def estimate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    def run(table: str, *arguments: object) -> tuple[int, str, str]:
        path = tmp_path / "table.csv"
        path.write_bytes(table if isinstance(table, bytes) else table.encode())
        words = ["evaluation", "estimate", str(path), *map(str, arguments), "--json"]
        monkeypatch.setattr(sys, "argv", words)
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        written = capsys.readouterr()
        assert "Traceback" not in written.err
        assert "Warning" not in written.err
        return code, written.out, written.err

    return run


def _numbers(out: str) -> list[float]:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    keys = ("value", "standard_error", "lower", "upper", "degrees_of_freedom", "n_sampled")
    found = [float(row[key]) for row in json.loads(out, parse_constant=refuse) for key in keys]
    assert all(map(math.isfinite, found))
    return found


@pytest.mark.parametrize(
    ("table", "arguments", "words"),
    [
        (PLAIN.replace("1,2,a", "1,NaN,a"), (*MEAN, "--weights", "w"), "第2行的抽样权数"),
        (PLAIN.replace("5,3,b", "5,-3,b"), (*MEAN, "--weights", "w"), "第4行的抽样权数"),
        (PLAIN.replace("1,2,a", "1,inf,a"), (*MEAN, "--weights", "w"), "第2行的抽样权数"),
        ("y,w\n1,0\n2,0\n", (*MEAN, "--weights", "w"), "全部为零"),
        (PLAIN.replace("5,3,b", "五,3,b"), MEAN, "第4行“y”列的“五”不是数字"),
        (PLAIN.replace("5,3,b", "inf,3,b"), MEAN, "第4行的数值不是有限数"),
        (PLAIN.replace(",10", ",-10"), (*MEAN, "--strata", "s", "--fpc", "f"), "不是正数"),
        (PLAIN.replace(",10", ",1"), (*MEAN, "--strata", "s", "--fpc", "f"), "样本多于总体"),
        (PLAIN.replace(",10", ",0.5"), (*MEAN, "--strata", "s", "--fpc", "f"), "混用了件数"),
        (PLAIN.replace(",2,y,10", ",2,y,11"), (*MEAN, "--strata", "s", "--fpc", "f"), "不一致"),
        ("y,p\n1,1\n2,1\n", (*MEAN, "--psu", "p"), "只有一个抽样单位"),
        ("y\n1\n", MEAN, "只有一个抽样单位"),
        ("y,s\n1,a\n2,\n", (*MEAN, "--strata", "s"), "第3行的分层或抽样单位为空"),
        (PLAIN, (*MEAN, "--subset", 'g == "z"'), "没有一行符合"),
        (PLAIN.replace("3,2,a,2,y", "3,2,a,2,"), (*MEAN, "--by", "g"), "第3行的分组列“g”为空"),
        ("y\nNA\n\nNA\n", MEAN, "没有一行既有数值"),
        ("y\n", MEAN, "没有数据行"),
        ("", MEAN, "不是可读的CSV"),
        (b"\x00\x01\xff\xfe", MEAN, "不是可读的CSV"),
        ("y,w\n1,2\n3,4,5\n", MEAN, "各行的列数相同"),
        ("y,y\n1,2\n", MEAN, "列名重复：y"),
        ("y\n1e308\n-1e308\n1e308\n", MEAN, "数值过大"),
        (PLAIN, ("--statistic", "ratio", "--y", "y"), "分母列"),
        (PLAIN, (*MEAN, "--interval", "kg"), "只用t区间"),
        (PLAIN, ("--statistic", "quantile", "--y", "y", "--prob", "nan"), "分位点"),
        (PLAIN, ("--statistic", "proportion", "--y", "g"), "--level"),
        (PLAIN, (*MEAN, "--confidence", "1"), "置信水平"),
    ],
)
def test_a_named_error_in_one_sentence(estimate, table, arguments, words) -> None:
    code, out, err = estimate(table, *arguments)
    assert (code, out) == (1, "")
    assert words in err


def test_unknown_words_are_usage_errors(estimate) -> None:
    assert estimate(PLAIN, "--statistic", "median", "--y", "y")[0] == 2
    assert estimate(PLAIN, "--statistic", "mean")[0] == 2


def test_rows_of_weight_zero_stay_in_the_design_and_carry_nothing(estimate) -> None:
    table = PLAIN.replace("1,2,a", "1,0,a")
    _code, out, _err = estimate(table, *MEAN, "--weights", "w", "--strata", "s", "--by", "s")
    first = json.loads(out)[0]
    assert (first["n_sampled"], first["value"]) == (1, 3.0)
    assert len(_numbers(out)) == 12


@pytest.mark.parametrize("interval", ["wilson", "kg", "logit", "beta", "xlogit", "asin"])
@pytest.mark.parametrize("value", [0, 1])
def test_a_perfect_sample_without_population_sizes_has_a_wide_interval(
    estimate, interval, value
) -> None:
    code, out, _err = estimate("y\n" + f"{value}\n" * 30, *SHARE, "--interval", interval)
    share, error, lower, upper = _numbers(out)[:4]
    assert (code, share, error) == (0, value, 0)
    assert 0.1 < upper - lower < 0.2


def test_a_level_is_the_same_number_however_it_is_written(estimate) -> None:
    table = "y\n1.0\n2\n1\nNA\n"
    _code, out, err = estimate(table, *SHARE, "--level", "1")
    assert _numbers(out)[0] == pytest.approx(2 / 3)
    assert err == ""
    _code, out, err = estimate(table, *SHARE, "--level", "7")
    assert _numbers(out)[0] == 0
    assert "没有取值“7”" in err


def test_texts_that_look_alike_are_different_and_are_named(estimate) -> None:
    table = "y,s\n1,Ａ\n2,A\n3,A\n4,a\n5,a\n6,Ａ\n"
    code, out, err = estimate(table, *MEAN, "--strata", "s")
    assert (code, _numbers(out)[4]) == (0, 3)
    assert "Ａ ≈ A ≈ a" in err


def test_missing_cells_meet_no_condition_and_lists_may_be_bracketed(estimate) -> None:
    table = "y,n,g\n1,NA,甲\n2,5,乙\n4,6,甲\n5,,丙\n".encode("gb18030")
    _code, out, _err = estimate(table, *MEAN, "--subset", 'n > 1 and g in ["甲", "乙"]')
    assert _numbers(out)[0] == 3
    assert _numbers(out)[5] == 2
