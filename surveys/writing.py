"""Questionnaire → plain data for YAML or JSON. Defaults are left out; nothing else is lost."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any

from surveys.conditions import Condition, Group, Negation, Operand, Operator, Reference, Rule, Today
from surveys.schema import FORMAT, Questionnaire, Text


def plain_rule(rule: Rule) -> dict[str, Any]:
    """Write a rule tree the way `surveys.reading` reads it."""
    if isinstance(rule, Negation):
        return {"not": plain_rule(rule.rule)}
    if isinstance(rule, Group):
        return {rule.junction.value: [plain_rule(part) for part in rule.rules]}
    data: dict[str, Any] = {"question": rule.question}
    if rule.row is not None:
        data["row"] = rule.row
    asks_presence = rule.operator in (Operator.ANSWERED, Operator.NOT_ANSWERED)
    data[rule.operator.value] = True if asks_presence else _operand(rule.value)
    return data


def _operand(value: Operand) -> Any:
    if isinstance(value, Today):
        return {"today": True}
    if isinstance(value, Reference):
        data = {"question": value.question}
        return data if value.row is None else {**data, "row": value.row}
    return list(value) if isinstance(value, tuple) else value


def _plain(value: Any, language: str) -> Any:
    if isinstance(value, Text):
        if len(value.translations) == 1 and value.translations[0][0] == language:
            return value.translations[0][1]
        return dict(value.translations)
    if isinstance(value, (Condition, Group, Negation)):
        return plain_rule(value)
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_fields(value, language)
    if isinstance(value, tuple):
        return [_plain(item, language) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item, language) for key, item in value.items()}
    return value


def _plain_fields(value: Any, language: str) -> dict[str, Any]:
    data = {}
    for field in fields(value):
        content = getattr(value, field.name)
        if field.default is not MISSING and content == field.default:
            continue
        if field.default_factory is not MISSING and content == field.default_factory():
            continue
        data[field.name] = _plain(content, language)
    return data


def plain_questionnaire(questionnaire: Questionnaire) -> dict[str, Any]:
    """Write a questionnaire the way `surveys.reading` reads it."""
    data = _plain_fields(questionnaire, questionnaire.language)
    sections = data.pop("sections")
    head = {key: data.pop(key) for key in ("code", "title")}
    head["languages"] = list(questionnaire.languages)
    data.pop("languages", None)
    return {"format": FORMAT, **head, **data, "sections": sections}
