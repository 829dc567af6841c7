"""Versions of evaluation frameworks: kept as the canonical text that is hashed, never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.grading import WeightsStatus
from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime


class FrameworkVersion(Base):
    __tablename__ = "framework_version"
    __table_args__ = (UniqueConstraint("code", "number"), UniqueConstraint("code", "content_hash"))

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    number: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    weights_status: Mapped[WeightsStatus] = mapped_column(StrEnumType(WeightsStatus))
    reason: Mapped[str] = mapped_column(Text)
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("framework_version.id"))
    account_id: Mapped[int] = mapped_column(IdType)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
