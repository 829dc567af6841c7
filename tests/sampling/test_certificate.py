"""Certificates: when they may be issued, what they prove, what they reveal."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sampling import certificate, freezing, selection
from sampling.certificate import Ceremony
from sampling.certificate_schema import check, schema
from sampling.design import SampleDesign
from sampling.errors import (
    CertificateError,
    ChangedFrameError,
    EarlySeedError,
    SecondSeedError,
)
from sampling.frame import FrozenFrame, from_units

SEED = "41596728109384756012"
NOON = datetime(2016, 12, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
IN_ORDER = Ceremony(NOON, LATER, LATER)


@pytest.fixture
def frozen(tmp_path: Path) -> FrozenFrame:
    units = [(f"（2016）鄂0102执{n}号", "甲" if n % 2 else "乙") for n in range(40)]
    return freezing.freeze(from_units(units), tmp_path / "frame.csv")


@pytest.fixture
def drawn(frozen: FrozenFrame) -> selection.Draw:
    return selection.draw(frozen, SampleDesign({"甲": 5, "乙": 30}, {"甲": 2}), SEED)


def test_a_certificate_holds_in_both_forms(frozen, drawn) -> None:
    proof = certificate.issue(drawn, frozen, IN_ORDER)
    assert certificate.parse(certificate.dump(proof)) == json.loads(certificate.dump(proof))
    assert certificate.verify(proof, frozen) == []
    open_form = certificate.public(proof)
    assert certificate.verify(open_form, frozen) == []
    assert "执" not in certificate.dump(open_form)


def test_a_seed_before_the_hash_is_refused(frozen, drawn) -> None:
    with pytest.raises(EarlySeedError):
        certificate.issue(drawn, frozen, Ceremony(LATER, NOON, LATER))
    with pytest.raises(CertificateError):
        certificate.issue(drawn, frozen, Ceremony(NOON, LATER, NOON))
    naive = datetime(2016, 12, 1)  # noqa: DTZ001 -- what is refused
    with pytest.raises(CertificateError):
        certificate.issue(drawn, frozen, Ceremony(naive, LATER, LATER))


def test_a_second_seed_is_refused_and_the_first_may_be_repeated(frozen, drawn) -> None:
    proof = certificate.issue(drawn, frozen, IN_ORDER)
    certificate.issue(drawn, frozen, Ceremony(NOON, LATER, LATER, earlier=(proof,)))
    other = selection.draw(frozen, drawn.design, "another seed of twenty")
    with pytest.raises(SecondSeedError):
        certificate.issue(other, frozen, Ceremony(NOON, LATER, LATER, earlier=(proof,)))


def test_a_changed_frame_is_refused(frozen, drawn, tmp_path: Path) -> None:
    units = [(f"（2016）鄂0102执{n}号", "甲" if n % 2 else "乙") for n in range(41)]
    other = freezing.freeze(from_units(units), tmp_path / "other.csv")
    with pytest.raises(ChangedFrameError):
        certificate.issue(drawn, other, IN_ORDER)
    proof = certificate.issue(drawn, frozen, IN_ORDER)
    assert certificate.verify(proof, other) == ["frame_changed"]


def test_an_older_seed_is_allowed_only_in_declared_coordination(frozen, drawn, tmp_path) -> None:
    proof = certificate.issue(drawn, frozen, IN_ORDER)
    units = [(f"（2016）鄂0102执{n}号", "甲" if n % 2 else "乙") for n in range(10, 60)]
    later = freezing.freeze(from_units(units), tmp_path / "later.csv")
    again = selection.draw(later, drawn.design, SEED)
    next_year = NOON + timedelta(days=365)
    ceremony = Ceremony(
        next_year, LATER, next_year, coordinated_with=frozen.sha256, earlier=(proof,)
    )
    coordinated = certificate.issue(again, later, ceremony)
    assert certificate.verify(coordinated, later) == []
    assert len(selection.overlap(drawn, again)) > 0
    with pytest.raises(CertificateError):
        certificate.issue(
            again, later, Ceremony(next_year, LATER, next_year, coordinated_with="0" * 64)
        )


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        (("units", 0, "ticket"), "0" * 64, "unit 1: ticket"),
        (("units", 2, "unit_id"), "（2016）鄂0102执999号", "unit 3: unit_id"),
        (("units", 1, "role"), "reserve", "unit 2: role"),
        (("strata", 0, "population_size"), 999, "strata"),
        (("design", "sample_sizes", "甲"), 6, "strata"),
        (("seed", "text"), "another seed of twenty", "strata"),
        (("seed", "given_at"), "2016-11-30T00:00:00+00:00", "seed_too_early"),
        (("drawn_at",), "2016-12-01T12:30:00+00:00", "drawn_before_seed"),
    ],
)
def test_every_change_of_a_certificate_is_noticed(frozen, drawn, path, value, found) -> None:
    proof = copy.deepcopy(certificate.issue(drawn, frozen, IN_ORDER))
    place = proof
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert found in certificate.verify(proof, frozen)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 1}', "null"])
def test_what_is_not_a_certificate(text: str) -> None:
    with pytest.raises(CertificateError):
        certificate.parse(text)


def test_the_schema_refuses_and_accepts(frozen, drawn) -> None:
    proof = certificate.issue(drawn, frozen, IN_ORDER)
    assert check(proof) == []
    assert schema()["properties"]["rule"]["const"] == "hp-draw-1"
    for change, place in (
        ({"units": [{"rank": 0}]}, "/units/0"),
        ({"rule": "hp-draw-2"}, "/rule"),
        ({"extra": 1}, "/extra"),
        ({"seed": {"text": "short", "given_at": "yesterday"}}, "/seed/text"),
    ):
        faults = check({**proof, **change})
        assert any(fault.startswith(place) for fault in faults), faults
