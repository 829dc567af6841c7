"""Document analysis: request, receive, rate twice, adjudicate, see what is covered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.evidence import (
    Rating,
    SourceGrade,
    agreed_score,
    rating_faults,
)
from evaluation.domain.framework import EvidenceItem
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, Fault, InvalidInput, WrongState
from evaluation.language import _
from evaluation.services import rounds
from evaluation.services.evidence_documents import item_of
from evaluation.storage import audit_trail
from evaluation.storage.models.evidence import (
    EvidenceAdjudication,
    EvidenceDocument,
    EvidenceLink,
    EvidenceRating,
)
from evaluation.storage.session import reading, unit_of_work

_RATERS = (Role.REVIEWER, Role.ANALYST, Role.SECRETARY, Role.CHAIR)
_READERS = (*_RATERS, Role.INTERVIEWER, Role.OBSERVER)
LARGEST_FILE_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """How far one evidence item is: documents, ratings, settled score."""

    item: EvidenceItem
    group: str
    grades: tuple[SourceGrade, ...]
    n_documents: int
    ratings: tuple[tuple[int, Rating], ...]
    adjudicated: Rating | None
    is_settled: bool
    score: int | None

    @property
    def is_disputed(self) -> bool:
        """Whether two raters differ and nobody has decided yet."""
        scores = {rating.score for _account, rating in self.ratings}
        return len(scores) > 1 and self.adjudicated is None


def rate(actor: Actor, round_id: int, ratings: Mapping[str, Rating]) -> None:
    """Record one person's ratings of items; a person may correct their own until adjudicated.

    Raises
    ------
    InvalidInput
        If a rating has no reason, is no step of the scale, or is more than the documents allow:
        grade C alone earns one point at most.
    """
    require(actor, *_RATERS)
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        framework = rounds.framework_in(session, round_id)
        grades = _grades(session, round_id)
        faults: list[Fault] = []
        for key, rating in ratings.items():
            item_of(framework, key)
            faults.extend(
                Fault(f"{key} {fault.where}", fault.what, fault.remedy)
                for fault in rating_faults(framework.evidence, rating, grades.get(key, ()))
            )
        if faults:
            raise InvalidInput(_("评分有误，没有保存。"), faults=faults)
        for key, rating in ratings.items():
            _save_rating(session, actor, round_id, key, rating)
        audit_trail.append(
            session, actor, "evidence.rate", f"round:{round_id}", {"items": list(ratings)}
        )


def adjudicate(actor: Actor, round_id: int, item_id: str, rating: Rating) -> None:
    """Decide between two raters who differ; the adjudicator is neither of them."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        framework = rounds.framework_in(session, round_id)
        item_of(framework, item_id)
        raters = list(
            session.scalars(
                select(EvidenceRating.account_id).where(
                    EvidenceRating.round_id == round_id, EvidenceRating.item_id == item_id
                )
            )
        )
        if len(raters) < 2:
            raise WrongState(_("还没有两人评分。"), remedy=_("请待两人评分后再裁定。"))
        if actor.account_id in raters:
            raise Conflict(_("您评过这一项。"), remedy=_("请由没有评过这一项的人裁定。"))
        faults = rating_faults(
            framework.evidence, rating, _grades(session, round_id).get(item_id, ())
        )
        if faults:
            raise InvalidInput(_("裁定有误，没有保存。"), faults=faults)
        row = session.scalar(
            select(EvidenceAdjudication).where(
                EvidenceAdjudication.round_id == round_id,
                EvidenceAdjudication.item_id == item_id,
            )
        )
        if row is None:
            row = EvidenceAdjudication(round_id=round_id, item_id=item_id)
            session.add(row)
        row.account_id, row.score, row.reason = actor.account_id, rating.score, rating.reason
        row.adjudicated_at = clock.now()
        audit_trail.append(
            session,
            actor,
            "evidence.adjudicate",
            f"round:{round_id}",
            {"item": item_id, "score": rating.score},
        )


def list_standings(actor: Actor, round_id: int) -> list[ItemStanding]:
    """Return every item with its documents and ratings.

    A rater sees the other's rating only after giving an own one.
    """
    require(actor, *_READERS)
    with reading() as session:
        standings = standings_in(session, round_id)
    if actor.has(Role.CHAIR, Role.SECRETARY):
        return standings
    return [_blind(standing, actor.account_id) for standing in standings]


def standings_in(session: Session, round_id: int) -> list[ItemStanding]:
    """Return the standing of every item inside a unit of work."""
    framework = rounds.framework_in(session, round_id)
    grades = _grades(session, round_id)
    ratings: dict[str, list[tuple[int, Rating]]] = {}
    for row in session.scalars(
        select(EvidenceRating)
        .where(EvidenceRating.round_id == round_id)
        .order_by(EvidenceRating.id)
    ):
        ratings.setdefault(row.item_id, []).append((row.account_id, Rating(row.score, row.reason)))
    decided = {
        row.item_id: Rating(row.score, row.reason)
        for row in session.scalars(
            select(EvidenceAdjudication).where(EvidenceAdjudication.round_id == round_id)
        )
    }
    standings = []
    for group in framework.evidence.groups:
        for item in group.items:
            given = ratings.get(item.id, [])
            settled, score = agreed_score([rating for _a, rating in given], decided.get(item.id))
            found = grades.get(item.id, ())
            standings.append(
                ItemStanding(
                    item=item,
                    group=group.code,
                    grades=tuple(sorted(set(found))),
                    n_documents=len(found),
                    ratings=tuple(given),
                    adjudicated=decided.get(item.id),
                    is_settled=settled,
                    score=score,
                )
            )
    return standings


def _blind(standing: ItemStanding, account_id: int) -> ItemStanding:
    if standing.is_settled or any(account == account_id for account, _r in standing.ratings):
        return standing
    return ItemStanding(
        item=standing.item,
        group=standing.group,
        grades=standing.grades,
        n_documents=standing.n_documents,
        ratings=(),
        adjudicated=None,
        is_settled=False,
        score=None,
    )


def _save_rating(
    session: Session, actor: Actor, round_id: int, item_id: str, rating: Rating
) -> None:
    if session.scalar(
        select(EvidenceAdjudication.id).where(
            EvidenceAdjudication.round_id == round_id, EvidenceAdjudication.item_id == item_id
        )
    ):
        raise Conflict(
            _("{item}已经裁定，不能再评。").format(item=item_id), remedy=_("请跳过这一项。")
        )
    row = session.scalar(
        select(EvidenceRating).where(
            EvidenceRating.round_id == round_id,
            EvidenceRating.item_id == item_id,
            EvidenceRating.account_id == actor.account_id,
        )
    )
    if row is None:
        row = EvidenceRating(round_id=round_id, item_id=item_id, account_id=actor.account_id)
        session.add(row)
    row.score, row.reason, row.rated_at = rating.score, rating.reason.strip(), clock.now()
    session.flush()


def _grades(session: Session, round_id: int) -> dict[str, tuple[SourceGrade, ...]]:
    grades: dict[str, list[SourceGrade]] = {}
    for item_id, grade in session.execute(
        select(EvidenceLink.item_id, EvidenceDocument.grade)
        .join(EvidenceDocument, EvidenceDocument.id == EvidenceLink.document_id)
        .where(EvidenceDocument.round_id == round_id)
    ):
        grades.setdefault(item_id, []).append(grade)
    return {key: tuple(found) for key, found in grades.items()}
