"""Tables of one survey: answers, cross tables, changes, reliability, weighting, downloads."""

from __future__ import annotations

from typing import Any

import streamlit as st

from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import survey_analysis, survey_data
from evaluation.services.survey_analysis import AnsweredVariable, SurveyFigures
from evaluation.services.survey_data import Basis
from evaluation.ui.components import download, problem, survey_charts, table
from sampling.estimate import Estimate
from surveys.codebook import Kind
from surveys.schema import QuestionType

WITHHELD = "＊"


def basis_words() -> dict[Basis, str]:
    """Words for the kinds of responses."""
    return {basis: survey_data.basis_title(basis) for basis in Basis}


def percent(share: float | None) -> str:
    """Write a share as a percentage with one decimal."""
    return "" if share is None else f"{100 * share:.1f}%"


def interval(estimate: Estimate | None, *, as_share: bool = False) -> str:
    """Write an interval, nothing when there is none."""
    if estimate is None:
        return "—"
    if as_share:
        return f"{100 * estimate.lower:.1f}%—{100 * estimate.upper:.1f}%"
    return f"{estimate.lower:.1f}—{estimate.upper:.1f}"


def signed(value: float) -> str:
    """Write a difference with its sign and one decimal."""
    return f"{value:+.1f}".replace("-", "−")


def p_value(value: float) -> str:
    """Write a p-value with three decimals; a smaller one as below a thousandth."""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def overview(figures: SurveyFigures) -> None:
    """Show how many answered and the index with its interval."""
    index = figures.index
    columns = st.columns(4)
    columns[0].metric(_("有效答卷"), figures.n)
    columns[1].metric(_("评价指数"), "—" if index.value is None else f"{index.value:.1f}")
    columns[2].metric(_("95%置信区间"), interval(index.estimate))
    columns[3].metric(_("剔除的答卷"), figures.n_excluded)
    st.caption(figures.weighting)
    if figures.weighting_fault:
        st.warning(figures.weighting_fault)
    if figures.index_with_excluded is not None and figures.index_with_excluded.value is not None:
        st.caption(
            _("如不剔除，评价指数为{value:.1f}。").format(value=figures.index_with_excluded.value)
        )
    survey_charts.indices(figures)
    table.show(
        [
            {
                _("题号"): code,
                _("指数"): "—" if item.value is None else f"{item.value:.1f}",
                _("95%置信区间"): interval(item.estimate),
                _("有效回答"): str(item.n_valid),
                _("不清楚"): str(item.n_dont_know),
                _("题面"): str(figures.questionnaire.question(code).text),
            }
            for code, item in index.questions.items()
        ]
    )
    st.caption(_("“不清楚”不计入均值，单列人数。各人群利益不同，不合并成一个满意率。"))


def answers(figures: SurveyFigures) -> None:
    """Show the answers of one question at a time, after the picture of all scales."""
    survey_charts.likert(figures)
    st.subheader(_("逐题频数"))
    asked = [q for q in figures.questionnaire.questions if q.type is not QuestionType.NOTE]
    with_choice = [
        q for q in asked if any(item.variable.question == q.code for item in figures.answers)
    ]
    chosen = st.selectbox(
        _("题目"), with_choice, format_func=lambda q: f"{q.code} {q.text}", key="frequency_question"
    )
    listed = [item for item in figures.answers if item.variable.question == chosen.code]
    if listed and listed[0].variable.kind is Kind.CHOSEN:
        table.show([_chosen_row(item) for item in listed])
        st.caption(_("多选题：比例为选中人数占作答人数。"))
        return
    for item in listed:
        if item.variable.row is not None:
            st.markdown(f"**{item.variable.label.partition('［')[2].rstrip('］')}**")
        table.show([_answer_row(row) for row in item.rows])


def _chosen_row(item: AnsweredVariable) -> dict[str, Any]:
    row = next(row for row in item.rows if row.code == "1")
    hidden = row.count < 0
    return {
        _("选项"): item.variable.label.partition("［")[2].rstrip("］"),
        _("人数"): WITHHELD if hidden else str(row.count),
        _("比例"): WITHHELD if hidden else percent(row.share),
        _("95%置信区间"): interval(row.estimate, as_share=True),
    }


def _answer_row(row: Any) -> dict[str, Any]:
    hidden = row.count < 0
    return {
        _("回答"): row.label,
        _("人数"): WITHHELD if hidden else str(row.count),
        _("占实质回答"): WITHHELD
        if hidden
        else (_("单列") if row.is_missing else percent(row.share)),
        _("95%置信区间"): interval(row.estimate, as_share=True),
    }


def _first_choice(figures: SurveyFigures) -> tuple[int, int]:
    """Positions of a grouping question and of overall satisfaction, to begin with."""
    asked = figures.questionnaire
    row, column = len(figures.answers) - 1, 0
    for place, item in enumerate(figures.answers):
        question = asked.question(item.variable.question)
        if question.tags.is_stratum and item.variable.kind is Kind.CATEGORY:
            row = place
        if question.type is QuestionType.LIKERT and question.required:
            column = place
    return row, column


def cross(actor: Actor, figures: SurveyFigures) -> None:
    """Cross two questions."""
    listed = [item.variable for item in figures.answers]
    first_row, first_column = _first_choice(figures)
    left, right = st.columns(2)
    row = left.selectbox(
        _("行"), listed, format_func=lambda v: f"{v.name} {v.label[:30]}", key="cross_row",
        index=first_row,
    )  # fmt: skip
    column = right.selectbox(
        _("列"), listed, format_func=lambda v: f"{v.name} {v.label[:30]}", key="cross_column",
        index=first_column,
    )  # fmt: skip
    if row.name == column.name:
        st.info(_("请选择两道不同的题目。"))
        return
    with problem.shown():
        found = survey_analysis.cross(
            actor, figures.survey_id, row.name, column.name, figures.basis
        )
        shown = found.table
        rows = []
        for label, counts, shares, total in zip(
            shown.rows, shown.counts, shown.row_shares, shown.row_totals, strict=True
        ):
            cells = {
                name: WITHHELD if n is None else f"{int(n)}（{percent(share)}）"
                for name, n, share in zip(shown.columns, counts, shares, strict=True)
            }
            rows.append(
                {_("回答"): label, **cells, _("合计"): WITHHELD if total is None else str(total)}
            )
        table.show(rows)
        st.caption(
            _("格内为人数和行百分比；＊为人数过少或可以倒推而不公布的格。有效{n}人。").format(
                n=shown.n
            )
        )
        if found.p_value is not None:
            st.caption(_("独立性检验（按抽样设计校正）：P值 {p}").format(p=p_value(found.p_value)))
        elif not figures.is_probability:
            st.caption(_("非概率样本，不作检验。"))


def change(actor: Actor, figures: SurveyFigures) -> None:
    """Compare with an earlier survey of the same group."""
    earlier = survey_analysis.earlier_surveys(actor, figures.survey_id)
    if not earlier:
        st.info(_("这一人群还没有更早的调查可以比较。"))
        return
    if not figures.is_probability:
        st.info(_("非概率样本的变化不能检验，这里不作比较。"))
        return
    names = dict(earlier)
    chosen = st.selectbox(_("与哪一次比较"), list(names), format_func=names.__getitem__)
    with problem.shown():
        rows = survey_analysis.changes_since(actor, figures.survey_id, chosen)
        table.show(
            [
                {
                    _("题号"): item.key or _("总指数"),
                    _("上次"): f"{item.before.value:.1f}",
                    _("本次"): f"{item.after.value:.1f}",
                    _("变化"): signed(item.difference),
                    _("95%置信区间"): _("{lower} 至 {upper}").format(
                        lower=signed(item.lower), upper=signed(item.upper)
                    ),
                    _("P值"): p_value(item.p_value),
                    _("Holm校正"): p_value(item.p_holm),
                    _("BH校正"): p_value(item.p_benjamini_hochberg),
                    _("题面"): item.label if item.key else "",
                }
                for item in rows
            ],
            empty=_("没有可以比较的趋势题。"),
        )
        st.caption(
            _(
                "只比较趋势题和总指数。同时比较多项时看校正后的P值：Holm校正控制出现任何一个假变化的概率，"
                "BH校正控制所报变化中假变化的比例。"
            )
        )


def relations(actor: Actor, figures: SurveyFigures) -> None:
    """Show importance against satisfaction, and reliability on demand."""
    st.subheader(_("重要性与评价"))
    if figures.gaps:
        survey_charts.importance(figures.gaps)
        table.show(
            [
                {
                    _("题号"): gap.item.variable,
                    _("重要性"): f"{gap.importance:.1f}",
                    _("重要性的95%置信区间"): interval(gap.importance_estimate),
                    _("评价"): f"{gap.satisfaction:.1f}",
                    _("差距"): signed(gap.importance - gap.satisfaction),
                    _("人数"): str(gap.n),
                    _("题目"): gap.label.partition("［")[2].rstrip("］") or gap.label,
                }
                for gap in sorted(figures.gaps, key=lambda g: g.satisfaction - g.importance)
            ]
        )
        st.caption(
            _(
                "重要性不是受访者自述，由各题与总体满意度的等级相关推得（0—100）。"
                "图中越靠左上、表中差距越大的，越应先改进；区间很宽时，先后次序只供参考。"
            )
        )
    else:
        st.info(_("同时回答了两题的人数不足30，或没有总体满意度题。"))
    st.subheader(_("量表信度"))
    if st.button(_("计算 α 与 ω（需几秒钟）")):
        with problem.shown():
            table.show(
                [
                    {
                        _("克朗巴赫 α"): _coefficient(item.alpha),
                        _("麦克唐纳 ω"): _coefficient(item.omega),
                        _("题数"): str(item.n_items),
                        _("完整回答"): str(item.n_complete),
                        _("矩阵题"): item.name,
                    }
                    for item in survey_analysis.reliabilities(
                        actor, figures.survey_id, figures.basis
                    )
                ],
                empty=_("没有矩阵题。"),
            )


def _coefficient(estimate: Estimate | None) -> str:
    if estimate is None:
        return "—"
    return f"{estimate.value:.2f}（{estimate.lower:.2f}—{estimate.upper:.2f}）"


def weighting(actor: Actor, figures: SurveyFigures) -> None:
    """Enter known distributions to weight to."""
    margins, source = survey_analysis.margins_of(actor, figures.survey_id)
    if not actor.has(Role.ANALYST):
        st.write(figures.weighting)
        return
    st.caption(
        _(
            "填写总体中各选项的人数或比例，例如取自律师名册或统计年鉴。"
            "选一道题为事后分层，选几道题为逐次调整到各题的边际。没有回答这些题的，权数不变。"
        )
    )
    single = [item.variable for item in figures.answers if item.variable.kind is Kind.CATEGORY]
    chosen = st.multiselect(
        _("按哪些题的已知分布加权"),
        [variable.name for variable in single],
        default=[name for name in margins if any(v.name == name for v in single)],
        placeholder=_("不加权"),
    )
    entered: dict[str, dict[str, float]] = {}
    for variable in single:
        if variable.name not in chosen:
            continue
        st.markdown(f"**{variable.label}**")
        options = [c for c in variable.labels if c not in variable.missing_options]
        columns = st.columns(min(4, len(options)))
        entered[variable.name] = {
            code: columns[place % len(columns)].number_input(
                variable.labels[code],
                min_value=0.0,
                value=float(margins.get(variable.name, {}).get(code, 0.0)),
                key=f"margin_{variable.name}_{code}",
            )
            for place, code in enumerate(options)
        }
    words = st.text_input(
        _("数据来源"), source, placeholder=_("例如：武汉市律师协会会员名册，2016年12月")
    )
    if st.button(_("保存加权办法"), type="primary"):
        with problem.shown():
            survey_analysis.set_margins(actor, figures.survey_id, entered, words)
            st.rerun()


def downloads(actor: Actor, survey_id: int) -> None:
    """Link to the data in every format."""
    if not actor.has(Role.CHAIR, Role.ANALYST):
        st.info(_("答卷数据由评估组长和统计分析人员导出。"))
        return
    formats = (
        ("csv", "CSV"), ("xlsx", "Excel"), ("parquet", "Parquet"),
        ("sav", "SPSS"), ("dta", "Stata"), ("xml", _("DDI 编码本")), ("pdf", _("编码本")),
    )  # fmt: skip
    for column, (kind, name) in zip(st.columns(len(formats)), formats, strict=True):
        with column:
            download.link(name, f"/files/surveys/data/{survey_id}/{kind}")
    st.caption(_("每次导出都会留痕。表中不含邀请名单，日期只到日；开放题公布前须人工去识别。"))
