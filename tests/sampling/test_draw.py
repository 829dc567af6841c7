"""The draw: golden vectors, three fixed seeds, row order, extension, methods, strange designs."""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampling import freezing, selection
from sampling.design import Method, SampleDesign, equal
from sampling.errors import DesignError, DrawError, FrameError, SeedError
from sampling.frame import FrozenFrame, SamplingFrame, from_units, load
from sampling.seed import check_seed, ticket

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
GOLDEN = json.loads((DATA / "reference" / "draw" / "golden_draw.json").read_text())
SEED = GOLDEN["seed"]


@pytest.fixture(scope="module")
def golden_frame(tmp_path_factory: pytest.TempPathFactory) -> FrozenFrame:
    frame = load(DATA / "reference" / "draw" / "frame_2000.csv", unit="case_id")
    return freezing.freeze(frame, tmp_path_factory.mktemp("golden") / "frame.csv")


@pytest.fixture(scope="module")
def new_york(tmp_path_factory: pytest.TempPathFactory) -> FrozenFrame:
    path = tmp_path_factory.mktemp("new_york") / "frame.csv"
    path.write_bytes(gzip.decompress((DATA / "frames" / "new_york.csv.gz").read_bytes()))
    return freezing.open_frozen(path)


@pytest.mark.parametrize("vector", GOLDEN["vectors"], ids=lambda vector: vector["case_id"])
def test_golden_tickets(vector: dict[str, str]) -> None:
    assert vector["case_id"].encode().hex() == vector["utf8_hex"]
    assert ticket(SEED, vector["case_id"]) == vector["ticket_pipe"]


def test_golden_sample_with_reserve_is_the_same(golden_frame: FrozenFrame) -> None:
    for reserve in (0, 7):
        design = SampleDesign(GOLDEN["n_h"], dict.fromkeys(GOLDEN["n_h"], reserve))
        drawn = selection.draw(golden_frame, design, SEED)
        found = {stratum: [] for stratum in GOLDEN["sample_pipe"]}
        for unit in drawn.sample:
            found[unit.stratum].append(unit.unit_id)
        assert found == GOLDEN["sample_pipe"]


def test_census_says_so(golden_frame: FrozenFrame) -> None:
    drawn = selection.draw(golden_frame, SampleDesign(GOLDEN["n_h"]), SEED)
    census = {part.stratum: part for part in drawn.strata if part.is_census}
    assert set(census) == {"5"}
    assert (census["5"].requested_size, census["5"].sample_size) == (300, 285)
    assert all(u.inclusion_probability == 1 for u in drawn.sample if u.stratum == "5")


# Identifiers of the first sampled unit of each borough and a digest of the whole sample, fixed
# once; a change of this table would change published samples.
SNAPSHOT = json.loads((Path(__file__).parent / "drawn_samples.json").read_text())


@pytest.mark.parametrize("seed", sorted(SNAPSHOT))
def test_published_samples_never_change(new_york: FrozenFrame, seed: str) -> None:
    drawn = selection.draw(new_york, equal(new_york.stratum_sizes, 60, reserve_size=10), seed)
    first = {unit.stratum: unit.unit_id for unit in drawn.units if unit.rank == 1}
    text = "\n".join(f"{unit.stratum},{unit.rank},{unit.unit_id}" for unit in drawn.units)
    found = {"first": first, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    assert new_york.sha256 == "a1d289a208c8ec3b37b9661ea5e211928e2b32e3461da93b458ab7df10eeb91b"
    assert found == SNAPSHOT[seed]


def test_one_line_of_sql_gives_the_same_sample(new_york: FrozenFrame) -> None:
    drawn = selection.draw(new_york, equal(new_york.stratum_sizes, 60), SEED)
    rows = duckdb.sql(
        f"SELECT stratum, unit_id FROM read_csv('{new_york.path}', all_varchar=true)"  # noqa: S608 -- our own file
        " QUALIFY row_number() OVER (PARTITION BY stratum"
        f" ORDER BY sha256('{SEED}|' || unit_id)) <= 60"
    ).fetchall()
    assert set(rows) == {(unit.stratum, unit.unit_id) for unit in drawn.sample}


UNITS = st.lists(
    st.tuples(
        st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12),
        st.sampled_from("甲乙丙"),
    ),
    min_size=1,
    max_size=60,
    unique_by=lambda unit: __import__("unicodedata").normalize("NFC", unit[0]),
)


@settings(max_examples=12, deadline=None)
@given(UNITS, st.randoms(use_true_random=False), st.integers(1, 9))
def test_the_order_of_rows_never_matters(units, random, n) -> None:
    shuffled = list(units)
    random.shuffle(shuffled)
    design = equal("甲乙丙", n, reserve_size=2)
    present = {stratum for _unit, stratum in units}
    design = SampleDesign(dict.fromkeys(present, n), dict.fromkeys(present, 2))
    one = selection.draw(from_units(units), design, SEED)
    two = selection.draw(from_units(shuffled), design, SEED)
    assert one.units == two.units
    expected = {
        stratum: sorted(ticket(SEED, unit.unit_id) for unit in one.units if unit.stratum == stratum)
        for stratum in present
    }
    for stratum in present:
        assert [u.ticket for u in one.units if u.stratum == stratum] == expected[stratum]


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 30), st.integers(0, 30), st.integers(0, 8))
def test_extension_equals_the_longer_draw(n, more, reserve) -> None:
    frame = from_units([(f"案{number}", "甲" if number % 3 else "乙") for number in range(80)])
    short = selection.draw(frame, equal("甲乙", n, reserve_size=reserve), SEED)
    extended = selection.extend(frame, short, {"甲": more, "乙": more})
    whole = selection.draw(frame, equal("甲乙", n + more, reserve_size=reserve), SEED)
    assert extended.units == whole.units
    assert set(selection.overlap(short, whole)) == {unit.unit_id for unit in short.sample}


def test_new_units_do_not_disturb_the_old(new_york: FrozenFrame) -> None:
    """The same seed on a later list keeps whatever is still there: permanent tickets."""
    rows = new_york.path.read_text().splitlines()[1:]
    pairs = [tuple(row.rsplit(",", 1)) for row in rows[::10]]
    later = pairs[50:] + [(f"new {number}", stratum) for number, (_u, stratum) in enumerate(pairs)]
    design = equal({stratum for _unit, stratum in pairs}, 20)
    first = selection.draw(from_units(pairs), design, SEED)
    second = selection.draw(from_units(later), design, SEED)
    still_there = {unit for unit, _stratum in later}
    kept = set(selection.overlap(first, second))
    smaller = {
        unit.unit_id
        for unit in first.sample
        if unit.unit_id in still_there
        and unit.ticket <= max(u.ticket for u in second.sample if u.stratum == unit.stratum)
    }
    assert kept == smaller
    assert len(kept) > 0


def test_long_lists_use_the_other_statement_with_the_same_outcome(
    golden_frame: FrozenFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = equal(golden_frame.stratum_sizes, 20, reserve_size=5)
    usual = selection.draw(golden_frame, design, SEED)
    monkeypatch.setattr("sampling.draw_methods._LARGEST_LIST", 10)
    assert selection.draw(golden_frame, design, SEED).units == usual.units


def test_parquet_and_csv_give_the_same_sample(golden_frame: FrozenFrame, tmp_path: Path) -> None:
    path = tmp_path / "frame.parquet"
    duckdb.sql(f"COPY (FROM '{golden_frame.path}') TO '{path}'")
    design = equal(golden_frame.stratum_sizes, 9)
    assert (
        selection.draw(load(path), design, SEED).units
        == selection.draw(golden_frame, design, SEED).units
    )
    assert freezing.freeze(load(path), tmp_path / "again.csv").sha256 == golden_frame.sha256


# ------------------------------------------------------------------ clusters and sizes


def _clustered(n: int = 600) -> SamplingFrame:
    numbers = range(n)
    return SamplingFrame(
        pa.table(
            {
                "unit_id": [f"案{number}" for number in numbers],
                "stratum": ["大" if number % 30 < 12 else "小" for number in numbers],
                "cluster": [f"院{number % 30}" for number in numbers],
                "measure_of_size": [1 + (number * 7919) % 1000 for number in numbers],
            }
        ),
        cluster="cluster",
        measure_of_size="measure_of_size",
    )


def test_clusters_then_files() -> None:
    design = SampleDesign({"大": 4, "小": 3}, {"大": 1}, Method.CLUSTER, {"大": 5, "小": 2})
    drawn = selection.draw(_clustered(), design, SEED)
    for stratum, n_clusters, n in (("大", 5, 4), ("小", 2, 3)):
        sample = [unit for unit in drawn.sample if unit.stratum == stratum]
        chosen = sorted({unit.cluster for unit in sample}, key=lambda c: ticket(SEED, c))
        every = {f"院{k}" for k in range(30) if (k < 12) == (stratum == "大")}
        assert chosen == sorted(every, key=lambda c: ticket(SEED, c))[:n_clusters]
        assert len(sample) == n_clusters * n
        expected = n_clusters / len(every) * n / 20
        assert {round(unit.inclusion_probability, 12) for unit in sample} == {round(expected, 12)}


def test_pareto_takes_the_giant_and_is_proportional() -> None:
    table = _clustered().source
    sizes = table["measure_of_size"].to_pylist()
    sizes[5] = 10**9
    frame = SamplingFrame(
        table.set_column(3, "measure_of_size", pa.array(sizes)), measure_of_size="measure_of_size"
    )
    design = SampleDesign({"大": 20, "小": 20}, {"大": 3}, Method.PARETO)
    drawn = selection.draw(frame, design, SEED)
    giant = next(unit for unit in drawn.sample if unit.unit_id == "案5")
    assert (giant.rank, giant.inclusion_probability) == (1, 1.0)
    rest = sum(
        size for size, s in zip(sizes, table["stratum"].to_pylist(), strict=True) if s == "大"
    )
    other = next(unit for unit in drawn.sample if unit.stratum == "大" and unit.rank == 2)
    assert other.inclusion_probability == pytest.approx(
        19 * other.measure_of_size / (rest - 10**9), rel=1e-12
    )
    with pytest.raises(DesignError, match="cannot be extended"):
        selection.extend(frame, drawn, {"大": 1})


# ------------------------------------------------------------------ strange input


@pytest.mark.parametrize(
    "seed", ["", "short", " " * 30, SEED + "\n", SEED + "\u200b", "e\u0301" + SEED]
)
def test_unusable_seeds(seed: str) -> None:
    with pytest.raises(SeedError):
        check_seed(seed)


def test_designs_that_do_not_fit() -> None:
    frame = from_units([("a", "甲"), ("b", "乙")])
    with pytest.raises(DesignError, match="no size for 乙"):
        selection.draw(frame, SampleDesign({"甲": 1}), SEED)
    with pytest.raises(DesignError, match="no stratum 丙"):
        selection.draw(frame, SampleDesign({"甲": 1, "乙": 1, "丙": 1}), SEED)
    for size in (-1, 1.5, True, "3"):
        with pytest.raises(DesignError):
            SampleDesign({"甲": size})
    with pytest.raises(DesignError, match="no unit"):
        SampleDesign({"甲": 0})
    with pytest.raises(DesignError):
        selection.draw(frame, SampleDesign({"甲": 1, "乙": 1}, method=Method.PARETO), SEED)


def test_a_repeated_unit_is_never_drawn_silently() -> None:
    frame = from_units([("a", "甲"), ("a", "甲"), ("b", "甲")])
    with pytest.raises((FrameError, DrawError)):
        selection.draw(frame, SampleDesign({"甲": 3}), SEED)


def test_another_frame_is_not_extended() -> None:
    frame = from_units([(f"案{n}", "甲") for n in range(50)])
    drawn = selection.draw(frame, SampleDesign({"甲": 10}), SEED)
    other = from_units([(f"件{n}", "甲") for n in range(50)])
    with pytest.raises(DrawError, match="does not reproduce"):
        selection.extend(other, drawn, {"甲": 1})


def test_the_stand_alone_script_agrees_and_sees_a_change(
    golden_frame: FrozenFrame, tmp_path: Path
) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415 -- only this test needs a moment

    from sampling import certificate  # noqa: PLC0415 -- the certificate's own tests are elsewhere

    moment = datetime(2016, 12, 1, tzinfo=UTC)
    design = SampleDesign(GOLDEN["n_h"], dict.fromkeys(GOLDEN["n_h"], 3))
    drawn = selection.draw(golden_frame, design, SEED)
    proof = certificate.issue(drawn, golden_frame, certificate.Ceremony(moment, moment, moment))
    for name, content in (("full", proof), ("public", certificate.public(proof))):
        path = tmp_path / f"{name}.json"
        path.write_text(certificate.dump(content), encoding="utf-8")
        command = [sys.executable, str(ROOT / "docs/verify_draw.py"), str(path)]
        command.append(str(golden_frame.path))
        done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 -- our own script
        assert done.returncode == 0, done.stdout
        content["units"][3]["ticket"] = "0" * 64
        path.write_text(certificate.dump(content), encoding="utf-8")
        done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 -- our own script
        assert done.returncode == 1
