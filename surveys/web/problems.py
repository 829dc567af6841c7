"""What the public reads when something cannot be done: what happened, and what to do now."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from surveys.language import _
from surveys.store import Channel, StartOutcome, SubmitOutcome
from surveys.web.rendering import Renderer
from surveys.web.security import Refused


def refused(render: Renderer, request: Request, error: Refused) -> Response:
    """Render the page for a request that was not served."""
    titles = {
        "not_found": _("没有找到这个页面"),
        "invitation_needed": _("请使用邀请链接"),
        "invitation_expired": _("邀请已失效"),
        "too_large": _("提交的内容太大"),
        "too_many": _("访问太频繁"),
        "expired_form": _("页面已过期"),
        "failed": _("暂时无法处理"),
    }
    texts = {
        "not_found": _("请核对网址或重新扫描二维码。链接可能没有复制完整，或者问卷已经撤下。"),
        "invitation_needed": _("这份问卷只向受邀人开放，请打开短信或信函中的完整链接。"),
        "invitation_expired": _("这份邀请已经过期或者被取消。如仍愿意参加，请与评估团联系。"),
        "too_large": _("请缩短填写的文字，或者确认上传的是保存的草稿文件，然后再试一次。"),
        "too_many": _("同一网络的访问过于集中，请过一分钟再试。已经填写的内容没有丢失。"),
        "expired_form": _("页面打开的时间太长了。请返回问卷首页继续，已经保存的内容还在。"),
        "failed": _("系统暂时出了问题，请稍后再试。已经保存的内容没有丢失。"),
    }
    title = titles.get(error.reason, _("没有收到有效的内容"))
    text = texts.get(error.reason, _("请返回问卷页面，刷新以后再试一次。"))
    response = render.message(request, None, title, [text], status=error.status)
    if error.retry_after:
        response.headers["retry-after"] = str(error.retry_after)
    return response


def not_open(render: Renderer, request: Request, channel: Channel, reason: str) -> Response:
    """Say that a questionnaire cannot be begun now."""
    if reason == "not_yet":
        return render.message(
            request, channel, _("问卷还没有开始"), [_("请在公布的开始时间以后再打开本页。")]
        )
    if reason == "night":
        hours = channel.hours
        begin = f"{hours.daily_from:%H:%M}" if hours.daily_from else ""
        end = f"{hours.daily_until:%H:%M}" if hours.daily_until else ""
        text = _("每天{begin}至{end}可以开始填写，已经开始的不受影响。").format(
            begin=begin, end=end
        )
        return render.message(request, channel, _("现在不是填写时间"), [text])
    return render.message(
        request,
        channel,
        _("问卷已经结束"),
        [_("感谢您的关注，问卷已停止回收。评估报告发布后可在评估团公布的网页查阅。")],
    )


def used(render: Renderer, request: Request, channel: Channel) -> Response:
    """Say that an invitation was used."""
    lines = [
        _("每份邀请只能提交一次，这份邀请的答卷已经收到，感谢您的参与。"),
        _("如果您没有填写过，请与评估团联系。"),
    ]
    return render.message(request, channel, _("这份邀请已经用过"), lines)


def expired(render: Renderer, request: Request, channel: Channel) -> Response:
    """Say that an invitation is no longer valid."""
    lines = [_("这份邀请已经过期或者被取消。如仍愿意参加，请与评估团联系。")]
    return render.message(request, channel, _("邀请已失效"), lines, status=410)


def not_started(
    render: Renderer, request: Request, channel: Channel, outcome: StartOutcome
) -> Response:
    """Say why a questionnaire could not be begun after all."""
    if outcome is StartOutcome.USED:
        return used(render, request, channel)
    if outcome is StartOutcome.CLOSED:
        return not_open(render, request, channel, "closed")
    return render.message(
        request, channel, _("名额已满"), [_("计划的份数已经收齐，感谢您的关注。")]
    )


def not_accepted(
    render: Renderer, request: Request, channel: Channel, outcome: SubmitOutcome
) -> Response:
    """Say why a response could not be taken."""
    if outcome is SubmitOutcome.USED:
        return used(render, request, channel)
    if outcome is SubmitOutcome.CLOSED:
        return not_open(render, request, channel, "closed")
    lines = [
        _("您所在群体的计划份数已经收齐，这份答卷没有计入，也没有保存。感谢您的参与。"),
    ]
    return render.message(request, channel, _("名额已满"), lines)


def no_draft(render: Renderer, request: Request, channel: Channel, *, has_cookie: bool) -> Response:
    """Say that there is no draft on this device."""
    root = request.scope.get("root_path", "")
    if has_cookie:
        lines = [
            _("这份草稿已经过期、提交，或者在别处被删除。"),
            _("请从问卷链接重新开始，或者凭草稿文件继续。"),
        ]
    else:
        lines = [
            _("没有找到您的草稿：可能还没有开始填写，或者浏览器没有保存本站的记录（Cookie）。"),
            _("请允许本站保存记录，再从问卷链接开始；也可以凭续填码或草稿文件继续。"),
        ]
    action = (f"{root}/{channel.code}/resume", _("继续未完成的答卷"))
    return render.message(request, channel, _("请先开始填写"), lines, action=action)
