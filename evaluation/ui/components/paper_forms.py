"""Parts of the page of paper questionnaires: key one in, compare two keyings, settle."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from evaluation import clock
from evaluation.domain.roles import Actor
from evaluation.errors import Fault, InvalidInput
from evaluation.language import _
from evaluation.services import paper_entries
from evaluation.services.paper_entries import PaperView
from evaluation.ui.components import problem, table
from surveys.answers import AnswerSet
from surveys.parsing import parse
from surveys.schema import Option, Question, Questionnaire, QuestionType

Raw = dict[str, list[str]]


def key_in(actor: Actor, channel_id: int, asked: Questionnaire) -> None:
    """Key one paper questionnaire."""
    run = st.session_state.setdefault("paper_run", 0)
    with st.form(f"paper_{channel_id}_{run}"):
        serial = st.text_input(_("纸质卷编号"), key=f"paper_serial_{run}")
        st.caption(_("照卷面录入。涂改不清、多选了单选题的，按未答录入。"))
        raw: Raw = {}
        for section in asked.sections:
            st.markdown(f"**{section.title.get(asked.language)}**")
            for question in section.questions:
                raw |= _fields(asked, question, f"{run}_{question.code}")
        sent = st.form_submit_button(_("保存这份纸质卷"), type="primary")
    if not sent:
        return
    with problem.shown():
        answers = _read(asked, raw)
        is_twice = paper_entries.key_in(actor, channel_id, serial, answers)
        st.session_state["paper_run"] = run + 1
        st.session_state["paper_note"] = (
            _("编号{serial}已录入第二遍。") if is_twice else _("编号{serial}已录入第一遍。")
        ).format(serial=serial)
        st.rerun()


def _fields(asked: Questionnaire, question: Question, key: str) -> Raw:
    language, code = asked.language, question.code
    label = f"[{code}] {question.text.get(language)}"
    options = asked.options_of(question)
    if question.type is QuestionType.NOTE:
        return {}
    if question.type is QuestionType.MATRIX:
        st.write(label)
        return {
            f"{code}.{row.code}": _choice(
                f"[{code}.{row.code}] {row.label.get(language)}",
                options,
                f"{key}_{row.code}",
                language,
            )
            for row in question.rows
        }
    if question.type is QuestionType.RANKING:
        st.write(label)
        return {
            f"{code}.rank.{option.code}": [
                st.text_input(option.label.get(language), key=f"{key}_{option.code}")
            ]
            for option in question.options
        }
    if question.type in (QuestionType.SINGLE, QuestionType.LIKERT):
        raw = {code: _choice(label, options, key, language)}
    elif question.type is QuestionType.MULTIPLE:
        chosen = st.multiselect(
            label,
            options,
            format_func=lambda option: f"{option.code} {option.label.get(language)}",
            key=key,
            placeholder=_("未答"),
        )
        raw = {code: [option.code for option in chosen]}
    else:
        raw = {code: [st.text_input(label, key=key)]}
    for option in question.options:
        if option.with_text:
            field = f"{code}.other.{option.code}"
            words = _("[{code}]“{option}”写明的内容").format(
                code=code, option=option.label.get(language)
            )
            raw[field] = [st.text_input(words, key=f"{key}_other_{option.code}")]
    return raw


def _choice(label: str, options: Sequence[Option], key: str, language: str) -> list[str]:
    chosen = st.selectbox(
        label,
        options,
        index=None,
        format_func=lambda option: f"{option.code} {option.label.get(language)}",
        key=key,
        placeholder=_("未答"),
    )
    return [chosen.code] if chosen else []


def _read(asked: Questionnaire, raw: Raw) -> AnswerSet:
    answers, faults = AnswerSet(), []
    for question in asked.questions:
        parsed = parse(asked, question, raw, language=asked.language, today=clock.today())
        answers = answers.with_answer(question.code, parsed.answer)
        faults += [
            Fault(f"[{item.field}]", item.message, "")
            for item in parsed.problems
            if not item.code.startswith("required") and item.code != "other_missing"
        ]
    if faults:
        raise InvalidInput(_("有的栏目填得不对，没有保存。"), faults=faults)
    return answers


def list_and_settle(actor: Actor, channel_id: int) -> None:
    """Show the list, and the differences of those keyed twice."""
    entries = paper_entries.list_entries(actor, channel_id)
    table.show(
        [
            {
                _("编号"): entry.serial,
                _("状态"): _state(entry),
                _("不一致"): str(entry.n_differences) if entry.is_keyed_twice else "",
            }
            for entry in entries
        ],
        empty=_("还没有录入纸质卷。"),
    )
    for entry in entries:
        if entry.is_keyed_twice and not entry.is_settled:
            _settle(actor, entry)


def _state(entry: PaperView) -> str:
    if entry.is_settled:
        return _("已核定，计入")
    if entry.is_keyed_twice:
        return _("待核定")
    return _("待您录入第二遍") if entry.may_key else _("待另一人录入第二遍")


def _settle(actor: Actor, entry: PaperView) -> None:
    with st.form(f"settle_{entry.id}"):
        st.markdown(_("**编号{serial}：逐题对照卷面选定**").format(serial=entry.serial))
        takes_second = {}
        for difference in paper_entries.list_differences(actor, entry.id):
            texts = (
                _("第一遍：{text}").format(text=difference.first),
                _("第二遍：{text}").format(text=difference.second),
            )
            chosen = st.radio(
                f"[{difference.question}] {difference.text}",
                texts,
                index=None,
                key=f"settle_{entry.id}_{difference.question}",
            )
            if chosen is not None:
                takes_second[difference.question] = chosen == texts[1]
        sent = st.form_submit_button(_("核定这份纸质卷"), type="primary")
    if sent:
        with problem.shown():
            paper_entries.settle(actor, entry.id, takes_second)
            st.rerun()
