"""Court statistics: what each court reported for each period, with explanations of odd values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.storage.base import Base, IdType, UtcDateTime


class CourtReturn(Base):
    """One court's figures for one period; ``figures`` maps field codes to whole numbers (fen)."""

    __tablename__ = "court_return"
    __table_args__ = (UniqueConstraint("round_id", "court_id", "period_from", "period_to"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    court_id: Mapped[int] = mapped_column(ForeignKey("court.id"))
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    flags: Mapped[list[Any]] = mapped_column(JSON)
    explanation: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    account_id: Mapped[int] = mapped_column(IdType)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
