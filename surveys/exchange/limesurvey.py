"""LimeSurvey survey (.lss) and question (.lsq) files → questionnaire, common subset.

Conditions written as relevance equations are read when they are comparisons of one question with
a code, joined by and/or; everything else is named in the losses.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from surveys.conditions import Rule
from surveys.errors import Problem, QuestionnaireError, Severity
from surveys.exchange.limesurvey_rules import RelevanceError, parse_relevance
from surveys.exchange.limesurvey_text import plain_text
from surveys.language import _
from surveys.schema import (
    Limits,
    Missing,
    Option,
    Question,
    Questionnaire,
    QuestionType,
    Row,
    Scale,
    Section,
    Text,
    TextLength,
)

MAX_BYTES = 10_000_000
Record = dict[str, str]

_TYPES = {
    "L": QuestionType.SINGLE, "!": QuestionType.SINGLE, "O": QuestionType.SINGLE,
    "Y": QuestionType.SINGLE, "G": QuestionType.SINGLE, "M": QuestionType.MULTIPLE,
    "P": QuestionType.MULTIPLE, "N": QuestionType.NUMBER, "D": QuestionType.DATE,
    "S": QuestionType.TEXT, "T": QuestionType.TEXT, "U": QuestionType.TEXT,
    "X": QuestionType.NOTE, "R": QuestionType.RANKING, "F": QuestionType.MATRIX,
    "5": QuestionType.LIKERT, "A": QuestionType.MATRIX, "B": QuestionType.MATRIX,
    "C": QuestionType.MATRIX, "E": QuestionType.MATRIX,
}  # fmt: skip
_LONG = ("T", "U")
_BUILT_IN = {"5": 5, "A": 5, "B": 10}


@dataclass
class Imported:
    """What came in, and everything that did not."""

    questionnaire: Questionnaire
    problems: list[Problem] = field(default_factory=list)


def _rows(root: Element, table: str) -> list[Record]:
    return [
        {cell.tag: (cell.text or "").strip() for cell in row}
        for row in root.findall(f"./{table}/rows/row")
    ]


class _Reader:
    def __init__(self, root: Element) -> None:
        self.problems: list[Problem] = []
        self.root = root
        self.scales: dict[str, Scale] = {}
        self.types: dict[str, QuestionType] = {}
        self.attributes = self._attributes()
        settings = _rows(root, "surveys_languagesettings")
        survey = (_rows(root, "surveys") or [{}])[0]
        listed = [tag.text or "" for tag in root.findall("./languages/language")]
        own = [survey.get("language", ""), *survey.get("additional_languages", "").split(), *listed]
        self.languages = [_language(code) for code in dict.fromkeys(own) if code] or ["zh"]
        self.settings = settings
        self.survey = survey
        self.question_texts = self._localised("question_l10ns", "qid", _rows(root, "questions"))
        self.group_texts = self._localised("group_l10ns", "gid", _rows(root, "groups"))
        self.answer_texts = self._localised("answer_l10ns", "aid", _rows(root, "answers"))
        self.subquestions = self._by_parent()

    def lose(self, where: str, code: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(code, where, what, remedy, Severity.WARNING, where))

    def _localised(self, table: str, key: str, older: list[Record]) -> dict[str, list[Record]]:
        """Texts by id; files of old versions carry them in the rows themselves."""
        found: dict[str, list[Record]] = defaultdict(list)
        rows = _rows(self.root, table) or older
        if table == "question_l10ns" and not _rows(self.root, table):
            rows = [*older, *_rows(self.root, "subquestions")]
        for row in rows:
            found[row.get(key, "")].append(row)
        return found

    def _attributes(self) -> dict[str, Record]:
        found: dict[str, Record] = defaultdict(dict)
        for row in _rows(self.root, "question_attributes"):
            found[row.get("qid", "")][row.get("attribute", "")] = row.get("value", "")
        return found

    def _by_parent(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = defaultdict(list)
        for row in _unique(_rows(self.root, "subquestions"), "qid"):
            found[row.get("parent_qid", "")].append(row)
        for rows in found.values():
            rows.sort(key=lambda row: _place(row.get("question_order")))
        return found

    def text(self, rows: list[Record], column: str, fallback: str = "") -> Text:
        found = {
            _language(row.get("language", self.languages[0])): plain_text(row.get(column, ""))
            for row in rows
        }
        kept = {code: found[code] for code in self.languages if found.get(code)}
        return Text.of(kept or fallback, self.languages[0])

    def read(self) -> Questionnaire:
        groups = _unique(_rows(self.root, "groups"), "gid")
        groups.sort(key=lambda row: _place(row.get("group_order")))
        questions: dict[str, list[Record]] = defaultdict(list)
        for row in _unique(_rows(self.root, "questions"), "qid"):
            if row.get("parent_qid", "0") in ("", "0"):
                questions[row.get("gid", "")].append(row)
        for rows in questions.values():
            rows.sort(key=lambda row: _place(row.get("question_order")))
        if not groups and questions:
            groups = [{"gid": gid} for gid in questions]
        sections = []
        for place, group in enumerate(groups, 1):
            asked = [self._question(row) for row in questions.get(group.get("gid", ""), [])]
            texts = self.group_texts.get(group.get("gid", ""), [])
            introduction = self.text(texts, "description")
            section = Section(
                f"part{place}",
                self.text(texts, "group_name", _("第{n}部分").format(n=place)),
                tuple(question for question in asked if question is not None),
                introduction if str(introduction) else None,
                self._rule(group.get("grelevance", ""), f"part{place}"),
            )
            if section.questions:
                sections.append(section)
        title = self.text(self.settings, "surveyls_title", _("未命名问卷"))
        welcome = self.text(self.settings, "surveyls_welcometext")
        thanks = self.text(self.settings, "surveyls_endtext")
        return Questionnaire(
            code=f"LS{self.survey.get('sid', '')}",
            title=title,
            sections=tuple(sections),
            languages=tuple(self.languages),
            introduction=welcome if str(welcome) else None,
            thanks=thanks if str(thanks) else None,
            scales=tuple(self.scales.values()),
        )

    def _question(self, row: Record) -> Question | None:
        code, kind = _code(row.get("title", "")), row.get("type", "")
        question_type = _TYPES.get(kind)
        if question_type is None:
            self.lose(
                code,
                "type_unsupported",
                _("题型“{kind}”没有取入。").format(kind=kind),
                _("导入后请手工添加这道题。"),
            )
            return None
        texts = self.question_texts.get(row.get("qid", ""), [])
        hint = self.text(texts, "help")
        question = Question(
            code=code,
            type=question_type,
            text=self.text(texts, "question", code),
            hint=hint if str(hint) else None,
            required=row.get("mandatory") in ("Y", "S"),
            length=TextLength.LONG if kind in _LONG else TextLength.SHORT,
            show=self._rule(row.get("relevance", ""), code),
        )
        question = self._with_answers(question, row, kind)
        self.types[code] = question_type
        return self._with_attributes(question, row.get("qid", ""))

    def _with_answers(self, question: Question, row: Record, kind: str) -> Question:
        if kind == "O":
            self.lose(
                question.code,
                "comment_field",
                _("每个选项旁的评论框没有取入。"),
                _("如有需要，请另加一道文字题。"),
            )
        if question.type is QuestionType.MATRIX or kind == "5":
            return self._with_scale(question, row, kind)
        options: tuple[Option, ...]
        if kind == "Y":
            options = (
                Option("Y", self._word("Yes", _("是"))),
                Option("N", self._word("No", _("否"))),
            )
        elif kind == "G":
            options = (
                Option("M", self._word("Male", _("男"))),
                Option("F", self._word("Female", _("女"))),
            )
        elif question.type is QuestionType.MULTIPLE:
            options = tuple(
                Option(
                    _code(sub.get("title", "")),
                    self.text(self.question_texts.get(sub.get("qid", ""), [sub]), "question"),
                )
                for sub in self.subquestions.get(row.get("qid", ""), [])
            )
        else:
            options = self._answers(row)
        if row.get("other") == "Y" and options:
            other = Option(
                "other", self._word("Other", _("其他（请注明）")), with_text=True, fixed=True
            )
            options = (*options, other)
        return replace(question, options=options) if options else question

    def _word(self, english: str, chinese: str) -> Text:
        words = {code: chinese if code.startswith("zh") else english for code in self.languages}
        return Text.of(words)

    def _answers(self, row: Record) -> tuple[Option, ...]:
        own = [item for item in _rows(self.root, "answers") if item.get("qid") == row.get("qid")]
        key = "aid" if any("aid" in item for item in own) else "code"
        own = _unique(own, key)
        own.sort(key=lambda item: _place(item.get("sortorder")))
        return tuple(
            Option(
                _code(item.get("code", "")),
                self.text(self.answer_texts.get(item.get("aid", ""), []) or [item], "answer"),
            )
            for item in own
        )

    def _with_scale(self, question: Question, row: Record, kind: str) -> Question:
        points = self._points(row, kind)
        name = f"scale_{question.code}"
        for existing in self.scales.values():
            if existing.points == points:
                name = existing.code
        no_answer = Option("98", self._word("No answer", _("不清楚")), missing=Missing.DONT_KNOW)
        self.scales.setdefault(
            name, Scale(name, Text.of(name, self.languages[0]), points, no_answer)
        )
        rows = tuple(
            Row(
                _code(sub.get("title", "")),
                self.text(self.question_texts.get(sub.get("qid", ""), [sub]), "question"),
            )
            for sub in self.subquestions.get(row.get("qid", ""), [])
        )
        return replace(question, scale=name, rows=rows if kind != "5" else ())

    def _points(self, row: Record, kind: str) -> tuple[Option, ...]:
        if kind in _BUILT_IN:
            return tuple(
                Option(str(point), Text.of(dict.fromkeys(self.languages, str(point))))
                for point in range(1, _BUILT_IN[kind] + 1)
            )
        if kind == "C":
            return self._named_points(("No", _("否")), ("Uncertain", _("不确定")), ("Yes", _("是")))
        if kind == "E":
            return self._named_points(
                ("Decrease", _("减少")), ("Same", _("不变")), ("Increase", _("增加"))
            )
        answers = self._answers(row)
        if all(re.fullmatch(r"-?\d{1,4}", option.code) for option in answers):
            return answers
        self.lose(
            _code(row.get("title", "")),
            "scale_codes",
            _("量表的代码不是整数，已按先后改为 1、2、3……"),
            _("与旧数据合并时请对照代码。"),
        )
        return tuple(replace(option, code=str(n)) for n, option in enumerate(answers, 1))

    def _named_points(self, *words: tuple[str, str]) -> tuple[Option, ...]:
        return tuple(Option(str(n), self._word(*pair)) for n, pair in enumerate(words, 1))

    def _with_attributes(self, question: Question, qid: str) -> Question:
        attributes = self.attributes.get(qid, {})
        number = {
            name: value for name, value in attributes.items() if re.fullmatch(r"-?\d+", value)
        }
        limits = Limits(
            minimum=float(number["min_num_value_n"]) if "min_num_value_n" in number else None,
            maximum=float(number["max_num_value_n"]) if "max_num_value_n" in number else None,
            min_choices=int(number["min_answers"]) if "min_answers" in number else None,
            max_choices=int(number["max_answers"]) if "max_answers" in number else None,
            max_length=int(number["maximum_chars"]) if "maximum_chars" in number else None,
            decimals=2
            if question.type is QuestionType.NUMBER and not attributes.get("num_value_int_only")
            else 0,
        )
        exclusive = attributes.get("exclude_all_others", "").split(";")
        options = tuple(
            replace(option, exclusive=option.code in exclusive) for option in question.options
        )
        for name in ("array_filter", "random_group", "em_validation_q", "em_validation_sq"):
            if attributes.get(name):
                self.lose(
                    question.code,
                    "attribute",
                    _("设置“{name}”没有取入：{value}").format(
                        name=name, value=attributes[name][:60]
                    ),
                    _("如有需要，导入后用菜单重新设置。"),
                )
        return replace(
            question,
            limits=limits,
            options=options,
            random_order=attributes.get("random_order") == "1"
            or attributes.get("answer_order") == "random",
        )

    def _rule(self, text: str, where: str) -> Rule | None:
        if text.strip() in ("", "1"):
            return None
        try:
            return parse_relevance(text, self.types)
        except RelevanceError as error:
            self.lose(
                where,
                "expression",
                _("条件“{text}”没有取入：{why}").format(text=text[:120], why=error),
                _("请导入后用菜单重新设置这个条件。"),
            )
            return None


def _language(code: str) -> str:
    return {"zh-Hans": "zh", "zh-Hans-informal": "zh", "zh-CN": "zh"}.get(code, code)


def _code(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", text)[:32]


def _unique(rows: list[Record], key: str) -> list[Record]:
    """Old files repeat a row for each language; keep the first."""
    found: dict[str, Record] = {}
    for row in rows:
        found.setdefault(row.get(key, ""), row)
    return list(found.values())


def _refuse(what: str) -> QuestionnaireError:
    return QuestionnaireError(
        [Problem("unreadable", _("文件"), what, _("请从 LimeSurvey 重新导出 .lss 或 .lsq 文件。"))]
    )


def read(content: bytes) -> Imported:
    """Read a .lss or .lsq file; QuestionnaireError only when there is no question in it."""
    if len(content) > MAX_BYTES:
        raise _refuse(_("文件超过 10 MB。"))
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        raise _refuse(_("文件不是合格的 XML，或含有不允许的内容。")) from error
    reader = _Reader(root)
    questionnaire = reader.read()
    if not questionnaire.questions:
        raise _refuse(_("文件里没有可以取入的题目。"))
    for name, table in (
        ("quotas", "quota"),
        ("conditions", "conditions"),
        ("assessments", "assessments"),
    ):
        if _rows(root, table):
            reader.lose(
                _("问卷"),
                name,
                _("“{table}”表没有取入。").format(table=table),
                _("配额请在调查渠道中设置；条件请用菜单重新设置。"),
            )
    return Imported(questionnaire, reader.problems)


def _place(text: str | None) -> int:
    """Read where something stands; what is no number stands first."""
    return int(text) if text and text.strip().lstrip("-").isdigit() else 0
