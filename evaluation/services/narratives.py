"""What the panel writes for a report: conclusions, problems, recommendations, rectification."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.report import (
    BOUND,
    NARRATIVE_TITLES,
    NarrativeEntry,
    NarrativeKind,
    RectificationState,
    Responsible,
    Severity,
    typed_numbers,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, InvalidInput, NotFound
from evaluation.language import _
from evaluation.services import rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.report import ReportNarrative
from evaluation.storage.session import reading, unit_of_work
from reports import disclosure

_WRITERS = (Role.CHAIR, Role.ANALYST)
_READERS = (Role.CHAIR, Role.ANALYST, Role.SECRETARY, Role.OBSERVER)
_TEXTS = ("title", "body", "evidence", "acceptance")


def list_entries(actor: Actor, round_id: int) -> list[NarrativeEntry]:
    """Return what was written for a round, by kind and position."""
    require(actor, *_READERS)
    with reading() as session:
        return entries_in(session, round_id)


def entries_in(session: Session, round_id: int) -> list[NarrativeEntry]:
    """Return the entries of a round inside a unit of work."""
    rows = session.scalars(
        select(ReportNarrative)
        .where(ReportNarrative.round_id == round_id)
        .order_by(ReportNarrative.kind, ReportNarrative.position, ReportNarrative.id)
    )
    return [_view(row) for row in rows]


def earlier_recommendations_in(session: Session, row: EvaluationRound) -> list[NarrativeEntry]:
    """Return the recommendations of every earlier round, oldest first."""
    rows = session.scalars(
        select(ReportNarrative)
        .join(EvaluationRound, EvaluationRound.id == ReportNarrative.round_id)
        .where(
            EvaluationRound.sequence < row.sequence,
            ReportNarrative.kind == NarrativeKind.RECOMMENDATION,
        )
        .order_by(EvaluationRound.sequence, ReportNarrative.position, ReportNarrative.id)
    )
    return [_view(found) for found in rows]


def save(actor: Actor, round_id: int, entry: NarrativeEntry) -> int:
    """Add an entry, or change the one with this id.

    Raises
    ------
    InvalidInput
        If the text holds a figure typed by hand, or what looks like a name or a case number;
        every fault is named.
    """
    require(actor, *_WRITERS)
    faults = check(entry)
    if faults:
        raise InvalidInput(_("文字没有保存。"), faults=faults)
    with unit_of_work() as session:
        rounds.require_round(
            session, round_id, RoundState.OPEN, RoundState.FROZEN, RoundState.SEALED
        )
        position = entry.position or _next_position(session, round_id, entry.kind)
        if entry.id:
            row = session.get(ReportNarrative, entry.id)
            if row is None or row.round_id != round_id:
                raise NotFound(_("没有这条文字。"), remedy=_("请刷新页面后重试。"))
        else:
            row = ReportNarrative(round_id=round_id)
        row.kind, row.title, row.body = entry.kind, entry.title.strip(), entry.body.strip()
        row.position, row.details = position, _details(entry)
        row.account_id, row.changed_at = actor.account_id, clock.now()
        session.add(row)
        session.flush()
        audit_trail.append(
            session, actor, "report.write", f"narrative:{row.id}", {"kind": str(entry.kind)}
        )
        return row.id


def delete(actor: Actor, round_id: int, entry_id: int) -> None:
    """Take an entry out of the next edition; the trail keeps that it was there."""
    require(actor, *_WRITERS)
    with unit_of_work() as session:
        rounds.require_round(
            session, round_id, RoundState.OPEN, RoundState.FROZEN, RoundState.SEALED
        )
        row = session.get(ReportNarrative, entry_id)
        if row is None or row.round_id != round_id:
            raise NotFound(_("没有这条文字。"), remedy=_("请刷新页面后重试。"))
        audit_trail.append(
            session,
            actor,
            "report.delete_text",
            f"narrative:{row.id}",
            {"kind": str(row.kind), "title": row.title},
        )
        session.delete(row)


def check(entry: NarrativeEntry) -> list[Fault]:
    """Return every fault of a text of the panel."""
    where = _(NARRATIVE_TITLES[entry.kind])
    faults = []
    if not entry.title.strip():
        faults.append(Fault(where, _("没有写标题句。"), _("请先写一句结论，再写理由。")))
    for name in _TEXTS:
        text = str(getattr(entry, name))
        faults += _number_faults(where, text)
        faults += [
            Fault(
                where,
                _("疑似含有{kind}“{excerpt}”。").format(
                    kind=_(disclosure.LEAK_NAMES[leak.kind]), excerpt=leak.excerpt
                ),
                _("报告不出现姓名和案号，请改用称谓或样本编号。"),
                code=leak.kind,
            )
            for leak in disclosure.scan(BOUND.sub("", text))
        ]
    if entry.kind is NarrativeKind.RECTIFICATION and entry.state is None:
        faults.append(Fault(where, _("没有选择整改状态。"), _("请选择已完成、推进中等状态。")))
    return faults


def _number_faults(where: str, text: str) -> Iterable[Fault]:
    for number in typed_numbers(text):
        yield Fault(
            where,
            _("数字“{number}”是手工键入的。").format(number=number),
            _("请改为引用结果编号，例如 {example}；日期、期限和条款号可以直接书写。").format(
                example="{indicator.I7.city}"
            ),
            code="typed_number",
        )


def _details(entry: NarrativeEntry) -> dict[str, object]:
    left_out = {"kind", "title", "body", "id", "position"}
    return {
        key: value
        for key, value in asdict(entry).items()
        if key not in left_out and value not in {None, ""}
    }


def _next_position(session: Session, round_id: int, kind: NarrativeKind) -> int:
    rows = session.scalars(
        select(ReportNarrative.position).where(
            ReportNarrative.round_id == round_id, ReportNarrative.kind == kind
        )
    )
    return max((position or 0 for position in rows), default=0) + 1


def _view(row: ReportNarrative) -> NarrativeEntry:
    details = dict(row.details)
    return NarrativeEntry(
        kind=row.kind,
        title=row.title,
        body=row.body,
        evidence=str(details.get("evidence", "")),
        severity=Severity(details["severity"]) if details.get("severity") else None,
        n_courts_affected=details.get("n_courts_affected"),
        responsible=Responsible(details["responsible"]) if details.get("responsible") else None,
        addressee=str(details.get("addressee", "")),
        deadline=str(details.get("deadline", "")),
        acceptance=str(details.get("acceptance", "")),
        state=RectificationState(details["state"]) if details.get("state") else None,
        refers_to=str(details.get("refers_to", "")),
        id=row.id,
        position=row.position,
    )
