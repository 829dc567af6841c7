"""Options, rows and scale points as tables a person edits cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from evaluation.language import _
from surveys.codebook import missing_labels
from surveys.editing import free_code
from surveys.schema import Missing, Option, Row, Text

_CHOSEN_KINDS = (Missing.DONT_KNOW, Missing.REFUSED, Missing.NOT_APPLICABLE)


def _kind_words() -> dict[str, Missing]:
    words = missing_labels()
    names = {words[kind]: kind for kind in _CHOSEN_KINDS}
    names[_("不适用")] = names.pop(words[Missing.NOT_APPLICABLE])
    return names


def options(
    name: str, listed: Sequence[Option], language: str, *, is_scale: bool = False
) -> tuple[Option, ...]:
    """Edit options; translations of labels that stay are kept."""
    rows = [{"code": o.code, "label": o.label.get(language), "marks": _marks(o)} for o in listed]
    columns = ["code", "label"] if is_scale else list(_columns())
    table = st.data_editor(
        pd.DataFrame(rows, columns=columns),
        num_rows="dynamic",
        hide_index=True,
        column_config={key: value for key, value in _columns().items() if key in columns},
        key=f"{name}_options",
        width="stretch",
    )
    old = {option.code: option for option in listed}
    return tuple(_option(row, old, language) for row in _filled(table))


def _columns() -> dict[str, Any]:
    config = st.column_config
    return {
        "code": config.TextColumn(_("代码"), width=64, help=_("留空会自动编号；发布后不宜再改。")),
        "label": config.TextColumn(_("选项文字"), width=184, required=True),
        "marks": config.MultiselectColumn(
            _("属性"),
            width=112,
            options=[*_flag_words(), *_kind_words()],
            help=_(
                "排他：选了它就不能选别的。可填写：可以在旁边写明。固定：随机排列时留在原位。"
                "不清楚、不愿回答、不适用：不算实质回答，单列比例，只取第一个。"
            ),
        ),
    }


def _flag_words() -> dict[str, str]:
    return {_("排他"): "exclusive", _("可填写"): "with_text", _("固定"): "fixed"}


def _marks(option: Option) -> list[str]:
    flags = [word for word, name in _flag_words().items() if getattr(option, name)]
    return flags + [word for word, kind in _kind_words().items() if kind is option.missing]


def _filled(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with a label; rows without a code get the next free number."""
    rows: list[dict[str, Any]] = []
    taken: set[str] = set()
    for row in table.to_dict("records"):
        label = _text(row.get("label"))
        if not label:
            continue
        code = _text(row.get("code"))
        if not code:
            code = free_code(taken | {str(n) for n in range(len(rows) + 1)}, str(len(rows) + 1))
        taken.add(code)
        rows.append({**{str(key): item for key, item in row.items()}, "code": code, "label": label})
    return rows


def _text(cell: Any) -> str:
    return "" if cell is None or (isinstance(cell, float) and pd.isna(cell)) else str(cell).strip()


def _label(code: str, words: str, old: Text | None, language: str) -> Text:
    if old is None:
        return Text.of(words or code, language)
    return old if old.get(language) == words else old.with_translation(language, words)


def _option(row: dict[str, Any], old: dict[str, Option], language: str) -> Option:
    before = old.get(row["code"])
    marks: Any = row.get("marks")
    chosen = {str(mark) for mark in marks} if pd.api.types.is_list_like(marks) else set()
    flags = {name: word in chosen for word, name in _flag_words().items()}
    kinds = [kind for word, kind in _kind_words().items() if word in chosen]
    return Option(
        code=row["code"],
        label=_label(row["code"], row["label"], before.label if before else None, language),
        exclusive=flags["exclusive"],
        with_text=flags["with_text"],
        fixed=flags["fixed"],
        missing=kinds[0] if kinds else None,
    )


def matrix_rows(name: str, listed: Sequence[Row], language: str) -> tuple[Row, ...]:
    """Edit the statements of a matrix."""
    config = st.column_config
    table = st.data_editor(
        pd.DataFrame(
            [
                {"code": r.code, "label": r.label.get(language), "reverse": r.reverse}
                for r in listed
            ],
            columns=["code", "label", "reverse"],
        ),
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "code": config.TextColumn(_("代码"), width="small"),
            "label": config.TextColumn(_("说法"), width="large", required=True),
            "reverse": config.CheckboxColumn(_("反向"), help=_("程度越高越差，计分时反转。")),
        },
        key=f"{name}_rows",
        width="stretch",
    )
    old = {row.code: row for row in listed}
    letters = "abcdefghijklmnopqrstuvwxyz"
    result: list[Row] = []
    for place, row in enumerate(_filled(table)):
        before = old.get(row["code"])
        code = row["code"]
        if before is None and code.isdigit() and place < len(letters):
            code = free_code({item.code for item in result}, letters[place])
        label = _label(code, row["label"], before.label if before else None, language)
        result.append(Row(code, label, row.get("reverse") is True))
    return tuple(result)
