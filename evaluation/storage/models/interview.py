"""Forums and interviews: who took part by capacity, the record, coded statements. No names."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.interview import (
    Capacity,
    Consent,
    InterviewState,
    QuoteState,
    SessionKind,
    TargetKind,
)
from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime


class Interview(Base):
    __tablename__ = "interview"
    __table_args__ = (UniqueConstraint("round_id", "code"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    code: Mapped[str] = mapped_column(String(20))
    kind: Mapped[SessionKind] = mapped_column(StrEnumType(SessionKind))
    guide_id: Mapped[str] = mapped_column(String(20))
    court_id: Mapped[int | None] = mapped_column(ForeignKey("court.id"))
    held_on: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(Text)
    duration_minutes: Mapped[int | None] = mapped_column(Integer)
    court_staff_present: Mapped[bool] = mapped_column(Boolean)
    consent: Mapped[Consent] = mapped_column(StrEnumType(Consent))
    recording_agreed: Mapped[bool] = mapped_column(Boolean)
    audio_deleted_on: Mapped[date | None] = mapped_column(Date)
    record: Mapped[str] = mapped_column(Text)
    pseudonyms: Mapped[list[Any]] = mapped_column(JSON)
    read_back_note: Mapped[str] = mapped_column(Text)
    read_back_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[InterviewState] = mapped_column(StrEnumType(InterviewState))
    account_id: Mapped[int] = mapped_column(IdType)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class InterviewAttendance(Base):
    __tablename__ = "interview_attendance"
    __table_args__ = (UniqueConstraint("interview_id", "capacity"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    interview_id: Mapped[int] = mapped_column(ForeignKey("interview.id"))
    capacity: Mapped[Capacity] = mapped_column(StrEnumType(Capacity))
    n_invited: Mapped[int] = mapped_column(Integer)
    n_present: Mapped[int] = mapped_column(Integer)


class CodedStatement(Base):
    """A span of a record, what it speaks about, in which direction and how strongly."""

    __tablename__ = "coded_statement"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    interview_id: Mapped[int] = mapped_column(ForeignKey("interview.id"), index=True)
    excerpt: Mapped[str] = mapped_column(Text)
    capacity: Mapped[Capacity] = mapped_column(StrEnumType(Capacity))
    target_kind: Mapped[TargetKind] = mapped_column(StrEnumType(TargetKind))
    target_id: Mapped[str] = mapped_column(String(40))
    direction: Mapped[int] = mapped_column(Integer)
    strength: Mapped[int] = mapped_column(Integer)
    quote_state: Mapped[QuoteState] = mapped_column(StrEnumType(QuoteState))
    quote_text: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(IdType)
    coded_at: Mapped[datetime] = mapped_column(UtcDateTime)
