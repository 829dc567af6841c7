"""Questionnaires and their versions, weighting margins, and codes given to open texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from evaluation.domain.questionnaire_version import VersionState
from evaluation.storage.base import Base, IdType, StrEnumType, UtcDateTime


class Questionnaire(Base):
    __tablename__ = "questionnaire"

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(IdType)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QuestionnaireVersion(Base):
    __tablename__ = "questionnaire_version"
    __table_args__ = (UniqueConstraint("questionnaire_id", "number"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[VersionState] = mapped_column(StrEnumType(VersionState))
    content: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    revision: Mapped[int] = mapped_column(Integer)
    test_token: Mapped[str | None] = mapped_column(String(64), unique=True)
    note: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(IdType)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SurveyWeighting(Base):
    __tablename__ = "survey_weighting"

    survey_id: Mapped[int] = mapped_column(
        ForeignKey("survey.id"), primary_key=True, autoincrement=False
    )
    margins: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(IdType)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SurveyTextCode(Base):
    __tablename__ = "survey_text_code"
    __table_args__ = (UniqueConstraint("questionnaire_code", "question", "code"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    questionnaire_code: Mapped[str] = mapped_column(String(40))
    question: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(IdType)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SurveyTextCoding(Base):
    __tablename__ = "survey_text_coding"
    __table_args__ = (UniqueConstraint("response_id", "text_code_id"),)

    id: Mapped[int] = mapped_column(IdType, primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    response_id: Mapped[str] = mapped_column(String(32))
    text_code_id: Mapped[int] = mapped_column(ForeignKey("survey_text_code.id"))
    account_id: Mapped[int] = mapped_column(IdType)
    coded_at: Mapped[datetime] = mapped_column(UtcDateTime)
