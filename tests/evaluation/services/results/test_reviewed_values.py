"""Indicators from the reviewed sample: the interval is that of the items' own errors."""

from dataclasses import replace

import pytest

from evaluation.analysis.results import ResultKind, ResultUnit, ResultValue
from evaluation.domain.framework_loader import load_bundled
from evaluation.services.results.reviewed_values import reviewed_value


@pytest.fixture(scope="module")
def measure_adoption():
    framework = load_bundled()
    return next(one for one in framework.indicators if one.code == "measure_adoption_rate")


def _item(key, value, error, population):
    return ResultValue(
        f"review.{key}.city", ResultKind.ESTIMATE, value, ResultUnit.RATE,
        lower=max(value - 2.2 * error, 0.0), upper=min(value + 2.2 * error, 1.0),
        standard_error=error, confidence=0.95, degrees_of_freedom=11.0,
        n_sampled=259, n_population=population,
    )  # fmt: skip


def test_corrected_items_at_one_keep_the_width_of_the_audit(measure_adoption):
    items = [_item(f"corrected.{item}", 1.0, 0.11, None) for item in measure_adoption.review_items]
    found = reviewed_value(measure_adoption, {one.id: one for one in items}, 0.95)
    assert found.value == 1.0
    assert found.method == "mean_of_items/two_phase/t"
    assert found.upper == 1.0
    assert found.lower == pytest.approx(1 - 2.200985 * 0.11, abs=1e-5)


def test_uncorrected_items_at_one_take_wilson_in_the_population(measure_adoption):
    items = [_item(f"item.{item}", 1.0, 0.0, 4000) for item in measure_adoption.review_items]
    found = reviewed_value(measure_adoption, {one.id: one for one in items}, 0.95)
    assert found.method == "mean_of_items/wilson"
    assert 0.97 < found.lower < 1.0
    assert found.n_population == 4000


def test_half_of_the_items_must_be_known(measure_adoption):
    one = _item(f"item.{measure_adoption.review_items[0]}", 0.8, 0.02, 4000)
    unknown = replace(one, value=None, lower=None, upper=None, standard_error=None, note="无")
    assert reviewed_value(measure_adoption, {unknown.id: unknown}, 0.95) is None
