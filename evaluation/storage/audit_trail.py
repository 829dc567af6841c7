"""Append-only events, written in the same transaction as the change and chained by hash.

Leaves out: anything about who answered an anonymous survey. Details carry codes and counts,
never names of parties, case numbers or answers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.roles import Actor
from evaluation.storage.models.event import AuditEvent

FIRST_HASH = "0" * 64
_CHAIN_LOCK = 0x48504155  # one writer at a time on PostgreSQL; SQLite has only one anyway


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """The first event whose hash or predecessor does not fit."""

    sequence: int
    reason: str


def _event_hash(
    sequence: int, at: datetime, account_id: int, what: tuple[str, str], rest: tuple[str, str]
) -> str:
    action, subject = what
    detail, previous = rest
    body = "\n".join(
        [str(sequence), at.isoformat(), str(account_id), action, subject, detail, previous]
    )
    return hashlib.sha256(body.encode()).hexdigest()


def _canonical(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def append(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add one event to the chain, in the transaction of the change it describes."""
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    last = session.execute(
        select(AuditEvent.sequence, AuditEvent.event_hash)
        .order_by(AuditEvent.sequence.desc())
        .limit(1)
    ).first()
    sequence, previous = (last[0] + 1, last[1]) if last else (1, FIRST_HASH)
    content = dict(detail or {})
    at = clock.now().astimezone(UTC)  # the database gives UTC back; the hash must read the same
    session.add(
        AuditEvent(
            sequence=sequence,
            at=at,
            account_id=actor.account_id,
            action=action,
            subject=subject,
            detail=content,
            previous_hash=previous,
            event_hash=_event_hash(
                sequence, at, actor.account_id, (action, subject), (_canonical(content), previous)
            ),
        )
    )
    session.flush()


def first_break(session: Session) -> ChainBreak | None:
    """Recompute the whole chain; return where it breaks, or ``None`` when it holds."""
    previous, expected = FIRST_HASH, 1
    rows = session.execute(select(AuditEvent).order_by(AuditEvent.sequence)).scalars()
    for row in rows.yield_per(1000):
        if row.sequence != expected:
            return ChainBreak(expected, "missing")
        if row.previous_hash != previous:
            return ChainBreak(row.sequence, "previous")
        computed = _event_hash(
            row.sequence,
            row.at,
            row.account_id,
            (row.action, row.subject),
            (_canonical(row.detail), previous),
        )
        if computed != row.event_hash:
            return ChainBreak(row.sequence, "content")
        previous, expected = row.event_hash, expected + 1
    return None
