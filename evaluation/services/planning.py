"""The planner: what a wanted precision costs in files, and how files spread over courts.

Plain numbers in, plain numbers out; leaves out frames (``services.frames``).
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from evaluation.errors import InvalidInput
from evaluation.language import N_, _
from evaluation.services.sampling_messages import translated
from sampling import allocation, bethel, cost_allocation, power, size
from sampling.allocation import Bounds
from sampling.size import FieldSize


class AllocationRule(StrEnum):
    """How a sample is spread over strata."""

    EQUAL = "equal"
    PROPORTIONAL = "proportional"
    NEYMAN = "neyman"
    POWER = "power"
    COST = "cost"
    BETHEL = "bethel"


ALLOCATION_TITLES = {
    AllocationRule.EQUAL: N_("各层相等"),
    AllocationRule.PROPORTIONAL: N_("按案件数比例"),
    AllocationRule.POWER: N_("介于相等与比例之间"),
    AllocationRule.NEYMAN: N_("按离散程度（Neyman）"),
    AllocationRule.COST: N_("按离散程度与每件成本"),
    AllocationRule.BETHEL: N_("同时满足多项精度"),
}


@dataclass(frozen=True)
class StratumInput:
    """What is known of a stratum before the sample: size, and guesses of its spread and cost."""

    name: str
    population_size: int
    expected_rate: float = 0.9
    unit_cost: float = 1.0
    means: tuple[float, ...] = ()
    standard_deviations: tuple[float, ...] = ()
    subpopulation: str = ""

    @property
    def spread(self) -> float:
        """Standard deviation used by single-indicator rules."""
        if self.standard_deviations:
            return self.standard_deviations[0]
        return math.sqrt(self.expected_rate * (1 - self.expected_rate))


@dataclass(frozen=True)
class StratumOutcome:
    """What a stratum gets, and how precise its own rate will be."""

    name: str
    population_size: int
    sample_size: int
    half_width: float


@dataclass(frozen=True)
class PlanOutcome:
    """A spread sample with the precision of the whole."""

    strata: tuple[StratumOutcome, ...]
    total: int
    cost: float
    half_width: float
    coefficients: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class PrecisionPoint:
    """One point of the curve of cost against precision."""

    total: int
    half_width: float


def proportion(
    rate: float,
    half_width: float,
    *,
    confidence: float = 0.95,
    population_size: int | None = None,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> FieldSize:
    """Return how many units estimate a rate with this half-width, and how many to approach."""
    with translated():
        base = size.for_proportion(rate, half_width=half_width, confidence=confidence)
        return _in_the_field(base, population_size, design_effect, response_rate)


def mean(
    standard_deviation: float,
    half_width: float,
    *,
    confidence: float = 0.95,
    population_size: int | None = None,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> FieldSize:
    """Return the same for a mean."""
    with translated():
        base = size.for_mean(standard_deviation, half_width=half_width, confidence=confidence)
        return _in_the_field(base, population_size, design_effect, response_rate)


def _in_the_field(
    base: float, population_size: int | None, design_effect: float, response_rate: float
) -> FieldSize:
    return size.in_the_field(
        base,
        design_effect=design_effect,
        response_rate=response_rate,
        population_size=math.inf if population_size is None else population_size,
    )


def change(  # noqa: PLR0913 -- each is a number of the plan
    first_rate: float,
    second_rate: float,
    *,
    both_rate: float | None = None,
    overlap: float = 0.0,
    confidence: float = 0.95,
    wanted_power: float = 0.80,
    population_size: int | None = None,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> FieldSize:
    """Return how many units each round needs to show a change of a rate.

    ``both_rate`` is the share of units that conform in both rounds; without it the rounds count
    as unrelated within a unit.
    """
    joint = first_rate * second_rate if both_rate is None else both_rate
    with translated():
        sizes = power.for_change(
            first_rate * (1 - first_rate),
            second_rate * (1 - second_rate),
            second_rate - first_rate,
            overlap=power.Overlap(overlap, joint - first_rate * second_rate),
            risk=power.Risk(confidence, wanted_power),
        )
        return _in_the_field(sizes.first, population_size, design_effect, response_rate)


def difference(  # noqa: PLR0913 -- each is a number of the plan
    first_rate: float,
    second_rate: float,
    *,
    size_ratio: float = 1.0,
    confidence: float = 0.95,
    wanted_power: float = 0.80,
    population_sizes: tuple[int | None, int | None] = (None, None),
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> tuple[FieldSize, FieldSize]:
    """Return how many units each of two groups needs to show that their rates differ.

    ``size_ratio`` is the first sample over the second.
    """
    with translated():
        sizes = power.for_change(
            first_rate * (1 - first_rate),
            second_rate * (1 - second_rate),
            second_rate - first_rate,
            overlap=power.Overlap(size_ratio=size_ratio),
            risk=power.Risk(confidence, wanted_power),
        )
        first, second = (
            _in_the_field(n, size_of_group, design_effect, response_rate)
            for n, size_of_group in zip((sizes.first, sizes.second), population_sizes, strict=True)
        )
    return first, second


def discovery(
    tolerable_rate: float,
    *,
    confidence: float = 0.95,
    population_size: int | None = None,
    accepted: int = 0,
) -> int:
    """Return how many files without a fault (or with few) rule out a tolerable rate."""
    with translated():
        return power.for_discovery(
            tolerable_rate,
            confidence=confidence,
            population_size=population_size,
            accepted_deviations=accepted,
        )


def threshold(
    limit: float,
    expected_rate: float,
    *,
    population_size: int,
    confidence: float = 0.95,
    wanted_power: float = 0.80,
) -> power.Decision | None:
    """Return the sample that can show a rate of at least ``limit``; ``None`` if none can."""
    with translated():
        return power.for_threshold(
            limit,
            expected_rate,
            population_size=population_size,
            confidence=confidence,
            power=wanted_power,
        )


def spread(  # noqa: PLR0913 -- each is a number of the plan
    strata: Sequence[StratumInput],
    total: float,
    rule: AllocationRule,
    *,
    minimum: int = 2,
    cap: int | None = None,
    confidence: float = 0.95,
    exponent: float = 0.5,
) -> PlanOutcome:
    """Spread a total (for ``COST``: a budget) over strata by a rule, within minimum and cap."""
    sizes = np.array([stratum.population_size for stratum in strata], dtype=float)
    spreads = np.array([stratum.spread for stratum in strata])
    bounds = Bounds(minimum, cap)
    with translated():
        rules: Mapping[AllocationRule, Callable[[], allocation.FloatArray]] = {
            AllocationRule.EQUAL: lambda: allocation.power(
                total, sizes, np.ones_like(sizes), exponent=0.0, bounds=bounds
            ),
            AllocationRule.PROPORTIONAL: lambda: allocation.proportional(
                total, sizes, bounds=bounds
            ),
            AllocationRule.NEYMAN: lambda: allocation.neyman(total, sizes, spreads, bounds=bounds),
            AllocationRule.POWER: lambda: allocation.power(
                total, sizes, spreads / _rates(strata), exponent=exponent, bounds=bounds
            ),
            AllocationRule.COST: lambda: cost_allocation.for_budget(
                total, sizes, spreads, _costs(strata), bounds=bounds
            ),
        }
        if rule not in rules:
            raise InvalidInput(
                _("这一规则需要各项精度要求。"), remedy=_("请填写各指标允许的变异系数。")
            )
        real = rules[rule]()
        whole = allocation.whole_numbers(real, bounds=bounds, population_sizes=sizes)
    return _outcome(strata, [int(n) for n in whole], confidence)


def meet_limits(
    strata: Sequence[StratumInput],
    limits: Sequence[float],
    *,
    minimum: int = 2,
    cap: int | None = None,
    confidence: float = 0.95,
) -> PlanOutcome:
    """Return the cheapest sample that meets a limit for each indicator (Bethel and Chromy)."""
    if not limits or any(limit <= 0 for limit in limits):
        raise InvalidInput(
            _("没有填写各指标允许的变异系数。"), remedy=_("请依次填写大于0的数，例如0.05。")
        )
    if any(len(stratum.means) < len(limits) for stratum in strata):
        raise InvalidInput(
            _("有的层缺少指标的均值和标准差。"), remedy=_("请为每个指标各备一对列。")
        )
    n = len(limits)
    labels = [stratum.subpopulation for stratum in strata]
    with translated():
        found = bethel.bethel(
            bethel.StratumMoments(
                [stratum.population_size for stratum in strata],
                [stratum.means[:n] for stratum in strata],
                [stratum.standard_deviations[:n] for stratum in strata],
                labels if any(labels) else None,
                _costs(strata),
            ),
            list(limits),
            minimum=minimum,
            cap=cap,
        )
    whole = [int(value) for value in found.whole_sizes]
    plain = _outcome(strata, whole, confidence)
    coefficients = tuple(tuple(float(value) for value in row) for row in found.coefficients)
    return PlanOutcome(plain.strata, plain.total, plain.cost, plain.half_width, coefficients)


def curve(
    strata: Sequence[StratumInput],
    rule: AllocationRule,
    *,
    minimum: int = 2,
    cap: int | None = None,
    confidence: float = 0.95,
    n_points: int = 25,
) -> tuple[PrecisionPoint, ...]:
    """Return total size against half-width, from the smallest permitted sample to the largest."""
    most = [min(cap or stratum.population_size, stratum.population_size) for stratum in strata]
    smallest = sum(min(minimum, largest) for largest in most)
    largest = sum(most)
    totals = np.unique(np.geomspace(max(smallest, 1), largest, n_points).round().astype(int))
    points = []
    for total in totals.tolist():
        outcome = spread(strata, total, rule, minimum=minimum, cap=cap, confidence=confidence)
        points.append(PrecisionPoint(total, outcome.half_width))
    return tuple(points)


def read_strata(content: str) -> list[StratumInput]:
    """Return the strata in a CSV text with columns stratum, N and perhaps rate, S, cost, M1, S1.

    Raises
    ------
    InvalidInput
        If a column or number is missing; the line is named.
    """
    reader = csv.DictReader(io.StringIO(content.lstrip("\ufeff")))
    names = reader.fieldnames or []
    if "stratum" not in names or "N" not in names:
        raise InvalidInput(
            _("分层表须有 stratum 和 N 两列。"), remedy=_("请核对列名；N 为各层案件数。")
        )
    n_indicators = sum(1 for name in names if name[:1] == "M" and name[1:].isdigit())
    strata = []
    for line, row in enumerate(reader, start=2):
        try:
            strata.append(_stratum_of(row, n_indicators))
        except (TypeError, ValueError) as error:
            raise InvalidInput(
                _("分层表第{line}行有缺失或不是数字的内容。").format(line=line),
                remedy=_("请改正后重试。"),
            ) from error
    if not strata:
        raise InvalidInput(_("分层表没有数据行。"), remedy=_("请填写各层。"))
    return strata


def _stratum_of(row: Mapping[str, str], n_indicators: int) -> StratumInput:
    numbers = range(1, n_indicators + 1)
    single = (float(row["S"]),) if row.get("S") else ()
    return StratumInput(
        name=row["stratum"].strip(),
        population_size=int(row["N"]),
        expected_rate=float(row.get("rate") or 0.9),
        unit_cost=float(row.get("cost") or 1.0),
        means=tuple(float(row[f"M{number}"]) for number in numbers),
        standard_deviations=tuple(float(row[f"S{number}"]) for number in numbers) or single,
        subpopulation=(row.get("domain") or "").strip(),
    )


def _rates(strata: Sequence[StratumInput]) -> allocation.FloatArray:
    return np.array([max(stratum.expected_rate, 1e-6) for stratum in strata])


def _costs(strata: Sequence[StratumInput]) -> allocation.FloatArray:
    return np.array([stratum.unit_cost for stratum in strata])


def _outcome(
    strata: Sequence[StratumInput], sizes: Sequence[int], confidence: float
) -> PlanOutcome:
    z = size.normal_quantile(confidence)
    rows = []
    for stratum, n in zip(strata, sizes, strict=True):
        big_n = stratum.population_size
        variance = (1 - n / big_n) * stratum.spread**2 / n if n else math.inf
        rows.append(StratumOutcome(stratum.name, big_n, n, z * math.sqrt(variance)))
    whole = allocation.standard_error(
        sizes,
        [stratum.population_size for stratum in strata],
        [stratum.spread for stratum in strata],
    )
    cost = float(sum(n * stratum.unit_cost for stratum, n in zip(strata, sizes, strict=True)))
    return PlanOutcome(tuple(rows), sum(sizes), cost, z * whole)
