"""Imported registers, saved column mappings, and frames on their way to being frozen.

The rows of a register live in an immutable Parquet file named by its hash; here is only what
describes them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.register import FrameState
from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime


class RegisterMapping(Base):
    """How the columns of one court system's list are understood; saved to be used again."""

    __tablename__ = "register_mapping"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    account_id: Mapped[int] = mapped_column(IdType)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Register(Base):
    __tablename__ = "register"
    __table_args__ = (UniqueConstraint("round_id", "rows_sha256"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    source_sha256: Mapped[str] = mapped_column(String(64))
    rows_sha256: Mapped[str] = mapped_column(String(64))
    n_rows: Mapped[int] = mapped_column(Integer)
    n_source_rows: Mapped[int] = mapped_column(Integer)
    n_duplicates: Mapped[int] = mapped_column(Integer)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    left_out_columns: Mapped[list[str]] = mapped_column(JSON)
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    account_id: Mapped[int] = mapped_column(IdType)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Frame(Base):
    """The list a sample is drawn from: planned from a register, frozen, then drawn once."""

    __tablename__ = "frame"
    __table_args__ = (UniqueConstraint("round_id", "name"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[FrameState] = mapped_column(StrEnumType(FrameState))
    criteria: Mapped[dict[str, Any]] = mapped_column(JSON)
    design: Mapped[dict[str, Any]] = mapped_column(JSON)
    ids_are_public: Mapped[bool] = mapped_column()
    sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    n_units: Mapped[int] = mapped_column(BigInteger)
    stratum_sizes: Mapped[dict[str, Any]] = mapped_column(JSON)
    columns: Mapped[list[str]] = mapped_column(JSON)
    n_lookalikes: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[int] = mapped_column(IdType)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    frozen_by: Mapped[int | None] = mapped_column(IdType)
