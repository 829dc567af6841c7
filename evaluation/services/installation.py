"""The installation: its database, whether it is a demonstration, its audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation.domain.roles import SYSTEM, Actor, Role, require
from evaluation.storage import audit_trail, schema
from evaluation.storage.audit_trail import ChainBreak
from evaluation.storage.models.account import Account, InstallationFact
from evaluation.storage.models.event import AuditEvent
from evaluation.storage.session import engine, reading, unit_of_work

_DEMONSTRATION = "demonstration"


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One line of the audit trail as people read it."""

    sequence: int
    at: datetime
    person: str
    action: str
    subject: str
    detail: dict[str, Any]


def prepare() -> None:
    """Bring the database of this process to the newest revision."""
    schema.upgrade(engine())


def is_demonstration() -> bool:
    """Tell whether the data of this installation are invented."""
    with reading() as session:
        return is_demonstration_in(session)


def is_demonstration_in(session: Session) -> bool:
    """Tell the same inside a unit of work."""
    fact = session.get(InstallationFact, _DEMONSTRATION)
    return bool(fact and fact.value)


def mark_demonstration(actor: Actor) -> None:
    """Mark every screen and page of this installation as demonstration; irreversible."""
    require(actor, Role.CHAIR)
    with unit_of_work() as session:
        session.merge(InstallationFact(key=_DEMONSTRATION, value=True))
        audit_trail.append(session, actor, "installation.demonstration", "installation")


def list_trail(actor: Actor, *, before: int | None = None, limit: int = 100) -> list[TrailRow]:
    """Return the newest events first; ``before`` continues an earlier list."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
    query = select(AuditEvent, Account.display_name).outerjoin(
        Account, Account.id == AuditEvent.account_id
    )
    if before is not None:
        query = query.where(AuditEvent.sequence < before)
    with reading() as session:
        rows = session.execute(query.order_by(AuditEvent.sequence.desc()).limit(limit)).all()
    return [
        TrailRow(row.sequence, row.at, name or "", row.action, row.subject, dict(row.detail))
        for row, name in rows
    ]


def check_trail(actor: Actor) -> tuple[int, ChainBreak | None]:
    """Recompute the audit chain; return how many events it has and where it breaks."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.OBSERVER)
    with reading() as session:
        total = session.scalar(select(func.count()).select_from(AuditEvent)) or 0
        return total, audit_trail.first_break(session)


def note_download(actor: Actor, path: str) -> None:
    """Write down who took which protected file."""
    with unit_of_work() as session:
        audit_trail.append(session, actor, "file.download", f"path:{path[:180]}")


def is_current() -> bool:
    """Tell whether the database stands at the newest revision."""
    return schema.is_current(engine())


def check_trail_as_system() -> tuple[int, ChainBreak | None]:
    """Recompute the audit chain for a command run on the server itself."""
    return check_trail(SYSTEM)
