"""The draw certificate: what proves a draw, when it may be issued, and how an outsider checks it.

Leaves out where certificates are stored and who may ask for one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sampling.certificate_schema import check
from sampling.certificate_text import dump as dump
from sampling.certificate_text import public as public
from sampling.certificate_text import published_order
from sampling.design import Method, SampleDesign
from sampling.draw_methods import DrawnUnit
from sampling.errors import (
    CertificateError,
    ChangedFrameError,
    EarlySeedError,
    SamplingError,
    SecondSeedError,
)
from sampling.frame import RULE, FrozenFrame
from sampling.seed import TICKET_RULE
from sampling.selection import Draw, draw

Certificate = dict[str, Any]


@dataclass(frozen=True)
class Ceremony:
    """When and how a draw took place in public.

    Attributes
    ----------
    frozen_at, seed_given_at, drawn_at : datetime
        Aware times of publishing the frame hash, of giving the seed, and of the draw.
    title : str
        What was drawn, in words.
    witnesses : tuple of str
        Capacities of those present, never names of parties.
    coordinated_with : str or None
        SHA-256 of the frame of an earlier round whose seed is deliberately used again, so that
        unchanged units keep their tickets. Only then may the seed be older than the frame.
    earlier : tuple of mapping
        Certificates that exist already; one for this frame with another seed forbids the draw.
    """

    frozen_at: datetime
    seed_given_at: datetime
    drawn_at: datetime
    title: str = ""
    witnesses: tuple[str, ...] = ()
    coordinated_with: str | None = None
    earlier: tuple[Mapping[str, Any], ...] = ()


def may_draw(frozen: FrozenFrame, seed: str, ceremony: Ceremony) -> None:
    """Refuse a draw that an outsider could not trust.

    Parameters
    ----------
    frozen : FrozenFrame
        Frame whose hash was published.
    seed : str
        Seed given in public.
    ceremony : Ceremony
        Times, earlier certificates, and coordination with an earlier round.

    Raises
    ------
    EarlySeedError
        If the seed is dated before the frame hash. Give a new seed in public.
    SecondSeedError
        If the frame was drawn from with another seed. Extend that draw instead.
    CertificateError
        If a time has no time zone or is out of order, or the coordinated draw is not among the
        earlier certificates or used another seed.

    Examples
    --------
    >>> from datetime import UTC, timedelta
    >>> from pathlib import Path
    >>> at = datetime(2016, 12, 1, tzinfo=UTC)
    >>> frozen = FrozenFrame(Path("frame.csv"), "0" * 64, 2, {"x": 2}, ("unit_id", "stratum"))
    >>> try:
    ...     may_draw(frozen, "1" * 20, Ceremony(at, at - timedelta(days=1), at))
    ... except EarlySeedError as error:
    ...     error.code
    'seed_too_early'
    """
    for name in ("frozen_at", "seed_given_at", "drawn_at"):
        if getattr(ceremony, name).utcoffset() is None:
            raise CertificateError(f"{name} has no time zone", code="certificate_naive_time")
    for certificate in ceremony.earlier:
        if certificate["frame"]["sha256"] == frozen.sha256 and certificate["seed"]["text"] != seed:
            raise SecondSeedError("this frame was drawn from already, with another seed")
    if ceremony.coordinated_with is not None:
        seeds = {
            certificate["seed"]["text"]
            for certificate in ceremony.earlier
            if certificate["frame"]["sha256"] == ceremony.coordinated_with
        }
        if seed not in seeds:
            raise CertificateError(
                "no earlier certificate of that frame has this seed",
                code="certificate_no_coordination",
            )
    elif ceremony.seed_given_at < ceremony.frozen_at:
        given, frozen_at = ceremony.seed_given_at.isoformat(), ceremony.frozen_at.isoformat()
        raise EarlySeedError(
            f"the seed of {given} is older than the frame hash of {frozen_at}",
            given=given,
            frozen=frozen_at,
        )
    if ceremony.drawn_at < ceremony.seed_given_at:
        raise CertificateError("the draw is dated before its seed", code="certificate_time_order")


def issue(drawn: Draw, frozen: FrozenFrame, ceremony: Ceremony) -> Certificate:
    """Return the certificate of a draw as plain JSON data.

    Parameters
    ----------
    drawn : Draw
        Draw made from the frozen frame.
    frozen : FrozenFrame
        That frame.
    ceremony : Ceremony
        Times and circumstances; :func:`may_draw` is asked first.

    Returns
    -------
    dict
        Data that meets the schema of :func:`sampling.certificate_schema.schema`.

    Raises
    ------
    ChangedFrameError
        If the draw was made from another frame.
    EarlySeedError, SecondSeedError, CertificateError
        As for :func:`may_draw`.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import UTC
    >>> from sampling.design import equal
    >>> from sampling.frame import from_units
    >>> from sampling.freezing import freeze
    >>> seed, at = "41596728109384756012", datetime(2016, 12, 1, tzinfo=UTC)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     frozen = freeze(from_units([("a", "x"), ("b", "x")]), f"{folder}/frame.csv")
    ...     drawn = draw(frozen, equal(["x"], 1), seed)
    ...     proof = issue(drawn, frozen, Ceremony(at, at, at))
    ...     verify(proof, frozen)
    []
    """
    may_draw(frozen, drawn.seed, ceremony)
    if drawn.frame_sha256 != frozen.sha256:
        raise ChangedFrameError(
            "the draw was made from another frame",
            found=drawn.frame_sha256,
            frozen=frozen.sha256,
        )
    certificate: Certificate = {
        "format": 1,
        "rule": RULE,
        "ticket_rule": TICKET_RULE,
        "title": ceremony.title,
        "frame": {
            "sha256": frozen.sha256,
            "n_units": frozen.n_units,
            "columns": list(frozen.columns),
            "source_columns": dict(frozen.source_columns),
            "frozen_at": ceremony.frozen_at.isoformat(),
        },
        "design": drawn.design.as_dict(),
        "seed": {
            "text": drawn.seed,
            "given_at": ceremony.seed_given_at.isoformat(),
            "witnesses": list(ceremony.witnesses),
        },
        "drawn_at": ceremony.drawn_at.isoformat(),
        "coordinated_with": ceremony.coordinated_with,
        "strata": _strata(drawn),
        "units": [_unit(unit) for unit in drawn.units],
    }
    _require_form(certificate)
    return certificate


def parse(text: str) -> Certificate:
    """Return the certificate in a JSON text.

    Raises
    ------
    CertificateError
        If the text is not JSON or departs from the schema; the message lists the places.

    Examples
    --------
    >>> try:
    ...     parse("{}")
    ... except CertificateError as error:
    ...     error.code
    'certificate_malformed'
    """
    try:
        certificate = json.loads(text)
    except ValueError as error:
        raise CertificateError(
            f"the certificate is not JSON: {error}", code="certificate_not_json"
        ) from error
    _require_form(certificate)
    plain: Certificate = certificate
    return plain


def verify(certificate: Mapping[str, Any], frozen: FrozenFrame) -> list[str]:
    """Repeat a draw from its frame and return every departure from the certificate.

    Parameters
    ----------
    certificate : mapping
        From :func:`parse`; the public form without identifiers works too.
    frozen : FrozenFrame
        The frame, frozen again from whatever the checker holds.

    Returns
    -------
    list of str
        Codes with a place, such as ``"frame_changed"`` or ``"unit 3: ticket"``; empty if the
        certificate holds.

    Examples
    --------
    See :func:`issue`, and for a list that was changed:

    >>> import tempfile
    >>> from datetime import UTC
    >>> from sampling.design import equal
    >>> from sampling.frame import from_units
    >>> from sampling.freezing import freeze
    >>> seed, at = "41596728109384756012", datetime(2016, 12, 1, tzinfo=UTC)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     frozen = freeze(from_units([("a", "x"), ("b", "x")]), f"{folder}/frame.csv")
    ...     other = freeze(from_units([("a", "x"), ("c", "x")]), f"{folder}/other.csv")
    ...     proof = issue(draw(frozen, equal(["x"], 1), seed), frozen, Ceremony(at, at, at))
    ...     verify(proof, other)
    ['frame_changed']
    """
    return list(_departures(certificate, frozen))


def design_of(certificate: Mapping[str, Any]) -> SampleDesign:
    """Return the sampling design that a certificate states.

    Examples
    --------
    >>> plain = {"method": "stratified", "sample_sizes": {"x": 3}, "reserve_sizes": {}}
    >>> design_of({"design": plain}).sample_sizes
    {'x': 3}
    """
    plain = certificate["design"]
    return SampleDesign(
        sample_sizes=plain["sample_sizes"],
        reserve_sizes=plain["reserve_sizes"],
        method=Method(plain["method"]),
        cluster_sizes=plain.get("cluster_sizes", {}),
    )


def _departures(certificate: Mapping[str, Any], frozen: FrozenFrame) -> Iterator[str]:
    if certificate["frame"]["sha256"] != frozen.sha256:
        yield "frame_changed"
        return
    yield from _disorder(certificate)
    try:
        drawn = draw(frozen, design_of(certificate), certificate["seed"]["text"])
    except SamplingError as error:
        yield f"not_repeatable: {error.message}"
        return
    if _strata(drawn) != certificate["strata"]:
        yield "strata"
    if len(drawn.units) != len(certificate["units"]):
        yield "unit_count"
    units = [_unit(unit) for unit in drawn.units]
    if all("rank" not in claimed for claimed in certificate["units"]):
        units.sort(key=published_order)  # published without ranks, in the order of the tickets
    for position, (expected, claimed) in enumerate(
        zip(units, certificate["units"], strict=False), start=1
    ):
        for name, value in claimed.items():
            if expected.get(name) != value:
                yield f"unit {position}: {name}"


def _disorder(certificate: Mapping[str, Any]) -> Iterator[str]:
    given = datetime.fromisoformat(certificate["seed"]["given_at"])
    frozen_at = datetime.fromisoformat(certificate["frame"]["frozen_at"])
    if given < frozen_at and not certificate["coordinated_with"]:
        yield "seed_too_early"
    if datetime.fromisoformat(certificate["drawn_at"]) < given:
        yield "drawn_before_seed"


def _strata(drawn: Draw) -> list[dict[str, object]]:
    largest: dict[str, str] = {}
    for unit in drawn.sample:
        largest[unit.stratum] = max(unit.ticket, largest.get(unit.stratum, ""))
    return [
        {
            "stratum": part.stratum,
            "population_size": part.population_size,
            "requested_size": part.requested_size,
            "sample_size": part.sample_size,
            "reserve_size": part.reserve_size,
            "is_census": part.is_census,
            "largest_sample_ticket": largest.get(part.stratum),
        }
        for part in drawn.strata
    ]


def _unit(unit: DrawnUnit) -> dict[str, object]:
    plain: dict[str, object] = {
        "unit_id": unit.unit_id,
        "stratum": unit.stratum,
        "ticket": unit.ticket,
        "rank": unit.rank,
        "role": unit.role,
        "inclusion_probability": unit.inclusion_probability,
    }
    if unit.cluster is not None:
        plain["cluster"] = unit.cluster
    if unit.measure_of_size is not None:
        plain["measure_of_size"] = unit.measure_of_size
    return plain


def _require_form(certificate: object) -> None:
    faults = check(certificate)
    if faults:
        raise CertificateError(
            f"not a draw certificate: {'; '.join(faults[:5])}",
            code="certificate_malformed",
            faults="；".join(faults[:5]),
        )
