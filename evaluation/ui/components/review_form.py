"""The review form on a page: a component that saves each answer through its own address."""

from __future__ import annotations

from importlib import resources

import streamlit as st

from evaluation.language import _
from evaluation.services import review_form
from evaluation.services.reviews import FormView

_ASSETS = resources.files("evaluation.ui.components").joinpath("review_form_assets")
_mount = st.components.v2.component(
    "hengping_review_form",
    html='<div class="rf" role="application"></div>',
    css=_ASSETS.joinpath("form.css").read_text("utf-8"),
    js=_ASSETS.joinpath("form.js").read_text("utf-8"),
)


def _words() -> dict[str, str]:
    return {
        "parts": _("评查表各部分"),
        "part": _("第{n}部分"),
        "known": _("{name}：{text}（取自案件登记，不能修改）"),
        "fields": _("基本情况"),
        "flags": _("案情特征：决定有关项目是否适用"),
        "dates": _("日期与金额：只填一次，时限由系统计算"),
        "periods": _("不计入办案期限的期间"),
        "choose": _("请选择"),
        "yes": _("有"),
        "no": _("没有"),
        "rest": _("其余特征均为“没有”（X）"),
        "yuan": _("元"),
        "page": _("页码"),
        "note": _("备注（不写姓名、案号）"),
        "option": _("请选择具体情形"),
        "sub_volume": _("副卷"),
        "severity": _("严重程度：A严重、B一般、C瑕疵"),
        "capture": _("记录："),
        "remark": _("说明："),
        "by_rule": _("按适用条件不适用"),
        "computed": _("按日期计算"),
        "summed": _("由各分项得出"),
        "why": _("理由，回车保存"),
        "differs": _("与系统计算结果不同，请写明理由："),
        "why_na": _("不适用的原因："),
        "how_verified": _("副卷核验方式："),
        "from": _("起始日"),
        "to": _("截止日"),
        "reason": _("事由"),
        "remove": _("删除"),
        "add_period": _("增加一段"),
        "previous": _("上一部分"),
        "next": _("下一部分"),
        "tally": _("已答{a}/{b}项"),
        "missing": _("还差{n}处"),
        "complete": _("已填完，可以提交"),
        "saved": _("已全部保存"),
        "saving": _("正在保存{n}处"),
        "retrying": _("还有{n}处没有保存，正在重试"),
        "signed_out": _("登录已过期，请在另一页登录后回到本页"),
        "bad_date": _("“{name}”不是有效日期，没有保存"),
        "keys": _(
            "<span><kbd>1</kbd>–<kbd>5</kbd> 作答</span>"
            "<span><kbd>↑</kbd><kbd>↓</kbd> 上下项</span>"
            "<span><kbd>[</kbd><kbd>]</kbd> 前后部分</span><span><kbd>F</kbd> 特征与日期</span>"
            "<span><kbd>X</kbd> 其余没有</span><span><kbd>P</kbd> 页码</span>"
            "<span><kbd>N</kbd> 备注</span><span><kbd>Esc</kbd> 回到项目</span>"
        ),
    }


def show(view: FormView) -> None:
    """Show the form of an open attempt."""
    _mount(
        data={
            "key": f"{view.attempt_id}",
            "address": f"/review/{view.attempt_id}/save",
            "layout": review_form.layout(view.checklist),
            "state": review_form.state(view),
            "words": _words(),
        },
        key=f"review_form_{view.attempt_id}",
    )
