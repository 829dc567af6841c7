"""Plain data (what YAML or JSON holds) → questionnaire, with every fault and its place.

Checks shape only: names of fields, kinds of values. What a questionnaire means is judged in
`surveys.checks`.
"""

from collections.abc import Mapping
from typing import Any

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
from surveys.errors import Problem
from surveys.language import _
from surveys.nodes import Faults, Node
from surveys.schema import (
    FORMAT,
    Consent,
    Contradiction,
    Limits,
    Missing,
    Option,
    PageMode,
    Purpose,
    Question,
    Questionnaire,
    QuestionType,
    Row,
    Scale,
    Section,
    Tags,
    Text,
    TextLength,
    Validation,
)

MAX_DEPTH = 12
NO_RULE: Rule = Group(Junction.ALL, ())


def read_rule(data: Any, where: str, faults: Faults, depth: int = 0) -> Rule | None:
    """Read one rule tree; None, with a problem noted, when it cannot be read."""
    if depth > MAX_DEPTH:
        faults.add("rule_too_deep", where, _("条件嵌套过深。"), _("请把条件拆开或简化。"))
        return None
    if not isinstance(data, Mapping):
        faults.add("rule_shape", where, _("条件的写法不对。"), _("请用“题目、比较、值”重写。"))
        return None
    if "not" in data and len(data) == 1:
        inner = read_rule(data["not"], f"{where} · not", faults, depth + 1)
        return Negation(inner) if inner else None
    for junction in Junction:
        if junction.value in data and len(data) == 1:
            parts = data[junction.value]
            if not isinstance(parts, (list, tuple)):
                break
            read = [
                read_rule(part, f"{where} · {junction.value} {position}", faults, depth + 1)
                for position, part in enumerate(parts, 1)
            ]
            return Group(junction, tuple(part for part in read if part is not None))
    return _read_condition(data, where, faults)


def _rule(node: Node, field: str) -> Rule | None:
    value = node.take(field)
    return None if value is None else read_rule(value, f"{node.where} · {field}", node.faults)


def _read_condition(data: Mapping[Any, Any], where: str, faults: Faults) -> Condition | None:
    words = [key for key in data if key not in ("question", "row")]
    known = {operator.value: operator for operator in Operator}
    if "question" not in data or len(words) != 1 or words[0] not in known:
        faults.add(
            "rule_shape",
            where,
            _("条件应当有一道题和一个比较。"),
            _("可用的比较：{allowed}。").format(allowed="、".join(known)),
        )
        return None
    operator = known[words[0]]
    row = data.get("row")
    return Condition(
        question=str(data["question"]),
        operator=operator,
        value=_read_operand(operator, data[words[0]], where, faults),
        row=None if row is None else str(row),
    )


def _read_operand(operator: Operator, value: Any, where: str, faults: Faults) -> Operand:
    if operator in (Operator.ANSWERED, Operator.NOT_ANSWERED):
        return None
    if isinstance(value, Mapping):
        if set(value) == {"today"}:
            return Today()
        if "question" in value and set(value) <= {"question", "row"}:
            row = value.get("row")
            return Reference(str(value["question"]), None if row is None else str(row))
    elif isinstance(value, (list, tuple)) and all(isinstance(v, (str, int)) for v in value):
        return tuple(str(item) for item in value)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return value
    faults.add(
        "rule_value",
        where,
        _("比较的值不对。"),
        _("请填写选项代码、数字、日期、选项代码列表，或另一道题。"),
    )
    return None


def _read_option(node: Node) -> Option:
    return Option(
        code=node.code(),
        label=node.needed_text("label"),
        exclusive=node.flag("exclusive"),
        with_text=node.flag("with_text"),
        fixed=node.flag("fixed"),
        missing=node.choice("missing", Missing, None),
    )


def _read_scale(node: Node) -> Scale:
    return Scale(
        code=node.code(),
        title=node.needed_text("title"),
        points=node.children("points", _read_option, _("刻度")),
        dont_know=node.child("dont_know", _read_option),
    )


def _read_row(node: Node) -> Row:
    return Row(code=node.code(), label=node.needed_text("label"), reverse=node.flag("reverse"))


def _read_limits(node: Node) -> Limits:
    return Limits(
        minimum=node.number("minimum"),
        maximum=node.number("maximum"),
        decimals=node.whole("decimals") or 0,
        earliest=node.string("earliest"),
        latest=node.string("latest"),
        min_choices=node.whole("min_choices"),
        max_choices=node.whole("max_choices"),
        max_length=node.whole("max_length"),
    )


def _read_tags(node: Node) -> Tags:
    return Tags(
        informs=node.strings("informs"),
        objective=node.flag("objective"),
        trend=node.flag("trend"),
        sensitive=node.flag("sensitive"),
        role=node.string("role") or "",
        note=node.string("note") or "",
    )


def _read_validation(node: Node) -> Validation:
    rule = _rule(node, "rule") or node.needed("rule", None, NO_RULE)
    return Validation(rule, node.needed_text("message"))


def _read_contradiction(node: Node) -> Contradiction:
    rule = _rule(node, "rule") or node.needed("rule", None, NO_RULE)
    return Contradiction(node.code(), rule, node.needed_text("message"))


def _read_messages(node: Node) -> dict[str, Text]:
    found = {field: node.text(field) for field in list(node.data)}
    return {field: text for field, text in found.items() if text is not None}


def _read_question(node: Node) -> Question:
    code = node.code()
    if code:
        node.where = f"{node.where} {code}"
    node.faults.question = code
    if "type" not in node.data:
        node.needed("type", None, "")
    kind = node.choice("type", QuestionType, None) or QuestionType.TEXT
    index_weight = node.number("index_weight")
    question = Question(
        code=code,
        type=kind,
        text=node.needed_text("text"),
        hint=node.text("hint"),
        required=node.flag("required"),
        options=node.children("options", _read_option, _("选项")),
        scale=node.string("scale"),
        rows=node.children("rows", _read_row, _("行")),
        reverse=node.flag("reverse"),
        random_order=node.flag("random_order"),
        length=node.choice("length", TextLength, None) or TextLength.SHORT,
        unit=node.text("unit"),
        limits=node.child("limits", _read_limits) or Limits(),
        show=_rule(node, "show"),
        end_when=_rule(node, "end_when"),
        end_text=node.text("end_text"),
        validations=node.children("validations", _read_validation, _("校验")),
        messages=node.child("messages", _read_messages) or {},
        index_weight=1.0 if index_weight is None else float(index_weight),
        tags=node.child("tags", _read_tags) or Tags(),
    )
    node.finish()
    node.data = {}
    node.faults.question = ""
    return question


def _read_section(node: Node) -> Section:
    return Section(
        code=node.code(),
        title=node.needed_text("title"),
        introduction=node.text("introduction"),
        show=_rule(node, "show"),
        questions=node.children("questions", _read_question, _("题目")),
    )


def _read_consent(node: Node) -> Consent:
    return Consent(
        text=node.needed_text("text"),
        checkbox=node.needed_text("checkbox"),
        legal_basis=node.text("legal_basis"),
    )


def read_questionnaire(data: Any) -> tuple[Questionnaire, list[Problem]]:
    """Read a whole questionnaire; every fault of shape is in the list."""
    faults = Faults()
    languages = data.get("languages") if isinstance(data, Mapping) else None
    first = str(languages[0]) if isinstance(languages, list) and languages else "zh"
    node = Node(data, _("问卷"), faults, first)
    if node.data.pop("format", None) != FORMAT:
        node.fault(
            "format",
            _("没有写明格式版本，或版本不受支持。"),
            _("请在开头写 format: {format}。").format(format=FORMAT),
            "format",
        )
    questionnaire = Questionnaire(
        code=node.code(),
        title=node.needed_text("title"),
        languages=node.strings("languages") or (first,),
        purpose=node.choice("purpose", Purpose, None) or Purpose.SURVEY,
        page_mode=node.choice("page_mode", PageMode, None) or PageMode.SECTION,
        population=node.text("population"),
        sampling=node.text("sampling"),
        minimum_responses=node.text("minimum_responses"),
        note=node.text("note"),
        introduction=node.text("introduction"),
        consent=node.child("consent", _read_consent),
        thanks=node.text("thanks"),
        excludes_panel=node.flag("excludes_panel"),
        contradictions=node.children("contradictions", _read_contradiction, _("矛盾")),
        scales=node.children("scales", _read_scale, _("量表")),
        sections=node.children("sections", _read_section, _("部分")),
    )
    node.finish()
    return questionnaire, faults.problems
