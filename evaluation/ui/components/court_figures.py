"""Court statistics on screen: coverage, entry of one court, import of a table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from evaluation.domain.framework import Framework
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import court_statistics
from evaluation.services.court_return_reader import MONEY, ReturnDraft
from evaluation.services.court_statistics import Flag, ReturnView
from evaluation.services.courts import CourtView
from evaluation.services.rounds import RoundView
from evaluation.ui.components import problem, table


def overview(
    views: Sequence[ReturnView], courts: Sequence[CourtView], framework: Framework
) -> None:
    """Show which courts reported, how much, and what needs a second look."""
    by_court = {view.court_code: view for view in views}
    n_fields = len(framework.data_fields)
    table.show(
        [
            {
                _("法院"): court.name,
                _("期间"): _periods(views, court.code),
                _("已填字段"): f"{len(by_court[court.code].figures)}／{n_fields}"
                if court.code in by_court
                else _("未报送"),
                _("待核对"): "；".join(flag.text for flag in by_court[court.code].flags)
                if court.code in by_court and by_court[court.code].flags
                else "—",
                _("说明"): by_court[court.code].explanation or "—"
                if court.code in by_court
                else "—",
            }
            for court in courts
        ]
    )


def _periods(views: Sequence[ReturnView], code: str) -> str:
    own = [view for view in views if view.court_code == code]
    return (
        "；".join(f"{view.period_from:%Y-%m-%d}—{view.period_to:%Y-%m-%d}" for view in own) or "—"
    )


def figures(views: Sequence[ReturnView], framework: Framework) -> None:
    """Show every reported figure, one row per field and one column per court."""
    rows = []
    for field in framework.data_fields:
        row: dict[str, str] = {_("统计字段"): field.name, _("单位"): field.unit}
        for view in views:
            value = view.figures.get(field.code)
            row[view.court_name] = "" if value is None else _written(value, field.unit)
        rows.append(row)
    table.show(rows if views else [], empty=_("还没有法院报送统计数据。"), height=520)


def _written(value: int, unit: str) -> str:
    return f"{value / 100:,.2f}" if unit == MONEY else f"{value:,}"


def entry(
    actor: Actor,
    chosen: RoundView,
    courts: Sequence[CourtView],
    views: Sequence[ReturnView],
    framework: Framework,
) -> None:
    """Let the person enter or correct one court's figures for a period."""
    court = st.selectbox(_("法院"), list(courts), format_func=lambda item: item.name, width=320)
    left, right = st.columns(2)
    first = left.date_input(_("期间起"), chosen.period_from, format="YYYY-MM-DD")
    last = right.date_input(_("期间止"), chosen.period_to, format="YYYY-MM-DD")
    existing = next(
        (
            view
            for view in views
            if view.court_code == court.code and (view.period_from, view.period_to) == (first, last)
        ),
        None,
    )
    fields = {field.code: field for field in framework.data_fields}
    typed: dict[str, str] = {}
    with st.form(f"figures_{chosen.id}_{court.code}_{first}_{last}"):
        for title, codes in court_statistics.field_groups(framework):
            st.markdown(f"**{title}**")
            columns = st.columns(3)
            for position, code in enumerate(codes):
                field = fields[code]
                before = "" if existing is None else existing.figures.get(code, "")
                shown = (
                    f"{before / 100:.2f}"
                    if field.unit == MONEY and isinstance(before, int)
                    else str(before)
                )
                typed[code] = columns[position % 3].text_input(
                    f"{field.name}（{field.unit}）", shown, help=field.note or None
                )
        explanation = st.text_area(
            _("说明"),
            existing.explanation if existing else "",
            placeholder=_("口径、缺项、异常值的原因"),
        )
        if st.form_submit_button(_("保存"), type="primary"):
            draft = ReturnDraft(court.code, first, last, typed, explanation, court.name)
            with problem.shown():
                flags = court_statistics.save_return(actor, chosen.id, draft)
                st.success(_("已保存。"))
                show_flags(flags)


def upload(actor: Actor, chosen: RoundView) -> None:
    """Let the person download the template and hand in a filled table."""
    st.write(_("下载模板，一院一行填写后上传。有一处不能接受时，整份文件都不保存。"))
    st.download_button(
        _("下载填报模板"),
        court_statistics.template(actor, chosen.id),
        file_name=_("法院统计填报模板.xlsx"),
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    handed_in = st.file_uploader(_("填好的数据文件（XLSX 或 CSV）"), type=["xlsx", "csv"])
    if handed_in is not None and st.button(_("检查并导入"), type="primary"):
        with problem.shown(), st.spinner(_("正在检查并导入……")):
            flags = court_statistics.import_returns(
                actor, chosen.id, handed_in.getvalue(), handed_in.name
            )
            st.success(_("已导入。"))
            show_flags(flags)


def show_flags(flags: Sequence[Flag]) -> None:
    """Show what was taken but needs a second look."""
    if flags:
        st.warning(_("以下数值已接受，但需要向法院核对："))
        table.show([{_("法院"): flag.court, _("情况"): flag.text} for flag in flags])
