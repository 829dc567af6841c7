"""Beside the way: save and resume, withdraw, language, help, static files."""

from __future__ import annotations

import re
from dataclasses import replace

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from surveys import access
from surveys.language import _, current_language
from surveys.store import Channel, ChannelKind
from surveys.web import problems, security
from surveys.web.desk import Desk
from surveys.web.rendering import STATIC, date_text, static_content
from surveys.web.session import Visit

_SEALED = re.compile(r"hengping-draft:([0-9a-f]{64,400000}):")


async def show_saved(desk: Desk, request: Request) -> Response:
    """Show how to come back."""
    channel = await desk.channel(request)
    visit = await desk.visit(request, channel)
    if visit is None:
        return problems.no_draft(desk.render, request, channel, has_cookie=False)
    content = {
        "page_title": _("已保存，可以以后再填"),
        "resume_code": access.grouped(visit.code, 5),
        "expires_on": date_text(desk.drafts.expires_on(visit.today)),
        "n": visit.draft.reached,
        "token": desk.token(channel, "forget", access.draft_id(visit.code)),
    }
    return desk.render.page(request, "saved.html", channel, content)


async def download_file(desk: Desk, request: Request) -> Response:
    """Give the draft as a file that the respondent keeps."""
    channel = await desk.channel(request)
    visit = await desk.visit(request, channel)
    if visit is None:
        return problems.no_draft(desk.render, request, channel, has_cookie=False)
    root = str(request.base_url).rstrip("/")
    content = {
        "page_title": _("问卷草稿：{title}").format(
            title=channel.questionnaire.title.get(current_language())
        ),
        "day": date_text(visit.today),
        "resume_url": f"{root}/{channel.code}/resume",
        "sealed": desk.drafts.to_file(visit),
    }
    response = desk.render.document("file.html", content)
    name = f"draft-{channel.code}.html"
    response.headers["content-disposition"] = f'attachment; filename="{name}"'
    return response


async def show_resume(desk: Desk, request: Request) -> Response:
    """Ask for a resume code or a file."""
    channel = await desk.channel(request)
    return _resume_page(desk, request, channel)


def _resume_page(
    desk: Desk, request: Request, channel: Channel, code_problem: str = "", file_problem: str = ""
) -> Response:
    content = {
        "page_title": _("继续未完成的答卷"),
        "problems": [
            (target, message)
            for target, message in (("code", code_problem), ("file", file_problem))
            if message
        ],
        "code_problem": code_problem,
        "file_problem": file_problem,
        "token": desk.token(channel, "resume"),
    }
    return desk.render.page(request, "resume.html", channel, content)


async def resume(desk: Desk, request: Request) -> Response:
    """Continue by resume code."""
    channel = await desk.channel(request)
    form = await desk.form(request)
    desk.check_token(form, channel, "resume")
    address = security.client_address(request)
    desk.limiter.check("secrets", address, desk.settings.rates.secrets)
    code = access.normalise(security.first(form, "code")[:60])
    now, today = desk.settings.now(), desk.today()
    known = access.is_resume_code(code)
    visit = await desk.drafts.find(channel, code, now, today) if known else None
    if visit is None:
        message = _("没有找到这个续填码的草稿。请核对每一位；草稿过期或已提交的，无法继续。")
        return _resume_page(desk, request, channel, code_problem=message)
    return _continue(desk, request, visit)


async def resume_file(desk: Desk, request: Request) -> Response:
    """Continue by a file that the respondent kept."""
    channel = await desk.channel(request)
    security.check_origin(request, desk.settings)
    address = security.client_address(request)
    desk.limiter.check("secrets", address, desk.settings.rates.secrets)
    text = await _uploaded_text(desk, request, channel)
    found = _SEALED.search(text)
    visit = desk.drafts.from_file(channel, found[1], desk.today()) if found else None
    if visit is None:
        message = _("这不是本问卷的草稿文件，或者文件被改动过。请选择当时下载的文件。")
        return _resume_page(desk, request, channel, file_problem=message)
    receipt = access.receipt_code(desk.settings.secret, visit.code)
    if await desk.store.has_receipt(access.receipt_hash(receipt)):
        message = _("这份草稿已经提交过了，不能再次填写。")
        return _resume_page(desk, request, channel, file_problem=message)
    await desk.drafts.keep(visit)
    return _continue(desk, request, visit)


async def _uploaded_text(desk: Desk, request: Request, channel: Channel) -> str:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise security.Refused(415, "bad_form")
    body = await security.read_body(request, desk.settings.largest_file_bytes)
    sent = False

    async def receive() -> dict[str, object]:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    limited = Request(request.scope, receive)
    try:
        async with limited.form(max_files=1, max_fields=10) as parts:
            token, file = parts.get("form"), parts.get("file")
            text = await _text_of(file)
    except (MultiPartException, HTTPException, ValueError, KeyError) as error:
        raise security.Refused(400, "bad_form") from error
    form = {security.TOKEN_FIELD: [token if isinstance(token, str) else ""]}
    desk.check_token(form, channel, "resume")
    return text


async def _text_of(part: UploadFile | str | None) -> str:
    return (await part.read()).decode("utf-8", "replace") if isinstance(part, UploadFile) else ""


def _continue(desk: Desk, request: Request, visit: Visit) -> Response:
    n = min(visit.draft.reached, len(visit.pages) + 1)
    response = desk.render.redirect(request, visit.channel, f"p/{n}")
    name = desk.drafts.cookie_name(visit.channel.code)
    desk.render.set_cookie(request, response, name, visit.code)
    return response


async def forget(desk: Desk, request: Request) -> Response:
    """Clear this device."""
    channel = await desk.channel(request)
    form = await desk.form(request)
    code = desk.drafts.resume_code(request, channel.code)
    if code:
        desk.check_token(form, channel, "forget", access.draft_id(code))
    lines = [_("这台设备上的记录已经清除，可以放心关闭页面。")]
    response = desk.render.message(request, channel, _("记录已清除"), lines)
    desk.render.set_cookie(request, response, desk.drafts.cookie_name(channel.code), "")
    return response


async def show_withdraw(desk: Desk, request: Request) -> Response:
    """Ask for the receipt."""
    channel = await desk.channel(request)
    return _withdraw_page(desk, request, channel)


def _withdraw_page(
    desk: Desk, request: Request, channel: Channel, problem: str = "", *, is_done: bool = False
) -> Response:
    content = {
        "page_title": _("撤回答卷"),
        "problems": [("receipt", problem)] if problem else [],
        "code_problem": problem,
        "is_done": is_done,
        "token": desk.token(channel, "withdraw"),
    }
    return desk.render.page(request, "withdraw.html", channel, content)


async def withdraw(desk: Desk, request: Request) -> Response:
    """Delete the response with this receipt."""
    channel = await desk.channel(request)
    form = await desk.form(request)
    desk.check_token(form, channel, "withdraw")
    address = security.client_address(request)
    desk.limiter.check("secrets", address, desk.settings.rates.secrets)
    receipt = access.normalise(security.first(form, "receipt")[:60])
    if not await desk.store.withdraw(access.receipt_hash(receipt)):
        message = _("没有找到这个回执码的答卷。请核对每一位；已经撤回的不需要再次办理。")
        return _withdraw_page(desk, request, channel, message)
    response = _withdraw_page(desk, request, channel, is_done=True)
    desk.render.set_cookie(request, response, desk.drafts.cookie_name(channel.code), "")
    return response


async def choose_language(desk: Desk, request: Request) -> Response:
    """Change the language of the pages and come back."""
    channel = await desk.channel(request)
    form = await desk.form(request)
    wanted = security.first(form, "language")
    root = request.scope.get("root_path", "")
    back = security.first(form, "back")
    if not re.fullmatch(r"/[A-Za-z0-9/_-]{1,200}", back) or "//" in back:
        back = f"/{channel.code}"
    response = RedirectResponse(root + back, 303)
    if wanted in channel.questionnaire.languages:
        visit = await desk.visit(request, channel)
        if visit is not None:
            draft = replace(visit.draft, language=wanted)
            await desk.drafts.keep(replace(visit, draft=draft))
        desk.render.set_cookie(request, response, f"{desk.settings.cookie_prefix}l", wanted)
    return response


async def show_help(desk: Desk, request: Request) -> Response:
    """Explain how to fill in, and what is kept."""
    channel = await desk.channel(request)
    content = {
        "page_title": _("填写帮助与隐私说明"),
        "is_anonymous": channel.is_anonymous,
        "is_invited": channel.kind is ChannelKind.INVITED,
        "minimum_cell": channel.minimum_cell,
        "retention": channel.retention,
    }
    return desk.render.page(request, "help.html", channel, content)


async def static_file(desk: Desk, request: Request) -> Response:
    """Serve the stylesheet and the script; cached by content."""
    name = request.path_params["name"]
    if name not in STATIC:
        raise security.Refused(404, "not_found")
    return Response(
        static_content(name),
        headers={
            "content-type": STATIC[name],
            "cache-control": "public, max-age=31536000, immutable",
        },
    )
