"""Several precision limits at once: the cheapest sample, and how far each limit is used.

Plain numbers in, plain numbers out; leaves out single totals (``services.planning``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import InvalidInput
from evaluation.language import N_, _
from evaluation.services.sampling_messages import translated
from sampling import bethel, size
from sampling.errors import AllocationError

Floats = NDArray[np.float64]


class Scope(StrEnum):
    """For which part of the population a limit holds."""

    WHOLE = "whole"
    EACH_COURT = "each_court"
    EACH_STRATUM = "each_stratum"


SCOPE_TITLES = {
    Scope.WHOLE: N_("全市"),
    Scope.EACH_COURT: N_("每个法院"),
    Scope.EACH_STRATUM: N_("每一层"),
}


@dataclass(frozen=True)
class LimitStratum:
    """What is known of a stratum: its court, size, cost of a file, and guessed rates."""

    name: str
    court: str
    population_size: int
    rates: Mapping[str, float]
    unit_cost: float = 1.0


@dataclass(frozen=True)
class Limit:
    """The largest half-width that an indicator may have in each part of a scope."""

    indicator: str
    scope: Scope
    half_width: float


@dataclass(frozen=True)
class LimitCheck:
    """One limit in one part of the population: what was permitted and what is reached."""

    indicator: str
    scope: Scope
    part: str
    rate: float
    permitted_half_width: float
    reached_half_width: float
    permitted_coefficient: float
    reached_coefficient: float

    @property
    def is_deciding(self) -> bool:
        """Whether the limit is used up, so that the sample could be smaller without it."""
        return self.reached_half_width > 0.985 * self.permitted_half_width


@dataclass(frozen=True)
class SizedStratum:
    """What a stratum gets, and the coefficient of variation of each indicator inside it."""

    name: str
    population_size: int
    sample_size: int
    coefficients: Mapping[str, float]
    note: str = ""


@dataclass(frozen=True)
class LimitOutcome:
    """The cheapest sample that meets every limit."""

    strata: tuple[SizedStratum, ...]
    checks: tuple[LimitCheck, ...]
    total: int
    cost: float


@dataclass(frozen=True)
class _Part:
    limit: Limit
    label: str
    inside: NDArray[np.bool_]
    rate: float


@dataclass(frozen=True)
class _Problem:
    strata: Sequence[LimitStratum]
    parts: list[_Part] = field(default_factory=list)
    z: float = 1.96

    @property
    def sizes(self) -> Floats:
        return np.array([stratum.population_size for stratum in self.strata], dtype=float)

    def rates(self, indicator: str) -> Floats:
        return np.array([stratum.rates[indicator] for stratum in self.strata])

    def spread(self, part: _Part) -> Floats:
        rates = self.rates(part.limit.indicator)
        return np.where(part.inside, np.sqrt(rates * (1 - rates)), 0.0)

    def coefficient(self, part: _Part, sampled: Floats) -> float:
        big_n = self.sizes
        variance = (big_n * (big_n / sampled - 1) * self.spread(part) ** 2)[part.inside].sum()
        return float(math.sqrt(max(variance, 0.0)) / (big_n[part.inside].sum() * part.rate))


def meet(
    strata: Sequence[LimitStratum],
    limits: Sequence[Limit],
    *,
    minimum: int = 2,
    cap: int | None = None,
    confidence: float = 0.95,
) -> LimitOutcome:
    """Return the cheapest sample that meets every limit (Bethel and Chromy)."""
    problem = _problem(strata, limits, confidence)
    wanted = [part.limit.half_width / problem.z / part.rate for part in problem.parts]
    moments = bethel.StratumMoments(
        problem.sizes,
        np.column_stack(
            [np.where(p.inside, problem.rates(p.limit.indicator), 0.0) for p in problem.parts]
        ),
        np.column_stack([problem.spread(part) for part in problem.parts]),
        unit_costs=[stratum.unit_cost for stratum in strata],
    )
    with translated():
        try:
            found = bethel.bethel(moments, wanted, minimum=minimum, cap=cap)
        except AllocationError as error:
            if error.code != "allocation_cap":
                raise
            raise _out_of_reach(problem, int(str(error.details["quantity"])), cap) from error
    return _outcome(problem, found.whole_sizes.astype(float), (minimum, cap))


def sizes_by_tightness(
    strata: Sequence[LimitStratum],
    limits: Sequence[Limit],
    *,
    minimum: int = 2,
    cap: int | None = None,
    confidence: float = 0.95,
    n_points: int = 13,
) -> list[tuple[float, int, float]]:
    """Return factor of all limits, total and cost; factors that the cap forbids are left out."""
    points = []
    for factor in np.geomspace(0.5, 2.0, n_points).tolist():
        scaled = [replace(limit, half_width=limit.half_width * factor) for limit in limits]
        try:
            found = meet(strata, scaled, minimum=minimum, cap=cap, confidence=confidence)
        except InvalidInput:
            continue
        points.append((factor, found.total, found.cost))
    return points


def _problem(
    strata: Sequence[LimitStratum], limits: Sequence[Limit], confidence: float
) -> _Problem:
    if not limits:
        raise InvalidInput(
            _("还没有填写精度要求。"), remedy=_("请在表中至少填写一行：指标、范围、允许误差。")
        )
    problem = _Problem(strata, z=size.normal_quantile(confidence))
    for limit in limits:
        if not 0 < limit.half_width < 1:
            raise InvalidInput(
                _("“{name}”的允许误差应在0与100个百分点之间。").format(name=limit.indicator),
                remedy=_("例如5。"),
            )
        for stratum in strata:
            if not 0 < stratum.rates[limit.indicator] <= 1:
                raise InvalidInput(
                    _("“{name}”的预计率应大于0、不超过100%。").format(name=limit.indicator),
                    remedy=_("请核对各层的预计率。"),
                )
        problem.parts.extend(_parts(problem, limit))
    return problem


def _parts(problem: _Problem, limit: Limit) -> list[_Part]:
    keys = {
        Scope.WHOLE: ["" for _stratum in problem.strata],
        Scope.EACH_COURT: [stratum.court for stratum in problem.strata],
        Scope.EACH_STRATUM: [stratum.name for stratum in problem.strata],
    }[limit.scope]
    rates, sizes = problem.rates(limit.indicator), problem.sizes
    parts = []
    for key in dict.fromkeys(keys):
        inside = np.array([one == key for one in keys])
        rate = float((rates * sizes)[inside].sum() / sizes[inside].sum())
        parts.append(_Part(limit, key, inside, rate))
    return parts


def _out_of_reach(problem: _Problem, quantity: int, cap: int | None) -> InvalidInput:
    part = problem.parts[quantity - 1]
    largest = problem.sizes if cap is None else np.minimum(problem.sizes, cap)
    best = problem.z * part.rate * problem.coefficient(part, largest)
    return InvalidInput(
        _(
            "“{name}”在{part}达不到±{wanted:g}个百分点：每层抽满上限时，误差仍有±{best:.1f}个百分点。"
        ).format(
            name=part.limit.indicator,
            part=part.label or _(SCOPE_TITLES[Scope.WHOLE]),
            wanted=part.limit.half_width * 100,
            best=best * 100,
        ),
        remedy=_("请提高每层上限，或放宽这项要求。"),
    )


def _outcome(problem: _Problem, sampled: Floats, bounds: tuple[int, int | None]) -> LimitOutcome:
    minimum, cap = bounds
    checks = []
    for part in problem.parts:
        reached = problem.coefficient(part, sampled)
        checks.append(
            LimitCheck(
                part.limit.indicator,
                part.limit.scope,
                part.label,
                part.rate,
                part.limit.half_width,
                problem.z * part.rate * reached,
                part.limit.half_width / problem.z / part.rate,
                reached,
            )
        )
    indicators = dict.fromkeys(part.limit.indicator for part in problem.parts)
    rows = []
    for stratum, n in zip(problem.strata, sampled.astype(int).tolist(), strict=True):
        own = {
            name: math.sqrt((1 - n / stratum.population_size) * (1 - rate) / rate / n)
            for name in indicators
            for rate in [stratum.rates[name]]
        }
        rows.append(
            SizedStratum(
                stratum.name, stratum.population_size, n, own, _note(n, stratum, minimum, cap)
            )
        )
    cost = sum(n * s.unit_cost for n, s in zip(sampled.tolist(), problem.strata, strict=True))
    return LimitOutcome(tuple(rows), tuple(checks), int(sampled.sum()), float(cost))


def _note(n: int, stratum: LimitStratum, minimum: int, cap: int | None) -> str:
    if n >= stratum.population_size:
        return _("全部抽取")
    if cap is not None and n >= cap:
        return _("达到上限")
    return _("取下限") if n <= minimum else ""
