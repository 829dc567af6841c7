"""A draw after the seed: summary, certificate, drawn files, extension, how to check it."""

from __future__ import annotations

from html import escape

import streamlit as st

from evaluation.clock import beijing_text
from evaluation.domain.register import UNIT_ROLE_TITLES
from evaluation.domain.roles import Actor, Role
from evaluation.language import N_, _
from evaluation.services import draws, rounds
from evaluation.services.draw_views import DrawView
from evaluation.services.frames import FrameView
from evaluation.ui.components import download, draw_ceremony, problem, table
from sampling.design import Method

_STATEMENT = """SELECT stratum, unit_id FROM read_csv('frame.csv', all_varchar = true)
QUALIFY row_number() OVER (PARTITION BY stratum
  ORDER BY sha256('SEED|' || unit_id)) <= SIZE;"""

_CLASS = {True: "hash", False: ""}
_OTHER_KINDS = {
    Method.CLUSTER: N_("法院同样有抽签号：最小的若干个法院抽中，再在其中各取抽签号最小的案件。"),
    Method.PARETO: N_(
        "抽签号换算成0与1之间的数u，应有的概率为p，按 [u/(1−u)]÷[p/(1−p)] 从小到大取；"
        "p达到1的必定抽中。"
    ),
}
_FACTS = """
<style>
.draw-facts { display: grid; grid-template-columns: max-content 1fr; gap: .45rem 1.4rem;
  margin: 0 0 1rem !important; padding: .8rem 0 !important; border-block: 1px solid #d5dbe3; }
.draw-facts dt { color: #4a5568; } .draw-facts dd { min-width: 0; }
.draw-facts dt, .draw-facts dd { margin: 0 !important; padding: 0 !important; }
@media (max-width: 640px) { .draw-facts { grid-template-columns: 1fr; gap: .1rem; }
  .draw-facts dd { margin-bottom: .5rem; } }
</style>
"""


def show(actor: Actor, frame: FrameView, view: DrawView) -> None:
    """Show everything about one draw that the person may see."""
    columns = st.columns(4)
    columns[0].metric(_("抽样框"), _("{n}件").format(n=view.n_units))
    columns[1].metric(_("样本"), _("{n}件").format(n=view.n_sample))
    columns[2].metric(_("备用"), _("{n}件").format(n=view.n_reserve))
    columns[3].metric(_("延长次数"), view.n_extensions)
    _facts(
        [
            (_("种子"), view.seed, True),
            (_("抽样框 SHA-256"), view.frame_sha256, True),
            (_("冻结"), _moment(frame), False),
            (_("抽样"), beijing_text(view.drawn_at), False),
            (_("见证人"), "、".join(view.witnesses) or "—", False),
            (_("证书 SHA-256"), view.certificate_sha256, True),
        ]
    )
    _downloads(actor, view)
    names = {
        court.code: court.short_name for court in rounds.list_round_courts(actor, view.round_id)
    }
    titles = [_("各层")]
    is_handler = actor.has(Role.SECRETARY, Role.CHAIR)
    if is_handler:
        titles.append(_("抽签名单"))
    if actor.has(Role.CHAIR) and frame.method is not Method.PARETO:
        titles.append(_("延长抽样"))
    titles.append(_("怎样核验"))
    tabs = dict(zip(titles, st.tabs(titles), strict=True))
    with tabs[_("各层")]:
        draw_ceremony.strata_table(view, names)
    if _("抽签名单") in tabs:
        with tabs[_("抽签名单")]:
            _units(actor, view, names)
    if _("延长抽样") in tabs:
        with tabs[_("延长抽样")]:
            _extension(actor, view, names)
    with tabs[_("怎样核验")]:
        _checking(view, frame.method)


def _facts(rows: list[tuple[str, str, bool]]) -> None:
    """Show what the certificate says; a hash is written out whole and may break anywhere."""
    lines = "".join(
        f"<dt>{escape(label)}</dt><dd class='{_CLASS[is_hash]}'>{escape(text)}</dd>"
        for label, text, is_hash in rows
    )
    st.html(f'{_FACTS}<dl class="draw-facts">{lines}</dl>')


def _moment(frame: FrameView) -> str:
    return beijing_text(frame.frozen_at) if frame.frozen_at else "—"


def _downloads(actor: Actor, view: DrawView) -> None:
    links = [
        (_("抽样证书（PDF）"), f"/files/draws/{view.id}/certificate.pdf"),
        (_("公开核验页"), f"/open/draws/{view.id}"),
    ]
    if actor.has(Role.SECRETARY, Role.CHAIR):
        links += [
            (_("证书（含案号，仅供内部）"), f"/files/draws/{view.id}/certificate.json"),
            (_("冻结的抽样框（含案号）"), f"/files/frames/{view.frame_id}"),
        ]
    for place, (label, address) in zip(st.columns(len(links)), links, strict=True):
        with place:
            download.link(label, address)


def _units(actor: Actor, view: DrawView, names: dict[str, str]) -> None:
    st.caption(_("样本案件已列入“调卷”页的调卷清单；未能提供的案卷是评查发现，不予替补。"))
    table.show(
        [
            {
                _("层"): names.get(unit.stratum, unit.stratum),
                _("序号"): unit.rank,
                _("编号"): unit.unit_id,
                _("用途"): _(UNIT_ROLE_TITLES[unit.role]),
                _("抽签号"): unit.ticket[:16] + "…",
            }
            for unit in draws.list_units(actor, view.id)
        ]
    )


def _extension(actor: Actor, view: DrawView, names: dict[str, str]) -> None:
    st.write(_("延长即取同一次抽样的后续抽签号，不另给种子；结果与一开始就抽这么多完全相同。"))
    with st.form("extend"):
        more = int(st.number_input(_("每层增加的件数"), min_value=1, value=10))
        strata = st.multiselect(
            _("哪些层（不选为全部）"),
            [part.stratum for part in view.strata if not part.is_census],
            format_func=lambda stratum: names.get(stratum, stratum),
            placeholder=_("全部"),
        )
        reason = st.text_area(_("理由（写入证书和操作留痕）"))
        submitted = st.form_submit_button(_("延长抽样"))
    if submitted:
        chosen = strata or [part.stratum for part in view.strata if not part.is_census]
        with problem.shown():
            draws.extend(actor, view.id, dict.fromkeys(chosen, more), reason)
            st.rerun()


def _checking(view: DrawView, method: Method) -> None:
    st.write(_("每个案件的抽签号是“种子|编号”的 SHA-256，任何人都可以用一行命令算出："))
    st.code(f"printf '%s' '{view.seed}|" + _("案件编号") + "' | sha256sum", language="shell")
    if method is not Method.STRATIFIED:
        st.write(_(_OTHER_KINDS[method]))
        st.write(_("整次抽样可以在公开核验页上重做，或者用其中一个命令："))
        st.code("python3 verify_other_draws.py certificate.json frame.csv", language="shell")
        st.code("evaluation verify draw certificate.json --frame frame.csv", language="shell")
        return
    st.write(_("在每一层中，抽签号最小的若干件就是样本。整次抽样可以这样重做："))
    sizes = {part.sample_size for part in view.strata}
    statement = _STATEMENT.replace("SEED", view.seed.replace("'", "''"))
    st.code(statement.replace("SIZE", str(max(sizes))), language="sql")
    if len(sizes) > 1:
        st.caption(_("各层件数不同的，取各层表中的样本件数。"))
    st.code("evaluation verify draw certificate.json --frame frame.csv", language="shell")
