"""The frame: every fault in one pass, one canonical form, a hash that any change moves."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from sampling import freezing
from sampling.errors import ChangedFrameError, FrameError
from sampling.frame import SamplingFrame, from_units, load, normalise


def _codes(*units: tuple[str, str]) -> dict[str, bool]:
    return {p.code: p.is_fatal for p in freezing.inspect(from_units(units)).problems}


@pytest.mark.parametrize(
    ("units", "found"),
    [
        ([("a", "x"), ("b", "x")], {}),
        ([("", "x"), ("b", "x")], {"frame_blank_unit": True}),
        ([(" \u3000", "x"), ("b", "x")], {"frame_blank_unit": True}),
        ([("a", " "), ("b", "x")], {"frame_blank_stratum": True}),
        ([("a\nb", "x")], {"frame_control_character": True}),
        ([("a\u2028b", "x")], {"frame_control_character": True}),
        ([("a", "x"), ("a ", "x")], {"frame_repeated_rows": True}),
        ([("a", "x"), ("a", "y")], {"frame_repeated_units": True}),
        ([("（1）", "x"), ("(1)", "x")], {"frame_lookalikes": False}),
        ([("A", "x"), ("a", "x"), ("ａ", "x")], {"frame_lookalikes": False}),
    ],
)
def test_faults(units, found) -> None:
    assert _codes(*units) == found


def test_all_faults_in_one_pass_and_nothing_is_written(tmp_path: Path) -> None:
    frame = from_units([("a", "x"), ("a", "x"), ("", "x"), ("c", "")])
    with pytest.raises(FrameError) as caught:
        freezing.freeze(frame, tmp_path / "frame.csv")
    problems = caught.value.details["problems"]
    assert {problem.code for problem in problems} == {
        "frame_blank_unit",
        "frame_blank_stratum",
        "frame_repeated_rows",
    }
    assert list(tmp_path.iterdir()) == []


def test_canonical_form_is_exact(tmp_path: Path) -> None:
    units = [("é,1", "b"), ("（2016）鄂0102执123号 ", "a"), ('q"x', "a"), ("B", "a"), ("a", "b")]
    frozen = freezing.freeze(from_units(units), tmp_path / "frame.csv")
    assert (
        frozen.path.read_bytes()
        == ('unit_id,stratum\nB,a\na,b\n"q""x",a\n"é,1",b\n（2016）鄂0102执123号,a\n').encode()
    )
    assert frozen.n_units == 5
    again = freezing.freeze(from_units(units[::-1]), tmp_path / "again.csv")
    assert again.sha256 == frozen.sha256
    assert freezing.open_frozen(frozen.path, sha256=frozen.sha256).stratum_sizes == {"a": 3, "b": 2}


def test_freezing_a_frozen_frame_changes_nothing(tmp_path: Path) -> None:
    frozen = freezing.freeze(from_units([("b,", "x"), ("a", "y")]), tmp_path / "frame.csv")
    assert freezing.freeze(frozen.frame, tmp_path / "again.csv").sha256 == frozen.sha256


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    frozen = freezing.freeze(from_units([("a", "x"), ("b", "x")]), tmp_path / "frame.csv")
    frozen.path.write_text("unit_id,stratum\na,x\nb,y\n")
    with pytest.raises(ChangedFrameError):
        freezing.open_frozen(frozen.path, sha256=frozen.sha256)


def test_decomposed_letters_are_composed() -> None:
    assert normalise("e\u0301") == "é"
    assert _codes(("e\u0301", "x"), ("é", "x")) == {"frame_repeated_rows": True}


def test_collapsing_identical_rows_keeps_one(tmp_path: Path) -> None:
    frame = from_units([("a", "x"), ("a", "x"), ("b", "x")])
    frozen = freezing.freeze(frame, tmp_path / "frame.csv", collapse_duplicates=True)
    assert frozen.path.read_text() == "unit_id,stratum\na,x\nb,x\n"


def test_files_that_are_not_frames(tmp_path: Path) -> None:
    with pytest.raises(FrameError, match="no file"):
        load(tmp_path / "missing.csv")
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    with pytest.raises(FrameError, match="empty"):
        load(empty)
    columns = tmp_path / "columns.csv"
    columns.write_text("a,b\n1,2\n")
    with pytest.raises(FrameError, match="no column unit_id; there are a, b"):
        load(columns)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1nothing")
    with pytest.raises(FrameError, match="cannot be read"):
        load(broken)
    header = tmp_path / "header.csv"
    header.write_text("unit_id,stratum\n")
    with pytest.raises(FrameError, match="no rows"):
        freezing.inspect(load(header))


def test_byte_order_mark_windows_lines_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "windows.csv"
    path.write_bytes("\ufeffunit_id,stratum\r\n007,1\r\n08,1\r\n".encode())
    frozen = freezing.freeze(load(path), tmp_path / "frame.csv")
    assert frozen.path.read_text() == "unit_id,stratum\n007,1\n08,1\n"


def test_sizes_and_clusters_are_checked() -> None:
    def codes(sizes: list[object], clusters: list[str]) -> set[str]:
        table = pa.table(
            {
                "unit_id": ["a", "b", "c"],
                "stratum": ["x", "x", "y"],
                "cluster": clusters,
                "measure_of_size": [str(size) for size in sizes],
            }
        )
        frame = SamplingFrame(table, cluster="cluster", measure_of_size="measure_of_size")
        return {problem.code for problem in freezing.inspect(frame).problems}

    assert codes([1, 2, 3], ["p", "p", "q"]) == set()
    assert codes([0, 2, 3], ["p", "p", "q"]) == {"frame_bad_size"}
    assert codes([-1, "nan", 3], ["p", "p", "q"]) == {"frame_bad_size"}
    assert codes([1, 2, 3], ["p", "p", "p"]) == {"frame_split_cluster"}
    assert codes([1, 2, 3], ["p", "", "q"]) == {"frame_blank_cluster"}
