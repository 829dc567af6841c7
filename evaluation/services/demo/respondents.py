"""Simulated respondents who fill in real pages over HTTP, each from a seed.

They see what a browser sees: every field they send stands on the page they were given. Leaves out
who mounts the pages; give any ASGI application.
"""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import numpy as np

from surveys.answers import Answer, AnswerSet
from surveys.parsing import raw_of
from surveys.schema import Missing, Option, Question, Questionnaire, QuestionType

Message = MutableMapping[str, Any]
AsgiApp = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[Message]],
        Callable[[Message], Awaitable[None]],
    ],
    Awaitable[None],
]
_NAMES = re.compile(r'\bname="([^"]+)"')
_TOKEN = re.compile(r'name="form" value="([^"]+)"')
_ACTION = re.compile(r'<form[^>]* action="([^"]+/(?:start|p/\d+|check))"')
_RECEIPT = re.compile(r'class="code"[^>]*>([0-9A-Z-]+)<')
_MOST_STEPS = 400
_FORM = "application/x-www-form-urlencoded"


class RespondentError(Exception):
    """A page did not answer as a respondent may expect; the text says which."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass
class Browser:
    """A browser without scripts: keeps cookies, follows redirects, sends forms."""

    app: AsgiApp
    address: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)
    extra_headers: list[tuple[str, str]] = field(default_factory=list)
    declares_size: bool = True

    async def get(self, path: str) -> Reply:
        """Open a page."""
        return await self._follow(await self._send("GET", path, b""))

    async def post(self, path: str, fields: list[tuple[str, str]]) -> Reply:
        """Send a form and follow where it leads."""
        return await self.send("POST", path, urlencode(fields).encode())

    async def send(self, method: str, path: str, body: bytes, kind: str = _FORM) -> Reply:
        """Send any body and follow where it leads."""
        return await self._follow(await self._send(method, path, body, kind))

    async def _follow(self, reply: Reply) -> Reply:
        for _ in range(5):
            if reply.status not in (302, 303):
                return reply
            reply = await self._send("GET", reply.headers["location"], b"")
        raise RespondentError("too many redirects")

    async def _send(self, method: str, target: str, body: bytes, kind: str = _FORM) -> Reply:
        path, _, query = target.partition("?")
        headers = [(b"host", b"hengping.test")]
        headers += [(name.encode(), value.encode()) for name, value in self.extra_headers]
        if self.declares_size:
            headers.append((b"content-length", str(len(body)).encode()))
        if body:
            headers.append((b"content-type", kind.encode()))
        if self.cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers.append((b"cookie", pairs.encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "client": (self.address, 40000),
            "server": ("hengping.test", 80),
            "state": {},
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        return self._reply(sent)

    def _reply(self, sent: list[Message]) -> Reply:
        start = sent[0]
        headers: dict[str, str] = {}
        for raw_name, raw_value in start["headers"]:
            name, value = raw_name.decode().lower(), raw_value.decode()
            headers[name] = value
            if name == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content
        content = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body")
        return Reply(start["status"], headers, content.decode())


async def fill_in(
    app: AsgiApp,
    first_page: str,
    wanted: AnswerSet,
    asked: Questionnaire,
    *,
    spend_time: Callable[[int], None] = lambda n_fields: None,
) -> str:
    """Fill in a questionnaire from its first page to the receipt; return the receipt code.

    Questions that routing does not show are not answered, whatever ``wanted`` says. Before a page
    is sent ``spend_time`` is told how many fields were filled in.
    """
    raws = {code: raw_of(asked.question(code), item) for code, item in wanted.answers.items()}
    browser = Browser(app)
    page = await browser.get(first_page)
    for _ in range(_MOST_STEPS):
        receipt = _RECEIPT.search(page.body)
        if receipt and "/forget" in page.body and "/save/file" not in page.body:
            return receipt[1]
        action, token = _ACTION.search(page.body), _TOKEN.search(page.body)
        if action is None or token is None:
            title = re.search(r"<title>(.*?)</title>", page.body, re.DOTALL)
            raise RespondentError(f"{page.status} {title[1] if title else ''}")
        fields = [("form", html.unescape(token[1])), ("go", "next")]
        on_page = set(_NAMES.findall(page.body))
        if action[1].endswith("/start"):
            fields.append(("consent", "yes"))
            invitation = re.search(r'name="invitation" value="([^"]+)"', page.body)
            if invitation:
                fields.append(("invitation", invitation[1]))
        elif action[1].endswith("/check"):
            fields[1] = ("go", "submit")
        else:
            fields += [
                (name, value)
                for raw in raws.values()
                for name, values in raw.items()
                for value in values
                if name in on_page or f"{name}.year" in on_page
            ]
        spend_time(len(fields))
        page = await browser.post(action[1], fields)
    raise RespondentError("the questionnaire did not end")


def random_answers(
    asked: Questionnaire,
    generator: np.random.Generator,
    *,
    mood: float = 0.0,
    skip_share: float = 0.04,
    today: date = date(2016, 5, 1),
) -> AnswerSet:
    """Make plausible answers: scales lean to the good side by ``mood``, a few stay empty.

    ``mood`` is a shift in standard deviations of a latent opinion; 0 centres on the middle of
    the scale. Questions scored in reverse lean the other way.
    """
    opinion = generator.normal(mood, 0.8)
    answers = {}
    for question in asked.questions:
        if question.type is QuestionType.NOTE:
            continue
        if not question.required and generator.random() < skip_share:
            continue
        answer = _answer(asked, question, generator, opinion, today)
        if answer is not None:
            answers[question.code] = answer
    return AnswerSet(answers)


def _answer(
    asked: Questionnaire,
    question: Question,
    generator: np.random.Generator,
    opinion: float,
    today: date,
) -> Answer | None:
    kind, options, limits = question.type, asked.options_of(question), question.limits
    if kind is QuestionType.MATRIX:
        return Answer(
            {
                row.code: _scale_point(options, generator, opinion, question.is_reversed(row.code))
                for row in question.rows
            }
        )
    if kind is QuestionType.LIKERT:
        return _chosen(asked, question, _scale_point(options, generator, opinion, question.reverse))
    if kind is QuestionType.SINGLE:
        place = int(min(generator.geometric(0.35) - 1, len(options) - 1))
        return _chosen(asked, question, options[place].code)
    if kind is QuestionType.MULTIPLE:
        return _several(options, generator, limits.min_choices or 1, limits.max_choices)
    if kind is QuestionType.RANKING:
        n = limits.max_choices or len(options)
        order = generator.permutation(len(options))[:n]
        return Answer(tuple(options[place].code for place in order))
    if kind is QuestionType.NUMBER:
        low = limits.minimum if limits.minimum is not None else 0
        high = limits.maximum if limits.maximum is not None else low + 100
        return Answer(int(low + (high - low) * generator.beta(1.2, 8)))
    if kind is QuestionType.DATE:
        return Answer((today - timedelta(days=int(generator.integers(1, 400)))).isoformat())
    texts = _OPINIONS if generator.random() < 0.35 else ()
    return Answer(str(generator.choice(texts))) if texts else None


def _chosen(asked: Questionnaire, question: Question, code: str) -> Answer:
    option = asked.find_option(question, code)
    other = {code: "其他情形"} if option and option.with_text else {}
    return Answer(code, missing=option.missing if option else None, other=other)


def _scale_point(
    options: tuple[Option, ...], generator: np.random.Generator, opinion: float, is_reversed: bool
) -> str:
    points = [option for option in options if option.missing is None]
    apart = [option for option in options if option.missing is Missing.DONT_KNOW]
    if apart and generator.random() < 0.07:
        return apart[0].code
    latent = (-opinion if is_reversed else opinion) + generator.normal(0, 0.7)
    middle = (len(points) - 1) / 2
    return points[int(np.clip(round(middle + latent), 0, len(points) - 1))].code


def _several(
    options: tuple[Option, ...], generator: np.random.Generator, low: int, high: int | None
) -> Answer:
    exclusive = [option for option in options if option.exclusive]
    if exclusive and generator.random() < 0.12:
        return Answer((exclusive[0].code,))
    usual = [option for option in options if not option.exclusive and option.missing is None]
    most = min(high or 4, len(usual))
    n = int(generator.integers(min(low, most), most + 1))
    places = sorted(generator.permutation(len(usual))[:n])
    chosen = [usual[place] for place in places]
    other = {option.code: "其他情形" for option in chosen if option.with_text}
    return Answer(tuple(option.code for option in chosen), other=other)


#: Invented remarks without any person, case or place.
_OPINIONS = (
    "希望办理进展能主动告知，不用反复打电话询问。",
    "财产查到以后处置太慢，希望有明确的时限。",
    "网上能查到流程节点，比以前方便。",
    "终结本次执行程序之前应当听取申请执行人的意见。",
    "建议公开评估、拍卖机构的选定过程。",
    "案款到账以后发放比较及时，感谢。",
    "希望加大对拒不履行的人的惩戒。",
    "联系不上承办人，希望有固定的答复时间。",
)
