"""XLSForm workbook → questionnaire; what cannot be taken over is named cell by cell."""

import re
from dataclasses import dataclass, field, replace

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from surveys.conditions import Rule
from surveys.errors import Problem, QuestionnaireError, Severity
from surveys.exchange import xlsform_out
from surveys.exchange.workbook import SheetRow, is_old, read_sheets, refuse
from surveys.exchange.xlsform_parts import (
    METADATA,
    address,
    canonical_rows,
    normalised_type,
    parse_json,
)
from surveys.exchange.xlsform_questions import (
    CHOICE_TYPES,
    PLAIN_TYPES,
    OpenGroup,
    QuestionReader,
)
from surveys.exchange.xlsform_words import (
    CONSENT,
    CONSENT_TEXT,
    EXTRA,
    INTRODUCTION,
    LEGAL_BASIS,
    THANKS,
)
from surveys.language import _
from surveys.loader import from_plain, to_plain
from surveys.nodes import Faults
from surveys.reading import read_rule
from surveys.schema import (
    Consent,
    Question,
    Questionnaire,
    QuestionType,
    Section,
    Text,
)


@dataclass
class Imported:
    """What came in, and everything that did not."""

    questionnaire: Questionnaire
    problems: list[Problem] = field(default_factory=list)


class _Reader(QuestionReader):
    """Goes through the rows, opening and closing groups."""

    def read(self) -> Questionnaire:
        for row in self.rows:
            kind, argument = normalised_type(row.text("type"))
            if kind:
                self._row(row, kind, argument)
        for group in self.groups:
            self.lose(
                f"A{group.row.number}",
                "group_open",
                _("分组“{name}”没有结束。").format(name=group.name),
                _("请在 survey 表补上 end_group。"),
            )
        self._close_section(None)
        return self._whole()

    def _row(self, row: SheetRow, kind: str, argument: str) -> None:
        if kind in ("begin_group", "begin_repeat"):
            self._begin(row, kind)
        elif kind in ("end_group", "end_repeat"):
            self._end(row)
        elif any(group.kind == "skipped" for group in self.groups):
            return
        elif kind in METADATA:
            self.lose(
                address(row, "type"),
                "metadata",
                _("“{kind}”会自动记录设备或时间，不取入。").format(kind=kind),
                _("评估问卷不收集这类信息，无需处理。"),
            )
        elif row.text("name") in (CONSENT_TEXT, LEGAL_BASIS, INTRODUCTION, THANKS, CONSENT):
            self.specials[row.text("name")] = self.text(row, "label") or Text.of("")
        elif kind in PLAIN_TYPES or kind in CHOICE_TYPES:
            self.read_question(row, kind, argument)
        else:
            self.lose(
                address(row, "type"),
                "type_unsupported",
                _("题型“{kind}”没有取入。").format(kind=row.text("type")),
                _("请改用支持的题型，或导入后手工添加这道题。"),
            )

    def _begin(self, row: SheetRow, kind: str) -> None:
        name = row.text("name") or f"group{row.number}"
        skipped = any(group.kind == "skipped" for group in self.groups)
        if kind == "begin_repeat":
            if not skipped:
                self.lose(
                    address(row, "type"),
                    "repeat",
                    _("重复分组“{name}”及其中的题目没有取入。").format(name=name),
                    _("请改成固定的几道题后再导入。"),
                )
            self.groups.append(OpenGroup(name, row, "skipped"))
            return
        shape = "section" if not self.groups else "nested"
        if "table-list" in row.text("appearance"):
            shape = "matrix"
        self.report_unused(row)
        group = OpenGroup(name, row, "skipped" if skipped else shape, self.rule(row, "relevant"))
        if shape == "section":
            self._close_section(None)
        elif shape == "nested" and not skipped and (label := self.text(row, "label")):
            self.lose(
                address(row, "type"),
                "nested_group",
                _("嵌套分组“{name}”已展开，标题改为说明文字。").format(name=name),
                _("如不需要这段说明，导入后可以删去。"),
            )
            code = self.codes.make(name)
            self.questions.append(Question(code, QuestionType.NOTE, label, show=group.relevant))
        self.groups.append(group)

    def _end(self, row: SheetRow) -> None:
        if not self.groups:
            self.lose(
                address(row, "type"),
                "group_end",
                _("多了一个分组结束标记。"),
                _("请在 survey 表删去这一行。"),
            )
            return
        group = self.groups.pop()
        if group.kind == "section":
            self._close_section(group)

    def _close_section(self, group: OpenGroup | None) -> None:
        if not self.questions:
            return
        title = self.text(group.row, "label") if group else None
        code = self.codes.make(group.name if group else f"part{len(self.sections) + 1}")
        introduction = None
        first = self.questions[0]
        if first.code == f"{code}_introduction" and first.type is QuestionType.NOTE:
            introduction = first.text
            self.questions.pop(0)
        self.sections.append(
            Section(
                code=code,
                title=title or self._title(),
                questions=tuple(self.questions),
                introduction=introduction,
                show=self._section_rule(group) if group else None,
            )
        )
        self.questions = []

    def _section_rule(self, group: OpenGroup) -> Rule | None:
        extra = parse_json(group.row.text(EXTRA))
        if extra.get("page") != "section" or group.name in self.stale:
            return group.relevant
        if "show" not in extra:
            return None
        return read_rule(extra["show"], group.name, Faults())

    def _title(self) -> Text:
        cell = self.settings.get("form_title")
        return Text.of(cell.text if cell else _("未命名问卷"), self.languages[0])

    def _whole(self) -> Questionnaire:
        cell = self.settings.get("form_id")
        code = re.sub(r"[^A-Za-z0-9_]", "_", cell.text if cell else "")[:32] or "imported"
        questionnaire = Questionnaire(
            code=code,
            title=self._title(),
            sections=tuple(self.sections),
            languages=tuple(self.languages),
            introduction=self.specials.get(INTRODUCTION),
            thanks=self.specials.get(THANKS),
            scales=tuple(self.scales.values()),
        )
        if CONSENT in self.specials:
            questionnaire = replace(
                questionnaire,
                consent=Consent(
                    self.specials.get(CONSENT_TEXT, self.specials[CONSENT]),
                    self.specials[CONSENT],
                    self.specials.get(LEGAL_BASIS),
                ),
            )
        extra = self.settings.get(EXTRA)
        own = parse_json(extra.text) if extra else {}
        if not own:
            return questionnaire
        try:
            return from_plain({**to_plain(questionnaire), **own})
        except QuestionnaireError:
            return questionnaire


def read(content: bytes) -> Imported:
    """Read an XLSForm workbook; QuestionnaireError only when there is no survey in it."""
    sheets = read_sheets(content)
    if not sheets.get("survey"):
        raise refuse(_("工作簿里没有 survey 表，或表是空的。"), _("请确认这是一份 XLSForm。"))
    sheets["settings"] = canonical_rows(sheets.get("settings", []))
    reader = _Reader(sheets, frozenset())
    questionnaire = reader.read()
    stale = _changed_cells(reader.rows, questionnaire)
    if stale:
        reader = _Reader(sheets, stale)
        questionnaire = reader.read()
    if not questionnaire.questions:
        raise QuestionnaireError(
            [
                *reader.problems,
                Problem(
                    "empty",
                    _("survey 表"),
                    _("没有取入任何题目。"),
                    _("请确认题型在支持的范围内。"),
                ),
            ]
        )
    return Imported(questionnaire, [*reader.problems, *_verdict_of_pyxform(content)])


def _changed_cells(rows: list[SheetRow], questionnaire: Questionnaire) -> frozenset[str]:
    """Names of rows whose visible rules are no longer those that our extra column stands for."""
    own = [row for row in rows if row.text(EXTRA) and row.text("name")]
    if not own:
        return frozenset()
    expected = {row["name"]: row for row in xlsform_out.survey_rows(questionnaire) if "name" in row}
    return frozenset(
        row.text("name")
        for row in own
        for column in ("relevant", "constraint")
        if row.text(column) != (expected.get(row.text("name"), {}).get(column) or "")
    )


def _verdict_of_pyxform(content: bytes) -> list[Problem]:
    """Ask the reference implementation about the workbook."""
    try:
        result = convert(content, validate=False, file_type=".xls" if is_old(content) else ".xlsx")
    except PyXFormError as error:
        sayings = [str(error)]
    except Exception as error:
        sayings = [type(error).__name__]
    else:
        sayings = list(result.warnings)
    return [
        Problem(
            "pyxform",
            _("工作簿"),
            _("XLSForm 标准检查提示：“{saying}”。").format(saying=" ".join(saying.split())[:300]),
            _("这不影响取入；如还要在 ODK 或 KoBo 中使用，请先更正。"),
            Severity.WARNING,
        )
        for saying in sayings
    ]
