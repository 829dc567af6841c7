"""Conflicts of interest: who appears in a file, what reviewers declared, matching, decisions.

Names are entered by the secretary, sealed at once, and leave this module only for the secretary
and the chair. Reviewers never see them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from evaluation import clock
from evaluation.domain import recusal
from evaluation.domain.recusal import (
    Capacity,
    Ground,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import InvalidInput, NotFound
from evaluation.language import _
from evaluation.storage import audit_trail, data_key
from evaluation.storage.models.account import Account
from evaluation.storage.models.case_file import CaseFile, CaseParticipant
from evaluation.storage.models.recusal import (
    FirmMerger,
    ReviewerInterest,
)
from evaluation.storage.session import reading, unit_of_work


@dataclass(frozen=True, slots=True)
class ParticipantDraft:
    """Somebody in a file as the secretary enters them."""

    capacity: Capacity
    name: str = ""
    licence_number: str = ""
    firm: str = ""


def key(kind: str, text: str) -> str:
    """Return the keyed hash by which names, licences and firms are compared."""
    return recusal.key_of(data_key.comparison_secret(), kind, text)


def enter_participants(actor: Actor, case_file_id: int, people: Iterable[ParticipantDraft]) -> None:
    """Record who appears in a file, replacing what was recorded; sealed before it is stored."""
    require(actor, Role.SECRETARY)
    enter_many(actor, {case_file_id: list(people)})


def enter_many(actor: Actor, people: dict[int, list[ParticipantDraft]]) -> None:
    """Record the participants of many files in one transaction."""
    require(actor, Role.SECRETARY)
    with unit_of_work() as session:
        known = set(session.scalars(select(CaseFile.id).where(CaseFile.id.in_(list(people)))))
        if set(people) - known:
            raise NotFound(_("没有这份案卷。"), remedy=_("请刷新页面后重新选择。"))
        session.execute(
            delete(CaseParticipant).where(CaseParticipant.case_file_id.in_(list(people)))
        )
        for case_file_id, drafts in people.items():
            for draft in drafts:
                text = "\t".join((draft.name.strip(), draft.licence_number.strip(), draft.firm))
                if not text.strip():
                    continue
                session.add(
                    CaseParticipant(
                        case_file_id=case_file_id,
                        capacity=draft.capacity,
                        name_key=key("name", draft.name),
                        licence_key=key("licence", draft.licence_number),
                        firm_key=key("firm", draft.firm),
                        sealed_text=data_key.seal(text),
                    )
                )
        audit_trail.append(
            session, actor, "recusal.participants", "case_files", {"n_files": len(people)}
        )


def read_participants(actor: Actor, case_file_id: int) -> list[ParticipantDraft]:
    """Return who appears in a file; for the secretary and the chair only."""
    require(actor, Role.SECRETARY, Role.CHAIR)
    with reading() as session:
        rows = session.scalars(
            select(CaseParticipant)
            .where(CaseParticipant.case_file_id == case_file_id)
            .order_by(CaseParticipant.id)
        ).all()
    return [
        ParticipantDraft(row.capacity, *data_key.unseal(row.sealed_text).split("\t"))
        for row in rows
    ]


def declare_subject(
    actor: Actor, account_id: int, ground: Ground, subject: str, ended_on: date | None = None
) -> None:
    """Record a person or firm that a reviewer declared, for oneself or by the secretary."""
    if actor.account_id != account_id:
        require(actor, Role.SECRETARY, Role.CHAIR)
    if not subject.strip():
        raise InvalidInput(_("没有填写姓名或者名称。"), remedy=_("请填写后保存。"))
    with unit_of_work() as session:
        if session.get(Account, account_id) is None:
            raise NotFound(_("没有这个账户。"), remedy=_("请重新选择。"))
        session.add(
            ReviewerInterest(
                account_id=account_id,
                ground=ground,
                subject_key=key("name", subject),
                sealed_subject=data_key.seal(subject.strip()),
                ended_on=ended_on,
                recorded_by_id=actor.account_id,
                created_at=clock.now(),
            )
        )
        audit_trail.append(
            session, actor, "recusal.declare", f"account:{account_id}", {"ground": str(ground)}
        )


def record_merger(actor: Actor, old_firm: str, new_firm: str, merged_on: date) -> None:
    """Record that a firm became part of another: both count as one firm from then on."""
    require(actor, Role.SECRETARY, Role.CHAIR)
    if not old_firm.strip() or not new_firm.strip():
        raise InvalidInput(_("合并前后的律所名称都须填写。"), remedy=_("请补填后保存。"))
    with unit_of_work() as session:
        session.add(
            FirmMerger(
                old_firm=old_firm.strip(),
                new_firm=new_firm.strip(),
                old_firm_key=key("firm", old_firm),
                new_firm_key=key("firm", new_firm),
                merged_on=merged_on,
                created_at=clock.now(),
            )
        )
        audit_trail.append(session, actor, "recusal.merger", "firms", {})


def list_mergers(actor: Actor) -> list[tuple[str, str, date]]:
    """Return the recorded mergers of firms."""
    require(actor, Role.SECRETARY, Role.CHAIR, Role.OBSERVER)
    with reading() as session:
        rows = session.scalars(select(FirmMerger).order_by(FirmMerger.id))
        return [(row.old_firm, row.new_firm, row.merged_on) for row in rows]
