"""Nodes of indicators.yaml → indicators. Left out: checks across files."""

from __future__ import annotations

from evaluation.domain.framework_reader import Node
from evaluation.domain.indicator import (
    Anchors,
    DataField,
    Direction,
    FormulaOrigin,
    Indicator,
    IndicatorGroup,
    IndicatorUnit,
    Origin,
    Variant,
)
from evaluation.language import _


def data_field(node: Node) -> DataField:
    """Read one court statistics field."""
    return DataField(
        code=node.text("code"),
        name=node.text("name"),
        unit=node.text("unit"),
        note=node.text("note", required=False),
    )


def indicator(node: Node, fields: frozenset[str], *, scored: bool) -> Indicator:
    """Read one indicator; ``scored`` ones need a weight, anchors and a group."""
    anchors = node.anchors("anchors")
    if scored and anchors is None:
        node.fault(_("缺少锚点。"), _("请填写五个锚点。"), "anchors")
    direction = node.choice("direction", Direction, Direction.HIGHER)
    variants = tuple(
        _variant(item, fields, anchors) for item in node.nodes("variants", name_by="code")
    )
    if anchors is not None:
        _check_direction(node, anchors, direction)
    default = node.text("default_variant", required=bool(variants))
    scoring = node.text("scoring_variant", required=False) or default
    for key, code in (("default_variant", default), ("scoring_variant", scoring)):
        if code and code not in {variant.code for variant in variants}:
            node.fault(
                _("没有代码为“{code}”的口径。").format(code=code), _("请改为已列口径的代码。"), key
            )
    for variant in variants:
        if scored and variant.code == scoring and not variant.is_scored:
            node.fault(
                _("计分口径被标为不计分。"), _("请选定一个可计分的口径。"), "scoring_variant"
            )
    return _indicator(node, scored, anchors, direction, variants, (default, scoring))


def _indicator(
    node: Node,
    scored: bool,
    anchors: Anchors | None,
    direction: Direction,
    variants: tuple[Variant, ...],
    chosen: tuple[str, str],
) -> Indicator:
    first = variants[0] if variants else None
    indicator_weight = node.decimal("indicator_weight") if scored else None
    if indicator_weight is not None and indicator_weight < 0:
        node.fault(_("权重不能为负数。"), _("请改为零或正数。"), "indicator_weight")
    return Indicator(
        id=node.text("id"),
        code=node.text("code"),
        name=node.text("name"),
        group=node.choice("group", IndicatorGroup, IndicatorGroup.AUXILIARY),
        seed_ref=node.text("seed_ref", required=scored),
        direction=direction,
        direction_note=node.text("direction_note", required=False),
        unit=node.choice("unit", IndicatorUnit, IndicatorUnit.RATE),
        plain=node.text("plain", required=scored),
        numerator_text=node.text("numerator_text", required=False)
        or (str(first.numerator) if first else ""),
        denominator_text=node.text("denominator_text", required=False)
        or (str(first.denominator) if first else ""),
        default_variant=chosen[0],
        scoring_variant=chosen[1],
        variants=variants,
        formula_origin=_formula_origin(node.node("formula_origin")),
        data_from=node.texts("data_from"),
        indicator_weight=indicator_weight,
        anchors=anchors,
        target=node.optional_decimal("target"),
        typical_target=node.text("typical_target", required=False),
        pitfalls=node.text("pitfalls", required=False),
        configurable=node.texts("configurable"),
        review_items=node.texts("review_items"),
    )


def _variant(node: Node, fields: frozenset[str], inherited: Anchors | None) -> Variant:
    scored = node.boolean("scored", default=True)
    own = node.anchors("anchors")
    return Variant(
        code=node.text("code"),
        name=node.text("name"),
        numerator=node.quantity("numerator", fields),
        denominator=node.quantity("denominator", fields),
        is_scored=scored,
        anchors=(own or inherited) if scored else None,
    )


def _formula_origin(node: Node) -> FormulaOrigin:
    return FormulaOrigin(
        origin=node.choice("origin", Origin, Origin.PROPOSED),
        confidence=node.text("confidence", required=False),
        text=node.text("text"),
    )


def _check_direction(node: Node, anchors: Anchors, direction: Direction) -> None:
    rising = anchors.at_100 > anchors.at_0
    if (direction is Direction.HIGHER) != rising:
        node.fault(
            _("锚点的方向与指标方向不一致。"),
            _("高为优的锚点应依次增大，低为优的应依次减小。"),
            "anchors",
        )
