"""Indicators, points, total, grade, milestones and sensitivity from court statistics.

Each indicator stands in three values where they exist: as the court reported it, as the register
gives it, as the reviewed sample shows it. Points use the sample's value, else the reported one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from evaluation.analysis.indicators import Gap, IndicatorValue, indicator_value, pooled
from evaluation.analysis.recompute import figures_from_register
from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.domain.evaluation_round import RoundSettings
from evaluation.domain.framework import Framework
from evaluation.domain.grading import WeightsStatus
from evaluation.domain.indicator import Indicator, IndicatorUnit
from evaluation.language import _
from evaluation.services import court_statistics, registers, rounds
from evaluation.services.courts import CourtView
from evaluation.services.results import milestone_results, reviewed_values, score_results
from evaluation.storage.models.evaluation_round import EvaluationRound
from evaluation.storage.models.frame import Register
from sampling.intervals import PresentationStandard

#: Fewest reviewed files on which a sampled value replaces the reported one (NCHS standard).
SMALLEST_SAMPLE = int(PresentationStandard().smallest_size)
UNITS = {
    IndicatorUnit.RATE: ResultUnit.RATE,
    IndicatorUnit.PER_10K: ResultUnit.PER_10K,
    IndicatorUnit.DAYS: ResultUnit.DAYS,
    IndicatorUnit.POINTS: ResultUnit.POINTS,
}


@dataclass(frozen=True, slots=True)
class Material:
    """What the results of court statistics are computed from."""

    round: EvaluationRound
    framework: Framework
    settings: RoundSettings
    courts: list[CourtView]
    by_court: dict[str, dict[str, int]]
    by_court_window: dict[str, dict[str, int]]
    recomputed: dict[str, dict[str, int]]

    @property
    def city(self) -> dict[str, int]:
        """Reported fields of the whole city; empty while a court is missing."""
        if len(self.by_court) < len(self.courts):
            return {}
        return pooled(self.by_court.values())

    @property
    def is_trial(self) -> bool:
        """Whether the indicator weights are trial values."""
        return self.framework.scoring.weights_status is WeightsStatus.TRIAL


def collect(
    session: Session, round_id: int, reviewed: Mapping[str, ResultValue] | None = None
) -> list[ResultValue]:
    """Return every result that comes from court statistics.

    Parameters
    ----------
    session : Session
        A unit of work.
    round_id : int
        The round.
    reviewed : mapping, optional
        Results of the case review by id, for the third value and for the points.
    """
    material = load(session, round_id)
    confidence = float(material.settings.confidence)
    values: list[ResultValue] = list(_coverage(material))
    scored: dict[str, ResultValue] = {}
    for indicator in (*material.framework.indicators, *material.framework.auxiliary):
        sampled = reviewed_values.reviewed_value(indicator, reviewed or {}, confidence)
        ways = list(_ways(material, indicator, sampled))
        headline = _headline(indicator, ways)
        values += ways
        if headline is not None:
            values.append(headline)
            scored[indicator.id] = headline
        values += _by_court(material, indicator)
    values += score_results.collect(material, scored)
    values += milestone_results.collect(material, scored)
    return values


def load(session: Session, round_id: int) -> Material:
    """Gather reported and recomputed figures of a round."""
    row = rounds.row_of(session, round_id)
    views = court_statistics.returns_in(session, round_id)
    settings = rounds.settings_of(row)
    window = views
    if settings.milestone_window == "cumulative_since_2016_01":
        earlier = session.scalars(
            select(EvaluationRound.id).where(EvaluationRound.sequence < row.sequence)
        ).all()
        window = [
            view
            for earlier_id in earlier
            for view in court_statistics.returns_in(session, earlier_id)
        ] + views
    return Material(
        round=row,
        framework=rounds.framework_in(session, round_id),
        settings=settings,
        courts=rounds.round_courts_in(session, round_id),
        by_court=court_statistics.figures_by_court(views),
        by_court_window=court_statistics.figures_by_court(
            window, last_period_only=settings.milestone_window == "month"
        ),
        recomputed=_recomputed(session, row),
    )


def _recomputed(session: Session, row: EvaluationRound) -> dict[str, dict[str, int]]:
    """Recount the latest register that covers the round; empty without one."""
    latest = session.scalar(
        select(Register.id)
        .where(Register.round_id == row.id)
        .order_by(Register.imported_at.desc(), Register.id.desc())
        .limit(1)
    )
    if latest is None:
        return {}
    table = registers.rows_in(session, latest).to_pandas()
    return figures_from_register(table, row.period_from, row.period_to)


def _coverage(material: Material) -> Iterator[ResultValue]:
    yield ResultValue(
        id="court_statistics.courts_reported",
        kind=ResultKind.COUNT,
        value=len(material.by_court),
        unit=ResultUnit.ITEMS,
        label=_("已报送统计数据的法院"),
        denominator=len(material.courts),
        source="court_statistics",
    )


def _ways(
    material: Material, indicator: Indicator, sampled: ResultValue | None
) -> Iterator[ResultValue]:
    """Yield the reported, recomputed and sampled value of the city, where they exist."""
    if indicator.variants:
        reported = indicator_value(indicator, material.city)
        yield _value(indicator, "city.reported", reported, ResultKind.REPORTED, _("法院自报"))
        if material.recomputed:
            again = indicator_value(indicator, pooled(material.recomputed.values()))
            if again.value is not None:
                yield _value(
                    indicator, "city.recomputed", again, ResultKind.COUNT, _("登记逐案复算")
                )
    if sampled is not None:
        yield sampled


def _headline(indicator: Indicator, ways: list[ResultValue]) -> ResultValue | None:
    """Choose the value published under the indicator's name.

    The sampled value when it rests on enough files, else the reported one; where the court
    reports nothing, the sampled value in any case.
    """
    by_way = {value.id.rsplit(".", 1)[1]: value for value in ways}
    reported, sampled = by_way.get("reported"), by_way.get("corrected")
    is_enough = sampled is not None and (sampled.n_sampled or 0) >= SMALLEST_SAMPLE
    chosen = sampled if is_enough or reported is None else reported
    if chosen is None:
        return None
    return ResultValue(
        id=f"indicator.{indicator.id}.city",
        kind=chosen.kind,
        value=chosen.value,
        unit=chosen.unit,
        label=indicator.name,
        lower=chosen.lower,
        upper=chosen.upper,
        standard_error=chosen.standard_error,
        confidence=chosen.confidence,
        degrees_of_freedom=chosen.degrees_of_freedom,
        n_sampled=chosen.n_sampled,
        n_population=chosen.n_population,
        numerator=chosen.numerator,
        denominator=chosen.denominator,
        method=chosen.method,
        source=chosen.source,
        note=chosen.note,
    )


def _by_court(material: Material, indicator: Indicator) -> Iterator[ResultValue]:
    if not indicator.variants:
        return
    names = {court.code: court.name for court in material.courts}
    for code, fields in material.by_court.items():
        found = indicator_value(indicator, fields)
        if found.value is not None:
            yield _value(indicator, f"court.{code}", found, ResultKind.REPORTED, names[code])
        again = indicator_value(indicator, material.recomputed.get(code, {}))
        if again.value is not None:
            yield _value(
                indicator, f"court.{code}.recomputed", again, ResultKind.COUNT, names[code]
            )


def _value(
    indicator: Indicator, key: str, found: IndicatorValue, kind: ResultKind, whose: str
) -> ResultValue:
    return ResultValue(
        id=f"indicator.{indicator.id}.{key}",
        kind=kind,
        value=None if found.value is None else float(found.value),
        unit=UNITS[indicator.unit],
        label=_("{name}（{whose}）").format(name=indicator.name, whose=whose),
        numerator=found.numerator,
        denominator=found.denominator,
        method=f"variant/{found.variant}",
        source="register" if kind is ResultKind.COUNT else "court_statistics",
        note=_gap_text(found),
    )


def _gap_text(found: IndicatorValue) -> str:
    if found.gap is Gap.MISSING_FIELDS:
        return _("尚缺法院报送的数据")
    if found.gap is Gap.ZERO_DENOMINATOR:
        return _("分母为零，不计算")
    return ""
