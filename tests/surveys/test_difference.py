"""Two versions told apart in words; trend items guarded."""

from surveys import loader
from surveys.checks import check_trend
from surveys.difference import difference


def test_same_version_has_no_difference() -> None:
    asked = loader.load_library("QA")
    assert difference(asked, asked) == []


def test_changes_are_named_with_before_and_after() -> None:
    before = loader.load_library("QA")
    text = loader.dump_yaml(before)
    text = text.replace("总的来说，您对这件案件的执行工作是否满意？", "您对这件案件是否满意？")
    text = text.replace("一周内", "七天以内").replace("'4', '96'", "'4'")
    after = loader.loads(text)
    assert [(c.where, c.what, c.is_trend_item) for c in difference(before, after)] == [
        ("题目 QA05", "选项", False),
        ("题目 QA08", "显示条件", False),
        ("题目 QA12", "题面", True),
    ]
    assert [(p.code, p.question) for p in check_trend(before, after)] == [("trend_changed", "QA12")]


def test_removed_and_added_questions() -> None:
    before = loader.load_library("QR")
    data = loader.to_plain(before)
    gone = data["sections"][2]["questions"].pop(1)
    data["sections"][0]["questions"].append({**gone, "code": "QR99"})
    after = loader.from_plain(data)
    assert [(c.where, c.what) for c in difference(before, after)] == [
        ("题目 QR99", "新增题目"),
        ("题目 QR08", "删去题目"),
    ]
    assert [(p.code, p.where) for p in check_trend(before, after)] == [
        ("trend_missing", "题目 QR08")
    ]
