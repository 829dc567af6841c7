"""Saved column mappings: a court system's export is understood once, then used again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from evaluation import clock
from evaluation.domain import register_mapping
from evaluation.domain.register_mapping import BUNDLED
from evaluation.domain.register_mapping import RegisterMapping as Mapping
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.storage import audit_trail
from evaluation.storage.models.frame import RegisterMapping
from evaluation.storage.session import reading, unit_of_work


@dataclass(frozen=True)
class SavedMapping:
    """A mapping with the name people choose it by."""

    name: str
    mapping: Mapping


def list_mappings(actor: Actor) -> list[SavedMapping]:
    """Return the bundled mappings, then the saved ones by name."""
    require(actor, Role.SECRETARY, Role.CHAIR)
    bundled = [SavedMapping(_(title), mapping) for title, mapping in BUNDLED.values()]
    with reading() as session:
        rows = session.scalars(select(RegisterMapping).order_by(RegisterMapping.name))
        return bundled + [
            SavedMapping(row.name, register_mapping.from_dict(row.content)) for row in rows
        ]


def save(actor: Actor, name: str, mapping: Mapping) -> None:
    """Keep a mapping under a name; the same name is overwritten."""
    require(actor, Role.SECRETARY, Role.CHAIR)
    plain = name.strip()
    if not 1 <= len(plain) <= 120:
        raise InvalidInput(
            _("方案名称没有填写或超过120个字符。"), remedy=_("请填写一个便于识别的名称。")
        )
    with unit_of_work() as session:
        row = session.scalar(select(RegisterMapping).where(RegisterMapping.name == plain))
        if row is None:
            row = RegisterMapping(name=plain)
            session.add(row)
        row.content, row.account_id, row.saved_at = (
            mapping.as_dict(),
            actor.account_id,
            clock.now(),
        )
        session.flush()
        audit_trail.append(session, actor, "register.mapping", f"register_mapping:{row.id}")
