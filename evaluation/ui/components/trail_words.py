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
    "register": N_("案件登记"),
    "register_mapping": N_("对应方案"),
    "frame": N_("抽样框"),
    "draw": N_("抽样"),
    "review": N_("案卷评查"),
    "recusal": N_("回避"),
    "case_file": N_("调卷"),
    "packet": N_("离线评查包"),
    "attempt": N_("评查任务"),
    "firms": N_("律师事务所"),
    "case_files": N_("案卷"),
}
VERBS: dict[str, str] = {
    "create": N_("新建"),
    "password": N_("修改密码"),
    "roles": N_("变更岗位"),
    "sign_in": N_("登录"),
    "demonstration": N_("标记为演示"),
    "download": N_("下载"),
    "import": N_("导入"),
    "mapping": N_("保存对应方案"),
    "design": N_("确定样本量"),
    "freeze": N_("冻结"),
    "discard": N_("放弃"),
    "draw": N_("抽样"),
    "extend": N_("延长抽样"),
    "substitute": N_("替补"),
    "plan": N_("设定计划"),
    "seat": N_("列入评查员"),
    "assign": N_("分派"),
    "withdraw": N_("评查员退出"),
    "attest": N_("逐案声明"),
    "open": N_("打开"),
    "submit": N_("提交"),
    "reopen": N_("退回"),
    "conflict": N_("报告利益冲突"),
    "countersign": N_("会签"),
    "appoint": N_("指定裁定人"),
    "adjudicate": N_("裁定"),
    "gold": N_("抽取金标复核"),
    "participants": N_("录入参加人"),
    "merger": N_("登记律所合并"),
    "screen": N_("比对回避"),
    "decide": N_("回避决定"),
    "take_in": N_("列入调卷清单"),
    "request": N_("登记调取"),
    "request_again": N_("再次调取"),
    "produce": N_("登记提供"),
    "return": N_("登记归还"),
    "not_produced": N_("登记未提供"),
    "frame_error": N_("名册差错"),
    "issue": N_("领取"),
    "resolve": N_("处理冲突"),
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
