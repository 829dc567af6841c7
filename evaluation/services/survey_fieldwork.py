"""How fieldwork stands: counts by channel, and outcome rates where there was a list.

Leaves out answers. Open links are non-probability: they are counted, and never have a rate.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.domain.roles import Actor, require
from evaluation.services.public_surveys import PANEL, ChannelView, channel_view, survey_row
from evaluation.storage.models.survey import SurveyChannel, SurveyInvitation, SurveyLedger
from evaluation.storage.session import reading
from evaluation.storage.survey_ledger import count_bits, has_bit
from surveys.dispositions import Disposition, OutcomeRates, outcome_rates
from surveys.store import ChannelKind, ChannelState


@dataclass(frozen=True, slots=True)
class QuotaState:
    """How far one quota is filled."""

    code: str
    title: str
    taken: int
    limit: int


@dataclass(frozen=True, slots=True)
class ChannelCounts:
    """How one channel stands."""

    channel: ChannelView
    n_started: int
    n_accepted: int
    n_complete: int
    n_partial: int
    n_break_off: int
    n_withdrawn: int
    n_quota_full: int
    n_fast: int
    n_waiting: int
    n_invited: int
    n_used: int
    quotas: tuple[QuotaState, ...]
    diagnostics: dict[str, int]
    dispositions: dict[Disposition, int]
    rates: OutcomeRates | None


def list_counts(actor: Actor, survey_id: int) -> list[ChannelCounts]:
    """Return how each channel of a survey stands."""
    require(actor, *PANEL)
    with reading() as session:
        survey_row(session, survey_id)
        rows = session.execute(
            select(SurveyChannel, SurveyLedger)
            .join(SurveyLedger, SurveyLedger.channel_id == SurveyChannel.id)
            .where(SurveyChannel.survey_id == survey_id)
            .order_by(SurveyChannel.id)
        ).all()
        return [_counts(session, channel, ledger) for channel, ledger in rows]


def _counts(session: Session, channel: SurveyChannel, ledger: SurveyLedger) -> ChannelCounts:
    counts = ledger.counts
    dispositions: Counter[Disposition] = Counter()
    n_invited = 0
    if channel.kind is ChannelKind.INVITED:
        dispositions, n_invited = _dispositions(session, channel, ledger)
    return ChannelCounts(
        channel=channel_view(channel),
        n_started=counts.get("started", 0),
        n_accepted=counts.get("accepted", 0),
        n_complete=counts.get(Disposition.COMPLETE, 0),
        n_partial=counts.get(Disposition.PARTIAL, 0),
        n_break_off=counts.get(Disposition.BREAK_OFF, 0),
        n_withdrawn=counts.get("withdrawn", 0),
        n_quota_full=counts.get("quota_full", 0),
        n_fast=counts.get("fast", 0),
        n_waiting=counts.get("inbox", 0),
        n_invited=n_invited,
        n_used=count_bits(ledger.used),
        quotas=tuple(
            QuotaState(q["code"], q["title"], ledger.taken.get(q["code"], 0), q["limit"])
            for q in channel.quotas
        ),
        diagnostics={
            name.removeprefix("event_"): n
            for name, n in sorted(counts.items())
            if name.startswith("event_")
        },
        dispositions=dict(dispositions),
        rates=outcome_rates(dispositions) if n_invited else None,
    )


def _dispositions(
    session: Session, channel: SurveyChannel, ledger: SurveyLedger
) -> tuple[Counter[Disposition], int]:
    """Give every invitation one final disposition.

    Those used are complete, partial or break-off by what was handed in; a withdrawn response is
    a refusal. Those begun and never handed in are break-offs once the channel is closed. The rest
    is as recorded, else of unknown eligibility.
    """
    result: Counter[Disposition] = Counter()
    for disposition in (Disposition.COMPLETE, Disposition.PARTIAL, Disposition.BREAK_OFF):
        result[disposition] = ledger.counts.get(disposition, 0)
    result[Disposition.REFUSAL] = ledger.counts.get("withdrawn", 0)
    is_closed = channel.state is ChannelState.CLOSED
    rows = session.execute(
        select(SurveyInvitation.number, SurveyInvitation.disposition).where(
            SurveyInvitation.channel_id == channel.id, SurveyInvitation.is_revoked.is_(False)
        )
    ).all()
    for number, recorded in rows:
        if has_bit(ledger.used, number):
            continue
        if recorded is not None:
            result[recorded] += 1
        elif is_closed and has_bit(ledger.reserved, number):
            result[Disposition.BREAK_OFF] += 1
        else:
            result[Disposition.UNKNOWN_ELIGIBILITY] += 1
    return +result, len(rows)
