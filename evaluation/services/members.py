"""Panel members: who they are, what they undertook, which interests they declared per round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.domain.member import (
    COURT_LEVEL_INTERESTS,
    INTEREST_LEVELS,
    UNDERTAKING_TEXTS,
    Background,
    InterestKind,
    UndertakingKind,
)
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, Fault, InvalidInput, NotAllowed, NotFound
from evaluation.language import _
from evaluation.services import rounds
from evaluation.storage import audit_trail
from evaluation.storage.models.account import Account
from evaluation.storage.models.court import Court
from evaluation.storage.models.member import (
    DeclaredInterest,
    InterestDeclaration,
    Member,
    Undertaking,
)
from evaluation.storage.session import reading, unit_of_work

_READERS = (Role.CHAIR, Role.SECRETARY, Role.ANALYST, Role.OBSERVER)


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """What is entered about a member. ``organisation`` is the firm of a lawyer."""

    name: str
    background: Background
    organisation: str
    licence_number: str = ""
    former_organisations: tuple[tuple[str, date], ...] = ()
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class InterestDraft:
    """One declared interest; ``court_id`` is needed for interests in a court."""

    kind: InterestKind
    description: str
    court_id: int | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member as the list shows it. ``former_organisations`` are names with their last day."""

    id: int
    name: str
    background: Background
    organisation: str
    licence_number: str
    former_organisations: tuple[tuple[str, date], ...]
    account_id: int | None
    is_active: bool
    joined_on: date


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member has done for one round."""

    member: MemberView
    undertakings: tuple[UndertakingKind, ...]
    has_declared: bool
    interests: tuple[InterestDraft, ...]

    @property
    def is_ready(self) -> bool:
        """Whether everything is signed and declared."""
        return self.has_declared and len(self.undertakings) == len(UndertakingKind)


def add_member(actor: Actor, draft: MemberDraft) -> int:
    """Appoint a member."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    _check(draft)
    with unit_of_work() as session:
        _check_account(session, draft.account_id, None)
        row = Member(
            name=draft.name.strip(),
            background=draft.background,
            organisation=draft.organisation.strip(),
            licence_number=draft.licence_number.strip(),
            former_organisations=_as_json(draft.former_organisations),
            account_id=draft.account_id,
            is_active=True,
            joined_on=clock.today(),
            left_on=None,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        audit_trail.append(
            session, actor, "member.add", f"member:{row.id}", {"background": str(row.background)}
        )
        return row.id


def change_member(actor: Actor, member_id: int, draft: MemberDraft, *, is_active: bool) -> None:
    """Correct a member. A change of firm keeps the former one with today's date."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    _check(draft)
    with unit_of_work() as session:
        row = _row(session, member_id)
        _check_account(session, draft.account_id, member_id)
        former = _as_json(draft.former_organisations)
        known = {item["name"] for item in former}
        moved = row.organisation and row.organisation != draft.organisation.strip()
        if moved and row.organisation not in known:
            former.append({"name": row.organisation, "until": clock.today().isoformat()})
        row.name, row.background = draft.name.strip(), draft.background
        row.organisation = draft.organisation.strip()
        row.licence_number = draft.licence_number.strip()
        row.former_organisations, row.account_id = former, draft.account_id
        if row.is_active and not is_active:
            row.left_on = clock.today()
        row.is_active = is_active
        audit_trail.append(
            session, actor, "member.change", f"member:{member_id}", {"is_active": is_active}
        )


def list_members(actor: Actor, *, only_active: bool = False) -> list[MemberView]:
    """Return the members in the order of their appointment."""
    require(actor, *_READERS)
    with reading() as session:
        query = select(Member).order_by(Member.id)
        if only_active:
            query = query.where(Member.is_active.is_(True))
        return [_view(row) for row in session.scalars(query)]


def find_own(actor: Actor) -> MemberView | None:
    """Return the member behind the signed-in account, if any."""
    require(actor, *Role)
    with reading() as session:
        row = session.scalar(select(Member).where(Member.account_id == actor.account_id))
        return _view(row) if row else None


def sign(actor: Actor, member_id: int, round_id: int, kinds: Iterable[UndertakingKind]) -> None:
    """Record that a member signed undertakings for a round; signing twice changes nothing."""
    require(actor, *Role)
    with unit_of_work() as session:
        member = _own_or_recorded(session, actor, member_id)
        rounds.row_of(session, round_id)
        signed = set(
            session.scalars(
                select(Undertaking.kind).where(
                    Undertaking.member_id == member_id, Undertaking.round_id == round_id
                )
            )
        )
        new = [kind for kind in UndertakingKind if kind in set(kinds) and kind not in signed]
        session.add_all(
            Undertaking(
                member_id=member.id,
                round_id=round_id,
                kind=kind,
                text=_(UNDERTAKING_TEXTS[kind]),
                signed_on=clock.today(),
                account_id=actor.account_id,
            )
            for kind in new
        )
        if new:
            audit_trail.append(
                session,
                actor,
                "member.undertake",
                f"member:{member_id}",
                {"round": round_id, "kinds": [str(kind) for kind in new]},
            )


def declare(
    actor: Actor, member_id: int, round_id: int, interests: Iterable[InterestDraft]
) -> None:
    """Record a member's declaration for a round; a later one replaces it, both are in the trail.

    Raises
    ------
    InvalidInput
        If an interest in a court names no court, or a description is missing.
    """
    require(actor, *Role)
    entered = list(interests)
    _check_interests(entered)
    with unit_of_work() as session:
        member = _own_or_recorded(session, actor, member_id)
        rounds.row_of(session, round_id)
        old = session.scalar(
            select(InterestDeclaration).where(
                InterestDeclaration.member_id == member_id,
                InterestDeclaration.round_id == round_id,
            )
        )
        if old is not None:
            for item in session.scalars(
                select(DeclaredInterest).where(DeclaredInterest.declaration_id == old.id)
            ):
                session.delete(item)
            session.flush()
            session.delete(old)
            session.flush()
        declaration = InterestDeclaration(
            member_id=member.id,
            round_id=round_id,
            declared_at=clock.now(),
            account_id=actor.account_id,
        )
        session.add(declaration)
        session.flush()
        _add_interests(session, declaration.id, entered)
        audit_trail.append(
            session,
            actor,
            "member.declare",
            f"member:{member_id}",
            {
                "round": round_id,
                "levels": sorted(INTEREST_LEVELS[item.kind] for item in entered),
                "replaces": old is not None,
            },
        )


def list_standings(actor: Actor, round_id: int) -> list[Standing]:
    """Return what each active member has signed and declared for a round."""
    require(actor, *_READERS)
    with reading() as session:
        members = session.scalars(
            select(Member).where(Member.is_active.is_(True)).order_by(Member.id)
        ).all()
        return _standings(session, members, round_id)


def own_standing(actor: Actor, round_id: int) -> Standing | None:
    """Return the same for the signed-in member, if the account belongs to one."""
    require(actor, *Role)
    with reading() as session:
        row = session.scalar(select(Member).where(Member.account_id == actor.account_id))
        return _standings(session, [row], round_id)[0] if row else None


def composition_in(session: Session) -> dict[Background, int]:
    """Count active members by background, inside a unit of work."""
    counts = dict.fromkeys(Background, 0)
    for background in session.scalars(select(Member.background).where(Member.is_active.is_(True))):
        counts[background] += 1
    return counts


def _standings(session: Session, members: Iterable[Member], round_id: int) -> list[Standing]:
    undertakings: dict[int, list[UndertakingKind]] = {}
    for member_id, kind in session.execute(
        select(Undertaking.member_id, Undertaking.kind)
        .where(Undertaking.round_id == round_id)
        .order_by(Undertaking.id)
    ):
        undertakings.setdefault(member_id, []).append(kind)
    declarations: dict[int, list[InterestDraft]] = {}
    for member_id, interest in session.execute(
        select(InterestDeclaration.member_id, DeclaredInterest)
        .outerjoin(DeclaredInterest, DeclaredInterest.declaration_id == InterestDeclaration.id)
        .where(InterestDeclaration.round_id == round_id)
        .order_by(DeclaredInterest.id)
    ):
        declared = declarations.setdefault(member_id, [])
        if interest is not None:
            declared.append(
                InterestDraft(
                    interest.kind, interest.description, interest.court_id, interest.ended_on
                )
            )
    return [
        Standing(
            member=_view(row),
            undertakings=tuple(undertakings.get(row.id, ())),
            has_declared=row.id in declarations,
            interests=tuple(declarations.get(row.id, ())),
        )
        for row in members
    ]


def _add_interests(session: Session, declaration_id: int, entered: list[InterestDraft]) -> None:
    known = set(session.scalars(select(Court.id)))
    for item in entered:
        if item.court_id is not None and item.court_id not in known:
            raise NotFound(_("没有这个法院。"), remedy=_("请重新选择法院。"))
        session.add(
            DeclaredInterest(
                declaration_id=declaration_id,
                kind=item.kind,
                level=INTEREST_LEVELS[item.kind],
                court_id=item.court_id,
                description=item.description.strip(),
                ended_on=item.ended_on,
            )
        )


def _check(draft: MemberDraft) -> None:
    faults = []
    if not draft.name.strip():
        faults.append(Fault(_("姓名"), _("没有填写。"), _("请填写姓名。")))
    if draft.background is not Background.PUBLIC and not draft.organisation.strip():
        faults.append(
            Fault(_("单位"), _("没有填写。"), _("请填写所在单位；律师填写律师事务所全称。"))
        )
    if draft.background is Background.LAWYER and not draft.licence_number.strip():
        faults.append(
            Fault(_("执业证号"), _("没有填写。"), _("请填写律师执业证号，供回避核对使用。"))
        )
    if len(draft.licence_number) > 40:
        faults.append(Fault(_("执业证号"), _("文字过长。"), _("请核对后重新填写。")))
    if faults:
        raise InvalidInput(_("成员信息有误，没有保存。"), faults=faults)


def _check_interests(entered: list[InterestDraft]) -> None:
    faults = []
    for number, item in enumerate(entered, start=1):
        where = _("第{number}项利害关系").format(number=number)
        if item.kind in COURT_LEVEL_INTERESTS and item.court_id is None:
            faults.append(Fault(where, _("没有写明是哪个法院。"), _("请选择法院。")))
        if len(item.description.strip()) < 2:
            faults.append(
                Fault(where, _("没有说明情况。"), _("请简要说明，不写当事人姓名和案号。"))
            )
    if faults:
        raise InvalidInput(_("利害关系申报有误，没有保存。"), faults=faults)


def _check_account(session: Session, account_id: int | None, member_id: int | None) -> None:
    if account_id is None:
        return
    if session.get(Account, account_id) is None:
        raise NotFound(_("没有这个账户。"), remedy=_("请重新选择账户。"))
    taken = session.scalar(select(Member.id).where(Member.account_id == account_id))
    if taken is not None and taken != member_id:
        raise Conflict(_("这个账户已属于另一位成员。"), remedy=_("请选择其他账户。"))


def _own_or_recorded(session: Session, actor: Actor, member_id: int) -> Member:
    """Return the member; others than the secretary and the chair act for themselves only."""
    row = _row(session, member_id)
    if row.account_id != actor.account_id and not actor.has(Role.CHAIR, Role.SECRETARY):
        raise NotAllowed(_("只能为本人办理。"), remedy=_("他人的承诺和申报由本人或秘书办理。"))
    return row


def _row(session: Session, member_id: int) -> Member:
    row = session.get(Member, member_id)
    if row is None:
        raise NotFound(_("没有这位成员。"), remedy=_("请刷新页面后重新选择。"))
    return row


def _as_json(former: Iterable[tuple[str, date]]) -> list[dict[str, str]]:
    return [{"name": name.strip(), "until": until.isoformat()} for name, until in former if name]


def _view(row: Member) -> MemberView:
    return MemberView(
        id=row.id,
        name=row.name,
        background=row.background,
        organisation=row.organisation,
        licence_number=row.licence_number,
        former_organisations=tuple(
            (item["name"], date.fromisoformat(item["until"])) for item in row.former_organisations
        ),
        account_id=row.account_id,
        is_active=row.is_active,
        joined_on=row.joined_on,
    )
