"""Points, totals and grades on the real framework, in exact arithmetic."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.analysis import composite, milestones, scoring, sensitivity, uncertainty
from evaluation.analysis.court_sum_rules import SUM_RULES
from evaluation.analysis.court_value_rules import breaches
from evaluation.analysis.indicators import Gap, indicator_value
from evaluation.domain.framework_loader import load_bundled
from evaluation.domain.indicator import Anchors, Direction

D = Decimal


@pytest.fixture(scope="module")
def framework():
    return load_bundled()


@pytest.mark.parametrize(
    ("points", "policy", "grade"),
    [
        ("69.99", "right_closed", "fail"),
        ("69.995", "right_closed", "pass"),
        ("70", "right_closed", "pass"),
        ("80", "right_closed", "pass"),
        ("80.004", "right_closed", "pass"),
        ("80.01", "right_closed", "good"),
        ("90", "right_closed", "good"),
        ("90.01", "right_closed", "excellent"),
        ("80", "left_closed_80_only", "good"),
        ("90", "left_closed_80_only", "good"),
        ("80", "left_closed", "good"),
        ("90", "left_closed", "excellent"),
        ("0", "right_closed", "fail"),
        ("100", "right_closed", "excellent"),
    ],
)
def test_grades_at_the_edges(framework, points, policy, grade):
    assert composite.grade(D(points), framework.grading, policy).code == grade


def test_a_total_near_an_edge_says_so_and_names_other_outcomes(framework):
    found = composite.grade(D(80), framework.grading)
    assert found.is_near_boundary
    assert dict(found.other_policies)["left_closed"] == "good"
    assert not composite.grade(D(75), framework.grading).is_near_boundary


@pytest.mark.parametrize(
    ("rounding", "grade"),
    [("grade_on_unrounded", "fail"), ("grade_on_2_decimals", "pass"), ("grade_on_integer", "pass")],
)
def test_rounding_rules(framework, rounding, grade):
    assert composite.grade(D("69.996"), framework.grading, "", rounding).code == grade


@given(st.decimals(min_value=-1, max_value=400, places=4))
def test_points_stay_in_range_and_never_fall_when_the_value_improves(value):
    for anchors, sign in (
        (Anchors(D("0.5"), D("0.8"), D("0.88"), D("0.95"), D(1)), 1),
        (Anchors(D(270), D(180), D(150), D(120), D(90)), -1),
    ):
        found = scoring.anchored_points(value, anchors)
        assert 0 <= found <= 100
        assert scoring.anchored_points(value + sign * D("0.01"), anchors) >= found


def test_anchor_values_earn_exactly_their_points(framework):
    for indicator in framework.indicators:
        for value, points in indicator.anchors.pairs:
            assert scoring.anchored_points(value, indicator.anchors) == points


def test_the_other_scoring_methods():
    assert scoring.target_ratio_points(D(0), D("0.1"), Direction.LOWER) == 100
    assert scoring.target_ratio_points(D("0.2"), D("0.1"), Direction.LOWER) == 50
    assert scoring.threshold_points(D("0.2"), D("0.1"), Direction.LOWER) == 0
    assert scoring.deduction_points(D(20), D(1), D(10), Direction.LOWER) == 0
    assert scoring.improvement_points(D(210), D(200), D(100)) == 0
    with pytest.raises(ValueError, match="two confirmations"):
        scoring.manual_points(D(80), "理由写明在此", 1)
    with pytest.raises(ValueError, match="positive"):
        scoring.target_ratio_points(D(1), D(0), Direction.HIGHER)


def test_missing_data_policies():
    weights = {"a": D(60), "b": D(40)}
    points = {"a": D(90), "b": None}
    blocked = composite.total(points, weights)
    assert blocked.points is None
    assert blocked.draft_points == 90
    assert composite.total(points, weights, "zero").points == 54
    assert composite.total(points, weights, "reweight_with_disclosure").points == 90
    assert composite.total(points, weights, "reweight_with_disclosure").missing == ("b",)
    with pytest.raises(ValueError, match="unknown rule"):
        composite.total(points, weights, "ignore")


def test_contributions_add_up_to_the_total(framework):
    weights = {i.id: i.indicator_weight for i in framework.indicators}
    points = {code: D(70) + number for number, code in enumerate(weights)}
    found = composite.total(points, weights)
    assert sum(part for _code, part in found.contributions) == pytest.approx(found.points)
    assert sum(weights.values()) == 100


def test_indicators_say_what_is_missing(framework):
    i7 = framework.indicator("I7")
    assert indicator_value(i7, {}).gap is Gap.MISSING_FIELDS
    zero = indicator_value(i7, {"closed_completed": 0, "closed_total": 0})
    assert zero.gap is Gap.ZERO_DENOMINATOR
    assert zero.value is None
    assert indicator_value(framework.indicator("A5"), {}).gap is Gap.NO_FORMULA


def test_every_rule_uses_fields_of_the_framework(framework):
    known = {field.code for field in framework.data_fields}
    for rule in SUM_RULES:
        assert {*rule.parts, *rule.whole} <= known, rule.code


def test_every_sum_rule_catches_its_breach_and_only_then():
    for rule in SUM_RULES:
        good = dict.fromkeys((*rule.parts, *rule.whole), 10)
        good[rule.whole[0]] = 10 * len(rule.parts)
        assert rule.code not in {one.code for one in breaches(good)}
        bad = good | {rule.parts[0]: 10 * len(rule.parts) * 5}
        assert rule.code in {one.code for one in breaches(bad)}


def test_jumps_and_rising_terminations_are_suspicious():
    before = {"closed_total": 100, "closed_terminated_round": 20, "closed_completed": 40}
    now = {"closed_total": 300, "closed_terminated_round": 90, "closed_completed": 150}
    assert {one.code for one in breaches(now, before)} == {"jump", "both_rise"}


def test_thresholds_under_sampling_error():
    level = D("0.9")
    assert milestones.exact_threshold(level, level).attainment is milestones.Attainment.MET
    assert (
        milestones.exact_threshold(level, level, inclusive=False).attainment
        is milestones.Attainment.NOT_MET
    )
    open_case = milestones.sampled_threshold(0.9, 0.85, 0.94, 200, level)
    assert open_case.attainment is milestones.Attainment.UNDECIDABLE
    assert open_case.size_that_decides is None
    small = milestones.sampled_threshold(0.88, 0.85, 0.92, 200, level, n_population=400)
    assert 200 < small.size_that_decides <= 400


def test_probabilities_of_grades_are_calibrated_by_both_ways(framework):
    rate = Anchors(D("0.5"), D("0.8"), D("0.88"), D("0.95"), D(1))
    value = uncertainty.UncertainValue(0.84, 0.01, 200, True, rate, 1.0)
    edges = [("fail", 0.0), ("pass", 70.0), ("good", 80.0), ("excellent", 90.0)]
    found = uncertainty.total_uncertainty({"I1": value}, edges, "calibration of grade chances")
    assert sum(share for _code, share in found.band_probabilities) == pytest.approx(1)
    assert found.standard_error == pytest.approx(found.delta_standard_error, rel=0.03)
    by_t = uncertainty.band_probabilities(75.0, found.delta_standard_error, 200, edges)
    for (_code, one), (_other, two) in zip(found.band_probabilities, by_t, strict=True):
        assert one == pytest.approx(two, abs=0.02)
    again = uncertainty.total_uncertainty({"I1": value}, edges, "calibration of grade chances")
    assert again == found


def test_sensitivity_covers_weights_variants_and_policies(framework):
    weights = {i.id: i.indicator_weight for i in framework.indicators}
    points = {code: D(60 + 4 * number) for number, code in enumerate(weights)}
    fields = {field.code: 1000 for field in framework.data_fields}
    found = sensitivity.one_at_a_time(framework.indicators, points, fields, framework.grading)
    kinds = [one.kind for one in found]
    assert kinds.count("weight_up") == kinds.count("weight_down") == kinds.count("without") == 9
    assert kinds.count("policy") == 2
    assert "variant" in kinds
    geometric = next(one for one in found if one.kind == "geometric")
    assert geometric.points < composite.total(points, weights).points
    same = sensitivity.sobol_shares(
        dict.fromkeys(weights, 80.0), {k: float(v) for k, v in weights.items()}, "equal points test"
    )
    assert all(one.total_order == 0 for one in same[0])
