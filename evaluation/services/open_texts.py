"""Open answers: search them, give them codes of a code list, count the codes.

Texts are shown only above the minimum of an anonymous survey, in random order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, InvalidInput, NotFound
from evaluation.language import _
from evaluation.services.public_surveys import survey_row
from evaluation.storage import audit_trail
from evaluation.storage.models.questionnaire import SurveyTextCode, SurveyTextCoding
from evaluation.storage.queries import responses
from evaluation.storage.session import reading, unit_of_work

CODERS = (Role.ANALYST, Role.CHAIR)


@dataclass(frozen=True, slots=True)
class TextCode:
    """One code of the list of a question."""

    id: int
    code: str
    label: str
    description: str
    n: int


@dataclass(frozen=True, slots=True)
class OpenText:
    """One open answer with the codes it was given."""

    response_id: str
    text: str
    code_ids: tuple[int, ...]


def list_texts(actor: Actor, survey_id: int, question: str, search: str = "") -> list[OpenText]:
    """List open answers to a question that contain every word searched for."""
    require(actor, *CODERS)
    wanted = [word for word in search.lower().split() if word]
    with reading() as session:
        survey_row(session, survey_id)
        given: dict[str, list[int]] = {}
        rows = session.execute(
            select(SurveyTextCoding.response_id, SurveyTextCoding.text_code_id)
            .join(SurveyTextCode, SurveyTextCode.id == SurveyTextCoding.text_code_id)
            .where(SurveyTextCoding.survey_id == survey_id, SurveyTextCode.question == question)
            .order_by(SurveyTextCoding.id)
        )
        for response_id, code_id in rows:
            given.setdefault(response_id, []).append(code_id)
        found = []
        for row in responses.list_responses(session, survey_id):
            text = str(row.answers.get(question, {}).get("value") or "")
            if row.is_included and text and all(word in text.lower() for word in wanted):
                found.append(OpenText(row.id, text, tuple(given.get(row.id, ()))))
        return found


def list_codes(actor: Actor, survey_id: int, question: str) -> list[TextCode]:
    """List the codes of a question with how often this survey has them."""
    require(actor, *CODERS, Role.OBSERVER, Role.DESIGNER)
    with reading() as session:
        survey = survey_row(session, survey_id)
        counts = Counter(
            session.scalars(
                select(SurveyTextCoding.text_code_id).where(SurveyTextCoding.survey_id == survey_id)
            )
        )
        rows = session.scalars(
            select(SurveyTextCode)
            .where(
                SurveyTextCode.questionnaire_code == survey.questionnaire_code,
                SurveyTextCode.question == question,
            )
            .order_by(SurveyTextCode.code)
        )
        return [
            TextCode(row.id, row.code, row.label, row.description, counts[row.id]) for row in rows
        ]


def add_code(actor: Actor, survey_id: int, question: str, label: str, description: str = "") -> int:
    """Add a code to the list of a question; the list serves all rounds."""
    require(actor, *CODERS)
    words = label.strip()
    if not words:
        raise InvalidInput(_("没有填写编码的名称。"), remedy=_("请填写，例如“加快发放案款”。"))
    with unit_of_work() as session:
        survey = survey_row(session, survey_id)
        own = session.scalars(
            select(SurveyTextCode).where(
                SurveyTextCode.questionnaire_code == survey.questionnaire_code,
                SurveyTextCode.question == question,
            )
        ).all()
        if any(row.label == words for row in own):
            raise Conflict(_("已有同名的编码。"), remedy=_("请直接使用，或换一个名称。"))
        row = SurveyTextCode(
            questionnaire_code=survey.questionnaire_code,
            question=question,
            code=f"{len(own) + 1:02d}",
            label=words,
            description=description.strip(),
            account_id=actor.account_id,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        audit_trail.append(
            session, actor, "survey.text_code", f"survey:{survey_id}", {"question": question}
        )
        return row.id


def code_text(
    actor: Actor, survey_id: int, response_id: str, question: str, code_ids: list[int]
) -> None:
    """Give one answer exactly these codes."""
    require(actor, *CODERS)
    with unit_of_work() as session:
        allowed = _allowed(session, survey_id, question)
        if not set(code_ids) <= allowed:
            raise NotFound(_("编码不属于这道题。"), remedy=_("请从列表中选择。"))
        session.execute(
            delete(SurveyTextCoding).where(
                SurveyTextCoding.survey_id == survey_id,
                SurveyTextCoding.response_id == response_id,
                SurveyTextCoding.text_code_id.in_(allowed),
            )
        )
        for code_id in sorted(set(code_ids)):
            session.add(
                SurveyTextCoding(
                    survey_id=survey_id,
                    response_id=response_id,
                    text_code_id=code_id,
                    account_id=actor.account_id,
                    coded_at=clock.now(),
                )
            )


def _allowed(session: Session, survey_id: int, question: str) -> set[int]:
    survey = survey_row(session, survey_id)
    return set(
        session.scalars(
            select(SurveyTextCode.id).where(
                SurveyTextCode.questionnaire_code == survey.questionnaire_code,
                SurveyTextCode.question == question,
            )
        )
    )
