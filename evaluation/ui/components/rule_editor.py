"""Rules from menus: question, comparison, value; joined by all or any, nested."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import streamlit as st

from evaluation.language import _
from surveys.conditions import (
    Condition,
    Group,
    Junction,
    Negation,
    Operand,
    Operator,
    Reference,
    Rule,
    Today,
)
from surveys.explanation import OPERATORS_BY_TYPE, operator_words
from surveys.schema import Question, Questionnaire, QuestionType

DEEPEST = 3
_MANY = (Operator.ANY_OF, Operator.NONE_OF, Operator.CONTAINS, Operator.NOT_CONTAINS)
_WHOLE = (
    Operator.COUNT_EQUALS,
    Operator.COUNT_AT_LEAST,
    Operator.COUNT_AT_MOST,
    Operator.LENGTH_AT_LEAST,
    Operator.LENGTH_AT_MOST,
)
_WITHOUT = (Operator.ANSWERED, Operator.NOT_ANSWERED)


@dataclass
class Node:
    """One line or one bracket of the rule being edited."""

    key: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    is_group: bool = False
    is_negated: bool = False
    junction: Junction = Junction.ALL
    children: list[Node] = field(default_factory=list)
    condition: Condition | None = None


def node_of(rule: Rule | None) -> Node:
    """Take a rule apart for editing; the outermost node is always a bracket."""
    node = _node(rule) if rule is not None else Node(is_group=True)
    return node if node.is_group else Node(is_group=True, children=[node])


def _node(rule: Rule) -> Node:
    if isinstance(rule, Negation):
        node = _node(rule.rule)
        if node.is_negated:
            return Node(is_group=True, is_negated=True, children=[node])
        node.is_negated = True
        return node
    if isinstance(rule, Group):
        children = [_node(part) for part in rule.rules]
        return Node(is_group=True, junction=rule.junction, children=children)
    return Node(condition=rule)


def rule_of(node: Node) -> Rule | None:
    """Put the edited nodes together again; empty brackets vanish."""
    rule: Rule | None = node.condition
    if node.is_group:
        parts = [part for part in map(rule_of, node.children) if part is not None]
        if not parts:
            return None
        rule = parts[0] if len(parts) == 1 else Group(node.junction, tuple(parts))
    if rule is None:
        return None
    return Negation(rule) if node.is_negated else rule


def edit(
    name: str, questionnaire: Questionnaire, asked: list[Question], rule: Rule | None
) -> Rule | None:
    """Show the menus for one rule; return it as it stands in the menus now."""
    state = st.session_state
    if f"{name}_rule" not in state:
        state[f"{name}_rule"] = node_of(rule)
    usable = [q for q in asked if q.type is not QuestionType.NOTE]
    if not usable:
        st.caption(_("前面还没有可以用作条件的题目。"))
        return rule
    root: Node = state[f"{name}_rule"]
    _group(name, questionnaire, usable, root, 1)
    return rule_of(root)


def forget(name: str) -> None:
    """Start afresh from the stored rule."""
    st.session_state.pop(f"{name}_rule", None)


def _group(
    name: str, questionnaire: Questionnaire, asked: list[Question], node: Node, depth: int
) -> None:
    words = {Junction.ALL: _("全部满足"), Junction.ANY: _("满足任一条")}
    if len(node.children) > 1 or depth > 1 or node.is_negated:
        columns = st.columns([2, 1])
        node.junction = (
            columns[0].segmented_control(
                _("以下条件"),
                list(Junction),
                default=node.junction,
                format_func=words.__getitem__,
                key=f"{name}_{node.key}_junction",
                label_visibility="collapsed",
            )
            or Junction.ALL
        )
        node.is_negated = columns[1].checkbox(
            _("取反"), node.is_negated, key=f"{name}_{node.key}_not"
        )
    for child in list(node.children):
        with st.container(border=True):
            if child.is_group:
                _group(name, questionnaire, asked, child, depth + 1)
            else:
                _line(f"{name}_{child.key}", questionnaire, asked, child)
            if st.button(_("删去这一条"), key=f"{name}_{child.key}_drop", type="tertiary"):
                node.children.remove(child)
                st.rerun()
    left, right = st.columns(2)
    if left.button(_("添加条件"), key=f"{name}_{node.key}_add"):
        first = asked[-1]
        node.children.append(Node(condition=_first_condition(first)))
        st.rerun()
    if depth < DEEPEST and right.button(_("添加条件组"), key=f"{name}_{node.key}_nest"):
        node.children.append(
            Node(
                is_group=True,
                junction=Junction.ANY,
                children=[Node(condition=_first_condition(asked[-1]))],
            )
        )
        st.rerun()


def _first_condition(question: Question) -> Condition:
    operator = OPERATORS_BY_TYPE[question.type][0]
    row = question.rows[0].code if question.rows else None
    return Condition(question.code, operator, _default(operator), row)


def _default(operator: Operator) -> Operand:
    if operator in _MANY:
        return ()
    return 1 if operator in _WHOLE else None


def _line(name: str, questionnaire: Questionnaire, asked: list[Question], node: Node) -> None:
    condition = node.condition or _first_condition(asked[0])
    by_code = {question.code: question for question in asked}
    codes = list(by_code)
    known = condition.question in by_code
    code = st.selectbox(
        _("题目"),
        codes,
        index=codes.index(condition.question) if known else 0,
        format_func=lambda item: f"{item} {str(by_code[item].text)[:24]}",
        key=f"{name}_question",
    )
    question = by_code[code]
    row = condition.row if code == condition.question else None
    if question.type is QuestionType.MATRIX:
        labels = {item.code: str(item.label) for item in question.rows}
        row = st.selectbox(
            _("哪一行"),
            list(labels),
            index=list(labels).index(row) if row in labels else 0,
            format_func=labels.__getitem__,
            key=f"{name}_{code}_row",
        )
    operators = list(OPERATORS_BY_TYPE[question.type])
    operator = st.selectbox(
        _("比较"),
        operators,
        index=operators.index(condition.operator) if condition.operator in operators else 0,
        format_func=operator_words().__getitem__,
        key=f"{name}_{code}_operator",
    )
    same = code == condition.question and operator == condition.operator
    value = _value(
        f"{name}_{code}_{operator}",
        questionnaire,
        question,
        operator,
        condition.value if same else None,
    )
    node.condition = Condition(code, operator, value, row)
    node.is_negated = st.checkbox(
        _("取反（不满足时才成立）"), node.is_negated, key=f"{name}_negated"
    )


def _value(
    name: str,
    questionnaire: Questionnaire,
    question: Question,
    operator: Operator,
    value: Operand,
) -> Operand:
    if operator in _WITHOUT:
        return None
    if isinstance(value, Reference):
        st.caption(_("与 {code} 的回答比较").format(code=value.question))
        return value
    if operator in _WHOLE:
        current = int(value) if isinstance(value, (int, float)) else 1
        return int(st.number_input(_("个数"), 0, 5000, current, key=f"{name}_whole"))
    labels = {o.code: o.label.get("zh") for o in questionnaire.options_of(question)}
    if labels:
        return _options(name, labels, operator, value)
    if question.type is QuestionType.NUMBER:
        number = float(value) if isinstance(value, (int, float)) else 0.0
        chosen = float(st.number_input(_("数值"), value=number, key=f"{name}_number"))
        return int(chosen) if chosen.is_integer() else chosen
    if question.type is QuestionType.DATE:
        return _day(name, value)
    return st.text_input(_("文字"), str(value or ""), key=f"{name}_text")


def _options(name: str, labels: dict[str, str], operator: Operator, value: Operand) -> Operand:
    given = value if isinstance(value, tuple) else (() if value is None else (str(value),))
    if operator in _MANY:
        chosen: list[Any] = st.multiselect(
            _("选项"),
            list(labels),
            default=[code for code in given if code in labels],
            format_func=labels.__getitem__,
            placeholder=_("请选择"),
            key=f"{name}_options",
        )
        return tuple(chosen)
    codes = list(labels)
    first = codes.index(given[0]) if given and given[0] in codes else 0
    return st.selectbox(
        _("选项"), codes, index=first, format_func=labels.__getitem__, key=f"{name}_option"
    )


def _day(name: str, value: Operand) -> Operand:
    if st.checkbox(_("答卷当天"), isinstance(value, Today), key=f"{name}_today"):
        return Today()
    shown = date.fromisoformat(value) if isinstance(value, str) else date(2016, 5, 1)
    return str(st.date_input(_("日期"), shown, format="YYYY-MM-DD", key=f"{name}_day"))
