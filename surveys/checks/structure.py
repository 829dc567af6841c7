"""Codes, options, scales, rows and limits: whether the questionnaire is whole."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from surveys.checks.place import Collector
from surveys.codebook import variables_of
from surveys.errors import Problem
from surveys.language import _
from surveys.parsing import messages
from surveys.schema import Missing, Option, Question, Questionnaire, QuestionType

_QUESTION_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_SHORT_CODE = re.compile(r"[A-Za-z0-9_]{1,32}")
_WITH_OPTIONS = (QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.RANKING)


def check_structure(questionnaire: Questionnaire) -> list[Problem]:
    """List faults of structure."""
    collector = Collector(questionnaire)
    _check_codes(collector)
    _check_scales(collector)
    if not any(question.type is not QuestionType.NOTE for question in questionnaire.questions):
        collector.add("empty", _("问卷"), _("问卷里还没有题目。"), _("请至少添加一道题。"))
    for section in questionnaire.sections:
        if not section.questions:
            collector.add(
                "empty_section", section, _("这一部分没有题目。"), _("请添加题目，或删去这一部分。")
            )
    for question in questionnaire.questions:
        _check_options(collector, question)
        _check_scale_question(collector, question)
        _check_limits(collector, question)
        _check_messages(collector, question)
        if question.tags.sensitive and question.required and not _may_refuse(question):
            collector.warn(
                "sensitive_required",
                question,
                _("敏感题设为必答，却没有“不愿回答”可选。"),
                _("请取消必答，或增加“不愿回答”选项。"),
            )
    return collector.problems


def _may_refuse(question: Question) -> bool:
    return any(option.missing is Missing.REFUSED for option in question.options)


def _repeated(codes: Iterable[str]) -> list[str]:
    return [code for code, count in Counter(codes).items() if count > 1]


def _check_codes(collector: Collector) -> None:
    questionnaire = collector.questionnaire
    groups = (
        ("duplicate_question", _("题目代码"), [q.code for q in questionnaire.questions]),
        ("duplicate_section", _("部分代码"), [s.code for s in questionnaire.sections]),
        ("duplicate_scale", _("量表代码"), [s.code for s in questionnaire.scales]),
        ("duplicate_contradiction", _("矛盾代码"), [c.code for c in questionnaire.contradictions]),
    )
    for code, name, codes in groups:
        for repeated in _repeated(codes):
            collector.add(
                code,
                _("{name} {code}").format(name=name, code=repeated),
                _("{name}“{code}”用了不止一次。").format(name=name, code=repeated),
                _("请给其中一个换一个没有用过的代码。"),
            )
    for question in questionnaire.questions:
        if not _QUESTION_CODE.fullmatch(question.code):
            collector.add(
                "bad_code",
                question,
                _("题目代码“{code}”不合规则。").format(code=question.code),
                _("请以英文字母开头，只用英文字母、数字和下划线，不超过32个字符。"),
            )
    names = [
        variable.name
        for question in {question.code: question for question in questionnaire.questions}.values()
        for variable in variables_of(questionnaire, question, questionnaire.language)
    ]
    if collector.problems or _has_repeated_parts(questionnaire):
        return  # the clash would only repeat what is said elsewhere
    for repeated in _repeated(name.lower() for name in names):
        collector.add(
            "variable_clash",
            _("变量 {name}").format(name=repeated),
            _("导出数据时会有两列都叫“{name}”。").format(name=repeated),
            _("请修改题目代码、行代码或选项代码，使变量名不重复。"),
        )


def _has_repeated_parts(questionnaire: Questionnaire) -> bool:
    return any(
        _repeated(option.code for option in question.options)
        or _repeated(row.code for row in question.rows)
        for question in questionnaire.questions
    )


def _check_scales(collector: Collector) -> None:
    for scale in collector.questionnaire.scales:
        where = _("量表“{title}”").format(title=scale.title or scale.code)
        codes = [option.code for option in scale.options]
        if len(scale.points) < 2:
            collector.add("scale_points", where, _("量表至少要有两个刻度。"), _("请补充刻度。"))
        if not all(re.fullmatch(r"-?[0-9]{1,4}", point.code) for point in scale.points):
            collector.add(
                "scale_codes",
                where,
                _("刻度的代码必须是整数，用来计算均值和指数。"),
                _("请把刻度代码改为 1、2、3 这样的整数。"),
            )
        _check_option_codes(collector, where, scale.options, _repeated(codes))
        if scale.dont_know is None:
            collector.warn(
                "scale_dont_know",
                where,
                _("量表没有单独的“不清楚”。"),
                _("请增加“不清楚”，它不计入均值，单列比例。"),
            )


def _check_option_codes(
    collector: Collector,
    place: Question | str,
    options: Iterable[Option],
    repeated: list[str],
) -> None:
    for code in repeated:
        collector.add(
            "duplicate_option",
            place,
            _("代码“{code}”用了不止一次。").format(code=code),
            _("请给每个选项、刻度或行不同的代码。"),
        )
    for option in options:
        if not _SHORT_CODE.fullmatch(option.code.lstrip("-")):
            collector.add(
                "bad_code",
                place,
                _("代码“{code}”不合规则。").format(code=option.code),
                _("请只用英文字母、数字和下划线，不超过32个字符。"),
            )


def _check_options(collector: Collector, question: Question) -> None:
    options = question.options
    _check_option_codes(collector, question, options, _repeated(o.code for o in options))
    if question.type not in _WITH_OPTIONS:
        if options:
            collector.warn(
                "options_unused",
                question,
                _("这种题型不使用自己的选项。"),
                _("请删去选项，或改变题型。"),
            )
        return
    if len(options) < 2:
        collector.add(
            "too_few_options", question, _("选项少于两个。"), _("请补充选项，或改为说明文字。")
        )
    for label in _repeated(str(option.label).strip() for option in options):
        collector.warn(
            "same_label",
            question,
            _("有两个选项都写作“{label}”。").format(label=label),
            _("请删去一个，或写清区别。"),
        )
    if question.type is not QuestionType.MULTIPLE and any(o.exclusive for o in options):
        collector.warn(
            "exclusive_unused",
            question,
            _("只有多选题才需要“排他”选项。"),
            _("请取消“排他”，或改为多选题。"),
        )
    loose = [o for o in options if (o.with_text or o.missing) and not (o.fixed or o.exclusive)]
    if question.random_order and loose:
        collector.warn(
            "random_tail",
            question,
            _("选项随机排列时，“{label}”没有固定在末尾。").format(label=loose[0].label),
            _("请把它设为“固定位置”。"),
        )


def _check_scale_question(collector: Collector, question: Question) -> None:
    if not question.is_scale:
        return
    if collector.questionnaire.scale_of(question) is None:
        collector.add(
            "unknown_scale",
            question,
            _("没有找到量表“{scale}”。").format(scale=question.scale or ""),
            _("请为这道题选择一个量表。"),
        )
    rows = [row.code for row in question.rows]
    if question.type is QuestionType.MATRIX:
        if not rows:
            collector.add("no_rows", question, _("矩阵题没有行。"), _("请添加至少一行。"))
        for code in _repeated(rows):
            collector.add(
                "duplicate_row",
                question,
                _("行代码“{code}”用了不止一次。").format(code=code),
                _("请给每一行不同的代码。"),
            )
        for code in rows:
            if not _SHORT_CODE.fullmatch(code):
                collector.add(
                    "bad_code",
                    question,
                    _("行代码“{code}”不合规则。").format(code=code),
                    _("请只用英文字母、数字和下划线，不超过32个字符。"),
                )


def _check_limits(collector: Collector, question: Question) -> None:
    limits = question.limits
    smallest, largest = limits.minimum, limits.maximum
    if smallest is not None and largest is not None and smallest > largest:
        _limits_fault(collector, question, _("最小值大于最大值。"))
    most = len(question.options)
    low, high = limits.min_choices, limits.max_choices
    if low is not None and high is not None and low > high:
        _limits_fault(collector, question, _("最少项数大于最多项数。"))
    for value in (low, high):
        if value is not None and question.type in _WITH_OPTIONS and not 1 <= value <= most:
            _limits_fault(collector, question, _("限定的项数与选项个数不符。"))
    bounds = []
    for text in (limits.earliest, limits.latest):
        if text is None or text == "today":
            continue
        try:
            bounds.append(date.fromisoformat(text))
        except ValueError:
            _limits_fault(collector, question, _("“{text}”不是日期。").format(text=text))
    if len(bounds) == 2 and bounds[0] > bounds[1]:
        _limits_fault(collector, question, _("最早日期晚于最晚日期。"))


def _limits_fault(collector: Collector, question: Question, what: str) -> None:
    collector.add("limits", question, what, _("请更正这道题的取值范围。"))


def _check_messages(collector: Collector, question: Question) -> None:
    known = {"required", *messages()}
    for code in question.messages:
        if code not in known:
            collector.warn(
                "unknown_message",
                question,
                _("自定义提示“{code}”不会被用到。").format(code=code),
                _("可以自定义的提示：{allowed}。").format(allowed="、".join(sorted(known))),
            )
