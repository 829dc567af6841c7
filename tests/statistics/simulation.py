"""Repeated sampling from known populations: coverage and bias, vectorised over samples.

``python -m tests.statistics.simulation`` writes the tables of ``docs/methods/simulations.md``.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from sampling.audit_correction import two_phase_mean
from sampling.estimation import mean, total
from sampling.intervals import ShareSample, share_interval
from sampling.seed import generator
from sampling.structure import survey_design

PAGE = Path(__file__).parents[2] / "docs" / "methods" / "simulations.md"
#: Ten strata, 14,520 files, 260 sampled: the design of the evaluation.
STRATUM_SIZES = np.array([4200, 2600, 1900, 1500, 1200, 1000, 820, 600, 400, 300])
SAMPLE_SIZES = np.array([60, 40, 32, 28, 24, 20, 18, 14, 12, 12])
SHARES = (
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.10,
    0.30,
    0.50,
    0.70,
    0.90,
    0.95,
    0.98,
    0.99,
    0.995,
    0.998,
)


@dataclass(frozen=True)
class Coverage:
    share: float
    method: str
    coverage: float
    width: float


def deviating_by_stratum(share):
    """Deviating files per stratum: shares differ between strata by a factor up to three."""
    tilt = np.linspace(0.5, 1.5, STRATUM_SIZES.size)
    rare = min(share, 1 - share)
    wanted = rare * STRATUM_SIZES.sum() * tilt * STRATUM_SIZES / (tilt * STRATUM_SIZES).sum()
    counts = np.floor(wanted).astype(int)
    short = round(rare * STRATUM_SIZES.sum()) - counts.sum()
    for h in np.argsort(-(wanted - counts))[:short]:
        counts[h] += 1
    return STRATUM_SIZES - counts if share > 0.5 else counts


def share_coverage(share, n_samples, methods=("wilson", "kg")):
    random = generator(f"coverage of intervals at {share:.3f}")
    deviating = deviating_by_stratum(share)
    truth = deviating.sum() / STRATUM_SIZES.sum()
    n, big_n = SAMPLE_SIZES, STRATUM_SIZES
    found = random.hypergeometric(deviating, big_n - deviating, n, size=(n_samples, n.size))
    rate = found / n
    part = big_n / big_n.sum()
    p = rate @ part
    v = ((1 - n / big_n) * part**2 * rate * (1 - rate) / (n - 1)).sum(axis=1)
    weights = big_n / n
    kish = (n * weights).sum() ** 2 / (n * weights**2).sum()
    df = n.sum() - n.size
    pairs, inverse = np.unique(np.column_stack([p, v]).round(15), axis=0, return_inverse=True)
    results = []
    for method in methods:
        ends = np.array(
            [
                share_interval(
                    ShareSample(min(max(a, 0.0), 1.0), b, n.sum(), big_n.sum(), kish, df),
                    method=method,
                )
                for a, b in pairs
            ]
        )[inverse.ravel()]
        hit = (ends[:, 0] <= truth + 1e-12) & (truth - 1e-12 <= ends[:, 1])
        width = float((ends[:, 1] - ends[:, 0]).mean())
        results.append(Coverage(share, method, float(hit.mean()), width))
    return results


def two_phase_coverage(share, n_samples, sensitivity=0.90, specificity=0.85):
    """Coverage of the corrected and of the naive interval; 600 files read, 120 audited."""
    random = generator(f"two-phase coverage at {share:.2f}")
    size, n1, n2 = 14520, 600, 120
    deviating = round(share * size)
    truth = deviating / size
    corrected = naive = 0
    errors = []
    for _ in range(n_samples):
        k = random.hypergeometric(deviating, size - deviating, n1)
        real = np.zeros(n1)
        real[:k] = 1
        flip = random.random(n1)
        read = np.where(real == 1, flip < sensitivity, flip > specificity).astype(float)
        gold = np.full(n1, np.nan)
        audited = random.choice(n1, n2, replace=False)
        gold[audited] = real[audited]
        found = two_phase_mean(read, gold, population_sizes={"all": size})
        corrected += found.lower <= truth <= found.upper
        errors.append(found.value - truth)
        p = read.mean()
        half = stats.norm.ppf(0.975) * np.sqrt(p * (1 - p) / n1)
        naive += p - half <= truth <= p + half
    return corrected / n_samples, naive / n_samples, float(np.mean(errors))


def design_bias(n_samples):
    """z scores of mean estimates and ratio of mean variance estimate to true variance."""
    random = generator("bias of means for every design")
    sizes = np.array([300, 200, 100])
    strata = np.repeat([0, 1, 2], sizes)
    cluster = np.concatenate([np.arange(s) // 10 + 100 * h for h, s in enumerate(sizes)])
    effects = dict(zip(np.unique(cluster), random.normal(0, 4, 60), strict=True))
    y = 40 + 10 * strata + np.array([effects[c] for c in cluster]) + random.normal(0, 6, 600)
    truth = y.mean()
    designs = {
        "simple random": lambda: _simple(random, y),
        "stratified": lambda: _stratified(random, y, strata, sizes),
        "clusters": lambda: _clusters(random, y, cluster),
        "two-stage": lambda: _two_stage(random, y, cluster),
        "proportional to size": lambda: _by_size(random, y, 1 + np.arange(600) % 17 + strata),
    }
    results = {}
    for name, draw in designs.items():
        values, variances = [], []
        for _ in range(n_samples):
            found = draw()
            values.append(found.theta[0])
            variances.append(found.covariance[0, 0])
        values = np.array(values)
        z = (values.mean() - truth) / (values.std(ddof=1) / np.sqrt(n_samples))
        results[name] = (float(z), float(np.mean(variances) / values.var(ddof=1)))
    return results


def _simple(random, y):
    rows = random.choice(y.size, 60, replace=False)
    return mean(survey_design(populations=np.full(60, 600.0)), y[rows])


def _stratified(random, y, strata, sizes):
    rows = np.concatenate(
        [random.choice(np.flatnonzero(strata == h), 20, replace=False) for h in range(3)]
    )
    return mean(survey_design(strata=strata[rows], populations=sizes[strata[rows]]), y[rows])


def _clusters(random, y, cluster):
    drawn = random.choice(np.unique(cluster), 15, replace=False)
    rows = np.flatnonzero(np.isin(cluster, drawn))
    return mean(survey_design(units=cluster[rows], populations=np.full(rows.size, 60.0)), y[rows])


def _two_stage(random, y, cluster):
    drawn = random.choice(np.unique(cluster), 20, replace=False)
    rows = np.concatenate(
        [random.choice(np.flatnonzero(cluster == c), 4, replace=False) for c in drawn]
    )
    design = survey_design(
        units=[cluster[rows], rows],
        populations=[np.full(rows.size, 60.0), np.full(rows.size, 10.0)],
    )
    return total(design, y[rows]).linear([[1 / 600]])


def _by_size(random, y, size):
    """Pareto sampling; the variance takes units as drawn with replacement, so it is a bit large."""
    wanted = 40 * size / size.sum()
    u = random.random(y.size)
    rows = np.argsort(u / (1 - u) / (wanted / (1 - wanted)))[:40]
    return total(survey_design(1 / wanted[rows]), y[rows]).linear([[1 / 600]])


def page(n_coverage=20_000, n_two_phase=4_000, n_bias=3_000):
    lines = [
        "# Simulations\n\nRepeated samples with fixed seeds; written by"
        " `python -m tests.statistics.simulation` and checked by the slow tests.\n\n"
        "## Intervals of a share\n\n"
        f"Ten strata, {STRATUM_SIZES.sum():,} files, {SAMPLE_SIZES.sum()} sampled without"
        f" replacement, {n_coverage:,} samples each, nominal level 95 %.\n\n"
        "| true share | Wilson: coverage | width | Korn–Graubard: coverage | width |\n"
        "|---|---|---|---|---|\n"
    ]
    for share in SHARES:
        wilson, kg = share_coverage(share, n_coverage)
        lines.append(
            f"| {share:.1%} | {wilson.coverage:.1%} | {wilson.width:.4f} |"
            f" {kg.coverage:.1%} | {kg.width:.4f} |\n"
        )
    lines.append(
        "\n## Readings corrected by a gold sub-sample\n\n600 files read with sensitivity 0.90 and"
        f" specificity 0.85, 120 of them audited blindly, {n_two_phase:,} samples each.\n\n"
        "| true share | corrected: coverage | mean error | naive: coverage |\n|---|---|---|---|\n"
    )
    for share in (0.3, 0.5, 0.7, 0.8):
        corrected, naive, error = two_phase_coverage(share, n_two_phase)
        lines.append(f"| {share:.0%} | {corrected:.1%} | {error:+.4f} | {naive:.1%} |\n")
    lines.append(
        f"\n## Means are unbiased for every design\n\n{n_bias:,} samples each from 600 units; z is"
        " the mean error over its Monte-Carlo error; the last column is the mean variance estimate"
        " over the variance of the estimates.\n\n| design | z | variance ratio |\n|---|---|---|\n"
    )
    for name, (z, ratio) in design_bias(n_bias).items():
        lines.append(f"| {name} | {z:+.2f} | {ratio:.3f} |\n")
    return "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
