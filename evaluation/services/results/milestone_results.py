"""Milestones and vetoes: promised levels beside what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from evaluation.analysis.indicators import indicator_value, pooled
from evaluation.analysis.milestones import (
    Attainment,
    ThresholdResult,
    exact_threshold,
    sampled_threshold,
)
from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.analysis.vetoes import veto_results
from evaluation.language import N_, _

if TYPE_CHECKING:
    from evaluation.services.results.statistics import Material

KEYS = {"A1": "completion", "A2": "recovery"}
ATTAINMENT_TITLES = {
    Attainment.MET: N_("达到"),
    Attainment.NOT_MET: N_("未达到"),
    Attainment.UNDECIDABLE: N_("样本不足以判定"),
}


def collect(material: Material, scored: Mapping[str, ResultValue]) -> list[ResultValue]:
    """Return the milestone of the round and the veto rules with what was found."""
    return [*_milestones(material), *_vetoes(material, scored)]


def _milestones(material: Material) -> Iterator[ResultValue]:
    milestone = material.framework.milestone_of(str(material.round.kind))
    if milestone is None:
        return
    complete = len(material.by_court_window) >= len(material.courts)
    fields = pooled(material.by_court_window.values()) if complete else {}
    inclusive = material.framework.milestone_rules.inclusive
    for indicator_id, minimum in milestone.thresholds:
        indicator = material.framework.indicator(indicator_id)
        key = f"milestone.{milestone.id}.{KEYS.get(indicator_id, indicator_id)}"
        found = indicator_value(indicator, fields)
        if material.settings.milestone_window == "cohort_by_filing_date":
            found = indicator_value(indicator, {})
        yield ResultValue(
            id=key,
            kind=ResultKind.REPORTED,
            value=None if found.value is None else float(found.value),
            unit=ResultUnit.RATE,
            label=indicator.name,
            numerator=found.numerator,
            denominator=found.denominator,
            method=f"window/{material.settings.milestone_window}",
            source="court_statistics",
            note="" if found.value is not None else _("尚缺法院报送的数据"),
            extra={"minimum": str(minimum)},
        )
        if found.value is None:
            continue
        result = exact_threshold(found.value, minimum, inclusive=inclusive)
        yield ResultValue(
            id=f"{key}.verdict",
            kind=ResultKind.TEXT,
            text=_(ATTAINMENT_TITLES[result.attainment]),
            label=_("{name}是否达到要求").format(name=indicator.name),
            source="court_statistics",
            extra={"attainment": str(result.attainment), "minimum": str(minimum)},
        )


def _vetoes(material: Material, scored: Mapping[str, ResultValue]) -> Iterator[ResultValue]:
    vetoes = material.framework.vetoes
    found: dict[str, ThresholdResult] = {}
    for rule in vetoes.rules:
        value = scored.get(rule.indicator)
        if value is None or value.value is None:
            continue
        if value.kind is ResultKind.ESTIMATE and value.lower is not None:
            found[rule.indicator] = sampled_threshold(
                value.value,
                value.lower,
                value.upper if value.upper is not None else 1.0,
                value.n_sampled or 1,
                rule.minimum,
                n_population=value.n_population,
            )
        else:
            found[rule.indicator] = exact_threshold(Decimal(repr(value.value)), rule.minimum)
    enabled = material.settings.vetoes_enabled
    for one in veto_results(vetoes, found, is_enabled=enabled):
        result = one.result
        if result is None:
            text, size = _("未取得"), None
        else:
            text, size = _(ATTAINMENT_TITLES[result.attainment]), result.size_that_decides
        note = "" if enabled else _("仅作提示，不否决总体评价")
        if size is not None:
            note = _("约评查{n}件可以判定").format(n=size) + ("；" + note if note else "")
        yield ResultValue(
            id=f"veto.{one.rule.indicator}",
            kind=ResultKind.TEXT,
            text=text,
            label=one.rule.name,
            source="score",
            note=note,
            status="undecidable"
            if result and result.attainment is Attainment.UNDECIDABLE
            else "final",
            extra={"is_triggered": one.is_triggered, "minimum": str(one.rule.minimum)},
        )
