"""Rating evidence items, registering documents, requesting and adjudicating."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from evaluation import clock
from evaluation.domain.evidence import REQUEST_TITLES, Rating, RequestState, SourceGrade
from evaluation.domain.framework import EvidenceItem, Framework
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import evidence, evidence_documents, rounds
from evaluation.services.evidence import ItemStanding
from evaluation.services.evidence_documents import DocumentDraft
from evaluation.services.rounds import RoundView
from evaluation.ui.components import evidence_views, problem


def _item_title(item: EvidenceItem) -> str:
    return f"{item.id}　{item.name}"


def _score_options(framework: Framework) -> dict[int | None, str]:
    options: dict[int | None, str] = {
        level.score: f"{level.score}　{level.name}：{level.description}"
        for level in framework.evidence.ratings
    }
    options[None] = _("不适用")
    return options


def rate(
    actor: Actor, chosen: RoundView, framework: Framework, standings: list[ItemStanding]
) -> None:
    """Give an own rating; the other's stays hidden until then."""
    mine = {
        standing.item.id
        for standing in standings
        if any(account == actor.account_id for account, _r in standing.ratings)
    }
    open_first = sorted(
        (standing for standing in standings if standing.adjudicated is None),
        key=lambda standing: standing.item.id in mine,
    )
    st.caption(
        _("您已评{n}项，共{total}项。您评分之前看不到另一人的评分。").format(
            n=len(mine), total=len(standings)
        )
    )
    if not open_first:
        st.success(_("各项均已裁定。"))
        return
    standing = st.selectbox(
        _("证据项"),
        open_first,
        format_func=lambda item: ("✓ " if item.item.id in mine else "") + _item_title(item.item),
        key="rate_item",
    )
    item = standing.item
    st.write(_("应调取：{text}").format(text="、".join(item.documents)))
    st.write(_("核验办法：{text}").format(text=item.verify))
    st.write(
        _("已登记材料{n}份，级别：{grades}").format(
            n=standing.n_documents, grades="、".join(standing.grades) or _("无")
        )
    )
    options = _score_options(framework)
    with st.form(f"rate_{chosen.id}_{item.id}"):
        score = st.radio(_("评分"), list(options), format_func=lambda key: options[key])
        reason = st.text_area(_("理由（依据哪些材料、怎样核验）"), height=90)
        submitted = st.form_submit_button(_("保存评分"))
    if submitted:
        with problem.shown():
            evidence.rate(actor, chosen.id, {item.id: Rating(score, reason)})
            st.rerun()


def add_document(actor: Actor, chosen: RoundView, framework: Framework) -> None:
    """Register a document and keep its file."""
    courts = [None, *rounds.list_round_courts(actor, chosen.id)]
    with st.form("add_document"):
        title = st.text_input(_("名称"))
        left, right = st.columns(2)
        issuer = left.text_input(_("制发单位"))
        number = right.text_input(_("文号"))
        court = left.selectbox(
            _("提供法院"), courts, format_func=lambda item: item.name if item else _("全市")
        )
        grade = right.selectbox(
            _("级别"),
            [*SourceGrade],
            format_func=lambda item: f"{item}　{_grade_name(framework, item)}",
        )
        post = left.text_input(_("提供人岗位（不写姓名）"))
        received = right.date_input(_("收到日期"), clock.today(), format="YYYY-MM-DD")
        items = st.multiselect(
            _("对应证据项"),
            framework.evidence.items,
            format_func=_item_title,
            placeholder=_("请选择证据项"),
        )
        excerpt = st.text_area(_("摘录或要点（不写当事人姓名和案号）"), height=80)
        original = left.checkbox(_("原件"))
        quotable = right.checkbox(_("可公开引用"))
        file = st.file_uploader(_("文件（可不上传）"))
        submitted = st.form_submit_button(_("登记材料"))
    if submitted:
        draft = DocumentDraft(
            title=title,
            issuer=issuer,
            grade=grade,
            item_ids=tuple(item.id for item in items),
            received_on=received,
            provider_post=post,
            court_id=court.id if court else None,
            reference_number=number,
            is_original=original,
            is_quotable=quotable,
            excerpt=excerpt,
            file_name=file.name if file else "",
            media_type=file.type if file else "",
            content=file.getvalue() if file else None,
        )
        with problem.shown():
            evidence_documents.add_document(actor, chosen.id, draft)
            st.success(_("材料已登记。"))


def _grade_name(framework: Framework, grade: SourceGrade) -> str:
    return next(item.name for item in framework.evidence.source_grades if item.code == grade)


def request(actor: Actor, chosen: RoundView, framework: Framework) -> None:
    """Ask the courts for material and record what became of it."""
    views = evidence_documents.list_requests(actor, chosen.id)
    evidence_views.requests(actor, chosen, views)
    courts = [None, *rounds.list_round_courts(actor, chosen.id)]
    with st.form("request_items"):
        groups = st.multiselect(
            _("类别"),
            framework.evidence.groups,
            format_func=lambda group: _("{name}（{n}项）").format(
                name=group.name, n=len(group.items)
            ),
            placeholder=_("请选择类别"),
        )
        court = st.selectbox(
            _("法院"), courts, format_func=lambda item: item.name if item else _("全市")
        )
        due_on = st.date_input(_("截止日"), clock.today() + timedelta(days=14), format="YYYY-MM-DD")
        submitted = st.form_submit_button(_("发出调取清单"), disabled=False)
    if submitted:
        with problem.shown():
            count = evidence_documents.request_items(
                actor,
                chosen.id,
                [item.id for group in groups for item in group.items],
                due_on=due_on,
                court_id=court.id if court else None,
            )
            st.success(_("新增调取{n}项。").format(n=count))
    waiting = [view for view in views if view.state is RequestState.OPEN]
    if not waiting:
        return
    with st.form("close_request"):
        view = st.selectbox(
            _("登记答复"),
            waiting,
            format_func=lambda item: f"{item.item_id}　{item.court_name or _('全市')}",
        )
        state = st.radio(
            _("结果"),
            [RequestState.ANSWERED, RequestState.REFUSED],
            format_func=lambda item: _(REQUEST_TITLES[item]),
            horizontal=True,
        )
        note = st.text_input(_("说明（未提供的须写明法院答复）"))
        closed = st.form_submit_button(_("登记"))
    if closed and view is not None:
        with problem.shown():
            evidence_documents.close_request(actor, view.id, state, note)
            st.rerun()


def adjudicate(
    actor: Actor, chosen: RoundView, framework: Framework, standings: list[ItemStanding]
) -> None:
    """Decide between two raters who differ."""
    disputed = [standing for standing in standings if standing.is_disputed]
    if not disputed:
        st.success(_("没有待裁定的证据项。"))
        return
    standing = st.selectbox(_("待裁定"), disputed, format_func=lambda item: _item_title(item.item))
    options = _score_options(framework)
    for position, (_account, rating) in enumerate(standing.ratings, start=1):
        st.write(
            _("第{n}人：{score}。{reason}").format(
                n=position, score=options[rating.score], reason=rating.reason
            )
        )
    with st.form(f"adjudicate_{standing.item.id}"):
        score = st.radio(_("裁定"), list(options), format_func=lambda key: options[key])
        reason = st.text_area(_("裁定理由"), height=80)
        submitted = st.form_submit_button(_("保存裁定"))
    if submitted:
        with problem.shown():
            evidence.adjudicate(actor, chosen.id, standing.item.id, Rating(score, reason))
            st.rerun()
