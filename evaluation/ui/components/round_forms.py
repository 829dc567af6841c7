"""Parts of the page of rounds."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from evaluation.clock import beijing_text
from evaluation.domain.evaluation_round import (
    COMPARABILITY_TITLES,
    STATE_EFFECTS,
    STATE_TITLES,
    Comparability,
    RoundState,
    needs_reason,
    permitted_moves,
)
from evaluation.domain.roles import Actor, Role
from evaluation.language import N_, _
from evaluation.services import courts, crosswalks, frameworks, round_moves, rounds
from evaluation.services.frameworks import FrameworkVersionView
from evaluation.services.rounds import RoundView
from evaluation.ui.components import problem, table

MISSING_DATA_TITLES = {
    "block_final_allow_draft": N_("缺数时只出草稿，不出正式结论"),
    "zero": N_("缺数按零分计"),
    "reweight_with_disclosure": N_("剔除后按其余权重折算并披露"),
}
ROUNDING_TITLES = {
    "grade_on_unrounded": N_("按未取整的分数定档"),
    "grade_on_2_decimals": N_("取两位小数后定档"),
    "grade_on_integer": N_("取整后定档"),
}


def create_all(actor: Actor, version: FrameworkVersionView) -> None:
    """Create the three rounds of the plan."""
    st.write(_("按行动方案建立初期（2016年）、中期（2017年）、终期（2018年）三期评估。"))
    if st.button(_("建立三期评估"), type="primary"):
        with problem.shown():
            rounds.create_standard_rounds(actor, version.id)
            st.rerun()


def moves(actor: Actor, view: RoundView) -> None:
    """Offer the permitted moves with what is missing before each."""
    for target in permitted_moves(view.state):
        title = _("转为“{state}”").format(state=_(STATE_TITLES[target]))
        missing = round_moves.missing_for(actor, view.id, target)
        with st.expander(f"{title}：{_(STATE_EFFECTS[target])}", expanded=bool(not missing)):
            if missing:
                st.write(_("还有{n}件事没有完成：").format(n=len(missing)))
                table.show(
                    [
                        {
                            _("事项"): fault.where,
                            _("情况"): fault.what,
                            _("处理办法"): fault.remedy,
                        }
                        for fault in missing
                    ]
                )
            if actor.has(Role.CHAIR):
                _move_form(actor, view, target, title, is_ready=not missing)


def _move_form(
    actor: Actor, view: RoundView, target: RoundState, title: str, *, is_ready: bool
) -> None:
    backward = needs_reason(view.state, target)
    with st.form(f"move_{view.id}_{target}", border=False):
        reason = st.text_input(_("理由") if backward else _("备注（可不填）"))
        submitted = st.form_submit_button(title, disabled=not is_ready)
    if submitted:
        with problem.shown():
            round_moves.move(actor, view.id, target, reason)
            st.rerun()


def settings(actor: Actor, view: RoundView, versions: list[FrameworkVersionView]) -> None:
    """Show the settings; let the chair change them while the round is a draft."""
    framework = frameworks.get_framework(actor, view.framework_version_id)
    all_courts = courts.list_courts(actor, only_active=True)
    taking_part = {court.id for court in rounds.list_round_courts(actor, view.id)}
    editable = view.state is RoundState.DRAFT and actor.has(Role.CHAIR)
    policies = {item.code: item.name for item in framework.grading.policies}
    windows = {item.code: item.name for item in framework.milestone_rules.windows}
    current = view.settings
    with st.form(f"settings_{view.id}"):
        version = st.selectbox(
            _("评估框架版本"),
            versions,
            index=[item.id for item in versions].index(view.framework_version_id),
            format_func=lambda item: _("第{n}版 {title}").format(n=item.number, title=item.title),
            disabled=not editable,
        )
        chosen = st.multiselect(
            _("参评法院"),
            all_courts,
            default=[court for court in all_courts if court.id in taking_part],
            format_func=lambda court: court.short_name,
            placeholder=_("请选择法院"),
            disabled=not editable,
        )
        left, right = st.columns(2)
        with left:
            policy = _choice(_("交界分归档办法"), policies, current.boundary_policy, editable)
            window = _choice(_("里程碑统计期间"), windows, current.milestone_window, editable)
            rounding = _choice(_("取整办法"), _words(ROUNDING_TITLES), current.rounding, editable)
        with right:
            missing = _choice(
                _("缺数处理"), _words(MISSING_DATA_TITLES), current.missing_data, editable
            )
            share = st.text_input(
                _("承诺的双人评查比例"), current.double_reading_share, disabled=not editable
            )
            cell = st.number_input(
                _("最小单元（少于此数不列）"), 3, 10, current.minimum_cell, disabled=not editable
            )
        submitted = st.form_submit_button(_("保存设置"), disabled=not editable)
    if not editable and view.state is not RoundState.DRAFT:
        st.caption(_("这一期已经开始实施，设置和口径不再修改。"))
    if submitted:
        with problem.shown():
            rounds.set_up(
                actor,
                view.id,
                settings=replace(
                    current,
                    boundary_policy=policy,
                    milestone_window=window,
                    rounding=rounding,
                    missing_data=missing,
                    double_reading_share=share.strip(),
                    minimum_cell=int(cell),
                ),
                court_ids=[court.id for court in chosen],
                version_id=version.id,
            )
            st.rerun()


def _words(titles: dict[str, str]) -> dict[str, str]:
    return {code: _(title) for code, title in titles.items()}


def _choice(label: str, options: dict[str, str], current: str, editable: bool) -> str:
    return st.selectbox(
        label,
        list(options),
        index=list(options).index(current) if current in options else 0,
        format_func=lambda code: options[code],
        disabled=not editable,
    )


def definitions(actor: Actor, view: RoundView) -> None:
    """Show the registered definitions and their hash."""
    text, sha256 = rounds.definition_of(actor, view.id)
    if view.definition_hash:
        st.write(
            _("口径在开始实施时登记，早于任何数据。下列文本的哈希值与登记值一致，即说明口径未变。")
        )
        if sha256 != view.definition_hash:
            st.error(_("当前文本与登记的哈希值不一致，请立即报告评估组长。"))
    else:
        st.write(_("尚未开始实施。开始时将按下列文本登记口径。"))
    st.html(f'<p class="hash">{_("哈希")}（SHA-256）：{view.definition_hash or sha256}</p>')
    st.code(text, language="json", wrap_lines=True)


def crosswalk(actor: Actor, view: RoundView) -> None:
    """Show which indicators compare with the round before; let the panel decide otherwise."""
    entries = crosswalks.list_crosswalk(actor, view.id)
    table.show(
        [
            {
                _("指标"): f"{entry.indicator_id} {entry.indicator_name}",
                _("可比性"): _(COMPARABILITY_TITLES[entry.comparability]),
                _("理由"): entry.reason,
            }
            for entry in entries
        ],
        empty=_("第一期没有上期；其余各期在开始实施时逐项列出与上期的可比性。"),
    )
    if not entries or not actor.has(Role.CHAIR, Role.ANALYST):
        return
    with st.form(f"crosswalk_{view.id}"):
        entry = st.selectbox(
            _("指标"),
            entries,
            format_func=lambda item: f"{item.indicator_id} {item.indicator_name}",
        )
        decision = st.selectbox(
            _("评估团认定"),
            [*Comparability],
            format_func=_comparability_title,
        )
        reason = st.text_input(_("理由"))
        submitted = st.form_submit_button(_("保存认定"))
    if submitted and entry is not None:
        with problem.shown():
            crosswalks.decide(actor, entry.id, decision, reason)
            st.rerun()


def _comparability_title(item: Comparability) -> str:
    return _(COMPARABILITY_TITLES[item])


def history(actor: Actor, view: RoundView) -> None:
    """Show how the round got where it is."""
    table.show(
        [
            {
                _("时间"): beijing_text(item.at),
                _("由"): _(STATE_TITLES[item.from_state]),
                _("转为"): _(STATE_TITLES[item.to_state]),
                _("理由或备注"): item.reason,
            }
            for item in rounds.list_moves(actor, view.id)
        ],
        empty=_("还没有变动。"),
    )
