"""Handing in: one submission, durable before it is acknowledged, and the receipt."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from surveys import access
from surveys.dispositions import disposition_of
from surveys.language import _, current_language
from surveys.routing import classified
from surveys.rules import evaluate
from surveys.store import Pace, Submission, SubmitOutcome
from surveys.web import problems, security
from surveys.web.desk import Desk
from surveys.web.pages import first_open_page, no_draft
from surveys.web.session import Visit

#: Fewer seconds a question than this is faster than anybody reads.
FAST_SECONDS_A_QUESTION = 1.5


async def submit(desk: Desk, request: Request) -> Response:
    """Hand in: only what is on the path, once, durable before it is acknowledged."""
    channel = await desk.channel(request)
    form = await desk.form(request)
    visit = await desk.visit(request, channel)
    if visit is None:
        return await no_draft(desk, request, channel)
    desk.check_token(form, channel, "check", access.draft_id(visit.code))
    go, pages = security.first(form, "go"), visit.pages
    if go == "save":
        return desk.render.redirect(request, channel, "save")
    open_page = first_open_page(visit, pages)
    if go == "back" or open_page is not None or visit.draft.reached <= len(pages):
        n = open_page or min(len(pages), visit.draft.reached)
        return desk.render.redirect(request, channel, f"p/{n}")
    submission = _submission(desk, visit)
    outcome = await desk.store.submit(submission, desk.settings.now())
    if outcome in (SubmitOutcome.ACCEPTED, SubmitOutcome.REPEATED):
        return desk.render.redirect(request, channel, "done")
    return problems.not_accepted(desk.render, request, channel, outcome)


def _submission(desk: Desk, visit: Visit) -> Submission:
    now, channel = desk.settings.now(), visit.channel
    way = visit.path.questions
    answers = classified(visit.questionnaire, visit.draft.answers, today=visit.today, way=way)
    asked = [c for c in way if c in answers.answers]
    n_answered = sum(answers.get(code).is_given for code in asked)
    seconds = now.timestamp() - visit.draft.started_at
    is_fast = seconds < FAST_SECONDS_A_QUESTION * max(len(asked), 1)
    receipt = access.receipt_code(desk.settings.secret, visit.code)
    return Submission(
        channel_code=channel.code,
        draft_id=access.draft_id(visit.code),
        receipt_hash=access.receipt_hash(receipt),
        answers=answers.to_json(),
        disposition=disposition_of(
            n_answered,
            len(asked),
            complete_share=channel.complete_share,
            partial_share=channel.partial_share,
        ),
        language=visit.draft.language,
        submitted_on=desk.today(),
        invitation_number=visit.draft.invitation_number,
        quotas=tuple(
            quota.code
            for quota in channel.quotas
            if quota.rule is None or evaluate(quota.rule, visit.draft.answers, today=visit.today)
        ),
        pace=Pace.FAST if is_fast else Pace.USUAL,
    )


async def show_done(desk: Desk, request: Request) -> Response:
    """Thank, and show the receipt."""
    channel = await desk.channel(request)
    code = desk.drafts.resume_code(request, channel.code)
    if not code or not await desk.is_submitted(code):
        return await no_draft(desk, request, channel)
    thanks = channel.questionnaire.thanks
    content = {
        "page_title": _("答卷已收到"),
        "receipt": access.grouped(access.receipt_code(desk.settings.secret, code)),
        "thanks": thanks.get(current_language()) if thanks else "",
        "token": desk.token(channel, "forget", access.draft_id(code)),
    }
    return desk.render.page(request, "done.html", channel, content)
