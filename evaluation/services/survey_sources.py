"""Where a survey comes from: a published version of the designer's, or the library."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from evaluation.domain.questionnaire_version import VersionState
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import NotFound, WrongState
from evaluation.language import _
from evaluation.services import public_surveys
from evaluation.services.public_surveys import SurveyPlan
from evaluation.storage.models.questionnaire import Questionnaire as QuestionnaireRow
from evaluation.storage.models.questionnaire import QuestionnaireVersion
from evaluation.storage.session import reading
from surveys.loader import library_codes, load_library, loads
from surveys.schema import Purpose, Questionnaire


@dataclass(frozen=True, slots=True)
class SurveySource:
    """A questionnaire that may go into the field."""

    version_id: int | None
    library_code: str
    title: str


def list_sources(actor: Actor) -> list[SurveySource]:
    """List published versions first, then the library."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.DESIGNER, Role.ANALYST)
    with reading() as session:
        rows = session.execute(
            select(QuestionnaireVersion.id, QuestionnaireVersion.number, QuestionnaireRow.title)
            .join(QuestionnaireRow, QuestionnaireRow.id == QuestionnaireVersion.questionnaire_id)
            .where(QuestionnaireVersion.state == VersionState.PUBLISHED)
            .order_by(QuestionnaireRow.code, QuestionnaireVersion.number.desc())
        ).all()
    published = [
        SurveySource(
            version_id, "", _("{title}（第{number}版）").format(title=title, number=number)
        )
        for version_id, number, title in rows
    ]
    library = [
        SurveySource(None, code, _("{title}（题库）").format(title=str(asked.title)))
        for code in library_codes()
        if (asked := load_library(code)).purpose is Purpose.SURVEY
    ]
    return published + library


def source_questionnaire(source: SurveySource) -> Questionnaire:
    """Return the questionnaire of a source.

    Raises
    ------
    NotFound
        If the version is gone: choose again.
    WrongState
        If the version is not published (any more).
    """
    if source.version_id is None:
        return load_library(source.library_code)
    with reading() as session:
        version = session.get(QuestionnaireVersion, source.version_id)
        if version is None:
            raise NotFound(_("没有这个问卷版本。"), remedy=_("请从列表中重新选择。"))
        if version.state is not VersionState.PUBLISHED:
            raise WrongState(
                _("这个版本还没有发布，或者已经停用。"), remedy=_("请先在设计页发布。")
            )
        return loads(version.content)


def publish_source(actor: Actor, source: SurveySource, plan: SurveyPlan) -> int:
    """Put a published version or a library questionnaire into the field."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.DESIGNER)
    return public_surveys.publish(actor, source_questionnaire(source), plan)
