"""Freezing a frame, and the projector view in which the seed is entered once."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from evaluation.clock import beijing_text
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import draws, frames
from evaluation.services.draw_views import DrawView
from evaluation.services.frames import FrameView
from evaluation.ui.components import download, problem, table

_PROJECTOR = """
<style>
[data-testid="stSidebar"], [data-testid="stHeader"] { display: none; }
[data-testid="stMainBlockContainer"] { max-width: 100%; padding: 2rem 4vw; }
.projector .hash { font-size: clamp(1.1rem, 3.2vw, 2.6rem); line-height: 1.35; }
.projector p { font-size: clamp(1.1rem, 2vw, 1.6rem); }
[data-testid="stTextInput"] input { font-size: clamp(1.4rem, 3vw, 2.6rem) !important;
  height: auto !important; padding: .7rem 1rem !important; letter-spacing: .06em; }
[data-testid="stTextInput"] > div > div { height: auto !important; }
</style>
"""


def freeze(actor: Actor, frame: FrameView) -> None:
    """Show what will be frozen, and freeze it."""
    plans = frame.plans()
    if frame.design is None:
        st.info(_("还没有确定样本量。请先在“抽样方案”页确定。"))
        return
    columns = st.columns(3)
    columns[0].metric(_("案件"), frame.n_units)
    columns[1].metric(_("层"), len(frame.stratum_sizes))
    if plans:
        columns[2].metric(_("计划样本"), sum(part.sample_size for part in plans))
    census = [part.stratum for part in plans if part.is_census]
    if census:
        st.info(
            _("{n}个层的案件数不超过计划样本量，将全部抽取：{strata}。").format(
                n=len(census), strata="、".join(census)
            )
        )
    st.write(
        _(
            "冻结后，名单和方案都不能再改，系统写出抽样框文件并算出 SHA-256 哈希值。"
            "哈希值即时在公开网站公布；公布之后，才能当众给出种子。"
        )
    )
    if not actor.has(Role.SECRETARY, Role.CHAIR):
        return
    left, right, _rest = st.columns([1, 1, 3])
    if left.button(_("冻结抽样框"), type="primary"):
        with problem.shown():
            frames.freeze(actor, frame.id)
            st.rerun()
    if right.button(_("放弃这一抽样框")):
        with problem.shown():
            frames.discard(actor, frame.id)
            st.rerun()


def enter_seed(actor: Actor, frame: FrameView, earlier: Sequence[DrawView]) -> None:
    """Show the hash and take the seed, on an ordinary page or large for a projector."""
    is_projected = st.toggle(_("投影显示（大字）"), key="projector")
    if is_projected:
        st.html(_PROJECTOR)
    frozen_at = beijing_text(frame.frozen_at) if frame.frozen_at else ""
    about = _("“{name}”，{n}件，{strata}层，{moment}冻结").format(
        name=frame.name, n=frame.n_units, strata=len(frame.stratum_sizes), moment=frozen_at
    )
    st.html(
        '<div class="projector">'
        f"<p>{escape(about)}</p><p>{escape(_('抽样框 SHA-256 哈希值'))}</p>"
        f'<p class="hash"><strong>{escape(_grouped(frame.sha256))}</strong></p></div>'
    )
    if not actor.has(Role.SECRETARY, Role.CHAIR):
        st.info(_("种子由秘书或评估组长当众输入。"))
        return
    if not is_projected:
        download.link(_("下载冻结的抽样框（含案号，请妥善保管）"), f"/files/frames/{frame.id}")
        if earlier:
            _coordinated(actor, frame, earlier)
    with st.form("seed"):
        seed = st.text_input(
            _("种子（至少20个字符；只能输入一次）"),
            placeholder=_("例如当众掷出的20个骰子点数"),
            max_chars=200,
            autocomplete="off",
        )
        witnesses = st.text_input(
            _("在场见证人的身份（以顿号分隔，不写姓名）"),
            placeholder=_("例如：法院代表、公证员、媒体记者"),
        )
        confirmed = st.checkbox(_("种子是在哈希值公布之后当众给出的，已与在场人员核对无误"))
        submitted = st.form_submit_button(_("抽样"), type="primary")
    if submitted:
        if not confirmed:
            st.error(_("请先与在场人员核对种子，再勾选确认。"))
            return
        with problem.shown():
            draws.draw(actor, frame.id, seed, witnesses=witnesses.replace("，", "、").split("、"))
            st.rerun()


def _coordinated(actor: Actor, frame: FrameView, earlier: Sequence[DrawView]) -> None:
    with st.expander(_("沿用上期种子，保留相同案件（用于比较两期变化）")):
        st.write(
            _(
                "沿用上期种子时，两期都在名单上的案件抽签号不变，样本尽量重合，变化的误差更小。"
                "种子早于本期名单，证书会注明；如需完全独立的样本，请另给种子。"
            )
        )
        chosen = st.selectbox(
            _("上期抽样"),
            earlier,
            format_func=lambda view: f"{view.frame_name}（{beijing_text(view.drawn_at)}）",
            key="coordinated_draw",
        )
        if st.button(_("沿用种子抽样")):
            with problem.shown():
                draws.draw(actor, frame.id, "", coordinated_with=chosen.id)
                st.rerun()


def _grouped(digest: str) -> str:
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def strata_table(view: DrawView, names: dict[str, str]) -> None:
    """Show each stratum of a draw."""
    table.show(
        [
            {
                _("层"): names.get(part.stratum, part.stratum),
                _("案件"): part.population_size,
                _("样本"): part.sample_size,
                _("备用"): part.reserve_size,
                _("说明"): _("全部抽取") if part.is_census else "—",
                _("样本中最大的抽签号"): part.largest_sample_ticket[:16] + "…",
            }
            for part in view.strata
        ]
    )
