"""Drawn case files: their place in the draw, what the register says, the way through the storeroom.

The court's own property label and the stratum live here and leave this table only for people who
have no reading of the file under way.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.case_file import FileState, FrameError
from evaluation.domain.recusal import Capacity
from evaluation.storage.base import Base, FenType, IdType, StrEnumType, UtcDateTime


class CaseFile(Base):
    __tablename__ = "case_file"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id"),
        UniqueConstraint("round_id", "sample_number"),
        Index("ix_case_file_pull_list", "round_id", "court_id", "draw_rank", "id"),
        Index("ix_case_file_state", "round_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("evaluation_round.id"))
    draw_id: Mapped[int | None] = mapped_column(IdType, index=True)
    sample_number: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[str] = mapped_column(Text)
    court_id: Mapped[int] = mapped_column(ForeignKey("court.id"), index=True)
    stratum: Mapped[str] = mapped_column(Text)
    stratum_population: Mapped[int] = mapped_column(Integer)
    ticket: Mapped[str] = mapped_column(String(64))
    draw_rank: Mapped[int] = mapped_column(Integer)
    closure_method: Mapped[str] = mapped_column(String(40))
    filed_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    property_label: Mapped[str] = mapped_column(String(20))
    claim_fen: Mapped[int | None] = mapped_column(FenType)
    recovered_fen: Mapped[int | None] = mapped_column(FenType)
    state: Mapped[FileState] = mapped_column(StrEnumType(FileState))
    requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    produced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retrieval_minutes: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text)
    frame_error: Mapped[FrameError | None] = mapped_column(StrEnumType(FrameError))
    substitute_for_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CaseParticipant(Base):
    """Somebody in a file: keys for comparison, the name itself sealed with the data key."""

    __tablename__ = "case_participant"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    case_file_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    capacity: Mapped[Capacity] = mapped_column(StrEnumType(Capacity))
    name_key: Mapped[str] = mapped_column(String(64))
    licence_key: Mapped[str] = mapped_column(String(64))
    firm_key: Mapped[str] = mapped_column(String(64))
    sealed_text: Mapped[str] = mapped_column(Text)
