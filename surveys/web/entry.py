"""Coming in: the first page of an open link or an invitation, consent, and the beginning."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from surveys import access
from surveys.language import _, current_language
from surveys.store import (
    Channel,
    ChannelKind,
    ChannelState,
    Invitation,
    InvitationState,
    StartOutcome,
)
from surveys.web import problems, security
from surveys.web.desk import Desk
from surveys.web.session import Draft, Visit

_OPEN_KINDS = (ChannelKind.OPEN, ChannelKind.TEST)


def closed_reason(channel: Channel, now: datetime) -> str:
    """Tell why a channel cannot be begun now; empty when it can."""
    if channel.state is ChannelState.PREPARED or not channel.hours.has_begun(now):
        return "not_yet"
    if channel.state is ChannelState.CLOSED or channel.hours.has_ended(now):
        return "closed"
    return "" if channel.hours.is_daytime(now) else "night"


async def show_start(desk: Desk, request: Request) -> Response:
    """Show the first page of an open link."""
    channel = await desk.channel(request)
    if channel.kind not in _OPEN_KINDS:
        raise security.Refused(404, "invitation_needed")
    return await _start_page(desk, request, channel, None)


async def show_invitation(desk: Desk, request: Request) -> Response:
    """Show the first page behind an invitation."""
    address = security.client_address(request)
    token = access.normalise(request.path_params["token"][:80])
    invitation = await desk.store.invitation(access.invitation_hash(token))
    channel = await desk.store.channel(invitation.channel_code) if invitation else None
    if invitation is None or channel is None:
        desk.limiter.check("secrets", address, desk.settings.rates.secrets)
        raise security.Refused(404, "not_found")
    if invitation.state is InvitationState.USED:
        return problems.used(desk.render, request, channel)
    if invitation.state in (InvitationState.EXPIRED, InvitationState.REVOKED):
        return problems.expired(desk.render, request, channel)
    return await _start_page(desk, request, channel, invitation, token)


async def _start_page(
    desk: Desk,
    request: Request,
    channel: Channel,
    invitation: Invitation | None,
    token: str = "",
    consent_problem: str = "",
) -> Response:
    visit = await desk.visit(request, channel)
    reason = closed_reason(channel, desk.settings.now())
    if reason and visit is None:
        return problems.not_open(desk.render, request, channel, reason)
    code = desk.drafts.resume_code(request, channel.code)
    submitted = bool(code) and visit is None and await desk.is_submitted(code)
    asked, language = channel.questionnaire, current_language()
    consent = asked.consent
    content = {
        "page_title": asked.title.get(language),
        "problems": (("consent", consent_problem),) if consent_problem else (),
        "found": visit.draft.reached if visit else 0,
        "submitted": submitted,
        "reserved": bool(
            invitation and invitation.state is InvitationState.RESERVED and visit is None
        ),
        "introduction": asked.introduction.get(language) if asked.introduction else "",
        "consent_checkbox": consent.checkbox.get(language) if consent else "",
        "consent_problem": consent_problem,
        "invitation": token,
        "work": desk.work.challenge(desk.settings.now()) if channel.kind in _OPEN_KINDS else None,
        "token": desk.token(channel, "start", token),
    }
    return desk.render.page(request, "start.html", channel, content | _consent_content(channel))


async def start(desk: Desk, request: Request) -> Response:
    """Begin: consent, pace, honeypot, work; then a draft and its cookie."""
    channel = await desk.channel(request)
    form = await desk.form(request)
    token = access.normalise(security.first(form, "invitation")[:80])
    age = desk.check_token(form, channel, "start", token)
    if security.first(form, security.HONEYPOT_FIELD):
        desk.settings.on_event(channel.code, "honeypot")
        raise security.Refused(400, "bad_form")
    if reason := closed_reason(channel, desk.settings.now()):
        return problems.not_open(desk.render, request, channel, reason)
    invitation = await _invitation_of(desk, channel, token)
    if invitation is not None and invitation.state is InvitationState.USED:
        return problems.used(desk.render, request, channel)
    has_consented = security.first(form, "consent") == "yes"
    if channel.questionnaire.consent and not has_consented:
        message = _("请先阅读说明，同意参加的请勾选；不愿参加的，关闭本页即可。")
        return await _start_page(desk, request, channel, invitation, token, message)
    has_worked = channel.kind not in _OPEN_KINDS or _has_worked(desk, request, channel, form)
    if not has_worked and age < desk.settings.seconds_to_read:
        return _wait_page(desk, request, channel, form, age)
    return await _begin(desk, request, channel, invitation)


def _wait_page(
    desk: Desk, request: Request, channel: Channel, form: security.Form, age: int
) -> Response:
    content = {
        "page_title": _("请再点一次“开始填写”"),
        "seconds": ceil(desk.settings.seconds_to_read - age),
        "invitation": "",
        "has_consented": security.first(form, "consent") == "yes",
        "token": security.first(form, security.TOKEN_FIELD),
    }
    return desk.render.page(request, "wait.html", channel, content | _consent_content(channel))


def _consent_content(channel: Channel) -> dict[str, str]:
    consent, language = channel.questionnaire.consent, current_language()
    return {
        "consent_text": consent.text.get(language) if consent else "",
        "legal_basis": consent.legal_basis.get(language) if consent and consent.legal_basis else "",
        "retention": channel.retention,
    }


async def _begin(
    desk: Desk, request: Request, channel: Channel, invitation: Invitation | None
) -> Response:
    now, number = desk.settings.now(), invitation.number if invitation else None
    code = access.new_resume_code()
    draft = Draft(
        language=current_language(), started_at=int(now.timestamp()), invitation_number=number
    )
    sealed = desk.drafts.sealed(Visit(channel, code, draft, desk.today()))
    outcome = await desk.store.start(channel.code, number, now, sealed)
    if outcome is not StartOutcome.STARTED:
        return problems.not_started(desk.render, request, channel, outcome)
    response = desk.render.redirect(request, channel, "p/1")
    desk.render.set_cookie(request, response, desk.drafts.cookie_name(channel.code), code)
    return response


def _has_worked(desk: Desk, request: Request, channel: Channel, form: security.Form) -> bool:
    address = security.client_address(request)
    payload = security.first(form, security.WORK_FIELD)
    if desk.work.is_done(payload):
        desk.limiter.check("starts", address, desk.settings.rates.starts)
        return True
    desk.settings.on_event(channel.code, "bad_work" if payload else "no_work")
    desk.limiter.check("starts_without_work", address, desk.settings.rates.starts_without_work)
    return False


async def _invitation_of(desk: Desk, channel: Channel, token: str) -> Invitation | None:
    if channel.kind is not ChannelKind.INVITED:
        return None
    found = await desk.store.invitation(access.invitation_hash(token)) if token else None
    if found is None or found.channel_code != channel.code:
        raise security.Refused(404, "invitation_needed")
    if found.state in (InvitationState.EXPIRED, InvitationState.REVOKED):
        raise security.Refused(410, "invitation_expired")
    return found
