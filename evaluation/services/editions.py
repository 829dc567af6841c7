"""Editions of the reports as they are read: by the panel, by the court, by everyone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.domain.member import BACKGROUND_TITLES, Background
from evaluation.domain.report import EditionState
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import NotFound
from evaluation.language import _
from evaluation.services import rounds
from evaluation.storage import file_store
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.member import Member
from evaluation.storage.models.report import ReportApproval, ReportCorrigendum, ReportEdition
from evaluation.storage.session import reading

READERS = (Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER, Role.REVIEWER)


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """One member's approval."""

    name: str
    background: Background
    approved_at: datetime

    @property
    def background_title(self) -> str:
        """Where the member comes from, in words."""
        return _(BACKGROUND_TITLES[self.background])


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition as pages show it."""

    id: int
    round_id: int
    round_name: str
    number: int
    state: EditionState
    title: str
    dated_on: date
    reply_until: date | None
    pdf_sha256: str
    results_sha256: str
    content_sha256: str
    n_pages: int
    n_figures: int
    missing: Mapping[str, str]
    built_at: datetime
    published_at: datetime | None
    approvals: tuple[ApprovalView, ...]
    corrigenda: tuple[tuple[datetime, str], ...]


def list_editions(actor: Actor, round_id: int) -> list[EditionView]:
    """Return the editions of a round, newest first; a liaison sees what is out of the house."""
    require(actor, *READERS, Role.COURT_LIAISON)
    with reading() as session:
        query = select(ReportEdition).where(ReportEdition.round_id == round_id)
        if not actor.has(*READERS):
            query = query.where(
                (ReportEdition.state == EditionState.PUBLISHED)
                | ReportEdition.reply_until.is_not(None)
            )
        rows = session.scalars(query.order_by(ReportEdition.id.desc()))
        return [_view(session, row) for row in rows]


def list_published() -> list[EditionView]:
    """Return every edition that was published, newest first; anyone may read them."""
    with reading() as session:
        rows = session.scalars(
            select(ReportEdition)
            .where(ReportEdition.published_at.is_not(None))
            .order_by(ReportEdition.published_at.desc(), ReportEdition.id.desc())
        )
        return [_view(session, row) for row in rows]


def file_of(actor: Actor, edition_id: int, kind: str = "pdf") -> tuple[str, bytes]:
    """Return name and content of an edition; drafts for the panel, and for courts once sent."""
    require(actor, *Role)
    with reading() as session:
        edition = row_of(session, edition_id)
        if edition.published_at is None:
            sent = () if edition.reply_until is None else (Role.COURT_LIAISON,)
            require(actor, *READERS, *sent)
        return _file(session, edition, kind)


def published_file(edition_id: int, kind: str = "pdf") -> tuple[str, bytes]:
    """Return name and content of a published edition."""
    with reading() as session:
        edition = row_of(session, edition_id)
        if edition.published_at is None:
            raise NotFound(_("没有这份报告。"), remedy=_("请从公开目录进入。"))
        return _file(session, edition, kind)


def row_of(session: Session, edition_id: int) -> ReportEdition:
    """Return the row of an edition, or say that there is none."""
    row = session.get(ReportEdition, edition_id)
    if row is None:
        raise NotFound(_("没有这一版报告。"), remedy=_("请刷新页面后重试。"))
    return row


def _file(session: Session, edition: ReportEdition, kind: str) -> tuple[str, bytes]:
    row = rounds.row_of(session, edition.round_id)
    sha256 = edition.html_sha256 if kind == "html" else edition.pdf_sha256
    suffix = "html" if kind == "html" else "pdf"
    state = _("送审稿") if edition.published_at is None else _("第{n}版").format(n=edition.number)
    name = _("{round}报告-{state}").format(round=row.name, state=state)
    return f"{name}.{suffix}", file_store.read(sha256)


def _view(session: Session, row: ReportEdition) -> EditionView:
    approvals = session.execute(
        select(Member.name, Member.background, ReportApproval.approved_at)
        .join(ReportApproval, ReportApproval.member_id == Member.id)
        .where(ReportApproval.edition_id == row.id)
        .order_by(ReportApproval.id)
    )
    corrigenda = session.execute(
        select(ReportCorrigendum.added_at, ReportCorrigendum.text)
        .where(ReportCorrigendum.edition_id == row.id)
        .order_by(ReportCorrigendum.id)
    )
    evaluation_round = session.get(EvaluationRound, row.round_id)
    return EditionView(
        id=row.id,
        round_id=row.round_id,
        round_name=evaluation_round.name if evaluation_round else "",
        number=row.number,
        state=row.state,
        title=row.title,
        dated_on=row.dated_on,
        reply_until=row.reply_until,
        pdf_sha256=row.pdf_sha256,
        results_sha256=row.results_sha256,
        content_sha256=row.content_sha256,
        n_pages=row.n_pages,
        n_figures=row.n_figures,
        missing=dict(row.missing),
        built_at=row.built_at,
        published_at=row.published_at,
        approvals=tuple(ApprovalView(*found) for found in approvals),
        corrigenda=tuple((at, text) for at, text in corrigenda),
    )
