"""Verdicts on the objectives: the panel's votes with reasons, the decision, the dissent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.framework import Verdict
from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime


class ObjectiveVote(Base):
    __tablename__ = "objective_vote"
    __table_args__ = (UniqueConstraint("round_id", "objective_id", "member_id"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    objective_id: Mapped[str] = mapped_column(String(20))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    verdict: Mapped[Verdict] = mapped_column(StrEnumType(Verdict))
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(IdType)
    voted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ObjectiveVerdict(Base):
    """The decision with the evidence matrix it was made from."""

    __tablename__ = "objective_verdict"
    __table_args__ = (UniqueConstraint("round_id", "objective_id"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    objective_id: Mapped[str] = mapped_column(String(20))
    proposed: Mapped[Verdict] = mapped_column(StrEnumType(Verdict))
    verdict: Mapped[Verdict] = mapped_column(StrEnumType(Verdict))
    reason: Mapped[str] = mapped_column(Text)
    dissent: Mapped[str] = mapped_column(Text)
    matrix: Mapped[list[Any]] = mapped_column(JSON)
    account_id: Mapped[int] = mapped_column(IdType)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
