"""Questionnaire → XLSForm workbook that pyxform converts without a warning.

What XLSForm has no place for travels in one extra column as JSON; what other programs will
therefore not do is listed in the losses.
"""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from surveys.conditions import Condition, Negation, Operator, Rule
from surveys.errors import Problem, Severity
from surveys.exchange import xpath_out
from surveys.exchange.xlsform_limits import constraint_of, joined
from surveys.exchange.xlsform_words import (
    CONSENT,
    CONSENT_TEXT,
    EXTRA,
    INTRODUCTION,
    LEGAL_BASIS,
    THANKS,
    language_label,
)
from surveys.language import _
from surveys.loader import content_hash
from surveys.schema import Option, Question, Questionnaire, QuestionType, Scale, Text, TextLength
from surveys.writing import plain_questionnaire, plain_rule

_TOKEN = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)(?:\.([A-Za-z0-9_]+))?\}")
_TYPES = {
    QuestionType.DATE: "date",
    QuestionType.TEXT: "text",
    QuestionType.NOTE: "note",
}
_IN_EXTRA = (
    "reverse", "index_weight", "tags", "end_when", "end_text", "unit", "messages",
    "limits", "validations", "show",
)  # fmt: skip


@dataclass
class XlsForm:
    """The workbook as bytes, and what other programs will not take from it."""

    content: bytes
    losses: list[Problem] = field(default_factory=list)


class _Builder:
    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.rows: list[dict[str, Any]] = []
        self.choices: list[dict[str, Any]] = []
        self.losses: list[Problem] = []
        self.ended: list[Rule] = []
        self.plain = {
            question["code"]: question
            for section in plain_questionnaire(questionnaire)["sections"]
            for question in section["questions"]
        }

    def lose(self, where: str, what: str, remedy: str) -> None:
        self.losses.append(
            Problem("not_in_xlsform", where, what, remedy, Severity.WARNING, question=where)
        )

    def text(self, column: str, text: Text | None) -> dict[str, str]:
        if text is None:
            return {}
        return {
            f"{column}::{language_label(language)}": _with_references(text.get(language))
            for language in self.questionnaire.languages
            if text.has(language)
        }

    def expression(self, rule: Rule | None, where: str, own: str | None = None) -> str:
        if rule is None:
            return ""
        try:
            return xpath_out.write(self.questionnaire, rule, own)
        except xpath_out.NotExpressible as error:
            self.lose(where, str(error), _("请在目标系统中手工补上这个条件。"))
            return ""

    def build(self) -> None:
        self._front()
        for scale in self.questionnaire.scales:
            self._scale(scale)
        for section in self.questionnaire.sections:
            relevant = joined([*self.ended, *([section.show] if section.show else [])])
            extra: dict[str, Any] = {"page": "section"}
            if section.show is not None:
                extra["show"] = plain_rule(section.show)
            self.rows.append(
                {
                    "type": "begin_group",
                    "name": section.code,
                    **self.text("label", section.title),
                    "relevant": self.expression(relevant, section.code),
                    EXTRA: _json(extra),
                }
            )
            if section.introduction is not None:
                name = f"{section.code}_introduction"
                self.rows.append(
                    {"type": "note", "name": name, **self.text("label", section.introduction)}
                )
            ended_before = len(self.ended)
            for question in section.questions:
                self._question(question, self.ended[ended_before:])
            self.rows.append({"type": "end_group"})
        if self.questionnaire.thanks is not None:
            self.rows.append(
                {"type": "note", "name": THANKS, **self.text("label", self.questionnaire.thanks)}
            )

    def _front(self) -> None:
        questionnaire = self.questionnaire
        notes = [(INTRODUCTION, questionnaire.introduction)]
        if questionnaire.consent is not None:
            notes.append((CONSENT_TEXT, questionnaire.consent.text))
            notes.append((LEGAL_BASIS, questionnaire.consent.legal_basis))
        for name, text in notes:
            if text is not None:
                self.rows.append({"type": "note", "name": name, **self.text("label", text)})
        if questionnaire.consent is not None:
            self.rows.append(
                {
                    "type": "acknowledge",
                    "name": CONSENT,
                    **self.text("label", questionnaire.consent.checkbox),
                    "required": "yes",
                }
            )

    def _scale(self, scale: Scale) -> None:
        for option in scale.options:
            self._choice(
                scale.code,
                option,
                {"scale": str(scale.title)} if option is scale.options[0] else {},
                is_dont_know=option is scale.dont_know,
            )

    def _choice(
        self, name: str, option: Option, extra: Mapping[str, Any], *, is_dont_know: bool = False
    ) -> None:
        marks: dict[str, Any] = dict(extra)
        marks |= {key: True for key in ("exclusive", "with_text", "fixed") if getattr(option, key)}
        if option.missing is not None:
            marks["missing"] = option.missing.value
        if is_dont_know:
            marks["dont_know"] = True
        self.choices.append(
            {
                "list_name": name,
                "name": option.code,
                **self.text("label", option.label),
                EXTRA: _json(marks),
            }
        )

    def _question(self, question: Question, ended: list[Rule]) -> None:
        relevant = joined([*ended, *([question.show] if question.show else [])])
        own = question.code if question.type is not QuestionType.MATRIX else None
        row = {
            "type": self._type(question),
            "name": question.code,
            **self.text("label", question.text),
            **self.text("hint", question.hint),
            "required": "yes" if question.required else "",
            "relevant": self.expression(relevant, question.code),
            "constraint": self.expression(constraint_of(question), question.code, own),
            EXTRA: _json(self._extra(question)),
        }
        required = question.messages.get("required")
        if required is not None and question.required:
            row |= self.text("required_message", required)
        if question.validations:
            row |= self.text("constraint_message", question.validations[0].message)
        if question.type is QuestionType.TEXT and question.length is TextLength.LONG:
            row["appearance"] = "multiline"
        if question.random_order:
            row["parameters"] = "randomize=true"
        if question.type in (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.RANKING):
            for option in question.options:
                self._choice(f"{question.code}_options", option, {})
        if question.type is QuestionType.MATRIX:
            self._matrix(question, row)
        else:
            self.rows.append({key: value for key, value in row.items() if value})
            self._other_texts(question, row["relevant"])
        if question.end_when is not None:
            self.ended.append(Negation(question.end_when))
        self._report(question)

    def _type(self, question: Question) -> str:
        if question.type is QuestionType.NUMBER:
            return "decimal" if question.limits.decimals else "integer"
        choice = {
            QuestionType.SINGLE: f"select_one {question.code}_options",
            QuestionType.MULTIPLE: f"select_multiple {question.code}_options",
            QuestionType.RANKING: f"rank {question.code}_options",
            QuestionType.LIKERT: f"select_one {question.scale}",
            QuestionType.MATRIX: "begin_group",
        }
        return choice.get(question.type) or _TYPES[question.type]

    def _matrix(self, question: Question, row: dict[str, Any]) -> None:
        group = {key: value for key, value in row.items() if value and key != "required"}
        group.pop("constraint", None)
        self.rows.append({**group, "appearance": "table-list"})
        for item in question.rows:
            self.rows.append(
                {
                    "type": f"select_one {question.scale}",
                    "name": f"{question.code}_{item.code}",
                    **self.text("label", item.label),
                    "required": "yes" if question.required else "",
                    EXTRA: _json({"reverse": True} if item.reverse else {}),
                }
            )
        self.rows.append({"type": "end_group"})

    def _other_texts(self, question: Question, relevant: str) -> None:
        for option in question.options:
            if not option.with_text:
                continue
            many = question.type is QuestionType.MULTIPLE
            operator = Operator.CONTAINS if many else Operator.EQUALS
            shown = self.expression(Condition(question.code, operator, option.code), question.code)
            self.rows.append(
                {
                    "type": "text",
                    "name": f"{question.code}_{option.code}_text",
                    **self.text("label", option.label),
                    "relevant": f"({relevant}) and {shown}" if relevant else shown,
                }
            )

    def _extra(self, question: Question) -> dict[str, Any]:
        plain = self.plain[question.code]
        extra = {key: plain[key] for key in _IN_EXTRA if key in plain}
        if question.type is QuestionType.MATRIX and question.required:
            extra["required"] = True
        return {"type": question.type.value, **extra}

    def _report(self, question: Question) -> None:
        if question.end_when is not None:
            self.lose(
                question.code,
                _("没有“结束问卷”，已改写为后面各题的显示条件。"),
                _("导入后请试走一遍结束的情形。"),
            )
        if len(question.validations) > 1:
            self.lose(
                question.code,
                _("只能有一条校验提示，各条校验已合并，只保留第一条提示。"),
                _("请在目标系统中改写提示。"),
            )
        if question.random_order and any(
            option.fixed or option.exclusive for option in question.options
        ):
            self.lose(
                question.code,
                _("随机排列时不能固定末尾的选项。"),
                _("请在目标系统中取消随机排列，或接受“其他”不在末尾。"),
            )


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) if data else ""


def _with_references(text: str) -> str:
    """Write our ``{QA01}`` as XLSForm's ``${QA01}``."""
    return _TOKEN.sub(
        lambda found: "${" + (f"{found[1]}_{found[2]}" if found[2] else found[1]) + "}", text
    )


def survey_rows(questionnaire: Questionnaire) -> list[dict[str, Any]]:
    """Rows of the survey sheet this questionnaire would be written as."""
    builder = _Builder(questionnaire)
    builder.build()
    return builder.rows


def write(questionnaire: Questionnaire) -> XlsForm:
    """Write a questionnaire as an XLSForm workbook."""
    builder = _Builder(questionnaire)
    builder.build()
    plain = plain_questionnaire(questionnaire)
    settings = {
        "form_title": str(questionnaire.title),
        "form_id": questionnaire.code,
        "version": content_hash(questionnaire)[:12],
        "default_language": language_label(questionnaire.language),
        EXTRA: _json(
            {
                key: plain[key]
                for key in (
                    "title",
                    "languages",
                    "purpose",
                    "page_mode",
                    "population",
                    "sampling",
                    "minimum_responses",
                    "note",
                    "excludes_panel",
                    "contradictions",
                )  # fmt: skip
                if key in plain
            }
        ),
    }
    book = Workbook()
    book.remove(book["Sheet"])
    _sheet(book, "survey", builder.rows, ["type", "name"])
    _sheet(book, "choices", builder.choices, ["list_name", "name"])
    _sheet(book, "settings", [settings], [])
    buffer = io.BytesIO()
    book.save(buffer)
    return XlsForm(buffer.getvalue(), builder.losses)


def _sheet(book: Workbook, title: str, rows: list[dict[str, Any]], first: list[str]) -> None:
    sheet = book.create_sheet(title)
    columns = list(dict.fromkeys([*first, *(key for row in rows for key in row)]))
    if EXTRA in columns:
        columns.remove(EXTRA)
        columns.append(EXTRA)
    sheet.append(columns)
    for row in rows:
        sheet.append([row.get(column) or None for column in columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for index, column in enumerate(columns, 1):
        letter = sheet.cell(row=1, column=index).column_letter
        sheet.column_dimensions[letter].width = 44 if "label" in column else 18
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, str):
                cell.data_type = "s"
    sheet.freeze_panes = "C2"
