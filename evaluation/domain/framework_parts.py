"""Nodes of framework files → objectives, phases, definitions, evidence items, guides."""

from __future__ import annotations

from evaluation.domain.framework import (
    Ambiguity,
    ClosureMethod,
    Definition,
    EvidenceGroup,
    EvidenceItem,
    EvidenceScheme,
    InterviewGuide,
    Measure,
    Method,
    Objective,
    Phase,
    ProceduralPart,
    RatingLevel,
    SourceDocument,
    TimeLimit,
)
from evaluation.domain.framework_reader import Node
from evaluation.domain.grading import Choice
from evaluation.language import _


def source_document(node: Node) -> SourceDocument:
    """Read the description of the action plan."""
    return SourceDocument(
        title=node.text("title"),
        issuer=node.text("issuer"),
        dated=node.text("dated"),
        missing_annex=node.text("missing_annex", required=False),
    )


def phase(node: Node) -> Phase:
    """Read one phase."""
    return Phase(
        number=node.integer("number"),
        name=node.text("name"),
        seed_ref=node.text("seed_ref"),
        starts=node.text("starts", required=False),
        ends=node.text("ends", required=False),
        dates_text=node.text("dates_text"),
        outputs=node.texts("outputs"),
        evaluation=node.text("evaluation", required=False),
    )


def objective(node: Node) -> Objective:
    """Read one objective; an unknown method is a fault."""
    methods = []
    for text in node.texts("methods"):
        if text in {method.value for method in Method}:
            methods.append(Method(text))
        else:
            node.fault(
                _("“{text}”不是评估方法。").format(text=text),
                _("可用的取值：{values}。").format(values="、".join(m.value for m in Method)),
                "methods",
            )
    return Objective(
        id=node.text("id"),
        seed_ref=node.text("seed_ref"),
        name=node.text("name"),
        short=node.text("short"),
        methods=tuple(methods),
        indicators=node.texts("indicators"),
        difficulties=node.texts("difficulties"),
    )


def definition(node: Node) -> Definition:
    """Read one concept in the plan's words."""
    return Definition(
        code=node.text("code", required=False),
        name=node.text("name", required=False),
        seed_ref=node.text("seed_ref"),
        quote=node.text("quote"),
        forms=node.texts("forms") or node.texts("mechanisms"),
        conditions_all=node.texts("conditions_all"),
        rule=node.text("rule", required=False),
        note=node.text("note", required=False),
    )


def closure_method(node: Node) -> ClosureMethod:
    """Read one way of closing a case."""
    return ClosureMethod(
        code=node.text("code"),
        name=node.text("name"),
        short=node.text("short", required=False) or node.text("name"),
        seed_ref=node.text("seed_ref"),
        note=node.text("note", required=False),
    )


def procedural_part(node: Node) -> ProceduralPart:
    """Read one of the procedural parts."""
    return ProceduralPart(
        number=node.integer("number"),
        name=node.text("name"),
        seed_ref=node.text("seed_ref"),
        quote=node.text("quote"),
    )


def time_limit(node: Node) -> TimeLimit:
    """Read one time limit; it needs months or days."""
    months, days = node.optional_integer("months"), node.optional_integer("days")
    if (months is None) == (days is None):
        node.fault(_("期限须且只须写月数或天数。"), _("请填写 months 或 days 其中一项。"))
    return TimeLimit(
        code=node.text("code"),
        name=node.text("name"),
        seed_ref=node.text("seed_ref"),
        months=months,
        days=days,
        is_stated=node.boolean("stated", default=True),
        text=node.text("text"),
    )


def measure(node: Node) -> Measure:
    """Read one section of measures."""
    return Measure(
        code=node.text("code"),
        name=node.text("name"),
        seed_ref=node.text("seed_ref"),
        groups=node.texts("groups"),
    )


def ambiguity(node: Node) -> Ambiguity:
    """Read one gap of the plan."""
    return Ambiguity(
        number=node.integer("number"),
        seed_ref=node.text("seed_ref"),
        issue=node.text("issue"),
        handling=node.text("handling"),
        setting=node.text("setting", required=False),
        severity=node.text("severity"),
    )


def guide(node: Node) -> InterviewGuide:
    """Read one guide for forums or interviews."""
    kind = node.text("kind")
    if kind not in {"forum", "interview"}:
        node.fault(_("类型只能是 forum 或 interview。"), _("请改正类型。"), "kind")
    return InterviewGuide(
        id=node.text("id"),
        name=node.text("name"),
        kind=kind,
        capacities=node.texts("capacities"),
        informs=node.texts("informs"),
        questions=node.texts("questions"),
    )


def evidence_scheme(node: Node) -> EvidenceScheme:
    """Read evidence_checklist.yaml."""
    return EvidenceScheme(
        ratings=tuple(
            RatingLevel(item.integer("score"), item.text("name"), item.text("description"))
            for item in node.nodes("rating_scale")
        ),
        implemented_from=node.integer("implemented_from"),
        source_grades=tuple(
            Choice(item.text("grade"), item.text("name"))
            for item in node.nodes("source_grades", name_by="grade")
        ),
        grade_c_maximum=node.integer("grade_c_maximum"),
        rule=node.text("rule"),
        groups=tuple(
            EvidenceGroup(
                code=group.text("code"),
                name=group.text("name"),
                items=tuple(_evidence_item(item) for item in group.nodes("items", name_by="id")),
            )
            for group in node.nodes("groups", name_by="code")
        ),
    )


def _evidence_item(node: Node) -> EvidenceItem:
    number = node.integer("phase")
    if number not in range(1, 6):
        node.fault(_("阶段只能是1至5。"), _("请填写最早应见到材料的阶段。"), "phase")
    return EvidenceItem(
        id=node.text("id"),
        seed_ref=node.text("seed_ref"),
        name=node.text("name"),
        kind=node.text("kind"),
        phase=number,
        documents=node.texts("documents"),
        verify=node.text("verify"),
        cadence=node.text("cadence", required=False),
        is_per_court=node.boolean("per_court", default=False),
        parts=node.texts("parts"),
        is_sensitive=node.boolean("sensitive", default=False),
        is_blocking=node.boolean("blocking", default=False),
        objectives=node.texts("objectives"),
    )
