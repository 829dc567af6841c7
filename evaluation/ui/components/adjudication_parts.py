"""Parts of the page of adjudication: pairs and appointment, both sides and the third answer."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from evaluation.domain.checklist import Checklist
from evaluation.domain.review import (
    ANSWER_TITLES,
    STATE_TITLES,
    AnswerCode,
    AttemptState,
    ItemAnswer,
)
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import adjudication, adjudication_pairs, review_plans, reviews
from evaluation.services.adjudication import DisputedEntry, DisputedItem, SideBySide
from evaluation.services.adjudication_pairs import PairView
from evaluation.ui.components import problem, table

_CHOSEN = "adjudication_attempt"


def pairs(actor: Actor, round_id: int) -> None:
    """Show files read twice; the chair appoints who settles the disputes."""
    key = f"pairs_after_{round_id}"
    lines = adjudication_pairs.list_pairs(actor, round_id, after=st.session_state.get(key, 0))
    disputed = [line for line in lines if line.n_disputed]
    st.caption(
        _("本页{n}份两次评查均已提交，其中{m}份有分歧。完全一致的无须裁定。").format(
            n=len(lines), m=len(disputed)
        )
    )
    table.show([_row(line) for line in disputed], empty=_("没有需要裁定的案卷。"))
    if len(lines) == adjudication_pairs.PAGE_SIZE and st.button(_("下一页")):
        st.session_state[key] = lines[-1].case_file_id
        st.rerun()
    if actor.has(Role.CHAIR):
        appoint(actor, [line for line in disputed if line.attempt_id is None])


def _row(line: PairView) -> dict[str, object]:
    return {
        _("样本编号"): line.sample_number,
        _("法院"): line.court,
        _("分歧"): line.n_disputed,
        _("裁定人"): line.adjudicator or _("未指定"),
        _("状态"): _(STATE_TITLES[line.state]) if line.state else "",
    }


def appoint(actor: Actor, waiting: list[PairView]) -> None:
    """Let the chair give a disputed file to a third person."""
    if not waiting:
        return
    st.subheader(_("指定裁定人"))
    left, right = st.columns(2)
    line = left.selectbox(
        _("案卷"),
        waiting,
        format_func=lambda one: _("{number}　{n}处分歧").format(
            number=one.sample_number, n=one.n_disputed
        ),
    )
    people = adjudication_pairs.eligible_adjudicators(actor, line.case_file_id)
    who = right.selectbox(
        _("裁定人（没有评查过、无须回避的资深评查员，或者组长本人）"),
        people,
        format_func=lambda one: one[1],
    )
    if st.button(_("指定"), type="primary") and who is not None:
        with problem.shown():
            adjudication_pairs.appoint(actor, line.case_file_id, who[0])
            st.rerun()


def own(actor: Actor, round_id: int) -> None:
    """Show the adjudications given to this person, and work on one."""
    lines = adjudication_pairs.own_adjudications(actor, round_id)
    if not lines:
        st.info(_("没有交您裁定的案卷。"))
        return
    numbers = [line.attempt_id for line in lines]
    kept = st.session_state.get(_CHOSEN)
    line = st.selectbox(
        _("交我裁定的案卷"),
        lines,
        index=numbers.index(kept) if kept in numbers else 0,
        format_func=lambda one: f"{one.sample_number}　{one.court}　{_(STATE_TITLES[one.state])}",
        width=420,
    )
    if line.attempt_id is None:
        return
    st.session_state[_CHOSEN] = line.attempt_id
    if line.state is AttemptState.ASSIGNED:
        st.write(_("裁定前须确认与本案没有利害关系；发现应当回避的，请报告组长改派。"))
        if st.button(_("声明没有利害关系并打开"), type="primary"):
            with problem.shown():
                reviews.attest(actor, line.attempt_id)
                st.rerun()
        return
    _work(actor, line.attempt_id, review_plans.checklist_of(actor, round_id))


@st.fragment
def _work(actor: Actor, attempt_id: int, checklist: Checklist) -> None:
    view = adjudication.side_by_side(actor, attempt_id)
    is_open = view.state is AttemptState.OPEN
    st.caption(
        _("{agreed}项一致，照录；{n}处分歧，尚有{left}处未裁定。两位评查员的姓名不显示。").format(
            agreed=view.n_agreed, n=len(view.items) + len(view.entries), left=view.n_open
        )
    )
    for entry in view.entries:
        _entry(actor, view, entry, checklist, is_open)
    for item in view.items:
        _item(actor, view, item, checklist, is_open)
    if is_open and st.button(_("提交裁定"), type="primary", disabled=view.n_open > 0):
        with problem.shown():
            adjudication.submit(actor, attempt_id)
            st.rerun(scope="app")


def _said(answer: ItemAnswer | None, checklist: Checklist) -> str:
    if answer is None:
        return _("未答")
    pieces = [_(ANSWER_TITLES[answer.code])]
    reason = next((one.text for one in checklist.na_reasons if one.code == answer.na_reason), "")
    pieces += [reason] if reason else []
    pieces += [_("第{page}页").format(page=answer.page)] if answer.page else []
    pieces += [answer.note] if answer.note else []
    return "；".join(pieces)


def _item(
    actor: Actor, view: SideBySide, item: DisputedItem, checklist: Checklist, is_open: bool
) -> None:
    with st.container(border=True):
        st.markdown(f"**{item.item_code}　{item.text}**")
        st.caption(item.rule)
        left, middle, right = st.columns([2, 2, 3])
        left.markdown(_("评查甲：{said}").format(said=_said(item.first, checklist)))
        middle.markdown(_("评查乙：{said}").format(said=_said(item.second, checklist)))
        codes = list(AnswerCode)
        chosen = right.radio(
            _("裁定"),
            codes,
            index=codes.index(item.decided.code) if item.decided else None,
            format_func=lambda code: _(ANSWER_TITLES[code]),
            horizontal=True,
            key=f"decide_{view.attempt_id}_{item.item_code}",
            disabled=not is_open,
        )
        reason = right.text_input(
            _("裁定理由（可不填，不写姓名、案号）"),
            value=item.decided.note if item.decided else "",
            key=f"reason_{view.attempt_id}_{item.item_code}",
            disabled=not is_open,
        ).strip()
        is_new = item.decided is None or item.decided.code is not chosen
        is_explained = bool(item.decided and reason and item.decided.note != reason)
        if is_open and chosen is not None and (is_new or is_explained):
            _decide(actor, view, item, AnswerCode(chosen), reason, checklist)


def _decide(
    actor: Actor,
    view: SideBySide,
    item: DisputedItem,
    code: AnswerCode,
    reason: str,
    checklist: Checklist,
) -> None:
    sides = [side for side in (item.first, item.second) if side and side.code is code]
    answer = sides[0] if sides else _own_answer(view, item, code, checklist)
    if answer is None:
        return  # something is still to be chosen
    if reason:
        answer = replace(answer, note=reason)
    with problem.shown():
        adjudication.decide_item(actor, view.attempt_id, item.item_code, answer)
        st.rerun(scope="fragment")


def _own_answer(
    view: SideBySide, item: DisputedItem, code: AnswerCode, checklist: Checklist
) -> ItemAnswer | None:
    """Return an answer that neither reader gave, with what such an answer needs."""
    key = f"why_{view.attempt_id}_{item.item_code}"
    if code is AnswerCode.NOT_APPLICABLE:
        reason = st.selectbox(
            _("不适用的原因"),
            [one for one in checklist.na_reasons if not one.automatic and not one.needs_note],
            index=None,
            format_func=lambda one: one.text,
            placeholder=_("请选择"),
            key=key,
        )
        return ItemAnswer(code, na_reason=reason.code) if reason is not None else None
    if checklist.item(item.item_code).sub_volume and code is not AnswerCode.NOT_VERIFIED:
        way = st.selectbox(
            _("副卷材料的核验方式"),
            checklist.verification,
            index=None,
            format_func=lambda one: one.text,
            placeholder=_("请选择；没有核验的只能记“未能核验”"),
            key=key,
        )
        return ItemAnswer(code, verification=way.code) if way is not None else None
    return ItemAnswer(code)


def _entry(
    actor: Actor, view: SideBySide, entry: DisputedEntry, checklist: Checklist, is_open: bool
) -> None:
    field = next(field for field in checklist.header if field.code == entry.field)
    titles = {option.code: option.text for option in field.options}
    with st.container(border=True):
        st.markdown(f"**{entry.text}**")
        left, middle, right = st.columns([2, 2, 3])
        left.markdown(_("评查甲：{said}").format(said=titles.get(entry.first, _("未填写"))))
        middle.markdown(_("评查乙：{said}").format(said=titles.get(entry.second, _("未填写"))))
        codes = list(titles)
        chosen = right.selectbox(
            _("裁定"),
            codes,
            index=codes.index(entry.decided) if entry.decided in codes else None,
            format_func=lambda code: titles[code],
            placeholder=_("请选择"),
            key=f"decide_{view.attempt_id}_{entry.field}",
            disabled=not is_open,
        )
        if chosen and chosen != entry.decided and is_open:
            with problem.shown():
                adjudication.decide_entries(actor, view.attempt_id, {entry.field: chosen})
                st.rerun(scope="fragment")
