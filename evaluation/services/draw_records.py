"""Writing a draw into the database: its row, its units with what the register says, case files.

Called inside the transaction of ``services.draws``; leaves out permission and the draw itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow.compute as pc
from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.domain.register import UnitRole
from evaluation.domain.roles import Actor
from evaluation.services import case_files, registers
from evaluation.storage.models.draw import Draw, DrawnUnit
from evaluation.storage.models.frame import Frame
from sampling import certificate as certificates
from sampling import selection


def keep(
    session: Session,
    actor: Actor,
    frame: Frame,
    certificate: Mapping[str, Any],
    earlier: Draw | None,
) -> Draw:
    """Write the row of a draw and its certificate."""
    text = certificates.dump(certificate)
    row = Draw(
        frame_id=frame.id,
        round_id=frame.round_id,
        seed=certificate["seed"]["text"],
        seed_given_at=datetime.fromisoformat(certificate["seed"]["given_at"]),
        drawn_at=datetime.fromisoformat(certificate["drawn_at"]),
        witnesses=list(certificate["seed"]["witnesses"]),
        design=dict(certificate["design"]),
        certificate=text,
        certificate_sha256=hashlib.sha256(text.encode()).hexdigest(),
        coordinated_with_id=earlier.id if earlier else None,
        account_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    return row


def take_over(
    session: Session, actor: Actor, row: Draw, frame: Frame, drawn: selection.Draw
) -> None:
    """Write the drawn units, set their roles, and make case files of those in use."""
    known = {
        unit.unit_id: unit
        for unit in session.scalars(select(DrawnUnit).where(DrawnUnit.draw_id == row.id))
    }
    facts = _facts(session, frame, [unit.unit_id for unit in drawn.units])
    population = {part.stratum: part.population_size for part in drawn.strata}
    live: dict[tuple[str, str | None], int] = {}
    wanted = _wanted(drawn)
    used: list[DrawnUnit] = []
    for unit in drawn.units:
        stored = known.get(unit.unit_id)
        if stored is None:
            stored = _new_unit(row.id, unit, population[unit.stratum], facts[unit.unit_id])
            session.add(stored)
        stored.inclusion_probability = unit.inclusion_probability
        if stored.role is UnitRole.FRAME_ERROR:
            continue
        place = (unit.stratum, unit.cluster)
        live[place] = live.get(place, 0) + 1
        if live[place] <= wanted[place]:
            if stored.role is UnitRole.RESERVE:
                stored.role = UnitRole.SAMPLE if unit.role == "sample" else UnitRole.SUBSTITUTE
            used.append(stored)
    session.flush()
    take_in(session, actor, frame.round_id, row.id, used)


def _wanted(drawn: selection.Draw) -> dict[tuple[str, str | None], int]:
    wanted: dict[tuple[str, str | None], int] = {}
    for unit in drawn.units:
        place = (unit.stratum, unit.cluster)
        wanted[place] = wanted.get(place, 0) + (unit.role == "sample")
    return wanted


def _facts(session: Session, frame: Frame, unit_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    table = registers.rows_in(session, frame.register_id)
    chosen = table.filter(pc.is_in(table["unit_id"], value_set=registers.strings(unit_ids)))
    return {fact["unit_id"]: fact for fact in chosen.to_pylist()}


def _new_unit(
    draw_id: int, unit: selection.DrawnUnit, population: int, fact: Mapping[str, Any]
) -> DrawnUnit:
    return DrawnUnit(
        draw_id=draw_id,
        unit_id=unit.unit_id,
        stratum=unit.stratum,
        cluster=unit.cluster,
        ticket=unit.ticket,
        rank=unit.rank,
        role=UnitRole(unit.role),
        inclusion_probability=unit.inclusion_probability,
        measure_of_size=unit.measure_of_size,
        stratum_population=population,
        court_code=fact["court_code"],
        closure_method=fact["closure_method"],
        property_label=fact["property_label"],
        filed_on=fact["filed_on"],
        closed_on=fact["closed_on"],
        claim_fen=fact["claim_fen"],
        recovered_fen=fact["recovered_fen"],
        substitute_for_id=None,
        substitution_reason="",
    )


def take_in(
    session: Session, actor: Actor, round_id: int, draw_id: int, units: Sequence[DrawnUnit]
) -> None:
    """Make case files; a register without courts (a trial register) has none to make."""
    with_court = [unit for unit in units if unit.court_code]
    if not with_court:
        return
    case_files.take_in(
        session,
        actor,
        round_id,
        draw_id,
        [
            case_files.UnitToRead(
                unit_id=unit.unit_id,
                court_code=unit.court_code,
                stratum=unit.stratum,
                stratum_population=unit.stratum_population,
                ticket=unit.ticket,
                draw_rank=unit.rank,
                closure_method=unit.closure_method,
                filed_on=unit.filed_on,
                closed_on=unit.closed_on,
                property_label=unit.property_label,
                claim_fen=unit.claim_fen,
                recovered_fen=unit.recovered_fen,
            )
            for unit in with_court
        ],
    )
