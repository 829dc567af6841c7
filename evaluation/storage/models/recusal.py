"""Interests of reviewers by key, merged firms, conflicts found and what was decided on them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.recusal import FindingSource, FindingStatus, Ground, Level
from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime


class ReviewerInterest(Base):
    """A person, firm or company that a reviewer declared, by key and sealed."""

    __tablename__ = "reviewer_interest"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    ground: Mapped[Ground] = mapped_column(StrEnumType(Ground))
    subject_key: Mapped[str] = mapped_column(String(64))
    sealed_subject: Mapped[str] = mapped_column(Text)
    ended_on: Mapped[date | None] = mapped_column(Date)
    recorded_by_id: Mapped[int] = mapped_column(IdType)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FirmMerger(Base):
    __tablename__ = "firm_merger"
    __table_args__ = (UniqueConstraint("old_firm_key", "new_firm_key"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    old_firm: Mapped[str] = mapped_column(Text)
    new_firm: Mapped[str] = mapped_column(Text)
    old_firm_key: Mapped[str] = mapped_column(String(64))
    new_firm_key: Mapped[str] = mapped_column(String(64))
    merged_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecusalFinding(Base):
    """One ground on which one reviewer may not read one file."""

    __tablename__ = "recusal_finding"
    __table_args__ = (
        UniqueConstraint("case_file_id", "account_id", "ground"),
        Index("ix_recusal_finding_round", "round_id", "status", "id"),
    )

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    case_file_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    level: Mapped[Level] = mapped_column(StrEnumType(Level))
    ground: Mapped[Ground] = mapped_column(StrEnumType(Ground))
    source: Mapped[FindingSource] = mapped_column(StrEnumType(FindingSource))
    status: Mapped[FindingStatus] = mapped_column(StrEnumType(FindingStatus))
    note: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(IdType)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_reason: Mapped[str] = mapped_column(Text)
