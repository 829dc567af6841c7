"""Checking plain JSON against the certificate schema, with the few keywords that schema uses.

Leaves out everything of JSON Schema that ``draw_certificate.schema.json`` does not need.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def schema() -> dict[str, Any]:
    """Return the JSON schema of a draw certificate.

    Examples
    --------
    >>> schema()["title"]
    'Draw certificate hp-draw-1'
    """
    text = (
        resources.files("sampling")
        .joinpath("schemas/draw_certificate.schema.json")
        .read_text("utf-8")
    )
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def check(value: object) -> list[str]:
    """Return every place where a value departs from the certificate schema.

    Examples
    --------
    >>> check({"format": 2})[0]
    '/format: must be 1'
    """
    return sorted(_faults(value, schema(), ""), key=lambda fault: (": is missing" in fault, fault))


def _faults(value: object, rule: Mapping[str, Any], where: str) -> Iterator[str]:
    if "const" in rule and value != rule["const"]:
        yield f"{where}: must be {rule['const']}"
        return
    if "if" in rule:
        branch = "else" if any(_faults(value, rule["if"], where)) else "then"
        yield from _faults(value, rule.get(branch, {}), where)
    if "enum" in rule and value not in rule["enum"]:
        yield f"{where}: must be one of {', '.join(rule['enum'])}"
        return
    if "type" in rule and not _is_type(value, rule["type"]):
        yield f"{where}: must be {rule['type']}"
        return
    if isinstance(value, str):
        yield from _text_faults(value, rule, where)
    elif isinstance(value, dict):
        yield from _object_faults(value, rule, where)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _faults(item, rule.get("items", {}), f"{where}/{position}")
    elif isinstance(value, int | float) and not _is_in_range(value, rule):
        yield f"{where}: is out of range"


def _is_in_range(value: float, rule: Mapping[str, Any]) -> bool:
    return bool(rule.get("minimum", value) <= value <= rule.get("maximum", value))


def _is_type(value: object, names: str | list[str]) -> bool:
    wanted = [names] if isinstance(names, str) else names
    if isinstance(value, bool):
        return "boolean" in wanted
    return any(isinstance(value, _TYPES[name]) for name in wanted)


def _text_faults(value: str, rule: Mapping[str, Any], where: str) -> Iterator[str]:
    if len(value) < rule.get("minLength", 0):
        yield f"{where}: is too short"
    if "pattern" in rule and not re.search(rule["pattern"], value):
        yield f"{where}: has the wrong form"


def _object_faults(
    value: Mapping[str, object], rule: Mapping[str, Any], where: str
) -> Iterator[str]:
    for name in rule.get("required", []):
        if name not in value:
            yield f"{where}/{name}: is missing"
    properties = rule.get("properties", {})
    for name, item in value.items():
        if name in properties:
            yield from _faults(item, properties[name], f"{where}/{name}")
        elif rule.get("additionalProperties") is False:
            yield f"{where}/{name}: is not part of a certificate"
