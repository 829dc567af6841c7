"""Surveys in the field: what is asked, by which way, who was invited, what came back.

Answers and invitations share no key, no order and no time. Invitations are a fixed list; which of
them were used is one bit each in the channel's ledger, rewritten as a whole. Tables of what people
sent have random keys and, on SQLite, no row numbers. `docs/manual/anonymity.md` says the rest.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime
from surveys.dispositions import Disposition
from surveys.store import ChannelKind, ChannelState, Pace


class Survey(Base):
    """A published questionnaire in one evaluation round; its text never changes again."""

    __tablename__ = "survey"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    questionnaire_code: Mapped[str] = mapped_column(String(40), index=True)
    title: Mapped[str] = mapped_column(Text)
    questionnaire: Mapped[dict[str, Any]] = mapped_column(JSON)
    questionnaire_hash: Mapped[str] = mapped_column(String(64))
    is_anonymous: Mapped[bool] = mapped_column(Boolean)
    minimum_cell: Mapped[int] = mapped_column(Integer)
    complete_share: Mapped[float] = mapped_column(Float)
    partial_share: Mapped[float] = mapped_column(Float)
    organiser: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    retention: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SurveyChannel(Base):
    """One way to a survey: an open link, a list of invitations, paper."""

    __tablename__ = "survey_channel"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[ChannelKind] = mapped_column(StrEnumType(ChannelKind))
    state: Mapped[ChannelState] = mapped_column(StrEnumType(ChannelState))
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    daily_from: Mapped[str | None] = mapped_column(String(5))
    daily_until: Mapped[str | None] = mapped_column(String(5))
    quotas: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SurveyLedger(Base):
    """Counts of one channel, quota places taken, and one bit for each used invitation.

    One row a channel, locked and rewritten as a whole by every group of submissions: so quotas
    hold under concurrency, and no trace tells in which order invitations were used.
    """

    __tablename__ = "survey_ledger"

    channel_id: Mapped[int] = mapped_column(ForeignKey("survey_channel.id"), primary_key=True)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    taken: Mapped[dict[str, int]] = mapped_column(JSON)
    reserved: Mapped[bytes] = mapped_column(LargeBinary)
    used: Mapped[bytes] = mapped_column(LargeBinary)


class SurveyInvitation(Base):
    """One line of the list of a channel. It never changes when somebody answers."""

    __tablename__ = "survey_invitation"
    __table_args__ = (UniqueConstraint("channel_id", "number"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("survey_channel.id"))
    number: Mapped[int] = mapped_column(Integer)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(Text)
    expires_on: Mapped[date | None] = mapped_column(Date)
    is_revoked: Mapped[bool] = mapped_column(Boolean)
    disposition: Mapped[Disposition | None] = mapped_column(StrEnumType(Disposition))
    n_reminders: Mapped[int] = mapped_column(Integer)


class SurveyDraft(Base):
    """A draft that only the holder of its resume code can open."""

    __tablename__ = "survey_draft"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_on: Mapped[date] = mapped_column(Date, index=True)


class SurveyInbox(Base):
    """A response just handed in, sealed until it is mixed among the others."""

    __tablename__ = "survey_inbox"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("survey_channel.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SurveyResponse(Base):
    """One person's answers, in random order, dated by the day."""

    __tablename__ = "survey_response"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("survey_channel.id"), index=True)
    receipt_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    submitted_on: Mapped[date] = mapped_column(Date)
    language: Mapped[str] = mapped_column(String(20))
    disposition: Mapped[Disposition] = mapped_column(StrEnumType(Disposition))
    pace: Mapped[Pace] = mapped_column(StrEnumType(Pace))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    quotas: Mapped[list[str]] = mapped_column(JSON)
    invitation_number: Mapped[int | None] = mapped_column(Integer)


class QualityDecision(Base):
    """An analyst's decision to leave a response out, or to take it in again, with the reason."""

    __tablename__ = "survey_quality_decision"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    response_id: Mapped[str] = mapped_column(String(32), index=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    is_included: Mapped[bool] = mapped_column(Boolean)
    flags: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(IdType)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PaperEntry(Base):
    """One paper questionnaire, keyed twice by different people before it counts."""

    __tablename__ = "survey_paper_entry"
    __table_args__ = (UniqueConstraint("channel_id", "serial"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("survey_channel.id"))
    serial: Mapped[str] = mapped_column(String(40))
    first_answers: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    first_account_id: Mapped[int] = mapped_column(IdType)
    second_answers: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    second_account_id: Mapped[int | None] = mapped_column(IdType)
    is_settled: Mapped[bool] = mapped_column(Boolean)
    settled_by_account_id: Mapped[int | None] = mapped_column(IdType)
