"""Coding of forums and interviews: statements tied to targets, quotations cleared for print."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.framework import Framework
from evaluation.domain.interview import (
    Capacity,
    QuoteState,
    TargetKind,
    personal_data_faults,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, InvalidInput, NotFound
from evaluation.language import _
from evaluation.services import interviews, rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.interview import CodedStatement, Interview
from evaluation.storage.session import reading, unit_of_work


@dataclass(frozen=True, slots=True)
class StatementDraft:
    """A span of the record, what it speaks about, in which direction and how strongly."""

    excerpt: str
    capacity: Capacity
    target_kind: TargetKind
    target_id: str
    direction: int
    strength: int
    propose_quote: bool = False


@dataclass(frozen=True, slots=True)
class StatementView:
    """A coded statement as lists show it."""

    id: int
    interview_code: str
    excerpt: str
    capacity: Capacity
    target_kind: TargetKind
    target_id: str
    direction: int
    strength: int
    quote_state: QuoteState
    quote_text: str
    account_id: int


def code_statements(actor: Actor, interview_id: int, drafts: Iterable[StatementDraft]) -> list[int]:
    """Tie spans of a record to objectives, indicators, difficulties or sections."""
    require(actor, *interviews.WRITERS)
    entered = list(drafts)
    with unit_of_work() as session:
        row = interviews.row_of(session, interview_id)
        rounds.require_round(session, row.round_id, RoundState.OPEN)
        framework = rounds.framework_in(session, row.round_id)
        faults = [
            fault
            for number, draft in enumerate(entered, start=1)
            for fault in _statement_faults(framework, row, number, draft)
        ]
        if faults:
            raise InvalidInput(_("编码有误，没有保存。"), faults=faults)
        statements = [
            CodedStatement(
                interview_id=interview_id,
                excerpt=draft.excerpt.strip(),
                capacity=draft.capacity,
                target_kind=draft.target_kind,
                target_id=draft.target_id.strip(),
                direction=draft.direction,
                strength=draft.strength,
                quote_state=QuoteState.PROPOSED if draft.propose_quote else QuoteState.NOT_ASKED,
                quote_text=draft.excerpt.strip() if draft.propose_quote else "",
                account_id=actor.account_id,
                coded_at=clock.now(),
            )
            for draft in entered
        ]
        session.add_all(statements)
        session.flush()
        audit_trail.append(
            session,
            actor,
            "interview.code",
            f"interview:{interview_id}",
            {"n_statements": len(statements)},
        )
        return [statement.id for statement in statements]


def decide_quote(actor: Actor, statement_id: int, *, is_cleared: bool, text: str = "") -> None:
    """Clear a quotation for the report, perhaps shortened, or refuse it."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    with unit_of_work() as session:
        row = session.get(CodedStatement, statement_id)
        if row is None or row.quote_state is QuoteState.NOT_ASKED:
            raise NotFound(_("没有这条待审引语。"), remedy=_("请刷新页面后重新选择。"))
        words = text.strip() or row.quote_text
        faults = personal_data_faults(words, _("引语"))
        if faults:
            raise InvalidInput(_("引语含有个人信息，没有保存。"), faults=faults)
        row.quote_state = QuoteState.CLEARED if is_cleared else QuoteState.REFUSED
        row.quote_text = words
        audit_trail.append(
            session,
            actor,
            "interview.quote",
            f"statement:{statement_id}",
            {"cleared": is_cleared},
        )


def list_statements(actor: Actor, round_id: int) -> list[StatementView]:
    """Return the coded statements of a round."""
    require(actor, *interviews.READERS)
    with reading() as session:
        return statements_in(session, round_id)


def statements_in(session: Session, round_id: int) -> list[StatementView]:
    """Return the coded statements of a round inside a unit of work."""
    rows = session.execute(
        select(CodedStatement, Interview.code)
        .join(Interview, Interview.id == CodedStatement.interview_id)
        .where(Interview.round_id == round_id)
        .order_by(CodedStatement.id)
    )
    return [
        StatementView(
            id=row.id,
            interview_code=code,
            excerpt=row.excerpt,
            capacity=row.capacity,
            target_kind=row.target_kind,
            target_id=row.target_id,
            direction=row.direction,
            strength=row.strength,
            quote_state=row.quote_state,
            quote_text=row.quote_text,
            account_id=row.account_id,
        )
        for row, code in rows
    ]


def _statement_faults(
    framework: Framework, row: Interview, number: int, draft: StatementDraft
) -> list[Fault]:
    where = _("第{number}条").format(number=number)
    faults = personal_data_faults(draft.excerpt, where)
    if len(draft.excerpt.strip()) < 4:
        faults.append(Fault(where, _("摘录过短。"), _("请从记录中摘录原话。")))
    elif draft.excerpt.strip() not in row.record:
        faults.append(Fault(where, _("摘录不在记录中。"), _("请从记录中原样摘录。")))
    if draft.direction not in (-1, 0, 1) or draft.strength not in (1, 2, 3):
        faults.append(Fault(where, _("方向或强度不是允许的取值。"), _("请从列表中选择。")))
    known = {
        TargetKind.OBJECTIVE: {item.id for item in framework.objectives},
        TargetKind.INDICATOR: {item.id for item in (*framework.indicators, *framework.auxiliary)},
        TargetKind.DIFFICULTY: {item.code for item in framework.difficulties_four},
    }.get(draft.target_kind)
    if known is not None and draft.target_id not in known:
        faults.append(
            Fault(
                where,
                _("没有编号为“{text}”的编码对象。").format(text=draft.target_id),
                _("请从列表中选择。"),
            )
        )
    return faults
