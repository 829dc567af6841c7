"""Draws: one per frame, with one seed; the drawn units with what the register says of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.register import UnitRole
from evaluation.storage.base import Base, FenType, IdType, StrEnumType, UtcDateTime


class Draw(Base):
    __tablename__ = "draw"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    seed: Mapped[str] = mapped_column(Text)
    seed_given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    witnesses: Mapped[list[str]] = mapped_column(JSON)
    design: Mapped[dict[str, Any]] = mapped_column(JSON)
    certificate: Mapped[str] = mapped_column(Text)
    certificate_sha256: Mapped[str] = mapped_column(String(64))
    coordinated_with_id: Mapped[int | None] = mapped_column(ForeignKey("draw.id"))
    account_id: Mapped[int] = mapped_column(IdType)


class DrawExtension(Base):
    """The same draw made longer: which strata, by how many, why; with its own certificate."""

    __tablename__ = "draw_extension"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"), index=True)
    additional: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    certificate: Mapped[str] = mapped_column(Text)
    certificate_sha256: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int] = mapped_column(IdType)
    extended_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DrawnUnit(Base):
    __tablename__ = "drawn_unit"
    __table_args__ = (
        UniqueConstraint("draw_id", "unit_id"),
        UniqueConstraint("draw_id", "stratum", "rank"),
        Index("ix_drawn_unit_court", "draw_id", "court_code", "id"),
    )

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draw.id"))
    unit_id: Mapped[str] = mapped_column(Text)
    stratum: Mapped[str] = mapped_column(Text)
    cluster: Mapped[str | None] = mapped_column(Text)
    ticket: Mapped[str] = mapped_column(String(64))
    rank: Mapped[int] = mapped_column(Integer)
    role: Mapped[UnitRole] = mapped_column(StrEnumType(UnitRole))
    inclusion_probability: Mapped[float] = mapped_column(Float)
    measure_of_size: Mapped[int | None] = mapped_column(BigInteger)
    stratum_population: Mapped[int] = mapped_column(Integer)
    court_code: Mapped[str] = mapped_column(String(20))
    closure_method: Mapped[str] = mapped_column(String(40))
    property_label: Mapped[str] = mapped_column(String(20))
    filed_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    claim_fen: Mapped[int | None] = mapped_column(FenType)
    recovered_fen: Mapped[int | None] = mapped_column(FenType)
    substitute_for_id: Mapped[int | None] = mapped_column(ForeignKey("drawn_unit.id"))
    substitution_reason: Mapped[str] = mapped_column(Text)
