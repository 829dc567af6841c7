"""One row of an XLSForm survey sheet → one question, or a row of a matrix."""

import re
from dataclasses import dataclass, replace

from surveys.conditions import Rule
from surveys.errors import Problem, Severity
from surveys.exchange import xpath
from surveys.exchange.workbook import SheetRow
from surveys.exchange.xlsform_limits import exclusive_from, joined, limits_from
from surveys.exchange.xlsform_parts import (
    IGNORED_COLUMNS,
    TAKEN_COLUMNS,
    Choice,
    Codes,
    address,
    canonical_rows,
    choice_lists,
    merge_question,
    parse_json,
    range_limits,
    texts_of,
)
from surveys.exchange.xlsform_words import (
    EXTRA,
    language_code,
)
from surveys.language import _
from surveys.schema import (
    Limits,
    Option,
    Question,
    QuestionType,
    Row,
    Scale,
    Section,
    Text,
    TextLength,
    Validation,
)

PLAIN_TYPES = {
    "integer": QuestionType.NUMBER,
    "decimal": QuestionType.NUMBER,
    "range": QuestionType.NUMBER,
    "date": QuestionType.DATE,
    "text": QuestionType.TEXT,
    "note": QuestionType.NOTE,
    "acknowledge": QuestionType.SINGLE,
}
CHOICE_TYPES = {
    "select_one": QuestionType.SINGLE,
    "select_multiple": QuestionType.MULTIPLE,
    "rank": QuestionType.RANKING,
}
_KNOWN_APPEARANCES = {
    "", "multiline", "table-list", "field-list", "minimal", "quick", "likert", "compact",
    "horizontal", "columns", "no-calendar", "label", "list-nolabel", "w1", "w2", "w3", "w4",
}  # fmt: skip


@dataclass
class OpenGroup:
    """A group whose end has not come yet."""

    name: str
    row: SheetRow
    kind: str
    """``section``, ``nested``, ``matrix`` or ``skipped``."""
    relevant: Rule | None = None


class QuestionReader:
    """Reads single rows; knows the choice lists, the languages and the fields so far."""

    def __init__(self, sheets: dict[str, list[SheetRow]], stale: frozenset[str]) -> None:
        self.stale = stale
        self.problems: list[Problem] = []
        self.settings = sheets["settings"][0].cells if sheets.get("settings") else {}
        self.rows = canonical_rows(sheets["survey"])
        self.languages = self._languages()
        self.lists = choice_lists(canonical_rows(sheets.get("choices", [])), self.languages)
        self._report_codes(canonical_rows(sheets.get("choices", [])))
        self.codes = Codes()
        self.fields: dict[str, xpath.Field] = {}
        self.scales: dict[str, Scale] = {}
        self.groups: list[OpenGroup] = []
        self.sections: list[Section] = []
        self.questions: list[Question] = []
        self.specials: dict[str, Text] = {}

    def lose(self, address: str, code: str, what: str, remedy: str) -> None:
        """Note what was not taken over."""
        where = _("survey 表 {address}").format(address=address)
        self.problems.append(Problem(code, where, what, remedy, Severity.WARNING))

    def _report_codes(self, rows: list[SheetRow]) -> None:
        for row in rows:
            code = row.text("name")
            if row.text("list_name") and code and not re.fullmatch(r"[A-Za-z0-9_]{1,32}", code):
                self.problems.append(
                    Problem(
                        "code_changed",
                        _("choices 表 {address}").format(address=row.cells["name"].address),
                        _("选项代码“{code}”里的特殊字符已改为下划线。").format(code=code),
                        _("与原系统的数据合并时请对照代码。"),
                        Severity.WARNING,
                    )
                )

    def _languages(self) -> list[str]:
        found = [
            language_code(column.split("::", 1)[1])
            for row in self.rows
            for column in row.cells
            if "::" in column and column.split("::")[0] in ("label", "hint")
        ]
        default = self.settings.get("default_language")
        first = language_code(default.text) if default else ""
        ordered = list(dict.fromkeys([*([first] if first and first != "default" else []), *found]))
        return [code for code in ordered if code != "default"] or ["zh"]

    def text(self, row: SheetRow, column: str) -> Text | None:
        """Text of a column in all languages."""
        return texts_of(row, column, self.languages)

    def read_question(self, row: SheetRow, kind: str, argument: str) -> None:
        """Read a row that asks something."""
        name = row.text("name")
        if not name:
            self.lose(
                f"B{row.number}",
                "name_missing",
                _("这一行没有 name，没有取入。"),
                _("请补上 name。"),
            )
            return
        if self._takes_part_in_matrix(row, kind, argument):
            return
        if self._is_beside_option(name):
            return
        question = self._base(row, name, kind, argument)
        if question is None:
            return
        if question.code != name:
            self.lose(
                address(row, "name"),
                "code_changed",
                _("题目代码“{name}”已改为 {code}。").format(name=name, code=question.code),
                _("与原系统的数据合并时请对照代码。"),
            )
        self.fields[name] = xpath.Field(question.code, question.type)
        question = self._with_rules(row, question)
        self.questions.append(question)
        self.report_unused(row)

    def _base(self, row: SheetRow, name: str, kind: str, argument: str) -> Question | None:
        question = Question(
            code=self.codes.make(name),
            type=CHOICE_TYPES.get(kind) or PLAIN_TYPES[kind],
            text=self.text(row, "label") or Text.of(name, self.languages[0]),
            hint=self.text(row, "hint"),
            required=self._required(row),
            random_order="randomize=true" in row.text("parameters").replace(" ", ""),
        )
        if kind == "decimal":
            question = replace(question, limits=Limits(decimals=2))
        if kind == "range":
            question = replace(question, limits=range_limits(row.text("parameters")))
        if kind == "text" and "multiline" in row.text("appearance"):
            question = replace(question, length=TextLength.LONG)
        if kind == "acknowledge":
            agreed = Option("OK", Text.of(_("我已知悉并同意"), self.languages[0]))
            question = replace(question, options=(agreed,))
        if kind in CHOICE_TYPES:
            return self._with_choices(row, question, argument)
        return question

    def _with_choices(self, row: SheetRow, question: Question, argument: str) -> Question | None:
        parts = argument.split()
        name = parts[0] if parts else ""
        choices = self.lists.get(name)
        if not choices:
            self.lose(
                address(row, "type"),
                "list_missing",
                _("没有找到选项列表“{name}”，这道题没有取入。").format(name=name),
                _("请在 choices 表补上这个列表；外部文件中的列表不支持。"),
            )
            return None
        scale = self._scale(name, choices, row.text("appearance"))
        if scale is not None and question.type is QuestionType.SINGLE:
            return replace(question, type=QuestionType.LIKERT, scale=scale.code)
        options = [choice.option for choice in choices]
        if "or_other" in argument or "or specify other" in argument.lower():
            other = Text.of(_("其他（请注明）"), self.languages[0])
            options.append(Option("other", other, with_text=True, fixed=True))
        return replace(question, options=tuple(options))

    def _scale(self, name: str, choices: list[Choice], appearance: str) -> Scale | None:
        own = "scale" in choices[0].extra
        if not own and "likert" not in appearance and name not in self.scales:
            return None
        return self._make_scale(name, choices)

    def _make_scale(self, name: str, choices: list[Choice]) -> Scale | None:
        if name in self.scales:
            return self.scales[name]
        points = [c.option for c in choices if not c.extra.get("dont_know")]
        if not all(re.fullmatch(r"-?[0-9]{1,4}", point.code) for point in points):
            return None
        title = Text.of(str(choices[0].extra.get("scale", name)), self.languages[0])
        dont_know = next((c.option for c in choices if c.extra.get("dont_know")), None)
        code = re.sub(r"[^A-Za-z0-9_]", "_", name)[:32]
        self.scales[name] = Scale(code, title, tuple(points), dont_know)
        return self.scales[name]

    def _takes_part_in_matrix(self, row: SheetRow, kind: str, argument: str) -> bool:
        group = self.groups[-1] if self.groups else None
        if group is None or group.kind != "matrix" or kind != "select_one":
            return False
        choices = self.lists.get(argument.split()[0] if argument else "", [])
        scale = self._make_scale(argument.split()[0], choices) if choices else None
        if scale is None:
            return False
        matrix = self.questions[-1] if self.questions else None
        code = self.codes.known(group.name)
        if matrix is None or matrix.code != code or matrix.type is not QuestionType.MATRIX:
            if code is not None:
                return False
            matrix = self._new_matrix(group, row, scale)
        elif matrix.scale != scale.code:
            return False
        name = row.text("name")
        short = name.removeprefix(f"{group.name}_") or name
        item = Row(
            re.sub(r"[^A-Za-z0-9_]", "_", short)[:32],
            self.text(row, "label") or Text.of(name, self.languages[0]),
            reverse=bool(parse_json(row.text(EXTRA)).get("reverse")),
        )
        self.questions[-1] = replace(matrix, rows=(*matrix.rows, item))
        self.fields[name] = xpath.Field(matrix.code, QuestionType.MATRIX, item.code)
        self.report_unused(row)
        return True

    def _new_matrix(self, group: OpenGroup, row: SheetRow, scale: Scale) -> Question:
        matrix = Question(
            code=self.codes.make(group.name),
            type=QuestionType.MATRIX,
            text=self.text(group.row, "label") or Text.of(group.name, self.languages[0]),
            hint=self.text(group.row, "hint"),
            required=self._required(row),
            scale=scale.code,
            show=joined([g.relevant for g in self.groups[1:]]),
        )
        matrix = self._merged(group.row, matrix)
        self.questions.append(matrix)
        return matrix

    def _is_beside_option(self, name: str) -> bool:
        """Tell whether a text row only asks for the words beside an option just read."""
        for place, question in enumerate(self.questions):
            for option in question.options:
                if name == f"{question.code}_{option.code}_text":
                    options = tuple(
                        replace(item, with_text=True) if item is option else item
                        for item in question.options
                    )
                    self.questions[place] = replace(question, options=options)
                    return True
        return False

    def _with_rules(self, row: SheetRow, question: Question) -> Question:
        relevant = self.rule(row, "relevant")
        nested = [group.relevant for group in self.groups[1:]]
        question = replace(question, show=joined([*nested, relevant]))
        own = self.fields[row.text("name")]
        constraint = self.rule(row, "constraint", own)
        if constraint is not None:
            limits, rest = limits_from(question, constraint)
            question = replace(question, limits=limits)
            if rest is not None:
                message = self.text(row, "constraint_message") or Text.of(
                    _("这个回答不合要求，请更正。"), self.languages[0]
                )
                question = replace(question, validations=(Validation(rest, message),))
        required = self.text(row, "required_message")
        if required is not None:
            question = replace(question, messages={"required": required})
        return self._merged(row, exclusive_from(question))

    def _merged(self, row: SheetRow, question: Question) -> Question:
        extra = parse_json(row.text(EXTRA))
        return merge_question(question, extra, row.text("name") in self.stale, self.problems)

    def _required(self, row: SheetRow) -> bool:
        text = row.text("required").lower().replace(" ", "")
        if text in ("", "no", "false", "false()"):
            return False
        if text not in ("yes", "true", "true()"):
            self.lose(
                address(row, "required"),
                "required_expression",
                _("按条件必答没有取入，改为必答。"),
                _("如应可跳过，导入后请取消必答。"),
            )
        return True

    def rule(self, row: SheetRow, column: str, own: xpath.Field | None = None) -> Rule | None:
        """Read a relevant or constraint cell."""
        text = row.text(column)
        if not text:
            return None
        try:
            return xpath.parse(text, self.fields.get, own)
        except xpath.XPathError as error:
            self.lose(
                address(row, column),
                "expression",
                _("条件“{text}”没有取入：{why}").format(text=text, why=error),
                _("请导入后用菜单重新设置这个条件。"),
            )
            return None

    def report_unused(self, row: SheetRow) -> None:
        """Name every cell of the row that was not taken over."""
        for column, cell in row.cells.items():
            bare = column.split("::")[0].strip()
            if bare in TAKEN_COLUMNS or bare in IGNORED_COLUMNS or column == EXTRA:
                continue
            self.lose(
                cell.address,
                "column_unused",
                _("“{column}”列的内容没有取入：{text}").format(column=column, text=cell.text[:40]),
                _("如有需要，导入后手工设置。"),
            )
        parts = set(row.text("appearance").replace(",", " ").split())
        for appearance in sorted(parts - _KNOWN_APPEARANCES):
            self.lose(
                address(row, "appearance"),
                "appearance",
                _("外观“{name}”没有取入。").format(name=appearance),
                _("页面外观由本系统决定，一般无需处理。"),
            )
