"""What is to be done next: for each role, from the state of the rounds and the counts of work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from evaluation.domain.evaluation_round import STATE_TITLES, RoundState
from evaluation.domain.review import AttemptState
from evaluation.domain.roles import Actor, Role, require
from evaluation.language import _
from evaluation.services import worklist_steps
from evaluation.services.worklist_steps import Task
from evaluation.storage.models.case_file import CaseFile
from evaluation.storage.models.court import Court
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.evidence import EvidenceDocument, EvidenceRating
from evaluation.storage.models.framework import FrameworkVersion
from evaluation.storage.models.interview import CodedStatement, Interview
from evaluation.storage.models.member import InterestDeclaration, Member
from evaluation.storage.models.objective import ObjectiveVerdict
from evaluation.storage.models.review import ReviewAttempt
from evaluation.storage.models.survey import Survey
from evaluation.storage.session import reading

_OfRound = CaseFile | Survey | Interview | EvidenceDocument | EvidenceRating | ObjectiveVerdict


@dataclass(frozen=True, slots=True)
class RoundCounts:
    """Counts of one round for the work table."""

    round_id: int
    name: str
    state: str
    files: int
    readings: int
    surveys: int
    interviews: int
    statements: int
    documents: int
    ratings: int
    verdicts: int


def tasks(actor: Actor) -> list[Task]:
    """Return what the signed-in person is expected to do next, most urgent first."""
    require(actor, *Role)
    with reading() as session:
        return list(_preparation(session, actor)) + list(_rounds(session, actor))


def round_counts(actor: Actor) -> list[RoundCounts]:
    """Return the counts of every round; a court's liaison sees only the states."""
    require(actor, *Role)
    hidden = actor.roles == {Role.COURT_LIAISON}
    with reading() as session:
        rows = session.scalars(select(EvaluationRound).order_by(EvaluationRound.sequence)).all()
        return [
            RoundCounts(
                round_id=row.id,
                name=row.name,
                state=_(STATE_TITLES[row.state]),
                files=0 if hidden else _count(session, CaseFile, row.id),
                readings=0 if hidden else _readings(session, row.id),
                surveys=0 if hidden else _count(session, Survey, row.id),
                interviews=0 if hidden else _count(session, Interview, row.id),
                statements=0 if hidden else _statements(session, row.id),
                documents=0 if hidden else _count(session, EvidenceDocument, row.id),
                ratings=0 if hidden else _count(session, EvidenceRating, row.id),
                verdicts=0 if hidden else _count(session, ObjectiveVerdict, row.id),
            )
            for row in rows
        ]


def _preparation(session: Session, actor: Actor) -> Iterator[Task]:
    leads = actor.has(Role.CHAIR, Role.SECRETARY)
    if actor.has(Role.CHAIR) and not _exists(session, FrameworkVersion.id):
        yield Task("framework", _("采用评估框架"), _("还没有评估框架，其他工作都以它为依据。"))
    if leads and not _exists(session, Court.id):
        yield Task("courts", _("登记参评法院"), _("还没有法院名单。"))
    if leads and not _exists(session, Member.id):
        yield Task("members", _("登记评估团成员"), _("还没有成员；六类人员都应有人参加。"))
    if actor.has(Role.CHAIR) and not _exists(session, EvaluationRound.id):
        yield Task("rounds", _("建立评估期次"), _("还没有初期、中期、终期评估。"))


def _rounds(session: Session, actor: Actor) -> Iterator[Task]:
    rows = session.scalars(select(EvaluationRound).order_by(EvaluationRound.sequence)).all()
    current = next((row for row in rows if row.state is not RoundState.PUBLISHED), None)
    if current is None:
        return
    yield from _own_declaration(session, actor, current)
    if current.state is RoundState.DRAFT and actor.has(Role.CHAIR):
        yield Task(
            "rounds",
            _("{name}：核对设置并开始实施").format(name=current.name),
            _("开始实施时登记口径；此后口径不再修改。"),
        )
    if current.state is RoundState.OPEN:
        yield from worklist_steps.of_open_round(session, actor, current)
    if current.state in {RoundState.FROZEN, RoundState.SEALED}:
        yield from worklist_steps.of_closed_round(session, actor, current)


def _own_declaration(session: Session, actor: Actor, current: EvaluationRound) -> Iterator[Task]:
    member = session.scalar(
        select(Member).where(Member.account_id == actor.account_id, Member.is_active.is_(True))
    )
    if member is None:
        return
    declared = session.scalar(
        select(InterestDeclaration.id).where(
            InterestDeclaration.member_id == member.id,
            InterestDeclaration.round_id == current.id,
        )
    )
    if declared is None:
        yield Task(
            "members",
            _("{name}：签署承诺并申报利害关系").format(name=current.name),
            _("申报前不能分到案卷；没有利害关系的也须申报。"),
        )


def _exists(session: Session, column: InstrumentedAttribute[int]) -> bool:
    return session.scalar(select(column).limit(1)) is not None


def _count(session: Session, model: type[_OfRound], round_id: int) -> int:
    query = select(func.count()).select_from(model).where(model.round_id == round_id)
    return session.scalar(query) or 0


def _readings(session: Session, round_id: int) -> int:
    query = (
        select(func.count())
        .select_from(ReviewAttempt)
        .where(
            ReviewAttempt.round_id == round_id,
            ReviewAttempt.is_live.is_(True),
            ReviewAttempt.state == AttemptState.SUBMITTED,
        )
    )
    return session.scalar(query) or 0


def _statements(session: Session, round_id: int) -> int:
    query = (
        select(func.count())
        .select_from(CodedStatement)
        .join(Interview, Interview.id == CodedStatement.interview_id)
        .where(Interview.round_id == round_id)
    )
    return session.scalar(query) or 0
