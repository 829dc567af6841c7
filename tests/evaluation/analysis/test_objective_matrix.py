"""The rule that proposes a verdict from one row of the evidence matrix."""

from __future__ import annotations

from itertools import product

import pytest

from evaluation.analysis.objective_matrix import (
    THRESHOLDS,
    Cell,
    Support,
    balance,
    proposed_verdict,
    support_of,
)
from evaluation.domain.framework import Method, Verdict

METHODS = (Method.CASE_REVIEW, Method.QUESTIONNAIRE, Method.INTERVIEW, Method.DOCUMENT)
ORDER = (
    Verdict.NOT_ACHIEVED,
    Verdict.PARTLY_ACHIEVED,
    Verdict.MOSTLY_ACHIEVED,
    Verdict.ACHIEVED,
)


def _row(*levels: Support | None) -> list[Cell]:
    return [
        Cell("G1", method, None, 0, level) for method, level in zip(METHODS, levels, strict=False)
    ]


FULLY, LARGELY, PARTLY, AGAINST = Support.FULLY, Support.LARGELY, Support.PARTLY, Support.AGAINST


@pytest.mark.parametrize(
    ("levels", "verdict"),
    [
        ((FULLY, FULLY, LARGELY, LARGELY), Verdict.ACHIEVED),
        ((FULLY, LARGELY, LARGELY, LARGELY), Verdict.MOSTLY_ACHIEVED),
        ((FULLY, FULLY, FULLY, PARTLY), Verdict.MOSTLY_ACHIEVED),
        ((FULLY, FULLY, FULLY, AGAINST), Verdict.PARTLY_ACHIEVED),
        ((PARTLY, PARTLY, PARTLY, PARTLY), Verdict.PARTLY_ACHIEVED),
        ((PARTLY, AGAINST, PARTLY, PARTLY), Verdict.NOT_ACHIEVED),
        ((FULLY, None, None, None), Verdict.INSUFFICIENT_EVIDENCE),
        ((FULLY, FULLY, None, None), Verdict.ACHIEVED),
        ((), Verdict.INSUFFICIENT_EVIDENCE),
    ],
)
def test_rule_table(levels: tuple[Support | None, ...], verdict: Verdict) -> None:
    assert proposed_verdict(METHODS, _row(*levels)) is verdict


def test_better_evidence_never_lowers_a_verdict() -> None:
    for levels in product(Support, repeat=4):
        before = ORDER.index(proposed_verdict(METHODS, _row(*levels)))
        for position in range(4):
            if levels[position] is Support.FULLY:
                continue
            better = list(levels)
            better[position] = Support(levels[position] + 1)
            assert ORDER.index(proposed_verdict(METHODS, _row(*better))) >= before


def test_order_of_methods_does_not_matter() -> None:
    for levels in product(Support, repeat=3):
        row = _row(*levels)
        assert proposed_verdict(METHODS, row) is proposed_verdict(METHODS[::-1], row[::-1])


def test_methods_not_asked_do_not_count() -> None:
    row = [*_row(FULLY, FULLY), Cell("G1", Method.INDICATOR, 0.0, 5, AGAINST)]
    assert proposed_verdict(METHODS[:2], row) is Verdict.ACHIEVED


@pytest.mark.parametrize("method", list(Method))
def test_support_rises_with_strength_and_needs_observations(method: Method) -> None:
    levels = [support_of(method, strength / 10, 10_000) for strength in range(1001)]
    assert levels == sorted(levels, key=lambda level: -1 if level is None else int(level))
    assert levels[-1] is Support.FULLY
    assert THRESHOLDS[method] == tuple(sorted(THRESHOLDS[method]))
    assert support_of(method, 100.0, 0) is None


def test_balance_of_mirrored_statements_is_mirrored() -> None:
    directions, strengths = [1, 0, -1, 1], [3, 2, 1, 1]
    found = balance(directions, strengths)
    mirrored = balance([-item for item in directions], strengths)
    assert found is not None
    assert mirrored is not None
    assert found + mirrored == pytest.approx(100)
