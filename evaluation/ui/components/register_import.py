"""Importing a register step by step: file, columns, rules, check, import."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from evaluation.domain.register import DUPLICATE_TITLES, FIELD_TITLES, DuplicateRule, Field
from evaluation.domain.register_mapping import AMOUNT_UNITS, STRATUM_CHOICES, RegisterMapping
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import register_mappings, registers, rounds
from evaluation.services.registers import CheckedRegister, Preview
from evaluation.services.rounds import RoundView
from evaluation.ui.components import problem, register_views, table

_CHECKED = "register_import_checked"
_PREVIEW = "register_import_preview"


def show(actor: Actor, chosen: RoundView) -> None:
    """Lead through the import; every step repeats what the one before has decided."""
    file = st.file_uploader(
        _("登记表文件（XLSX、CSV 或 Parquet）"),
        type=["xlsx", "csv", "parquet"],
        help=_("含有公式、宏的文件不予打开。当事人姓名、证件号码等列自动识别，不收录。"),
    )
    if file is None:
        return
    content = file.getvalue()
    with problem.shown():
        preview = _previewed(actor, file.file_id, (content, file.name))
        _first_rows(preview)
        mapping = _mapping(actor, preview)
        key = (chosen.id, file.name, len(content), repr(mapping))
        if st.button(_("检查全部行")):
            checked = _checked(actor, chosen.id, (content, file.name), mapping)
            st.session_state[_CHECKED] = (key, checked)
        kept = st.session_state.get(_CHECKED)
        if kept is not None and kept[0] == key:
            _finish(actor, chosen, (content, file.name), mapping, kept[1])


def _previewed(actor: Actor, file_id: str, upload: tuple[bytes, str]) -> Preview:
    """Return the preview of a file; it is read once, not at every rerun of the page."""
    kept = st.session_state.get(_PREVIEW)
    if kept is None or kept[0] != file_id:
        with st.spinner(_("正在读取文件")):
            kept = (file_id, registers.preview(actor, *upload))
        st.session_state[_PREVIEW] = kept
    preview: Preview = kept[1]
    return preview


def _checked(
    actor: Actor, round_id: int, upload: tuple[bytes, str], mapping: RegisterMapping
) -> CheckedRegister:
    bar = st.progress(0.0, text=_("正在逐行检查"))

    def report(share: float) -> None:
        bar.progress(share, text=_("正在逐行检查"))

    checked = registers.check(actor, round_id, upload, mapping, progress=report)
    bar.empty()
    return checked


def _first_rows(preview: Preview) -> None:
    st.subheader(_("文件内容（前{n}行）").format(n=len(preview.first_rows)))
    st.caption(_("共{n}行、{columns}列。").format(n=preview.n_rows, columns=len(preview.columns)))
    if preview.personal_columns:
        st.warning(
            _("这些列含有当事人信息，系统不收录，也不显示：{columns}。").format(
                columns="、".join(preview.personal_columns)
            )
        )
    table.show([dict(zip(preview.columns, row, strict=True)) for row in preview.first_rows])


def _mapping(actor: Actor, preview: Preview) -> RegisterMapping:
    st.subheader(_("列的含义"))
    saved = register_mappings.list_mappings(actor)
    fitting = [
        entry for entry in saved if set(entry.mapping.columns.values()) <= set(preview.columns)
    ]
    names = [_("按列名推断"), *(entry.name for entry in fitting)]
    name = st.selectbox(_("对应方案"), names, index=1 if fitting else 0, width=420)
    start = next((entry.mapping for entry in fitting if entry.name == name), preview.suggested)
    free = [column for column in preview.columns if column not in preview.personal_columns]
    columns: dict[Field, str] = {}
    places = st.columns(3)
    for position, meaning in enumerate(Field):
        options = ["", *free]
        with places[position % 3]:
            choice = st.selectbox(
                _(FIELD_TITLES[meaning]),
                options,
                index=options.index(start.columns.get(meaning, ""))
                if start.columns.get(meaning, "") in options
                else 0,
                format_func=lambda column: column or _("（没有这一列）"),
                key=f"register_column_{name}_{meaning}",
            )
        if choice:
            columns[meaning] = choice
    return _rules(actor, replace(start, columns=columns), name)


def _rules(actor: Actor, start: RegisterMapping, name: str) -> RegisterMapping:
    places = st.columns(3)
    with places[0]:
        strata = list(STRATUM_CHOICES)
        stratum_by = st.selectbox(
            _("分层方式"),
            strata,
            index=strata.index(start.stratum_by),
            format_func=lambda choice: _(STRATUM_CHOICES[choice]),
            key=f"register_stratum_{name}",
        )
    with places[1]:
        duplicates = list(DuplicateRule)
        rule = st.selectbox(
            _("编号重复时"),
            duplicates,
            index=duplicates.index(start.duplicate_rule),
            format_func=lambda choice: _(DUPLICATE_TITLES[choice]),
            key=f"register_duplicates_{name}",
        )
    with places[2]:
        units = list(AMOUNT_UNITS)
        unit = st.selectbox(
            _("金额单位"),
            units,
            index=units.index(start.amount_unit),
            format_func=lambda choice: _(AMOUNT_UNITS[choice]),
            key=f"register_unit_{name}",
        )
    is_case_number = st.checkbox(
        _("编号是案号，须符合案号格式"), value=start.is_case_number, key=f"register_grammar_{name}"
    )
    blank = st.checkbox(
        _("不可信的日期按空白处理并注明（否则该行不能导入）"),
        value=start.blank_doubtful_dates,
        key=f"register_dates_{name}",
    )
    mapping = replace(
        start,
        stratum_by=stratum_by,
        duplicate_rule=rule,
        amount_unit=unit,
        is_case_number=is_case_number,
        blank_doubtful_dates=blank,
    )
    with st.expander(_("保存为对应方案，下次直接使用")):
        title = st.text_input(_("方案名称"), key="register_mapping_name")
        if st.button(_("保存方案")):
            with problem.shown():
                register_mappings.save(actor, title, mapping)
                st.success(_("方案已保存。"))
    return mapping


def _finish(
    actor: Actor,
    chosen: RoundView,
    upload: tuple[bytes, str],
    mapping: RegisterMapping,
    checked: CheckedRegister,
) -> None:
    courts = rounds.list_round_courts(actor, chosen.id)
    register_views.outcome(checked, {court.code: court.short_name for court in courts})
    if checked.faults:
        return
    name = st.text_input(
        _("登记表名称"), value=_("{year}年执行案件登记").format(year=chosen.period_to.year)
    )
    if st.button(_("导入"), type="primary"):
        with problem.shown():
            view = registers.import_register(actor, chosen.id, name, upload, mapping)
            st.session_state.pop(_CHECKED, None)
            st.toast(_("已导入{n}件。").format(n=view.n_rows))
            st.rerun()
