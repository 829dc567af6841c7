"""Nodes of framework.yaml → milestones, grading, scoring, vetoes. Left out: applying them."""

from __future__ import annotations

from decimal import Decimal

from evaluation.domain.framework_reader import Node
from evaluation.domain.grading import (
    Boundary,
    BoundaryPolicy,
    Choice,
    GradeBand,
    Grading,
    Milestone,
    MilestoneRules,
    Scoring,
    ScoringMethod,
    Vetoes,
    VetoRule,
    WeightsStatus,
)
from evaluation.language import _


def milestone(node: Node) -> Milestone:
    """Read one milestone."""
    thresholds = node.node("thresholds")
    return Milestone(
        id=node.text("id"),
        seed_ref=node.text("seed_ref"),
        due=node.text("due"),
        round=node.text("round"),
        thresholds=tuple((key, thresholds.decimal(key)) for key in thresholds.data),
        quote=node.text("quote"),
        also=node.texts("also"),
    )


def milestone_rules(node: Node) -> MilestoneRules:
    """Read the rules for reading milestones."""
    window = node.node("window")
    options = tuple(
        Choice(option.text("code"), option.text("name"))
        for option in window.nodes("options", name_by="code")
    )
    _must_be_listed(window, "default", {option.code for option in options})
    return MilestoneRules(
        inclusive=node.boolean("inclusive", default=True),
        inclusive_reason=node.text("inclusive_reason"),
        window=window.text("default"),
        windows=options,
        deadlines=node.texts("deadlines"),
    )


def grading(node: Node) -> Grading:
    """Read grade bands and boundary policies; bands must join without gap."""
    bands = tuple(
        GradeBand(
            item.text("code"),
            item.text("name"),
            item.text("text"),
            item.decimal("from"),
            item.decimal("to"),
        )
        for item in node.nodes("bands", name_by="name")
    )
    for lower, upper in zip(bands, bands[1:], strict=False):
        if lower.upper != upper.lower:
            node.fault(
                _("“{a}”与“{b}”两档之间有空隙或重叠。").format(a=lower.name, b=upper.name),
                _("请使上一档的上限等于下一档的下限。"),
                "bands",
            )
    policy = node.node("boundary_policy")
    codes = {band.code for band in bands}
    policies = tuple(_policy(item, codes) for item in policy.nodes("options", name_by="code"))
    _must_be_listed(policy, "default", {item.code for item in policies})
    rounding = node.node("rounding")
    _must_be_listed(rounding, "default", set(rounding.texts("options")))
    return Grading(
        seed_ref=node.text("seed_ref"),
        quote=node.text("quote"),
        bands=bands,
        boundaries=tuple(_boundary(item) for item in node.nodes("boundaries", name_by="score")),
        policies=policies,
        default_policy=policy.text("default"),
        rounding=rounding.text("default"),
        rounding_options=rounding.texts("options"),
        near_boundary=node.decimal("near_boundary"),
        scopes=node.texts("scopes"),
    )


def scoring(node: Node) -> Scoring:
    """Read scoring methods, missing-data rule and status of the weights."""
    methods = tuple(
        ScoringMethod(item.text("code"), item.text("name"), item.text("formula"), item.text("why"))
        for item in node.nodes("methods", name_by="code")
    )
    _must_be_listed(node, "default_method", {method.code for method in methods})
    missing = node.node("missing_data")
    _must_be_listed(missing, "default", set(missing.texts("options")))
    return Scoring(
        default_method=node.text("default_method"),
        methods=methods,
        missing_data=missing.text("default"),
        missing_data_options=missing.texts("options"),
        weights_status=node.choice("weights_status", WeightsStatus, WeightsStatus.TRIAL),
    )


def vetoes(node: Node) -> Vetoes:
    """Read veto rules."""
    return Vetoes(
        enabled_by_default=node.boolean("enabled_by_default", default=False),
        source=node.text("source"),
        rules=tuple(
            VetoRule(item.text("indicator"), item.decimal("minimum"), item.text("name"))
            for item in node.nodes("rules", name_by="indicator")
        ),
    )


def _boundary(node: Node) -> Boundary:
    return Boundary(
        score=node.decimal("score"),
        status=node.text("status"),
        result=node.text("result", required=False),
        why=node.text("why"),
    )


def _policy(node: Node, bands: set[str]) -> BoundaryPolicy:
    grade_at = node.node("grade_at")
    pairs = []
    for score in grade_at.data:
        band = grade_at.text(score)
        if band not in bands:
            grade_at.fault(
                _("没有代码为“{band}”的档次。").format(band=band), _("请改为已列档次。"), score
            )
        pairs.append((grade_at.as_decimal(score, score), band))
    return BoundaryPolicy(
        code=node.text("code"),
        name=node.text("name"),
        grade_at=tuple(sorted(pairs, key=lambda pair: Decimal(pair[0]))),
        why=node.text("why"),
        warning=node.text("warning", required=False),
    )


def _must_be_listed(node: Node, key: str, codes: set[str]) -> None:
    code = node.text(key)
    if code and code not in codes:
        node.fault(
            _("“{code}”不在可选项中。").format(code=code),
            _("可用的取值：{values}。").format(values="、".join(sorted(codes))),
            key,
        )
