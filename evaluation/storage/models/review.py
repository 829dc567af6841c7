"""Readings of files as attempts, their answers, every change of an answer, offline packets.

An attempt, not a (file, reading) pair, is the unit: a sealed attempt and its successor stand side
by side, and only one attempt of a reading is live at a time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.review import AnswerCode, AttemptState, Reading
from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime


class ReviewPlan(Base):
    """What a round promised for its review, and the checklist text it uses."""

    __tablename__ = "review_plan"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), unique=True)
    double_share: Mapped[float] = mapped_column(Float)
    gold_share: Mapped[float] = mapped_column(Float)
    look_back_years: Mapped[int] = mapped_column(Integer)
    checklist_text: Mapped[str] = mapped_column(Text)
    checklist_sha256: Mapped[str] = mapped_column(String(64))
    optional_items: Mapped[list[Any]] = mapped_column(JSON)
    seed: Mapped[str] = mapped_column(Text)
    n_assignments: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoundReviewer(Base):
    """An account that reviews in a round, with the firm that second readers must not share."""

    __tablename__ = "round_reviewer"
    __table_args__ = (UniqueConstraint("round_id", "account_id"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    firm: Mapped[str] = mapped_column(Text)
    is_senior: Mapped[bool] = mapped_column(Boolean)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_reason: Mapped[str] = mapped_column(Text)


class ReviewAttempt(Base):
    __tablename__ = "review_attempt"
    __table_args__ = (
        Index(
            "uq_review_attempt_live",
            "case_file_id",
            "reading",
            unique=True,
            sqlite_where=text("is_live"),
            postgresql_where=text("is_live"),
        ),
        Index("ix_review_attempt_list", "round_id", "reading", "state", "id"),
        Index("ix_review_attempt_desk", "reviewer_id", "is_live", "state", "id"),
    )

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    case_file_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    reading: Mapped[Reading] = mapped_column(StrEnumType(Reading))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    state: Mapped[AttemptState] = mapped_column(StrEnumType(AttemptState))
    is_live: Mapped[bool] = mapped_column(Boolean)
    entries: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(Integer)
    n_answered: Mapped[int] = mapped_column(Integer)
    n_reopened: Mapped[int] = mapped_column(Integer)
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Text)
    case_grade: Mapped[str | None] = mapped_column(String(40))
    is_qualified: Mapped[bool | None] = mapped_column(Boolean)
    content_hash: Mapped[str | None] = mapped_column(String(64))
    partner_attested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_by_partner_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewAnswer(Base):
    __tablename__ = "review_answer"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("review_attempt.id"), primary_key=True)
    item_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    answer: Mapped[AnswerCode] = mapped_column(StrEnumType(AnswerCode))
    na_reason: Mapped[str] = mapped_column(String(40))
    option: Mapped[str] = mapped_column(Text)
    verification: Mapped[str] = mapped_column(String(40))
    page: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    is_automatic: Mapped[bool] = mapped_column(Boolean)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewChange(Base):
    """One value of an attempt before and after; appended, never changed."""

    __tablename__ = "review_change"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("review_attempt.id"), index=True)
    field: Mapped[str] = mapped_column(String(80))
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int] = mapped_column(IdType)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewPacket(Base):
    """A workbook handed to a reviewer, with the state of each attempt when it left."""

    __tablename__ = "review_packet"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    baseline: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PacketReturn(Base):
    """One workbook that came back; the same bytes are taken once."""

    __tablename__ = "packet_return"
    __table_args__ = (UniqueConstraint("packet_id", "sha256"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    packet_id: Mapped[int] = mapped_column(ForeignKey("review_packet.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    returned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    n_taken: Mapped[int] = mapped_column(Integer)
    n_unchanged: Mapped[int] = mapped_column(Integer)
    conflicts: Mapped[list[Any]] = mapped_column(JSON)
