"""Results of case review as they stand: rates with intervals, problems, labels, times."""

import streamlit as st

from evaluation.language import _
from evaluation.services import review_plans, rounds
from evaluation.ui import session
from evaluation.ui.components import review_charts, review_standing, round_choice

actor = session.current_actor()
st.title(_("评查结果"))
st.write(
    _(
        "按抽样权数推断至全部结案案件，附95%置信区间。案卷未见计入分母；"
        "未能核验不计入，单独列出。冻结前的数字会随评查进展变化。"
    )
)
chosen = round_choice.choose(actor)
found = review_standing.wait(actor, chosen.id).results
checklist = review_plans.checklist_of(actor, chosen.id)
courts = rounds.list_round_courts(actor, chosen.id)
places = [("city", _("全市"))] + [(f"court.{one.code}", one.short_name) for one in courts]
closures = review_charts.closures(found, checklist)
if "review.files.reviewed" not in found:
    st.info(_("还没有提交的评查。"))
    st.stop()
where = st.selectbox(
    _("范围：全市、各院或者各结案方式"),
    [*places, *closures],
    format_func=lambda one: one[1],
    width=320,
)[0]
names = [
    _("各部分"), _("突出问题"), _("逐项"), _("终本合格"), _("执行难与执行不能"),
    _("有无财产认定"), _("用时"),
]  # fmt: skip
tabs = st.tabs(names)
with tabs[0]:
    review_charts.parts(found, checklist, where)
with tabs[1]:
    review_charts.problems(found, checklist, where)
with tabs[2]:
    review_charts.items(found, checklist, where)
with tabs[3]:
    review_charts.terminated(found, places)
with tabs[4]:
    review_charts.classes(found, checklist, places)
with tabs[5]:
    review_charts.labels(found, places, where)
with tabs[6]:
    review_charts.durations(found)
