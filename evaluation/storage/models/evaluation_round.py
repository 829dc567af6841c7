"""Evaluation rounds, their moves from state to state, and the crosswalk of indicators."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.evaluation_round import Comparability, RoundKind, RoundState
from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime


class EvaluationRound(Base):
    __tablename__ = "evaluation_round"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[RoundKind] = mapped_column(StrEnumType(RoundKind))
    sequence: Mapped[int] = mapped_column(Integer, unique=True)
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[RoundState] = mapped_column(StrEnumType(RoundState), index=True)
    framework_version_id: Mapped[int] = mapped_column(ForeignKey("framework_version.id"))
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    definition_hash: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoundMove(Base):
    __tablename__ = "round_move"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    from_state: Mapped[RoundState] = mapped_column(StrEnumType(RoundState))
    to_state: Mapped[RoundState] = mapped_column(StrEnumType(RoundState))
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(IdType)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CrosswalkEntry(Base):
    """Whether one indicator may be compared between two rounds, and why."""

    __tablename__ = "crosswalk_entry"
    __table_args__ = (UniqueConstraint("from_round_id", "to_round_id", "indicator_id"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    from_round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    to_round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    indicator_id: Mapped[str] = mapped_column(String(20))
    comparability: Mapped[Comparability] = mapped_column(StrEnumType(Comparability))
    reason: Mapped[str] = mapped_column(Text)
