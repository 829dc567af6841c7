"""Questionnaires of the panel: versions and their states, the library, files, differences."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from evaluation.clock import beijing_text
from evaluation.domain.questionnaire_version import MOVES, STATE_TITLES, VersionState
from evaluation.domain.roles import Actor
from evaluation.language import N_, _
from evaluation.services import questionnaires
from evaluation.services.questionnaires import VersionView
from evaluation.ui import navigation
from evaluation.ui.components import addresses, done, download, problem, table
from surveys.errors import Problem
from surveys.schema import Purpose

_VERSION_MENU = "chosen_version"
_LOSSES = "import_losses"
EDITOR = navigation.PAGES_DIRECTORY / "questionnaire_editor.py"
FORMATS = (
    ("pdf", N_("编码本")),
    ("xlsx", "XLSForm"),
    ("yaml", "YAML"),
    ("json", "JSON"),
    ("xml", "DDI"),
)
PURPOSES = {
    Purpose.SURVEY: N_("问卷调查"),
    Purpose.REVIEW: N_("评查表"),
    Purpose.RATING: N_("证据评分表"),
    Purpose.INTERVIEW: N_("访谈提纲"),
}


def label(view: VersionView) -> str:
    """Name of a version in menus."""
    return _("{code} {title} 第{number}版（{state}）").format(
        code=view.code,
        title=view.title,
        number=view.number,
        state=_(STATE_TITLES[view.state]),
    )


def versions(actor: Actor, listed: list[VersionView], *, may_edit: bool) -> None:
    """Show the versions, then what can be done with the chosen one."""
    table.show(
        [
            {
                _("问卷"): f"{view.code} {view.title}",
                _("版本"): view.number,
                _("状态"): _(STATE_TITLES[view.state]),
                _("最近修改"): beijing_text(view.changed_at),
                _("说明"): view.note,
            }
            for view in listed
        ],
        empty=_("还没有问卷。请从题库取用、从文件导入或新建。"),
    )
    if not listed:
        return
    chosen = _choose(listed)
    words = _("打开并编辑") if may_edit and chosen.state in _EDITABLE else _("打开")
    if st.button(words, type="primary", key="open_version"):
        st.switch_page(EDITOR, query_params={"version": str(chosen.id)})
    if may_edit:
        _moves(actor, chosen)
    st.html(f'<p class="hash">{_("内容校验值")}（SHA-256）：{chosen.content_hash}</p>')
    st.markdown(_("**导出**"))
    for column, (ending, name) in zip(st.columns(len(FORMATS)), FORMATS, strict=True):
        with column:
            download.link(_(name), f"/files/questionnaires/{chosen.id}/{ending}")
    losses = questionnaires.xlsform_losses(actor, chosen.id)
    if losses:
        st.caption(_("XLSForm 可在 ODK、KoBo 中使用；它装不下的内容列在下面。"))
        table.show(
            [{_("位置"): p.where, _("情况"): p.what, _("处理办法"): p.remedy} for p in losses]
        )
    else:
        st.caption(_("XLSForm 可在 ODK、KoBo 中使用；这份问卷可以完整写成 XLSForm。"))


def _choose(listed: list[VersionView]) -> VersionView:
    by_id = {view.id: view for view in listed}
    done.settle(_VERSION_MENU, by_id)
    chosen = st.selectbox(
        _("选择版本"),
        list(by_id),
        format_func=lambda version_id: label(by_id[version_id]),
        key=_VERSION_MENU,
    )
    return by_id[chosen]


_EDITABLE = (VersionState.DRAFT, VersionState.TESTING)


def _moves(actor: Actor, chosen: VersionView) -> None:
    words = {
        VersionState.DRAFT: _("退回草稿"),
        VersionState.TESTING: _("开始测试"),
        VersionState.PUBLISHED: _("发布（冻结）"),
        VersionState.CLOSED: _("停用"),
    }
    wanted = [state for state in VersionState if state in MOVES[chosen.state]]
    columns = st.columns(len(wanted) + 1)
    for column, state in zip(columns, wanted, strict=False):
        if column.button(words[state], key=f"move_{state}", width="stretch"):
            with problem.shown():
                questionnaires.move(actor, chosen.id, state)
                done.choose_next(_VERSION_MENU, chosen.id)
                st.rerun()
    if columns[-1].button(_("据此新建草稿"), key="new_draft", width="stretch"):
        with problem.shown():
            _made(questionnaires.new_draft(actor, chosen.id), _("已新建草稿。"))
    if chosen.state is VersionState.TESTING:
        st.info(
            _("测试链接（登录的成员可打开，答卷不保存）：{path}").format(
                path=addresses.complete(f"/preview/v-{chosen.id}")
            )
        )


def library(actor: Actor, *, may_edit: bool) -> None:
    """Show the library and take a questionnaire over."""
    listed = questionnaires.list_library(actor)
    table.show(
        [
            {
                _("问卷"): f"{item.code} {item.title}",
                _("对象"): item.population,
                _("题数"): item.n_questions,
                _("趋势题"): item.n_trend,
            }
            for item in listed
        ]
    )
    st.caption(_("题目为原创草稿，正式使用前须经预测试和评估团表决定稿。"))
    if not may_edit:
        return
    chosen = st.selectbox(_("取用"), listed, format_func=lambda item: item.title)
    if st.button(_("取用为草稿"), type="primary"):
        with problem.shown():
            version_id = questionnaires.create_from_library(actor, chosen.code)
            _made(version_id, _("已取用为草稿，请在“问卷”一栏打开。"))


def new(actor: Actor) -> None:
    """Import a file, or start from nothing."""
    st.subheader(_("从文件导入"))
    uploaded = st.file_uploader(
        _("问卷文件：XLSForm（.xlsx、.xls）、LimeSurvey（.lss、.lsq）、本系统格式（.yaml、.json）"),
        type=["xlsx", "xls", "lss", "lsq", "yaml", "yml", "json"],
        key=done.form_key("questionnaire_file"),
    )
    if uploaded is not None and st.button(_("导入为草稿"), type="primary"):
        with problem.shown():
            version_id, losses = questionnaires.import_file(
                actor, uploaded.name, uploaded.getvalue()
            )
            done.empty("questionnaire_file")
            _made(version_id, _("已导入为草稿，请在“问卷”一栏打开。"), losses)
    _show_losses()
    _blank(actor)


def _show_losses() -> None:
    losses: tuple[Problem, ...] = st.session_state.get(_LOSSES, ())
    if losses:
        st.warning(_("刚导入的问卷有{n}处没有取入，逐处列在下面：").format(n=len(losses)))
        table.show(
            [{_("位置"): p.where, _("情况"): p.what, _("处理办法"): p.remedy} for p in losses]
        )


def _made(version_id: int, words: str, losses: tuple[Problem, ...] = ()) -> None:
    st.session_state[_LOSSES] = losses
    done.say(words)
    done.choose_next(_VERSION_MENU, version_id)
    st.rerun()


def _blank(actor: Actor) -> None:
    st.subheader(_("新建空白问卷"))
    with st.form(done.form_key("blank"), border=False):
        code = st.text_input(_("代码（英文字母开头）"))
        title = st.text_input(_("标题"))
        purpose = st.selectbox(
            _("用途"), list(PURPOSES), format_func=lambda item: _(PURPOSES[item])
        )
        if st.form_submit_button(_("新建")):
            with problem.shown():
                version_id = questionnaires.create_blank(actor, code.strip(), title, purpose)
                done.empty("blank")
                _made(version_id, _("已新建空白问卷，请在“问卷”一栏打开。"))


def differences(actor: Actor, listed: list[VersionView]) -> None:
    """Say what changed between two versions."""
    if len(listed) < 2:
        st.info(_("至少要有两个版本才能比较。"))
        return
    left, right = st.columns(2)
    n_versions = Counter(view.code for view in listed)
    first = next((place for place, view in enumerate(listed) if n_versions[view.code] > 1), 0)
    after = left.selectbox(_("新的版本"), listed, index=first, format_func=label, key="after")
    others = [view for view in listed if view.id != after.id]
    others.sort(key=lambda view: view.code != after.code)
    before = right.selectbox(_("与之比较"), others, format_func=label, key="before")
    if before.code != after.code:
        st.caption(_("这是两份不同的问卷，不是同一问卷的两个版本。"))
    table.show(
        [
            {
                _("位置"): change.where,
                _("改动"): f"{change.what}{_('（趋势题）') if change.is_trend_item else ''}",
                _("原来"): change.before,
                _("现在"): change.after,
            }
            for change in questionnaires.compare(actor, before.id, after.id)
        ],
        empty=_("两个版本的内容完全相同。"),
    )
