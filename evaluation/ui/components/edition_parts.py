"""Parts of the page of reports: build, editions, approvals, publication, corrigenda."""

from __future__ import annotations

import streamlit as st

from evaluation.clock import beijing_text, date_text
from evaluation.domain.report import EDITION_TITLES, EditionState
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import editions, publication
from evaluation.services.editions import EditionView
from evaluation.services.rounds import RoundView
from evaluation.ui.components import download, job_progress, problem, table


def build(actor: Actor, round_: RoundView) -> None:
    """Offer to build a draft, and show how far it is."""
    if actor.has(Role.CHAIR, Role.ANALYST, Role.SECRETARY):
        if st.button(_("生成送审稿"), type="primary"):
            with problem.shown():
                publication.request_build(actor, round_.id)
                st.rerun()
        job_progress.show(publication.BUILD)
    job_progress.show(publication.PUBLISH)


def overview(found: list[EditionView]) -> None:
    """List the editions of the round."""
    table.show(
        [
            {
                _("版次"): _("第{n}版").format(n=one.number) if one.number > 0 else "—",
                _("状态"): _(EDITION_TITLES[one.state]),
                _("生成时间"): beijing_text(one.built_at),
                _("页数"): one.n_pages,
                _("绑定数字"): one.n_figures,
                _("未取得结果"): len(one.missing),
                _("批准"): len(one.approvals),
                _("校验值"): f"{one.pdf_sha256[:16]}…",
            }
            for one in found
        ],
        empty=_("这一期还没有生成报告。"),
    )


def newest(actor: Actor, found: list[EditionView]) -> None:
    """Show the newest edition: files, preview, what is missing, approvals."""
    edition = next((one for one in found if one.state is not EditionState.SUPERSEDED), None)
    if edition is None:
        return
    state = _(EDITION_TITLES[edition.state])
    st.header(_("当前：{state}（第{n}版）").format(state=state, n=edition.number))
    address = f"/files/reports/{edition.id}"
    columns = st.columns(3)
    with columns[0]:
        download.link(_("下载 PDF"), f"{address}.pdf")
    with columns[1]:
        download.link(_("在浏览器中阅读"), f"{address}.html")
    with columns[2]:
        st.caption(_("文件校验值（SHA-256）"))
        st.html(f'<p class="hash">{edition.pdf_sha256}</p>')
    # Shown on request only: each showing is a line in the access log.
    if st.toggle(_("显示页面预览")):
        st.iframe(f"{address}.html", height=760, alt=_("报告预览"))
    _missing(edition)
    _approvals(actor, edition)
    if edition.state is EditionState.DRAFT:
        _publication(actor, edition)
    else:
        _corrigenda(actor, edition)


def _missing(edition: EditionView) -> None:
    if not edition.missing:
        return
    with st.expander(_("本期未取得的结果：{n}项").format(n=len(edition.missing))):
        rows = []
        for key, text in sorted(edition.missing.items()):
            label, _tab, reason = text.partition("\t")
            rows.append({_("结果"): label, _("编号"): key, _("原因"): reason or _("没有这项结果")})
        table.show(rows)


def _approvals(actor: Actor, edition: EditionView) -> None:
    st.subheader(_("成员批准"))
    table.show(
        [
            {
                _("成员"): one.name,
                _("来源"): one.background_title,
                _("批准时间"): beijing_text(one.approved_at),
            }
            for one in edition.approvals
        ],
        empty=_("还没有成员批准。至少两名成员批准，其中至少一名不是律师。"),
    )
    if edition.state is EditionState.DRAFT and st.button(_("我已通读，批准这一稿")):
        with problem.shown():
            publication.approve(actor, edition.id)
            st.rerun()


def _publication(actor: Actor, edition: EditionView) -> None:
    if not actor.has(Role.CHAIR):
        return
    st.subheader(_("发布"))
    faults = publication.missing_for_publication(actor, edition.id)
    if faults:
        table.show(
            [
                {_("事项"): fault.where, _("问题"): fault.what, _("处理办法"): fault.remedy}
                for fault in faults
            ]
        )
        return
    st.warning(_("发布后报告立即向社会公开，不能撤回；更正只能另发勘误。"))
    sure = st.checkbox(_("已确认内容，同意发布"))
    if st.button(_("发布报告"), disabled=not sure):
        with problem.shown():
            publication.request_publication(actor, edition.id)
            st.rerun()


def _corrigenda(actor: Actor, edition: EditionView) -> None:
    st.subheader(_("更正记录"))
    table.show(
        [{_("日期"): date_text(at), _("内容"): text} for at, text in edition.corrigenda],
        empty=_("没有更正。"),
    )
    if not actor.has(Role.CHAIR):
        return
    with st.form("corrigendum", clear_on_submit=True):
        text = st.text_area(_("勘误内容（写明原文、更正和原因）"))
        added = st.form_submit_button(_("公布勘误"))
    if added:
        with problem.shown():
            publication.add_corrigendum(actor, edition.id, text)
            st.rerun()


def found_for(actor: Actor, round_: RoundView) -> list[EditionView]:
    """Return the editions of a round that the person may see."""
    return editions.list_editions(actor, round_.id)
