"""Disclosure control on data that could leak."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import disclosure
from reports.errors import DisclosureError

COUNTS = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=2, max_size=4
    )
)


@given(COUNTS)
def test_no_line_hides_exactly_one_cell(counts):
    shown = disclosure.suppress(counts)
    for line in itertools.chain(shown, zip(*shown, strict=True)):
        assert sum(cell is None for cell in line) != 1


@given(COUNTS)
def test_every_shown_cell_is_true_and_not_small(counts):
    for row, visible in zip(counts, disclosure.suppress(counts), strict=True):
        for n, cell in zip(row, visible, strict=True):
            assert cell is None or (cell == n and not 0 < n < disclosure.MINIMUM_CELL)


def test_totals_do_not_give_a_hidden_cell_away():
    counts = [[3, 20, 30], [40, 50, 60], [25, 35, 45]]
    shown = disclosure.suppress(counts)
    hidden = {(r, c) for r in range(3) for c in range(3) if shown[r][c] is None}
    assert (0, 0) in hidden
    assert len(hidden) == 4  # one more in the row, one in the column, and their corner


def test_ragged_table_is_refused():
    with pytest.raises(DisclosureError):
        disclosure.suppress([[1, 2], [3]])


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("身份证号420106198001011234。", ["identity_number"]),
        ("联系电话13912345678，", ["telephone"]),
        ("账号6222021234567890123已冻结", ["account_number"]),
        ("（2017）鄂01执异5号裁定", ["case_number"]),
        ("(2016)鄂0102执恢12号", ["case_number"]),
        ("法官李明认为不应拍卖", ["name"]),
        ("申请执行人：王小虎，", ["name"]),
        ("被执行人张某、申请执行人甲均到场，法官会议讨论。", []),
        ("律师程序参与不足，当事人方面的原因占多数。", []),
        ("2016年12月，实现70%以上；法发〔2014〕26号。", []),
    ],
)
def test_scan_finds_forms_of_persons_and_cases(text, kinds):
    assert [leak.kind for leak in disclosure.scan(text)] == kinds


def test_message_masks_what_it_found():
    with pytest.raises(DisclosureError) as caught:
        disclosure.refuse_leaks("被执行人欧建国、被执行人张建国未到。", where="摘要")
    assert "张建国" not in str(caught.value)
    assert "张＊国" in str(caught.value)
