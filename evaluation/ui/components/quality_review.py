"""Parts of the fieldwork page: signs of doubtful responses, and decisions with a reason."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from evaluation import clock
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import survey_quality
from evaluation.services.public_surveys import SurveyView
from evaluation.services.survey_quality import FLAG_TITLES
from evaluation.ui.components import problem, table


def show(actor: Actor, survey: SurveyView) -> None:
    """Show flags, let an analyst decide, show what was decided."""
    report = survey_quality.inspect(actor, survey.id)
    if report.is_withheld:
        st.info(_("已并入的答卷不足{k}份，暂不显示任何内容。").format(k=survey.minimum_cell))
        return
    columns = st.columns(len(report.n_by_flag) + 1)
    columns[0].metric(_("已排除"), report.n_excluded)
    for column, (flag, n) in zip(columns[1:], report.n_by_flag.items(), strict=True):
        column.metric(_(FLAG_TITLES[flag]), n)
    st.caption(
        _("标记只是线索，系统不会自行删除答卷。排除须写明理由；统计页同时给出排除前后的结果。")
    )
    if not report.flagged:
        st.info(_("没有发现可疑的答卷。"))
        return
    event = st.dataframe(
        pd.DataFrame(
            {
                _("答卷"): [row.response_id[:8] for row in report.flagged],
                _("标记"): [
                    "、".join(_(FLAG_TITLES[flag]) for flag in row.flags) for row in report.flagged
                ],
                _("矛盾之处"): ["；".join(row.contradictions) for row in report.flagged],
                _("处理"): [
                    _("计入") if row.is_included else _("已排除") for row in report.flagged
                ],
            }
        ),
        column_config={
            _("答卷"): st.column_config.TextColumn(width=90),
            _("处理"): st.column_config.TextColumn(width=80),
            _("矛盾之处"): st.column_config.TextColumn(width="large"),
        },
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="multi-row",
        key=f"flagged_{survey.id}",
    )
    chosen = [report.flagged[place].response_id for place in event["selection"]["rows"]]
    if actor.has(Role.ANALYST):
        _decide(actor, survey, chosen)
    _history(actor, survey)


def _decide(actor: Actor, survey: SurveyView, chosen: list[str]) -> None:
    reason = st.text_input(_("理由"), key=f"reason_{survey.id}")
    columns = st.columns(2)
    for column, label, is_included in (
        (columns[0], _("排除所选答卷"), False),
        (columns[1], _("重新计入所选答卷"), True),
    ):
        if column.button(label, disabled=not chosen, key=f"decide_{survey.id}_{is_included}"):
            with problem.shown():
                survey_quality.decide(
                    actor, survey.id, chosen, is_included=is_included, reason=reason
                )
                st.rerun()


def _history(actor: Actor, survey: SurveyView) -> None:
    decisions = survey_quality.list_decisions(actor, survey.id)
    if not decisions:
        return
    with st.expander(_("处理记录")):
        table.show(
            [
                {
                    _("答卷"): row.response_id[:8],
                    _("处理"): _("计入") if row.is_included else _("排除"),
                    _("理由"): row.reason,
                    _("时间"): clock.beijing_text(row.decided_at),
                }
                for row in decisions
            ]
        )
