"""Surveys in the field: publish a questionnaire, open its channels, close them.

Leaves out invitations (`invitations`), counts and rates (`survey_fieldwork`), the quality of
responses (`survey_quality`) and paper (`paper_entries`).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation import clock
from evaluation.config import settings
from evaluation.domain.roles import Actor, Role, require
from evaluation.errors import Conflict, Fault, InvalidInput, NotFound, WrongState
from evaluation.language import _
from evaluation.storage import audit_trail
from evaluation.storage.models.survey import Survey, SurveyChannel, SurveyLedger
from evaluation.storage.session import reading, unit_of_work
from evaluation.storage.survey_channels import questionnaire_of
from evaluation.storage.survey_ledger import OpenLedger
from evaluation.storage.survey_mixing import Mixer
from evaluation.storage.survey_writing import mix_locked
from surveys.access import ALPHABET
from surveys.dispositions import COMPLETE_SHARE, PARTIAL_SHARE
from surveys.loader import content_hash, to_plain
from surveys.schema import Purpose, Questionnaire
from surveys.store import ChannelKind, ChannelState, Quota
from surveys.writing import plain_rule

MINIMUM_CELL = 10
_LOWEST_MINIMUM_CELL = 3
#: Everybody but the court's liaison, who must not know the channels before sealing.
PANEL = tuple(role for role in Role if role is not Role.COURT_LIAISON)


@dataclass(frozen=True, slots=True)
class SurveyPlan:
    """What is fixed when a questionnaire goes into the field."""

    round_id: int | None
    organiser: str
    contact: str
    retention: str = ""
    is_anonymous: bool = True
    minimum_cell: int = MINIMUM_CELL
    complete_share: float = COMPLETE_SHARE
    partial_share: float = PARTIAL_SHARE


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """One way to a survey."""

    kind: ChannelKind
    title: str
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    daily_from: time | None = None
    daily_until: time | None = None
    quotas: tuple[Quota, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel as pages see it."""

    id: int
    code: str
    title: str
    kind: ChannelKind
    state: ChannelState
    opens_at: datetime | None
    closes_at: datetime | None
    daily_from: str | None
    daily_until: str | None
    address: str


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A survey as pages see it."""

    id: int
    round_id: int | None
    questionnaire_code: str
    title: str
    is_anonymous: bool
    minimum_cell: int
    published_at: datetime
    closed_at: datetime | None
    channels: tuple[ChannelView, ...]


def publish(actor: Actor, questionnaire: Questionnaire, plan: SurveyPlan) -> int:
    """Put a questionnaire into the field: its text, its hash and its rules are fixed."""
    require(actor, Role.CHAIR, Role.SECRETARY, Role.DESIGNER)
    _check_plan(questionnaire, plan)
    with unit_of_work() as session:
        row = survey_of(questionnaire, plan)
        session.add(row)
        session.flush()
        detail = {"questionnaire": questionnaire.code, "sha256": row.questionnaire_hash}
        detail["is_anonymous"] = str(plan.is_anonymous)
        audit_trail.append(session, actor, "survey.publish", f"survey:{row.id}", detail)
        return row.id


def survey_of(questionnaire: Questionnaire, plan: SurveyPlan) -> Survey:
    """Make the row of a survey: the text of the questionnaire, its hash and the plan."""
    return Survey(
        round_id=plan.round_id,
        questionnaire_code=questionnaire.code,
        title=questionnaire.title.get(questionnaire.language),
        questionnaire=to_plain(questionnaire),
        questionnaire_hash=content_hash(questionnaire),
        is_anonymous=plan.is_anonymous,
        minimum_cell=plan.minimum_cell,
        complete_share=plan.complete_share,
        partial_share=plan.partial_share,
        organiser=plan.organiser,
        contact=plan.contact,
        retention=plan.retention,
        published_at=clock.now(),
        closed_at=None,
    )


def _check_plan(questionnaire: Questionnaire, plan: SurveyPlan) -> None:
    faults = []
    if questionnaire.purpose is not Purpose.SURVEY:
        faults.append(
            Fault(_("问卷"), _("这不是面向公众的问卷。"), _("请选择用途为“问卷调查”的问卷。"))
        )
    if not plan.organiser.strip():
        faults.append(Fault(_("调查单位"), _("没有填写。"), _("请写明由谁调查，答卷人会看到。")))
    if not plan.contact.strip():
        faults.append(Fault(_("咨询方式"), _("没有填写。"), _("请写明电话或邮箱，答卷人会看到。")))
    if plan.minimum_cell < _LOWEST_MINIMUM_CELL:
        faults.append(Fault(_("最少份数"), _("小于3。"), _("不足3份的结果会暴露个人，请改大。")))
    if not 0 < plan.partial_share <= plan.complete_share <= 1:
        faults.append(
            Fault(
                _("完整与部分完成的界限"),
                _("界限的次序不对。"),
                _("部分完成的界限应大于0，不大于完整的界限，后者不大于100%。"),
            )
        )
    if faults:
        raise InvalidInput(_("问卷还不能发布。"), faults=faults)


def make_anonymous(actor: Actor, survey_id: int) -> None:
    """Switch anonymity on; nobody can switch it off again."""
    require(actor, Role.CHAIR)
    with unit_of_work() as session:
        survey = survey_row(session, survey_id)
        if survey.is_anonymous:
            raise Conflict(_("这项调查已经是匿名的。"))
        survey.is_anonymous = True
        Mixer(settings().resolved_secret_key()).forget_numbers(session.connection(), survey_id)
        audit_trail.append(session, actor, "survey.make_anonymous", f"survey:{survey_id}")


def open_channel(actor: Actor, survey_id: int, plan: ChannelPlan) -> ChannelView:
    """Open one way to a survey; it runs from its opening time on."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    _check_channel(plan)
    with unit_of_work() as session:
        survey = survey_row(session, survey_id)
        if survey.closed_at is not None:
            raise WrongState(_("这项调查已经结束。"), remedy=_("请发布新的调查。"))
        _check_title(session, survey_id, plan.title.strip())
        code = plan.code or _new_code(session)
        if session.scalar(select(SurveyChannel.id).where(SurveyChannel.code == code)):
            raise Conflict(_("渠道代码已被使用。"), remedy=_("请换一个代码，或留空自动生成。"))
        row = SurveyChannel(
            survey_id=survey_id,
            code=code,
            title=plan.title.strip(),
            kind=plan.kind,
            state=ChannelState.RUNNING,
            opens_at=plan.opens_at,
            closes_at=plan.closes_at,
            daily_from=f"{plan.daily_from:%H:%M}" if plan.daily_from else None,
            daily_until=f"{plan.daily_until:%H:%M}" if plan.daily_until else None,
            quotas=[
                {"code": q.code, "title": q.title, "limit": q.limit}
                | ({"rule": plain_rule(q.rule)} if q.rule else {})
                for q in plan.quotas
            ],
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        session.add(SurveyLedger(channel_id=row.id, counts={}, taken={}, reserved=b"", used=b""))
        detail = {"code": code, "kind": plan.kind.value}
        audit_trail.append(session, actor, "survey.open_channel", f"survey:{survey_id}", detail)
        return channel_view(row)


def _new_code(session: Session) -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(6)).lower()
        if not session.scalar(select(SurveyChannel.id).where(SurveyChannel.code == code)):
            return code


def _check_channel(plan: ChannelPlan) -> None:
    faults = []
    if not plan.title.strip():
        faults.append(
            Fault(_("渠道名称"), _("没有填写。"), _("请写明，例如“立案大厅海报”“律协短信”。"))
        )
    if plan.code and not (plan.code.isascii() and plan.code.isalnum() and len(plan.code) <= 20):
        faults.append(Fault(_("渠道代码"), _("写法不对。"), _("只用20个以内的字母和数字。")))
    if plan.opens_at and plan.closes_at and plan.opens_at >= plan.closes_at:
        faults.append(Fault(_("起止时间"), _("开始不早于结束。"), _("请改正起止时间。")))
    if (plan.daily_from is None) != (plan.daily_until is None):
        faults.append(Fault(_("每日时段"), _("只填了一半。"), _("起止都填，或者都不填。")))
    codes = [quota.code for quota in plan.quotas]
    if len(set(codes)) != len(codes) or any(quota.limit < 1 for quota in plan.quotas):
        faults.append(Fault(_("名额"), _("代码重复或数量小于1。"), _("请逐行核对名额。")))
    if faults:
        raise InvalidInput(_("渠道还不能开放。"), faults=faults)


def _check_title(session: Session, survey_id: int, title: str) -> None:
    if any(channel.title == title for channel in _channels(session, survey_id)):
        raise InvalidInput(
            _("这项调查已有名为“{title}”的渠道。").format(title=title),
            where=_("渠道名称"),
            remedy=_("请换一个名称，以便分清各渠道的答卷。"),
        )


def close_channel(actor: Actor, channel_id: int) -> None:
    """Close a channel for good; what waits in the inbox is mixed among the responses."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    with unit_of_work() as session:
        row = channel_row(session, channel_id)
        if row.state is ChannelState.CLOSED:
            raise Conflict(_("这个渠道已经关闭。"))
        _close(session, row)
        audit_trail.append(session, actor, "survey.close_channel", f"channel:{channel_id}")


def close_survey(actor: Actor, survey_id: int) -> None:
    """Close all channels of a survey for good."""
    require(actor, Role.CHAIR, Role.SECRETARY)
    with unit_of_work() as session:
        survey = survey_row(session, survey_id)
        if survey.closed_at is not None:
            raise Conflict(_("这项调查已经结束。"))
        for row in _channels(session, survey_id):
            _close(session, row)
        survey.closed_at = clock.now()
        audit_trail.append(session, actor, "survey.close", f"survey:{survey_id}")


def _close(session: Session, row: SurveyChannel) -> None:
    ledger_row = session.scalars(
        select(SurveyLedger).where(SurveyLedger.channel_id == row.id).with_for_update()
    ).one()
    row.state = ChannelState.CLOSED
    ledger = OpenLedger.of(ledger_row)
    mixer = Mixer(settings().resolved_secret_key())
    mix_locked(mixer, session.connection(), ledger, row.id, row.survey_id)
    ledger.write_to(ledger_row)
    session.flush()


def list_surveys(actor: Actor, round_id: int | None = None) -> list[SurveyView]:
    """List the surveys of a round, or all of them, newest first."""
    require(actor, *PANEL)
    with reading() as session:
        statement = select(Survey).order_by(Survey.id.desc())
        if round_id is not None:
            statement = statement.where(Survey.round_id == round_id)
        return [_view(session, row) for row in session.scalars(statement)]


def get_survey(actor: Actor, survey_id: int) -> SurveyView:
    """Return one survey."""
    require(actor, *PANEL)
    with reading() as session:
        return _view(session, survey_row(session, survey_id))


def get_questionnaire(actor: Actor, survey_id: int) -> Questionnaire:
    """Return the questionnaire of a survey, as it was published."""
    require(actor, *PANEL)
    with reading() as session:
        return questionnaire_of(survey_row(session, survey_id))


def survey_row(session: Session, survey_id: int) -> Survey:
    """Get the row of a survey.

    Raises
    ------
    NotFound
        If there is none; it was never published.
    """
    row = session.get(Survey, survey_id)
    if row is None:
        raise NotFound(_("没有这项调查。"), remedy=_("请从列表中重新选择。"))
    return row


def channel_row(session: Session, channel_id: int) -> SurveyChannel:
    """Get the row of a channel.

    Raises
    ------
    NotFound
        If there is none.
    """
    row = session.get(SurveyChannel, channel_id)
    if row is None:
        raise NotFound(_("没有这个渠道。"), remedy=_("请从列表中重新选择。"))
    return row


def _channels(session: Session, survey_id: int) -> Sequence[SurveyChannel]:
    return session.scalars(
        select(SurveyChannel).where(SurveyChannel.survey_id == survey_id).order_by(SurveyChannel.id)
    ).all()


def channel_view(row: SurveyChannel) -> ChannelView:
    """Return a channel as pages see it."""
    base = settings().base_url.rstrip("/")
    return ChannelView(
        id=row.id,
        code=row.code,
        title=row.title,
        kind=row.kind,
        state=row.state,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        daily_from=row.daily_from,
        daily_until=row.daily_until,
        address=f"{base}/s/{row.code}",
    )


def _view(session: Session, row: Survey) -> SurveyView:
    return SurveyView(
        id=row.id,
        round_id=row.round_id,
        questionnaire_code=row.questionnaire_code,
        title=row.title,
        is_anonymous=row.is_anonymous,
        minimum_cell=row.minimum_cell,
        published_at=row.published_at,
        closed_at=row.closed_at,
        channels=tuple(channel_view(channel) for channel in _channels(session, row.id)),
    )
