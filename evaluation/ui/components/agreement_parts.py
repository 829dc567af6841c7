"""Parts of the page of agreement: whole, parts, items, pairs of reviewers, gold audit."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from evaluation.analysis.reading_agreement import PairAgreement
from evaluation.analysis.results import ResultSet
from evaluation.domain.checklist import Checklist
from evaluation.domain.review import STATE_TITLES
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import gold_audit
from evaluation.services.review_overview import Standing
from evaluation.ui.components import problem, table
from evaluation.ui.components.review_charts import interval, percent


def _coefficient(found: ResultSet, result_id: str) -> str:
    one = found.get(result_id)
    if one is None or one.value is None:
        return "—"
    if one.lower is None or one.upper is None:
        return f"{one.value:.2f}（" + _("无法估计区间") + "）"
    return f"{one.value:.2f}（{one.lower:.2f}–{one.upper:.2f}）"


def _height(rows: Sequence[object]) -> int:
    """Return the height of a grid that shows its rows on one line each, up to a screen."""
    return min(620, 38 + 36 * max(len(rows), 1))


def _row(found: ResultSet, stem: str) -> dict[str, object]:
    rate = found.get(f"{stem}.percent")
    if rate is None:
        return {}
    return {
        _("案卷"): rate.n_sampled,
        _("符合占比"): percent(float(rate.extra.get("prevalence", 0))),
        _("一致率"): f"{percent(rate.value)}（{interval(rate)}）",
        _("Cohen κ"): _coefficient(found, f"{stem}.kappa"),
        _("Gwet AC1"): _coefficient(found, f"{stem}.ac1"),
        _("Krippendorff α"): _coefficient(found, f"{stem}.alpha"),
    }


def whole(found: ResultSet, checklist: Checklist) -> None:
    """Show the round's agreement and what the panel aims at."""
    share = found.get("review.double_share")
    rate = found.get("review.agreement.percent")
    left, middle, right = st.columns(3)
    left.metric(_("双人评查比例"), percent(share.value if share else None))
    middle.metric(_("一致率"), percent(rate.value if rate else None))
    right.metric(_("Gwet AC1"), _coefficient(found, "review.agreement.ac1").split("（")[0])
    st.caption(
        _(
            "目标：κ不低于{kappa}，或者一致率不低于{percent}。符合占比极高或者极低的项目，"
            "κ会失真，须同时看一致率和AC1。括号内为95%区间：一致率为Wilson区间，有效样本量"
            "按案卷折算；系数由案卷重抽样得出，各案卷之间没有差异的，无法估计区间。"
        ).format(kappa=f"{checklist.kappa_target:g}", percent=percent(checklist.percent_target))
    )
    rows: list[dict[str, object]] = [{_("部分"): _("全部项目"), **_row(found, "review.agreement")}]
    rows += [
        {
            _("部分"): part.text.split("（")[0],
            **_row(found, f"review.part_agreement.{part.number}"),
        }
        for part in checklist.parts
    ]
    rows = [row for row in rows if len(row) > 1]
    table.show(rows, empty=_("还没有两次都提交的案卷。"), height=_height(rows))
    grades(found, checklist)


def grades(found: ResultSet, checklist: Checklist) -> None:
    """Show agreement on the grade of the whole file, which has an order."""
    rate = found.get("review.grade_agreement.percent")
    if rate is None:
        return
    scale = "、".join(grade.text for grade in checklist.case_grades)
    st.subheader(_("案卷评价等次"))
    st.caption(
        _("等次依次为{scale}，相差一等的比相差两等的分歧小，因此用计及次序的系数。").format(
            scale=scale
        )
    )
    table.show(
        [
            {
                _("案卷"): rate.n_sampled,
                _("{grade}占比").format(grade=checklist.case_grades[0].text): percent(
                    float(rate.extra.get("prevalence", 0))
                ),
                _("一致率"): f"{percent(rate.value)}（{interval(rate)}）",
                _("Gwet AC2"): _coefficient(found, "review.grade_agreement.ac2"),
                _("Krippendorff α（有次序）"): _coefficient(found, "review.grade_agreement.alpha"),
            }
        ]
    )


def items(found: ResultSet, checklist: Checklist) -> None:
    """Show agreement item by item, lowest first."""
    rows = []
    for item in checklist.items():
        row = _row(found, f"review.item_agreement.{item.code}")
        if row:
            rate = found.get(f"review.item_agreement.{item.code}.percent")
            value = rate.value if rate and rate.value is not None else 2.0
            rows.append((value, {_("编号"): item.code, _("项目"): item.text, **row}))
    rows.sort(key=lambda pair: pair[0])
    table.show([row for _value, row in rows], height=620)


def _of_pair(found: PairAgreement, name: str) -> str:
    value, low, high = found.values[name], found.lower[name], found.upper[name]
    if value is None:
        return "—"
    if low is None or high is None:
        return f"{value:.2f}（" + _("无法估计区间") + "）"
    return f"{value:.2f}（{low:.2f}–{high:.2f}）"


def pairs(standing: Standing) -> None:
    """Show agreement of each pair of reviewers."""
    rows: list[dict[str, object]] = []
    for pair in standing.pairs:
        found = pair.found
        low, high = found.lower["percent"], found.upper["percent"]
        limits = (
            f"（{percent(low)}–{percent(high)}）" if low is not None and high is not None else ""
        )
        rows.append(
            {
                _("评查员"): f"{pair.first}、{pair.second}",
                _("共同案卷"): found.n_files,
                _("比较项次"): found.n_readings,
                _("符合占比"): percent(found.prevalence),
                _("一致率"): percent(found.values["percent"]) + limits,
                _("Cohen κ"): _of_pair(found, "kappa"),
                _("Gwet AC1"): _of_pair(found, "ac1"),
                _("Krippendorff α"): _of_pair(found, "alpha"),
            }
        )
    table.show(rows, empty=_("还没有两次都提交的案卷。"), height=_height(rows))


def gold(actor: Actor, round_id: int, standing: Standing) -> None:
    """Show the gold audit: who judges, drift, corrected rates."""
    st.write(
        _(
            "从同一抽签次序的前部抽取子样本，两人意见一致的案卷也在内，由两个单位的资深评查员"
            "在不知道原答案的情况下共同复核，用来发现共同的误判并校正符合率。"
        )
    )
    if actor.has(Role.CHAIR) and st.button(_("抽取并分派金标复核")):
        with problem.shown():
            report = gold_audit.draw_sub_sample(actor, round_id)
            st.success(
                _("应复核{n}份，新分派{m}份，没有合适人选{k}份。").format(
                    n=report.n_chosen, m=report.n_assigned, k=report.n_without_pair
                )
            )
    table.show(
        [
            {
                _("样本编号"): line.sample_number,
                _("法院"): line.court,
                _("主评"): line.lead,
                _("状态"): _(STATE_TITLES[line.state]),
                _("会签"): _("已会签") if line.is_countersigned else "",
            }
            for line in gold_audit.list_gold(actor, round_id)
        ],
        empty=_("还没有抽取金标复核。"),
    )
    st.subheader(_("与金标的一致率：前半与后半"))
    table.show(
        [
            {
                _("评查员"): one.reviewer,
                _("金标案卷"): one.n_files,
                _("前半"): percent(one.early_share),
                _("后半"): percent(one.late_share),
            }
            for one in standing.drift
        ],
        empty=_("还没有完成的金标复核。"),
    )
    st.subheader(_("校正后的符合率（严重项目）"))
    rows = []
    found = standing.results
    for one in found.under("review.corrected"):
        name = one.id.split(".")[2]
        is_item = name != "terminated"
        plain = found.get(
            f"review.item.{name}.city" if is_item else "review.terminated.qualified.city"
        )
        rows.append(
            {
                _("编号"): name if is_item else "",
                _("项目"): plain.label if plain else one.label,
                _("评查符合率"): percent(plain.value if plain else None),
                _("校正后"): percent(one.value),
                _("区间"): interval(one),
            }
        )
    table.show(rows, empty=_("金标复核不足10份的项目不作校正。"))
