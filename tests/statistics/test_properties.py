"""Properties that hold for every sample: order, census, scale, merging, edges, strange data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampling.agreement import agreement, ratings
from sampling.calibration import calibrated, post_stratified, raked
from sampling.errors import (
    CalibrationError,
    DesignError,
    EstimationError,
    LonelyUnitError,
    SamplingError,
)
from sampling.estimation import mean, proportion, ratio, total
from sampling.intervals import ShareSample, share_estimates, share_interval
from sampling.quantiles import quantile
from sampling.replicates import jackknife, rao_wu_bootstrap
from sampling.seed import generator
from sampling.statistic import groups, stacked
from sampling.structure import survey_design
from sampling.weights import base_weights, nonresponse_weights, trimmed

METHODS = ["wilson", "kg", "logit", "xlogit", "beta", "mean", "asin", "likelihood"]


@st.composite
def samples(draw):
    n_strata = draw(st.integers(1, 4))
    sizes = draw(st.lists(st.integers(2, 8), min_size=n_strata, max_size=n_strata))
    extra = draw(st.lists(st.integers(0, 30), min_size=n_strata, max_size=n_strata))
    strata = np.repeat(np.arange(n_strata), sizes)
    populations = np.repeat(np.array(sizes) + np.array(extra), sizes)
    seed = draw(st.integers(0, 10**6))
    random = generator(f"property test sample {seed:010d}")
    y = random.normal(50, 10, strata.size).round(3)
    domain = random.integers(0, 3, strata.size)
    domain[:3] = [0, 1, 2][: domain[:3].size]
    return strata, populations.astype(float), y, domain


@settings(max_examples=40)
@given(samples())
def test_the_order_of_rows_never_matters(sample):
    strata, populations, y, domain = sample
    order = generator("order of rows in a property test").permutation(y.size)
    results = []
    for rows in (np.arange(y.size), order):
        design = survey_design(strata=strata[rows], populations=populations[rows])
        found = stacked(
            [
                mean(design, y[rows], by=groups(domain[rows])),
                total(design, y[rows]),
                ratio(design, y[rows], y[rows] ** 2),
            ]
        )
        middle = quantile(design, y[rows], [0.5])[0]
        results.append(
            np.concatenate([found.theta, found.covariance.ravel(), [middle.value, middle.lower]])
        )
    np.testing.assert_allclose(results[0], results[1], rtol=1e-9, atol=1e-7)


@settings(max_examples=30)
@given(samples())
def test_a_census_has_no_sampling_error(sample):
    strata, _, y, domain = sample
    sizes = np.bincount(strata)[strata].astype(float)
    design = survey_design(strata=strata, populations=sizes)
    assert mean(design, y, by=groups(domain)).standard_errors.max() == 0
    assert total(design, y).theta[0] == pytest.approx(y.sum())
    share = share_estimates(proportion(design, y > 50))[0]
    assert share.lower == share.value == share.upper


@settings(max_examples=30)
@given(samples(), st.floats(0.01, 1000))
def test_scale_of_values_and_weights(sample, factor):
    strata, populations, y, domain = sample
    design = survey_design(strata=strata, populations=populations)
    plain = mean(design, y, by=groups(domain))
    scaled = mean(design, factor * y, by=groups(domain))
    np.testing.assert_allclose(scaled.theta, factor * plain.theta, rtol=1e-9)
    np.testing.assert_allclose(
        scaled.covariance, factor**2 * plain.covariance, rtol=1e-6, atol=1e-9
    )
    heavier = design.reweighted(7 * design.sampling_weights)
    np.testing.assert_allclose(mean(heavier, y).covariance, mean(design, y).covariance, rtol=1e-9)


@settings(max_examples=30)
@given(samples())
def test_totals_of_subpopulations_add_up(sample):
    strata, populations, y, domain = sample
    design = survey_design(strata=strata, populations=populations)
    parts = total(design, y, by=groups(domain))
    whole = total(design, y)
    merged = parts.linear([np.ones(parts.theta.size)])
    assert merged.theta[0] == pytest.approx(whole.theta[0])
    assert merged.covariance[0, 0] == pytest.approx(whole.covariance[0, 0], rel=1e-7, abs=1e-6)


@settings(max_examples=25)
@given(samples())
def test_blocks_equal_masks_for_clusters(sample):
    strata, _, y, domain = sample
    random = generator("clusters of a property test one")
    unit = np.arange(y.size) // 2 if y.size < 6 else random.integers(0, y.size // 2, y.size)
    design = survey_design(np.ones(y.size), units=unit, strata=strata, lonely="certainty")
    by = groups(domain)
    together = mean(design, y, by=by)
    for k, label in enumerate(by.labels):
        alone = mean(design, y, subpopulation=domain == label)
        assert together.theta[k] == pytest.approx(alone.theta[0])
        assert together.covariance[k, k] == pytest.approx(alone.covariance[0, 0], abs=1e-9)
        assert together.degrees_of_freedom[k] == alone.degrees_of_freedom[0]


@given(
    st.floats(0, 1),
    st.floats(0, 0.1),
    st.integers(1, 2000),
    st.floats(1, 50),
    st.floats(0, 300),
    st.sampled_from(METHODS),
)
def test_intervals_are_always_finite_and_hold_the_share(p, v, n, inverse, df, method):
    sample = ShareSample(p, v, n, n * inverse, n / 1.3, df)
    lower, upper = share_interval(sample, method=method)
    assert np.isfinite([lower, upper]).all()
    assert lower - 1e-9 <= p <= upper + 1e-9
    if method != "mean":
        assert -1e-12 <= lower <= upper <= 1 + 1e-12


def test_a_perfect_sample_leaves_room_for_doubt():
    design = survey_design(strata=[1] * 30 + [2] * 30, populations=[300] * 30 + [900] * 30)
    for method in METHODS:
        if method == "mean":
            continue
        share = share_estimates(proportion(design, np.ones(60)), method=method)[0]
        assert share.upper == pytest.approx(1.0)
        assert 0.85 < share.lower < 0.97, method


def test_margins_are_met_and_calibrated_variables_have_no_error():
    random = generator("calibration in a property test")
    x = random.normal(10, 2, 80)
    cells = random.integers(0, 3, 80)
    sides = random.integers(0, 2, 80)
    design = survey_design(np.full(80, 12.5))
    made = raked(design, [cells, sides], [{0: 300, 1: 300, 2: 400}, {0: 450, 1: 550}])
    assert np.bincount(cells, made.sampling_weights) == pytest.approx([300, 300, 400])
    assert np.bincount(sides, made.sampling_weights) == pytest.approx([450, 550])
    made = calibrated(design, np.column_stack([np.ones(80), x]), [1000.0, 10100.0])
    assert total(made, x).theta[0] == pytest.approx(10100)
    assert total(made, x).standard_errors[0] < 1e-6
    bounded = calibrated(
        design, np.column_stack([np.ones(80), x]), [1000.0, 10100.0], distance="logit",
        bounds=(0.5, 2),
    )  # fmt: skip
    assert (bounded.sampling_weights / 12.5).min() > 0.5
    with pytest.raises(CalibrationError):
        calibrated(design, x[:, None], [1e9], distance="logit", bounds=(0.9, 1.1))
    with pytest.raises(CalibrationError):
        post_stratified(design, cells, {0: 300, 1: 300})


def test_replicates_agree_with_linearisation():
    random = generator("replicates in a property test")
    strata = np.repeat([0, 1, 2], 15)
    y = random.normal(20, 5, 45)
    design = survey_design(strata=strata, populations=np.repeat([60.0, 90, 150], 15))
    exact = mean(design, y).standard_errors[0]

    def statistic(w):
        return [(w * y).sum() / w.sum()]

    assert jackknife(design).covariance(statistic)[1][0, 0] ** 0.5 == pytest.approx(exact, rel=1e-6)
    boot = rao_wu_bootstrap(design, 2000, "bootstrap of a property test")
    assert boot.covariance(statistic)[1][0, 0] ** 0.5 == pytest.approx(exact, rel=0.06)


def test_weights_keep_their_sums():
    weights = base_weights(["a"] * 4 + ["b"] * 6, {"a": 40, "b": 90})
    assert weights.sum() == pytest.approx(130)
    answered = [True, False, True, True, False, True, True, True, False, True]
    adjusted = nonresponse_weights(weights, answered, ["a"] * 4 + ["b"] * 6)
    assert adjusted.sum() == pytest.approx(130)
    assert adjusted[1] == 0
    assert trimmed(adjusted, 5, 26).sum() == pytest.approx(130)
    with pytest.raises(CalibrationError):
        nonresponse_weights([1, 1], [False, True], [1, 2])


def test_agreement_under_equal_sampling_weights_is_the_plain_one():
    random = generator("agreement in a property test")
    truth = random.integers(0, 3, 120)
    table = np.where(random.random((120, 3)) < 0.8, truth[:, None], random.integers(0, 3, (120, 3)))
    readings = ratings(table)
    design = survey_design(np.full(120, 9.0))
    for name in ("percent", "fleiss", "gwet", "brennan_prediger", "krippendorff"):
        plain, weighted = agreement(readings, name), agreement(readings, name, design=design)
        assert weighted.value == pytest.approx(plain.value)
        assert weighted.estimate.standard_error == pytest.approx(plain.estimate.standard_error)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"sampling_weights": [1, float("nan")]}, "weight_value"),
        ({"sampling_weights": [1, -1]}, "weight_value"),
        ({"sampling_weights": [0, 0]}, "weight_zero"),
        ({"sampling_weights": ["a", "b"]}, "weight_text"),
        ({"strata": [1, 1], "populations": [1, 1.5]}, "population_uneven"),
        ({"populations": [-4, -4]}, "population_value"),
        ({"populations": [float("nan"), 3]}, "population_value"),
        ({"populations": ["x", "y"]}, "population_text"),
        ({"strata": [1, 1, 1], "populations": [2, 2, 2]}, "population_small"),
        ({"strata": [1, None], "sampling_weights": [1, 1]}, "design_missing"),
        ({"strata": [1, 2], "sampling_weights": [1, 1, 1]}, "design_length"),
        ({"sampling_weights": []}, "no_rows"),
        ({"sampling_weights": [1], "lonely": "guess"}, "lonely_rule"),
        ({"units": [1, 2], "populations": [[0.5, 0.5], [3, 3]]}, "stages"),
    ],
)
def test_strange_designs_are_refused_by_name(arguments, code):
    with pytest.raises(DesignError) as refused:
        survey_design(**arguments)
    assert refused.value.code == code


def test_strange_measurements_are_refused_by_name():
    design = survey_design(n_rows=3)
    cases = [
        (lambda: mean(design, ["a", "b", "c"]), "value_text"),
        (lambda: mean(design, [1, np.inf, 2]), "value_infinite"),
        (lambda: mean(design, [1, 2]), "value_length"),
        (lambda: mean(design, [np.nan] * 3), "empty_subpopulation"),
        (lambda: mean(design, [1, 2, 3], subpopulation=[False] * 3), "empty_subpopulation"),
        (lambda: ratio(design, [1, 2, 3], [0, 0, 0]), "zero_denominator"),
        (lambda: proportion(design, [0, 1, 2]), "attribute_value"),
        (lambda: quantile(design, [1, 2, 3], [1.5]), "probability"),
    ]
    for call, code in cases:
        with pytest.raises(EstimationError) as refused:
            call()
        assert refused.value.code == code


def test_lonely_units_need_a_rule_and_every_rule_gives_a_number():
    strata, y = [1, 1, 2], [1.0, 2.0, 5.0]
    with pytest.raises(LonelyUnitError):
        mean(survey_design(np.ones(3), strata=strata), y).standard_errors  # noqa: B018 -- raises
    for rule in ("certainty", "adjust", "average"):
        design = survey_design(np.ones(3), strata=strata, lonely=rule)
        assert np.isfinite(mean(design, y).standard_errors[0])
    census = survey_design(strata=strata, populations=[2, 2, 1])
    assert mean(census, y).standard_errors[0] == 0


def test_one_row_gives_a_named_error_or_a_number():
    design = survey_design([3.0])
    assert mean(design, [2.0]).theta[0] == 2.0
    with pytest.raises(SamplingError):
        mean(design, [2.0]).standard_errors  # noqa: B018 -- raises


def test_a_lonely_unit_concerns_only_the_subpopulations_that_have_it():
    strata, y = [1, 1, 2, 3, 3, 3], np.array([1.0, 4.0, 7.0, 2.0, 5.0, 9.0])
    outside = np.array([True, True, False, True, True, True])
    plain = survey_design(np.ones(6), strata=strata)
    assert mean(plain, y, subpopulation=outside).standard_errors[0] > 0
    with pytest.raises(LonelyUnitError):
        _ = mean(plain, y).covariance
    by = groups([1, 1, 2, 1, 2, 2])
    for rule in ("adjust", "average"):
        design = survey_design(np.ones(6), strata=strata, lonely=rule)
        first = mean(design, y, subpopulation=outside).covariance[0, 0]
        assert first == pytest.approx(mean(plain, y, subpopulation=outside).covariance[0, 0])
        # the blocks of one pass equal one subpopulation at a time, in domains too
        in_domains = survey_design(np.ones(6), strata=strata, lonely=rule, lonely_in_domains=True)
        for made in (design, in_domains):
            together = np.diagonal(mean(made, y, by=by).covariance)
            for code in range(2):
                alone = mean(made, y, subpopulation=by.codes == code).covariance[0, 0]
                assert together[code] == pytest.approx(alone)
                assert together[code] > 0
