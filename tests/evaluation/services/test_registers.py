"""Registers: taken in whole or not at all; names refused; wrong files said in plain Chinese."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import register_round
from openpyxl import Workbook
from register_round import NEW_YORK, WUHAN, RegisterRound

from evaluation.config import settings
from evaluation.domain import register_mapping
from evaluation.domain.register import DuplicateRule, Field
from evaluation.domain.roles import Actor, Role
from evaluation.errors import Conflict, InvalidInput, NotAllowed
from evaluation.services import register_mappings, registers, tabular_files
from evaluation.services.demo import register as invented
from evaluation.storage.session import reading

DATA = Path(__file__).parents[2] / "data"
SECRETARY = Actor(1, "秘书", frozenset({Role.SECRETARY}))
COURTS = {"0102": "0102", "鄂0102": "0102", "0103": "0103", "鄂0103": "0103"}


@pytest.fixture
def built(database: object) -> RegisterRound:
    return register_round.build()


@pytest.fixture
def content(built: RegisterRound) -> bytes:
    return invented.as_xlsx(invented.invent(register_round.plan_of(built)))


def _csv(*rows: str) -> tuple[bytes, str]:
    header = "案号,法院代码,立案日期,结案日期,结案方式,有无财产可供执行,申请执行标的额,实际到位金额"
    return ("\n".join([header, *rows]) + "\n").encode(), "登记.csv"


GOOD = "（2016）鄂0102执{n}号,0102,2016-01-05,2016-05-31,执行完毕,有,1000.50,1000.50"


def test_names_are_recognised_and_not_taken_in(built: RegisterRound, content: bytes) -> None:
    preview = registers.preview(built.secretary, content, "登记.xlsx")
    assert set(preview.personal_columns) == {"申请执行人", "被执行人", "被执行人证件号码"}
    assert not any("公司" in cell or "张某" in cell for row in preview.first_rows for cell in row)
    assert preview.suggested == WUHAN
    register = registers.import_register(
        built.secretary, built.round_id, "登记", (content, "登记.xlsx"), preview.suggested
    )
    assert {"申请执行人", "被执行人", "被执行人证件号码"} <= set(register.left_out_columns)
    with reading() as session:
        table = registers.rows_in(session, register.id)
    assert table.num_rows == register.n_rows == 90
    assert not any("张某" in str(row) or "公司" in str(row) for row in table.to_pylist())


def test_a_personal_column_cannot_be_mapped(built: RegisterRound, content: bytes) -> None:
    mapping = replace(WUHAN, columns={**WUHAN.columns, Field.STRATUM: "被执行人"})
    with pytest.raises(InvalidInput) as caught:
        registers.check(built.secretary, built.round_id, (content, "登记.xlsx"), mapping)
    assert "当事人信息" in str(caught.value.faults[0])


def test_csv_in_gb18030_and_parquet_give_the_same_rows(built: RegisterRound) -> None:
    cases = invented.invent(register_round.plan_of(built))
    gb = registers.check(
        built.secretary, built.round_id, (invented.as_csv(cases), "登记.csv"), WUHAN
    )
    lines = invented.as_csv(cases).decode("gb18030").splitlines()
    names = lines[0].split(",")
    columns = {name: [line.split(",")[at] for line in lines[1:]] for at, name in enumerate(names)}
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    parquet = registers.check(
        built.secretary, built.round_id, (buffer.getvalue(), "登记.parquet"), WUHAN
    )
    assert gb.rows == parquet.rows
    assert registers.to_parquet(gb.rows) == registers.to_parquet(reversed(parquet.rows))


def test_money_is_kept_in_fen_and_dates_in_chinese_form_are_read() -> None:
    upload = _csv('（2016）鄂0102执1号,0102,2016年1月5日,2016/5/31,终本,无,"1,000.5",0')
    row = registers.check_upload(upload, WUHAN, COURTS).rows[0]
    assert (row.claim_fen, row.recovered_fen) == (100_050, 0)
    assert (row.filed_on.isoformat(), row.closed_on.isoformat()) == ("2016-01-05", "2016-05-31")
    assert row.closure_method == "terminated_this_round"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("（2016鄂0102执1号,0102,2016-01-05,2016-05-31,执行完毕,有,1,1", "案号格式"),
        ("（2016）鄂0102执1号,0102,2016-06-05,2016-05-31,执行完毕,有,1,1", "早于立案日期"),
        ("（2016）鄂0102执1号,0102,2016-02-30,2016-05-31,执行完毕,有,1,1", "不是有效日期"),
        ("（2016）鄂0102执1号,0102,2016-01-05,2099-05-31,执行完毕,有,1,1", "今天之后"),
        ("（2016）鄂0102执1号,0102,2016-01-05,2016-05-31,执行完毕,有,-1,1", "负数"),
        ("（2016）鄂0102执1号,0102,2016-01-05,2016-05-31,执行完毕,有,一千,1", "不是金额"),
        ("（2016）鄂0102执1号,0102,2016-01-05,2016-05-31,执行完毕,有,1.005,1", "两位小数"),
        ("（2016）鄂0102执1号,0102,2016-01-05,2016-05-31,和解,有,1,1", "不是登记系统的用语"),
        ("（2016）鄂0102执1号,0103,2016-01-05,2016-05-31,执行完毕,有,1,1", "不一致"),
        ("（2016）京0105执1号,,2016-01-05,2016-05-31,执行完毕,有,1,1", "不属于本期参评法院"),
        (",0102,2016-01-05,2016-05-31,执行完毕,有,1,1", "为空"),
    ],
)
def test_a_bad_row_says_where_what_and_what_to_do(line: str, words: str) -> None:
    checked = registers.check_upload(_csv(GOOD.format(n=9), line), WUHAN, COURTS)
    with pytest.raises(InvalidInput, match="没有导入任何内容") as caught:
        registers.refuse_faults(checked)
    fault = caught.value.faults[0]
    assert fault.where.startswith("第3行“")
    assert words in fault.what
    assert fault.remedy


def test_ten_thousand_bad_rows_are_counted_and_change_nothing() -> None:
    lines = [f"坏案号{n},0102,2016-01-05,2016-05-31,执行完毕,有,1,1" for n in range(10_000)]
    checked = registers.check_upload(_csv(*lines), WUHAN, COURTS)
    assert checked.n_bad_rows == 10_000
    assert checked.fault_counts == {"不符合案号格式。": 10_000}
    assert len(checked.faults) == registers.MOST_FAULTS_KEPT
    with pytest.raises(InvalidInput, match="10000行有问题"):
        registers.refuse_faults(checked)


def test_duplicates_follow_the_stated_rule() -> None:
    same, other = GOOD.format(n=1), GOOD.format(n=1).replace("05-31", "04-30")
    upload = _csv(same, same, other)
    refused = registers.check_upload(upload, WUHAN, COURTS)
    assert [fault.where for fault in refused.faults] == ["第3行", "第4行"]
    collapse = replace(WUHAN, duplicate_rule=DuplicateRule.COLLAPSE_IDENTICAL)
    assert registers.check_upload(upload, collapse, COURTS).n_bad_rows == 2
    two = registers.check_upload(_csv(same, same), collapse, COURTS)
    assert (len(two.rows), two.n_duplicates) == (1, 1)
    keep = replace(WUHAN, duplicate_rule=DuplicateRule.KEEP_EARLIEST)
    kept = registers.check_upload(upload, keep, COURTS)
    assert kept.rows[0].closed_on.isoformat() == "2016-04-30"
    turned = registers.check_upload(_csv(other, same, same), keep, COURTS)
    assert turned.rows == kept.rows


def test_lookalikes_are_noted() -> None:
    upload = _csv(GOOD.format(n=1), GOOD.format(n=1).replace("（", "(").replace("）", ")"))
    checked = registers.check_upload(upload, WUHAN, COURTS)
    assert [note.code for note in checked.notes] == ["lookalikes"]
    assert len(checked.rows) == 2


def test_a_file_with_bad_rows_changes_nothing(built: RegisterRound) -> None:
    upload = _csv(GOOD.format(n=9), GOOD.format(n=8).replace("05-31", "02-30"))
    with pytest.raises(InvalidInput):
        registers.import_register(built.secretary, built.round_id, "登记", upload, WUHAN)
    assert registers.list_registers(built.secretary, built.round_id) == []
    assert not (settings().data_dir / "files").exists()


def test_the_messy_new_york_register_is_taken_in_by_its_rules() -> None:
    content = (DATA / "frames" / "new_york_dirty.csv").read_bytes()
    mapping = register_mapping.guess(tabular_files.read(content, "ny.csv").columns)
    assert mapping == NEW_YORK
    checked = registers.check_upload((content, "ny.csv"), mapping, {})
    notes = {note.code: note.count for note in checked.notes}
    assert checked.n_bad_rows == 0
    assert notes["date_blanked"] == 1
    assert notes["duplicates"] == checked.n_source_rows - len(checked.rows)
    assert len({row.unit_id for row in checked.rows}) == len(checked.rows)
    assert any("\\" in row.unit_id for row in checked.rows)


def test_the_same_rows_enter_once(built: RegisterRound, content: bytes) -> None:
    arguments = (built.secretary, built.round_id, "登记", (content, "登记.xlsx"), WUHAN)
    registers.import_register(*arguments)
    with pytest.raises(Conflict, match="已经导入过"):
        registers.import_register(*arguments)
    assert len(registers.list_registers(built.secretary, built.round_id)) == 1


def _workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return buffer.getvalue()


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "空文件"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "不是可以读取的表格"),
        (b"hello", "不是可以读取的表格"),
        (b"PK\x03\x04broken", "不是可以读取的表格"),
        (b"PAR1broken", "不是可以读取的表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "旧版"),
        (_zip(), "不是可以读取的表格"),
        (_bomb(), "压缩炸弹"),
        (_workbook([]), "空工作簿"),
        (_workbook([["案号", "法院"]]), "没有数据行"),
        (_workbook([["案号", "案号"], ["1", "2"]]), "重复"),
        ('案号,法院\n"1,2\n'.encode(), "引号不成对"),
    ],
    ids=[
        "empty",
        "png",
        "text",
        "zip",
        "parquet",
        "xls",
        "other",
        "bomb",
        "blank",
        "head",
        "twice",
        "quote",
    ],
)
def test_a_wrong_file_is_refused_in_plain_chinese(file: bytes, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        registers.preview(SECRETARY, file, "登记.xlsx")
    assert words in str(caught.value)
    assert caught.value.remedy


def test_formula_cells_are_refused_with_their_place() -> None:
    book = _workbook([["案号", "金额"], ["（2016）鄂0102执1号", "=1+1"]])
    with pytest.raises(InvalidInput) as caught:
        registers.preview(SECRETARY, book, "登记.xlsx")
    assert "B2" in caught.value.faults[0].where
    assert "公式" in caught.value.faults[0].what


def test_wrong_columns_name_those_that_exist() -> None:
    book = _workbook([["编号", "日期"], ["1", "2"]])
    with pytest.raises(InvalidInput) as caught:
        registers.check_upload((book, "登记.xlsx"), WUHAN, COURTS)
    assert any("编号、日期" in fault.remedy for fault in caught.value.faults)


def test_a_mapping_is_saved_and_used_again(built: RegisterRound) -> None:
    mapping = replace(WUHAN, amount_unit="wan")
    register_mappings.save(built.secretary, "江岸法院导出", mapping)
    saved = {entry.name: entry.mapping for entry in register_mappings.list_mappings(built.chair)}
    assert saved["江岸法院导出"] == mapping
    assert NEW_YORK in saved.values()


def test_only_secretary_and_chair_import(built: RegisterRound, content: bytes) -> None:
    reviewer = register_round.account("reviewer", "评查员", Role.REVIEWER)
    with pytest.raises(NotAllowed):
        registers.preview(reviewer, content, "登记.xlsx")
    with pytest.raises(NotAllowed):
        registers.import_register(reviewer, built.round_id, "登记", (content, "a.xlsx"), WUHAN)
