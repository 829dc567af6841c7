"""Templates, the words every page has, and answers as HTML. Leaves out what a page is about."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from surveys.language import _, current_language
from surveys.parsing import InputProblem
from surveys.piping import day_in_words
from surveys.schema import Questionnaire
from surveys.store import Channel, ChannelKind
from surveys.web.forms import QuestionView, problem_id
from surveys.web.settings import WebSettings

STATIC = {"survey.css": "text/css; charset=utf-8", "survey.js": "text/javascript; charset=utf-8"}
#: Characters that no text of ours contains; a frame is cut where they stand.
_GAPS = ("\ufdd0title", "\ufdd0here", "\ufdd0main")
_LANGUAGE_NAMES = {
    "zh": "中文",
    "en": "English",
    "zh-TW": "繁體中文",
    "bo": "བོད་སྐད",
    "ug": "ئۇيغۇرچە",
}


@cache
def static_content(name: str) -> bytes:
    """Return one of our own static files."""
    return resources.files("surveys.web").joinpath("static", name).read_bytes()


@cache
def static_version(name: str) -> str:
    """Return a short mark of a static file's content, for its address."""
    return hashlib.sha256(static_content(name)).hexdigest()[:10]


def html_language(code: str) -> str:
    """Return the language tag of a language code."""
    return "zh-CN" if code == "zh" else code


def date_text(day: date) -> str:
    """Write a day in the language of the page."""
    return day_in_words(day, current_language())


@cache
def environment() -> Environment:
    """Return the templates: everything escaped, nothing undefined."""
    templates = Environment(
        loader=PackageLoader("surveys.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.globals["_"] = _
    return templates


def question_html(view: QuestionView) -> Markup:
    """Render one question; kept in memory when nothing in it was typed by a respondent."""
    if view.value or any(view.parts) or any(option.text for option in view.options):
        return _render_question(view)
    return _known_question(view, current_language())


@lru_cache(maxsize=4096)
def _known_question(view: QuestionView, _language: str) -> Markup:
    return _render_question(view)


def _render_question(view: QuestionView) -> Markup:
    return Markup(_parts().question(view))  # noqa: S704 -- the macro escapes


@cache
def _parts() -> Any:
    return environment().get_template("parts.html").module


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One question and its answer on the page that shows them all."""

    number: int
    text: str
    lines: tuple[str, ...]
    is_given: bool


def answer_html(view: AnswerView) -> Markup:
    """Render one answer."""
    return Markup(_parts().answer(view))  # noqa: S704 -- the macro escapes


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page of a channel in one language, ready to be joined."""

    to_title: str
    top: str
    after_here: str | None
    """What follows the address that the choice of language leads back to, if there is one."""
    rest: str

    def around(self, title: str, here: str, main: str) -> str:
        """Return the whole document."""
        back = "" if self.after_here is None else f"{escape(here)}{self.after_here}"
        return f"{self.to_title}{escape(title)}{self.top}{back}{main}{self.rest}"


class Renderer:
    """Turns a template and its content into an answer."""

    def __init__(self, settings: WebSettings) -> None:
        self.settings = settings
        self.environment = environment()
        self._own_frames: dict[Any, Frame] = {}

    def page(
        self,
        request: Request,
        template: str,
        channel: Channel | None,
        content: dict[str, Any],
        *,
        status: int = 200,
    ) -> HTMLResponse:
        """Render a page inside the frame that every page of the channel has."""
        root, language = request.scope.get("root_path", ""), current_language()
        survey_title = channel.questionnaire.title.get(language) if channel else ""
        page_title = content["page_title"]
        title = f"{_('有问题：') if content.get('problems') else ''}{page_title}"
        if survey_title and survey_title != page_title:
            title = f"{title} - {survey_title}"
        place = f"{root}/{channel.code}" if channel else root
        main = self.environment.get_template(template).render(
            {
                "link": lambda target: f"{place}/{target}",
                "survey_title": survey_title,
                "problems": (),
            }
            | content
        )
        here = request.scope["path"][len(root) :]
        return HTMLResponse(
            self._frame(root, channel).around(title, here, main), status_code=status
        )

    def document(self, template: str, content: dict[str, Any]) -> HTMLResponse:
        """Render a document of its own, without the frame of the pages."""
        html_lang = html_language(current_language())
        html = self.environment.get_template(template).render(html_lang=html_lang, **content)
        return HTMLResponse(html)

    def _frame(self, root: str, channel: Channel | None) -> Frame:
        # Kept beside the channel, which is replaced as soon as anything in it changes.
        frames = channel.__dict__.setdefault("_frames", {}) if channel else self._own_frames
        key = (root, current_language())
        found: Frame | None = frames.get(key)
        if found is None:
            found = frames[key] = self._new_frame(root, channel)
        return found

    def _new_frame(self, root: str, channel: Channel | None) -> Frame:
        language = current_language()
        place = f"{root}/{channel.code}" if channel else root
        html = self.environment.get_template("layout.html").render(
            html_lang=html_language(language),
            language=language,
            link=lambda target: f"{place}/{target}",
            static=lambda name: f"{root}/static/{name}?v={static_version(name)}",
            code=channel.code if channel else "",
            survey_title=channel.questionnaire.title.get(language) if channel else "",
            languages=_languages(channel.questionnaire) if channel else (),
            is_demonstration=bool(channel and channel.is_demonstration),
            is_test=bool(channel and channel.kind is ChannelKind.TEST),
            organiser=channel.organiser if channel else "",
            contact=channel.contact if channel else "",
            title=_GAPS[0],
            here=_GAPS[1],
            main=_GAPS[2],
        )
        before, _gap, rest = html.partition(_GAPS[2])
        to_title, _gap, top = before.partition(_GAPS[0])
        to_here, gap, after_here = top.partition(_GAPS[1])
        return Frame(to_title, to_here, after_here if gap else None, rest)

    def message(
        self,
        request: Request,
        channel: Channel | None,
        title: str,
        lines: Sequence[str],
        *,
        action: tuple[str, str] | None = None,
        status: int = 200,
    ) -> HTMLResponse:
        """Render a page that only says something."""
        content = {"page_title": title, "lines": lines, "action": action}
        return self.page(request, "message.html", channel, content, status=status)

    def redirect(self, request: Request, channel: Channel, target: str) -> RedirectResponse:
        """Send the browser to another page of the same channel."""
        root = request.scope.get("root_path", "")
        return RedirectResponse(f"{root}/{channel.code}/{target}".rstrip("/"), 303)

    def set_cookie(self, request: Request, response: Response, name: str, value: str) -> None:
        """Put a cookie on an answer: for this site only, out of reach of scripts."""
        path = request.scope.get("root_path", "") or "/"
        lifetime = self.settings.draft_days * 86400 if value else 0
        parts = [f"{name}={value}", f"Path={path}", "HttpOnly", "SameSite=Lax"]
        parts.append(f"Max-Age={lifetime}")
        if self.settings.secure_cookies:
            parts.append("Secure")
        MutableHeaders(raw=response.raw_headers).append("set-cookie", "; ".join(parts))


def _languages(questionnaire: Questionnaire) -> tuple[tuple[str, str], ...]:
    return tuple((code, _LANGUAGE_NAMES.get(code, code)) for code in questionnaire.languages)


def summary(
    questionnaire: Questionnaire, problems: Sequence[InputProblem], numbers: Mapping[str, int]
) -> tuple[tuple[str, str], ...]:
    """List the problems of a page with the field each of them leads to."""
    entries = []
    for problem in problems:
        code, _dot, row_code = problem.field.partition(".")
        question = questionnaire.find_question(code)
        rows = question.rows if question else ()
        row = next((row.label.get(current_language()) for row in rows if row.code == row_code), "")
        place = _("第{number}题").format(number=numbers.get(code, 0)) if code in numbers else ""
        if row:
            place = _("{place}“{row}”").format(place=place, row=row)
        text = _("{place}：{message}").format(place=place, message=problem.message)
        entries.append((problem_id(questionnaire, problem), text if place else problem.message))
    return tuple(entries)
