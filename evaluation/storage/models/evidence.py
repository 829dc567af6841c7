"""Document analysis: requests, documents, which items they prove, ratings, adjudication."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.evidence import RequestState, SourceGrade
from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime


class EvidenceRequest(Base):
    """An item asked of a court (or of the city's courts together: no court)."""

    __tablename__ = "evidence_request"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    item_id: Mapped[str] = mapped_column(String(20))
    court_id: Mapped[int | None] = mapped_column(ForeignKey("court.id"))
    requested_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[RequestState] = mapped_column(StrEnumType(RequestState))
    note: Mapped[str] = mapped_column(Text)


class EvidenceDocument(Base):
    __tablename__ = "evidence_document"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    number: Mapped[str] = mapped_column(String(20))
    court_id: Mapped[int | None] = mapped_column(ForeignKey("court.id"))
    title: Mapped[str] = mapped_column(Text)
    reference_number: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(Text)
    issued_on: Mapped[date | None] = mapped_column(Date)
    received_on: Mapped[date] = mapped_column(Date)
    provider_post: Mapped[str] = mapped_column(Text)
    n_pages: Mapped[int | None] = mapped_column(Integer)
    grade: Mapped[SourceGrade] = mapped_column(StrEnumType(SourceGrade))
    is_original: Mapped[bool] = mapped_column(Boolean)
    is_quotable: Mapped[bool] = mapped_column(Boolean)
    excerpt: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    account_id: Mapped[int] = mapped_column(IdType)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EvidenceLink(Base):
    __tablename__ = "evidence_link"
    __table_args__ = (UniqueConstraint("document_id", "item_id"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("evidence_document.id"))
    item_id: Mapped[str] = mapped_column(String(20), index=True)


class EvidenceRating(Base):
    """One rater's judgement of one item in one round; no score means not applicable."""

    __tablename__ = "evidence_rating"
    __table_args__ = (UniqueConstraint("round_id", "item_id", "account_id"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    item_id: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int] = mapped_column(IdType)
    score: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EvidenceAdjudication(Base):
    __tablename__ = "evidence_adjudication"
    __table_args__ = (UniqueConstraint("round_id", "item_id"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    item_id: Mapped[str] = mapped_column(String(20))
    account_id: Mapped[int] = mapped_column(IdType)
    score: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    adjudicated_at: Mapped[datetime] = mapped_column(UtcDateTime)
