"""Spearman's correlation: the value as SciPy has it, the interval by its coverage."""

import numpy as np
import pytest
from scipy import stats

from sampling.errors import EstimationError
from sampling.rank_correlation import rank_correlation
from sampling.seed import generator


def _answers(random, n, correlation):
    """Two answers on a scale of five, from two correlated opinions."""
    first, own = random.normal(size=(2, n))
    second = correlation * first + np.sqrt(1 - correlation**2) * own
    return np.clip(np.round(np.stack([first, second]) + 3), 1, 5)


@pytest.mark.parametrize("correlation", [-0.6, 0.0, 0.45, 0.8])
def test_value_equals_scipy_with_ties_and_missing_answers(correlation):
    first, second = _answers(generator("spearman value"), 80, correlation)
    first[:5] = np.nan
    found = rank_correlation(first, second)
    expected = stats.spearmanr(first[5:], second[5:]).statistic
    assert found.value == pytest.approx(expected, abs=1e-12)
    assert found.n_sampled == 75
    assert -1 <= found.lower < found.value < found.upper <= 1


@pytest.mark.parametrize("n", [30, 60, 200])
@pytest.mark.parametrize("correlation", [0.0, 0.4, 0.7])
def test_interval_covers_on_scales_of_five(n, correlation):
    random = generator(f"spearman coverage {n} {correlation}")
    truth = stats.spearmanr(*_answers(random, 200_000, correlation)).statistic
    n_samples = 600
    found = [rank_correlation(*_answers(random, n, correlation)) for _ in range(n_samples)]
    coverage = np.mean([item.lower <= truth <= item.upper for item in found])
    # 600 samples: the nominal 95 % has a standard error of 0.9 points.
    assert 0.925 <= coverage <= 0.975


def test_turning_one_scale_round_turns_the_interval_round():
    first, second = _answers(generator("spearman mirror"), 50, 0.5)
    plain, turned = rank_correlation(first, second), rank_correlation(first, 6 - second)
    assert turned.value == pytest.approx(-plain.value)
    assert (turned.lower, turned.upper) == pytest.approx((-plain.upper, -plain.lower))


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ([1, 2, 3], [1, 2, 3], "few"),
        ([3] * 12, list(range(12)), "no_variation"),
        (list(range(12)), list(range(12)), "no_variation"),
        ([1, 2], [1, 2, 3], "shape"),
    ],
)
def test_without_an_interval_it_says_why(first, second, code):
    with pytest.raises(EstimationError) as caught:
        rank_correlation(first, second)
    assert caught.value.code == code
