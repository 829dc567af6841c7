"""Coverage and bias in repeated samples; ``docs/methods/simulations.md`` shows the figures."""

import pytest

from tests.statistics import simulation

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("share", simulation.SHARES)
def test_wilson_covers_at_every_share(share):
    (wilson,) = simulation.share_coverage(share, 20_000, methods=("wilson",))
    assert 0.935 <= wilson.coverage <= 0.975


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.8])
def test_corrected_readings_cover(share):
    corrected, naive, error = simulation.two_phase_coverage(share, 4_000)
    assert 0.94 <= corrected <= 0.96
    assert naive < 0.9
    assert abs(error) < 0.004


def test_means_are_unbiased_for_every_design():
    for name, (z, ratio) in simulation.design_bias(2_000).items():
        assert abs(z) < 3.5, name
        assert 0.9 < ratio < 1.1, name
