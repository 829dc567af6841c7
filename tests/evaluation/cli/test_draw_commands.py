"""``evaluation draw``, ``plan`` and ``verify draw`` as a shell sees them."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from pathlib import Path

import pytest

from evaluation import cli
from sampling.seed import ticket

SEED = "41596728109384756012"
FRAME = Path(__file__).parents[2] / "data" / "reference" / "draw" / "frame_2000.csv"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["evaluation", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        written = capsys.readouterr()
        assert "Traceback" not in written.err
        return code, written.out, written.err

    return run


def _draw(shell, out: Path, *more: object, frame: Path = FRAME, seed: str = SEED):
    columns = ["--unit", "case_id", "--stratum", "stratum", "--per-stratum", 5]
    return shell("draw", frame, *columns, "--seed", seed, "--out", out, *more)


def test_draw_writes_sample_and_certificate(shell, tmp_path: Path) -> None:
    code, out, _err = _draw(shell, tmp_path / "out", "--reserve", 2)
    assert code == 0
    assert "共286件" in out
    with (tmp_path / "out" / "sample.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["unit_id", "stratum", "ticket", "rank", "role"]
    assert len(rows) == 7 * 7
    assert all(row["ticket"] == ticket(SEED, row["unit_id"]) for row in rows)
    assert [row["role"] for row in rows[:7]] == ["sample"] * 5 + ["reserve"] * 2
    proof = json.loads((tmp_path / "out" / "certificate.json").read_text(encoding="utf-8"))
    assert proof["frame"]["n_units"] == 2000


def test_verify_accepts_shuffled_rows_and_refuses_a_changed_list(shell, tmp_path: Path) -> None:
    _draw(shell, tmp_path / "out")
    proof = tmp_path / "out" / "certificate.json"
    lines = FRAME.read_text().splitlines()
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text("\n".join([lines[0], *lines[:0:-1]]) + "\n")
    assert shell("verify", "draw", proof, "--frame", shuffled)[0] == 0
    changed = tmp_path / "changed.csv"
    changed.write_text("\n".join([*lines[:-1], lines[-1].replace("E", "F")]) + "\n")
    code, _out, err = shell("verify", "draw", proof, "--frame", changed)
    assert (code, "哈希值与证书不同" in err) == (1, True)
    forged = json.loads(proof.read_text())
    forged["units"][0]["unit_id"] = lines[5].split(",")[0]
    proof.write_text(json.dumps(forged))
    code, _out, err = shell("verify", "draw", proof, "--frame", FRAME)
    assert (code, "第1个案件" in err) == (1, True)


def test_two_steps_freeze_then_seed(shell, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, text, _err = shell("draw", FRAME, "--unit", "case_id", "--freeze-only", "--out", out)
    digest = hashlib.sha256((out / "frame.csv").read_bytes()).hexdigest()
    assert (code, digest in text) == (0, True)
    code, _out, err = _draw(shell, out, "--given-at", "2016-01-01T09:00+08:00")
    assert (code, "早于抽样框的冻结时间" in err) == (1, True)
    assert _draw(shell, out)[0] == 0
    code, _out, err = _draw(shell, out, seed="another seed of twenty")
    assert (code, "另一个种子" in err) == (1, True)
    assert _draw(shell, out)[0] == 0
    changed = tmp_path / "changed.csv"
    changed.write_text(FRAME.read_text() + "new case,0\n")
    code, _out, err = _draw(shell, out, frame=changed)
    assert (code, "不一致" in err) == (1, True)


def test_a_list_in_gb18030_with_chinese_columns(shell, tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    rows = "".join(f"（2016）鄂0102执{n}号,江岸\n" for n in range(20))
    path.write_bytes(("案号,法院\n" + rows).encode("gb18030"))
    arguments = ["--unit", "案号", "--stratum", "法院", "--size", "江岸=3", "--seed", SEED]
    code, out, _err = shell("draw", path, *arguments, "--out", tmp_path / "out")
    assert (code, "抽取3件" in out) == (0, True)
    proof = tmp_path / "out" / "certificate.json"
    assert shell("verify", "draw", proof, "--frame", path)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--seed", "short"], "至少需要20个"),
        ([], "没有给出种子"),
        (["--seed", SEED, "--unit", "missing"], "没有“missing”列"),
        (["--seed", SEED, "--per-stratum", 0], "没有抽取任何一件"),
        (["--seed", SEED, "--size", "9=3"], "没有这些层"),
        (["--seed", SEED, "--size", "nonsense"], "不是“层=件数”"),
        (["--seed", SEED, "--given-at", "yesterday"], "不是时间"),
        (["--seed", SEED, "--per-stratum", -2], "不是零或正整数"),
    ],
)
def test_mistakes_are_said_in_chinese(shell, tmp_path: Path, arguments, words) -> None:
    usual = ["--unit", "case_id", "--per-stratum", 2, "--out", tmp_path / "out"]
    code, _out, err = shell("draw", FRAME, *usual, *arguments)
    assert (code, words in err) == (1, True), err
    assert not (tmp_path / "out" / "sample.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["draw", FRAME, "--per-stratum", "three"], "参数“--per-stratum”的取值不合要求"),
        (["draw", FRAME, "--nonsense"], "没有“--nonsense”这个选项"),
        (["draw"], "缺少参数"),
        (["verify", "draw", "certificate.json"], "缺少参数“--frame”"),
        (["nonsense"], "没有“nonsense”这个命令"),
    ],
)
def test_mistyped_commands_are_said_in_chinese(shell, arguments, words) -> None:
    code, _out, err = shell(*arguments)
    assert (code, words in err) == (2, True), err
    assert "Error" not in err


def test_repeated_and_lookalike_identifiers(shell, tmp_path: Path) -> None:
    path = tmp_path / "frame.csv"
    path.write_text("unit_id,stratum\na,x\na,x\nb,x\n")
    arguments = ["--per-stratum", 1, "--seed", SEED, "--out", tmp_path / "out"]
    code, _out, err = shell("draw", path, *arguments)
    assert (code, "完全重复" in err) == (1, True)
    assert shell("draw", path, *arguments, "--collapse-duplicates")[0] == 0
    path.write_text("unit_id,stratum\nＡ1,x\na1,x\nb,x\n")
    code, _out, err = shell(
        "draw", path, "--per-stratum", 1, "--seed", SEED, "--out", tmp_path / "other"
    )
    assert (code, "全角半角或大小写" in err) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["proportion", "--half-width", 0.02, "--population", 20_000_000], {"completed": 2401}),
        (["discovery", "--tolerable", 0.05, "--population", 5000], {"sample_size": 59}),
        (
            ["change", "--first", 0.6, "--second", 0.65, "--both", 0.45, "--overlap", 0.5],
            {"per_round": 1280},
        ),
        (
            ["change", "--first", 0.6, "--second", 0.65, "--population", 4000]
            + ["--response-rate", 0.5],
            {"per_round": 1075, "invited": 2149, "is_reachable": True},
        ),
        (
            ["difference", "--first", 0.6, "--second", 0.65, "--second-population", 500],
            {
                "first": {"completed": 1468, "invited": 1468, "is_reachable": True},
                "second": {"completed": 374, "invited": 374, "is_reachable": True},
            },
        ),
    ],
)
def test_plan_prints_json(shell, arguments, expected) -> None:
    code, out, _err = shell("plan", *arguments, "--json")
    assert code == 0
    assert expected.items() <= json.loads(out).items()


def test_plan_allocates_a_table_of_strata(shell, tmp_path: Path) -> None:
    path = tmp_path / "strata.csv"
    path.write_text("stratum,N,M1,S1\n江岸,400,10,4\n江汉,600,20,8\n", encoding="utf-8")
    code, out, _err = shell("plan", "allocate", path, "--rule", "bethel", "--cv", 0.05, "--json")
    assert [row["sample_size"] for row in json.loads(out)["strata"]] == [15, 45]
    code, out, _err = shell("plan", "allocate", path, "--total", 100, "--rule", "proportional")
    assert (code, out.splitlines()[0]) == (0, "江岸\t400\t40")
    code, _out, err = shell("plan", "allocate", path, "--total", 5000)
    assert (code, "不能分配" in err) == (1, True)
