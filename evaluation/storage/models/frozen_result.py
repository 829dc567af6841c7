"""The frozen results of a round: canonical JSON with its hash; the last one is in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.storage.base import Base, IdType, UtcDateTime


class FrozenResult(Base):
    __tablename__ = "frozen_result"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    n_results: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[int] = mapped_column(IdType)
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
