"""Imported registers and the outcome of checking one, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from evaluation.clock import beijing_text
from evaluation.language import _
from evaluation.services.registers import CheckedRegister, RegisterNote, RegisterView
from evaluation.ui.components import table


def imported(views: Sequence[RegisterView]) -> None:
    """Show the registers of a round, with what was left out and what was noted."""
    table.show(
        [
            {
                _("登记表"): view.name,
                _("案件"): view.n_rows,
                _("原表行数"): view.n_source_rows,
                _("重复未计"): view.n_duplicates,
                _("未收录的列"): "、".join(view.left_out_columns) or "—",
                _("导入时间"): beijing_text(view.imported_at),
            }
            for view in views
        ],
        empty=_("本期还没有导入登记表。"),
    )
    noted = [(view.name, note) for view in views for note in view.notes]
    if noted:
        with st.expander(_("导入时的说明（{n}条）").format(n=len(noted))):
            for name, note in noted:
                st.write(f"{name}：{note_text(note)}")


def note_text(note: RegisterNote) -> str:
    """Return a note with its count."""
    return _("{text}（{n}处）").format(text=note.text.rstrip("。"), n=note.count)


def outcome(checked: CheckedRegister, names: Mapping[str, str]) -> None:
    """Show what checking found: counts, problems by kind, each place, strata."""
    columns = st.columns(4)
    columns[0].metric(_("原表行数"), checked.n_source_rows)
    columns[1].metric(_("可以导入"), len(checked.rows))
    columns[2].metric(_("有问题的行"), checked.n_bad_rows)
    columns[3].metric(_("重复未计"), checked.n_duplicates)
    for note in checked.notes:
        st.info(note_text(note))
    if checked.faults:
        st.error(_("有问题的行须先在原文件中改正；全部通过之前，不导入任何内容。"))
        table.show(
            [{_("问题"): what, _("处数"): count} for what, count in checked.fault_counts.items()]
        )
        st.subheader(_("问题所在（最多列出{n}处）").format(n=len(checked.faults)))
        table.show(
            [
                {_("位置"): fault.where, _("问题"): fault.what, _("处理办法"): fault.remedy}
                for fault in checked.faults
            ]
        )
        return
    st.success(_("全部{n}行通过检查。").format(n=checked.n_source_rows))
    table.show(
        [
            {_("层"): names.get(stratum, stratum), _("案件"): size}
            for stratum, size in checked.stratum_sizes.items()
        ]
    )
