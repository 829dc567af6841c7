"""Parts of the fieldwork page: how each channel stands, rates where there was a list."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from evaluation.language import N_, _
from evaluation.services.public_surveys import SurveyView
from evaluation.services.survey_fieldwork import ChannelCounts
from evaluation.ui.components import table
from surveys.dispositions import AAPOR_CODES, Disposition, OutcomeRates
from surveys.store import ChannelKind, ChannelState

KIND_TITLES = {
    ChannelKind.OPEN: N_("公开链接"),
    ChannelKind.INVITED: N_("邀请链接"),
    ChannelKind.PAPER: N_("纸质问卷"),
    ChannelKind.TEST: N_("试填链接"),
    ChannelKind.IMPORTED: N_("外来答卷表"),
    ChannelKind.IMPORTED_SAMPLE: N_("外来答卷表（随机抽样）"),
}
STATE_TITLES = {
    ChannelState.PREPARED: N_("未开始"),
    ChannelState.RUNNING: N_("进行中"),
    ChannelState.CLOSED: N_("已关闭"),
}
DISPOSITION_TITLES = {
    Disposition.COMPLETE: N_("完整完成"),
    Disposition.PARTIAL: N_("部分完成"),
    Disposition.BREAK_OFF: N_("中途退出"),
    Disposition.REFUSAL: N_("拒绝或撤回"),
    Disposition.NONCONTACT: N_("未联系上"),
    Disposition.OTHER: N_("其他未答"),
    Disposition.UNKNOWN_ELIGIBILITY: N_("是否合格不明"),
    Disposition.NOT_ELIGIBLE: N_("不属于调查对象"),
    Disposition.QUOTA_FILLED: N_("名额已满"),
}
#: Code of the standard, what it means, where :class:`OutcomeRates` keeps it.
_RATES = (
    ("RR1", N_("最低回收率：完整答卷占全部人选，是否合格不明的也算在内"), "response_rate_1"),
    ("RR2", N_("同RR1，部分完成也算答卷"), "response_rate_2"),
    ("RR3", N_("完整答卷占合格人选，是否合格不明的按比例e计入"), "response_rate_3"),
    ("RR4", N_("同RR3，部分完成也算答卷"), "response_rate_4"),
    ("RR5", N_("最高回收率：完整答卷占确知合格的人选"), "response_rate_5"),
    ("RR6", N_("同RR5，部分完成也算答卷"), "response_rate_6"),
    ("COOP1", N_("合作率：完整答卷占联系上的人选"), "cooperation_rate_1"),
    ("REF1", N_("拒访率：拒绝、撤回或中途退出的占全部人选"), "refusal_rate_1"),
    ("CON1", N_("接触率：联系上的占全部人选"), "contact_rate_1"),
)
_EVENT_TITLES = {
    "honeypot": N_("落入隐藏栏的自动填写"),
    "no_work": N_("未启用脚本的开始"),
    "bad_work": N_("无效的工作量证明"),
    "too_many": N_("访问过密被拒"),
    "too_large": N_("内容过大被拒"),
    "bad_form": N_("无效表单被拒"),
    "expired_form": N_("表单过期"),
}


def show(survey: SurveyView, counts: Sequence[ChannelCounts]) -> None:
    """Show totals, channels, quotas, rates and diagnostics."""
    totals = st.columns(4)
    totals[0].metric(_("已提交"), sum(row.n_accepted - row.n_withdrawn for row in counts))
    totals[1].metric(_("完整完成"), sum(row.n_complete for row in counts))
    totals[2].metric(_("已撤回"), sum(row.n_withdrawn for row in counts))
    totals[3].metric(_("待并入"), sum(row.n_waiting for row in counts))
    st.caption(
        _(
            "新答卷先加密存放，凑够一批再打乱次序并入，避免从先后次序认出个人；渠道关闭时全部并入。"
            "不足{k}份时不显示任何结果。"
        ).format(k=survey.minimum_cell)
    )
    table.show([_row(row) for row in counts], empty=_("还没有开放渠道。"))
    _quotas(counts)
    for row in counts:
        if row.rates is not None:
            _rates(row, row.rates)
    _diagnostics(counts)


def _row(row: ChannelCounts) -> dict[str, object]:
    is_invited = row.channel.kind is ChannelKind.INVITED
    return {
        _("渠道"): row.channel.title,
        _("方式"): _(KIND_TITLES[row.channel.kind]),
        _("状态"): _(STATE_TITLES[row.channel.state]),
        _("邀请"): str(row.n_invited) if is_invited else _("不适用"),
        _("开始"): row.n_started,
        _("完整"): row.n_complete,
        _("部分"): row.n_partial,
        _("中断后提交"): row.n_break_off,
        _("撤回"): row.n_withdrawn,
        _("名额已满"): row.n_quota_full,
        _("用时过短"): row.n_fast,
    }


def _quotas(counts: Sequence[ChannelCounts]) -> None:
    rows = [
        {
            _("渠道"): row.channel.title,
            _("名额"): quota.title,
            _("已收"): quota.taken,
            _("上限"): quota.limit,
        }
        for row in counts
        for quota in row.quotas
    ]
    if rows:
        st.subheader(_("名额"))
        table.show(rows)


def _rates(row: ChannelCounts, rates: OutcomeRates) -> None:
    st.subheader(_("回收率：{channel}").format(channel=row.channel.title))
    table.show(
        [
            {
                _("最终结果"): _(DISPOSITION_TITLES[disposition]),
                _("人数"): n,
                _("AAPOR 代码"): AAPOR_CODES[disposition],
            }
            for disposition, n in sorted(row.dispositions.items(), key=lambda item: item[0].value)
        ]
    )
    values = [(code, meaning, getattr(rates, name)) for code, meaning, name in _RATES]
    table.show(
        [
            {_("比率"): code, _("数值"): f"{value:.1%}", _("含义"): _(meaning)}
            for code, meaning, value in values
            if value is not None
        ]
    )
    st.caption(
        _(
            "按美国民意研究协会《标准定义》（2023年第10版）计算；RR3、RR4 中合格比例 e 取 {e}。"
            "完整、部分完成的界限在调查开始前确定。"
        ).format(e=f"{rates.eligible_share:.3f}")
    )


def _diagnostics(counts: Sequence[ChannelCounts]) -> None:
    rows = [
        {_("渠道"): row.channel.title, _("情形"): _(_EVENT_TITLES[name]), _("次数"): n}
        for row in counts
        for name, n in row.diagnostics.items()
        if name in _EVENT_TITLES
    ]
    if any(row.channel.kind is ChannelKind.OPEN for row in counts):
        st.caption(_("公开链接不是概率抽样，只报告份数，不计算回收率和误差范围。"))
    if rows:
        with st.expander(_("防刷票诊断")):
            table.show(rows)
