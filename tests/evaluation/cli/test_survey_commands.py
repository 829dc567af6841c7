"""``evaluation survey``: YAML, XLSForm and LimeSurvey in and out, responses, and damaged files."""

from __future__ import annotations

from pathlib import Path

import pyreadstat
import pytest
from typer.testing import CliRunner

from evaluation.cli import survey
from evaluation.errors import InvalidInput
from surveys import loader

DATA = Path(__file__).parents[2] / "data"
SHARED = Path(__file__).parents[4] / "shared" / "data"
LSS = """<?xml version="1.0" encoding="UTF-8"?>
<document><LimeSurveyDocType>Survey</LimeSurveyDocType>
<DBVersion>623</DBVersion><languages><language>zh-Hans</language></languages>
<surveys><rows><row><sid>7</sid><language>zh-Hans</language></row></rows></surveys>
<surveys_languagesettings><rows><row><surveyls_language>zh-Hans</surveyls_language>
<surveyls_title>律师问卷</surveyls_title></row></rows></surveys_languagesettings>
<groups><rows><row><gid>1</gid><group_order>0</group_order></row></rows></groups>
<group_l10ns><rows><row><gid>1</gid><group_name>第一组</group_name><language>zh-Hans</language></row>
</rows></group_l10ns>
<questions><rows><row><qid>1</qid><parent_qid>0</parent_qid><gid>1</gid><type>Y</type>
<title>Q1</title><question_order>1</question_order><mandatory>Y</mandatory><other>N</other>
<relevance>1</relevance></row></rows></questions>
<question_l10ns><rows><row><qid>1</qid><question>代理过执行案件吗？</question><help></help>
<language>zh-Hans</language></row></rows></question_l10ns></document>"""


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(survey.app, [str(item) for item in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_yaml_xlsform_and_limesurvey_are_checked_imported_and_exported(tmp_path: Path) -> None:
    source = loader.LIBRARY / "QA.yaml"
    assert run("check", source)[0] == 0
    form, back, codebook = tmp_path / "qa.xlsx", tmp_path / "back.yaml", tmp_path / "qa.xml"
    assert run("export", source, form)[0] == 0
    assert run("import", form, back)[0] == 0
    assert loader.load(back) == loader.load(source)
    assert run("export", form, codebook)[0] == 0
    assert b"ddi:codebook:2_5" in codebook.read_bytes()
    foreign, taken = tmp_path / "survey.lss", tmp_path / "taken.json"
    foreign.write_text(LSS, "utf-8")
    assert run("check", foreign)[0] == 0
    assert run("import", foreign, taken)[0] == 0
    assert [str(q.text) for q in loader.load(taken).questions] == ["代理过执行案件吗？"]
    again = tmp_path / "taken.xlsx"
    assert run("export", taken, again)[0] == 0
    assert run("check", again)[0] == 0


def test_questionnaire_with_errors_is_named_and_fails(tmp_path: Path) -> None:
    code, said = run("check", DATA / "questionnaires" / "invalid" / "duplicate_question_code.yaml")
    assert code == 1
    assert "用了不止一次" in said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", b"a: ["),
        ("a.yaml", b"\xff\xfe\x00"),
        ("a.json", b"{"),
        ("a.xlsx", b""),
        ("a.xlsx", b"PK\x03\x04 and then nothing"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.lss", b"<document>"),
        ("a.lsq", b"no xml at all"),
        ("a.doc", b"x"),
        ("missing.yaml", None),
    ],
)
def test_damaged_files_are_refused_in_words(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    for command in (["check", path], ["import", path, tmp_path / "x.yaml"]):
        with pytest.raises(InvalidInput) as caught:
            run(*command)
        said = str(caught.value) + "".join(fault.remedy for fault in caught.value.faults)
        assert "请" in said
    assert not (tmp_path / "x.yaml").exists()


def test_target_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="写不了文件"):
        run("export", loader.LIBRARY / "QA.yaml", tmp_path / "nowhere" / "qa.json")
    with pytest.raises(InvalidInput, match="只能写成"):
        run("codebook", loader.LIBRARY / "QA.yaml", tmp_path / "qa.docx")


def survey_files(name: str) -> list[Path]:
    excerpt = DATA / "responses" / f"il_{name}_survey_excerpt.csv"
    whole = SHARED / f"il_{name}_survey.csv"
    return [excerpt, *([whole] if whole.exists() else [])]


@pytest.mark.parametrize(
    ("name", "row", "column"),
    [
        ("attorney", "status", "q8_defend_public"),
        ("public", "gender", "q5_class_action_defend_public"),
    ],
)
def test_surveys_of_others_go_through_every_command(
    tmp_path: Path, name: str, row: str, column: str
) -> None:
    asked = DATA / "responses" / f"il_{name}.yaml"
    unknown = ["--missing=-99.0=dont_know", "--missing=99.0=dont_know"]
    for table in survey_files(name):
        target = tmp_path / f"{name}.sav"
        code, said = run("responses", asked, table, target, *unknown)
        assert code == 0
        n = len(table.read_text("utf-8").splitlines()) - 1
        assert f"读入{n}份答卷" in said
        frame, meta = pyreadstat.read_sav(str(target), user_missing=True)
        assert len(frame) == n
        assert meta.variable_value_labels[column][5.0] == "非常同意"
        lines = run("index", asked, table, *unknown)[1].splitlines()
        faults = [line for line in lines if line.startswith("错误　")]
        assert lines[len(faults)].startswith("评价指数 ")
        assert len(faults) == said.count("错误　")
        assert "合计" in run("cross", asked, table, row, column, *unknown)[1]


def test_answers_are_not_read_with_a_questionnaire_that_has_errors(tmp_path: Path) -> None:
    asked = DATA / "questionnaires" / "invalid" / "duplicate_question_code.yaml"
    table = tmp_path / "x.csv"
    table.write_text("a\n1\n", "utf-8")
    for command in (
        ("responses", asked, table, tmp_path / "x.sav"),
        ("index", asked, table),
        ("cross", asked, table, "a", "a"),
    ):
        with pytest.raises(InvalidInput, match="问卷有错误"):
            run(*command)
    assert not (tmp_path / "x.sav").exists()
    assert "错误" in run("export", asked, tmp_path / "x.json")[1]


def test_more_faults_than_are_shown_are_counted(tmp_path: Path) -> None:
    table = tmp_path / "x.csv"
    table.write_text("QA12\n" + "不存在\n" * 60, "utf-8")
    said = run("index", loader.LIBRARY / "QA.yaml", table)[1]
    assert "以上是前50处，共60处读不懂。" in said


def test_an_empty_missing_code_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "x.csv"
    table.write_text("QA12\n1\n", "utf-8")
    with pytest.raises(InvalidInput, match="写法不对"):
        run("index", loader.LIBRARY / "QA.yaml", table, "--missing==dont_know")


@pytest.mark.slow
def test_codebook_is_written_as_pdf(tmp_path: Path) -> None:
    target = tmp_path / "qa.pdf"
    assert run("codebook", loader.LIBRARY / "QA.yaml", target)[0] == 0
    assert target.read_bytes().startswith(b"%PDF")
