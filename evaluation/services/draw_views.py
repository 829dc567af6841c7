"""What pages see of a draw, and its newest certificate; leaves out drawing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation.domain.register import UnitRole
from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.storage.models.draw import Draw, DrawExtension, DrawnUnit
from evaluation.storage.models.frame import Frame


@dataclass(frozen=True)
class StratumView:
    """A stratum of a draw: its size, what was drawn, and whether all of it was taken."""

    stratum: str
    population_size: int
    sample_size: int
    reserve_size: int
    is_census: bool
    largest_sample_ticket: str


@dataclass(frozen=True)
class DrawView:
    """A draw as pages see it; no identifiers."""

    id: int
    frame_id: int
    round_id: int
    frame_name: str
    frame_sha256: str
    n_units: int
    n_sample: int
    n_reserve: int
    seed: str
    seed_given_at: datetime
    drawn_at: datetime
    witnesses: tuple[str, ...]
    strata: tuple[StratumView, ...]
    certificate_sha256: str
    n_extensions: int
    ids_are_public: bool


@dataclass(frozen=True)
class UnitView:
    """A drawn unit as the pull list and the draw page show it to those who fetch files."""

    id: int
    unit_id: str
    stratum: str
    court_code: str
    ticket: str
    rank: int
    role: UnitRole
    substitution_reason: str


def newest_certificate(session: Session, draw_id: int) -> str:
    """Return the text of the newest certificate of a draw."""
    row = draw_row(session, draw_id)
    later = session.scalar(
        select(DrawExtension.certificate)
        .where(DrawExtension.draw_id == draw_id)
        .order_by(DrawExtension.id.desc())
        .limit(1)
    )
    return later or row.certificate


def draw_row(session: Session, draw_id: int) -> Draw:
    """Return a draw's row or say that there is none."""
    row = session.get(Draw, draw_id)
    if row is None:
        raise NotFound(_("没有这次抽样。"), remedy=_("请刷新页面后重新选择。"))
    return row


def view_of(session: Session, row: Draw, frame: Frame) -> DrawView:
    """Return a draw as pages see it."""
    newest = json.loads(newest_certificate(session, row.id))
    extensions = session.scalar(
        select(func.count()).select_from(DrawExtension).where(DrawExtension.draw_id == row.id)
    )
    strata = tuple(
        StratumView(
            part["stratum"],
            part["population_size"],
            part["sample_size"],
            part["reserve_size"],
            part["is_census"],
            part["largest_sample_ticket"] or "",
        )
        for part in newest["strata"]
    )
    return DrawView(
        id=row.id,
        frame_id=frame.id,
        round_id=row.round_id,
        frame_name=frame.name,
        frame_sha256=frame.sha256 or "",
        n_units=frame.n_units,
        n_sample=sum(part.sample_size for part in strata),
        n_reserve=sum(part.reserve_size for part in strata),
        seed=row.seed,
        seed_given_at=row.seed_given_at,
        drawn_at=row.drawn_at,
        witnesses=tuple(row.witnesses),
        strata=strata,
        certificate_sha256=row.certificate_sha256,
        n_extensions=extensions or 0,
        ids_are_public=frame.ids_are_public,
    )


def unit_view_of(row: DrawnUnit) -> UnitView:
    """Return a drawn unit as those who fetch files see it."""
    return UnitView(
        row.id,
        row.unit_id,
        row.stratum,
        row.court_code,
        row.ticket,
        row.rank,
        row.role,
        row.substitution_reason,
    )
