"""Every action in the audit trail has its Chinese words, and every word an action."""

import ast

from source_tree import python_files, tree

from evaluation.domain.questionnaire_version import VersionState
from evaluation.ui.components.trail_words import ACTIONS

#: put together from an area and a step or a state
COMPOSED = {
    f"case_file.{step}"
    for step in ("request", "request_again", "produce", "not_produced", "return", "frame_error")
} | {f"questionnaire.{state}" for state in VersionState}


def _actions_written():
    for name in python_files():
        if not name.startswith(("evaluation/services/", "evaluation/storage/")):
            continue
        for node in ast.walk(tree(name)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _audit_calls():
    for name in python_files():
        if name.startswith("evaluation/services/"):
            for node in ast.walk(tree(name)):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == "append"
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id == "audit_trail"
                ):
                    yield name, node


def test_every_literal_action_has_words():
    missing = {
        f"{name}: {action.value}"
        for name, call in _audit_calls()
        if isinstance(action := call.args[2], ast.Constant) and action.value not in ACTIONS
    }
    assert missing == set()
    assert set(ACTIONS) >= COMPOSED


def test_every_word_belongs_to_an_action():
    written = set(_actions_written()) | COMPOSED
    assert {code for code in ACTIONS if code not in written} == set()
