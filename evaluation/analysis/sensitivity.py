"""How much the total depends on choices: weights, definitions, boundary policy, anchors.

One choice at a time, and all at once with Sobol indices. Leaves out sampling error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from evaluation.analysis import composite, scoring
from evaluation.analysis.indicators import indicator_value
from evaluation.domain.grading import Grading
from evaluation.domain.indicator import Indicator
from sampling.seed import generator

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Alternative:
    """The total under one other choice.

    Attributes
    ----------
    kind : str
        ``weight_up``, ``weight_down``, ``equal_weights``, ``variant``, ``policy``, ``geometric``
        or ``without``.
    subject : str
        Indicator or policy concerned; empty for none.
    choice : str
        Name of the variant or policy; empty for none.
    points : Decimal
        Total under this choice.
    grade : str
        Code of the band under this choice.
    """

    kind: str
    subject: str
    choice: str
    points: Decimal
    grade: str


def one_at_a_time(
    indicators: Sequence[Indicator],
    points: Mapping[str, Decimal],
    fields: Mapping[str, int],
    grading: Grading,
    *,
    policy: str = "",
    share: Decimal = Decimal("0.25"),
) -> list[Alternative]:
    """Recompute the total under one other choice at a time.

    Parameters
    ----------
    indicators : sequence of Indicator
        Scored indicators with weights and variants.
    points : mapping of str to Decimal
        Points of every indicator.
    fields : mapping of str to int
        Reported fields, for other variants.
    grading : Grading
        Bands and policies.
    policy : str
        Boundary policy in force; the default one when empty.
    share : Decimal
        How far each weight moves up and down.

    Returns
    -------
    list of Alternative
        In the order weights, equal weights, variants, policies, geometric mean, without one.

    Examples
    --------
    See ``tests/evaluation/analysis/test_sensitivity.py``.
    """
    weights = {
        i.id: i.indicator_weight
        for i in indicators
        if i.indicator_weight is not None and i.id in points
    }
    if not weights:
        return []
    choices = [
        *_weight_choices(weights, points, share),
        *_variant_choices(indicators, weights, points, fields),
        ("geometric", "", "", _geometric(points, weights)),
    ]
    found = [
        Alternative(*choice, composite.grade(choice[3], grading, policy).code) for choice in choices
    ]
    present = _score(weights, points)
    found += [
        Alternative(
            "policy",
            rule.code,
            rule.name,
            present,
            composite.grade(present, grading, rule.code).code,
        )
        for rule in grading.policies
        if rule.code != (policy or grading.default_policy)
    ]
    return found


_Choice = tuple[str, str, str, Decimal]


def _score(weights: Mapping[str, Decimal], points: Mapping[str, Decimal]) -> Decimal:
    score = composite.total(dict(points), weights, "reweight_with_disclosure").points
    if score is None:
        raise ValueError("no indicator has points")
    return score


def _weight_choices(
    weights: dict[str, Decimal], points: Mapping[str, Decimal], share: Decimal
) -> list[_Choice]:
    found: list[_Choice] = []
    for code, present in weights.items():
        for kind, factor in (("weight_up", 1 + share), ("weight_down", 1 - share)):
            found.append((kind, code, "", _score(weights | {code: present * factor}, points)))
    found.append(("equal_weights", "", "", _score(dict.fromkeys(weights, Decimal(1)), points)))
    for code in weights:
        rest = {key: value for key, value in weights.items() if key != code}
        if rest:
            found.append(("without", code, "", _score(rest, points)))
    return found


def _variant_choices(
    indicators: Sequence[Indicator],
    weights: Mapping[str, Decimal],
    points: Mapping[str, Decimal],
    fields: Mapping[str, int],
) -> list[_Choice]:
    found: list[_Choice] = []
    for indicator in indicators:
        if indicator.id not in weights:
            continue
        for variant in indicator.variants:
            if variant.code == indicator.scoring_variant or not variant.is_scored:
                continue
            value = indicator_value(indicator, fields, variant.code).value
            if value is None or variant.anchors is None:
                continue
            other = {
                **points,
                indicator.id: scoring.anchored_points(value, variant.anchors),
            }
            found.append(("variant", indicator.id, variant.name, _score(weights, other)))
    return found


def _geometric(points: Mapping[str, Decimal], weights: Mapping[str, Decimal]) -> Decimal:
    """Weighted geometric mean of the points, each at least one, as a check on compensation."""
    size = sum(weights.values(), Decimal(0))
    logs = sum((weights[code] * max(points[code], Decimal(1)).ln() for code in weights), Decimal(0))
    return (logs / size).exp()


@dataclass(frozen=True, slots=True)
class SobolShare:
    """Part of the spread of the total that one input explains.

    Attributes
    ----------
    subject : str
        Indicator whose weight and value moved.
    first_order : float
        Alone.
    total_order : float
        With its interactions.
    """

    subject: str
    first_order: float
    total_order: float


def sobol_shares(
    points: Mapping[str, float],
    indicator_weights: Mapping[str, float],
    seed: str,
    *,
    share: float = 0.25,
    n: int = 1024,
) -> tuple[list[SobolShare], tuple[float, float]]:
    """Split the spread of the total over the weights, all moving at once.

    Parameters
    ----------
    points : mapping of str to float
        Points of every indicator.
    indicator_weights : mapping of str to float
        Weight of every indicator.
    seed : str
        Text that fixes the random numbers.
    share : float
        Each weight is uniform within this share of its value.
    n : int
        Base sample, a power of two.

    Returns
    -------
    tuple
        Shares by indicator, largest first, and the 5th and 95th percentile of the total.

    References
    ----------
    Saltelli, A., et al. (2010). *Computer Physics Communications* 181, 259–270. Sobol', I. M.
    (2001). *Mathematics and Computers in Simulation* 55, 271–280.

    Examples
    --------
    >>> found, _ = sobol_shares({"A": 50.0, "B": 90.0, "C": 70.0}, {"A": 1, "B": 1, "C": 1},
    ...     "example of a seed text")
    >>> sorted(one.subject for one in found[:2])
    ['A', 'B']
    """
    names = list(indicator_weights)
    values = np.array([points[name] for name in names])
    base = np.array([indicator_weights[name] for name in names], dtype=float)
    distributions = [
        stats.uniform(loc=middle * (1 - share), scale=2 * share * middle) for middle in base
    ]

    def totals(weights: FloatArray) -> FloatArray:
        return np.asarray((values[:, None] * weights).sum(axis=0) / weights.sum(axis=0))[None, :]

    random = generator(seed)
    low, high = base * (1 - share), base * (1 + share)
    sample = random.uniform(low, high, size=(4096, base.size)).T
    spread = np.quantile(totals(sample), [0.05, 0.95])
    if float(np.ptp(values)) == 0:
        return [SobolShare(name, 0.0, 0.0) for name in names], (float(spread[0]), float(spread[1]))
    found = stats.sobol_indices(func=totals, n=n, dists=distributions, rng=random)
    shares = [
        SobolShare(name, max(float(first), 0.0), max(float(whole), 0.0))
        for name, first, whole in zip(
            names, np.ravel(found.first_order), np.ravel(found.total_order), strict=True
        )
    ]
    shares.sort(key=lambda one: -one.total_order)
    return shares, (float(spread[0]), float(spread[1]))
