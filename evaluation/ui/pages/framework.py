"""The evaluation framework: the action plan read as objectives, indicators, evidence, gaps."""

import streamlit as st

from evaluation.clock import beijing_text
from evaluation.domain.roles import Role
from evaluation.language import _
from evaluation.services import frameworks
from evaluation.ui import session
from evaluation.ui.components import framework_forms, framework_tree

actor = session.current_actor()
st.title(_("评估框架"))
versions = frameworks.list_versions(actor)
if not versions:
    st.info(_("还没有评估框架。"))
    if actor.has(Role.CHAIR):
        framework_forms.install(actor)
    st.stop()

chosen = st.selectbox(
    _("版本"),
    versions,
    format_func=lambda view: _("第{number}版 {title}").format(number=view.number, title=view.title),
    width=520,
)
framework = frameworks.get_framework(actor, chosen.id)
document = framework.source_document
st.write(
    _("依据：{issuer}《{title}》，{dated}。适用范围：{scope}。").format(
        issuer=document.issuer, title=document.title, dated=document.dated, scope=framework.scope
    )
)
st.caption(
    _("建立于{at}；依据：{reason}").format(at=beijing_text(chosen.created_at), reason=chosen.reason)
)
st.html(f'<p class="hash">{_("内容哈希")}（SHA-256）：{chosen.content_hash}</p>')
titles = [
    _("目标"),
    _("里程碑"),
    _("实体指标"),
    _("程序规范"),
    _("措施与证据"),
    _("定义与等次"),
    _("歧义与处理"),
]
if actor.has(Role.CHAIR):
    titles.append(_("修订"))
tabs = st.tabs(titles)
parts = (
    framework_tree.objectives,
    framework_tree.milestones,
    framework_tree.indicators,
    framework_tree.procedure,
    framework_tree.measures,
    framework_tree.definitions,
    framework_tree.ambiguities,
)
for tab, part in zip(tabs, parts, strict=False):
    with tab:
        part(framework)
if actor.has(Role.CHAIR):
    with tabs[-1]:
        framework_forms.amend(actor, chosen, framework)
        framework_forms.import_files(actor)
