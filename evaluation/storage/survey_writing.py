"""One group of submissions as one transaction: locks, jobs in their order, everything at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, delete, select, update

from evaluation.storage.bulk_rows import delete_keys, insert_rows, replace_rows
from evaluation.storage.models.survey import (
    Survey,
    SurveyChannel,
    SurveyDraft,
    SurveyInbox,
    SurveyLedger,
    SurveyResponse,
)
from evaluation.storage.survey_groups import Job
from evaluation.storage.survey_ledger import OpenLedger, has_bit, with_bit
from evaluation.storage.survey_mixing import Mixer
from surveys.store import (
    ChannelKind,
    ChannelState,
    SealedDraft,
    StartOutcome,
    Submission,
    SubmitOutcome,
)

DRAFT = cast(Table, SurveyDraft.__table__)
INBOX = cast(Table, SurveyInbox.__table__)
RESPONSE = cast(Table, SurveyResponse.__table__)
LEDGER = cast(Table, SurveyLedger.__table__)
#: Responses wait until so many can be mixed, and until they are a tenth of those mixed before.
MIX_AT_LEAST, MIX_SHARE = 10, 0.1
_KNOWN_IN_INBOX = select(INBOX.c.id).where(INBOX.c.id.in_(bindparam("ids", expanding=True)))
_KNOWN_RESPONSES = select(RESPONSE.c.receipt_hash).where(
    RESPONSE.c.receipt_hash.in_(bindparam("hashes", expanding=True))
)
#: Nothing of the questionnaire: its document is large, and a group is written many times a second.
_LOCK = (
    select(
        SurveyLedger.channel_id,
        SurveyLedger.counts,
        SurveyLedger.taken,
        SurveyLedger.reserved,
        SurveyLedger.used,
        SurveyChannel.survey_id,
        SurveyChannel.code,
        SurveyChannel.kind,
        SurveyChannel.state,
        SurveyChannel.closes_at,
        SurveyChannel.quotas,
        Survey.closed_at,
        Survey.is_anonymous,
    )
    .join(SurveyChannel, SurveyChannel.id == SurveyLedger.channel_id)
    .join(Survey, Survey.id == SurveyChannel.survey_id)
    .where(
        SurveyChannel.code.in_(bindparam("codes", expanding=True))
        | SurveyChannel.id.in_(bindparam("ids", expanding=True))
    )
    .order_by(SurveyLedger.channel_id)
    .with_for_update(of=SurveyLedger)
)
_WRITE_LEDGER = (
    update(LEDGER)
    .where(LEDGER.c.channel_id == bindparam("channel"))
    .values({name: bindparam(name) for name in ("counts", "taken", "reserved", "used")})
)


def known_receipts(connection: Connection, mixer: Mixer, receipts: Sequence[str]) -> set[str]:
    """List which of these receipts belong to a response that is kept."""
    by_inbox_id = {mixer.inbox_id(receipt): receipt for receipt in receipts}
    waiting = connection.execute(_KNOWN_IN_INBOX, {"ids": list(by_inbox_id)})
    known = {by_inbox_id[row[0]] for row in waiting}
    mixed = connection.execute(_KNOWN_RESPONSES, {"hashes": list(receipts)})
    return known | {str(row[0]) for row in mixed}


@dataclass
class LockedChannel:
    """A channel while its ledger row is locked."""

    id: int
    survey_id: int
    kind: ChannelKind
    is_anonymous: bool
    is_running: bool
    closes_at: datetime | None
    quotas: Sequence[Mapping[str, Any]]
    ledger: OpenLedger

    @classmethod
    def of(cls, row: Any) -> LockedChannel:
        """Read what `_LOCK` found."""
        return cls(
            id=row.channel_id,
            survey_id=row.survey_id,
            kind=row.kind,
            is_anonymous=row.is_anonymous,
            is_running=row.state is ChannelState.RUNNING and row.closed_at is None,
            closes_at=row.closes_at,
            quotas=row.quotas,
            ledger=OpenLedger(row.counts, row.taken, bytearray(row.reserved), bytearray(row.used)),
        )

    @property
    def limits(self) -> dict[str, int]:
        """Return the places of each quota."""
        return {quota["code"]: quota["limit"] for quota in self.quotas}

    def is_open(self, now: datetime) -> bool:
        """Tell whether responses are taken now."""
        return self.is_running and (self.closes_at is None or now < self.closes_at)


def channel_of(job: Job) -> str:
    """Return the channel whose ledger a job needs, or an empty text."""
    if job.kind == "start":
        return str(job.content[0])
    return str(job.content[0].channel_code) if job.kind == "submit" else ""


class Group:
    """One transaction: locks, then jobs in their order, then everything written at once."""

    def __init__(self, mixer: Mixer, connection: Connection) -> None:
        self.mixer = mixer
        self.connection = connection
        self.known: set[str] = set()
        self.locked: dict[str, LockedChannel] = {}
        self.saved: dict[str, SealedDraft] = {}
        self.forgotten: set[str] = set()
        self.arrived: dict[str, dict[str, Any]] = {}

    def lock(self, codes: Collection[str], channel_ids: Sequence[int] = ()) -> None:
        """Lock ledgers in the order of their channels, so that processes never wait in a ring."""
        if not codes and not channel_ids:
            return
        keys = {"codes": list(codes), "ids": list(channel_ids)}
        for row in self.connection.execute(_LOCK, keys):
            if row.code not in self.locked:
                self.locked[row.code] = LockedChannel.of(row)

    def write(self, jobs: Sequence[Job]) -> list[Any]:
        """Do the jobs in their order; return their results."""
        submissions = [job.content[0] for job in jobs if job.kind == "submit"]
        receipts = [submission.receipt_hash for submission in submissions]
        if receipts:
            self.known = known_receipts(self.connection, self.mixer, receipts)
        results = [self._one(job) for job in jobs]
        drafts = [_draft_row(self.saved[key]) for key in sorted(self.saved)]
        replace_rows(self.connection, DRAFT, drafts)
        delete_keys(self.connection, DRAFT, sorted(self.forgotten))
        insert_rows(self.connection, INBOX, [self.arrived[key] for key in sorted(self.arrived)])
        return results

    def _one(self, job: Job) -> Any:
        if job.kind == "save":
            self._save(job.content)
            return None
        if job.kind == "forget":
            self._forget(job.content)
            return None
        if job.kind == "start":
            return self._start(*job.content)
        if job.kind == "withdraw":
            return self._withdraw(job.content)
        return self._submit(*job.content)

    def _save(self, draft: SealedDraft) -> None:
        self.saved[draft.id] = draft
        self.forgotten.discard(draft.id)

    def _forget(self, draft_id: str) -> None:
        self.saved.pop(draft_id, None)
        self.forgotten.add(draft_id)

    def _start(
        self, code: str, number: int | None, now: datetime, draft: SealedDraft | None
    ) -> StartOutcome:
        place = self.locked.get(code)
        if place is None or not place.is_open(now):
            return StartOutcome.CLOSED
        if number is not None and has_bit(place.ledger.used, number):
            return StartOutcome.USED
        totals = [quota["code"] for quota in place.quotas if not quota.get("rule")]
        if not place.ledger.has_places(totals, place.limits):
            return StartOutcome.FULL
        place.ledger.count("started")
        if number is not None:
            with_bit(place.ledger.reserved, number, True)
        if draft is not None:
            self._save(draft)
        return StartOutcome.STARTED

    def _submit(self, submission: Submission, now: datetime) -> SubmitOutcome:
        if submission.receipt_hash in self.known:
            self._forget(submission.draft_id)
            return SubmitOutcome.REPEATED
        place = self.locked.get(submission.channel_code)
        if place is None or not place.is_open(now):
            return SubmitOutcome.CLOSED
        ledger, number = place.ledger, submission.invitation_number
        is_invited = place.kind is ChannelKind.INVITED
        if is_invited and (number is None or has_bit(ledger.used, number)):
            return SubmitOutcome.USED
        if not ledger.has_places(submission.quotas, place.limits):
            ledger.count("quota_full")
            self._forget(submission.draft_id)
            return SubmitOutcome.QUOTA_FULL
        ledger.take_places(submission.quotas)
        if is_invited and number is not None:
            with_bit(ledger.used, number, True)
            with_bit(ledger.reserved, number, False)
        for name in ("accepted", "inbox", submission.disposition.value, submission.pace.value):
            ledger.count(name)
        is_anonymous = place.is_anonymous
        inbox_id = self.mixer.inbox_id(submission.receipt_hash)
        self.arrived[inbox_id] = {
            "id": inbox_id,
            "channel_id": place.id,
            "sealed": self.mixer.sealed(
                submission,
                keeps_number=not is_anonymous,
                keeps_pace=not (is_anonymous and is_invited),
            ),
        }
        self.known.add(submission.receipt_hash)
        self._forget(submission.draft_id)
        return SubmitOutcome.ACCEPTED

    def _withdraw(self, receipt_hash: str) -> bool:
        inbox_id = self.mixer.inbox_id(receipt_hash)
        waiting = self.connection.execute(
            delete(INBOX)
            .where(INBOX.c.id == inbox_id)
            .returning(INBOX.c.channel_id, INBOX.c.sealed)
        ).first()
        if waiting is not None:
            content = self.mixer.opened(bytes(waiting[1]))
            return self._give_back(waiting[0], content["quotas"], content["disposition"], True)
        mixed = self.connection.execute(
            delete(RESPONSE)
            .where(RESPONSE.c.receipt_hash == receipt_hash)
            .returning(RESPONSE.c.channel_id, RESPONSE.c.quotas, RESPONSE.c.disposition)
        ).first()
        return mixed is not None and self._give_back(mixed[0], mixed[1], str(mixed[2]), False)

    def _give_back(
        self, channel_id: int, quotas: Sequence[str], disposition: str, is_waiting: bool
    ) -> bool:
        self.lock(set(), [channel_id])
        place = next(p for p in self.locked.values() if p.id == channel_id)
        place.ledger.take_places(quotas, by=-1)
        place.ledger.count("withdrawn")
        place.ledger.count(disposition, -1)
        place.ledger.count("inbox" if is_waiting else "mixed", -1)
        return True

    def mix_if_due(self) -> None:
        """Mix the inboxes that hold enough."""
        for place in self.locked.values():
            waiting, mixed = (place.ledger.counts.get(name, 0) for name in ("inbox", "mixed"))
            if waiting >= max(MIX_AT_LEAST, mixed * MIX_SHARE):
                mix_locked(self.mixer, self.connection, place.ledger, place.id, place.survey_id)

    def write_ledgers(self) -> None:
        """Put the ledgers back into their rows."""
        for place in self.locked.values():
            ledger = place.ledger
            row = {
                "channel": place.id,
                "counts": ledger.counts,
                "taken": ledger.taken,
                "reserved": bytes(ledger.reserved),
                "used": bytes(ledger.used),
            }
            self.connection.execute(_WRITE_LEDGER, row)


def mix_locked(
    mixer: Mixer, connection: Connection, ledger: OpenLedger, channel_id: int, survey_id: int
) -> None:
    """Mix the inbox of a channel whose ledger is locked."""
    n = mixer.mix(connection, channel_id, survey_id)
    ledger.counts["inbox"] = ledger.counts.get("inbox", 0) - n
    ledger.count("mixed", n)


def _draft_row(draft: SealedDraft) -> dict[str, Any]:
    return {"id": draft.id, "sealed": draft.sealed, "expires_on": draft.expires_on}
