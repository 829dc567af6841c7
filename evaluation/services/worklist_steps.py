"""The steps of a round that somebody has to take next, from what is there already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation.domain.case_file import FileState
from evaluation.domain.evaluation_round import RoundKind, RoundState
from evaluation.domain.evidence import RequestState
from evaluation.domain.interview import InterviewState
from evaluation.domain.review import AttemptState
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.court import Court, RoundCourt
from evaluation.storage.models.court_statistics import CourtReturn
from evaluation.storage.models.draw import Draw
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.evidence import EvidenceRating, EvidenceRequest
from evaluation.storage.models.frame import Register
from evaluation.storage.models.frozen_result import FrozenResult
from evaluation.storage.models.interview import Interview
from evaluation.storage.models.objective import ObjectiveVerdict
from evaluation.storage.models.report import ReportEdition
from evaluation.storage.models.review import ReviewAttempt
from evaluation.storage.models.survey import Survey


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: the page it is done on, what, and how far it is."""

    page: str
    title: str
    detail: str


def of_open_round(session: Session, actor: Actor, current: EvaluationRound) -> Iterator[Task]:
    """Yield the steps of a round in progress for this person."""
    if actor.has(Role.SECRETARY):
        yield from _register_and_draw(session, current)
        yield from _storeroom(session, current)
    if actor.has(Role.REVIEWER):
        yield from _own_readings(session, actor, current)
    if actor.has(Role.SECRETARY, Role.DESIGNER) and not _count(session, Survey, current.id):
        yield Task(
            "questionnaires",
            _("{name}：发布问卷").format(name=current.name),
            _("本期还没有发布问卷。"),
        )
    if actor.has(Role.SECRETARY, Role.COURT_LIAISON):
        yield from _returns(session, actor, current)
    if actor.has(Role.COURT_LIAISON):
        yield from _requests(session, actor, current)
    if actor.has(Role.INTERVIEWER, Role.SECRETARY):
        yield from _interviews(session, current)
    if actor.has(Role.ANALYST, Role.REVIEWER):
        yield from _ratings(session, actor, current)


def of_closed_round(session: Session, actor: Actor, current: EvaluationRound) -> Iterator[Task]:
    """Yield the steps between frozen data and the published report."""
    frozen = _count(session, FrozenResult, current.id)
    if current.state is RoundState.FROZEN and not frozen and actor.has(Role.ANALYST, Role.CHAIR):
        yield Task(
            "results",
            _("{name}：计算并保存结果").format(name=current.name),
            _("数据已冻结，结果还没有计算。"),
        )
    decides = current.state is RoundState.FROZEN and current.kind is not RoundKind.INITIAL
    if decides and actor.has(Role.CHAIR, Role.SECRETARY, Role.REVIEWER):
        decided = _count(session, ObjectiveVerdict, current.id)
        yield Task(
            "objectives",
            _("{name}：目标结论").format(name=current.name),
            _("已作出{n}项结论。").format(n=decided),
        )
    if actor.has(Role.COURT_LIAISON):
        yield Task(
            "report_replies",
            _("{name}：核对报告事实").format(name=current.name),
            _("如有异议，请逐项提出；原文载入附录。"),
        )
    if actor.has(Role.CHAIR, Role.ANALYST):
        editions = _count(session, ReportEdition, current.id)
        yield Task(
            "reports",
            _("{name}：报告").format(name=current.name),
            _("已有{n}稿；封存结果、批准后发布。").format(n=editions),
        )


def _register_and_draw(session: Session, current: EvaluationRound) -> Iterator[Task]:
    if not _count(session, Register, current.id):
        yield Task(
            "register",
            _("{name}：导入案件登记").format(name=current.name),
            _("抽样以案件登记为依据，还没有导入。"),
        )
    elif not _count(session, Draw, current.id):
        yield Task(
            "draw",
            _("{name}：冻结抽样框并公开抽样").format(name=current.name),
            _("案件登记已导入，还没有抽样。"),
        )


def _storeroom(session: Session, current: EvaluationRound) -> Iterator[Task]:
    waiting = session.scalar(
        select(func.count())
        .select_from(CaseFile)
        .where(
            CaseFile.round_id == current.id,
            CaseFile.state.in_([FileState.LISTED, FileState.REQUESTED]),
        )
    )
    if waiting:
        yield Task(
            "case_files",
            _("{name}：调取案卷").format(name=current.name),
            _("{n}份案卷尚未提供。").format(n=waiting),
        )


def _own_readings(session: Session, actor: Actor, current: EvaluationRound) -> Iterator[Task]:
    open_states = [AttemptState.ASSIGNED, AttemptState.ATTESTED, AttemptState.OPEN]
    waiting = session.scalar(
        select(func.count())
        .select_from(ReviewAttempt)
        .where(
            ReviewAttempt.round_id == current.id,
            ReviewAttempt.reviewer_id == actor.account_id,
            ReviewAttempt.is_live.is_(True),
            ReviewAttempt.state.in_(open_states),
        )
    )
    if waiting:
        yield Task(
            "my_reviews",
            _("{name}：评查案卷").format(name=current.name),
            _("您还有{n}份案卷没有提交。").format(n=waiting),
        )


def _returns(session: Session, actor: Actor, current: EvaluationRound) -> Iterator[Task]:
    reported = select(CourtReturn.court_id).where(CourtReturn.round_id == current.id)
    query = (
        select(func.count())
        .select_from(RoundCourt)
        .join(Court, Court.id == RoundCourt.court_id)
        .where(RoundCourt.round_id == current.id, RoundCourt.court_id.not_in(reported))
    )
    if not actor.has(Role.SECRETARY):
        query = query.where(Court.code == actor.court_code)
    missing = session.scalar(query)
    if missing:
        yield Task(
            "court_statistics",
            _("{name}：填报法院统计").format(name=current.name),
            _("{n}个法院尚未填报。").format(n=missing),
        )


def _requests(session: Session, actor: Actor, current: EvaluationRound) -> Iterator[Task]:
    waiting = session.scalar(
        select(func.count())
        .select_from(EvidenceRequest)
        .outerjoin(Court, Court.id == EvidenceRequest.court_id)
        .where(
            EvidenceRequest.round_id == current.id,
            EvidenceRequest.state == RequestState.OPEN,
            (EvidenceRequest.court_id.is_(None)) | (Court.code == actor.court_code),
        )
    )
    if waiting:
        yield Task(
            "evidence",
            _("{name}：提供文献材料").format(name=current.name),
            _("评估团调取的{n}项材料待提供。").format(n=waiting),
        )


def _interviews(session: Session, current: EvaluationRound) -> Iterator[Task]:
    waiting = session.scalar(
        select(func.count())
        .select_from(Interview)
        .where(Interview.round_id == current.id, Interview.state != InterviewState.CONFIRMED)
    )
    if waiting or not _count(session, Interview, current.id):
        yield Task(
            "interviews",
            _("{name}：座谈与访谈").format(name=current.name),
            _("{n}场尚未完成记录和核对。").format(n=waiting)
            if waiting
            else _("还没有安排座谈、访谈。"),
        )


def _ratings(session: Session, actor: Actor, current: EvaluationRound) -> Iterator[Task]:
    rated = session.scalar(
        select(func.count())
        .select_from(EvidenceRating)
        .where(
            EvidenceRating.round_id == current.id,
            EvidenceRating.account_id == actor.account_id,
        )
    )
    yield Task(
        "evidence",
        _("{name}：文献证据评分").format(name=current.name),
        _("您已评{n}项；每项须两人分别评分。").format(n=rated or 0),
    )


_OfRound = Draw | FrozenResult | Interview | ObjectiveVerdict | Register | ReportEdition | Survey


def _count(session: Session, model: type[_OfRound], round_id: int) -> int:
    query = select(func.count()).select_from(model).where(model.round_id == round_id)
    return session.scalar(query) or 0
