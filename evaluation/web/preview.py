"""Previews of drafts: the real public pages, opened at the question a designer is working on.

Answers are kept in memory for a while and then forgotten; answers already given in a preview stay
when the draft is saved, so that the designer goes on where they were.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from surveys import access
from surveys.answers import AnswerSet
from surveys.paths import way_to
from surveys.routing import find_pages
from surveys.schema import Questionnaire, QuestionType
from surveys.store import Channel, ResponseStore
from surveys.web.rendering import Renderer
from surveys.web.session import Draft, Drafts, Visit
from surveys.web.settings import WebSettings


def place_of(path: str) -> tuple[str, str] | None:
    """Take channel and question out of an address such as ``/v-12/at/QA05``."""
    parts = path.strip("/").split("/")
    return (parts[0], parts[2]) if len(parts) == 3 and parts[1] == "at" else None


async def open_at(
    store: ResponseStore, settings: WebSettings, request: Request, channel: Channel, question: str
) -> Response:
    """Lead to the page with a question, with answers that make it appear."""
    drafts = Drafts(store, settings)
    now = settings.now()
    code = drafts.resume_code(request, channel.code)
    visit = await drafts.find(channel, code, now, now.date())
    if visit is None:
        code = access.new_resume_code()
        language = channel.questionnaire.language
        draft = Draft(language=language, started_at=int(now.timestamp()))
        visit = Visit(channel, code, draft, now.date())
    asked = channel.questionnaire
    answers = leading_to(asked, visit.draft.answers, question, now.date())
    numbers = [
        n
        for n, page in enumerate(find_pages(asked, answers, today=now.date()), 1)
        if question in page.questions
    ]
    root = request.scope.get("root_path", "")
    if not numbers:
        return RedirectResponse(f"{root}/{channel.code}", 303)
    reached = max(visit.draft.reached, numbers[0])
    draft = replace(visit.draft, answers=answers, reached=reached)
    await drafts.keep(replace(visit, draft=draft))
    mark = f"f-{question}"
    if asked.question(question).type in (QuestionType.MATRIX, QuestionType.RANKING):
        mark += "-title"
    response = RedirectResponse(f"{root}/{channel.code}/p/{numbers[0]}#{mark}", 303)
    Renderer(settings).set_cookie(request, response, drafts.cookie_name(channel.code), code)
    return response


def leading_to(asked: Questionnaire, given: AnswerSet, question: str, today: date) -> AnswerSet:
    """Change as few answers as needed so that a question is met; none when it is met already."""
    if any(question in page.questions for page in find_pages(asked, given, today=today)):
        return given
    way = way_to(asked, question, today=today)
    if way is None:
        return given
    before = way.questions[: way.questions.index(question)]
    return AnswerSet({**given.answers, **way.answers.only(before).answers})
