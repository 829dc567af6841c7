"""The courts that are evaluated, and which of them take part in a round."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.storage.base import Base, IdType, UtcDateTime


class Court(Base):
    __tablename__ = "court"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(20))
    district: Mapped[str] = mapped_column(String(80))
    case_mark: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer)
    units: Mapped[dict[str, Any]] = mapped_column(JSON)
    is_active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoundCourt(Base):
    """A court takes part in a round."""

    __tablename__ = "round_court"
    __table_args__ = (UniqueConstraint("round_id", "court_id"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    court_id: Mapped[int] = mapped_column(ForeignKey("court.id"), index=True)
