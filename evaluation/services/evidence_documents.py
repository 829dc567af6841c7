"""Documents of the evidence analysis: requested, received, kept under their hash, found again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.evidence import RequestState, SourceGrade
from evaluation.domain.framework import EvidenceItem, Framework
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Fault, InvalidInput, NotFound
from evaluation.language import _
from evaluation.services import rounds
from evaluation.storage import audit_trail, file_store
from evaluation.storage.models.court import Court
from evaluation.storage.models.evidence import EvidenceDocument, EvidenceLink, EvidenceRequest
from evaluation.storage.session import reading, unit_of_work

WRITERS = (Role.SECRETARY, Role.CHAIR, Role.REVIEWER, Role.ANALYST)
READERS = (*WRITERS, Role.INTERVIEWER, Role.OBSERVER)
LARGEST_FILE_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """What is entered about a document received from a court."""

    title: str
    issuer: str
    grade: SourceGrade
    item_ids: tuple[str, ...]
    received_on: date
    provider_post: str
    court_id: int | None = None
    reference_number: str = ""
    issued_on: date | None = None
    n_pages: int | None = None
    is_original: bool = False
    is_quotable: bool = False
    excerpt: str = ""
    file_name: str = ""
    media_type: str = ""
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as lists show it."""

    id: int
    number: str
    title: str
    issuer: str
    grade: SourceGrade
    court_name: str
    received_on: date
    item_ids: tuple[str, ...]
    file_sha256: str
    file_name: str
    is_quotable: bool
    excerpt: str


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request to a court."""

    id: int
    item_id: str
    court_id: int | None
    court_name: str
    requested_on: date
    due_on: date
    state: RequestState
    note: str


def request_items(
    actor: Actor, round_id: int, item_ids: Iterable[str], *, due_on: date, court_id: int | None
) -> int:
    """Ask a court (or all together: no court) for items; return how many requests were new."""
    require(actor, Role.SECRETARY, Role.CHAIR)
    if due_on < clock.today():
        raise InvalidInput(_("截止日早于今天。"), remedy=_("请改正截止日。"))
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        framework = rounds.framework_in(session, round_id)
        if court_id is not None and session.get(Court, court_id) is None:
            raise NotFound(_("没有这个法院。"), remedy=_("请重新选择法院。"))
        known = set(
            session.scalars(
                select(EvidenceRequest.item_id).where(
                    EvidenceRequest.round_id == round_id,
                    EvidenceRequest.court_id.is_(None)
                    if court_id is None
                    else EvidenceRequest.court_id == court_id,
                )
            )
        )
        new = [key for key in dict.fromkeys(item_ids) if key not in known]
        for key in new:
            item_of(framework, key)
            session.add(
                EvidenceRequest(
                    round_id=round_id,
                    item_id=key,
                    court_id=court_id,
                    requested_on=clock.today(),
                    due_on=due_on,
                    state=RequestState.OPEN,
                    note="",
                )
            )
        if new:
            audit_trail.append(
                session, actor, "evidence.request", f"round:{round_id}", {"n_items": len(new)}
            )
        return len(new)


def close_request(actor: Actor, request_id: int, state: RequestState, note: str = "") -> None:
    """Record what became of a request; not provided is a finding, and needs a note."""
    require(actor, Role.SECRETARY, Role.CHAIR)
    if state is RequestState.REFUSED and len(note.strip()) < 2:
        raise InvalidInput(_("没有说明未提供的情况。"), remedy=_("请写明法院的答复。"))
    with unit_of_work() as session:
        row = session.get(EvidenceRequest, request_id)
        if row is None:
            raise NotFound(_("没有这项调取。"), remedy=_("请刷新页面后重新选择。"))
        rounds.require_round(session, row.round_id, RoundState.OPEN)
        row.state, row.note = state, note.strip()
        audit_trail.append(
            session, actor, "evidence.answer", f"request:{request_id}", {"state": str(state)}
        )


def add_document(actor: Actor, round_id: int, draft: DocumentDraft) -> int:
    """Register a document, keep its file under its SHA-256, tie it to items.

    Requests for these items by the same court are marked as answered.
    """
    require(actor, *WRITERS)
    with unit_of_work() as session:
        rounds.require_round(session, round_id, RoundState.OPEN)
        framework = rounds.framework_in(session, round_id)
        _check_document(framework, draft)
        count = session.scalar(
            select(func.count())
            .select_from(EvidenceDocument)
            .where(EvidenceDocument.round_id == round_id)
        )
        row = _new_document(session, actor, draft)
        row.round_id, row.number = round_id, f"W{(count or 0) + 1:04d}"
        session.add(row)
        session.flush()
        keys = list(dict.fromkeys(draft.item_ids))
        session.add_all(EvidenceLink(document_id=row.id, item_id=key) for key in keys)
        for asked in session.scalars(
            select(EvidenceRequest).where(
                EvidenceRequest.round_id == round_id,
                EvidenceRequest.item_id.in_(keys),
                EvidenceRequest.state == RequestState.OPEN,
                EvidenceRequest.court_id.is_(None)
                if draft.court_id is None
                else EvidenceRequest.court_id == draft.court_id,
            )
        ):
            asked.state = RequestState.ANSWERED
        audit_trail.append(
            session,
            actor,
            "evidence.document",
            f"document:{row.id}",
            {"grade": str(row.grade), "items": keys, "sha256": row.file_sha256 or ""},
        )
        return row.id


def list_documents(actor: Actor, round_id: int, search: str = "") -> list[DocumentView]:
    """Return the documents of a round; ``search`` looks in titles, issuers and excerpts."""
    require(actor, *READERS)
    with reading() as session:
        links: dict[int, list[str]] = {}
        for document_id, item_id in session.execute(
            select(EvidenceLink.document_id, EvidenceLink.item_id)
            .join(EvidenceDocument, EvidenceDocument.id == EvidenceLink.document_id)
            .where(EvidenceDocument.round_id == round_id)
            .order_by(EvidenceLink.id)
        ):
            links.setdefault(document_id, []).append(item_id)
        query = (
            select(EvidenceDocument, Court.short_name)
            .outerjoin(Court, Court.id == EvidenceDocument.court_id)
            .where(EvidenceDocument.round_id == round_id)
            .order_by(EvidenceDocument.id)
        )
        for word in search.split():
            found = func.lower(
                EvidenceDocument.title
                + " "
                + EvidenceDocument.issuer
                + " "
                + EvidenceDocument.excerpt
            ).contains(word.lower(), autoescape=True)
            query = query.where(found)
        return [
            DocumentView(
                id=row.id,
                number=row.number,
                title=row.title,
                issuer=row.issuer,
                grade=row.grade,
                court_name=court_name or "",
                received_on=row.received_on,
                item_ids=tuple(links.get(row.id, ())),
                file_sha256=row.file_sha256 or "",
                file_name=row.file_name,
                is_quotable=row.is_quotable,
                excerpt=row.excerpt,
            )
            for row, court_name in session.execute(query)
        ]


def list_requests(actor: Actor, round_id: int) -> list[RequestView]:
    """Return the requests of a round; a court's liaison sees those to the own court and to all."""
    require(actor, *READERS, Role.COURT_LIAISON)
    query = (
        select(EvidenceRequest, Court.short_name, Court.code)
        .outerjoin(Court, Court.id == EvidenceRequest.court_id)
        .where(EvidenceRequest.round_id == round_id)
        .order_by(EvidenceRequest.due_on, EvidenceRequest.id)
    )
    only_own = actor.roles == {Role.COURT_LIAISON}
    with reading() as session:
        return [
            RequestView(
                id=row.id,
                item_id=row.item_id,
                court_id=row.court_id,
                court_name=name or "",
                requested_on=row.requested_on,
                due_on=row.due_on,
                state=row.state,
                note=row.note,
            )
            for row, name, code in session.execute(query)
            if not only_own or code in (None, actor.court_code)
        ]


def _new_document(session: Session, actor: Actor, draft: DocumentDraft) -> EvidenceDocument:
    sha256 = None
    if draft.content is not None:
        media_type = draft.media_type or "application/octet-stream"
        sha256 = file_store.keep(session, draft.content, media_type)
    return EvidenceDocument(
        court_id=draft.court_id,
        title=draft.title.strip(),
        reference_number=draft.reference_number.strip(),
        issuer=draft.issuer.strip(),
        issued_on=draft.issued_on,
        received_on=draft.received_on,
        provider_post=draft.provider_post.strip(),
        n_pages=draft.n_pages,
        grade=draft.grade,
        is_original=draft.is_original,
        is_quotable=draft.is_quotable,
        excerpt=draft.excerpt.strip(),
        file_name=draft.file_name,
        file_sha256=sha256,
        account_id=actor.account_id,
        created_at=clock.now(),
    )


def _check_document(framework: Framework, draft: DocumentDraft) -> None:
    faults = []
    for where, text in ((_("名称"), draft.title), (_("制发单位"), draft.issuer)):
        if not text.strip():
            faults.append(Fault(where, _("没有填写。"), _("请填写。")))
    if not draft.provider_post.strip():
        faults.append(Fault(_("提供人岗位"), _("没有填写。"), _("请填写岗位，不写姓名。")))
    if not draft.item_ids:
        faults.append(Fault(_("对应证据项"), _("没有选择。"), _("请选择这份材料证明哪些证据项。")))
    known = {item.id for item in framework.evidence.items}
    faults.extend(
        Fault(_("对应证据项"), _("没有“{key}”。").format(key=key), _("请改正编号。"))
        for key in draft.item_ids
        if key not in known
    )
    if draft.issued_on is not None and draft.issued_on > draft.received_on:
        faults.append(Fault(_("制发日期"), _("晚于收到日期。"), _("请核对两个日期。")))
    if draft.content is not None and not 0 < len(draft.content) <= LARGEST_FILE_BYTES:
        faults.append(Fault(_("文件"), _("为空或超过50兆字节。"), _("请检查文件。")))
    if faults:
        raise InvalidInput(_("材料信息有误，没有保存。"), faults=faults)


def item_of(framework: Framework, item_id: str) -> EvidenceItem:
    """Return an item of the framework, or say that there is none."""
    try:
        return framework.evidence.item(item_id)
    except KeyError:
        raise NotFound(
            _("没有编号为“{item}”的证据项。").format(item=item_id), remedy=_("请从列表中选择。")
        ) from None
