"""Forms of the framework page: install, amend by panel decision, import files."""

from __future__ import annotations

import streamlit as st

from evaluation.domain.framework import Framework
from evaluation.domain.framework_loader import FILES
from evaluation.domain.grading import WeightsStatus
from evaluation.domain.roles import Actor
from evaluation.errors import InvalidInput
from evaluation.language import _
from evaluation.services import frameworks
from evaluation.services.frameworks import Amendment, FrameworkVersionView
from evaluation.ui.components import problem
from evaluation.ui.components.framework_tree import STATUS_TITLES

LARGEST_FILE_BYTES = 2_000_000


def install(actor: Actor) -> None:
    """Take over the framework that ships with the application."""
    st.write(_("软件自带武汉法院2016—2018年行动方案的评估框架，可以直接采用后再修订。"))
    if st.button(_("采用自带框架"), type="primary"):
        with problem.shown():
            frameworks.install_bundled(actor)
            st.rerun()


def amend(actor: Actor, version: FrameworkVersionView, framework: Framework) -> None:
    """Carry out a panel decision: a new version with weights, status and policy."""
    st.write(_("修订产生新版本，旧版本保留。已经开始实施的评估期次仍用原版本，口径不会变。"))
    with st.form("amend_framework"):
        weights = st.data_editor(
            [
                {_("编号"): item.id, _("指标"): item.name, _("权重"): str(item.indicator_weight)}
                for item in framework.indicators
            ],
            disabled=[_("编号"), _("指标")],
            hide_index=True,
            width=520,
        )
        status = st.selectbox(
            _("权重来源"),
            list(WeightsStatus),
            index=list(WeightsStatus).index(framework.scoring.weights_status),
            format_func=lambda item: _(STATUS_TITLES[item]),
        )
        policies = {item.code: item.name for item in framework.grading.policies}
        policy = st.selectbox(
            _("交界分归档办法"),
            list(policies),
            index=list(policies).index(framework.grading.default_policy),
            format_func=lambda code: policies[code],
        )
        windows = {item.code: item.name for item in framework.milestone_rules.windows}
        window = st.selectbox(
            _("里程碑统计期间"),
            list(windows),
            index=list(windows).index(framework.milestone_rules.window),
            format_func=lambda code: windows[code],
        )
        vetoes = st.checkbox(_("启用一票否决"), value=framework.vetoes.enabled_by_default)
        reason = st.text_input(_("依据（评估团会议日期和决定事项）"))
        submitted = st.form_submit_button(_("保存为新版本"))
    if submitted:
        with problem.shown():
            frameworks.amend(
                actor,
                version.id,
                Amendment(
                    indicator_weights={
                        row[_("编号")]: str(row[_("权重")]).strip() for row in weights
                    },
                    weights_status=status,
                    boundary_policy=policy,
                    milestone_window=window,
                    vetoes_enabled=vetoes,
                ),
                reason,
            )
            st.rerun()


def import_files(actor: Actor) -> None:
    """Take over another framework from its files."""
    st.subheader(_("导入框架文件"))
    st.write(_("一次选定以下全部文件：{names}。").format(names="、".join(FILES)))
    files = st.file_uploader(
        _("框架文件（YAML）"), type=["yaml", "yml"], accept_multiple_files=True
    )
    reason = st.text_input(_("依据"), key="import_reason")
    if st.button(_("检查并导入"), disabled=not files):
        with problem.shown():
            frameworks.import_files(
                actor, {file.name: _text(file.name, file.getvalue()) for file in files}, reason
            )
            st.rerun()


def _text(name: str, content: bytes) -> str:
    if len(content) > LARGEST_FILE_BYTES:
        raise InvalidInput(_("文件超过2兆字节。"), where=name, remedy=_("请检查是否选错了文件。"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            _("文件不是UTF-8编码的文本。"), where=name, remedy=_("请另存为UTF-8后重新导入。")
        ) from error
