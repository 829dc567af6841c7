"""Panel members, what they undertook for a round and the interests they declared."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.member import Background, InterestKind, UndertakingKind
from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime


class Member(Base):
    __tablename__ = "member"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    background: Mapped[Background] = mapped_column(StrEnumType(Background))
    organisation: Mapped[str] = mapped_column(Text)
    licence_number: Mapped[str] = mapped_column(String(40))
    former_organisations: Mapped[list[Any]] = mapped_column(JSON)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    is_active: Mapped[bool] = mapped_column(Boolean)
    joined_on: Mapped[date] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Undertaking(Base):
    __tablename__ = "undertaking"
    __table_args__ = (UniqueConstraint("member_id", "round_id", "kind"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    kind: Mapped[UndertakingKind] = mapped_column(StrEnumType(UndertakingKind))
    text: Mapped[str] = mapped_column(Text)
    signed_on: Mapped[date] = mapped_column(Date)
    account_id: Mapped[int] = mapped_column(IdType)


class InterestDeclaration(Base):
    """A member's declaration for one round; having nothing to declare is a declaration too."""

    __tablename__ = "interest_declaration"
    __table_args__ = (UniqueConstraint("member_id", "round_id"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"), index=True)
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int] = mapped_column(IdType)


class DeclaredInterest(Base):
    __tablename__ = "declared_interest"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("interest_declaration.id"), index=True)
    kind: Mapped[InterestKind] = mapped_column(StrEnumType(InterestKind))
    level: Mapped[str] = mapped_column(String(1))
    court_id: Mapped[int | None] = mapped_column(ForeignKey("court.id"))
    description: Mapped[str] = mapped_column(Text)
    ended_on: Mapped[date | None] = mapped_column(Date)
