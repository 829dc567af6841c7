"""Invitations: a list in, links out once, reminders, and what became of those without an answer.

Leaves out who answered what: that cannot be known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.config import settings
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, Fault, InvalidInput, WrongState
from evaluation.language import _
from evaluation.services import survey_recusals
from evaluation.services.public_surveys import channel_row, survey_row
from evaluation.storage import audit_trail
from evaluation.storage.models.survey import SurveyInvitation, SurveyLedger
from evaluation.storage.session import reading, unit_of_work
from evaluation.storage.survey_ledger import has_bit
from surveys import access
from surveys.dispositions import Disposition
from surveys.store import ChannelKind, ChannelState

_MOST_AT_ONCE = 50_000
_LONGEST_LABEL = 200
#: What a secretary may record of an invitation without an answer.
RECORDABLE = (
    Disposition.REFUSAL,
    Disposition.NONCONTACT,
    Disposition.OTHER,
    Disposition.UNKNOWN_ELIGIBILITY,
    Disposition.NOT_ELIGIBLE,
)


@dataclass(frozen=True, slots=True)
class IssuedInvitation:
    """A link as it is shown once; afterwards only its hash is kept."""

    number: int
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that has not been used."""

    id: int
    number: int
    label: str
    is_begun: bool
    n_reminders: int
    disposition: Disposition | None
    expires_on: date | None


def invite(
    actor: Actor, channel_id: int, labels: Sequence[str], *, expires_on: date | None = None
) -> list[IssuedInvitation]:
    """Make one single-use link for each line of a list; the links are returned once."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    lines = {
        place: " ".join(label.split()) for place, label in enumerate(labels, 1) if label.strip()
    }
    _check_lines(lines, expires_on)
    with unit_of_work() as session:
        channel = channel_row(session, channel_id)
        if channel.kind is not ChannelKind.INVITED:
            raise WrongState(_("这个渠道不是邀请渠道。"), remedy=_("请另开一个邀请渠道。"))
        if channel.state is ChannelState.CLOSED:
            raise WrongState(_("这个渠道已经关闭。"))
        survey = survey_row(session, channel.survey_id)
        if faults := survey_recusals.faults_of_list(session, survey, lines):
            raise InvalidInput(_("名单中有应当回避的人，没有生成任何链接。"), faults=faults)
        last = session.scalar(
            select(func.max(SurveyInvitation.number)).where(
                SurveyInvitation.channel_id == channel_id
            )
        )
        begin = 0 if last is None else last + 1
        base = settings().base_url.rstrip("/")
        issued, rows = [], []
        for number, label in enumerate(lines.values(), begin):
            token = access.new_invitation_token()
            rows.append(_row(channel_id, number, label, access.invitation_hash(token), expires_on))
            issued.append(IssuedInvitation(number, label, f"{base}/s/i/{token.lower()}"))
        session.add_all(rows)
        detail = {"n": len(rows), "first_number": begin}
        audit_trail.append(session, actor, "survey.invite", f"channel:{channel_id}", detail)
    return issued


def _row(
    channel_id: int, number: int, label: str, token_hash: str, expires_on: date | None
) -> SurveyInvitation:
    return SurveyInvitation(
        channel_id=channel_id,
        number=number,
        token_hash=token_hash,
        label=label,
        expires_on=expires_on,
        is_revoked=False,
        disposition=None,
        n_reminders=0,
    )


def _check_lines(lines: Mapping[int, str], expires_on: date | None) -> None:
    faults = []
    if not lines:
        faults.append(Fault(_("名单"), _("没有一行内容。"), _("请每行填写一个对象的编号或代称。")))
    if len(lines) > _MOST_AT_ONCE:
        faults.append(Fault(_("名单"), _("一次超过五万行。"), _("请分批邀请。")))
    for place, label in lines.items():
        if len(label) > _LONGEST_LABEL:
            where = _("第{row}行").format(row=place)
            faults.append(Fault(where, _("超过200个字。"), _("请只写编号或代称。")))
    faults += _repeats(lines)
    if expires_on is not None and expires_on < clock.today():
        faults.append(Fault(_("有效期"), _("早于今天。"), _("请改为今天或以后的日期。")))
    if faults:
        raise InvalidInput(_("名单不能使用。"), faults=faults)


def _repeats(lines: Mapping[int, str]) -> list[Fault]:
    """Name the lines of each label that stands more than once in a list."""
    places: dict[str, list[int]] = {}
    for place, label in lines.items():
        places.setdefault(label, []).append(place)
    return [
        Fault(
            _("第{row}行").format(row="、".join(map(str, found))),
            _("“{label}”重复。").format(label=label),
            _("一人一份，请只保留一行。"),
        )
        for label, found in places.items()
        if len(found) > 1
    ]


def list_open(actor: Actor, channel_id: int) -> list[OpenInvitation]:
    """List the invitations that have not been used, in the order of the list: for reminders."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    with reading() as session:
        ledger = session.get(SurveyLedger, channel_id)
        used, reserved = (ledger.used, ledger.reserved) if ledger else (b"", b"")
        rows = session.scalars(
            select(SurveyInvitation)
            .where(
                SurveyInvitation.channel_id == channel_id, SurveyInvitation.is_revoked.is_(False)
            )
            .order_by(SurveyInvitation.number)
        )
        return [
            OpenInvitation(
                id=row.id,
                number=row.number,
                label=row.label,
                is_begun=has_bit(reserved, row.number),
                n_reminders=row.n_reminders,
                disposition=row.disposition,
                expires_on=row.expires_on,
            )
            for row in rows
            if not has_bit(used, row.number)
        ]


def record_reminder(actor: Actor, channel_id: int, numbers: Collection[int]) -> int:
    """Note that these invitations were reminded of; used ones are left as they are."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    with unit_of_work() as session:
        wanted = _unused(session, channel_id, numbers)
        session.execute(
            update(SurveyInvitation)
            .where(SurveyInvitation.channel_id == channel_id, SurveyInvitation.number.in_(wanted))
            .values(n_reminders=SurveyInvitation.n_reminders + 1)
        )
        detail = {"n": len(wanted)}
        audit_trail.append(session, actor, "survey.remind", f"channel:{channel_id}", detail)
        return len(wanted)


def record_disposition(
    actor: Actor, channel_id: int, numbers: Collection[int], disposition: Disposition
) -> int:
    """Record what became of invitations without an answer: refused, not reached, not eligible."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    if disposition not in RECORDABLE:
        raise InvalidInput(_("这一结果由系统根据答卷认定，不能手工填写。"))
    with unit_of_work() as session:
        wanted = _unused(session, channel_id, numbers)
        session.execute(
            update(SurveyInvitation)
            .where(SurveyInvitation.channel_id == channel_id, SurveyInvitation.number.in_(wanted))
            .values(disposition=disposition)
        )
        detail = {"n": len(wanted), "disposition": disposition.value}
        audit_trail.append(session, actor, "survey.disposition", f"channel:{channel_id}", detail)
        return len(wanted)


def _unused(session: Session, channel_id: int, numbers: Collection[int]) -> list[int]:
    ledger = session.get(SurveyLedger, channel_id)
    used = ledger.used if ledger else b""
    return sorted(number for number in set(numbers) if not has_bit(used, number))


def revoke(actor: Actor, channel_id: int, numbers: Collection[int]) -> int:
    """Take unused invitations back; their links stop working at once."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    with unit_of_work() as session:
        wanted = _unused(session, channel_id, numbers)
        session.execute(
            update(SurveyInvitation)
            .where(SurveyInvitation.channel_id == channel_id, SurveyInvitation.number.in_(wanted))
            .values(is_revoked=True)
        )
        detail = {"n": len(wanted)}
        audit_trail.append(session, actor, "survey.revoke", f"channel:{channel_id}", detail)
        return len(wanted)


def forget_list(actor: Actor, channel_id: int) -> int:
    """Delete the labels of a closed channel's list; counts of dispositions stay possible."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    with unit_of_work() as session:
        channel = channel_row(session, channel_id)
        if channel.state is not ChannelState.CLOSED:
            raise WrongState(_("渠道还没有关闭。"), remedy=_("请先关闭渠道，再删除名单。"))
        n = session.scalar(
            select(func.count())
            .select_from(SurveyInvitation)
            .where(SurveyInvitation.channel_id == channel_id, SurveyInvitation.label != "")
        )
        if not n:
            raise Conflict(_("名单已经删除。"))
        session.execute(
            update(SurveyInvitation)
            .where(SurveyInvitation.channel_id == channel_id)
            .values(label="")
        )
        session.execute(
            delete(SurveyInvitation).where(
                SurveyInvitation.channel_id == channel_id, SurveyInvitation.is_revoked.is_(True)
            )
        )
        audit_trail.append(session, actor, "survey.forget_list", f"channel:{channel_id}", {"n": n})
        return int(n)
