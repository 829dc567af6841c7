"""Chinese words for the codes of the audit trail."""

from __future__ import annotations

from evaluation.language import N_, _

#: One entry for each area before the dot, one for each verb after it.
AREAS: dict[str, str] = {
    "account": N_("账户"),
    "access": N_("登录"),
    "installation": N_("系统"),
    "file": N_("文件"),
    "path": N_("地址"),
}
VERBS: dict[str, str] = {
    "create": N_("新建"),
    "password": N_("修改密码"),
    "roles": N_("变更岗位"),
    "sign_in": N_("登录"),
    "demonstration": N_("标记为演示"),
    "download": N_("下载"),
}


def action(code: str) -> str:
    """Return an action in Chinese; an unknown code is shown as it is."""
    area, dot, verb = code.partition(".")
    if not dot:
        return code
    return f"{_(AREAS.get(area, area))}：{_(VERBS.get(verb, verb))}"


def subject(code: str) -> str:
    """Return a subject in Chinese: 账户 12."""
    area, colon, number = code.partition(":")
    return f"{_(AREAS.get(area, area))} {number}" if colon else _(AREAS.get(area, area))
