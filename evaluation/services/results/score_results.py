"""Points, totals, grades with their probabilities, and what other choices would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from evaluation.analysis import composite, sensitivity
from evaluation.analysis.indicators import indicator_value
from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.analysis.scoring import anchored_points
from evaluation.analysis.uncertainty import TotalUncertainty, UncertainValue, total_uncertainty
from evaluation.domain.indicator import Anchors, Indicator
from evaluation.language import _

if TYPE_CHECKING:
    from evaluation.services.results.statistics import Material


def collect(material: Material, scored: Mapping[str, ResultValue]) -> list[ResultValue]:
    """Return points, total, grade and sensitivity of the city, and totals of the courts."""
    values = {
        indicator.id: _scored_value(material, indicator, scored.get(indicator.id))
        for indicator in material.framework.indicators
    }
    points = {
        code: None if value is None else anchored_points(value, _anchors(material, code))
        for code, value in values.items()
    }
    found = [
        _points_result(material, indicator, points[indicator.id], scored)
        for indicator in material.framework.indicators
    ]
    weights = _weights(material)
    total = composite.total(points, weights, material.settings.missing_data)
    uncertain = _uncertainty(material, values, scored)
    found += _total_results(material, total, uncertain)
    known = {code: value for code, value in points.items() if value is not None}
    if len(known) == len(points):
        found += _sensitivity(material, known, total.points)
    found += _court_totals(material, weights)
    return found


def _status(material: Material) -> str:
    return "trial" if material.is_trial else "final"


def _weights(material: Material) -> dict[str, Decimal]:
    return {
        indicator.id: indicator.indicator_weight
        for indicator in material.framework.indicators
        if indicator.indicator_weight is not None
    }


def _anchors(material: Material, code: str) -> Anchors:
    indicator = material.framework.indicator(code)
    anchors = indicator.scored.anchors or indicator.anchors
    if anchors is None:
        raise ValueError(f"indicator {code} is scored but has no anchors")
    return anchors


def _uses_sample(result: ResultValue | None) -> bool:
    return result is not None and result.kind is ResultKind.ESTIMATE and result.value is not None


def _scored_value(
    material: Material, indicator: Indicator, result: ResultValue | None
) -> Decimal | None:
    if result is not None and result.value is not None and _uses_sample(result):
        return Decimal(repr(result.value))
    return indicator_value(indicator, material.city, indicator.scoring_variant).value


def _points_result(
    material: Material,
    indicator: Indicator,
    points: Decimal | None,
    scored: Mapping[str, ResultValue],
) -> ResultValue:
    indicator_weight = indicator.indicator_weight or Decimal(0)
    lower = upper = None
    result = scored.get(indicator.id)
    if result is not None and _uses_sample(result) and result.lower is not None:
        anchors = _anchors(material, indicator.id)
        ends = [
            float(anchored_points(Decimal(repr(end)), anchors))
            for end in (result.lower, result.upper)
            if end is not None
        ]
        lower, upper = min(ends), max(ends)
    return ResultValue(
        id=f"score.{indicator.id}.city",
        kind=ResultKind.SCORE,
        value=None if points is None else float(points),
        unit=ResultUnit.POINTS,
        label=_("{name}得分").format(name=indicator.name),
        lower=lower,
        upper=upper,
        confidence=float(material.settings.confidence) if lower is not None else None,
        method=f"{material.framework.scoring.default_method}/{indicator.scoring_variant}",
        source=result.source if result is not None else "court_statistics",
        status=_status(material),
        note="" if points is not None else _("尚缺数据，不计分"),
        extra={
            "indicator_weight": str(indicator_weight),
            "exact": "" if points is None else str(points),
        },
    )


def _edges(material: Material) -> list[tuple[str, float]]:
    bands = sorted(material.framework.grading.bands, key=lambda band: band.lower)
    return [(band.code, float(band.lower)) for band in bands]


def _uncertainty(
    material: Material,
    values: Mapping[str, Decimal | None],
    scored: Mapping[str, ResultValue],
) -> TotalUncertainty | None:
    inputs: dict[str, UncertainValue] = {}
    for indicator in material.framework.indicators:
        value, result = values[indicator.id], scored.get(indicator.id)
        if value is None or indicator.indicator_weight is None:
            return None
        sampled = result is not None and _uses_sample(result)
        inputs[indicator.id] = UncertainValue(
            float(value),
            float(result.standard_error or 0.0) if sampled and result is not None else 0.0,
            float(result.degrees_of_freedom or 1.0) if sampled and result is not None else 1.0,
            is_share=sampled,
            anchors=_anchors(material, indicator.id),
            indicator_weight=float(indicator.indicator_weight),
        )
    seed = f"total uncertainty of round {material.round.code}"
    return total_uncertainty(
        inputs, _edges(material), seed, confidence=float(material.settings.confidence)
    )


def _total_results(
    material: Material, total: composite.Total, uncertain: TotalUncertainty | None
) -> Iterator[ResultValue]:
    status = _status(material)
    points = total.points
    note = ""
    if points is None:
        note = _("缺{n}项指标的数据，不出总分").format(n=len(total.missing))
    elif total.missing:
        note = _("缺{n}项指标，其余指标分担其权重").format(n=len(total.missing))
    result = ResultValue(
        id="score.total.city",
        kind=ResultKind.SCORE,
        value=None if points is None else float(points),
        unit=ResultUnit.POINTS,
        label=_("全市总分"),
        method="weighted_arithmetic/monte_carlo",
        source="score",
        status=status,
        note=note,
        extra={
            "exact": "" if points is None else str(points),
            "draft": "" if total.draft_points is None else str(total.draft_points),
            "missing": list(total.missing),
        },
    )
    if points is not None and uncertain is not None and uncertain.standard_error > 0:
        result = replace(
            result,
            lower=min(uncertain.lower, float(points)),
            upper=max(uncertain.upper, float(points)),
            standard_error=uncertain.standard_error,
            confidence=uncertain.confidence,
        )
    yield result
    for code, part in total.contributions:
        yield ResultValue(
            id=f"score.contribution.{code}",
            kind=ResultKind.SCORE,
            value=float(part),
            unit=ResultUnit.POINTS,
            label=_("{name}对总分的贡献").format(name=material.framework.indicator(code).name),
            source="score",
            status=status,
        )
    if points is None:
        return
    yield from _grade_results(material, points, uncertain)


def _grade_results(
    material: Material, points: Decimal, uncertain: TotalUncertainty | None
) -> Iterator[ResultValue]:
    settings, grading = material.settings, material.framework.grading
    found = composite.grade(points, grading, settings.boundary_policy, settings.rounding)
    names = {band.code: band.name for band in grading.bands}
    status = _status(material)
    others = "；".join(
        _("按“{policy}”为{grade}").format(policy=grading.policy(policy).name, grade=names[code])
        for policy, code in found.other_policies
    )
    yield ResultValue(
        id="score.grade.city",
        kind=ResultKind.TEXT,
        text=found.name,
        label=_("等次"),
        method=settings.boundary_policy,
        source="score",
        status=status,
        note=others,
        extra={"code": found.code, "graded_points": str(found.graded_points)},
    )
    if found.is_near_boundary:
        yield ResultValue(
            id="score.near_boundary.city",
            kind=ResultKind.TEXT,
            text=_("总分距档次交界不足{margin}分，等次对取整和交界归属敏感。").format(
                margin=grading.near_boundary
            )
            + (others + "。" if others else ""),
            label=_("临界提示"),
            source="score",
            status=status,
        )
    if uncertain is None:
        return
    for code, probability in uncertain.band_probabilities:
        yield ResultValue(
            id=f"score.grade_probability.city.{code}",
            kind=ResultKind.SHARE,
            value=probability,
            unit=ResultUnit.RATE,
            label=_("总分落入{grade}的机会：{grade}").format(grade=names[code]),
            method="monte_carlo",
            source="score",
            status=status,
            note=_("仅反映抽样误差")
            if uncertain.standard_error
            else _("各项均为精确统计数，无抽样误差"),
            extra={"n_replicates": uncertain.n_replicates},
        )


def _sensitivity(
    material: Material, points: Mapping[str, Decimal], base: Decimal | None
) -> Iterator[ResultValue]:
    if base is None:
        return
    grading, settings = material.framework.grading, material.settings
    found = sensitivity.one_at_a_time(
        material.framework.indicators,
        points,
        material.city,
        grading,
        policy=settings.boundary_policy,
    )
    present = composite.grade(base, grading, settings.boundary_policy, settings.rounding).code
    by_kind: dict[str, list[sensitivity.Alternative]] = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one)
    for up, down in zip(by_kind["weight_up"], by_kind["weight_down"], strict=True):
        ends = sorted((up.points, down.points, base))
        words = _grade_words(material, present, up.grade, down.grade)
        label = _("{name}的权重上下浮动四分之一").format(
            name=material.framework.indicator(up.subject).name
        )
        value = _alternative(material, f"sensitivity.weight.{up.subject}", label, base, words)
        yield replace(value, lower=float(ends[0]), upper=float(ends[-1]))
    for number, one in enumerate(found):
        if one.kind not in ("weight_up", "weight_down"):
            key, label = _alternative_name(material, one, number)
            words = _grade_words(material, present, one.grade)
            yield _alternative(material, key, label, one.points, words)
    yield from _sobol(material, points)


def _alternative_name(
    material: Material, one: sensitivity.Alternative, number: int
) -> tuple[str, str]:
    if one.kind == "equal_weights":
        return "sensitivity.equal_weights", _("九项等权")
    if one.kind == "geometric":
        return "sensitivity.geometric", _("改用几何平均（短板不能互补）")
    if one.kind == "policy":
        label = _("交界归档改为“{policy}”").format(policy=one.choice)
        return f"sensitivity.policy.{one.subject}", label
    name = material.framework.indicator(one.subject).name
    if one.kind == "variant":
        label = _("{name}改用“{variant}”口径").format(name=name, variant=one.choice)
        return f"alternative.{one.subject}.{number}", label
    return f"without.{one.subject}", _("不计{name}").format(name=name)


def _grade_words(material: Material, present: str, *codes: str) -> str:
    names = {band.code: band.name for band in material.framework.grading.bands}
    other = [names[code] for code in dict.fromkeys(codes) if code != present]
    return _("等次变为{grades}").format(grades="、".join(other)) if other else _("等次不变")


def _alternative(
    material: Material, key: str, label: str, points: Decimal, words: str
) -> ResultValue:
    return ResultValue(
        id=key,
        kind=ResultKind.SCORE,
        value=float(points),
        unit=ResultUnit.POINTS,
        label=label,
        text=words,
        method="one_at_a_time",
        source="score",
        status=_status(material),
    )


def _sobol(material: Material, points: Mapping[str, Decimal]) -> Iterator[ResultValue]:
    weights = {code: float(value) for code, value in _weights(material).items()}
    shares, (low, high) = sensitivity.sobol_shares(
        {code: float(value) for code, value in points.items()},
        weights,
        f"weights of round {material.round.code}",
        n=256,
    )
    for one in shares:
        name = material.framework.indicator(one.subject).name
        yield ResultValue(
            id=f"sobol.{one.subject}",
            kind=ResultKind.SHARE,
            value=min(one.total_order, 1.0),
            unit=ResultUnit.RATE,
            label=_("权重不确定时，{name}所占的总分波动").format(name=name),
            method="sobol_total_order",
            source="score",
            status=_status(material),
            extra={"first_order": one.first_order, "total_range": [low, high]},
        )


def _court_totals(material: Material, weights: Mapping[str, Decimal]) -> Iterator[ResultValue]:
    """Yield totals of single courts from their own reports; never ranked."""
    settings, grading = material.settings, material.framework.grading
    names = {court.code: court.name for court in material.courts}
    for code, fields in material.by_court.items():
        points: dict[str, Decimal | None] = {}
        for indicator in material.framework.indicators:
            value = indicator_value(indicator, fields, indicator.scoring_variant).value
            points[indicator.id] = (
                None if value is None else anchored_points(value, _anchors(material, indicator.id))
            )
        total = composite.total(points, weights, settings.missing_data)
        yield ResultValue(
            id=f"score.total.court.{code}",
            kind=ResultKind.SCORE,
            value=None if total.points is None else float(total.points),
            unit=ResultUnit.POINTS,
            label=_("总分：{court}").format(court=names[code]),
            source="court_statistics",
            status=_status(material),
            note="" if total.points is not None else _("尚缺数据，不出总分"),
            extra={"missing": list(total.missing)},
        )
        if total.points is None:
            continue
        found = composite.grade(total.points, grading, settings.boundary_policy, settings.rounding)
        yield ResultValue(
            id=f"score.grade.court.{code}",
            kind=ResultKind.TEXT,
            text=found.name,
            label=_("等次：{court}").format(court=names[code]),
            source="score",
            status=_status(material),
        )
