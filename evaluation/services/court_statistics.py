"""Court statistics: enter, import and read what each court reports for each period.

Impossible values are refused with the rule named; suspicious ones are taken and flagged. Leaves
out computing indicators from them (``services.results.statistics``).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.analysis.court_sum_rules import Severity
from evaluation.analysis.court_value_rules import RuleBreach, breaches
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.framework import Framework
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, InvalidInput, NotAllowed
from evaluation.language import _
from evaluation.services import rounds, tabular_files
from evaluation.services.court_return_reader import (
    CASES,
    MONEY,
    ReturnDraft,
    ReturnReader,
    parsed_figures,
)
from evaluation.services.courts import CourtView
from evaluation.storage import audit_trail, file_store
from evaluation.storage.models.court_statistics import CourtReturn
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.session import reading, unit_of_work

#: Stocks are not added over periods: the first counts, or the last.
FIRST_STOCKS = frozenset({"carried_over_cases"})
LAST_STOCKS = frozenset(
    {"open_overdue_cases", "terminated_round_stock", "closed_three_years", "handled_three_years"}
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A suspicious figure that was taken: court, what makes one look twice."""

    court: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ReturnView:
    """One court's figures for one period."""

    court_code: str
    court_name: str
    period_from: date
    period_to: date
    figures: Mapping[str, int]
    flags: tuple[Flag, ...]
    explanation: str
    saved_at: datetime


def save_return(actor: Actor, round_id: int, draft: ReturnDraft) -> list[Flag]:
    """Save one court's figures for one period, replacing what was there; return what was flagged.

    Raises
    ------
    InvalidInput
        If a figure is not a number or breaks a rule; every fault is named and nothing is saved.
    """
    require(actor, Role.SECRETARY, Role.COURT_LIAISON)
    _require_writer(actor, {draft.court_code})
    with unit_of_work() as session:
        row = rounds.require_round(session, round_id, RoundState.OPEN)
        checked = _checked(session, row, [draft])
        return _save(session, actor, row, checked, None)


def import_returns(actor: Actor, round_id: int, content: bytes, file_name: str) -> list[Flag]:
    """Take over the figures of several courts from a table; all rows or none.

    Raises
    ------
    InvalidInput
        With every fault of the file: where it stands, what is wrong, what to do.
    """
    require(actor, Role.SECRETARY, Role.COURT_LIAISON)
    table = tabular_files.read(content, file_name)
    with unit_of_work() as session:
        row = rounds.require_round(session, round_id, RoundState.OPEN)
        framework = rounds.framework_in(session, round_id)
        reader = ReturnReader(
            framework, rounds.round_courts_in(session, round_id), (row.period_from, row.period_to)
        )
        drafts = reader.read(table)
        _require_writer(actor, {draft.court_code for draft in drafts})
        checked = _checked(session, row, drafts)
        media_type = (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            if content[:2] == b"PK"
            else "text/csv"
        )
        sha256 = file_store.keep(session, content, media_type)
        return _save(session, actor, row, checked, sha256)


def template(actor: Actor, round_id: int) -> bytes:
    """Return an empty workbook for this round: one row per court, one column per field."""
    require(actor, *Role)
    with reading() as session:
        framework = rounds.framework_in(session, round_id)
        row = rounds.row_of(session, round_id)
        court_list = rounds.round_courts_in(session, round_id)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("法院统计")
    names = [f"{field.name}（{field.unit}）" for field in framework.data_fields]
    sheet.append([_("法院代码"), _("法院"), _("期间起"), _("期间止"), *names])
    for court in court_list:
        if actor.has(Role.COURT_LIAISON) and actor.court_code not in (None, court.code):
            continue
        sheet.append(
            [court.code, court.name, row.period_from.isoformat(), row.period_to.isoformat()]
        )
    sheet.freeze_panes = "E2"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def list_returns(actor: Actor, round_id: int) -> list[ReturnView]:
    """Return what was reported, by court and period; a liaison sees the own court only."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER, Role.COURT_LIAISON)
    with reading() as session:
        views = returns_in(session, round_id)
    if actor.has(Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER):
        return views
    return [view for view in views if view.court_code == actor.court_code]


def returns_in(session: Session, round_id: int) -> list[ReturnView]:
    """Return the reported figures of a round inside a unit of work."""
    court_list = {court.id: court for court in rounds.round_courts_in(session, round_id)}
    rows = session.scalars(
        select(CourtReturn)
        .where(CourtReturn.round_id == round_id)
        .order_by(CourtReturn.court_id, CourtReturn.period_from)
    )
    return [_view(row, court_list[row.court_id]) for row in rows if row.court_id in court_list]


def figures_by_court(
    views: Sequence[ReturnView], *, last_period_only: bool = False
) -> dict[str, dict[str, int]]:
    """Add up each court's periods; a field that a period lacks is left out of the sum."""
    by_court: dict[str, list[ReturnView]] = {}
    for view in views:
        by_court.setdefault(view.court_code, []).append(view)
    result = {}
    for code, periods in by_court.items():
        ordered = sorted(periods, key=lambda view: view.period_from)
        if last_period_only:
            ordered = ordered[-1:]
        shared = [name for name in ordered[0].figures if all(name in p.figures for p in ordered)]
        result[code] = {name: _over_periods(name, ordered) for name in shared}
    return result


def _over_periods(name: str, ordered: Sequence[ReturnView]) -> int:
    if name in FIRST_STOCKS:
        return ordered[0].figures[name]
    if name in LAST_STOCKS:
        return ordered[-1].figures[name]
    return sum(view.figures[name] for view in ordered)


def _require_writer(actor: Actor, court_codes: set[str]) -> None:
    require(actor, Role.SECRETARY, Role.COURT_LIAISON)
    if not actor.has(Role.SECRETARY) and court_codes != {actor.court_code}:
        raise NotAllowed(
            _("法院联络员只能填报本院的统计数据。"), remedy=_("请删去其他法院的行后重新上传。")
        )


@dataclass(frozen=True, slots=True)
class _Checked:
    court: CourtView
    draft: ReturnDraft
    figures: dict[str, int]
    flags: list[RuleBreach]


def _checked(
    session: Session, row: EvaluationRound, drafts: Sequence[ReturnDraft]
) -> list[_Checked]:
    framework = rounds.framework_in(session, row.id)
    court_list = {court.code: court for court in rounds.round_courts_in(session, row.id)}
    names = {field.code: field.name for field in framework.data_fields}
    faults: list[Fault] = []
    checked: list[_Checked] = []
    for draft in drafts:
        court = court_list.get(draft.court_code)
        if court is None:
            faults.append(
                Fault(draft.where, _("法院不在本期参评名单中。"), _("请核对法院代码。"), "court")
            )
            continue
        faults += _period_faults(row, draft, [item.draft for item in checked])
        figures, wrong = parsed_figures(framework, draft)
        faults += wrong
        earlier = _earlier_figures(session, row, court.id)
        flags = []
        for breach in breaches(figures, earlier):
            if breach.severity is Severity.IMPOSSIBLE:
                faults.append(_impossible(draft, breach, figures, names))
            else:
                flags.append(breach)
        checked.append(_Checked(court, draft, figures, flags))
    if faults:
        raise InvalidInput(
            _("有{n}处不能接受，没有保存任何内容。").format(n=len(faults)),
            remedy=_("请逐处核对后重新提交。"),
            faults=faults,
        )
    return checked


def _impossible(
    draft: ReturnDraft, breach: RuleBreach, figures: Mapping[str, int], names: Mapping[str, str]
) -> Fault:
    shown = "、".join(f"{names.get(code, code)}={figures[code]}" for code in breach.fields)
    return Fault(
        draft.where,
        _("数值不可能成立：{rule}（{shown}）。").format(rule=_(breach.text), shown=shown),
        _("请与法院核对后更正。"),
        breach.code,
    )


def _period_faults(
    row: EvaluationRound, draft: ReturnDraft, others: Sequence[ReturnDraft]
) -> list[Fault]:
    if draft.period_from > draft.period_to:
        return [Fault(draft.where, _("期间起晚于期间止。"), _("请改正日期。"), "period")]
    if draft.period_from < row.period_from or draft.period_to > row.period_to:
        return [
            Fault(
                draft.where,
                _("期间超出本期评估的起止日（{first}至{last}）。").format(
                    first=row.period_from.isoformat(), last=row.period_to.isoformat()
                ),
                _("请改正期间，或填入相应期次。"),
                "period",
            )
        ]
    for other in others:
        if other.court_code == draft.court_code and not (
            other.period_to < draft.period_from or draft.period_to < other.period_from
        ):
            return [
                Fault(draft.where, _("与同一法院另一行的期间重叠。"), _("请合并或改正。"), "period")
            ]
    return []


def _earlier_figures(session: Session, row: EvaluationRound, court_id: int) -> dict[str, int]:
    previous = rounds.previous_round(session, row)
    if previous is None:
        return {}
    views = returns_in(session, previous.id)
    court = next(
        (court for court in rounds.round_courts_in(session, previous.id) if court.id == court_id),
        None,
    )
    if court is None:
        return {}
    return figures_by_court(views).get(court.code, {})


def _save(
    session: Session,
    actor: Actor,
    row: EvaluationRound,
    checked: Sequence[_Checked],
    sha256: str | None,
) -> list[Flag]:
    found: list[Flag] = []
    for item in checked:
        existing = session.scalars(
            select(CourtReturn).where(
                CourtReturn.round_id == row.id,
                CourtReturn.court_id == item.court.id,
                CourtReturn.period_from <= item.draft.period_to,
                CourtReturn.period_to >= item.draft.period_from,
            )
        ).all()
        _refuse_overlap(item, existing)
        for old in existing:
            session.delete(old)
        session.flush()
        flags = [{"code": breach.code, "text": breach.text} for breach in item.flags]
        session.add(
            CourtReturn(
                round_id=row.id,
                court_id=item.court.id,
                period_from=item.draft.period_from,
                period_to=item.draft.period_to,
                figures=item.figures,
                flags=flags,
                explanation=item.draft.explanation.strip(),
                file_sha256=sha256,
                account_id=actor.account_id,
                saved_at=clock.now(),
            )
        )
        found += [Flag(item.court.name, flag["code"], _(flag["text"])) for flag in flags]
        audit_trail.append(
            session,
            actor,
            "court_statistics.save",
            f"round:{row.id}:court:{item.court.code}",
            {
                "period": [item.draft.period_from.isoformat(), item.draft.period_to.isoformat()],
                "n_figures": len(item.figures),
                "replaced": len(existing),
            },
        )
    return found


def _refuse_overlap(item: _Checked, existing: Sequence[CourtReturn]) -> None:
    period = (item.draft.period_from, item.draft.period_to)
    for old in existing:
        if (old.period_from, old.period_to) != period:
            raise InvalidInput(
                _("与已保存的{first}至{last}的数据期间重叠，没有保存。").format(
                    first=old.period_from.isoformat(), last=old.period_to.isoformat()
                ),
                where=item.court.name,
                remedy=_("请按相同期间填报，或先统一期间。"),
            )


def _view(row: CourtReturn, court: CourtView) -> ReturnView:
    return ReturnView(
        court_code=court.code,
        court_name=court.name,
        period_from=row.period_from,
        period_to=row.period_to,
        figures={code: int(value) for code, value in row.figures.items()},
        flags=tuple(Flag(court.name, flag["code"], _(flag["text"])) for flag in row.flags),
        explanation=row.explanation,
        saved_at=row.saved_at,
    )


def field_groups(framework: Framework) -> list[tuple[str, list[str]]]:
    """Return the fields of the form in three groups, in the order of the framework."""
    amounts = [f.code for f in framework.data_fields if f.unit == MONEY]
    cases = [f.code for f in framework.data_fields if f.unit == CASES]
    rest = [f.code for f in framework.data_fields if f.code not in {*amounts, *cases}]
    return [(_("案件数"), cases), (_("金额"), amounts), (_("天数、项数与其他"), rest)]
