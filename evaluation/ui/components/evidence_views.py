"""What is known about the evidence items: coverage heat map, items, documents, requests."""

from __future__ import annotations

from html import escape

import streamlit as st

from evaluation.clock import date_text
from evaluation.domain.evidence import REQUEST_TITLES
from evaluation.domain.framework import Framework
from evaluation.domain.roles import Actor
from evaluation.language import _
from evaluation.services import evidence_documents
from evaluation.services.evidence import ItemStanding
from evaluation.services.evidence_documents import RequestView
from evaluation.services.rounds import RoundView
from evaluation.ui.components import table

#: Colours of scores 0–4, dark enough for their text; grey where nothing is settled.
_SHADES = {
    0: ("#f6d5c9", "#5c1f0a"),
    1: ("#fbe7c6", "#5a3d05"),
    2: ("#e3edf5", "#123a5c"),
    3: ("#a9c8e0", "#0d2f4b"),
    4: ("#1f4e79", "#ffffff"),
}
_UNSETTLED = ("#f3f5f8", "#4a5968")


def summary(framework: Framework, standings: list[ItemStanding]) -> None:
    """Show the counts that say how far the work is."""
    settled = [standing for standing in standings if standing.is_settled]
    applicable = [standing for standing in settled if standing.score is not None]
    threshold = framework.evidence.implemented_from
    implemented = sum((standing.score or 0) >= threshold for standing in applicable)
    columns = st.columns(5)
    columns[0].metric(_("证据项"), len(standings))
    columns[1].metric(_("已有材料"), sum(standing.n_documents > 0 for standing in standings))
    columns[2].metric(_("已定评分"), len(settled))
    columns[3].metric(_("待裁定"), sum(standing.is_disputed for standing in standings))
    columns[4].metric(
        _("已证实落实"),
        f"{implemented}/{len(applicable)}",
        help=_("评2分以上的项数与适用项数"),
    )


def coverage(framework: Framework, standings: list[ItemStanding]) -> None:
    """Show every item as a cell, coloured by its score, in the order of the plan."""
    by_group: dict[str, list[ItemStanding]] = {}
    for standing in standings:
        by_group.setdefault(standing.group, []).append(standing)
    legend = [(_("未定"), _UNSETTLED)] + [
        (f"{level.score} {level.name}", _SHADES[min(level.score, 4)])
        for level in framework.evidence.ratings
    ]
    parts = [
        '<p style="line-height:2">'
        + "".join(_cell(text, shade, text) for text, shade in legend)
        + "</p>"
    ]
    for group in framework.evidence.groups:
        cells = "".join(_item_cell(standing) for standing in by_group.get(group.code, []))
        parts.append(
            f'<div style="margin:.45rem 0"><div style="font-weight:600">{escape(group.name)}</div>'
            f'<div style="line-height:2">{cells}</div></div>'
        )
    st.html("".join(parts))


def _item_cell(standing: ItemStanding) -> str:
    shade = _UNSETTLED
    word = _("未定")
    if standing.is_settled:
        word = _("不适用") if standing.score is None else str(standing.score)
        if standing.score is not None:
            shade = _SHADES[min(standing.score, 4)]
    title = f"{standing.item.id} {standing.item.name}：{word}"
    return _cell(standing.item.id.removeprefix("E-"), shade, title)


def _cell(text: str, shade: tuple[str, str], title: str) -> str:
    return (
        f'<span title="{escape(title, quote=True)}" style="display:inline-block;padding:0 .45rem;'
        f"margin:.1rem;border-radius:3px;font-size:.8rem;background:{shade[0]};color:{shade[1]}"
        f'">{escape(text)}</span>'
    )


def items(framework: Framework, standings: list[ItemStanding]) -> None:
    """Show the items of one group with documents and ratings."""
    group = st.selectbox(
        _("类别"), framework.evidence.groups, format_func=lambda item: item.name, key="item_group"
    )
    table.show(
        [
            {
                _("编号"): standing.item.id,
                _("章节"): standing.item.seed_ref,
                _("要求"): standing.item.name,
                _("核验办法"): standing.item.verify,
                _("材料"): f"{standing.n_documents}（{'、'.join(standing.grades)}）"
                if standing.n_documents
                else "",
                _("两人评分"): "／".join(_score(r.score) for _a, r in standing.ratings),
                _("定分"): _score(standing.score) if standing.is_settled else "",
            }
            for standing in standings
            if group is not None and standing.group == group.code
        ]
    )


def _score(score: int | None) -> str:
    return _("不适用") if score is None else str(score)


def documents(actor: Actor, chosen: RoundView) -> None:
    """Search the registered documents."""
    search = st.text_input(_("在名称、制发单位和摘录中查找"))
    views = evidence_documents.list_documents(actor, chosen.id, search)
    table.show(
        [
            {
                _("编号"): view.number,
                _("名称"): view.title,
                _("制发单位"): view.issuer,
                _("法院"): view.court_name,
                _("级别"): str(view.grade),
                _("收到"): date_text(view.received_on),
                _("证据项"): "、".join(view.item_ids),
                _("摘录"): view.excerpt,
                _("文件哈希"): view.file_sha256[:16],
            }
            for view in views
        ],
        empty=_("没有找到材料。") if search else _("还没有登记材料。"),
    )


def requests(actor: Actor, chosen: RoundView, views: list[RequestView]) -> None:
    """Show what was asked of the courts."""
    table.show(
        [
            {
                _("证据项"): view.item_id,
                _("法院"): view.court_name or _("全市"),
                _("调取日"): date_text(view.requested_on),
                _("截止日"): date_text(view.due_on),
                _("状态"): _(REQUEST_TITLES[view.state]),
                _("说明"): view.note,
            }
            for view in views
        ],
        empty=_("还没有调取材料。"),
    )
