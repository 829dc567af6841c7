"""Problems of a version, and its ways: which answers lead where, dead ends, minutes."""

from __future__ import annotations

import streamlit as st

from evaluation.language import _
from evaluation.services import questionnaires
from evaluation.services.questionnaires import Opened
from evaluation.ui.components import table
from surveys.answers import Answer, AnswerSet, missing_kind
from surveys.errors import Severity
from surveys.explanation import rule_in_words
from surveys.paths import Exploration, Way, explore, seconds_for
from surveys.piping import answer_in_words
from surveys.routing import find_path, page_breaks
from surveys.schema import Question, Questionnaire, QuestionType


def problems(opened: Opened) -> None:
    """List every problem with place and remedy."""
    found = questionnaires.problems_of(opened)
    errors = [item for item in found if item.severity is Severity.ERROR]
    if not found:
        st.success(_("没有发现问题。"))
        return
    if errors:
        st.error(_("{n}处错误，改正后才能发布。").format(n=len(errors)))
    warnings = len(found) - len(errors)
    if warnings:
        st.warning(_("{n}处提醒，请再看一遍，可以保留。").format(n=warnings))
    words = {Severity.ERROR: _("错误"), Severity.WARNING: _("提醒")}
    table.show(
        [
            {
                _("类别"): words[item.severity],
                _("位置"): item.where,
                _("问题"): item.what,
                _("处理办法"): item.remedy,
            }
            for item in found
        ]
    )


def paths(opened: Opened) -> None:
    """Show the ways through, then let the person walk one by choosing answers."""
    asked = opened.questionnaire
    if not asked.questions:
        st.info(_("还没有题目。"))
        return
    try:
        found = explore(asked)
    except KeyError:
        st.info(_("条件引用了不存在的题目，请先按“问题”一栏改正。"))
        return
    left, middle, right = st.columns(3)
    left.metric(_("估计用时"), _minutes(found.longest))
    middle.metric(_("最短的路径"), _("{n}题").format(n=len(found.shortest.questions)))
    right.metric(_("页数"), str(len(page_breaks(asked))))
    unreachable = [q.code for q in asked.questions if q.code not in found.reachable]
    if unreachable and found.is_complete:
        st.error(_("走不到的题目：{codes}").format(codes="、".join(unreachable)))
    elif found.is_complete:
        st.success(_("每道题都走得到。"))
    for way in found.dead_ends:
        st.warning(
            _("有的回答会让问卷停在 {code} 之后，却没有设为结束。").format(code=way.questions[-1])
        )
    _ways(asked, found)
    _rules(asked)
    _walk(asked, [asked.question(code) for code in found.deciding])


def _ways(asked: Questionnaire, found: Exploration) -> None:
    """Say of the ways worth knowing which answers lead along them and where they end."""
    named = [(_("最短"), found.shortest), (_("最长"), found.longest)]
    named += [(_("提前结束"), way) for way in found.endings if way.ended_by]
    st.subheader(_("有代表性的路径"))
    table.show(
        [
            {
                _("路径"): name,
                _("怎样回答"): _answers(asked, way) or _("任意"),
                _("题数"): str(len(way.questions)),
                _("用时"): _minutes(way),
                _("结束于"): way.ended_by or way.questions[-1],
            }
            for name, way in named
            if way.questions
        ]
    )


def _answers(asked: Questionnaire, way: Way) -> str:
    parts = []
    for code in way.questions:
        question = asked.question(code)
        if not way.answers.get(code).is_given:
            continue
        if question.type is QuestionType.MATRIX:
            words = "、".join(
                f"{row.label}：{said}"
                for row in question.rows
                if (said := answer_in_words(asked, question, way.answers, "zh", row.code))
            )
        else:
            words = answer_in_words(asked, question, way.answers, "zh")
        parts.append(f"{code} {words}")
    return "；".join(parts)


def _minutes(way: Way) -> str:
    return _("约{n}分钟").format(n=max(1, round(way.seconds / 60)))


def _rules(asked: Questionnaire) -> None:
    rows = [
        {_("位置"): str(section.title), _("何时显示或结束"): rule_in_words(asked, section.show)}
        for section in asked.sections
        if section.show is not None
    ]
    for question in asked.questions:
        if question.show is not None:
            words = _("显示：{rule}").format(rule=rule_in_words(asked, question.show))
            rows.append({_("位置"): question.code, _("何时显示或结束"): words})
        if question.end_when is not None:
            words = _("结束：{rule}").format(rule=rule_in_words(asked, question.end_when))
            rows.append({_("位置"): question.code, _("何时显示或结束"): words})
    st.subheader(_("条件一览"))
    table.show(rows, empty=_("没有条件，所有人走同一条路径。"))


def _walk(asked: Questionnaire, deciding: list[Question]) -> None:
    st.subheader(_("试走一遍"))
    if not deciding:
        return
    answers = AnswerSet()
    for question in deciding:
        value = _answer(asked, question)
        if value is not None:
            missing = missing_kind(asked, question, value)
            answers = answers.with_answer(question.code, Answer(value, missing))
    path = find_path(asked, answers)
    on_way = set(path.questions)
    seconds = sum(seconds_for(asked, asked.question(code)) for code in path.questions)
    st.markdown(
        _("这样回答会走过{n}题，约{minutes}分钟。").format(
            n=len(path.questions), minutes=max(1, round(seconds / 60))
        )
    )
    if path.ended_by:
        st.info(_("问卷在 {code} 之后结束。").format(code=path.ended_by))
    table.show(
        [
            {
                _("题目"): question.code,
                _("题面"): str(question.text),
                _("是否经过"): _("经过") if question.code in on_way else _("跳过"),
            }
            for question in asked.questions
        ]
    )


def _answer(
    asked: Questionnaire, question: Question
) -> str | int | float | tuple[str, ...] | dict[str, str] | None:
    name = f"walk_{question.code}"
    label = f"{question.code} {question.text}"
    labels = {option.code: str(option.label) for option in asked.options_of(question)}
    if question.type in (QuestionType.SINGLE, QuestionType.LIKERT):
        return st.selectbox(
            label, list(labels), index=None, format_func=labels.__getitem__,
            placeholder=_("不回答"), key=name,
        )  # fmt: skip
    if question.type is QuestionType.MULTIPLE:
        chosen = st.multiselect(
            label, list(labels), format_func=labels.__getitem__,
            placeholder=_("不回答"), key=name,
        )  # fmt: skip
        return tuple(chosen) or None
    if question.type is QuestionType.NUMBER:
        number = st.number_input(label, value=None, placeholder=_("不回答"), key=name)
        return number if number is None or not float(number).is_integer() else int(number)
    if question.type is QuestionType.MATRIX:
        cells = {
            row.code: st.selectbox(
                f"{question.code} {row.label}", list(labels), index=None,
                format_func=labels.__getitem__, placeholder=_("不回答"), key=f"{name}_{row.code}",
            )
            for row in question.rows
        }  # fmt: skip
        return {row: code for row, code in cells.items() if code} or None
    return st.text_input(label, key=name).strip() or None
