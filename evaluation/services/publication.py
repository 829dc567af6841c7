"""Editions of a report: build a draft, approve, publish, correct; the public list.

The slow work runs as a job (``report.build``, ``report.publish``). An approval stands for the
content hash of a draft; a publication that would differ from what was approved is refused.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.clock import date_text
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.member import Background
from evaluation.domain.report import EditionState, NarrativeKind, ReplyDecision
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, Fault, InvalidInput, NotAllowed, WrongState
from evaluation.language import _
from evaluation.services import (
    editions,
    imprint,
    jobs,
    members,
    narratives,
    replies,
    report_building,
    report_inputs,
    rounds,
)
from evaluation.services.report_content.inputs import ReportInput
from evaluation.storage import audit_trail, file_store
from evaluation.storage.models.member import Member
from evaluation.storage.models.report import (
    ReportApproval,
    ReportCorrigendum,
    ReportEdition,
    ReportReply,
)
from evaluation.storage.session import reading, unit_of_work

BUILD, PUBLISH = "report.build", "report.publish"
FEWEST_APPROVALS = 2


def request_build(actor: Actor, round_id: int) -> int:
    """Ask for a draft of the report; returns the number of the job."""
    require(actor, Role.CHAIR, Role.ANALYST, Role.SECRETARY)
    with reading() as session:
        rounds.row_of(session, round_id)
    return jobs.submit(actor, BUILD, {"round_id": round_id})


def build_draft(
    actor: Actor, round_id: int, progress: report_building.Progress = lambda _share, _text: None
) -> int:
    """Build a draft edition and store it; returns its id. The caller waits."""
    require(actor, Role.CHAIR, Role.ANALYST, Role.SECRETARY)
    with reading() as session:
        number = _next_number(session, round_id)
        facts = report_inputs.edition_facts(session, number, clock.today(), draft=None)
        data = report_inputs.gather(session, round_id, facts)
    built = report_building.make(data, progress)
    with unit_of_work() as session:
        return _store(session, actor, round_id, EditionState.DRAFT, number, data, built)


def approve(actor: Actor, edition_id: int) -> None:
    """Record that the member behind the account approves a draft.

    Raises
    ------
    NotAllowed
        If no panel member stands behind the account.
    Conflict
        If the member approved already.
    """
    require(actor, *Role)
    member = members.find_own(actor)
    if member is None or not member.is_active:
        raise NotAllowed(_("只有评估团成员可以批准报告。"))
    with unit_of_work() as session:
        edition = editions.row_of(session, edition_id)
        if edition.state is not EditionState.DRAFT:
            raise WrongState(_("只能批准送审稿。"), remedy=_("请选择最新的送审稿。"))
        same = session.scalar(
            select(func.count())
            .select_from(ReportApproval)
            .where(ReportApproval.edition_id == edition_id, ReportApproval.member_id == member.id)
        )
        if same:
            raise Conflict(_("您已经批准过这一稿。"))
        session.add(
            ReportApproval(
                edition_id=edition_id,
                member_id=member.id,
                account_id=actor.account_id,
                approved_at=clock.now(),
            )
        )
        audit_trail.append(
            session, actor, "report.approve", f"edition:{edition_id}",
            {"content_sha256": edition.content_sha256},
        )  # fmt: skip


def missing_for_publication(actor: Actor, edition_id: int) -> list[Fault]:
    """Return what still stands between a draft and its publication."""
    require(actor, *editions.READERS)
    with reading() as session:
        return _faults(session, editions.row_of(session, edition_id))


def request_publication(actor: Actor, edition_id: int) -> int:
    """Ask for the publication of an approved draft; returns the number of the job."""
    require(actor, Role.CHAIR)
    with reading() as session:
        _refuse_faults(_faults(session, editions.row_of(session, edition_id)))
    return jobs.submit(actor, PUBLISH, {"edition_id": edition_id})


def publish(
    actor: Actor, edition_id: int, progress: report_building.Progress = lambda _share, _text: None
) -> int:
    """Build the edition with its approvals, store it and show it in public; returns its id."""
    require(actor, Role.CHAIR)
    with reading() as session:
        draft = editions.row_of(session, edition_id)
        _refuse_faults(_faults(session, draft))
        number = _next_number(session, draft.round_id)
        facts = report_inputs.edition_facts(session, number, clock.today(), draft=draft)
        data = report_inputs.gather(session, draft.round_id, facts)
    if report_inputs.content_hash(data) != draft.content_sha256:
        raise Conflict(
            _("内容在批准之后有改动，不能发布。"), remedy=_("请重新生成送审稿并重新批准。")
        )
    built = report_building.make(data, progress)
    with unit_of_work() as session:
        for earlier in session.scalars(
            select(ReportEdition).where(
                ReportEdition.round_id == draft.round_id,
                ReportEdition.state == EditionState.PUBLISHED,
            )
        ):
            earlier.state = EditionState.SUPERSEDED
        edition_id = _store(
            session, actor, draft.round_id, EditionState.PUBLISHED, number, data, built
        )
        _take_over_approvals(session, draft.id, edition_id)
        return edition_id


def add_corrigendum(actor: Actor, edition_id: int, text: str) -> None:
    """Add a correction with its date to a published edition; the edition itself stays."""
    require(actor, Role.CHAIR)
    if len(text.strip()) < 5:
        raise InvalidInput(_("没有写明勘误内容。"), remedy=_("请写明原文、更正和原因。"))
    with unit_of_work() as session:
        edition = editions.row_of(session, edition_id)
        if edition.published_at is None:
            raise WrongState(_("送审稿不需要勘误。"), remedy=_("请直接修改后重新生成。"))
        session.add(
            ReportCorrigendum(
                edition_id=edition_id,
                text=text.strip(),
                account_id=actor.account_id,
                added_at=clock.now(),
            )
        )
        audit_trail.append(session, actor, "report.correct", f"edition:{edition_id}")


@jobs.job(BUILD)
def _build_job(actor: Actor, arguments: dict[str, Any], progress: jobs.Progress) -> int:
    return build_draft(actor, int(arguments["round_id"]), progress)


@jobs.job(PUBLISH)
def _publish_job(actor: Actor, arguments: dict[str, Any], progress: jobs.Progress) -> int:
    return publish(actor, int(arguments["edition_id"]), progress)


def _faults(session: Session, edition: ReportEdition) -> list[Fault]:
    faults = []
    row = rounds.row_of(session, edition.round_id)
    if row.state not in {RoundState.SEALED, RoundState.PUBLISHED}:
        faults.append(Fault(_("评估期次"), _("结果尚未封存。"), _("请先封存结果。")))
    if edition.state is not EditionState.DRAFT:
        faults.append(Fault(_("版次"), _("这一版不是送审稿。"), _("请选择送审稿。")))
    if imprint.imprint_in(session) is None:
        faults.append(
            Fault(
                _("版本说明"),
                _("没有写明署名、联系方式和经费来源。"),
                _("请组长在“报告”页填写后重新生成送审稿。"),
            )
        )
    faults += _approval_faults(session, edition)
    kinds = {entry.kind for entry in narratives.entries_in(session, edition.round_id)}
    if NarrativeKind.PROBLEM not in kinds:
        faults.append(Fault(_("存在问题"), _("没有写入问题。"), _("报告必须有“存在问题”一章。")))
    return faults + _reply_faults(session, edition.round_id)


def _approval_faults(session: Session, edition: ReportEdition) -> list[Fault]:
    faults = []
    backgrounds = list(
        session.scalars(
            select(Member.background)
            .join(ReportApproval, ReportApproval.member_id == Member.id)
            .where(ReportApproval.edition_id == edition.id)
        )
    )
    if len(backgrounds) < FEWEST_APPROVALS:
        faults.append(
            Fault(
                _("批准"),
                _("批准成员不足{n}人。").format(n=FEWEST_APPROVALS),
                _("请评估团成员登录批准。"),
            )
        )
    if all(background is Background.LAWYER for background in backgrounds):
        faults.append(Fault(_("批准"), _("没有非律师成员批准。"), _("请至少一名非律师成员批准。")))
    return faults


def _reply_faults(session: Session, round_id: int) -> list[Fault]:
    faults = []
    window = replies.window_in(session, round_id)
    if window is None:
        faults.append(
            Fault(
                _("法院核对"),
                _("送审稿还没有送交法院核对。"),
                _("请在“法院核对意见”页送交。"),
            )
        )
    elif not window.is_over:
        faults.append(
            Fault(
                _("法院核对"),
                _("核对期限到{day}为止，尚未届满。").format(day=date_text(window.until)),
                _("请在期满后发布。"),
            )
        )
    pending = session.scalar(
        select(func.count())
        .select_from(ReportReply)
        .where(
            ReportReply.round_id == round_id,
            ReportReply.decision == ReplyDecision.PENDING,
        )
    )
    if pending:
        faults.append(
            Fault(_("法院意见"), _("有{n}条意见尚未处理。").format(n=pending), _("请逐条处理。"))
        )
    return faults


def _take_over_approvals(session: Session, draft_id: int, edition_id: int) -> None:
    """Write the approvals of a draft beside the edition that was published from it."""
    rows = session.scalars(select(ReportApproval).where(ReportApproval.edition_id == draft_id))
    session.add_all(
        ReportApproval(
            edition_id=edition_id,
            member_id=row.member_id,
            account_id=row.account_id,
            approved_at=row.approved_at,
        )
        for row in rows.all()
    )


def _refuse_faults(faults: list[Fault]) -> None:
    if faults:
        raise WrongState(_("还不能发布。"), remedy=_("请逐件完成后再办理。"), faults=faults)


def _next_number(session: Session, round_id: int) -> int:
    rounds.row_of(session, round_id)
    return 1 + (
        session.scalar(
            select(func.max(ReportEdition.number)).where(
                ReportEdition.round_id == round_id, ReportEdition.published_at.is_not(None)
            )
        )
        or 0
    )


def _store(  # noqa: PLR0913 -- one row, its parts named
    session: Session,
    actor: Actor,
    round_id: int,
    state: EditionState,
    number: int,
    data: ReportInput,
    built: report_building.Built,
) -> int:
    if state is EditionState.DRAFT:
        for older in session.scalars(
            select(ReportEdition).where(
                ReportEdition.round_id == round_id,
                ReportEdition.state == EditionState.DRAFT,
            )
        ):
            older.state = EditionState.SUPERSEDED
            older.number = -older.id
        session.flush()
    row = ReportEdition(
        round_id=round_id,
        number=number,
        state=state,
        title=built.title,
        dated_on=data.edition.dated_on,
        content_sha256=report_inputs.content_hash(data),
        results_sha256=data.results.sha256,
        pdf_sha256=file_store.keep(session, built.pdf, "application/pdf"),
        html_sha256=file_store.keep(session, built.html.encode(), "text/html"),
        n_pages=built.n_pages,
        n_figures=built.n_figures,
        missing=built.missing,
        reply_until=None,
        account_id=actor.account_id,
        built_at=clock.now(),
        published_at=clock.now() if state is EditionState.PUBLISHED else None,
    )
    session.add(row)
    session.flush()
    action = "report.publish" if state is EditionState.PUBLISHED else "report.build"
    audit_trail.append(
        session,
        actor,
        action,
        f"edition:{row.id}",
        {"round": data.round.code, "number": number, "pdf_sha256": row.pdf_sha256},
    )
    return row.id
