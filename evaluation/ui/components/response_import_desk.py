"""Importing responses step by step: questionnaire and table, columns, meanings, check, import."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from evaluation import clock
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import response_imports, survey_sources
from evaluation.services.response_imports import (
    CheckedResponses,
    Mapped,
    Provenance,
    TableView,
    Upload,
)
from evaluation.services.survey_sources import SurveySource
from evaluation.ui.components import problem, table
from evaluation.ui.components.fieldwork_overview import DISPOSITION_TITLES, KIND_TITLES
from surveys.schema import Missing

_CHECKED = "response_import_checked"
_TEXTS = "response_import_texts"
_DONE = "response_import_done"
_MOST_PROBLEMS = 200
_MOST_TEXTS = 40
_KINDS = (Missing.DONT_KNOW, Missing.REFUSED, Missing.NOT_APPLICABLE, Missing.NOT_ANSWERED)


def _kind_words() -> dict[str, Missing]:
    words = (_("不清楚"), _("不愿回答"), _("不适用"), _("未作答"))
    return dict(zip(words, _KINDS, strict=True))


def imported(actor: Actor, round_id: int) -> None:
    """List what was imported in this round; let it be taken back with a reason."""
    if note := st.session_state.pop(_DONE, ""):
        st.success(note)
    listed = response_imports.list_imports(actor, round_id)
    if not listed:
        return
    st.subheader(_("本期已导入"))
    table.show(
        [
            {
                _("调查"): view.survey_title,
                _("来源"): view.source,
                _("方式"): _(KIND_TITLES[view.kind]),
                _("份数"): view.n,
            }
            for view in listed
        ]
    )
    with st.popover(_("撤销一次导入")):
        chosen = st.selectbox(_("要撤销的"), listed, format_func=lambda view: view.source)
        reason = st.text_input(_("理由"), key="remove_reason")
        if st.button(_("撤销导入"), key="remove_import"):
            with problem.shown():
                response_imports.remove(actor, chosen.channel_id, reason)
                st.session_state[_DONE] = _("已撤销，答卷、编码和处理记录一并删去。")
                st.rerun()


def show(actor: Actor, round_id: int) -> None:
    """Lead through one import."""
    st.subheader(_("导入一张答卷表"))
    sources = survey_sources.list_sources(actor)
    source = st.selectbox(
        _("对应的问卷"),
        sources,
        format_func=lambda item: item.title,
        help=_("外来的问卷请先在“问卷设计”页导入并发布。"),
    )
    file = st.file_uploader(
        _("答卷表（CSV、XLSX、Parquet、SPSS .sav 或 Stata .dta），一行一份答卷"),
        type=["csv", "xlsx", "parquet", "sav", "dta"],
        help=_("请先删去姓名、电话、网络地址等列；没有指定的列不取入。"),
    )
    if source is None or file is None:
        return
    upload = Upload(file.name, file.getvalue())
    with problem.shown():
        view = response_imports.preview(actor, source, upload)
        _first_rows(view)
        key = f"{source.title}|{file.file_id}"
        mapped = Mapped(_columns(view, key), _meanings(key))
        step = (key, repr(mapped))
        if st.button(_("检查全部答卷"), type="primary"):
            with st.spinner(_("正在逐行检查")):
                found = response_imports.check(actor, source, upload, mapped)
            st.session_state[_CHECKED] = (step, found)
            st.session_state[_TEXTS] = (key, _texts(found, mapped))
            st.rerun()
        kept = st.session_state.get(_CHECKED)
        if kept is not None and kept[0] == step:
            _outcome(kept[1])
            _finish(actor, round_id, source, upload, mapped, kept[1])


def _first_rows(view: TableView) -> None:
    st.caption(
        _("共{n}行、{columns}列，前几行如下。").format(n=view.n_rows, columns=len(view.columns))
    )
    st.dataframe(pd.DataFrame(list(view.first_rows)), hide_index=True, width="stretch")


def _columns(view: TableView, key: str) -> dict[str, str]:
    st.markdown(_("**列与题目的对应**（按代码和题面推断，请核对；留空的不取入）"))
    edited = st.data_editor(
        pd.DataFrame(
            {
                "name": [target.name for target in view.targets],
                "label": [target.label for target in view.targets],
                "column": [view.suggested.get(target.name, "") for target in view.targets],
            }
        ),
        hide_index=True,
        disabled=["name", "label"],
        column_config={
            "name": st.column_config.TextColumn(_("代码"), width="small"),
            "label": st.column_config.TextColumn(_("题目"), width="large"),
            "column": st.column_config.SelectboxColumn(
                _("表中的列"), options=["", *view.columns], width="medium"
            ),
        },
        height=min(420, 40 + 35 * len(view.targets)),
        width="stretch",
        key=f"import_columns_{key}",
    )
    return {
        str(row["name"]): str(row["column"])
        for row in edited.to_dict("records")
        if isinstance(row["column"], str) and row["column"]
    }


def _texts(found: CheckedResponses, mapped: Mapped) -> list[tuple[str, str]]:
    """Texts whose meaning may be told: those told before, then those that could not be read."""
    words = {kind: word for word, kind in _kind_words().items()}
    told = [(text, words[kind]) for text, kind in mapped.missing.items()]
    unread = dict.fromkeys(item.text for item in found.unread if item.text not in mapped.missing)
    return told + [(text, "") for text in list(unread)[:_MOST_TEXTS]]


def _meanings(key: str) -> dict[str, Missing]:
    st.markdown(_("**不是实质回答的内容**（例如用 -99 表示不清楚；空白一律算未作答）"))
    kept = st.session_state.get(_TEXTS)
    texts = kept[1] if kept is not None and kept[0] == key else []
    edited = st.data_editor(
        pd.DataFrame(
            {
                "text": pd.Series([text for text, _kind in texts], dtype=object),
                "kind": pd.Series([kind for _text, kind in texts], dtype=object),
            }
        ),
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "text": st.column_config.TextColumn(_("单元格内容"), required=True),
            "kind": st.column_config.SelectboxColumn(
                _("表示"), options=["", *_kind_words()], help=_("留空的仍按实质回答读取。")
            ),
        },
        width="stretch",
        key=f"import_meanings_{key}_{hash(tuple(text for text, _kind in texts))}",
    )
    return {
        str(row["text"]).strip(): _kind_words()[row["kind"]]
        for row in edited.to_dict("records")
        if isinstance(row["text"], str) and row["kind"] in _kind_words()
    }


def _outcome(found: CheckedResponses) -> None:
    columns = st.columns(4)
    columns[0].metric(_("答卷"), len(found.answers))
    columns[1].metric(_("读不懂的格"), len(found.problems))
    for column, (disposition, title) in zip(
        columns[2:], list(DISPOSITION_TITLES.items())[:2], strict=True
    ):
        column.metric(_(title), found.dispositions.get(disposition, 0))
    n_counted = sum(found.dispositions.get(item, 0) for item in list(DISPOSITION_TITLES)[:2])
    if n_counted < len(found.answers):
        st.caption(
            _("另有{n}份答题过少，算中途退出，不进入统计。").format(
                n=len(found.answers) - n_counted
            )
        )
    if found.n_skipped:
        st.warning(_("有{n}处回答了按条件应当跳过的题，这些回答不取入。").format(n=found.n_skipped))
    if found.unused_columns:
        st.caption(_("没有用到的列：{names}").format(names="、".join(found.unused_columns)))
    if not found.problems:
        st.success(_("每一格都读得懂，可以导入。"))
        _first_answers(found)
        return
    st.error(
        _("有读不懂的格，整张表暂不能导入。请改正表格，或在上面选定这些内容表示什么，再检查一次。")
    )
    table.show(
        [
            {_("列"): item.column, _("内容"): item.text, _("出现次数"): item.n}
            for item in found.unread[:_MOST_TEXTS]
        ]
    )
    with st.expander(_("逐处列出"), expanded=len(found.problems) <= _MOST_TEXTS):
        table.show(
            [
                {_("位置"): p.where, _("情况"): p.what, _("处理办法"): p.remedy}
                for p in found.problems[:_MOST_PROBLEMS]
            ]
        )
        hidden = len(found.problems) - _MOST_PROBLEMS
        if hidden > 0:
            st.caption(_("另有{n}处未列出，请先改正以上各处。").format(n=hidden))


def _first_answers(found: CheckedResponses) -> None:
    rows: list[dict[str, Any]] = [
        {code: _cell(item) for code, item in answers.to_json().items()}
        for answers in found.answers[: response_imports.SHOWN_ROWS]
    ]
    st.caption(_("读入以后的前几份（选项以代码表示）："))
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")


def _cell(item: dict[str, Any]) -> str:
    value = item.get("value")
    if isinstance(value, list):
        return "、".join(value)
    if isinstance(value, dict):
        return "　".join(f"{row}={code}" for row, code in value.items())
    return "" if value is None else str(value)


def _finish(
    actor: Actor,
    round_id: int,
    source: SurveySource,
    upload: Upload,
    mapped: Mapped,
    found: CheckedResponses,
) -> None:
    if found.problems:
        return
    words = st.text_input(
        _("来源"), placeholder=_("例如：市律协秘书处，问卷星，2016年11月"), key="import_source"
    )
    day = st.date_input(_("调查截止日期"), value=clock.today(), format="YYYY-MM-DD")
    is_random = st.checkbox(
        _("受访者是从完整名单中随机抽取的"),
        help=_("勾选后结果带误差范围。自愿填写、转发链接、随意拦访的，一律不要勾选。"),
    )
    if st.button(_("导入全部{n}份").format(n=len(found.answers)), type="primary"):
        provenance = Provenance(words, day, is_random)
        response_imports.take_over(actor, round_id, source, upload, mapped, provenance)
        st.session_state[_DONE] = _("已导入{n}份答卷，可在“问卷分析”页查看。").format(
            n=len(found.answers)
        )
        st.session_state.pop(_CHECKED, None)
        st.rerun()
