"""Parts of a reviewer's pages: the desk, the declaration, handing in, stopping on a conflict."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from evaluation.domain.case_file import FILE_STATE_TITLES
from evaluation.domain.recusal import LEVEL_TITLES, Level
from evaluation.domain.review import STATE_TITLES, AttemptState
from evaluation.domain.roles import Actor
from evaluation.language import N_, _
from evaluation.services import review_submission, reviews
from evaluation.services.reviews import DeskLine, FormView
from evaluation.ui import navigation
from evaluation.ui.components import problem, table

FORM_PAGE = navigation.PAGES_DIRECTORY / "review_form.py"
DESK_PAGE = navigation.PAGES_DIRECTORY / "my_reviews.py"
LABELS = {"yes": N_("有财产"), "no": N_("无财产"), "unmarked": N_("未标记")}


def whole_desk(actor: Actor, round_id: int) -> list[DeskLine]:
    """Return every line of the desk, page by page."""
    lines: list[DeskLine] = []
    while page := reviews.desk(actor, round_id, after=lines[-1].attempt_id if lines else 0):
        lines += page
        if len(page) < reviews.PAGE_SIZE:
            break
    return lines


def progress(lines: Sequence[DeskLine]) -> None:
    """Show how far the desk is."""
    done = sum(line.state is AttemptState.SUBMITTED for line in lines)
    under_way = sum(line.state in (AttemptState.OPEN, AttemptState.ATTESTED) for line in lines)
    left, middle, right = st.columns(3)
    left.metric(_("分派给我的案卷"), len(lines))
    middle.metric(_("正在评查"), under_way)
    right.metric(_("已提交"), done)
    st.progress(done / len(lines) if lines else 0.0)


def rows(lines: Sequence[DeskLine], n_items: int) -> list[dict[str, object]]:
    """Return the table of the desk."""
    return [
        {
            _("样本编号"): line.sample_number,
            _("法院"): line.court,
            _("评查"): _(STATE_TITLES[line.state]),
            _("案卷"): _(FILE_STATE_TITLES[line.file_state]),
            _("已答"): f"{line.n_answered}/{n_items}",
        }
        for line in lines
    ]


def choose(lines: Sequence[DeskLine], n_items: int) -> None:
    """Let the reviewer open the next file or any other."""
    waiting = [line for line in lines if line.state is not AttemptState.SUBMITTED]
    waiting.sort(key=lambda line: (line.state is not AttemptState.OPEN, line.attempt_id))
    if waiting and st.button(
        _("继续评查：{number}").format(number=waiting[0].sample_number), type="primary"
    ):
        st.switch_page(FORM_PAGE, query_params={"attempt": str(waiting[0].attempt_id)})
    chosen = st.selectbox(
        _("打开指定案卷"),
        lines,
        index=None,
        format_func=lambda line: (
            f"{line.sample_number}　{line.court}　{_(STATE_TITLES[line.state])}"
        ),
        placeholder=_("按样本编号选择"),
    )
    if chosen is not None:
        st.switch_page(FORM_PAGE, query_params={"attempt": str(chosen.attempt_id)})
    table.show(rows(lines, n_items), height=480 if len(lines) > 12 else None)


def declaration(actor: Actor, view: FormView) -> None:
    """Ask for the declaration of one file before it is opened."""
    st.header(_("逐案声明"))
    st.write(view.checklist.conflict_gate)
    st.markdown(
        _(
            "- 本人及近亲属不是本案当事人、代理人、承办人员；\n"
            "- 本人及所在单位没有代理过本案，也不曾在本案担任证人、评估、拍卖、公证、管理人等；\n"
            "- 本人没有应当回避的其他情形，并将独立作出评查判断。"
        )
    )
    agreed = st.checkbox(_("本人确认对样本{number}没有上述情形").format(number=view.sample_number))
    if st.button(_("声明并打开案卷"), type="primary", disabled=not agreed):
        with problem.shown():
            reviews.attest(actor, view.attempt_id)
            reviews.open_form(actor, view.attempt_id)
            st.rerun()
    conflict(actor, view)


def conflict(actor: Actor, view: FormView) -> None:
    """Let the reviewer stop on a conflict."""
    with st.expander(_("发现利益冲突，停止评查")):
        st.write(_("提交后，您写下的内容立即封存，案卷改派他人，您不能再打开。"))
        with st.form(f"conflict_{view.attempt_id}"):
            level = st.radio(
                _("回避级别"),
                [Level.A, Level.B, Level.C, Level.D],
                format_func=lambda one: _(LEVEL_TITLES[one]),
                horizontal=True,
            )
            note = st.text_input(_("情况说明（不写当事人姓名和案号）"))
            sent = st.form_submit_button(_("停止评查并报告"))
        if sent:
            with problem.shown():
                found = review_submission.report_conflict(actor, view.attempt_id, level, note)
                st.session_state["review_notice"] = (
                    _("已封存并改派。") if found else _("已封存，暂时没有可改派的评查员。")
                )
                st.switch_page(DESK_PAGE)


def hand_in(actor: Actor, view: FormView) -> None:
    """Offer handing in; what is missing is listed by the service."""
    if st.button(_("提交评查"), type="primary", key=f"submit_{view.attempt_id}"):
        with problem.shown():
            review_submission.submit(actor, view.attempt_id)
            st.rerun()
    st.caption(_("提交后不能自行修改；确需更正的，由组长写明理由退回。"))


def submitted(actor: Actor, view: FormView) -> None:
    """Show what was handed in, and only now the court's own label."""
    st.success(_("已提交。"))
    own = {"yes": _("有财产"), "no": _("无财产"), "undecidable": _("无法判断")}
    left, right = st.columns(2)
    left.metric(
        _("评查认定"), own.get(str(view.entries.get("has_property_by_reviewer")), _("未填写"))
    )
    if view.is_partner and view.needs_partner:
        countersign(actor, view)
    else:
        label = review_submission.court_label(actor, view.attempt_id)
        right.metric(_("法院的认定"), _(LABELS.get(label, "未标记")))
        if view.needs_partner:
            st.info(_("金标复核须由另一位资深评查员会签。"))
    titles = {one.code: one.text for one in view.checklist.answers}
    table.show(
        [
            {
                _("编号"): code,
                _("项目"): state.item.text,
                _("答案"): titles[state.answer.code] if state.answer else "",
                _("页码"): state.answer.page if state.answer else "",
                _("算式"): state.outcome.sum_text,
            }
            for code, state in view.states.items()
        ],
        height=560,
    )


def countersign(actor: Actor, view: FormView) -> None:
    """Let the second of a senior pair sign; what they disagree with goes back by the chair."""
    st.info(_("请核对下列答案。同意的会签；不同意的，与主评商定后请组长退回修改。"))
    if st.button(_("会签"), type="primary"):
        with problem.shown():
            review_submission.countersign(actor, view.attempt_id)
            st.rerun()
