"""Pieces of reading XLSForm: columns, types, choice lists, codes, limits, our extra column."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from surveys.errors import Problem, QuestionnaireError, Severity
from surveys.exchange.workbook import SheetRow
from surveys.exchange.xlsform_words import EXTRA, language_code
from surveys.language import _
from surveys.loader import from_plain
from surveys.schema import (
    Limits,
    Missing,
    Option,
    Question,
    Questionnaire,
    Section,
    Text,
)
from surveys.writing import plain_questionnaire

METADATA = frozenset({
    "start", "end", "today", "deviceid", "username", "phonenumber", "simserial", "subscriberid",
    "email", "audit", "background-audio", "start-geopoint",
})  # fmt: skip
TAKEN_COLUMNS = frozenset({
    "type", "name", "label", "hint", "required", "required_message", "relevant", "constraint",
    "constraint_message", "appearance", "parameters",
})  # fmt: skip
IGNORED_COLUMNS = frozenset({"", "note", "comments", "comment", "#"})
QUESTION_EXTRAS = (
    "reverse", "index_weight", "tags", "end_when", "end_text", "unit", "messages", "limits",
    "validations", "show",
)  # fmt: skip

_COLUMN_NAMES = {
    "list name": "list_name",
    "value": "name",
    "relevance": "relevant",
    "constraint message": "constraint_message",
    "constraining message": "constraint_message",
    "requiredmsg": "required_message",
    "required message": "required_message",
    "caption": "label",
}
_TYPE_NAMES = {
    "begin group": "begin_group",
    "end group": "end_group",
    "begin repeat": "begin_repeat",
    "end repeat": "end_repeat",
    "begin looped group": "begin_repeat",
    "end looped group": "end_repeat",
    "end loop": "end_repeat",
    "select one from": "select_one",
    "select one": "select_one",
    "select1": "select_one",
    "select all that apply from": "select_multiple",
    "select all that apply": "select_multiple",
    "select multiple from": "select_multiple",
    "select multiple": "select_multiple",
    "select_multiple_from": "select_multiple",
    "add select one prompt using": "select_one",
    "add select multiple prompt using": "select_multiple",
    "int": "integer",
    "add integer prompt": "integer",
    "add text prompt": "text",
    "add date prompt": "date",
    "string": "text",
    "trigger": "acknowledge",
    "add note prompt": "note",
    "get start time": "start",
    "start time": "start",
    "get end time": "end",
    "end time": "end",
    "get today": "today",
    "get device id": "deviceid",
    "device id": "deviceid",
}
_TAKES_LIST = ("select_one", "select_multiple", "rank")
_REFERENCE = re.compile(r"\$\{\s*([^}\s]+)\s*\}")


@dataclass(frozen=True)
class Choice:
    """One line of the choices sheet."""

    option: Option
    extra: dict[str, Any] = field(default_factory=dict)


class Codes:
    """Turns foreign names into codes of ours, one for each name."""

    def __init__(self) -> None:
        self._by_name: dict[str, str] = {}
        self._taken: set[str] = set()

    def known(self, name: str) -> str | None:
        """Code already given to a name."""
        return self._by_name.get(name)

    def make(self, name: str) -> str:
        """Give a name its code."""
        plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
        base = (plain if plain[:1].isalpha() else f"q_{plain}")[:32]
        code, number = base, 2
        while code.lower() in self._taken:
            code, number = f"{base[:28]}_{number}", number + 1
        self._taken.add(code.lower())
        self._by_name[name] = code
        return code


def canonical_rows(rows: list[SheetRow]) -> list[SheetRow]:
    """Give columns their modern names: small letters, two colons before a language."""
    return [
        SheetRow(row.number, {_column(name): cell for name, cell in row.cells.items()})
        for row in rows
    ]


def _column(name: str) -> str:
    parts = [part.strip() for part in re.split(r"::|:", name, maxsplit=1)]
    first = parts[0].lower()
    first = _COLUMN_NAMES.get(first, first)
    return f"{first}::{parts[1]}" if len(parts) == 2 else first


def normalised_type(text: str) -> tuple[str, str]:
    """Split a type cell into the type's modern name and what follows it."""
    words = " ".join(text.split())
    lowered = words.lower()
    if lowered.startswith("begin loop"):
        return "begin_repeat", ""
    if lowered in _TYPE_NAMES:
        return _TYPE_NAMES[lowered], ""
    for name in (*_TAKES_LIST, *sorted(_TYPE_NAMES, key=len, reverse=True)):
        modern = _TYPE_NAMES.get(name, name)
        if lowered.startswith(f"{name} ") and modern in _TAKES_LIST:
            return modern, words[len(name) + 1 :]
    return lowered.replace(" ", "_"), ""


def texts_of(row: SheetRow, column: str, languages: list[str]) -> Text | None:
    """Gather one text in all its languages from a row."""
    found: dict[str, str] = {}
    for name, cell in row.cells.items():
        bare, _colons, label = name.partition("::")
        if bare != column:
            continue
        code = language_code(label) if label else languages[0]
        code = languages[0] if code == "default" else code
        found.setdefault(code, _with_tokens(cell.text))
    ordered = {code: found[code] for code in languages if code in found}
    return Text.of(ordered) if ordered else None


def _with_tokens(text: str) -> str:
    return _REFERENCE.sub(lambda found: "{" + re.sub(r"[^A-Za-z0-9_]", "_", found[1]) + "}", text)


def choice_lists(rows: list[SheetRow], languages: list[str]) -> dict[str, list[Choice]]:
    """Read the choices sheet, list by list."""
    lists: dict[str, list[Choice]] = {}
    for row in rows:
        name, code = row.text("list_name"), row.text("name")
        if not name or not code:
            continue
        extra = parse_json(row.text(EXTRA))
        missing = extra.get("missing")
        option = Option(
            code=re.sub(r"[^A-Za-z0-9_]", "_", code)[:32],
            label=texts_of(row, "label", languages) or Text.of(code, languages[0]),
            exclusive=bool(extra.get("exclusive")),
            with_text=bool(extra.get("with_text")),
            fixed=bool(extra.get("fixed")),
            missing=Missing(missing) if missing in list(Missing) else None,
        )
        lists.setdefault(name, []).append(Choice(option, extra))
    return lists


def parse_json(text: str) -> dict[str, Any]:
    """Read our extra column; anything else than a JSON object is nothing."""
    try:
        data = json.loads(text) if text else {}
    except (json.JSONDecodeError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def address(row: SheetRow, column: str) -> str:
    """Address of the cell under a column, in whatever language it stands."""
    for name, cell in row.cells.items():
        if name.partition("::")[0] == column:
            return cell.address
    return f"{row.number}"


def range_limits(parameters: str) -> Limits:
    """Read ``start=1 end=10 step=1``."""
    found = dict(re.findall(r"(start|end|step)\s*=\s*(-?\d+(?:\.\d+)?)", parameters))
    decimals = len(found.get("step", "1").partition(".")[2])
    return Limits(
        minimum=float(found["start"]) if "start" in found else None,
        maximum=float(found["end"]) if "end" in found else None,
        decimals=decimals,
    )


def merge_question(
    question: Question, extra: dict[str, Any], stale: bool, problems: list[Problem]
) -> Question:
    """Give a question what our extra column says, unless the visible cells were changed."""
    if "type" not in extra:
        return question
    plain = _alone(question)
    plain["sections"][0]["questions"] = [_merged(question, extra, stale)]
    try:
        return from_plain(plain).questions[0]
    except QuestionnaireError:
        problems.append(
            Problem(
                "extra_unreadable",
                question.code,
                _("附加信息列的内容读不懂，已忽略。"),
                _("请核对这道题的标签、计分方向和校验。"),
                Severity.WARNING,
                question.code,
            )
        )
        return question


def _alone(question: Question) -> dict[str, Any]:
    """Plain data of a questionnaire that holds nothing but this question."""
    language = question.text.translations[0][0] if question.text.translations else "zh"
    section = Section("s", Text.of("s", language), (question,))
    return plain_questionnaire(
        Questionnaire("q", Text.of("q", language), (section,), languages=(language,))
    )


def _merged(question: Question, extra: dict[str, Any], stale: bool) -> dict[str, Any]:
    from_cells: dict[str, Any] = _alone(question)["sections"][0]["questions"][0]
    rules = ("show", "limits", "validations", "end_when", "end_text")
    for key in QUESTION_EXTRAS:
        if stale and key in rules:
            continue
        from_cells.pop(key, None)
        if key in extra:
            from_cells[key] = extra[key]
    if "required" in extra:
        from_cells["required"] = extra["required"]
    return from_cells
