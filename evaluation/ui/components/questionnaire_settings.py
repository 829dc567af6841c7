"""Settings of a draft: words around the questions, pages, scales, languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from evaluation.language import _
from evaluation.services.questionnaires import Opened
from evaluation.ui.components import option_tables
from surveys import editing
from surveys.schema import Consent, Missing, Option, PageMode, Questionnaire, Scale, Text

Save = Callable[[Questionnaire], None]


def _changed(old: Text | None, words: str, language: str) -> Text | None:
    words = words.strip()
    if not words:
        return None
    if old is None:
        return Text.of(words, language)
    return old if old.get(language) == words else old.with_translation(language, words)


def general(opened: Opened, save: Save) -> None:
    """Edit title, consent, words at the beginning and end, and how pages are cut."""
    asked = opened.questionnaire
    language = asked.language

    def shown(text: Text | None) -> str:
        return text.get(language) if text else ""

    with st.form("general", border=False):
        title = st.text_input(_("标题"), shown(asked.title))
        modes = {PageMode.SECTION: _("每页一个部分"), PageMode.QUESTION: _("每页一题")}
        mode = st.radio(
            _("分页"),
            list(PageMode),
            index=list(PageMode).index(asked.page_mode),
            format_func=modes.__getitem__,
            horizontal=True,
        )
        introduction = st.text_area(_("卷首语"), shown(asked.introduction))
        consent = asked.consent
        words = st.text_area(_("知情同意"), shown(consent.text) if consent else "", height=180)
        checkbox = st.text_input(
            _("同意声明（必须勾选）"),
            shown(consent.checkbox) if consent else _("我已阅读并自愿参加"),
        )
        basis = st.text_input(_("法律依据"), shown(consent.legal_basis) if consent else "")
        thanks = st.text_area(_("结束语"), shown(asked.thanks))
        excludes_panel = st.checkbox(
            _("评估团成员及其所在律所的人员回避，不得作答"),
            asked.excludes_panel,
            help=_("邀请名单中写有成员姓名、执业证号或其律所的，系统不予邀请。"),
        )
        population = st.text_input(_("调查对象"), shown(asked.population))
        sampling = st.text_area(_("抽样办法"), shown(asked.sampling))
        minimum = st.text_input(_("最低有效份数"), shown(asked.minimum_responses))
        note = st.text_area(_("备注（不显示给受访者）"), shown(asked.note))
        if st.form_submit_button(_("保存设置"), type="primary"):
            agreed = None
            if words.strip():
                agreed = Consent(
                    _changed(consent.text if consent else None, words, language) or Text.of(words),
                    _changed(consent.checkbox if consent else None, checkbox, language)
                    or Text.of(_("我已阅读并自愿参加"), language),
                    _changed(consent.legal_basis if consent else None, basis, language),
                )
            save(
                replace(
                    asked,
                    title=_changed(asked.title, title, language) or asked.title,
                    page_mode=mode or asked.page_mode,
                    introduction=_changed(asked.introduction, introduction, language),
                    consent=agreed,
                    thanks=_changed(asked.thanks, thanks, language),
                    excludes_panel=excludes_panel,
                    population=_changed(asked.population, population, language),
                    sampling=_changed(asked.sampling, sampling, language),
                    minimum_responses=_changed(asked.minimum_responses, minimum, language),
                    note=_changed(asked.note, note, language),
                )
            )


def scales(opened: Opened, save: Save) -> None:
    """Edit the scales that Likert and matrix questions share."""
    asked = opened.questionnaire
    fixed = {q.scale for q in asked.questions if q.code in opened.fixed_questions and q.scale}
    for scale in asked.scales:
        with st.expander(_("{title}（{code}）").format(title=scale.title, code=scale.code)):
            if scale.code in fixed:
                st.caption(_("趋势题用到这个量表，不能改动。"))
                st.write("、".join(str(point.label) for point in scale.points))
                continue
            points = option_tables.options(
                f"scale_{scale.code}", scale.points, asked.language, is_scale=True
            )
            words = st.text_input(
                _("“不清楚”的说法（留空则不提供）"),
                str(scale.dont_know.label) if scale.dont_know else "",
                key=f"dk_{scale.code}",
            ).strip()
            if st.button(_("保存量表"), key=f"scale_{scale.code}_save", type="primary"):
                changed = replace(scale, points=points, dont_know=_dont_know(scale, words, asked))
                save(_with_scale(asked, changed))
    title = st.text_input(_("新量表的名称"), key="new_scale")
    if st.button(_("添加五级量表"), disabled=not title.strip()):
        save(_with_scale(asked, _five_points(asked, title.strip())))


def _dont_know(scale: Scale, words: str, asked: Questionnaire) -> Option | None:
    if not words:
        return None
    if scale.dont_know is not None:
        label = _changed(scale.dont_know.label, words, asked.language) or scale.dont_know.label
        return replace(scale.dont_know, label=label)
    return Option("98", Text.of(words, asked.language), missing=Missing.DONT_KNOW)


def _five_points(asked: Questionnaire, title: str) -> Scale:
    labels = (_("很差"), _("较差"), _("一般"), _("较好"), _("很好"))
    points = tuple(
        Option(str(n), Text.of(label, asked.language)) for n, label in enumerate(labels, 1)
    )
    code = editing.free_code({scale.code for scale in asked.scales}, "scale1")
    unknown = Option("98", Text.of(_("不清楚"), asked.language), missing=Missing.DONT_KNOW)
    return Scale(code, Text.of(title, asked.language), points, unknown)


def _with_scale(asked: Questionnaire, scale: Scale) -> Questionnaire:
    codes = [own.code for own in asked.scales]
    if scale.code in codes:
        return replace(
            asked, scales=tuple(scale if own.code == scale.code else own for own in asked.scales)
        )
    return replace(asked, scales=(*asked.scales, scale))


LANGUAGES = {
    "en": "English",
    "zh-Hant": "繁體中文",
    "ug": "ئۇيغۇرچە",
    "bo": "བོད་ཡིག",
    "mn": "Монгол",
}


def translations(opened: Opened, save: Save) -> None:
    """Translate all texts side by side with the original."""
    asked = opened.questionnaire
    language = st.selectbox(
        _("译文语言"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="translation_language",
    )
    if not language:
        return
    found = editing.texts(asked)
    missing = sum(not text.has(language) for text in found)
    if language in asked.languages:
        st.caption(_("还有{n}处没有译文；全部译完才能发布。").format(n=missing))
    table = st.data_editor(
        pd.DataFrame(
            {
                "source": [text.get(asked.language) for text in found],
                "target": [text.get(language) if text.has(language) else "" for text in found],
            }
        ),
        hide_index=True,
        disabled=["source"],
        column_config={
            "source": st.column_config.TextColumn(_("原文"), width="large"),
            "target": st.column_config.TextColumn(_("译文"), width="large"),
        },
        height=480,
        width="stretch",
        key=f"translations_{language}",
    )
    if st.button(_("保存译文"), type="primary"):
        words = ["" if pd.isna(item) else str(item) for item in table["target"]]
        save(editing.with_translations(asked, language, words))
    if language in asked.languages and st.button(_("不再使用这种语言")):
        kept = tuple(code for code in asked.languages if code != language)
        save(replace(asked, languages=kept))
