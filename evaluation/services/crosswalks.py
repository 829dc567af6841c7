"""Which indicators compare between two rounds: proposed from definitions, decided by people."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.domain.evaluation_round import Comparability
from evaluation.domain.indicator import Indicator
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import InvalidInput, NotFound
from evaluation.language import _
from evaluation.services import frameworks
from evaluation.storage import audit_trail
from evaluation.storage.models.court import RoundCourt
from evaluation.storage.models.evaluation_round import CrosswalkEntry, EvaluationRound
from evaluation.storage.session import reading, unit_of_work


@dataclass(frozen=True, slots=True)
class CrosswalkView:
    """Comparability of one indicator between two rounds."""

    id: int
    from_round_id: int
    to_round_id: int
    indicator_id: str
    indicator_name: str
    comparability: Comparability
    reason: str


def propose(session: Session, before: EvaluationRound, after: EvaluationRound) -> None:
    """Write the proposed crosswalk of two rounds, inside the unit of work that opens the later."""
    old = frameworks.load(session, before.framework_version_id)
    new = frameworks.load(session, after.framework_version_id)
    known = {item.id: item for item in (*old.indicators, *old.auxiliary)}
    same_courts = _courts(session, before.id) == _courts(session, after.id)
    for item in (*new.indicators, *new.auxiliary):
        comparability, reason = _compare(known.get(item.id), item, same_courts=same_courts)
        session.add(
            CrosswalkEntry(
                from_round_id=before.id,
                to_round_id=after.id,
                indicator_id=item.id,
                comparability=comparability,
                reason=reason,
            )
        )
    session.flush()


def list_crosswalk(actor: Actor, to_round_id: int) -> list[CrosswalkView]:
    """Return the crosswalk into a round."""
    require(actor, *Role)
    with reading() as session:
        return crosswalk_in(session, to_round_id)


def crosswalk_in(session: Session, to_round_id: int) -> list[CrosswalkView]:
    """Return the crosswalk into a round, inside a unit of work."""
    row = session.get(EvaluationRound, to_round_id)
    if row is None:
        return []
    framework = frameworks.load(session, row.framework_version_id)
    names = {item.id: item.name for item in (*framework.indicators, *framework.auxiliary)}
    order = {indicator_id: position for position, indicator_id in enumerate(names)}
    entries = session.scalars(
        select(CrosswalkEntry).where(CrosswalkEntry.to_round_id == to_round_id)
    ).all()
    return [
        CrosswalkView(
            id=entry.id,
            from_round_id=entry.from_round_id,
            to_round_id=entry.to_round_id,
            indicator_id=entry.indicator_id,
            indicator_name=names.get(entry.indicator_id, entry.indicator_id),
            comparability=entry.comparability,
            reason=entry.reason,
        )
        for entry in sorted(entries, key=lambda item: order.get(item.indicator_id, 99))
    ]


def decide(actor: Actor, entry_id: int, comparability: Comparability, reason: str) -> None:
    """Let the panel correct a proposed comparability, with a reason."""
    require(actor, Role.CHAIR, Role.ANALYST)
    if len(reason.strip()) < 5:
        raise InvalidInput(_("没有写明理由。"), remedy=_("请写明可比或不可比的理由。"))
    with unit_of_work() as session:
        entry = session.get(CrosswalkEntry, entry_id)
        if entry is None:
            raise NotFound(_("没有这一条对照。"), remedy=_("请刷新页面后重新选择。"))
        entry.comparability, entry.reason = comparability, reason.strip()
        audit_trail.append(
            session,
            actor,
            "crosswalk.decide",
            f"round:{entry.to_round_id}",
            {"indicator": entry.indicator_id, "comparability": str(comparability)},
        )


def _courts(session: Session, round_id: int) -> set[int]:
    return set(session.scalars(select(RoundCourt.court_id).where(RoundCourt.round_id == round_id)))


def _compare(
    old: Indicator | None, new: Indicator, *, same_courts: bool
) -> tuple[Comparability, str]:
    if old is None:
        return Comparability.NOT_COMPARABLE, _("上一期没有这项指标。")
    if old.unit != new.unit or old.direction != new.direction:
        return Comparability.NOT_COMPARABLE, _("两期的单位或方向不同。")
    if old.variants and new.variants:
        before, after = old.shown, new.shown
        if (before.numerator, before.denominator) != (after.numerator, after.denominator):
            return Comparability.NOT_COMPARABLE, _("两期的分子或分母口径不同。")
    elif old.denominator_text != new.denominator_text or old.numerator_text != new.numerator_text:
        return Comparability.NOT_COMPARABLE, _("两期的口径说明不同。")
    if not same_courts:
        return Comparability.WITH_NOTE, _("口径相同，参评法院范围有变化。")
    if old.anchors != new.anchors or old.indicator_weight != new.indicator_weight:
        return Comparability.WITH_NOTE, _(
            "指标值口径相同，计分锚点或权重有变化，得分不可直接比较。"
        )
    return Comparability.COMPARABLE, _("口径、锚点和参评法院均相同。")
