"""Review form, evidence rating and interview guides in the schema of questionnaires.

So they can be checked, previewed, printed and exchanged like any questionnaire. Leaves out what a
questionnaire cannot say: computed time limits, ratios, grades and scores of files. The files of
the framework stay the only source; nothing is read back from a questionnaire.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from evaluation.domain import condition as facts
from evaluation.domain.checklist import Capture, Checklist, HeaderField, Part, ReviewItem
from evaluation.domain.framework import EvidenceItem, EvidenceScheme, InterviewGuide
from evaluation.domain.interview import CAPACITY_TITLES, Capacity, Consent
from evaluation.language import _
from surveys.conditions import Condition, Group, Junction, Negation, Operator, Rule
from surveys.schema import (
    Limits,
    Missing,
    Option,
    Purpose,
    Question,
    Questionnaire,
    QuestionType,
    Scale,
    Section,
    Tags,
    Text,
    TextLength,
    Validation,
)

_YES, _NO = "yes", "no"
_EXCLUDED_DAYS = "excluded_days"
_MISSING = {"na": Missing.NOT_APPLICABLE, "nv": Missing.DONT_KNOW}
_OPERATORS = {
    "equals": Operator.EQUALS,
    "in": Operator.ANY_OF,
    "on_or_after": Operator.AT_LEAST,
    "more_than": Operator.GREATER,
}


def question_code(code: str) -> str:
    """Write the code of an item as that of a question.

    >>> question_code("P1-02")
    'P1_02'
    """
    return code.replace("-", "_")


def _option(code: str, label: str, missing: Missing | None = None) -> Option:
    return Option(code, Text.of(label), missing=missing)


def _long(code: str, text: str, *, required: bool = False, show: Rule | None = None) -> Question:
    return Question(
        code, QuestionType.TEXT, Text.of(text),
        required=required, length=TextLength.LONG, show=show,
    )  # fmt: skip


# ------------------------------------------------------------------ case-file review


def review_form(checklist: Checklist) -> Questionnaire:
    """Write the checklist as a form: header, circumstances and dates, then the ten parts.

    An item is asked unless its condition is known not to hold: what is unknown hides nothing.
    """
    return Questionnaire(
        code="REVIEW",
        title=Text.of(_("案卷评查表（{version}）").format(version=checklist.version)),
        purpose=Purpose.REVIEW,
        introduction=Text.of(checklist.conflict_gate),
        note=Text.of(_("期限、比例和等次由系统按日期和金额计算，本表不计算。")),
        sections=(
            Section("header", Text.of(_("表头")), tuple(map(_header_question, checklist.header))),
            Section("facts", Text.of(_("案情、日期和金额")), tuple(_fact_questions(checklist))),
            *(_part_section(part, checklist) for part in checklist.parts),
        ),
    )


def _header_question(field: HeaderField) -> Question:
    if not field.options:
        return Question(field.code, QuestionType.TEXT, Text.of(field.text))
    options = tuple(_option(choice.code, choice.text) for choice in field.options)
    return Question(field.code, QuestionType.SINGLE, Text.of(field.text), options=options)


def _fact_questions(checklist: Checklist) -> Iterator[Question]:
    yes_no = (_option(_YES, _("有")), _option(_NO, _("没有")))
    for flag in checklist.circumstances:
        yield Question(flag.code, QuestionType.SINGLE, Text.of(flag.text), options=yes_no)
    for day in checklist.dates:
        yield Question(day.code, QuestionType.DATE, Text.of(day.text))
    for amount in checklist.amounts:
        yield _amount(amount)
    yield Question(
        _EXCLUDED_DAYS,
        QuestionType.NUMBER,
        Text.of(_("不计入期间合计")),
        unit=Text.of(_("日")),
        limits=Limits(minimum=0),
    )


def _amount(amount: Capture) -> Question:
    limits = Limits(minimum=0, decimals=2)
    return Question(
        amount.code, QuestionType.NUMBER, Text.of(amount.text),
        unit=Text.of(_("元")), limits=limits,
    )  # fmt: skip


def _part_section(part: Part, checklist: Checklist) -> Section:
    in_use = {item.code for item in checklist.items()}
    listed = [
        question
        for item in part.items
        if item.code in in_use
        for question in _item_questions(item, checklist)
    ]
    return Section(f"part{part.number}", Text.of(part.text), tuple(listed))


def _item_questions(item: ReviewItem, checklist: Checklist) -> Iterator[Question]:
    code, show = question_code(item.code), _unless_known_not_to_hold(item.applies_when)
    yield Question(
        code,
        QuestionType.SINGLE,
        Text.of(item.text),
        hint=Text.of(_item_hint(item)),
        required=not (item.automatic or item.all_of),
        options=tuple(
            _option(choice.code, choice.text, _MISSING.get(choice.code))
            for choice in checklist.answers
        ),
        show=show,
        tags=Tags(informs=item.feeds, objective=True),
    )
    if item.options:
        yield Question(
            f"{code}_which",
            QuestionType.MULTIPLE,
            Text.of(_("其中（可多选）")),
            options=tuple(
                _option(str(number), text) for number, text in enumerate(item.options, 1)
            ),
            show=show,
        )
    yield Question(
        f"{code}_note",
        QuestionType.TEXT,
        Text.of(_("页码和备注")),
        hint=Text.of(_("选不适用的，写明原因；不得写当事人和案件号码")),
        show=show,
    )


def _item_hint(item: ReviewItem) -> str:
    pieces = [item.rule]
    if item.captures:
        pieces.append(_("请记录：{captures}").format(captures="、".join(item.captures)))
    if item.sub_volume:
        pieces.append(_("材料通常在副卷；没有核验的，填未能核验"))
    if item.automatic:
        pieces.append(_("系统按已填的日期、金额计算，评查员可以更正"))
    if item.all_of:
        pieces.append(_("由{codes}得出").format(codes="、".join(item.all_of)))
    return "。".join(piece.rstrip("。") for piece in pieces if piece)


def _unless_known_not_to_hold(condition: facts.Condition | None) -> Rule | None:
    return None if condition is None else _possible(condition)


def _possible(condition: facts.Condition) -> Rule:
    """Rule that is true unless the condition is known to be false."""
    if condition.operator == "not":
        return Negation(_certain(condition.parts[0]))
    if condition.operator in ("all", "any"):
        return Group(Junction(condition.operator), tuple(map(_possible, condition.parts)))
    compared = _comparison(condition)
    unknown = Condition(compared.question, Operator.NOT_ANSWERED)
    return Group(Junction.ANY, (unknown, compared))


def _certain(condition: facts.Condition) -> Rule:
    """Rule that is true only when the condition is known to hold."""
    if condition.operator == "not":
        return Negation(_possible(condition.parts[0]))
    if condition.operator in ("all", "any"):
        return Group(Junction(condition.operator), tuple(map(_certain, condition.parts)))
    return _comparison(condition)


def _comparison(condition: facts.Condition) -> Condition:
    name, value = condition.field.removeprefix(facts.CIRCUMSTANCE), condition.value
    if isinstance(value, bool):
        value = _YES if value else _NO
    elif isinstance(value, date):
        value = value.isoformat()
    return Condition(name, _OPERATORS[condition.operator], value)


# ------------------------------------------------------------------ evidence


def evidence_form(scheme: EvidenceScheme) -> Questionnaire:
    """Write the evidence checklist as a form: grades of documents, rating, reason for each item."""
    rating = Scale(
        "evidence",
        Text.of(_("评分档次")),
        tuple(
            _option(str(level.score), f"{level.score}　{level.name}") for level in scheme.ratings
        ),
        _option("na", _("不适用"), Missing.NOT_APPLICABLE),
    )
    return Questionnaire(
        code="EVIDENCE",
        title=Text.of(_("文献证据评分表")),
        purpose=Purpose.RATING,
        introduction=Text.of(scheme.rule),
        note=Text.of(_("两人各自评分，不一致的另行裁定；本表是一个人的评分。")),
        scales=(rating,),
        sections=tuple(
            Section(
                group.code.lower(),
                Text.of(group.name),
                tuple(
                    question
                    for item in group.items
                    for question in _evidence_questions(item, scheme)
                ),
            )
            for group in scheme.groups
        ),
    )


def _evidence_questions(item: EvidenceItem, scheme: EvidenceScheme) -> Iterator[Question]:
    code = question_code(item.id)
    hints = [_("材料：{documents}").format(documents="、".join(item.documents))]
    if item.verify:
        hints.append(_("核验：{verify}").format(verify=item.verify))
    if item.parts:
        hints.append(_("逐一核对：{parts}").format(parts="、".join(item.parts)))
    grades = f"{code}_grade"
    yield Question(
        grades,
        QuestionType.MULTIPLE,
        Text.of(_("{item}：取得了哪几级材料").format(item=item.name)),
        hint=Text.of("；".join(hints)),
        options=tuple(
            _option(grade.code, f"{grade.code}　{grade.name}") for grade in scheme.source_grades
        ),
    )
    yield Question(
        code,
        QuestionType.LIKERT,
        Text.of(item.name),
        required=True,
        scale="evidence",
        validations=tuple(_rating_rules(code, grades, scheme)),
        index_weight=0.0,
        tags=Tags(informs=item.objectives, objective=True),
    )
    yield _long(f"{code}_reason", _("评分理由：依据哪些材料、怎样核验"), required=True)


def _rating_rules(code: str, grades: str, scheme: EvidenceScheme) -> Iterator[Validation]:
    yield Validation(
        _any(
            Condition(code, Operator.AT_MOST, scheme.ratings[0].score),
            Condition(grades, Operator.ANSWERED),
        ),
        Text.of(_("没有登记任何材料，只能评0分。")),
    )
    better = [grade.code for grade in scheme.source_grades if grade.code != "C"]
    yield Validation(
        _any(
            Condition(code, Operator.AT_MOST, scheme.grade_c_maximum),
            *(Condition(grades, Operator.CONTAINS, grade) for grade in better),
        ),
        Text.of(_("只有C级材料，最高只能评{most}分。").format(most=scheme.grade_c_maximum)),
    )


def _any(*rules: Rule) -> Group:
    return Group(Junction.ANY, rules)


# ------------------------------------------------------------------ interviews


def interview_form(guide: InterviewGuide) -> Questionnaire:
    """Write a guide as a form: day, numbers, consent, then one free answer for each question."""
    return Questionnaire(
        code=guide.id,
        title=Text.of(guide.name),
        purpose=Purpose.INTERVIEW,
        note=Text.of(_("记录参加人类别和人数，不记个人身份；引语去识别后方可引用。")),
        sections=(
            Section("session", Text.of(_("场次")), tuple(_session_questions(guide.capacities))),
            Section(
                "questions",
                Text.of(_("提纲")),
                tuple(
                    Question(
                        f"{guide.id}_{number}",
                        QuestionType.TEXT,
                        Text.of(text),
                        length=TextLength.LONG,
                        tags=Tags(informs=guide.informs),
                    )
                    for number, text in enumerate(guide.questions, 1)
                ),
            ),
        ),
    )


def _session_questions(capacities: Iterable[str]) -> Iterator[Question]:
    yield Question("held_on", QuestionType.DATE, Text.of(_("日期")), required=True)
    for capacity in capacities:
        yield Question(
            f"n_{capacity}",
            QuestionType.NUMBER,
            Text.of(_("{capacity}人数").format(capacity=_(CAPACITY_TITLES[Capacity(capacity)]))),
            limits=Limits(minimum=0),
        )
    yield Question(
        "consent",
        QuestionType.SINGLE,
        Text.of(_("是否同意参加和记录")),
        required=True,
        options=(
            _option(Consent.WRITTEN, _("书面同意")),
            _option(Consent.ORAL, _("口头同意")),
            _option(Consent.NONE, _("不同意")),
        ),
    )
