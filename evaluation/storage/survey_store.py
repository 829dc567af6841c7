"""`SqlResponseStore`: the public pages' answers in SQLite or PostgreSQL.

Leaves out pages, and the reading of responses for analysis (`evaluation.storage.queries`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from evaluation.storage.models.survey import SurveyChannel, SurveyInvitation, SurveyLedger
from evaluation.storage.survey_channels import find_channel
from evaluation.storage.survey_groups import GroupThread, Job
from evaluation.storage.survey_ledger import has_bit
from evaluation.storage.survey_mixing import Mixer
from evaluation.storage.survey_rows import rows_of
from evaluation.storage.survey_writing import DRAFT, Group, channel_of
from surveys.store import (
    Channel,
    Invitation,
    InvitationState,
    SealedDraft,
    StartOutcome,
    Submission,
    SubmitOutcome,
)

_LOG = logging.getLogger("hengping.surveys")
_CHANNEL_SECONDS = 2.0
_MOST_READERS = 8
_Found = TypeVar("_Found")


def is_trouble_of_the_database(error: Exception) -> bool:
    """Tell whether trying one by one would meet the same end: a lock, a limit, a lost line."""
    return isinstance(error, (OperationalError, InterfaceError, PoolTimeout))


class SqlResponseStore:
    """Keeps answers durably, anonymous by structure, safe under concurrency."""

    def __init__(self, engine: Engine, secret: bytes, today: Callable[[], date]) -> None:
        self._engine = engine
        self._reader = engine.execution_options(hengping_read_only=True)
        self._mixer = Mixer(secret)
        self._today = today
        self._writer = GroupThread(self._write, is_trouble_of_the_database, name="survey-writer")
        self._channels: dict[str, tuple[float, Channel | None]] = {}
        self._looking: dict[str, asyncio.Task[Channel | None]] = {}
        self._events: Counter[tuple[str, str]] = Counter()
        self._swept_on: date | None = None
        self._readers: CapacityLimiter | None = None
        self._rows = rows_of(engine, self._mixer, today)

    def close(self) -> None:
        """Write what waits."""
        self._writer.close()
        self._rows.close()

    def note_event(self, channel_code: str, event: str) -> None:
        """Count a diagnostic event of a channel; written with the next group."""
        self._events[channel_code, event] += 1

    # ------------------------------------------------------------------ reading

    async def channel(self, code: str) -> Channel | None:
        """Find a channel; what a process knows of it is at most two seconds old."""
        known = self._channels.get(code)
        age = time.monotonic() - known[0] if known else _CHANNEL_SECONDS
        if known is not None and age < _CHANNEL_SECONDS / 2:
            return known[1]
        if len(code) > 40 or not code.isascii():
            return None
        looking = self._look_up(code)
        if known is not None and age < _CHANNEL_SECONDS:
            return known[1]  # and the next one who asks gets what is being looked up
        return await asyncio.shield(looking)

    def _look_up(self, code: str) -> asyncio.Task[Channel | None]:
        """Read a channel once for all who ask meanwhile: they are many when it grows old."""
        under_way = self._looking.get(code)
        if (
            under_way is None
            or under_way.done()
            or under_way.get_loop() is not asyncio.get_running_loop()
        ):
            under_way = asyncio.create_task(self._renew(code))
            under_way.add_done_callback(self._looked_up(code))
            self._looking[code] = under_way
        return under_way

    def _looked_up(self, code: str) -> Callable[[asyncio.Task[Channel | None]], None]:
        def forget(done: asyncio.Task[Channel | None]) -> None:
            if self._looking.get(code) is done:
                del self._looking[code]
            if not done.cancelled() and done.exception() is not None:
                _LOG.warning("a channel could not be read: %s", done.exception())

        return forget

    async def _renew(self, code: str) -> Channel | None:
        begun, known = time.monotonic(), self._channels.get(code)
        found = await self._read(self._find_channel, code)
        if known is not None and known[1] == found:
            found = known[1]  # pages keep what they made of a channel beside it
        if found is not None or known is not None:
            self._channels[code] = (begun, found)
        return found

    async def _read(self, find: Callable[[str], _Found], key: str) -> _Found:
        """Read in a thread; fewer at a time than the pool has connections, one is the writer's."""
        if self._readers is None:
            self._readers = CapacityLimiter(_MOST_READERS)
        return await to_thread.run_sync(find, key, limiter=self._readers)

    def _find_channel(self, code: str) -> Channel | None:
        with Session(self._reader) as session:
            return find_channel(session, code)

    async def invitation(self, token_hash: str) -> Invitation | None:
        """Find an invitation with its present state."""
        return await self._read(self._find_invitation, token_hash)

    def _find_invitation(self, token_hash: str) -> Invitation | None:
        with Session(self._reader) as session:
            found = session.execute(
                select(SurveyInvitation, SurveyChannel.code, SurveyLedger)
                .join(SurveyChannel, SurveyChannel.id == SurveyInvitation.channel_id)
                .join(SurveyLedger, SurveyLedger.channel_id == SurveyChannel.id)
                .where(SurveyInvitation.token_hash == token_hash)
            ).first()
        if found is None:
            return None
        invitation, code, ledger = found
        return Invitation(code, invitation.number, self._state(invitation, ledger))

    def _state(self, invitation: SurveyInvitation, ledger: SurveyLedger) -> InvitationState:
        if has_bit(ledger.used, invitation.number):
            return InvitationState.USED
        if invitation.is_revoked:
            return InvitationState.REVOKED
        if invitation.expires_on is not None and invitation.expires_on < self._today():
            return InvitationState.EXPIRED
        if has_bit(ledger.reserved, invitation.number):
            return InvitationState.RESERVED
        return InvitationState.UNUSED

    async def load_draft(self, draft_id: str) -> bytes | None:
        """Find a sealed draft."""
        return await self._rows.draft(draft_id)

    async def free_quotas(self, channel_code: str) -> frozenset[str]:
        """List the quotas with a place left."""
        return await self._read(self._free_quotas, channel_code)

    def _free_quotas(self, channel_code: str) -> frozenset[str]:
        with Session(self._reader) as session:
            found = session.execute(
                select(SurveyChannel.quotas, SurveyLedger.taken)
                .join(SurveyLedger, SurveyLedger.channel_id == SurveyChannel.id)
                .where(SurveyChannel.code == channel_code)
            ).first()
        quotas, taken = found if found else ([], {})
        return frozenset(q["code"] for q in quotas if taken.get(q["code"], 0) < q["limit"])

    async def has_receipt(self, receipt_hash: str) -> bool:
        """Tell whether a response is kept, in the inbox or among the others."""
        return await self._rows.has_receipt(receipt_hash)

    # ------------------------------------------------------------------ writing

    async def start(
        self,
        channel_code: str,
        invitation_number: int | None,
        now: datetime,
        draft: SealedDraft | None = None,
    ) -> StartOutcome:
        """Count a beginning, reserve the invitation and keep the draft, all in one commit."""
        content = (channel_code, invitation_number, now, draft)
        outcome: StartOutcome = await self._writer.do("start", content)
        return outcome

    async def save_draft(self, draft: SealedDraft) -> None:
        """Keep a sealed draft."""
        await self._writer.do("save", draft)

    async def delete_draft(self, draft_id: str) -> None:
        """Forget a draft."""
        await self._writer.do("forget", draft_id)

    async def submit(self, submission: Submission, now: datetime) -> SubmitOutcome:
        """Keep a response; returns after the commit that contains it."""
        outcome: SubmitOutcome = await self._writer.do("submit", (submission, now))
        return outcome

    async def withdraw(self, receipt_hash: str) -> bool:
        """Delete a response."""
        is_done: bool = await self._writer.do("withdraw", receipt_hash)
        return is_done

    def _write(self, jobs: Sequence[Job]) -> list[Any]:
        """Write a group of jobs in one transaction."""
        events, self._events = self._events, Counter()
        with self._engine.begin() as connection:
            group = Group(self._mixer, connection)
            group.lock({channel_of(job) for job in jobs} - {""} | {code for code, _ in events})
            for (code, event), n in events.items():
                if code in group.locked:
                    group.locked[code].ledger.count(f"event_{event}", n)
            results = group.write(jobs)
            group.mix_if_due()
            group.write_ledgers()
            if self._swept_on != (today := self._today()):
                connection.execute(delete(DRAFT).where(DRAFT.c.expires_on < today))
                self._swept_on = today
        return results
