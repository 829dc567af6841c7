"""What the public may see of frames and draws: hashes, sizes, seeds, tickets; no identifiers.

Amounts of single cases are never among it, see :func:`sampling.certificate_text.public`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.services.draw_views import newest_certificate
from evaluation.storage.models.draw import Draw
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.frame import Frame
from evaluation.storage.session import reading
from sampling import certificate_text


@dataclass(frozen=True)
class PublicFrame:
    """A frozen frame with its hash, and its draw if there is one."""

    frame_id: int
    round_name: str
    name: str
    frame_sha256: str
    n_units: int
    stratum_sizes: Mapping[str, int]
    frozen_at: datetime
    ids_are_public: bool
    draw_id: int | None
    seed: str
    drawn_at: datetime | None
    witnesses: tuple[str, ...]
    n_sample: int
    certificate_sha256: str
    is_stratified: bool = True


def list_public() -> list[PublicFrame]:
    """Return every frozen frame, newest first; a frame is public from the moment of freezing."""
    with reading() as session:
        rows = session.execute(
            select(Frame, EvaluationRound.name, Draw)
            .join(EvaluationRound, EvaluationRound.id == Frame.round_id)
            .outerjoin(Draw, Draw.frame_id == Frame.id)
            .where(Frame.sha256.is_not(None))
            .order_by(Frame.frozen_at.desc(), Frame.id.desc())
        )
        return [_public(frame, name, draw) for frame, name, draw in rows]


def find(draw_id: int) -> PublicFrame:
    """Return one draw with its frame."""
    for entry in list_public():
        if entry.draw_id == draw_id:
            return entry
    raise NotFound(_("没有这次抽样。"), remedy=_("请从抽样公示页进入。"))


def strata(draw_id: int) -> list[Mapping[str, Any]]:
    """Return the strata of a draw as its newest certificate states them."""
    with reading() as session:
        parts: list[Mapping[str, Any]] = json.loads(newest_certificate(session, draw_id))["strata"]
    return parts


def certificate(draw_id: int) -> str:
    """Return the certificate for the public: identifiers only where they are public anyway."""
    with reading() as session:
        draw = session.get(Draw, draw_id)
        if draw is None:
            raise NotFound(_("没有这次抽样。"), remedy=_("请从抽样公示页进入。"))
        frame = session.get(Frame, draw.frame_id)
        text = newest_certificate(session, draw_id)
    shows_identifiers = frame is not None and frame.ids_are_public
    opened = certificate_text.public(json.loads(text), with_identifiers=shows_identifiers)
    return certificate_text.dump(opened)


def _public(frame: Frame, round_name: str, draw: Draw | None) -> PublicFrame:
    certificate = json.loads(draw.certificate) if draw else {"strata": [], "design": {}}
    strata = certificate["strata"]
    if frame.sha256 is None or frame.frozen_at is None:
        raise NotFound(_("抽样框尚未冻结。"))
    return PublicFrame(
        frame_id=frame.id,
        round_name=round_name,
        name=frame.name,
        frame_sha256=frame.sha256,
        n_units=frame.n_units,
        stratum_sizes=dict(sorted(frame.stratum_sizes.items())),
        frozen_at=frame.frozen_at,
        ids_are_public=frame.ids_are_public,
        draw_id=draw.id if draw else None,
        seed=draw.seed if draw else "",
        drawn_at=draw.drawn_at if draw else None,
        witnesses=tuple(draw.witnesses) if draw else (),
        n_sample=sum(part["sample_size"] for part in strata),
        certificate_sha256=draw.certificate_sha256 if draw else "",
        is_stratified=certificate["design"].get("method", "stratified") == "stratified",
    )
