"""Parts of the page of recusal: counts, conflicts and decisions, participants, declarations."""

from __future__ import annotations

import streamlit as st

from evaluation.clock import beijing_text
from evaluation.domain.recusal import (
    GROUND_TITLES,
    LEVEL_TITLES,
    SOURCE_TITLES,
    STATUS_TITLES,
    Capacity,
    FindingStatus,
    Ground,
    Level,
)
from evaluation.domain.roles import Actor, Role
from evaluation.language import N_, _
from evaluation.services import (
    case_files,
    reassignment,
    recusal_findings,
    recusals,
    review_plans,
    rounds,
)
from evaluation.services.recusals import ParticipantDraft
from evaluation.ui.components import problem, table

CAPACITIES = {
    Capacity.PARTY: N_("当事人"),
    Capacity.AGENT: N_("代理人、辩护人"),
    Capacity.JUDGE: N_("承办人员"),
    Capacity.OTHER: N_("其他参加人"),
}
DECLARABLE = (
    Ground.PARTY_OR_RELATIVE,
    Ground.AGENT_IN_CASE,
    Ground.OTHER_ROLE_IN_CASE,
    Ground.OTHER_MATTER,
    Ground.PENDING_BEFORE_JUDGE,
    Ground.INTEREST,
)


def counts(actor: Actor, round_id: int) -> None:
    """Show the counts that the report publishes."""
    found = recusal_findings.counts(actor, round_id)
    columns = st.columns(6)
    values = [
        (_("比对案卷"), found.n_files),
        (_("A级"), found.by_level[Level.A]),
        (_("B级"), found.by_level[Level.B]),
        (_("C级"), found.by_level[Level.C]),
        (_("D级"), found.by_level[Level.D]),
        (_("豁免"), found.n_waived),
    ]
    for column, (title, number) in zip(columns, values, strict=True):
        column.metric(title, number)
    st.caption(
        _("已录入代理人等信息{n}份；声明或者评查中发现并换人{m}次。").format(
            n=found.n_files_with_participants, m=found.n_discovered
        )
    )


def findings(actor: Actor, round_id: int) -> None:
    """Show conflicts a page at a time; the chair decides on them."""
    key = f"findings_after_{round_id}"
    lines = recusal_findings.list_findings(actor, round_id, after=st.session_state.get(key, 0))
    table.show(
        [
            {
                _("记录号"): line.id,
                _("样本编号"): line.sample_number,
                _("评查员"): line.reviewer,
                _("级别"): _(LEVEL_TITLES[line.level]),
                _("情形"): _(GROUND_TITLES[line.ground]),
                _("来源"): _(SOURCE_TITLES[line.source]),
                _("处理"): _(STATUS_TITLES[line.status]),
                _("时间"): beijing_text(line.found_at),
                _("理由"): line.decision_reason,
            }
            for line in lines
        ],
        empty=_("没有发现利益冲突。"),
        height=420 if len(lines) > 10 else None,
    )
    if len(lines) == 100 and st.button(_("下一页"), key="findings_next"):
        st.session_state[key] = lines[-1].id
        st.rerun()
    if not lines or not actor.has(Role.CHAIR):
        return
    with st.expander(_("豁免或者认定不是同一人")), st.form("decide"):
        st.write(_("只有C级可以豁免；A、B、D级不能豁免。仅姓名相同的，可以认定不是同一人。"))
        chosen = st.selectbox(
            _("记录"),
            [line for line in lines if line.status is FindingStatus.OPEN],
            format_func=lambda line: f"{line.id}　{line.sample_number}　{line.reviewer}",
            index=None,
            placeholder=_("请选择"),
        )
        status = st.radio(
            _("决定"),
            [FindingStatus.WAIVED, FindingStatus.CLEARED],
            format_func=lambda one: _(STATUS_TITLES[one]),
            horizontal=True,
        )
        reason = st.text_input(_("理由"))
        if st.form_submit_button(_("作出决定")) and chosen is not None:
            with problem.shown():
                recusal_findings.decide(actor, chosen.id, status, reason)
                st.success(_("已记录。"))


def objection(actor: Actor, round_id: int) -> None:
    """Let the chair uphold an objection of a court or a party to one reader of one file."""
    if not actor.has(Role.CHAIR):
        return
    people = [one for one in review_plans.list_reviewers(actor, round_id) if one.left_at is None]
    with (
        st.expander(_("法院或者当事人申请评查员回避")),
        st.form("objection", clear_on_submit=True),
    ):
        st.write(_("组长认为申请成立的，在此登记；该评查员已写的内容封存，案卷立即改派。"))
        number = st.text_input(_("样本编号"))
        who = st.selectbox(
            _("被申请回避的评查员"),
            people,
            index=None,
            format_func=lambda one: f"{one.name}　{one.firm}",
            placeholder=_("请选择"),
        )
        level = st.radio(
            _("回避级别"),
            [Level.A, Level.B, Level.C, Level.D],
            format_func=lambda one: _(LEVEL_TITLES[one]),
            horizontal=True,
        )
        reason = st.text_input(_("成立的理由"))
        if st.form_submit_button(_("登记并改派")) and who is not None:
            with problem.shown():
                report = reassignment.uphold_objection(
                    actor, round_id, number, who.account_id, level or Level.A, reason
                )
                st.success(_("已登记，改派{n}份次。").format(n=report.n_assigned))


def participants(actor: Actor, round_id: int) -> None:
    """Let the secretary enter who appears in a file; reviewers never see it."""
    st.write(_("姓名、执业证号和律所在保存时加密，只用于回避比对，评查员看不到。"))
    courts = rounds.list_round_courts(actor, round_id)
    court = st.selectbox(_("法院"), courts, format_func=lambda one: one.name, key="people_court")
    lines = case_files.pull_list(actor, round_id, court.id, limit=2000) if court else []
    chosen = st.selectbox(
        _("案卷"),
        lines,
        index=None,
        format_func=lambda line: f"{line.sample_number}　{line.unit_id}",
        placeholder=_("按样本编号或者案号查找"),
    )
    if chosen is None:
        return
    rows = [
        {
            "capacity": _(CAPACITIES[one.capacity]),
            "name": one.name,
            "licence": one.licence_number,
            "firm": one.firm,
        }
        for one in recusals.read_participants(actor, chosen.id)
    ]
    by_title = {_(title): capacity for capacity, title in CAPACITIES.items()}
    edited = st.data_editor(
        rows
        or [{"capacity": _(CAPACITIES[Capacity.AGENT]), "name": "", "licence": "", "firm": ""}],
        num_rows="dynamic",
        column_config={
            "capacity": st.column_config.SelectboxColumn(
                _("身份"), options=list(by_title), required=True
            ),
            "name": _("姓名或者名称"),
            "licence": _("执业证号"),
            "firm": _("律师事务所"),
        },
        key=f"people_{chosen.id}",
        width="stretch",
    )
    if st.button(_("加密保存"), type="primary") and actor.has(Role.SECRETARY):
        drafts = [
            ParticipantDraft(
                by_title[row["capacity"]],
                str(row.get("name") or ""),
                str(row.get("licence") or ""),
                str(row.get("firm") or ""),
            )
            for row in edited
            if row.get("capacity") in by_title
        ]
        with problem.shown():
            recusals.enter_participants(actor, chosen.id, drafts)
            st.success(_("已保存{n}人。").format(n=len(drafts)))


def declarations(actor: Actor, round_id: int) -> None:
    """Record subjects that reviewers declared, and merged firms."""
    people = review_plans.list_reviewers(actor, round_id)
    with st.form("declare_subject", clear_on_submit=True):
        st.markdown(_("**评查员申报的人员、企业**"))
        who = st.selectbox(_("评查员"), people, format_func=lambda one: f"{one.name}　{one.firm}")
        ground = st.selectbox(_("关系"), DECLARABLE, format_func=lambda one: _(GROUND_TITLES[one]))
        subject = st.text_input(_("姓名或者名称（保存时加密）"))
        ended = st.date_input(_("终止日期（尚未终止的留空）"), value=None, format="YYYY-MM-DD")
        if st.form_submit_button(_("加密保存申报")) and who is not None:
            with problem.shown():
                recusals.declare_subject(actor, who.account_id, ground, subject, ended)
                st.success(_("已保存。"))
    with st.form("merger", clear_on_submit=True):
        st.markdown(_("**律师事务所合并、更名**"))
        old = st.text_input(_("原律所"))
        new = st.text_input(_("现律所"))
        merged = st.date_input(_("合并日期"), format="YYYY-MM-DD")
        if st.form_submit_button(_("登记合并")):
            with problem.shown():
                recusals.record_merger(actor, old, new, merged)
                st.success(_("已登记，下次比对时生效。"))
    table.show(
        [
            {_("原律所"): old_firm, _("现律所"): new_firm, _("合并日期"): day.isoformat()}
            for old_firm, new_firm, day in recusals.list_mergers(actor)
        ],
        empty=_("没有登记合并。"),
    )
