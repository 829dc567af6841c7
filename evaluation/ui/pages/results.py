"""Results of a round: indicators, points, total, grade, milestones, sensitivity; freezing."""

import streamlit as st

from evaluation.analysis.results import ResultSet
from evaluation.domain.evaluation_round import RoundState
from evaluation.domain.roles import Actor, Role
from evaluation.language import _
from evaluation.services import rounds
from evaluation.services.results import freeze
from evaluation.ui import session
from evaluation.ui.components import (
    result_changes,
    result_charts,
    result_tables,
    round_choice,
)


@st.cache_data(ttl=20, show_spinner=_("正在计算……"))
def computed(_actor: Actor, round_id: int, revision: str) -> str:
    return freeze.preview(_actor, round_id).to_json()


actor = session.current_actor()
st.title(_("评估结果"))
chosen = round_choice.choose(actor)
frozen = freeze.list_frozen(actor, chosen.id)
is_final = chosen.state in (RoundState.SEALED, RoundState.PUBLISHED)
if actor.has(Role.CHAIR, Role.ANALYST) and not is_final:
    revision = f"{chosen.state}:{frozen[0].sha256 if frozen else ''}"
    results = ResultSet.from_json(computed(actor, chosen.id, revision))
    st.caption(_("以下按目前的数据即时计算，尚未封存。"))
else:
    results = freeze.results_in_force(actor, chosen.id)
framework = rounds.framework_of(actor, chosen.id)
courts = rounds.list_round_courts(actor, chosen.id)

result_tables.headline(results)
names = [
    _("九项指标"),
    _("得分与总分"),
    _("三种来源"),
    _("里程碑"),
    _("敏感性"),
    _("各法院"),
    _("与上期比较"),
    _("保存"),
]
tabs = st.tabs(names)
with tabs[0]:
    result_tables.indicators(results, framework.indicators, with_points=True)
    st.subheader(_("辅助比率（不计入总分）"))
    result_tables.indicators(results, framework.auxiliary, with_points=False)
with tabs[1]:
    result_charts.points(results, framework)
    result_charts.contributions(results, framework)
    st.subheader(_("总分落入各等次的机会"))
    result_charts.grade_chances(results)
with tabs[2]:
    result_tables.three_sources(results, framework)
with tabs[3]:
    result_tables.milestones(results, framework, chosen)
with tabs[4]:
    result_tables.sensitivity(results)
with tabs[5]:
    result_tables.courts(results, courts, framework)
    picked = st.selectbox(
        _("指标"), framework.indicators, format_func=lambda item: item.name, width=320
    )
    result_charts.courts(results, picked.id, {court.code: court.short_name for court in courts})
with tabs[6]:
    result_changes.show(results, freeze.earlier_results(actor, chosen.id), framework)
with tabs[7]:
    result_tables.frozen(actor, chosen, frozen)
