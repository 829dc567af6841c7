"""Several precision limits at once: every one is met, no file is idle, words for the rest."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.errors import InvalidInput
from evaluation.services import precision_limits
from evaluation.services.precision_limits import Limit, LimitStratum, Scope
from sampling.allocation import standard_error
from sampling.size import normal_quantile

STRATA = [
    LimitStratum(f"{court} {label}", court, size, {"甲": rate, "乙": 0.6}, cost)
    for court, label, size, rate, cost in [
        ("01", "有", 400, 0.9, 1.0),
        ("01", "无", 100, 0.7, 1.0),
        ("02", "有", 900, 0.95, 2.0),
        ("02", "无", 60, 0.8, 2.0),
    ]
]
LIMITS = [
    Limit("甲", Scope.WHOLE, 0.03),
    Limit("乙", Scope.EACH_COURT, 0.08),
    Limit("甲", Scope.EACH_STRATUM, 0.15),
]


def test_every_limit_is_met_and_reported_as_the_library_computes_it() -> None:
    found = precision_limits.meet(STRATA, LIMITS, minimum=3)
    assert len(found.checks) == 1 + 2 + 4
    assert all(c.reached_half_width <= c.permitted_half_width + 1e-12 for c in found.checks)
    assert any(check.is_deciding for check in found.checks)
    sizes = [row.sample_size for row in found.strata]
    assert found.total == sum(sizes)
    assert found.cost == sizes[0] + sizes[1] + 2 * (sizes[2] + sizes[3])
    spread = [np.sqrt(s.rates["甲"] * (1 - s.rates["甲"])) for s in STRATA]
    whole = normal_quantile(0.95) * standard_error(
        sizes, [s.population_size for s in STRATA], spread
    )
    assert found.checks[0].reached_half_width == pytest.approx(whole)
    court = normal_quantile(0.95) * standard_error(sizes[:2], [400, 100], [0.6**0.5 * 0.4**0.5] * 2)
    assert found.checks[1].reached_half_width == pytest.approx(court)
    assert found.checks[1].reached_coefficient == pytest.approx(court / normal_quantile(0.95) / 0.6)


def test_one_file_fewer_anywhere_breaks_a_limit() -> None:
    found = precision_limits.meet(STRATA, LIMITS[:2], minimum=2)
    sizes = [row.sample_size for row in found.strata]
    for position in range(4):
        fewer = [n - (k == position) for k, n in enumerate(sizes)]
        widths = [
            normal_quantile(0.95)
            * standard_error(fewer, [s.population_size for s in STRATA], spread)
            for spread in ([np.sqrt(s.rates["甲"] * (1 - s.rates["甲"])) for s in STRATA],)
        ]
        courts = [
            normal_quantile(0.95)
            * standard_error(fewer[a:b], [s.population_size for s in STRATA[a:b]], [0.24**0.5] * 2)
            for a, b in ((0, 2), (2, 4))
        ]
        assert widths[0] > 0.03 or max(courts) > 0.08


def test_minimum_cap_and_census_are_named() -> None:
    found = precision_limits.meet(STRATA, LIMITS[1:2], minimum=60, cap=150)
    assert [row.note for row in found.strata][3] == "全部抽取"
    assert all(60 <= row.sample_size <= 150 for row in found.strata)
    with pytest.raises(InvalidInput, match=r"“甲”在全市达不到±1个百分点：.*仍有±"):
        precision_limits.meet(STRATA, [Limit("甲", Scope.WHOLE, 0.01)], cap=20)
    with pytest.raises(InvalidInput, match="还没有填写精度要求"):
        precision_limits.meet(STRATA, [])
    with pytest.raises(InvalidInput, match="允许误差应在"):
        precision_limits.meet(STRATA, [Limit("甲", Scope.WHOLE, 0.0)])


def test_looser_limits_need_fewer_files() -> None:
    points = precision_limits.sizes_by_tightness(STRATA, LIMITS, minimum=2)
    totals = [total for _factor, total, _cost in points]
    assert totals == sorted(totals, reverse=True)
    assert points[0][0] == pytest.approx(0.5)
    capped = precision_limits.sizes_by_tightness(STRATA, LIMITS, minimum=2, cap=120)
    assert 0 < len(capped) < len(points)
