"""Parts of the page of assignments: plan, reviewers, loads, readings, leaving, reopening."""

from __future__ import annotations

import streamlit as st

from evaluation.domain.review import READING_TITLES, STATE_TITLES
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import (
    assignments,
    reassignment,
    review_closing,
    review_plans,
    review_submission,
)
from evaluation.ui.components import problem, table

#: More readings than this are checked for what is missing only when somebody asks.
MOST_AT_ONCE = 3000


def plan(actor: Actor, round_id: int) -> None:
    """Show what was promised, and let the chair set the rest."""
    view = review_plans.get_plan(actor, round_id)
    one, two, three, four = st.columns(4)
    one.metric(_("承诺双人评查"), f"{view.double_share * 100:g}%")
    two.metric(_("金标复核"), f"{view.gold_share * 100:g}%")
    three.metric(_("利害关系回溯"), _("{n}年").format(n=view.look_back_years))
    four.metric(_("已分派轮次"), view.n_assignments)
    st.html(
        f"<p>{_('评查清单版本')} {view.checklist_version}　SHA-256 "
        f'<span class="hash">{view.checklist_sha256[:16]}</span>　{_("公开种子")} '
        f'<span class="hash">{view.seed or _("尚未产生")}</span></p>'
    )
    if not actor.has(Role.CHAIR) or view.n_assignments:
        return
    checklist = review_plans.checklist_of(actor, round_id)
    optional = [item for item in checklist.all_items() if not item.enabled]
    with st.expander(_("调整评查计划")), st.form("review_plan"):
        gold = st.number_input(_("金标复核比例（%）"), 0.0, 100.0, view.gold_share * 100, 1.0)
        years = st.number_input(_("利害关系回溯期（年）"), 1, 10, view.look_back_years)
        chosen = st.multiselect(
            _("增加的参考项目"),
            [item.code for item in optional],
            default=list(view.optional_items),
            format_func=lambda code: f"{code} {next(i.text for i in optional if i.code == code)}",
            placeholder=_("默认不启用"),
        )
        if st.form_submit_button(_("保存计划")):
            with problem.shown():
                review_plans.set_plan(
                    actor,
                    round_id,
                    gold_share=float(gold) / 100,
                    look_back_years=int(years),
                    optional_items=chosen,
                )
                st.rerun()


def reviewers(actor: Actor, round_id: int) -> None:
    """Enter reviewers into the round, choose seniors, assign."""
    people = review_plans.list_reviewers(actor, round_id)
    if not actor.has(Role.CHAIR, Role.SECRETARY):
        return
    names = {person.account_id: person.name for person in people if person.left_at is None}
    seniors = st.multiselect(
        _("资深评查员（参加金标复核和裁定）"),
        list(names),
        default=[one.account_id for one in people if one.is_senior and one.left_at is None],
        format_func=lambda number: names[number],
        placeholder=_("先列入评查员，再指定"),
    )
    buttons = st.container(horizontal=True)
    if buttons.button(_("列入评查员并保存资深名单")):
        with problem.shown():
            new = review_plans.seat_reviewers(actor, round_id, seniors)
            st.toast(_("新列入{n}人。").format(n=new))
            st.rerun()
    if buttons.button(_("比对回避并分派"), type="primary"):
        with problem.shown(), st.spinner(_("正在比对和分派")):
            st.session_state["assigned"] = assignments.assign_round(actor, round_id)
    report = st.session_state.pop("assigned", None)
    if report is not None:
        st.success(
            _(
                "新分派{n}份次，新发现利益冲突{conflicts}条；每人{low}至{high}份次；"
                "无人可派{unfilled}份次；因比对发现冲突封存{sealed}份次。"
            ).format(
                n=report.n_assigned,
                conflicts=report.n_conflicts,
                low=report.lightest_load,
                high=report.heaviest_load,
                unfilled=report.n_unfilled,
                sealed=report.n_sealed,
            )
        )


def loads(actor: Actor, round_id: int) -> None:
    """Show each reviewer's work, and let one leave."""
    lines = assignments.list_loads(actor, round_id)
    table.show(
        [
            {
                _("评查员"): line.name,
                _("单位"): line.firm,
                _("资深"): _("是") if line.is_senior else "",
                _("涉及法院"): line.n_courts,
                _("分派"): line.n_assigned,
                _("评查中"): line.n_under_way,
                _("已提交"): line.n_submitted,
                _("状态"): _("已退出") if line.has_left else _("在岗"),
            }
            for line in lines
        ],
        empty=_("还没有列入评查员。"),
    )
    present = [line for line in lines if not line.has_left]
    if not present or not actor.has(Role.CHAIR, Role.SECRETARY):
        return
    with st.expander(_("评查员退出")), st.form("leave"):
        st.write(_("已提交的评查保留；未完成的收回，立即改派他人。"))
        who = st.selectbox(_("评查员"), present, format_func=lambda line: line.name)
        reason = st.text_input(_("原因"))
        if st.form_submit_button(_("办理退出并改派")):
            with problem.shown():
                report = reassignment.withdraw_reviewer(actor, round_id, who.account_id, reason)
                st.success(_("已改派{n}份次。").format(n=report.n_assigned))


def attempts(actor: Actor, round_id: int) -> None:
    """Show the readings a page at a time, and let the chair give one back."""
    key = f"attempts_after_{round_id}"
    lines = assignments.list_attempts(actor, round_id, after=st.session_state.get(key, 0))
    table.show(
        [
            {
                _("任务号"): line.attempt_id,
                _("样本编号"): line.sample_number,
                _("法院"): line.court,
                _("类别"): _(READING_TITLES[line.reading]),
                _("评查员"): line.reviewer,
                _("状态"): _(STATE_TITLES[line.state]),
                _("已答"): line.n_answered,
            }
            for line in lines
        ],
        height=420,
        empty=_("没有更多评查任务。"),
    )
    left, right, _rest = st.columns([1, 1, 4])
    if st.session_state.get(key) and left.button(_("回到第一页")):
        st.session_state.pop(key)
        st.rerun()
    if len(lines) == assignments.PAGE_SIZE and right.button(_("下一页")):
        st.session_state[key] = lines[-1].attempt_id
        st.rerun()
    if not actor.has(Role.CHAIR):
        return
    with st.expander(_("退回已提交的评查")), st.form("reopen"):
        number = st.number_input(_("任务号"), min_value=1, step=1)
        reason = st.text_input(_("退回理由"))
        if st.form_submit_button(_("退回")):
            with problem.shown():
                review_submission.reopen(actor, int(number), reason)
                st.success(_("已退回。"))


def missing(actor: Actor, round_id: int) -> None:
    """Show what is missing before the round may be frozen; in a large round when asked."""
    n_readings = sum(line.n_assigned for line in assignments.list_loads(actor, round_id))
    if n_readings > MOST_AT_ONCE and not st.button(_("核对全部评查任务")):
        st.write(_("评查任务较多，核对需要几秒钟。"))
        return
    faults = review_closing.problems(actor, round_id)
    if not faults:
        st.success(_("案卷评查没有未完成的事项。"))
        return
    table.show(
        [
            {_("事项"): fault.where, _("情况"): fault.what, _("处理办法"): fault.remedy}
            for fault in faults
        ]
    )
