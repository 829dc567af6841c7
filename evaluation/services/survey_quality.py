"""Quality of responses: flags found, decisions recorded with a reason, both results possible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import InvalidInput, NotFound
from evaluation.language import N_, _
from evaluation.services.public_surveys import survey_row
from evaluation.storage import audit_trail
from evaluation.storage.models.survey import QualityDecision, SurveyResponse
from evaluation.storage.queries import responses
from evaluation.storage.session import reading, unit_of_work
from evaluation.storage.survey_channels import questionnaire_of
from surveys.answers import AnswerSet
from surveys.quality import QualityFlag, contradictions_in, find_flags

FLAG_TITLES: dict[QualityFlag, str] = {
    QualityFlag.TOO_FAST: N_("用时过短"),
    QualityFlag.STRAIGHT_LINE: N_("矩阵题直线作答"),
    QualityFlag.DUPLICATE: N_("答案完全相同"),
    QualityFlag.SAME_TEXT: N_("开放题文字相同"),
    QualityFlag.CONTRADICTION: N_("前后矛盾"),
}
_SHORTEST_REASON = 4


@dataclass(frozen=True, slots=True)
class FlaggedResponse:
    """A response with signs, and whether it counts at present."""

    response_id: str
    flags: tuple[QualityFlag, ...]
    is_included: bool
    contradictions: tuple[str, ...] = ()
    """What contradicts itself, in words."""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What was found in a survey, and what was decided."""

    n_responses: int
    n_excluded: int
    n_by_flag: dict[QualityFlag, int]
    flagged: tuple[FlaggedResponse, ...]
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision in the history."""

    response_id: str
    is_included: bool
    flags: tuple[str, ...]
    reason: str
    decided_at: datetime


def inspect(actor: Actor, survey_id: int) -> QualityReport:
    """Look for signs in all responses of a survey; nothing is shown below the minimum."""
    require(actor, Role.CHAIR, Role.ANALYST)
    with reading() as session:
        survey = survey_row(session, survey_id)
        n = responses.count_responses(session, survey_id)
        if responses.is_withheld(session, survey_id):
            return QualityReport(n, 0, {}, (), True)
        stored = responses.list_responses(session, survey_id)
        asked = questionnaire_of(survey)
        given = {row.id: AnswerSet.from_json(row.answers) for row in stored}
        flags = find_flags(asked, given, paces={row.id: row.pace for row in stored})
        included = {row.id: row.is_included for row in stored}
    counts = Counter(flag for found in flags.values() for flag in found)
    return QualityReport(
        n_responses=n,
        n_excluded=sum(not is_included for is_included in included.values()),
        n_by_flag={flag: counts[flag] for flag in QualityFlag},
        flagged=tuple(
            FlaggedResponse(
                key,
                found,
                included[key],
                tuple(str(item.message) for item in contradictions_in(asked, given[key])),
            )
            for key, found in sorted(flags.items())
        ),
        is_withheld=False,
    )


def decide(
    actor: Actor,
    survey_id: int,
    response_ids: Collection[str],
    *,
    is_included: bool,
    reason: str,
) -> int:
    """Leave responses out of the main result, or take them in again, with the reason."""
    require(actor, Role.ANALYST)
    if len(reason.strip()) < _SHORTEST_REASON:
        raise InvalidInput(
            _("没有写明理由。"), where=_("理由"), remedy=_("请写明根据什么作出这一决定。")
        )
    with unit_of_work() as session:
        flags = _flags_of(session, survey_id, response_ids)
        for response_id in sorted(flags):
            session.add(
                QualityDecision(
                    response_id=response_id,
                    survey_id=survey_id,
                    is_included=is_included,
                    flags=flags[response_id],
                    reason=reason.strip(),
                    account_id=actor.account_id,
                    decided_at=clock.now(),
                )
            )
        detail = {"n": len(flags), "is_included": is_included, "reason": reason.strip()}
        audit_trail.append(session, actor, "survey.quality", f"survey:{survey_id}", detail)
        return len(flags)


def _flags_of(
    session: Session, survey_id: int, response_ids: Collection[str]
) -> dict[str, list[str]]:
    rows = session.execute(
        select(SurveyResponse.id, SurveyResponse.answers, SurveyResponse.pace).where(
            SurveyResponse.survey_id == survey_id
        )
    ).all()
    known = {row[0] for row in rows}
    if not set(response_ids) <= known:
        raise NotFound(_("有的答卷已经撤回或不属于这项调查。"), remedy=_("请刷新后重新选择。"))
    found = find_flags(
        questionnaire_of(survey_row(session, survey_id)),
        {row[0]: AnswerSet.from_json(row[1]) for row in rows},
        paces={row[0]: row[2] for row in rows},
    )
    return {key: [flag.value for flag in found.get(key, ())] for key in response_ids}


def list_decisions(actor: Actor, survey_id: int) -> list[DecisionView]:
    """List all decisions, oldest first."""
    require(actor, Role.CHAIR, Role.ANALYST, Role.OBSERVER)
    with reading() as session:
        rows = session.scalars(
            select(QualityDecision)
            .where(QualityDecision.survey_id == survey_id)
            .order_by(QualityDecision.id)
        )
        return [
            DecisionView(
                row.response_id, row.is_included, tuple(row.flags), row.reason, row.decided_at
            )
            for row in rows
        ]
