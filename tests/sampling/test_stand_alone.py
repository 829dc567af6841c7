"""docs/verify_other_draws.py repeats draws by court and by size, and sees every change."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from sampling import certificate, freezing, selection
from sampling.design import Method, SampleDesign
from sampling.errors import CertificateError
from sampling.frame import FrozenFrame, SamplingFrame

DOCS = Path(__file__).parents[2] / "docs"
SEED = "41596728109384756012"
MOMENT = datetime(2016, 12, 1, tzinfo=UTC)
DESIGNS = {
    Method.CLUSTER: SampleDesign({"大": 4, "小": 3}, {"大": 2}, Method.CLUSTER, {"大": 3, "小": 2}),
    Method.PARETO: SampleDesign({"大": 25, "小": 12}, {"大": 5, "小": 4}, Method.PARETO),
}


def frozen_with(method: Method, folder: Path) -> FrozenFrame:
    """Freeze an invented list with ten courts, very unequal amounts and awkward characters."""
    numbers = range(400)
    table = pa.table(
        {
            "unit_id": [f'（2016）鄂"{number}",执' for number in numbers],
            "stratum": ["大" if number % 10 < 6 else "小" for number in numbers],
            "cluster": [f"法院{number % 10}" for number in numbers],
            "measure_of_size": [(number * 7919) % 10_007 + 1 for number in numbers[:-2]]
            + [10**9, 9 * 10**15 + 1],
        }
    )
    is_by_size = method is Method.PARETO
    frame = SamplingFrame(
        table,
        cluster=None if is_by_size else "cluster",
        measure_of_size="measure_of_size" if is_by_size else None,
    )
    return freezing.freeze(frame, folder / "frame.csv")


def proof_of(method: Method, frozen: FrozenFrame) -> certificate.Certificate:
    drawn = selection.draw(frozen, DESIGNS[method], SEED)
    return certificate.issue(drawn, frozen, certificate.Ceremony(MOMENT, MOMENT, MOMENT))


def _run(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(DOCS / name), "certificate.json", "frame.csv"]
    return subprocess.run(  # noqa: S603 -- our own script
        command, check=False, capture_output=True, text=True, cwd=folder
    )


@pytest.mark.parametrize("method", list(DESIGNS))
@pytest.mark.parametrize("is_public", [False, True])
def test_the_script_agrees_and_sees_a_change(method, is_public, tmp_path: Path) -> None:
    proof = proof_of(method, frozen_with(method, tmp_path))
    if is_public:
        proof = certificate.public(proof)
    path = tmp_path / "certificate.json"
    path.write_text(certificate.dump(proof), encoding="utf-8")
    done = _run("verify_other_draws.py", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(proof['units'])} units repeat" in done.stdout
    refused = _run("verify_draw.py", tmp_path)
    assert refused.returncode == 1
    assert "verify_other_draws.py" in refused.stderr
    proof["units"][1]["role"] = "reserve"
    path.write_text(certificate.dump(proof), encoding="utf-8")
    assert _run("verify_other_draws.py", tmp_path).returncode == 1
    content = (tmp_path / "frame.csv").read_text(encoding="utf-8")
    (tmp_path / "frame.csv").write_text(
        content.replace("（2016）", "（2017）", 1), encoding="utf-8"
    )
    assert "not the one that was frozen" in _run("verify_other_draws.py", tmp_path).stdout


def test_a_published_draw_by_size_shows_no_amounts_and_stays_checkable(tmp_path: Path) -> None:
    frozen = frozen_with(Method.PARETO, tmp_path)
    proof = proof_of(Method.PARETO, frozen)
    opened = certificate.parse(certificate.dump(certificate.public(proof)))
    assert {name for unit in opened["units"] for name in unit} == {"stratum", "ticket", "role"}
    places = [
        (unit["stratum"], unit["role"] != "sample", unit["ticket"]) for unit in opened["units"]
    ]
    assert places == sorted(places), "the order of the units would tell the amounts"
    assert certificate.verify(opened, frozen) == []
    assert certificate.verify(certificate.public(proof, with_identifiers=True), frozen) == []
    opened["units"][3]["role"] = "reserve"
    assert "unit 4: role" in certificate.verify(opened, frozen)
    swapped = certificate.public(proof)
    swapped["units"][0]["ticket"] = "0" * 64
    assert "unit 1: ticket" in certificate.verify(swapped, frozen)


def test_ranks_and_probabilities_are_left_out_of_no_other_kind(tmp_path: Path) -> None:
    proof = certificate.public(proof_of(Method.CLUSTER, frozen_with(Method.CLUSTER, tmp_path)))
    del proof["units"][0]["rank"]
    with pytest.raises(CertificateError, match="/units/0/rank"):
        certificate.parse(certificate.dump(proof))


def test_programs_need_the_standard_library_only_and_stay_short() -> None:
    for name, longest in (("verify_draw.py", 40), ("verify_other_draws.py", 80)):
        lines = (DOCS / name).read_text(encoding="utf-8").splitlines()
        assert len(lines) <= longest
        imported = {
            word.strip(",")
            for line in lines
            if line.startswith(("import ", "from "))
            for word in line.split()[1 : None if line.startswith("import") else 2]
        }
        assert imported <= {"csv", "hashlib", "json", "sys", "datetime"}
