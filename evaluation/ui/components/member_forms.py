"""Parts of the page of members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from evaluation.domain.member import (
    BACKGROUND_TITLES,
    INTEREST_LEVELS,
    INTEREST_TITLES,
    UNDERTAKING_TEXTS,
    UNDERTAKING_TITLES,
    Background,
    InterestKind,
    UndertakingKind,
)
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import access, courts, members
from evaluation.services.members import InterestDraft, MemberDraft, MemberView, Standing
from evaluation.services.rounds import RoundView
from evaluation.ui.components import problem, table


def composition(views: Sequence[MemberView]) -> None:
    """Show how many members of each background there are, and which is missing."""
    counts = Counter(view.background for view in views if view.is_active)
    columns = st.columns(len(Background))
    for column, background in zip(columns, Background, strict=True):
        column.metric(_(BACKGROUND_TITLES[background]), counts[background])
    missing = [_(BACKGROUND_TITLES[item]) for item in Background if not counts[item]]
    if views and missing:
        st.warning(
            _("六类人员尚缺：{missing}。等次表决须有非律师成员参加。").format(
                missing="、".join(missing)
            )
        )


def standings(actor: Actor, view: RoundView) -> None:
    """Show what each member has signed and declared for a round."""
    rows = members.list_standings(actor, view.id)
    names = {court.id: court.short_name for court in courts.list_courts(actor)}
    table.show(
        [
            {
                _("姓名"): row.member.name,
                _("已签承诺"): f"{len(row.undertakings)}/{len(UndertakingKind)}",
                _("利害关系"): _interests_text(row, names),
                _("状态"): _("齐备") if row.is_ready else _("未齐备"),
            }
            for row in rows
        ],
        empty=_("还没有在任成员。"),
    )
    if not rows or not actor.has(Role.CHAIR, Role.SECRETARY):
        return
    chosen = st.selectbox(
        _("为成员登记（依据其书面承诺和申报）"),
        rows,
        format_func=lambda row: row.member.name,
        index=None,
        placeholder=_("请选择成员"),
    )
    if chosen is not None:
        declare(actor, view, chosen)


def own(actor: Actor, view: RoundView) -> None:
    """Let a member sign and declare for themselves."""
    standing = members.own_standing(actor, view.id)
    if standing is None:
        st.info(_("您的账户没有对应的评估团成员。请联系秘书登记。"))
        return
    declare(actor, view, standing)


def declare(actor: Actor, view: RoundView, standing: Standing) -> None:
    """Sign undertakings and declare interests."""
    key = f"{view.id}_{standing.member.id}"
    st.subheader(_("承诺"))
    with st.form(f"sign_{key}"):
        kinds = []
        for kind in UndertakingKind:
            is_signed = kind in standing.undertakings
            agreed = st.checkbox(
                f"{_(UNDERTAKING_TITLES[kind])}：{_(UNDERTAKING_TEXTS[kind])}",
                value=is_signed,
                disabled=is_signed,
            )
            if agreed and not is_signed:
                kinds.append(kind)
        signed = st.form_submit_button(_("签署"), disabled=len(standing.undertakings) == 3)
    if signed:
        with problem.shown():
            members.sign(actor, standing.member.id, view.id, kinds)
            st.rerun()
    st.subheader(_("利害关系申报"))
    _declare_form(actor, view, standing, key)


def _declare_form(actor: Actor, view: RoundView, standing: Standing, key: str) -> None:
    if standing.has_declared:
        st.success(_("本期已申报{n}项。重新申报将替换原申报。").format(n=len(standing.interests)))
    all_courts = courts.list_courts(actor)
    count = st.number_input(_("利害关系项数（没有填0）"), 0, 10, len(standing.interests), key=key)
    with st.form(f"declare_{key}"):
        drafts = []
        for number in range(int(count)):
            known = standing.interests[number] if number < len(standing.interests) else None
            st.write(_("第{n}项").format(n=number + 1))
            kind = st.selectbox(
                _("情形"),
                [*InterestKind],
                index=list(InterestKind).index(known.kind) if known else 0,
                format_func=_interest_title,
                key=f"kind_{key}_{number}",
            )
            court = st.selectbox(
                _("法院（C、D级须选）"),
                [None, *all_courts],
                format_func=lambda item: item.short_name if item else _("不涉及"),
                key=f"court_{key}_{number}",
            )
            text = st.text_input(
                _("情况说明（不写当事人姓名和案号）"),
                known.description if known else "",
                key=f"text_{key}_{number}",
            )
            drafts.append(InterestDraft(kind, text, court.id if court else None))
        submitted = st.form_submit_button(_("申报无利害关系") if not count else _("提交申报"))
    if submitted:
        with problem.shown():
            members.declare(actor, standing.member.id, view.id, drafts)
            st.rerun()


def add(actor: Actor) -> None:
    """Appoint a member."""
    with st.form("add_member"):
        draft = _fields(actor, None)
        submitted = st.form_submit_button(_("登记成员"))
    if submitted:
        with problem.shown():
            members.add_member(actor, draft)
            st.rerun()


def change(actor: Actor, views: Sequence[MemberView]) -> None:
    """Correct a member."""
    chosen = st.selectbox(
        _("成员"),
        views,
        format_func=lambda view: view.name,
        index=None,
        placeholder=_("请选择成员"),
    )
    if chosen is None:
        return
    with st.form(f"change_member_{chosen.id}"):
        draft = _fields(actor, chosen)
        is_active = st.checkbox(_("在任"), value=chosen.is_active)
        submitted = st.form_submit_button(_("保存修改"))
    if submitted:
        with problem.shown():
            members.change_member(actor, chosen.id, draft, is_active=is_active)
            st.rerun()


def _fields(actor: Actor, view: MemberView | None) -> MemberDraft:
    accounts = access.list_accounts(actor)
    options = [None, *accounts]
    current = next(
        (at for at, item in enumerate(options) if item and view and item.id == view.account_id), 0
    )
    left, right = st.columns(2)
    with left:
        name = st.text_input(_("姓名"), view.name if view else "")
        background = st.selectbox(
            _("类别"),
            [*Background],
            index=list(Background).index(view.background) if view else 0,
            format_func=_background_title,
        )
        account = st.selectbox(
            _("账户"),
            options,
            index=current,
            format_func=lambda item: item.display_name if item else _("不设账户"),
        )
    with right:
        organisation = st.text_input(
            _("单位（律师填律师事务所全称）"), view.organisation if view else ""
        )
        licence = st.text_input(_("律师执业证号"), view.licence_number if view else "")
        st.caption(_("单位和执业证号用于回避核对，不对外公布。更换单位后，原单位自动保留。"))
    return MemberDraft(
        name,
        background,
        organisation,
        licence,
        view.former_organisations if view else (),
        account.id if account else None,
    )


def _interest_title(kind: InterestKind) -> str:
    return f"{INTEREST_LEVELS[kind]}　{_(INTEREST_TITLES[kind])}"


def _background_title(background: Background) -> str:
    return _(BACKGROUND_TITLES[background])


def _interests_text(row: Standing, names: dict[int, str]) -> str:
    if not row.has_declared:
        return _("未申报")
    if not row.interests:
        return _("申报无")
    parts = []
    for item in row.interests:
        at = f"（{names.get(item.court_id, '')}）" if item.court_id else ""
        parts.append(f"{INTEREST_LEVELS[item.kind]} {_(INTEREST_TITLES[item.kind])}{at}")
    return "；".join(parts)
