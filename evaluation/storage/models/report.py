"""What the panel writes for a report, the court's replies, editions, approvals, corrigenda."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.report import EditionState, NarrativeKind, ReplyDecision
from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime


class ReportNarrative(Base):
    __tablename__ = "report_narrative"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    kind: Mapped[NarrativeKind] = mapped_column(StrEnumType(NarrativeKind))
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    account_id: Mapped[int] = mapped_column(IdType)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportReply(Base):
    __tablename__ = "report_reply"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    court_id: Mapped[int] = mapped_column(ForeignKey("court.id"))
    subject: Mapped[str] = mapped_column(Text)
    objection: Mapped[str] = mapped_column(Text)
    decision: Mapped[ReplyDecision] = mapped_column(StrEnumType(ReplyDecision))
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(IdType)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReportEdition(Base):
    __tablename__ = "report_edition"
    __table_args__ = (UniqueConstraint("round_id", "number", "state"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[EditionState] = mapped_column(StrEnumType(EditionState))
    title: Mapped[str] = mapped_column(Text)
    dated_on: Mapped[date] = mapped_column(Date)
    content_sha256: Mapped[str] = mapped_column(String(64))
    results_sha256: Mapped[str] = mapped_column(String(64))
    pdf_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    html_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    n_pages: Mapped[int] = mapped_column(Integer)
    n_figures: Mapped[int] = mapped_column(Integer)
    missing: Mapped[dict[str, Any]] = mapped_column(JSON)
    reply_until: Mapped[date | None] = mapped_column(Date)
    account_id: Mapped[int] = mapped_column(IdType)
    built_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReportApproval(Base):
    __tablename__ = "report_approval"
    __table_args__ = (UniqueConstraint("edition_id", "member_id"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("report_edition.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    account_id: Mapped[int] = mapped_column(IdType)
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportCorrigendum(Base):
    __tablename__ = "report_corrigendum"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("report_edition.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(IdType)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
