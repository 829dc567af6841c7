"""One question of a draft: what is asked, options, limits, tags; each type shows what it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from evaluation.language import _
from evaluation.ui.components import option_tables
from surveys.explanation import type_words
from surveys.schema import Limits, Question, Questionnaire, QuestionType, Tags, Text, TextLength

_WITH_OPTIONS = (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.RANKING)
PARTS = ("", "stratum", "weighting", "screening")
Save = Callable[[Question], None]


def part_words() -> dict[str, str]:
    """Words for the parts a question may have in the analysis."""
    return {
        "": _("无"),
        "stratum": _("分组变量"),
        "weighting": _("加权变量"),
        "screening": _("筛选题"),
    }


def _text(old: Text | None, words: str, language: str) -> Text | None:
    words = words.strip()
    if not words:
        return None
    if old is None:
        return Text.of(words, language)
    return old if old.get(language) == words else old.with_translation(language, words)


def _shown(text: Text | None, language: str) -> str:
    return text.get(language) if text else ""


def show(questionnaire: Questionnaire, question: Question, *, is_fixed: bool, save: Save) -> None:
    """Show the form of one question and save it as a whole."""
    name = f"q_{question.code}"
    language = questionnaire.language
    if is_fixed:
        st.info(_("趋势题：题面、选项和量表与前几期一致，不能改动；标签等其他内容仍可修改。"))
    with st.form(name, border=False):
        kinds = list(QuestionType)
        kind = st.selectbox(
            _("题型"),
            kinds,
            index=kinds.index(question.type),
            format_func=type_words().__getitem__,
            disabled=is_fixed,
            help=_("改变题型后请先保存，再填写新题型的内容。"),
        )
        words = st.text_area(
            _("题面"), _shown(question.text, language), height=90, disabled=is_fixed,
            help=_("可以用花括号引用前面的回答，例如 {QA01}。"),
        )  # fmt: skip
        hint = st.text_input(_("提示（显示在题面下方）"), _shown(question.hint, language))
        required = st.checkbox(
            _("必答"), question.required, disabled=question.type is QuestionType.NOTE
        )
        changed = replace(
            question,
            type=kind,
            text=_text(question.text, words, language) or question.text,
            hint=_text(question.hint, hint, language),
            required=required,
        )
        changed = _content(name, questionnaire, changed, question.type, is_fixed)
        changed = replace(changed, limits=_limits(changed, question.type, is_fixed))
        with st.expander(_("标签与计分")):
            changed = _tags(changed, is_fixed)
        with st.expander(_("自己的提示语")):
            own = st.text_input(
                _("漏答时"),
                _shown(question.messages.get("required"), language),
                placeholder=_("留空用系统的说法"),
            )
            messages = {key: item for key, item in question.messages.items() if key != "required"}
            message = _text(question.messages.get("required"), own, language)
            if message is not None:
                messages["required"] = message
            changed = replace(changed, messages=messages)
        if st.form_submit_button(_("保存这道题"), type="primary"):
            save(changed)


def _content(
    name: str, questionnaire: Questionnaire, question: Question, kind: QuestionType, is_fixed: bool
) -> Question:
    language = questionnaire.language
    if kind in _WITH_OPTIONS:
        st.markdown(_("**选项**（在表格末行添加，选中行首后可删除）"))
        if is_fixed:
            st.caption("、".join(option.label.get(language) for option in question.options))
            return question
        listed = option_tables.options(name, question.options, language)
        shuffled = st.checkbox(_("选项随机排列"), question.random_order)
        return replace(question, options=listed, random_order=shuffled)
    if kind in (QuestionType.LIKERT, QuestionType.MATRIX):
        return _scale(name, questionnaire, question, kind, is_fixed)
    if kind is QuestionType.TEXT:
        long = st.checkbox(_("多行文字"), question.length is TextLength.LONG)
        return replace(question, length=TextLength.LONG if long else TextLength.SHORT)
    if kind is QuestionType.NUMBER:
        unit = st.text_input(_("单位"), _shown(question.unit, language))
        return replace(question, unit=_text(question.unit, unit, language))
    return question


def _scale(
    name: str, questionnaire: Questionnaire, question: Question, kind: QuestionType, is_fixed: bool
) -> Question:
    codes = [scale.code for scale in questionnaire.scales]
    titles = {scale.code: str(scale.title) for scale in questionnaire.scales}
    if not codes:
        st.warning(_("问卷里还没有量表，请先在“设置”中添加。"))
        return question
    chosen = st.selectbox(
        _("量表"),
        codes,
        index=codes.index(question.scale) if question.scale in codes else 0,
        format_func=titles.__getitem__,
        disabled=is_fixed,
    )
    reverse = st.checkbox(_("反向计分（程度越高越差）"), question.reverse, disabled=is_fixed)
    question = replace(question, scale=chosen, reverse=reverse)
    if kind is QuestionType.MATRIX and not is_fixed:
        rows = option_tables.matrix_rows(name, question.rows, questionnaire.language)
        question = replace(question, rows=rows)
    return question


def _optional(label: str, value: float | None, **more: Any) -> float | None:
    return st.number_input(label, value=value, placeholder=_("不限"), **more)


def _limits(question: Question, kind: QuestionType, is_fixed: bool) -> Limits:
    limits = question.limits
    if is_fixed:
        return limits
    left, right = st.columns(2)
    if kind is QuestionType.NUMBER:
        with left:
            low = _optional(_("最小值"), limits.minimum)
            decimals = st.number_input(_("小数位"), 0, 6, limits.decimals)
        with right:
            high = _optional(_("最大值"), limits.maximum)
        return replace(limits, minimum=low, maximum=high, decimals=int(decimals))
    if kind in (QuestionType.MULTIPLE, QuestionType.RANKING):
        with left:
            least = _optional(_("最少选几项"), limits.min_choices, step=1, min_value=1)
        with right:
            most = _optional(_("最多选几项"), limits.max_choices, step=1, min_value=1)
        return replace(
            limits,
            min_choices=None if least is None else int(least),
            max_choices=None if most is None else int(most),
        )
    if kind is QuestionType.DATE:
        earliest = left.text_input(_("最早日期"), limits.earliest or "", placeholder="2016-05-01")
        latest = right.text_input(
            _("最晚日期"),
            limits.latest or "",
            placeholder="2018-12-31",
            help=_("填写 today 表示不能晚于答卷当天。"),
        )
        return replace(limits, earliest=earliest.strip() or None, latest=latest.strip() or None)
    if kind is QuestionType.TEXT:
        length = _optional(_("最多字数"), limits.max_length, step=1, min_value=1)
        return replace(limits, max_length=None if length is None else int(length))
    return limits


def _tags(question: Question, is_fixed: bool) -> Question:
    tags = question.tags
    informs = st.text_input(
        _("用于回答（方案章节、指标或目标，用顿号分开）"), "、".join(tags.informs)
    )
    left, middle, right = st.columns(3)
    objective = left.checkbox(_("事实题"), tags.objective)
    trend = middle.checkbox(_("趋势题"), tags.trend, disabled=is_fixed)
    sensitive = right.checkbox(_("敏感题"), tags.sensitive)
    part = tags.role
    part = st.selectbox(
        _("分析中的作用"),
        PARTS,
        index=PARTS.index(part) if part in PARTS else 0,
        format_func=part_words().__getitem__,
    )
    index_weight = question.index_weight
    if question.is_scale:
        index_weight = st.number_input(
            _("在指数中的份额（相对其他量表题，0 为不计入）"), 0.0, 100.0, float(index_weight), 0.5
        )
    note = st.text_input(_("备注（不显示给受访者）"), tags.note)
    codes = tuple(part.strip() for part in informs.replace(",", "、").split("、") if part.strip())
    return replace(
        question,
        index_weight=index_weight,
        tags=Tags(codes, objective, trend, sensitive, part or "", note.strip()),
    )
