"""What the public pages need from whoever keeps the answers: `ResponseStore`, and one in memory.

Leaves out how answers are kept. A store acknowledges a submission only when it is durable, counts
quotas under concurrency, and keeps nothing by which an answer could be led back to an invitation:
see `docs/manual/anonymity.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any, Protocol

from surveys.conditions import Rule
from surveys.dispositions import COMPLETE_SHARE, PARTIAL_SHARE, Disposition
from surveys.schema import Questionnaire


class ChannelKind(StrEnum):
    """How people come to a questionnaire."""

    OPEN = "open"
    INVITED = "invited"
    PAPER = "paper"
    TEST = "test"
    IMPORTED = "imported"
    """A table of another system; nothing is known of how its respondents were chosen."""
    IMPORTED_SAMPLE = "imported_sample"
    """A table of another system whose respondents were drawn at random from a list."""

    @property
    def is_answered_online(self) -> bool:
        """Whether the public pages serve it."""
        return self in (ChannelKind.OPEN, ChannelKind.INVITED, ChannelKind.TEST)

    @property
    def is_random_sample(self) -> bool:
        """Whether its responses may carry a margin of error."""
        return self in (ChannelKind.INVITED, ChannelKind.IMPORTED_SAMPLE)


class ChannelState(StrEnum):
    """Where a channel stands; a closed one stays closed."""

    PREPARED = "prepared"
    RUNNING = "running"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Quota:
    """At most ``limit`` responses for which ``rule`` holds; without a rule, of all responses."""

    code: str
    title: str
    limit: int
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """First and last moment of fieldwork, and the daily hours in which one may begin."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    daily_from: time | None = None
    daily_until: time | None = None
    utc_offset_hours: float = 8.0

    def has_begun(self, now: datetime) -> bool:
        """Tell whether fieldwork has begun."""
        return self.opens_at is None or now >= self.opens_at

    def has_ended(self, now: datetime) -> bool:
        """Tell whether fieldwork is over."""
        return self.closes_at is not None and now >= self.closes_at

    def is_daytime(self, now: datetime) -> bool:
        """Tell whether the daily hours allow somebody to begin now."""
        if self.daily_from is None or self.daily_until is None:
            return True
        local = now.astimezone(timezone(timedelta(hours=self.utc_offset_hours))).time()
        if self.daily_from <= self.daily_until:
            return self.daily_from <= local < self.daily_until
        return local >= self.daily_from or local < self.daily_until


@dataclass(frozen=True)
class Channel:
    """One way to one published questionnaire, with everything its pages need."""

    id: int
    code: str
    title: str
    kind: ChannelKind
    questionnaire: Questionnaire
    questionnaire_hash: str
    state: ChannelState = ChannelState.RUNNING
    hours: OpeningHours = OpeningHours()
    quotas: tuple[Quota, ...] = ()
    is_anonymous: bool = True
    is_demonstration: bool = False
    organiser: str = ""
    contact: str = ""
    retention: str = ""
    minimum_cell: int = 10
    complete_share: float = COMPLETE_SHARE
    partial_share: float = PARTIAL_SHARE

    @property
    def keeps_pace(self) -> bool:
        """Tell whether the pace of an answer may be kept with it.

        Beside an invitation list and a web log, the time somebody took would point to the
        person; an anonymous invited channel therefore only counts fast responses.
        """
        return not (self.kind is ChannelKind.INVITED and self.is_anonymous)


class InvitationState(StrEnum):
    """What is known of an invitation, apart from any answer."""

    UNUSED = "unused"
    RESERVED = "reserved"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One place in the list of a channel."""

    channel_code: str
    number: int
    state: InvitationState


class StartOutcome(StrEnum):
    """What became of the wish to begin."""

    STARTED = "started"
    FULL = "full"
    CLOSED = "closed"
    USED = "used"


class SubmitOutcome(StrEnum):
    """What became of a submission. Only the first two mean that an answer is kept."""

    ACCEPTED = "accepted"
    REPEATED = "repeated"
    QUOTA_FULL = "quota_full"
    CLOSED = "closed"
    USED = "used"


@dataclass(frozen=True, slots=True)
class SealedDraft:
    """An unfinished response that only its respondent can open, and how long it is kept."""

    id: str
    sealed: bytes
    expires_on: date


class Pace(StrEnum):
    """How fast a questionnaire was answered, as coarse as it may be kept."""

    UNKNOWN = "unknown"
    FAST = "fast"
    USUAL = "usual"


@dataclass(frozen=True)
class Submission:
    """One finished response on its way into the store."""

    channel_code: str
    draft_id: str
    receipt_hash: str
    answers: Mapping[str, Any]
    disposition: Disposition
    language: str
    submitted_on: date
    invitation_number: int | None = None
    quotas: tuple[str, ...] = ()
    pace: Pace = Pace.UNKNOWN


class ResponseStore(Protocol):
    """Everything the public pages ask of the keeper of answers."""

    async def channel(self, code: str) -> Channel | None:
        """Find a channel that may be shown."""

    async def invitation(self, token_hash: str) -> Invitation | None:
        """Find the invitation with this token."""

    async def start(
        self,
        channel_code: str,
        invitation_number: int | None,
        now: datetime,
        draft: SealedDraft | None = None,
    ) -> StartOutcome:
        """Count a beginning, reserve the invitation, keep the draft; refuse without a place."""

    async def load_draft(self, draft_id: str) -> bytes | None:
        """Find the sealed draft; nobody but its respondent can open it."""

    async def save_draft(self, draft: SealedDraft) -> None:
        """Keep a sealed draft until its day."""

    async def delete_draft(self, draft_id: str) -> None:
        """Forget a draft."""

    async def free_quotas(self, channel_code: str) -> frozenset[str]:
        """List the quotas that still have a place."""

    async def submit(self, submission: Submission, now: datetime) -> SubmitOutcome:
        """Keep a response, use its invitation and its places; return when that is durable."""

    async def has_receipt(self, receipt_hash: str) -> bool:
        """Tell whether a response with this receipt is kept."""

    async def withdraw(self, receipt_hash: str) -> bool:
        """Delete the response with this receipt; false if there is none."""


@dataclass
class _Ledger:
    n_started: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    reserved: set[int] = field(default_factory=set)
    used: set[int] = field(default_factory=set)


class MemoryStore:
    """A store that forgets everything when the process ends: for tests and previews."""

    def __init__(self, *channels: Channel) -> None:
        self.channels = {channel.code: channel for channel in channels}
        self.invitations: dict[str, Invitation] = {}
        self.drafts: dict[str, bytes] = {}
        self.responses: dict[str, Submission] = {}
        self._ledgers = {channel.code: _Ledger() for channel in channels}

    def invite(self, token_hash: str, channel_code: str, number: int) -> None:
        """Put an invitation on the list."""
        self.invitations[token_hash] = Invitation(channel_code, number, InvitationState.UNUSED)

    def replace_channel(self, channel: Channel) -> None:
        """Put another edition of a channel in place."""
        self.channels[channel.code] = channel
        self._ledgers.setdefault(channel.code, _Ledger())

    def n_started(self, channel_code: str) -> int:
        """Return how often the questionnaire was begun."""
        return self._ledgers[channel_code].n_started

    async def channel(self, code: str) -> Channel | None:
        """Find a channel."""
        return self.channels.get(code)

    async def invitation(self, token_hash: str) -> Invitation | None:
        """Find an invitation with its present state."""
        found = self.invitations.get(token_hash)
        if found is None or found.state is not InvitationState.UNUSED:
            return found
        ledger = self._ledgers[found.channel_code]
        if found.number in ledger.used:
            return replace(found, state=InvitationState.USED)
        if found.number in ledger.reserved:
            return replace(found, state=InvitationState.RESERVED)
        return found

    async def start(
        self,
        channel_code: str,
        invitation_number: int | None,
        now: datetime,
        draft: SealedDraft | None = None,
    ) -> StartOutcome:
        """Count a beginning."""
        channel, ledger = self.channels[channel_code], self._ledgers[channel_code]
        if channel.state is not ChannelState.RUNNING or channel.hours.has_ended(now):
            return StartOutcome.CLOSED
        if invitation_number is not None and invitation_number in ledger.used:
            return StartOutcome.USED
        if any(q.rule is None and ledger.taken.get(q.code, 0) >= q.limit for q in channel.quotas):
            return StartOutcome.FULL
        ledger.n_started += 1
        if invitation_number is not None:
            ledger.reserved.add(invitation_number)
        if draft is not None:
            self.drafts[draft.id] = draft.sealed
        return StartOutcome.STARTED

    async def load_draft(self, draft_id: str) -> bytes | None:
        """Find a draft."""
        return self.drafts.get(draft_id)

    async def save_draft(self, draft: SealedDraft) -> None:
        """Keep a draft."""
        self.drafts[draft.id] = draft.sealed

    async def delete_draft(self, draft_id: str) -> None:
        """Forget a draft."""
        self.drafts.pop(draft_id, None)

    async def free_quotas(self, channel_code: str) -> frozenset[str]:
        """List the quotas with a place left."""
        taken = self._ledgers[channel_code].taken
        quotas = self.channels[channel_code].quotas
        return frozenset(q.code for q in quotas if taken.get(q.code, 0) < q.limit)

    async def submit(self, submission: Submission, now: datetime) -> SubmitOutcome:
        """Keep a response."""
        if submission.receipt_hash in self.responses:
            return SubmitOutcome.REPEATED
        channel = self.channels[submission.channel_code]
        ledger = self._ledgers[submission.channel_code]
        if channel.state is not ChannelState.RUNNING or channel.hours.has_ended(now):
            return SubmitOutcome.CLOSED
        number = submission.invitation_number
        if number is not None and number in ledger.used:
            return SubmitOutcome.USED
        if not set(submission.quotas) <= await self.free_quotas(submission.channel_code):
            return SubmitOutcome.QUOTA_FULL
        for code in submission.quotas:
            ledger.taken[code] = ledger.taken.get(code, 0) + 1
        if number is not None:
            ledger.used.add(number)
            ledger.reserved.discard(number)
        kept = replace(submission, draft_id="", invitation_number=None)
        self.responses[submission.receipt_hash] = kept
        self.drafts.pop(submission.draft_id, None)
        return SubmitOutcome.ACCEPTED

    async def has_receipt(self, receipt_hash: str) -> bool:
        """Tell whether the response is kept."""
        return receipt_hash in self.responses

    async def withdraw(self, receipt_hash: str) -> bool:
        """Delete the response."""
        found = self.responses.pop(receipt_hash, None)
        if found is None:
            return False
        ledger = self._ledgers[found.channel_code]
        for code in found.quotas:
            ledger.taken[code] -= 1
        return True
