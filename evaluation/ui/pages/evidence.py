"""Document analysis: coverage, documents, requests, ratings, adjudication."""

import streamlit as st

from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import evidence, evidence_documents, rounds
from evaluation.ui import navigation, session
from evaluation.ui.components import evidence_forms, evidence_views, round_choice

actor = session.current_actor()
st.title(_("文献证据"))
chosen = round_choice.choose(actor)
if not actor.has(*navigation.PANEL):
    evidence_views.requests(actor, chosen, evidence_documents.list_requests(actor, chosen.id))
    st.stop()

framework = rounds.framework_of(actor, chosen.id)
standings = evidence.list_standings(actor, chosen.id)
st.write(
    _("{rule}。每项由两人分别评分，不一致的由第三人裁定。").format(rule=framework.evidence.rule)
)
evidence_views.summary(framework, standings)
titles = [_("覆盖情况"), _("证据项"), _("材料")]
if actor.has(Role.SECRETARY, Role.CHAIR, Role.REVIEWER, Role.ANALYST):
    titles += [_("评分"), _("登记材料")]
if actor.has(Role.SECRETARY, Role.CHAIR):
    titles += [_("调取"), _("裁定")]
tabs = dict(zip(titles, st.tabs(titles), strict=True))
with tabs[_("覆盖情况")]:
    evidence_views.coverage(framework, standings)
with tabs[_("证据项")]:
    evidence_views.items(framework, standings)
with tabs[_("材料")]:
    evidence_views.documents(actor, chosen)
if _("评分") in tabs:
    with tabs[_("评分")]:
        evidence_forms.rate(actor, chosen, framework, standings)
    with tabs[_("登记材料")]:
        evidence_forms.add_document(actor, chosen, framework)
if _("调取") in tabs:
    with tabs[_("调取")]:
        evidence_forms.request(actor, chosen, framework)
    with tabs[_("裁定")]:
        evidence_forms.adjudicate(actor, chosen, framework, standings)
