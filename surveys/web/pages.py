"""Pages of questions, forth and back, and the check of one's answers.

Leaves out coming in (`entry`), handing in (`handing_in`) and what lies beside (`side_pages`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from surveys import access
from surveys.answers import AnswerSet
from surveys.language import _, current_language
from surveys.parsing import InputProblem
from surveys.piping import answer_in_words, piped
from surveys.routing import Page
from surveys.schema import Question, QuestionType
from surveys.store import Channel
from surveys.web import forms, problems, security
from surveys.web.desk import Desk
from surveys.web.rendering import AnswerView, answer_html, question_html, summary
from surveys.web.session import Visit

_BLANK_PAGES, _ANSWERS_SHOWN = "_blank_pages", "_answers_shown"
_CHOSEN = frozenset({QuestionType.SINGLE, QuestionType.LIKERT, QuestionType.MULTIPLE})
_MOST_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Typed:
    """What was just sent and not kept: shown again with its problems."""

    from_check: bool
    raw: security.Form | None = None
    faults: tuple[InputProblem, ...] = ()


async def show_page(desk: Desk, request: Request) -> Response:
    """Show one page of questions."""
    channel = await desk.channel(request)
    visit = await desk.visit(request, channel)
    if visit is None:
        return await no_draft(desk, request, channel)
    pages, n = visit.pages, request.path_params["n"]
    if n > len(pages):
        return desk.render.redirect(request, channel, "check")
    n = max(1, min(n, visit.draft.reached))
    from_check = request.query_params.get("check") == "1"
    return _questions_page(desk, request, visit, n, Typed(from_check))


async def no_draft(desk: Desk, request: Request, channel: Channel) -> Response:
    """Say that there is no draft, or lead to the receipt if it was handed in."""
    code = desk.drafts.resume_code(request, channel.code)
    if code and await desk.is_submitted(code):
        return desk.render.redirect(request, channel, "done")
    return problems.no_draft(desk.render, request, channel, has_cookie=bool(code))


def _questions_page(
    desk: Desk,
    request: Request,
    visit: Visit,
    n: int,
    typed: Typed,
) -> Response:
    pages = visit.pages
    page = pages[n - 1]
    section = visit.questionnaire.section_of(page.questions[0])
    language, person = current_language(), visit.respondent
    before = sum(_n_asked(visit, earlier) for earlier in pages[: n - 1])
    title = section.title.get(language)
    introduction = section.introduction.get(language) if section.introduction else ""
    questions = _blank_questions(visit, page, before + 1) if typed.raw is None else None
    views = () if questions else forms.page_views(person, page, before + 1, typed.raw, typed.faults)
    numbers = {view.code: view.number for view in views}
    content: dict[str, Any] = {
        "page_title": f"{title} {_('第{n}页，共{total}页').format(n=n, total=len(pages))}",
        "section_title": title,
        "introduction": piped(visit.questionnaire, introduction, person.answers, language)
        if page.opens_section
        else "",
        "n": n,
        "total": len(pages),
        "questions": questions or Markup("").join(question_html(view) for view in views),
        "problems": summary(visit.questionnaire, typed.faults, numbers),
        "from_check": typed.from_check,
        "token": desk.token(visit.channel, "page", access.draft_id(visit.code)),
    }
    return desk.render.page(request, "page.html", visit.channel, content)


def _blank_questions(visit: Visit, page: Page, first_number: int) -> Markup | None:
    """Return the questions of a page nobody has answered yet; the same for every respondent."""
    answers = visit.draft.answers.answers
    if any(code in answers for code in page.questions):
        return None
    # Kept beside the questionnaire, which never changes: see also surveys.routing.page_breaks.
    known: dict[Any, Markup | None] = visit.questionnaire.__dict__.setdefault(_BLANK_PAGES, {})
    key = (current_language(), page.questions, first_number)
    if key not in known:
        asked = [visit.questionnaire.question(code) for code in page.questions]
        differs = any(q.random_order or forms.has_tokens(visit.questionnaire, q) for q in asked)
        views = forms.page_views(visit.respondent, page, first_number)
        known[key] = None if differs else Markup("").join(question_html(v) for v in views)
    return known[key]


def _n_asked(visit: Visit, page: Page) -> int:
    return sum(
        visit.questionnaire.question(code).type is not QuestionType.NOTE for code in page.questions
    )


async def answer_page(desk: Desk, request: Request) -> Response:
    """Read one page of answers, keep them, go on, back, or aside."""
    channel = await desk.channel(request)
    form = await desk.form(request)
    visit = await desk.visit(request, channel)
    if visit is None:
        return await no_draft(desk, request, channel)
    desk.check_token(form, channel, "page", access.draft_id(visit.code))
    pages, n = visit.pages, request.path_params["n"]
    if not 1 <= n <= min(len(pages), visit.draft.reached):
        return desk.render.redirect(request, channel, f"p/{visit.draft.reached}")
    go = security.first(form, "go")
    from_check = security.first(form, "check") == "1"
    answers, faults = forms.read_page(visit.respondent, pages[n - 1], form)
    too_long = tuple(fault for fault in faults if fault.code == "too_long")
    if go in ("back", "save") and too_long:  # leaving the page would lose a whole text
        return _questions_page(desk, request, visit, n, Typed(from_check, form, too_long))
    if go in ("back", "save"):
        kept = visit.with_answers(forms.without_faults(answers, faults), n)
        await desk.drafts.keep(kept)
        target = "save" if go == "save" else f"p/{n - 1}" if n > 1 else ""
        return desk.render.redirect(request, channel, target)
    if faults:
        return _questions_page(desk, request, visit, n, Typed(from_check, form, faults))
    kept = visit.with_answers(answers, n + 1)
    await desk.drafts.keep(kept)
    way = kept.pages
    if n >= len(way) or (from_check and first_open_page(kept, way) is None):
        return desk.render.redirect(request, channel, "check")
    return desk.render.redirect(request, channel, f"p/{n + 1}")


def first_open_page(visit: Visit, pages: tuple[Page, ...]) -> int | None:
    """Return the first page whose required questions are not all answered."""
    for n, page in enumerate(pages, 1):
        for code in page.questions:
            question = visit.questionnaire.question(code)
            if question.required and not _is_answered(question, visit.draft.answers):
                return n
    return None


def _is_answered(question: Question, answers: AnswerSet) -> bool:
    answer = answers.get(question.code)
    if question.type is QuestionType.NOTE:
        return True
    if question.type is QuestionType.MATRIX and question.required:
        return all(answers.value(question.code, row.code) is not None for row in question.rows)
    return answer.is_given


async def show_check(desk: Desk, request: Request) -> Response:
    """Show all answers for a last look."""
    channel = await desk.channel(request)
    visit = await desk.visit(request, channel)
    if visit is None:
        return await no_draft(desk, request, channel)
    pages = visit.pages
    open_page = first_open_page(visit, pages)
    if open_page is not None:
        return desk.render.redirect(request, channel, f"p/{min(open_page, visit.draft.reached)}")
    if visit.draft.reached <= len(pages):
        return desk.render.redirect(request, channel, f"p/{visit.draft.reached}")
    return desk.render.page(request, "check.html", channel, _check_content(desk, visit, pages))


def _check_content(desk: Desk, visit: Visit, pages: tuple[Page, ...]) -> dict[str, Any]:
    language, answers = current_language(), visit.draft.answers
    sections, number, n_empty = [], 0, 0
    for n, page in enumerate(pages, 1):
        items: list[Markup] = []
        for code in page.questions:
            question = visit.questionnaire.question(code)
            if question.type is QuestionType.NOTE:
                continue
            number += 1
            n_empty += not answers.get(code).is_given
            items.append(_answer_shown(visit, question, number, language))
        title = visit.questionnaire.section_of(page.questions[0]).title.get(language)
        if not page.opens_section:
            title = _("{section}（续）").format(section=title)
        if items:
            sections.append({"title": title, "n": n, "answers": Markup("").join(items)})
    ended_by = visit.path.ended_by
    ended = visit.questionnaire.question(ended_by) if ended_by else None
    return {
        "page_title": _("核对答案"),
        "sections": sections,
        "not_answered": n_empty,
        "ended_text": ended.end_text.get(language) if ended and ended.end_text else "",
        "token": desk.token(visit.channel, "check", access.draft_id(visit.code)),
    }


def _answer_shown(visit: Visit, question: Question, number: int, language: str) -> Markup:
    """Render one answer; kept in memory only when nothing in it was typed by a respondent."""
    asked, answers = visit.questionnaire, visit.draft.answers
    answer = answers.get(question.code)
    known: dict[Any, Markup] = asked.__dict__.setdefault(_ANSWERS_SHOWN, {})
    is_chosen = question.type in _CHOSEN and not answer.other and answer.is_given
    key = (question.code, answer.value, number, language)
    if is_chosen and key in known:
        return known[key]
    text = question.text.get(language)
    if "{" in text:
        text = piped(asked, text, answers, language)
    lines = _answer_lines(visit, question, language) if answer.is_given else [_("没有填写")]
    html = answer_html(AnswerView(number, text, tuple(lines), answer.is_given))
    if is_chosen and not forms.has_tokens(asked, question):
        if len(known) >= _MOST_KEPT:
            known.clear()
        known[key] = html
    return html


def _answer_lines(visit: Visit, question: Question, language: str) -> list[str]:
    asked, answers = visit.questionnaire, visit.draft.answers
    if question.type is QuestionType.MATRIX:
        return [
            f"{row.label.get(language)}："
            + (answer_in_words(asked, question, answers, language, row.code) or _("没有填写"))
            for row in question.rows
        ]
    if question.type is QuestionType.RANKING:
        value = answers.value(question.code)
        codes = value if isinstance(value, tuple) else ()
        options = (asked.find_option(question, code) for code in codes)
        return [f"{i}. {o.label.get(language)}" for i, o in enumerate(options, 1) if o]
    words = answer_in_words(asked, question, answers, language)
    unit = question.unit.get(language) if question.unit else ""
    return [f"{words} {unit}".rstrip()]
